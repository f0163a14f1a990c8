import { sql } from 'kysely';
import type { App } from '../http/app.ts';
import { recordChange } from '../store/change.ts';
import type { Trx } from '../store/db.ts';
import { newId } from '../store/id.ts';
import { skewed } from './believe.ts';
import { keepPage } from './keep.ts';
import { findLink, type LinkRow, linkOf, lockLink, updateLink } from './links.ts';
import { keepWorth } from './owners.ts';
import { type Run, type Trouble, troubleOf } from './pull.ts';
import { fieldKey, idOf, type KnownField, keepKnown, knownOf, nameOf, recordsOf, sourceName } from './records.ts';
import { releaseFields } from './release.ts';
import type { Page, Pushed, Source, Write, Wrote } from './source.ts';
import { attempted, wrote } from './stage-rule.ts';

/** What an act leads to in a CRM, as it is kept until it is written there. */
export type WriteBody = Omit<Write, 'id' | 'record' | 'emails' | 'campaign' | 'own'>;

/**
 * Notes an act for every CRM that decisions are written to, in the act's own transaction.
 * @param act its note is asked for where there is such a CRM
 * @returns the links that have something to write now
 */
export async function queueWrites(
  trx: Trx,
  workspace: string,
  act: { operation: string; lead: string; body: Omit<WriteBody, 'note'>; note: () => Promise<string> },
): Promise<string[]> {
  const links = await trx
    .selectFrom('source_link')
    .select(['id', 'mapping'])
    .where('workspace', '=', workspace)
    .where('state', '!=', 'disconnected')
    .execute();
  const wanted = links.filter(({ mapping }) => mapping.agreed && (act.body.what === 'decision' || mapping.writeFeedback));
  if (wanted.length === 0) return [];
  const body: WriteBody = { ...act.body, note: await act.note() };
  await trx
    .insertInto('source_write')
    .values(
      wanted.map(({ id }) => ({
        workspace,
        id: newId(),
        link: id,
        lead: act.lead,
        operation: act.operation,
        body: JSON.stringify(body),
        state: 'waiting' as const,
      })),
    )
    .onConflict((conflict) => conflict.columns(['workspace', 'link', 'operation']).doNothing())
    .execute();
  return wanted.map(({ id }) => id);
}

/** Has a link's job run soon. Whether that is heard or not, it runs by itself every few minutes. */
export function runSoon({ jobs, log }: Pick<App, 'jobs' | 'log'>, workspace: string, name: string, link: string): void {
  jobs.send(workspace, name, { link }, { key: link }).catch((error) => log.warn({ error }, `${name} does not run at once`));
}
/** Has queued writes sent soon. */
export function sendSoon(app: Pick<App, 'jobs' | 'log'>, workspace: string, links: readonly string[]): void {
  for (const link of links) runSoon(app, workspace, 'source.write', link);
}

/** How long a write belongs to the run that took it. */
const leaseMs = 5 * 60_000;
/** Waits between attempts: half a minute, doubling to an hour. */
const pause = (attempts: number): number => Math.min(30_000 * 2 ** Math.max(0, attempts - 1), 3_600_000);
/** Troubles of the whole connection: what else waits would only meet the same. */
const ofLink: readonly string[] = ['signed-out', 'sealed', 'limit', 'away'];
/** The CRM's last word on a write: a person has to deal with it. */
const final: readonly string[] = ['refused', 'not-found', 'forbidden', 'unexpected'];

/**
 * Writes what waits, oldest first; of one lead strictly in order: while one is refused, the later ones wait.
 * @returns how many were written
 */
export async function runWrites(run: Run): Promise<number> {
  const { store, world, workspace, id, signal } = run;
  for (let written = 0; ; ) {
    signal.throwIfAborted();
    const taken = await store.inWorkspace(workspace, (trx) => take(trx, workspace, id, world.clock.now()));
    if (!taken) return written;
    const trouble = await send(run, taken);
    if (!trouble) written++;
    else if (ofLink.includes(trouble)) return written;
  }
}

interface Taken {
  row: LinkRow;
  id: string;
  lead: string;
  attempts: number;
  write: Write;
}

async function take(trx: Trx, workspace: string, link: string, now: number): Promise<Taken | undefined> {
  const row = await findLink(trx, workspace, link);
  if (row?.state !== 'running' || !row.mapping.agreed) return undefined;
  const { rows } = await sql<{ id: string; lead: string; operation: string; body: WriteBody; attempts: number }>`
    update source_write set retry_at = ${new Date(now + leaseMs)}, attempts = attempts + 1
    where workspace = ${workspace}::uuid and id = (
      select w.id from source_write w
      where w.workspace = ${workspace}::uuid and w.link = ${link}::uuid and w.state = 'waiting'
        and (w.retry_at is null or w.retry_at <= ${new Date(now)})
        and not exists (
          select 1 from source_write before
          where before.workspace = w.workspace and before.link = w.link and before.lead = w.lead and before.id < w.id
            and before.state in ('waiting', 'refused'))
      order by w.id limit 1 for update skip locked)
    returning id, lead, operation, body, attempts`.execute(trx);
  const found = rows[0];
  if (!found) return undefined;
  const keys = await trx
    .selectFrom('person_key')
    .select('value')
    .where('workspace', '=', workspace)
    .where('person', '=', found.lead)
    .where('kind', '=', 'email')
    .orderBy('created_at')
    .execute();
  const records = await recordsOf(trx, workspace, row, found.lead);
  const known = await knownOf(trx, workspace, row.id, records);
  const campaign = await lastCampaign(trx, workspace, row, found.lead);
  return {
    row,
    id: found.id,
    lead: found.lead,
    attempts: found.attempts,
    write: {
      ...found.body,
      id: found.operation,
      emails: keys.map((k) => k.value),
      ...(records[0] !== undefined && { record: idOf(row, records[0]) }),
      ...(campaign !== undefined && { campaign: idOf(row, campaign) }),
      own: [...known.values()].flatMap(({ field, known: { own } }) => (own ?? []).map((one) => ({ ...one, field }))),
    },
  };
}

/** The campaign of this CRM that engaged the person last, by the name that its records have here. */
async function lastCampaign(trx: Trx, workspace: string, row: LinkRow, lead: string): Promise<string | undefined> {
  const { rows } = await sql<{ ref: string }>`
    select r.ref from person_campaign pc
    join campaign_ref r on r.workspace = pc.workspace and r.campaign = pc.campaign and r.source = ${sourceName(row)}
    where pc.workspace = ${workspace}::uuid and pc.person = ${lead}::uuid and pc.active > 0
    order by pc.last_at desc, r.ref limit 1`.execute(trx);
  return rows[0]?.ref;
}

/** One write and what became of it. Answers the trouble it met, if any. */
async function send({ store, world, source, workspace, signal }: Run, taken: Taken): Promise<string | undefined> {
  let skewMs = taken.row.skew_ms;
  const set: Wrote[] = [];
  try {
    const link = linkOf(store, world, taken.row, signal, {
      async setting(fields) {
        set.push(...fields);
        await store.inWorkspace(workspace, (trx) => intend(trx, workspace, taken, fields, link.skew));
      },
      found: (page) =>
        store.inWorkspace(workspace, (trx) =>
          meet(trx, workspace, source, taken.row.id, page, { now: world.clock.now(), skewMs: link.skew }),
        ),
    });
    const answer = await source.push(link, taken.write).finally(() => {
      skewMs = link.skew;
    });
    const done = { now: world.clock.now(), skewMs };
    await store.inWorkspace(workspace, (trx) => sent(trx, workspace, source, taken, answer, done));
    return undefined;
  } catch (error) {
    const trouble = troubleOf(error);
    if (!trouble) throw error;
    const done = { now: world.clock.now(), skewMs };
    await store.inWorkspace(workspace, (trx) => failed(trx, workspace, taken, set, trouble, done));
    return trouble.trouble;
  }
}

/** What stands there and is about to be overwritten. Answers when the newest touch that is read off it happened. */
async function meet(
  trx: Trx,
  workspace: string,
  source: Source,
  id: string,
  page: Page,
  time: { now: number; skewMs: number },
): Promise<string | undefined> {
  const row = await lockLink(trx, workspace, id);
  // Disconnected meanwhile: nobody wants to know any more.
  if (!row || row.state === 'disconnected') return undefined;
  await keepPage(trx, workspace, row, source, page, time);
  const told = page.readOff?.map(({ sourceId }) => sourceId) ?? [];
  if (told.length === 0) return undefined;
  const { at } = await trx
    .selectFrom('touch')
    .select((eb) => eb.fn.max('at').as('at'))
    .where('workspace', '=', workspace)
    .where('source', '=', sourceName(row))
    .where('source_id', 'in', told)
    .executeTakeFirstOrThrow();
  return at ?? undefined;
}

/** What is or was being written: it may have arrived. */
async function intend(trx: Trx, workspace: string, taken: Taken, fields: readonly Wrote[], skewMs: number): Promise<void> {
  if (fields.length === 0) return;
  await lockLink(trx, workspace, taken.row.id);
  const attempts = ours(taken.row, fields);
  const decidedAt = skewed(skewMs).theirs(taken.write.at);
  const records = attempts.map(({ record }) => record);
  const known = await knownOf(trx, workspace, taken.row.id, records);
  // A field may have been tried more than once, where the record had changed in between.
  const tried = new Map<string, KnownField>();
  for (const { record, field, value, from, to } of attempts) {
    const key = fieldKey(record, field);
    const before = (tried.get(key) ?? known.get(key))?.known ?? {};
    tried.set(key, { record, field, known: attempted(before, { value, from, to, decidedAt, write: taken.id }) });
  }
  await keepKnown(trx, workspace, taken.row.id, [...tried.values()]);
}

interface Done {
  now: number;
  skewMs: number;
  wrote?: Wrote[];
  stands?: Pushed['stands'];
  already?: Pushed['already'];
}

async function sent(trx: Trx, workspace: string, source: Source, taken: Taken, answer: Pushed, done: Done): Promise<void> {
  await lockLink(trx, workspace, taken.row.id);
  await trx
    .updateTable('source_write')
    .set({
      state: 'sent',
      ended_at: new Date(done.now),
      record: answer.record,
      changed: answer.changed,
      kept: answer.kept ?? [],
      sentence: null,
      said: null,
      trouble: null,
    })
    .where('workspace', '=', workspace)
    .where('id', '=', taken.id)
    .execute();
  await trx
    .insertInto('person_alias')
    .values({ workspace, kind: 'record', value: nameOf(taken.row, answer.record), person: taken.lead })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const stands = answer.stands && ours(taken.row, [answer.stands])[0];
  const [wrote, already] = [ours(taken.row, answer.wrote), ours(taken.row, answer.already ?? [])];
  await settle(trx, workspace, source, taken, { ...done, wrote, already, stands });
  await recordChange(trx, workspace, [taken.lead]);
}

const ours = <T extends { record: string }>(row: LinkRow, list: readonly T[]): T[] =>
  list.map((one) => ({ ...one, record: nameOf(row, one.record) }));

/** After a write: what the CRM now says, and what waited there and counts again. The caller holds the link's lock. */
async function settle(
  trx: Trx,
  workspace: string,
  source: Source,
  { id, row, lead, write }: Pick<Taken, 'row' | 'lead'> & { id?: string; write: Pick<Write, 'at'> },
  { now, skewMs, wrote: written = [], already = [], stands }: Done,
): Promise<void> {
  const names = await recordsOf(trx, workspace, row, lead);
  const known = await knownOf(trx, workspace, row.id, names);
  for (const { record, field } of [...written, ...(stands ? [stands] : [])]) {
    const key = fieldKey(record, field);
    if (!known.has(key)) known.set(key, { record, field, known: {} });
  }
  const decidedAt = skewed(skewMs).theirs(write.at);
  const fields = [...known].map(([key, one]): KnownField => {
    const own = written.find(({ record, field }) => fieldKey(record, field) === key);
    const newer = stands && fieldKey(stands.record, stands.field) === key ? { value: stands.value, at: stands.at } : undefined;
    const had = already.find(({ record, field }) => fieldKey(record, field) === key)?.value;
    const how = { own: own && { value: own.value, from: own.from, to: own.to, ...(id && { write: id }) }, stands: newer, already: had };
    return { ...one, known: wrote(one.known, decidedAt, how) };
  });
  await keepKnown(trx, workspace, row.id, fields);
  const by = { kind: 'source' as const, id: row.id, name: source.name };
  await releaseFields(trx, workspace, row, fields, { by, now, skewMs });
  await keepWorth(trx, workspace, row, new Map([[lead, { priced: false }]]), { by, receivedAt: new Date(now).toISOString() });
}

async function failed(
  trx: Trx,
  workspace: string,
  taken: Taken,
  tried: readonly Wrote[],
  trouble: Trouble,
  { now, skewMs }: Done,
): Promise<void> {
  await lockLink(trx, workspace, taken.row.id);
  const at = new Date(now);
  await trx
    .updateTable('source_write')
    .set({
      sentence: trouble.sentence,
      said: JSON.stringify(trouble.said),
      trouble: trouble.trouble,
      ...(final.includes(trouble.trouble)
        ? { state: 'refused' as const, ended_at: at }
        : { retry_at: trouble.retryAt ?? new Date(now + pause(taken.attempts)) }),
    })
    .where('workspace', '=', workspace)
    .where('id', '=', taken.id)
    .execute();
  await intend(trx, workspace, taken, tried, skewMs);
  if (trouble.trouble === 'signed-out' || trouble.trouble === 'sealed')
    await updateLink(trx, workspace, taken.row.id)
      .set({ trouble: JSON.stringify({ ...trouble, at: at.toISOString() }) })
      .execute();
  await recordChange(trx, workspace, [taken.lead]);
}

/** Sends a refused write again, or gives it up. Answers its link; `undefined` when it is not refused (any more). */
export async function dealWith(
  trx: Trx,
  workspace: string,
  id: string,
  how: 'again' | 'discard',
  sourceOf: (link: LinkRow) => Source | undefined,
  now: number,
): Promise<string | undefined> {
  const found = await trx
    .selectFrom('source_write')
    .select('link')
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .executeTakeFirst();
  const link = found && (await lockLink(trx, workspace, found.link));
  if (!link) return undefined;
  const row = await trx
    .updateTable('source_write')
    .set(
      how === 'again'
        ? // Why it was refused says nothing of why it waits now.
          { state: 'waiting', retry_at: null, ended_at: null, sentence: null, said: null, trouble: null }
        : { state: 'discarded', ended_at: new Date(now) },
    )
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .where('state', '=', 'refused')
    .returningAll()
    .executeTakeFirst();
  if (!row) return undefined;
  const source = sourceOf(link);
  if (how === 'discard' && source)
    await settle(trx, workspace, source, { row: link, lead: row.lead, write: row.body }, { now, skewMs: link.skew_ms });
  await recordChange(trx, workspace, [row.lead]);
  return link.id;
}
