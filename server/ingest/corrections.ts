import { recordChange } from '../store/change.ts';
import type { Trx } from '../store/db.ts';
import { recordEvents } from '../store/history.ts';
import { newId } from '../store/id.ts';
import type { By } from '../store/tables.ts';

/** A stage that counts from another day than was told first. */
export interface Correction {
  person: string;
  source: string;
  /** What named the stage when it was first told. */
  sourceId: string;
  /** The day it counts from. */
  at: string;
}
interface Row {
  id: string;
  at: string;
  source: string | null;
  source_id: string | null;
}

/**
 * Lets stages count from the day that is known now: the change is told again as of that day, and takes the place of the
 * one told before, which stays. It keeps its place among the others: no earlier than the one before it, and earlier than
 * the one after. Since when the lead is where it is goes by when that was said, and stays. Repeating it does nothing.
 */
export async function correctDays(
  trx: Trx,
  workspace: string,
  corrections: readonly Correction[],
  { by, receivedAt }: { by: By; receivedAt: string },
): Promise<void> {
  for (const { person, source, sourceId, at } of corrections) {
    const rows = await trx
      .selectFrom('stage_change')
      .select(['id', 'at', 'source', 'source_id'])
      .where('workspace', '=', workspace)
      .where('person', '=', person)
      .where('superseded_by', 'is', null)
      .orderBy('at')
      .orderBy('id')
      .execute();
    const place = rows.findIndex((row) => row.source === source && isOf(row, sourceId));
    const old = rows[place];
    if (!old) continue;
    const day = between(Date.parse(at), rows[place - 1], rows[place + 1]);
    if (day === Date.parse(old.at)) continue;
    await correct(trx, workspace, person, { old, sourceId, day: new Date(day).toISOString() }, { by, receivedAt });
  }
}

/** Also one that was told again, as of another day or under another mapping. */
const isOf = ({ source_id }: Row, sourceId: string): boolean => source_id === sourceId || (source_id?.startsWith(`${sourceId}:`) ?? false);

function between(day: number, before: Row | undefined, after: Row | undefined): number {
  const latest = after ? Date.parse(after.at) - 1 : Number.POSITIVE_INFINITY;
  return Math.max(Math.min(day, latest), before ? Date.parse(before.at) : Number.NEGATIVE_INFINITY);
}

async function correct(
  trx: Trx,
  workspace: string,
  person: string,
  { old, sourceId, day }: { old: Row; sourceId: string; day: string },
  { by, receivedAt }: { by: By; receivedAt: string },
): Promise<void> {
  const id = newId();
  const told = await trx
    .selectFrom('stage_change')
    .selectAll()
    .where('workspace', '=', workspace)
    .where('id', '=', old.id)
    .executeTakeFirstOrThrow();
  await trx.updateTable('stage_change').set({ superseded_by: id }).where('workspace', '=', workspace).where('id', '=', old.id).execute();
  await trx
    .insertInto('stage_change')
    .values({ ...told, id, at: day, received_at: receivedAt, source_id: `${sourceId}:on:${id}`, superseded_by: null })
    .execute();
  // The hand-off that this stage answered, where nobody here did.
  await trx
    .updateTable('handoff')
    .set({ answered_at: day })
    .where('workspace', '=', workspace)
    .where('person', '=', person)
    .where('answered_at', '=', old.at)
    .where('acted_here', '=', false)
    .execute();
  const { from_stage: from, to_stage: to, reason } = told;
  await recordEvents(trx, workspace, by, { at: day, receivedAt }, [
    { person, kind: 'stage', data: { to, ...(from && { from }), ...(reason && { reason }), past: true, corrects: old.at } },
  ]);
  await recordChange(trx, workspace, [person]);
}
