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

/**
 * Writes what happened. `person` is absent for what concerns the workspace. Kinds are those of the rules' `LeadEvent`,
 * and `added`, `feedback`, `reply`, `tie`, `untie`, `merge`, `unmerge`, `agreement`, `campaign`.
 */
export async function recordEvents(
  trx: Trx,
  workspace: string,
  by: By,
  when: When,
  events: readonly { person?: string; kind: string; data?: Record<string, unknown> }[],
): Promise<void> {
  if (events.length === 0) return;
  await trx
    .insertInto('lead_event')
    .values(
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
      })),
    )
    .execute();
}
