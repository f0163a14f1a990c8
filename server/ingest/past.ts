import { sql } from 'kysely';
import type { Lead, Money } from '../../lib/funnel/lead.ts';
import type { HandoffState, Stage } from '../../lib/funnel/words.ts';
import { recordChange } from '../store/change.ts';
import type { Trx } from '../store/db.ts';
import { recordEvents } from '../store/history.ts';
import { newId } from '../store/id.ts';
import { type Movement, rank } from './stages.ts';

/** A stage that a lead was at before the one it is at now: told late, by a second file or by a slow source. */
export interface PastChange {
  to: Stage;
  at: string;
  source: string;
  sourceId: string;
  reason?: string;
  amount?: Money;
  owner?: string;
}

/**
 * Writes what was into history without moving the lead, and puts the hand-offs right that sources told of: those that
 * nobody here has acted on are made of the history as it is now known.
 */
export async function keepPast(
  trx: Trx,
  workspace: string,
  lead: Lead,
  past: readonly PastChange[],
  { by, receivedAt }: Movement,
): Promise<void> {
  const { rows: before } = await sql<{ at: string; stage: Stage }>`
    select at, to_stage as stage from stage_change
    where workspace = ${workspace}::uuid and person = ${lead.id}::uuid and superseded_by is null order by at`.execute(trx);
  const timeline = [...before].sort(byTime);
  for (const change of [...past].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const row = { at: change.at, stage: change.to };
    timeline.push(row);
    timeline.sort(byTime);
    const from = timeline[timeline.indexOf(row) - 1]?.stage;
    await trx
      .insertInto('stage_change')
      .values({
        workspace,
        id: newId(),
        person: lead.id,
        from_stage: from ?? null,
        to_stage: change.to,
        reason: change.reason ?? null,
        by_kind: by.kind,
        by_id: by.id,
        by_name: by.name ?? null,
        at: change.at,
        received_at: receivedAt,
        source: change.source,
        source_id: change.sourceId,
      })
      .execute();
    await recordEvents(trx, workspace, by, { at: change.at, receivedAt }, [
      {
        person: lead.id,
        kind: 'stage',
        data: { to: change.to, ...(from && { from }), ...(change.reason && { reason: change.reason }), past: true },
      },
    ]);
  }
  const amount = past.findLast((change) => change.amount)?.amount;
  const passed = [...new Set(timeline.map(({ stage }) => stage))];
  await sql`
    update lead set passed = ${passed}::text[]
      ${amount ? sql`, amount_value = coalesce(amount_value, ${amount.value}), amount_currency = coalesce(amount_currency, ${amount.currency})` : sql``}
    where workspace = ${workspace}::uuid and id = ${lead.id}::uuid`.execute(trx);
  await remakeHandoffs(trx, workspace, lead);
  await recordChange(trx, workspace, [lead.id]);
}

const byTime = (a: { at: string; stage: Stage }, b: { at: string; stage: Stage }) =>
  Date.parse(a.at) - Date.parse(b.at) || rank(a.stage) - rank(b.stage);

interface Told {
  opened: string;
  state: HandoffState;
  accepted?: string;
  answered?: string;
  reason?: string;
}

/** The hand-offs that a history of stages tells of. */
export function handoffsIn(changes: readonly { at: string; stage: Stage; reason: string | null }[]): Told[] {
  const told: Told[] = [];
  let open: Told | undefined;
  let stage: Stage | undefined;
  for (const { at, stage: to, reason } of [...changes].sort(byTime)) {
    if (to === stage) continue;
    stage = to;
    if (to === 'mql') {
      open = { opened: at, state: 'waiting' };
      told.push(open);
    } else if (open && to === 'sal') {
      open.state = 'accepted';
      open.accepted = at;
    } else if (open) {
      const returned = to === 'recycled' || to === 'disqualified';
      if (to === 'subscriber' || to === 'lead') told.pop();
      else Object.assign(open, { state: returned ? 'returned' : 'qualified', answered: at, ...(returned && reason && { reason }) });
      open = undefined;
    }
  }
  return told;
}

async function remakeHandoffs(trx: Trx, workspace: string, lead: Lead): Promise<void> {
  const changes = await trx
    .selectFrom('stage_change')
    .select(['at', 'to_stage as stage', 'reason'])
    .where('workspace', '=', workspace)
    .where('person', '=', lead.id)
    .where('superseded_by', 'is', null)
    .execute();
  const own = await trx
    .selectFrom('handoff')
    .select(['id', 'opened_at', 'acted_here', 'opened_by'])
    .where('workspace', '=', workspace)
    .where('person', '=', lead.id)
    .execute();
  const theirs = own.filter((one) => !one.acted_here && one.opened_by.kind === 'source');
  const kept = new Set(own.filter((one) => !theirs.includes(one)).map((one) => one.opened_at));
  const told = handoffsIn(changes).filter(({ opened }) => !kept.has(opened));
  let last: { id: string; opened: string } | undefined;
  for (const one of told) {
    const id = theirs.find(({ opened_at }) => opened_at === one.opened)?.id ?? newId();
    const row = {
      state: one.state,
      accepted_at: one.accepted ?? null,
      answered_at: one.answered ?? null,
      reason: one.reason ?? null,
    };
    await trx
      .insertInto('handoff')
      .values({
        workspace,
        id,
        person: lead.id,
        opened_at: one.opened,
        opened_by: JSON.stringify({ kind: 'source', id: 'history' }),
        holder: lead.owner ?? null,
        ...row,
      })
      .onConflict((conflict) => conflict.columns(['workspace', 'id']).doUpdateSet(row))
      .execute();
    last = { id, opened: one.opened };
  }
  const gone = theirs.filter(({ opened_at }) => !told.some(({ opened }) => opened === opened_at));
  // The lead points at its latest hand-off.
  if (last && !own.some(({ opened_at }) => opened_at > last.opened && !gone.some((g) => g.opened_at === opened_at)))
    await trx.updateTable('lead').set({ handoff: last.id }).where('workspace', '=', workspace).where('id', '=', lead.id).execute();
  if (gone.length > 0)
    await trx
      .deleteFrom('handoff')
      .where('workspace', '=', workspace)
      .where(
        'id',
        'in',
        gone.map(({ id }) => id),
      )
      .execute();
}
