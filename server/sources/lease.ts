import { sql } from 'kysely';
import type { Store, Trx } from '../store/db.ts';
import { newId } from '../store/id.ts';
import { type LinkRow, lockLink, updateLink } from './links.ts';
import type { Clock } from './source.ts';

/** A run that gives no sign of life for this long is taken to be dead. */
const leaseMs = 45_000;
/** Signs of life: more than one of them may be lost. */
const beatMs = 15_000;

/** The right to read a link's changes. Of all processes one has it. */
export interface Lease {
  by: string;
}
export const leaseEnds = (now: number): Date => new Date(now + leaseMs);
/** What gives it back. */
export const noLease = { lease_until: null, leased_by: null };

export async function takeLease(
  trx: Trx,
  workspace: string,
  id: string,
  now: number,
): Promise<{ row: LinkRow; lease: Lease } | 'busy' | 'paused' | 'gone'> {
  const row = await lockLink(trx, workspace, id);
  if (!row) return 'gone';
  if (row.state !== 'running' || !row.mapping.agreed) return 'paused';
  if (row.lease_until !== null && Date.parse(row.lease_until) > now) return 'busy';
  if (row.trouble?.retryAt !== undefined && Date.parse(row.trouble.retryAt) > now) return 'busy';
  const lease = { by: newId() };
  await updateLink(trx, workspace, id)
    .set({ lease_until: leaseEnds(now), leased_by: lease.by })
    .execute();
  return { row, lease };
}

/** Gives signs of life until the answer is called. */
export function keepAlive(store: Store, workspace: string, id: string, { by }: Lease, clock: Clock): () => void {
  const beat = async (): Promise<void> => {
    await store.inWorkspace(workspace, async (trx) => {
      await updateLink(trx, workspace, id)
        .set({ lease_until: leaseEnds(clock.now()) })
        .where('leased_by', '=', by)
        .execute();
    });
  };
  return clock.every(beatMs, beat);
}

/** Links whose run has died. */
export async function abandoned(trx: Trx, workspace: string, now: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from source_link
    where workspace = ${workspace}::uuid and state = 'running' and lease_until <= ${new Date(now)}::timestamptz`.execute(trx);
  return rows.map(({ id }) => id);
}
