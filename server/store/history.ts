import type { EventKind } from '../../lib/contract/routes/events.ts';
import type { Trx } from './db.ts';
import { newId } from './id.ts';
import type { By } from './tables.ts';

/** When something counts, when the device says it was done, when it came here; under which agreement; by which act. */
export interface When {
  at: string;
  actedAt?: string;
  receivedAt: string;
  agreement?: number;
  operation?: string;
}

export interface Happened {
  person?: string;
  kind: EventKind;
  data?: Record<string, unknown>;
}

/** Writes what happened. `person` is absent for what concerns the workspace. */
export const recordEvents = (trx: Trx, workspace: string, by: By, when: When, events: readonly Happened[]): Promise<void> =>
  insertEvents(trx, eventRows(workspace, by, when, events));

export type EventRow = ReturnType<typeof eventRows>[number];
export const eventRows = (workspace: string, by: By, when: When, events: readonly Happened[]) =>
  events.map(({ person, kind, data }) => ({
    workspace,
    id: newId(),
    person: person ?? null,
    kind,
    data: JSON.stringify(data ?? {}),
    by_kind: by.kind,
    by_id: by.id,
    by_name: by.name ?? null,
    at: when.at,
    acted_at: when.actedAt ?? null,
    received_at: when.receivedAt,
    agreement: when.agreement ?? null,
    operation: when.operation ?? null,
  }));

export async function insertEvents(trx: Trx, rows: readonly EventRow[]): Promise<void> {
  if (rows.length > 0) await trx.insertInto('lead_event').values(rows).execute();
}
