import { sql } from 'kysely';
import type { Trx } from '../store/db.ts';
import type { Alias, Arrival } from './arrival.ts';

/** Events of people who have not said who they are: kept with their own time until they do. */

/** Longer than people keep a cookie, and than any look-back is useful for what is not known. */
export const waitingDays = 395;

/** One column names account and device; an account's id could look like a device's. */
const name = ({ kind, value }: Alias): string => (kind === 'anonymous' ? value : `${kind}\u001f${value}`);

export async function keepWaiting(trx: Trx, workspace: string, list: readonly { arrival: Arrival; waitsFor: Alias }[]): Promise<void> {
  if (list.length === 0) return;
  const rows = list.map(({ arrival: { ties: _, ...arrival }, waitsFor }) => ({ arrival, waitsFor }));
  await sql`
    insert into anonymous_event (workspace, anonymous_id, source, source_id, at, body)
    select ${workspace}::uuid, * from unnest(
      ${rows.map((r) => name(r.waitsFor))}::text[], ${rows.map((r) => r.arrival.source)}::text[], ${rows.map((r) => r.arrival.sourceId)}::text[],
      ${rows.map((r) => r.arrival.at)}::timestamptz[], ${rows.map((r) => JSON.stringify(r.arrival))}::jsonb[])
    on conflict (workspace, source, source_id) do nothing`.execute(trx);
}

/** What waited under these names belongs together from now on. */
export async function moveWaiting(trx: Trx, workspace: string, links: readonly { from: Alias; to: Alias }[]): Promise<void> {
  if (links.length === 0) return;
  await sql`
    update anonymous_event e set anonymous_id = l.to_name
    from unnest(${links.map((l) => name(l.from))}::text[], ${links.map((l) => name(l.to))}::text[]) as l (from_name, to_name)
    where e.workspace = ${workspace}::uuid and e.anonymous_id = l.from_name`.execute(trx);
}

/** Takes out what waited for these people, oldest first. */
export async function takeWaiting(
  trx: Trx,
  workspace: string,
  tied: readonly { alias: Alias; person: string }[],
): Promise<{ arrival: Arrival; person: string }[]> {
  if (tied.length === 0) return [];
  const people = new Map(tied.map(({ alias, person }) => [name(alias), person]));
  const { rows } = await sql<{ anonymous_id: string; body: Arrival }>`
    delete from anonymous_event where workspace = ${workspace}::uuid and anonymous_id = any (${[...people.keys()]}::text[])
    returning anonymous_id, body`.execute(trx);
  return rows
    .map((row) => ({ arrival: row.body, person: people.get(row.anonymous_id)! }))
    .sort((a, b) => Date.parse(a.arrival.at) - Date.parse(b.arrival.at));
}

/** Nothing of erased people waits. */
export async function dropWaiting(trx: Trx, workspace: string, names: readonly Alias[]): Promise<void> {
  if (names.length === 0) return;
  await sql`
    delete from anonymous_event where workspace = ${workspace}::uuid and anonymous_id = any (${names.map(name)}::text[])`.execute(trx);
}

/** Forgets what nobody came for, and names that belong to nobody. */
export async function forgetWaiting(trx: Trx, workspace: string, now: number): Promise<void> {
  const before = new Date(now - waitingDays * 86_400_000).toISOString();
  await trx.deleteFrom('anonymous_event').where('workspace', '=', workspace).where('received_at', '<', before).execute();
  await sql`delete from alias_link where workspace = ${workspace}::uuid and created_at < ${before}::timestamptz`.execute(trx);
}
