import { sql } from 'kysely';
import type { App } from '../http/app.ts';
import { ingest } from '../ingest/ingest.ts';
import { recordChange } from '../store/change.ts';
import type { Store, Trx } from '../store/db.ts';
import { newId } from '../store/id.ts';
import { findLink, type LinkRow, linkOf, type World } from './links.ts';
import { arrivalOf, idOf, keepKnown, knownOf, leadsOf, recordOf, troubleOf } from './pull.ts';
import { type Pushed, type Source, SourceError, type Write } from './source.ts';
import { attempted, released, wrote } from './stage-rule.ts';

/** What an act leads to in a CRM, as it is kept until it is written there. */
export type WriteBody = Omit<Write, 'id' | 'record' | 'emails'>;

/**
 * Notes an act for every CRM that decisions are written to, in the act's own transaction.
 * @returns the links that have something to write now
 */
export async function queueWrites(
  trx: Trx,
  workspace: string,
  act: { operation: string; lead: string; body: WriteBody },
): Promise<string[]> {
  const links = await trx
    .selectFrom('source_link')
    .select(['id', 'mapping'])
    .where('workspace', '=', workspace)
    .where('state', '!=', 'disconnected')
    .execute();
  const wanted = links.filter(({ mapping }) => mapping.agreed && (act.body.what === 'decision' || mapping.writeFeedback));
  if (wanted.length === 0) return [];
  await trx
    .insertInto('source_write')
    .values(
      wanted.map(({ id }) => ({
        workspace,
        id: newId(),
        link: id,
        lead: act.lead,
        operation: act.operation,
        body: JSON.stringify(act.body),
        state: 'waiting' as const,
      })),
    )
    .onConflict((conflict) => conflict.columns(['workspace', 'link', 'operation']).doNothing())
    .execute();
  return wanted.map(({ id }) => id);
}

/** Has queued writes sent soon. Whether that is heard or not, they are looked for every minute. */
export function sendSoon({ jobs, log }: Pick<App, 'jobs' | 'log'>, workspace: string, links: readonly string[]): void {
  for (const link of links)
    jobs.send(workspace, 'source.write', { link }, { key: link }).catch((error) => log.warn({ error }, 'writes are not sent at once'));
}

/** How long a write belongs to the run that took it. */
const leaseMs = 5 * 60_000;
/** Waits between attempts: half a minute, doubling to an hour. */
const pause = (attempts: number): number => Math.min(30_000 * 2 ** attempts, 3_600_000);

/**
 * Writes what waits, oldest first; of one lead strictly in order: while one is refused, the later ones wait.
 * @returns how many were written
 */
export async function runWrites(
  store: Store,
  world: World,
  source: Source,
  workspace: string,
  link: string,
  signal: AbortSignal,
): Promise<number> {
  for (let written = 0; ; ) {
    signal.throwIfAborted();
    const taken = await store.inWorkspace(workspace, (trx) => take(trx, workspace, link, world.clock.now()));
    if (!taken) return written;
    if (await send(store, world, source, workspace, taken, signal)) written++;
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
  if (!row || row.state === 'paused' || !row.mapping.agreed) return undefined;
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
  const prefix = recordOf(row, '');
  const alias = await trx
    .selectFrom('person_alias')
    .select('value')
    .where('workspace', '=', workspace)
    .where('person', '=', found.lead)
    .where('kind', '=', 'record')
    .where('value', 'like', `${prefix}%`)
    .orderBy('created_at')
    .executeTakeFirst();
  return {
    row,
    id: found.id,
    lead: found.lead,
    attempts: found.attempts,
    write: {
      ...found.body,
      id: found.operation,
      emails: keys.map((k) => k.value),
      ...(alias && { record: idOf(row, alias.value) }),
    },
  };
}

/** One write and what became of it. */
async function send(store: Store, world: World, source: Source, workspace: string, taken: Taken, signal: AbortSignal): Promise<boolean> {
  const from = new Date(world.clock.now()).toISOString();
  try {
    const link = linkOf(world, taken.row, signal, (credentials) =>
      store.inWorkspace(
        workspace,
        async (trx) =>
          void (await trx
            .updateTable('source_link')
            .set({ credentials })
            .where('workspace', '=', workspace)
            .where('id', '=', taken.row.id)
            .execute()),
      ),
    );
    const answer = await source.push(link, taken.write);
    await store.inWorkspace(workspace, (trx) => sent(trx, workspace, source, taken, answer, world.clock.now()));
    return true;
  } catch (error) {
    const trouble = troubleOf(error);
    if (!trouble) throw error;
    await store.inWorkspace(workspace, (trx) => failed(trx, workspace, taken, error, trouble, from, world.clock.now()));
    return false;
  }
}

async function sent(trx: Trx, workspace: string, source: Source, taken: Taken, answer: Pushed, now: number): Promise<void> {
  const at = new Date(now).toISOString();
  await trx
    .updateTable('source_write')
    .set({ state: 'sent', ended_at: at, record: answer.record, changed: answer.changed, kept: answer.kept ?? [], sentence: null })
    .where('workspace', '=', workspace)
    .where('id', '=', taken.id)
    .execute();
  await trx
    .insertInto('person_alias')
    .values({ workspace, kind: 'record', value: recordOf(taken.row, `${source.id}:${answer.record}`), person: taken.lead })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await settle(
    trx,
    workspace,
    taken,
    { at, wrote: answer.wrote && { ...answer.wrote, record: recordOf(taken.row, answer.wrote.record) } },
    source,
  );
  await recordChange(trx, workspace, [taken.lead]);
}

/** After a write: what the CRM now says, and what waited there and counts again. */
async function settle(
  trx: Trx,
  workspace: string,
  taken: Pick<Taken, 'row' | 'lead' | 'write'>,
  done: { at: string; wrote?: Pushed['wrote'] },
  source: Source,
): Promise<void> {
  const records = await trx
    .selectFrom('person_alias')
    .select('value')
    .where('workspace', '=', workspace)
    .where('person', '=', taken.lead)
    .where('kind', '=', 'record')
    .where('value', 'like', `${recordOf(taken.row, '')}%`)
    .execute();
  if (records.length === 0) return;
  const names = records.map((r) => r.value);
  const known = await knownOf(trx, workspace, taken.row.id, names);
  if (done.wrote && !known.has(`${done.wrote.record}\0${done.wrote.field}`)) known.set(`${done.wrote.record}\0${done.wrote.field}`, {});
  const leads = await leadsOf(trx, workspace, taken.row.id, names);
  const rows: { record: string; field: string; known: ReturnType<typeof wrote> }[] = [];
  const news: Parameters<typeof ingest>[2][number][] = [];
  for (const [key, state] of known) {
    const [record, field] = key.split('\0') as [string, string];
    const value = done.wrote?.record === record && done.wrote.field === field ? done.wrote.value : undefined;
    let next = wrote(state, value, taken.write.at, done.at);
    const lead = leads.get(record);
    if (lead && !lead.owned) {
      const after = released(next, lead.decidedAt);
      next = after.known;
      if (after.news) news.push(...arrivalOf(taken.row, record, field, after.news));
    }
    rows.push({ record, field, known: next });
  }
  await keepKnown(trx, workspace, taken.row.id, rows);
  await ingest(trx, workspace, news, { receivedAt: done.at, kind: 'crm', by: { kind: 'source', id: taken.row.id, name: source.name } });
}

async function failed(
  trx: Trx,
  workspace: string,
  taken: Taken,
  error: unknown,
  trouble: { trouble: string; sentence: string; retryAt?: string },
  from: string,
  now: number,
): Promise<void> {
  const at = new Date(now).toISOString();
  const final =
    trouble.trouble === 'refused' || trouble.trouble === 'not-found' || trouble.trouble === 'forbidden' || trouble.trouble === 'unexpected';
  await trx
    .updateTable('source_write')
    .set({
      sentence: trouble.sentence,
      ...(final
        ? { state: 'refused' as const, ended_at: at }
        : { retry_at: trouble.retryAt ?? new Date(now + pause(taken.attempts)).toISOString() }),
    })
    .where('workspace', '=', workspace)
    .where('id', '=', taken.id)
    .execute();
  if (error instanceof SourceError && error.tried) {
    const { field, value } = error.tried;
    const record = recordOf(taken.row, error.tried.record);
    const known = (await knownOf(trx, workspace, taken.row.id, [record])).get(`${record}\0${field}`) ?? {};
    await keepKnown(trx, workspace, taken.row.id, [{ record, field, known: attempted(known, value, from, at) }]);
  }
  if (trouble.trouble === 'signed-out' || trouble.trouble === 'sealed')
    await trx
      .updateTable('source_link')
      .set({ trouble: JSON.stringify({ ...trouble, at }) })
      .where('workspace', '=', workspace)
      .where('id', '=', taken.row.id)
      .execute();
  await recordChange(trx, workspace, [taken.lead]);
}

/** Sends a refused write again, or gives it up. `false` when it is not refused (any more). */
export async function dealWith(
  trx: Trx,
  workspace: string,
  id: string,
  how: 'again' | 'discard',
  source: (link: LinkRow) => Source | undefined,
  now: number,
): Promise<boolean> {
  const row = await trx
    .selectFrom('source_write')
    .selectAll()
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .where('state', '=', 'refused')
    .forUpdate()
    .executeTakeFirst();
  if (!row) return false;
  await trx
    .updateTable('source_write')
    .set(how === 'again' ? { state: 'waiting', retry_at: null, ended_at: null } : { state: 'discarded', ended_at: new Date(now) })
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .execute();
  if (how === 'discard') {
    const link = await findLink(trx, workspace, row.link);
    const from = link && source(link);
    if (link && from)
      await settle(
        trx,
        workspace,
        { row: link, lead: row.lead, write: { ...row.body, id: row.operation, emails: [] } },
        { at: new Date(now).toISOString() },
        from,
      );
  }
  await recordChange(trx, workspace, [row.lead]);
  return true;
}
