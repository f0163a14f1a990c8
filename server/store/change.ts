import { type RawBuilder, sql } from 'kysely';
import type { Trx } from './db.ts';

/** Passive touches (sent, opened, bounced) show a card as changed at most this often. */
const passiveEvery = '1 hour';

/**
 * Says that cards changed, in the transaction that changed them. A lead has one row in the feed, which moves to its
 * end: a reader gets each lead once, as it is, however often it changed.
 * @param how `passive`: touches that hardly matter, told at most once an hour. `gone`: erased, or merged into another.
 */
export async function recordChange(
  trx: Trx,
  workspace: string,
  leads: readonly string[],
  how: { passive?: boolean; gone?: boolean } = {},
): Promise<void> {
  if (leads.length === 0) return;
  // In the order of ids, so that two writers of the same leads wait for one another instead of for each other.
  const ids = [...new Set(leads)].sort();
  const again = how.passive ? sql`where change.at < now() - ${passiveEvery}::interval` : sql``;
  await sql`
    insert into change (workspace, lead, gone)
    select ${workspace}::uuid, lead, ${how.gone ?? false}::boolean from unnest(${ids}::uuid[]) as lead
    on conflict (workspace, lead) do update
      set version = change.version + 1, xid = pg_current_xact_id(), at = now(), gone = excluded.gone
    ${again}`.execute(trx);
}

/**
 * A place in a feed ordered by transaction: everything at or before it has been read. Opaque on the wire.
 * `era` names the cluster the transaction ids belong to; a cursor of another era is as good as none.
 */
export interface FeedCursor {
  era: string;
  xid: string;
  id: string;
}

/** Always as long, so that the length of a request says nothing of what was written meanwhile. */
export const encodeCursor = ({ era, xid, id }: FeedCursor): string =>
  Buffer.from(`${era}.${xid.padStart(20, '0')}.${id}`).toString('base64url');

export function decodeCursor(text: string): FeedCursor | undefined {
  const [era, xid, id, ...rest] = Buffer.from(text, 'base64url').toString('latin1').split('.');
  if (!era || !xid || id === undefined || rest.length > 0) return undefined;
  if (!/^\d{1,20}$/.test(xid) || !/^[0-9a-f-]{36}$/.test(id) || !/^[0-9a-f-]{36}$/.test(era)) return undefined;
  // Without the zeros in front: they would make it octal.
  return { era, xid: String(BigInt(xid)), id };
}

/**
 * Below this transaction everything has ended: what is there can be read and nothing will appear any more.
 * Without it, a transaction that began early and commits late would put rows behind a reader's back.
 */
export const settled: RawBuilder<unknown> = sql`pg_snapshot_xmin(pg_current_snapshot())`;

/** Before and after every id: `(before(xid), last)` is the place where transaction `xid` begins. */
export const first = '00000000-0000-0000-0000-000000000000';
export const last = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
export const before = (xid: string): string => String(BigInt(xid) - 1n);

/** The present end of every feed, and its era. */
export async function feedEnd(trx: Trx): Promise<{ era: string; xid: string }> {
  const { rows } = await sql<{ era: string; xid: string }>`select era, ${settled} as xid from store_state`.execute(trx);
  return rows[0]!;
}
