import { sql } from 'kysely';
import { feedbackInbox, feedbackPatterns, giveFeedback, replyToFeedback } from '../../lib/contract/routes/feedback.ts';
import { countedAt } from '../../lib/funnel/actedAt.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { addBusinessMinutes } from '../../lib/funnel/clock.ts';
import { praises } from '../../lib/funnel/reasons.ts';
import type { App } from '../http/app.ts';
import { decode, encode } from '../http/cursor.ts';
import { invalidAt, noSuch, refused, worded } from '../http/problem.ts';
import { feedbackNote } from '../sources/noted.ts';
import { queueWrites, sendSoon } from '../sources/writes.ts';
import { findAgreement } from '../store/agreements.ts';
import { recordChange } from '../store/change.ts';
import type { Trx } from '../store/db.ts';
import { recordEvents } from '../store/history.ts';
import { newId } from '../store/id.ts';
import { byOf, type Caller, cardOf, fileUnder, lockLead } from './common.ts';
import { feedbackCounts, patterns } from './patterns.ts';

export function routes(app: App): void {
  app.handle(giveFeedback, async (call) => {
    const { trx, workspace, user, params, body, operation, receivedAt } = call;
    const lead = await lockLead(call, params.id, giveFeedback);
    if (body.kind === 'verdict' && body.verdict === undefined) throw invalidAt('/verdict', 'no-verdict');
    const note = body.note?.trim();
    if (body.kind === 'insight' && !note) throw invalidAt('/note', 'no-insight');
    const terms = await findAgreement(trx, workspace);
    const reasons = body.reasons ?? [];
    const praised = (code: string) => body.verdict === 'strong' && (praises as readonly string[]).includes(code);
    const unknown = reasons.find((code) => !praised(code) && !terms?.reasons.some((reason) => reason.code === code && !reason.retired));
    if (unknown !== undefined)
      throw refused('unknown-verdict-reason', {
        reason: unknown,
      });
    const about = await aboutOf(call, lead.id, body.about ?? {});

    const at = countedAt(body.actedAt, receivedAt, undefined);
    const actedAt = new Date(body.actedAt).toISOString();
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('feedback')
      .values({
        workspace,
        id: operation,
        person: lead.id,
        kind: body.kind,
        verdict: body.kind === 'verdict' ? body.verdict! : null,
        reasons,
        note: note || null,
        campaign: about.campaign ?? null,
        touch: about.touch ?? null,
        by_user: user.id,
        at,
        acted_at: actedAt,
        agreement: terms?.version ?? null,
      })
      .onConflict((conflict) => conflict.columns(['workspace', 'id']).doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows !== 1n) throw worded('key-reused', 'key-used');
    await recordEvents(trx, workspace, byOf(user), { at, actedAt, receivedAt, operation, ...(terms && { agreement: terms.version }) }, [
      {
        person: lead.id,
        kind: 'feedback',
        data: {
          id: operation,
          kind: body.kind,
          ...(body.kind === 'verdict' && { verdict: body.verdict }),
          reasons,
          ...(Object.keys(about).length > 0 && { about }),
        },
      },
    ]);
    await recordChange(trx, workspace, [lead.id]);
    const links = await queueWrites(trx, workspace, {
      operation,
      lead: lead.id,
      body: { what: 'feedback', by: user.email, at },
      note: () => feedbackNote(trx, workspace, { feedback: body, who: user.name, agreement: terms, campaign: about.campaign }),
    });
    sendSoon(app, workspace, links);
    return answer(call, lead.id, operation);
  });

  app.handle(replyToFeedback, async (call) => {
    const { trx, workspace, user, params, body, operation, receivedAt } = call;
    const row = await trx
      .selectFrom('feedback')
      .select('person')
      .where('workspace', '=', workspace)
      .where('id', '=', params.id)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw noSuch('feedback');
    await fileUnder(call, operation, row.person);
    const at = countedAt(body.actedAt, receivedAt, undefined);
    const actedAt = new Date(body.actedAt).toISOString();
    await trx
      .insertInto('feedback_reply')
      .values({
        workspace,
        id: newId(),
        feedback: params.id,
        state: body.state,
        note: body.note?.trim() || null,
        by_user: user.id,
        at,
        acted_at: actedAt,
      })
      .execute();
    await trx.updateTable('feedback').set({ replied: body.state }).where('workspace', '=', workspace).where('id', '=', params.id).execute();
    await recordEvents(trx, workspace, byOf(user), { at, actedAt, receivedAt, operation }, [
      { person: row.person, kind: 'reply', data: { feedback: params.id, state: body.state } },
    ]);
    await recordChange(trx, workspace, [row.person]);
    return answer(call, row.person, params.id);
  });

  app.handle(feedbackInbox, async ({ trx, workspace, user, query }) => {
    const before = query.before === undefined ? undefined : decode(query.before, 'before');
    const rows = await trx
      .selectFrom('feedback as f')
      .innerJoin('person as p', (join) => join.onRef('p.workspace', '=', 'f.workspace').onRef('p.id', '=', 'f.person'))
      .innerJoin('lead as l', (join) => join.onRef('l.workspace', '=', 'f.workspace').onRef('l.id', '=', 'f.person'))
      .innerJoin('app_user as u', (join) => join.onRef('u.workspace', '=', 'f.workspace').onRef('u.id', '=', 'f.by_user'))
      .where('f.workspace', '=', workspace)
      .$if(query.state === 'open', (q) => q.where('f.replied', 'is', null))
      .$if(query.state !== undefined && query.state !== 'open', (q) => q.where('f.replied', '=', query.state as 'seen'))
      .$if(query.campaign !== undefined, (q) =>
        q.where((eb) =>
          eb.or([
            eb('f.campaign', '=', query.campaign!),
            // About the lead as a whole: about every campaign that engaged it.
            eb.and([
              eb('f.campaign', 'is', null),
              eb.exists(
                eb
                  .selectFrom('person_campaign as pc')
                  .where('pc.workspace', '=', workspace)
                  .whereRef('pc.person', '=', 'f.person')
                  .where('pc.campaign', '=', query.campaign!)
                  .where('pc.active', '>', 0)
                  .select('pc.campaign'),
              ),
            ]),
          ]),
        ),
      )
      .$if(query.kind !== undefined, (q) => q.where('f.kind', '=', query.kind!))
      .$if(query.reason !== undefined, (q) => q.where(sql<boolean>`${query.reason} = any(f.reasons)`))
      .$if(query.q !== undefined, (q) =>
        q.where(({ eb, or, exists, selectFrom }) =>
          or([
            eb('f.note', 'ilike', containing(query.q!)),
            eb('p.name', 'ilike', containing(query.q!)),
            eb('p.company', 'ilike', containing(query.q!)),
            exists(
              selectFrom('campaign as c')
                .where('c.workspace', '=', workspace)
                .whereRef('c.id', '=', 'f.campaign')
                .where('c.name', 'ilike', containing(query.q!))
                .select('c.id'),
            ),
          ]),
        ),
      )
      .$if(query.since !== undefined, (q) => q.where('f.at', '>=', query.since!))
      .$if(before !== undefined, (q) => q.where(sql<boolean>`(f.at, f.id) < (${before!.at}::timestamptz, ${before!.id}::uuid)`))
      .select(['f.id', 'f.kind', 'f.verdict', 'f.reasons', 'f.note', 'f.campaign', 'f.touch', 'f.by_user', 'f.at', 'f.replied', 'f.person'])
      .select(['p.name', 'p.company', 'l.stage', 'u.name as by_name'])
      .orderBy('f.at', 'desc')
      .orderBy('f.id', 'desc')
      .limit(query.limit + 1)
      .execute();
    const items = rows.slice(0, query.limit);
    const last = items.at(-1);
    const [replies, campaigns, terms] = await Promise.all([
      repliesTo(
        trx,
        workspace,
        items.map(({ id }) => id),
      ),
      campaignsOf(trx, workspace, items),
      findAgreement(trx, workspace),
    ]);
    return {
      items: items.map((row) => {
        const dueAt = row.replied === null && terms ? answerDue(terms, row.at) : undefined;
        return {
          id: row.id,
          kind: row.kind,
          ...(row.verdict !== null && { verdict: row.verdict }),
          ...(row.reasons.length > 0 && { reasons: row.reasons }),
          ...(row.note !== null && { note: row.note }),
          ...((row.campaign !== null || row.touch !== null) && {
            about: { ...(row.campaign !== null && { campaign: row.campaign }), ...(row.touch !== null && { touch: row.touch }) },
          }),
          by: row.by_name,
          ...(row.by_user === user.id && { byMe: true }),
          at: row.at,
          replies: replies.get(row.id) ?? [],
          lead: { id: row.person, name: row.name, ...(row.company !== null && { company: row.company }), stage: row.stage },
          campaigns: campaigns.get(row.id) ?? [],
          ...(dueAt !== undefined && { dueAt }),
        };
      }),
      ...(rows.length > query.limit && last && { next: encode(last) }),
    };
  });

  app.handle(feedbackPatterns, async ({ trx, workspace, query, receivedAt }) => {
    const since = query.since ?? new Date(Date.parse(receivedAt) - patternDays * 86_400_000).toISOString();
    const [counts, campaigns] = await Promise.all([feedbackCounts(trx, workspace), patterns(trx, workspace, since)]);
    return { since, counts, campaigns };
  });
}

/** A pattern for `ilike` that finds the words as they are. */
const containing = (words: string): string => `%${words.replace(/[\\%_]/g, '\\$&')}%`;
/** How far back patterns look when nothing is said. */
const patternDays = 90;

/** By when marketing promised to have answered feedback given at this time; `undefined` without such a promise. */
export function answerDue(terms: Agreement, at: string): string | undefined {
  const hours = terms.commitments.find((c) => c.measure === 'feedback_answered')?.hours;
  return hours === undefined ? undefined : addBusinessMinutes(terms.calendar, at, hours * 60);
}

async function answer(call: Caller, lead: string, id: string) {
  const card = await cardOf(call, lead);
  return { card, feedback: card.feedback.find((one) => one.id === id)! };
}

interface About {
  campaign?: string;
  touch?: string;
}

/** What feedback is about; a touch brings its campaign. @throws a refusal when it is not of this lead, or not there */
async function aboutOf({ trx, workspace }: Caller, lead: string, about: About): Promise<About> {
  const { campaign, touch } = about;
  if (touch !== undefined) {
    const row = await trx
      .selectFrom('touch')
      .select('campaign')
      .where('workspace', '=', workspace)
      .where('person', '=', lead)
      .where('id', '=', touch)
      .executeTakeFirst();
    if (!row) throw refused('no-such-touch');
    const of = row.campaign ?? campaign;
    if (campaign !== undefined && of !== campaign) throw refused('touch-elsewhere');
    return { touch, ...(of !== undefined && { campaign: of }) };
  }
  if (campaign === undefined) return {};
  const row = await trx
    .selectFrom('campaign')
    .select('id')
    .where('workspace', '=', workspace)
    .where('id', '=', campaign)
    .executeTakeFirst();
  if (!row) throw refused('no-such-campaign');
  return { campaign };
}

async function repliesTo(trx: Trx, workspace: string, ids: readonly string[]) {
  if (ids.length === 0) return new Map();
  const rows = await trx
    .selectFrom('feedback_reply as r')
    .innerJoin('app_user as u', (join) => join.onRef('u.workspace', '=', 'r.workspace').onRef('u.id', '=', 'r.by_user'))
    .where('r.workspace', '=', workspace)
    .where('r.feedback', 'in', [...ids])
    .select(['r.feedback', 'r.state', 'r.note', 'r.at', 'u.name as by'])
    .orderBy('r.at')
    .orderBy('r.id')
    .execute();
  return new Map(
    [...Map.groupBy(rows, (row) => row.feedback)].map(([feedback, list]) => [
      feedback,
      list.map(({ state, note, by, at }) => ({ state, ...(note !== null && { note }), by, at })),
    ]),
  );
}

/** The campaign that feedback names, or those that engaged the lead, most first. */
async function campaignsOf(trx: Trx, workspace: string, feedback: readonly { id: string; person: string; campaign: string | null }[]) {
  if (feedback.length === 0) return new Map<string, { id: string; name: string }[]>();
  const { rows } = await sql<{ feedback: string; id: string; name: string }>`
    select f.feedback, c.id, c.name
    from unnest(${feedback.map((f) => f.id)}::uuid[], ${feedback.map((f) => f.person)}::uuid[], ${feedback.map((f) => f.campaign)}::uuid[])
      as f (feedback, person, campaign)
    cross join lateral (
      select f.campaign as id, 0 as place where f.campaign is not null
      union all
      (select pc.campaign, 1 from person_campaign pc
       where f.campaign is null and pc.workspace = ${workspace}::uuid and pc.person = f.person and pc.active > 0
       order by pc.active desc, pc.last_at desc limit 3)
    ) of
    join campaign c on c.workspace = ${workspace}::uuid and c.id = of.id`.execute(trx);
  return new Map(
    [...Map.groupBy(rows, (row) => row.feedback)].map(([id, list]) => [id, list.map(({ id: campaign, name }) => ({ id: campaign, name }))]),
  );
}
