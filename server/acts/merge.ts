import { sql } from 'kysely';
import { merge as mergeRoute, unmerge as unmergeRoute } from '../../lib/contract/routes/leads.ts';
import type { Applied, Lead } from '../../lib/funnel/lead.ts';
import { ladder, type Stage } from '../../lib/funnel/words.ts';
import type { App } from '../http/app.ts';
import { noSuch, refused } from '../http/problem.ts';
import { agreementInForce } from '../store/agreements.ts';
import { recordAudit } from '../store/audit.ts';
import { recordChange } from '../store/change.ts';
import type { Trx } from '../store/db.ts';
import { recordEvents } from '../store/history.ts';
import { newId } from '../store/id.ts';
import { readLeads, saveLead } from '../store/leads.ts';
import { wordsOf } from '../store/names.ts';
import type { By } from '../store/tables.ts';
import { byOf, type Caller, cardOf, fileUnder, lockLead } from './common.ts';

/** Two ids that turn out to be one person. The one that goes answers 308; for thirty days it can be taken back. */

const undoableDays = 30;

/** Everything needed to take a merge back. Rows as the database has them, and ids of what moved. */
interface Moved {
  personRow: unknown;
  leadRow: unknown;
  keys: string[];
  aliases: { kind: string; value: string }[];
  touches: string[];
  feedback: string[];
  handoffs: string[];
  stageChanges: string[];
  events: string[];
  /** What is still to be written into CRMs, and what was. */
  writes?: string[];
  /** The survivor as it was, and its funnel version afterwards. */
  into: { leadRow: unknown; personRow?: unknown; funnelVersion: number };
}

export function routes(app: App): void {
  app.handle(mergeRoute, async (call) => {
    const { trx, workspace, user, params, body, operation, receivedAt } = call;
    if (params.id === body.into) throw refused('merge-self');
    // Both at once, so that two merges the other way round wait for one another.
    const leads = await readLeads(trx, workspace, [params.id, body.into], { lock: true });
    const from = leads.get(params.id) ?? (await lockLead(call, params.id, mergeRoute));
    const into = leads.get(body.into);
    if (!into) throw refused('merge-nobody');
    const stage = unansweredIn(from, into);
    if (stage) throw refused('merge-waits', { stage });

    await fileUnder(call, operation, into.id);
    const id = await mergeLeads(trx, workspace, from, into, { by: byOf(user), receivedAt, operation });
    const undoableUntil = new Date(Date.parse(receivedAt) + undoableDays * 86_400_000).toISOString();
    return { card: await cardOf(call, into.id), merge: { id, from: from.id, into: into.id, at: receivedAt, undoableUntil } };
  });

  app.handle(unmergeRoute, async (call) => {
    const { trx, workspace, user, params, receivedAt } = call;
    const row = await trx
      .selectFrom('merge')
      .select(['id', 'into_person', 'at', 'moved'])
      .where('workspace', '=', workspace)
      .where('from_person', '=', params.id)
      .where('undone_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw noSuch('merge');
    const moved = row.moved as unknown as Partial<Moved>;
    if (moved.personRow === undefined || Date.parse(row.at) + undoableDays * 86_400_000 < Date.parse(receivedAt))
      throw refused('unmerge-late', { days: undoableDays });
    const into = (await readLeads(trx, workspace, [row.into_person], { lock: true })).get(row.into_person);
    if (!into) throw refused('merged-on');
    await restore(call, params.id, into, moved as Moved);
    await trx
      .updateTable('merge')
      .set({ undone_at: receivedAt, moved: '{}' })
      .where('workspace', '=', workspace)
      .where('id', '=', row.id)
      .execute();
    const both = [params.id, into.id];
    await recordEvents(
      trx,
      workspace,
      byOf(user),
      { at: receivedAt, receivedAt },
      both.map((person) => ({ person, kind: 'unmerge', data: { other: both.find((id) => id !== person)! } })),
    );
    await recordChange(trx, workspace, both);
    await recordAudit(trx, workspace, byOf(user), {
      at: receivedAt,
      action: 'person.unmerge',
      subject: params.id,
      detail: { into: into.id },
    });
    return { card: await cardOf(call, params.id) };
  });
}

/** How far somebody has come; aside is further than a lead that nobody was asked about. */
const rank = (stage: Stage): number => {
  const place = (ladder as readonly Stage[]).indexOf(stage);
  return place < 0 ? 1.5 : place;
};

const adopts = (from: Lead, into: Lead): boolean => rank(from.stage) > rank(into.stage);

/** Merging must not make an unanswered hand-off disappear: the stage at which one of the two still waits, if so. */
export function unansweredIn(from: Lead, into: Lead): 'mql' | 'sal' | undefined {
  const { stage } = adopts(from, into) ? into : from;
  return stage === 'mql' || stage === 'sal' ? stage : undefined;
}

/**
 * Makes one lead of two that were read under lock and have nothing unanswered. Everything of `from` is `into`'s from
 * now on. Answers the id under which it can be taken back.
 */
export async function mergeLeads(
  trx: Trx,
  workspace: string,
  from: Lead,
  into: Lead,
  { by, receivedAt, operation }: { by: By; receivedAt: string; operation?: string },
): Promise<string> {
  const [personRow, leadRow, intoRow, intoPerson] = await Promise.all([
    rowOf(trx, 'person', workspace, from.id),
    rowOf(trx, 'lead', workspace, from.id),
    rowOf(trx, 'lead', workspace, into.id),
    rowOf(trx, 'person', workspace, into.id),
  ]);
  const moved = await moveAll(trx, workspace, from.id, into.id);
  const terms = await agreementInForce(trx, workspace);
  const next = joined(from, into, adopts(from, into));
  const when = { at: receivedAt, receivedAt, agreement: terms.version, ...(operation && { operation }) };
  await saveLead(trx, workspace, into, next, { by, terms, ...when });
  await joinRows(trx, workspace, from.id, into.id, adopts(from, into));
  await trx.deleteFrom('person').where('workspace', '=', workspace).where('id', '=', from.id).execute();
  await recount(trx, workspace, [into.id]);

  const id = newId();
  const record: Moved = {
    personRow,
    leadRow,
    ...moved,
    into: { leadRow: intoRow, personRow: intoPerson, funnelVersion: next.lead.funnelVersion },
  };
  await trx
    .insertInto('merge')
    .values({
      workspace,
      id,
      from_person: from.id,
      into_person: into.id,
      by_user: by.kind === 'user' ? by.id : null,
      at: receivedAt,
      moved: JSON.stringify(record),
    })
    .execute();
  await recordEvents(trx, workspace, by, when, [{ person: into.id, kind: 'merge', data: { from: from.id } }]);
  await recordChange(trx, workspace, [from.id], { gone: true });
  await recordAudit(trx, workspace, by, { at: receivedAt, action: 'person.merge', subject: into.id, detail: { from: from.id } });
  return id;
}

/** The survivor's funnel: of the two the one that came further, with the returns of both. */
function joined(from: Lead, into: Lead, adopts: boolean): Applied {
  const last = [from.returned.last, into.returned.last]
    .filter((one) => one !== undefined)
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))[0];
  const lead: Lead = {
    ...(adopts ? from : into),
    id: into.id,
    attempts: Math.max(from.attempts, into.attempts),
    returned: { times: from.returned.times + into.returned.times, ...(last && { last }) },
    funnelVersion: Math.max(from.funnelVersion, into.funnelVersion) + 1,
  };
  return { lead, events: [] };
}

async function joinRows(trx: Trx, workspace: string, from: string, into: string, adopts: boolean): Promise<void> {
  await sql`
    update lead i set
      passed = i.passed || array(select s from unnest(f.passed) as s where s <> all (i.passed)),
      criteria = case when ${adopts}::boolean then f.criteria else i.criteria end,
      amount_value = coalesce(i.amount_value, f.amount_value),
      amount_currency = case when i.amount_value is null then f.amount_currency else i.amount_currency end,
      amount_deals = case when i.amount_value is null then f.amount_deals else i.amount_deals end
    from lead f
    where i.workspace = ${workspace}::uuid and i.id = ${into}::uuid and f.workspace = i.workspace and f.id = ${from}::uuid`.execute(trx);
  await sql`
    update person i set
      name = case when i.name = '' then f.name else i.name end,
      title = coalesce(i.title, f.title),
      company = coalesce(i.company, f.company),
      segment = coalesce(i.segment, f.segment),
      company_key = case when i.company is null then f.company_key else i.company_key end,
      domain = coalesce(i.domain, f.domain),
      updated_at = now()
    from person f
    where i.workspace = ${workspace}::uuid and i.id = ${into}::uuid and f.workspace = i.workspace and f.id = ${from}::uuid`.execute(trx);
  await rewriteWords(trx, workspace, into);
}

async function rewriteWords(trx: Trx, workspace: string, person: string): Promise<void> {
  const row = await trx
    .selectFrom('person')
    .select(['name', 'company'])
    .where('workspace', '=', workspace)
    .where('id', '=', person)
    .executeTakeFirstOrThrow();
  await trx.deleteFrom('person_word').where('workspace', '=', workspace).where('person', '=', person).execute();
  await sql`
    insert into person_word (workspace, word, person)
    select ${workspace}::uuid, word, ${person}::uuid from unnest(${wordsOf(row.name, row.company)}::text[]) as word
    on conflict (workspace, word, person) do nothing`.execute(trx);
}

type MovedIds = Pick<Moved, 'keys' | 'aliases' | 'touches' | 'feedback' | 'handoffs' | 'stageChanges' | 'events' | 'writes'>;

async function moveAll(trx: Trx, workspace: string, from: string, into: string): Promise<MovedIds> {
  const move = async (table: 'person_key' | 'touch' | 'feedback' | 'handoff' | 'stage_change' | 'lead_event'): Promise<string[]> => {
    const { rows } = await sql<{ id: string }>`
      update ${sql.table(table)} set person = ${into}::uuid
      where workspace = ${workspace}::uuid and person = ${from}::uuid returning id`.execute(trx);
    return rows.map(({ id }) => id);
  };
  const aliases = await trx
    .updateTable('person_alias')
    .set({ person: into })
    .where('workspace', '=', workspace)
    .where('person', '=', from)
    .returning(['kind', 'value'])
    .execute();
  const writes = await trx
    .updateTable('source_write')
    .set({ lead: into })
    .where('workspace', '=', workspace)
    .where('lead', '=', from)
    .returning('id')
    .execute();
  return {
    keys: await move('person_key'),
    aliases,
    touches: await move('touch'),
    feedback: await move('feedback'),
    handoffs: await move('handoff'),
    stageChanges: await move('stage_change'),
    events: await move('lead_event'),
    writes: writes.map((write) => write.id),
  };
}

async function restore(call: Caller, id: string, into: Lead, moved: Moved): Promise<void> {
  const { trx, workspace, user, receivedAt } = call;
  await sql`insert into person select * from jsonb_populate_record(null::person, ${JSON.stringify(moved.personRow)}::jsonb)`.execute(trx);
  await sql`insert into lead select * from jsonb_populate_record(null::lead, ${JSON.stringify(moved.leadRow)}::jsonb)`.execute(trx);
  const back = async (table: 'person_key' | 'touch' | 'feedback' | 'handoff' | 'stage_change' | 'lead_event', ids: readonly string[]) => {
    await sql`
      update ${sql.table(table)} set person = ${id}::uuid
      where workspace = ${workspace}::uuid and person = ${into.id}::uuid and id = any(${ids}::uuid[])`.execute(trx);
  };
  await back('person_key', moved.keys);
  await back('touch', moved.touches);
  await back('feedback', moved.feedback);
  await back('handoff', moved.handoffs);
  await back('stage_change', moved.stageChanges);
  await back('lead_event', moved.events);
  if (moved.writes?.length)
    await trx
      .updateTable('source_write')
      .set({ lead: id })
      .where('workspace', '=', workspace)
      .where('lead', '=', into.id)
      .where('id', 'in', moved.writes)
      .execute();
  for (const { kind, value } of moved.aliases)
    await trx
      .updateTable('person_alias')
      .set({ person: id })
      .where('workspace', '=', workspace)
      .where('kind', '=', kind)
      .where('value', '=', value)
      .where('person', '=', into.id)
      .execute();

  // What was decided about the survivor since then stands; otherwise it is again what it was.
  if (into.funnelVersion === moved.into.funnelVersion)
    await sql`
      update lead l set (origin, stage, since, passed, owner, handoff, intent, criteria, clock_from, pooled_at, pause, paused, attempts,
                         wakes_on, wakes_on_strong_touch, returned_times, returned_last, amount_value, amount_currency, amount_deals) =
        (select origin, stage, since, passed, owner, handoff, intent, criteria, clock_from, pooled_at, pause, paused, attempts,
                wakes_on, wakes_on_strong_touch, returned_times, returned_last, amount_value, amount_currency, amount_deals
         from jsonb_populate_record(null::lead, ${JSON.stringify(moved.into.leadRow)}::jsonb))
      where l.workspace = ${workspace}::uuid and l.id = ${into.id}::uuid`.execute(trx);
  const terms = await agreementInForce(trx, workspace);
  // Written once more as they are now, which computes their deadlines under today's agreement.
  for (const lead of (await readLeads(trx, workspace, [id, into.id])).values())
    await saveLead(
      trx,
      workspace,
      lead,
      { lead: { ...lead, funnelVersion: Math.max(lead.funnelVersion, into.funnelVersion) + 1 }, events: [] },
      { by: byOf(user), terms, at: receivedAt, receivedAt },
    );
  await giveBack(trx, workspace, into.id, moved);
  for (const person of [id, into.id]) await rewriteWords(trx, workspace, person);
  await recount(trx, workspace, [id, into.id]);
}

/** What the survivor had only from the other is not its own any more; what it was told since stays. */
async function giveBack(trx: Trx, workspace: string, into: string, { personRow, into: { personRow: before } }: Moved): Promise<void> {
  if (before === undefined) return;
  const fields = ['name', 'title', 'company', 'company_key', 'domain', 'segment'].map(
    (name) =>
      sql`${sql.ref(name)} = case when nullif(b.${sql.ref(name)}, '') is null and i.${sql.ref(name)} = f.${sql.ref(name)}
        then b.${sql.ref(name)} else i.${sql.ref(name)} end`,
  );
  await sql`
    update person i set ${sql.join(fields)}, updated_at = now()
    from jsonb_populate_record(null::person, ${JSON.stringify(before)}::jsonb) b,
         jsonb_populate_record(null::person, ${JSON.stringify(personRow)}::jsonb) f
    where i.workspace = ${workspace}::uuid and i.id = ${into}::uuid`.execute(trx);
}

/** Counts touches by campaign anew, for people whose touches moved. */
export async function recount(trx: Trx, workspace: string, people: readonly string[]): Promise<void> {
  await trx
    .deleteFrom('person_campaign')
    .where('workspace', '=', workspace)
    .where('person', 'in', [...people])
    .execute();
  await sql`
    insert into person_campaign (workspace, person, campaign, active, passive, first_at, last_at)
    select workspace, person, campaign, count(*) filter (where active), count(*) filter (where not active), min(at), max(at)
    from touch
    where workspace = ${workspace}::uuid and person = any(${people}::uuid[]) and campaign is not null
    group by workspace, person, campaign`.execute(trx);
}

async function rowOf(trx: Trx, table: 'lead' | 'person', workspace: string, id: string): Promise<unknown> {
  const { rows } = await sql<{ row: unknown }>`
    select to_jsonb(t) as row from ${sql.table(table)} t where t.workspace = ${workspace}::uuid and t.id = ${id}::uuid`.execute(trx);
  return rows[0]?.row;
}
