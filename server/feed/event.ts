import type { Event } from '../../lib/contract/routes/leads-read.ts';
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
