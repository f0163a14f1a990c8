import { sql } from 'kysely';
import { before, type FeedCursor, feedEnd, first, last } from '../store/change.ts';
import type { Trx } from '../store/db.ts';

/** Where in the feed of events a webhook is. */

/** The end: what happens from now on comes after it. */
export async function endPlace(trx: Trx): Promise<FeedCursor> {
  const end = await feedEnd(trx);
  return { era: end.era, xid: before(end.xid), id: last };
}

/**
 * A place in the present era. In a restored store every event of before has one and the same transaction; which of
 * them come after the place is told by their ids, which rise with time.
 */
export async function placeIn(trx: Trx, workspace: string, place: FeedCursor, era: string): Promise<FeedCursor> {
  if (place.era === era) return place;
  const { rows } = await sql<{ xid: string }>`
    select xid from lead_event where workspace = ${workspace}::uuid order by xid, id limit 1`.execute(trx);
  return { era, xid: rows[0]?.xid ?? '0', id: place.id };
}

/** Before the first event that was received at or after an instant; the end when there is none. */
export async function placeAt(trx: Trx, workspace: string, from: string): Promise<FeedCursor> {
  const { rows } = await sql<{ xid: string }>`
    select xid from lead_event where workspace = ${workspace}::uuid and received_at >= ${from}::timestamptz
    order by xid, id limit 1`.execute(trx);
  const end = await endPlace(trx);
  return rows[0] ? { era: end.era, xid: before(rows[0].xid), id: last } : end;
}

export const beginning = (era: string): FeedCursor => ({ era, xid: '0', id: first });

export const isBefore = (a: FeedCursor, b: FeedCursor): boolean => (a.xid === b.xid ? a.id < b.id : BigInt(a.xid) < BigInt(b.xid));
