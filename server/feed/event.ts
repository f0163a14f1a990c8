import { sql } from 'kysely';
import type { Event } from '../../lib/contract/routes/leads-read.ts';
import type { FeedCursor } from '../store/change.ts';
import type { Trx } from '../store/db.ts';
import type { By } from '../store/tables.ts';

export interface EventRow {
  id: string;
  person: string | null;
  kind: string;
  data: Record<string, unknown>;
  by_kind: By['kind'];
  by_id: string;
  by_name: string | null;
  at: string;
  acted_at: string | null;
  received_at: string;
  agreement: number | null;
}

export const toEvent = (row: EventRow): Event => ({
  id: row.id,
  kind: row.kind,
  ...(row.person !== null && { lead: row.person }),
  data: row.data,
  by: { kind: row.by_kind, id: row.by_id, ...(row.by_name !== null && { name: row.by_name }) },
  at: row.at,
  ...(row.acted_at !== null && { actedAt: row.acted_at }),
  receivedAt: row.received_at,
  ...(row.agreement !== null && { agreement: row.agreement }),
});

/** What happened after a place, below transaction `end`, in the order of commits. */
export async function readEvents(
  trx: Trx,
  workspace: string,
  since: Pick<FeedCursor, 'xid' | 'id'>,
  end: string,
  limit: number,
): Promise<(EventRow & { xid: string })[]> {
  const { rows } = await sql<EventRow & { xid: string }>`
    select id, person, kind, data, by_kind, by_id, by_name, at, acted_at, received_at, agreement, xid
    from lead_event
    where workspace = ${workspace}::uuid and (xid, id) > (${since.xid}::xid8, ${since.id}::uuid) and xid < ${end}::xid8
    order by xid, id
    limit ${limit}`.execute(trx);
  return rows;
}
