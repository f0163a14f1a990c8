import type { DecisionBody } from '../../lib/contract/act.ts';
import { decide as route } from '../../lib/contract/routes/leads.ts';
import { countedAt } from '../../lib/funnel/actedAt.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { decide, isRefusal } from '../../lib/funnel/decide.ts';
import type { Decision, Lead } from '../../lib/funnel/lead.ts';
import type { App } from '../http/app.ts';
import { problem, refused, refusedBy, worded } from '../http/problem.ts';
import { decisionNote } from '../sources/noted.ts';
import { queueWrites, sendSoon } from '../sources/writes.ts';
import { agreementInForce } from '../store/agreements.ts';
import { recordAudit } from '../store/audit.ts';
import { recordEvents } from '../store/history.ts';
import { newId } from '../store/id.ts';
import { saveLead } from '../store/leads.ts';
import { actorOf, byOf, type Caller, cardOf, lockLead } from './common.ts';

export function routes(app: App): void {
  app.handle(route, async (call) => {
    const { trx, workspace, user, params, body, operation, receivedAt } = call;
    const lead = await lockLead(call, params.id, route);
    await checkBasis(call, lead, body.basis);

    const terms = await agreementInForce(trx, workspace);
    const named = await agreementNamed(call, body.agreement, terms);
    const at = countedAt(body.actedAt, receivedAt, beganAt(lead));
    const decision = decisionOf(body);
    const actor = actorOf(user);
    const result = decide(lead, decision, actor, named, at, newId);
    if (isRefusal(result)) throw refusedBy(result);
    const to = decision.kind === 'assign' || decision.kind === 'hand_over' ? decision.to : undefined;
    if (to !== undefined) await checkTaker(call, to);

    const when = { at, actedAt: new Date(body.actedAt).toISOString(), receivedAt, agreement: named.version, operation };
    // For other systems: what follows from it are events of their own.
    await recordEvents(trx, workspace, byOf(user), when, [{ person: lead.id, kind: 'decision', data: { ...decision } }]);
    await saveLead(trx, workspace, lead, result, {
      by: byOf(user),
      terms,
      ...when,
      ...('criteria' in decision && { criteria: decision.criteria }),
    });
    const links = await queueWrites(trx, workspace, {
      operation,
      lead: lead.id,
      body: {
        what: 'decision',
        ...(result.lead.stage !== lead.stage && { stage: result.lead.stage }),
        ...('reason' in decision && codeOnly(decision)),
        by: user.email,
        at,
      },
      note: () => decisionNote(trx, workspace, { decision, who: user.name, lead: result.lead, agreement: named }),
    });
    sendSoon(app, workspace, links);
    const card = await cardOf(call, lead.id);
    // Last: until this transaction ends, nobody else of the workspace can write the audit.
    await recordAudit(trx, workspace, byOf(user), {
      at: receivedAt,
      action: `decision.${decision.kind}`,
      subject: lead.id,
      detail: { from: lead.stage, to: result.lead.stage, agreement: named.version, ...('reason' in decision && codeOnly(decision)) },
    });
    return { card };
  });
}

/** What was decided, without when and upon what. */
function decisionOf({ basis: _basis, actedAt: _actedAt, agreement: _agreement, ...decision }: DecisionBody): Decision {
  return decision as Decision;
}

/** The audit can't be changed, so it has codes and nothing that was written by hand. */
const codeOnly = (decision: Decision) => (decision.kind === 'pause' || !('reason' in decision) ? {} : { reason: decision.reason });

/** From when on the present act can have happened: since the clock runs, or since the stage where the clock lies ahead. */
function beganAt(lead: Lead): string {
  return lead.clockFrom !== undefined && lead.stage !== 'recycled' ? lead.clockFrom : lead.since;
}

/**
 * Only a funnel change by somebody else is a conflict; an act may build on an earlier one of the same user.
 * @throws `conflict` with the card, `too-early` when that earlier act has not arrived
 */
async function checkBasis(call: Caller, lead: Lead, basis: DecisionBody['basis']): Promise<void> {
  const seen = typeof basis === 'number' ? basis : await resultOf(call, basis.after);
  if (seen === lead.funnelVersion) return;
  const card = await cardOf(call, lead.id);
  if (seen === undefined) throw worded('conflict', 'predecessor', {}, { card });
  const moved = await lastMove(call, lead.id);
  throw worded('conflict', 'lead-moved', { stage: lead.stage, by: moved?.by ?? '' }, { card, ...(moved && { moved }) });
}

/** Who moved a lead last, and when. What only tells something about it moves nothing. */
async function lastMove({ trx, workspace }: Caller, lead: string): Promise<{ by: string; at: string } | undefined> {
  const row = await trx
    .selectFrom('lead_event')
    .select(['by_name', 'received_at'])
    .where('workspace', '=', workspace)
    .where('person', '=', lead)
    .where('kind', 'in', ['stage', 'handoff', 'owner', 'pause', 'resume', 'opportunity', 'pool', 'woke', 'merge', 'unmerge'])
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && row.by_name !== null ? { by: row.by_name, at: row.received_at } : undefined;
}

/** The funnel version to which an act led; `undefined` when it was refused. */
async function resultOf({ trx, workspace, user }: Caller, operation: string): Promise<number | undefined> {
  const row = await trx
    .selectFrom('operation')
    .select(['status', 'answer'])
    .where('workspace', '=', workspace)
    .where('by_user', '=', user.id)
    .where('id', '=', operation)
    .executeTakeFirst();
  if (!row || row.status === null)
    throw problem('too-early', 'The act that this one builds on has not arrived yet. Send it, then this one again.', {
      headers: { 'retry-after': '1' },
    });
  const card = (row.answer as { card?: { funnelVersion?: number } } | null)?.card;
  return row.status < 300 ? card?.funnelVersion : undefined;
}

/** The version an act names: one that was in force at some time. */
async function agreementNamed({ trx, workspace }: Caller, version: number, inForce: Agreement): Promise<Agreement> {
  if (version === inForce.version) return inForce;
  const row = await trx
    .selectFrom('agreement')
    .select('body')
    .where('workspace', '=', workspace)
    .where('version', '=', version)
    .where('in_force_at', 'is not', null)
    .executeTakeFirst();
  if (!row)
    throw refused('agreement-never', {
      version,
      inForce: inForce.version,
    });
  return { ...row.body, version };
}

/** @throws a refusal when a lead cannot be given to this user */
async function checkTaker({ trx, workspace }: Caller, id: string): Promise<void> {
  const user = await trx
    .selectFrom('app_user')
    .select(['name', 'role', 'disabled_at'])
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!user || user.disabled_at !== null) throw refused('taker-gone');
  if (user.role !== 'rep' && user.role !== 'manager')
    throw refused('taker-role', {
      name: user.name,
      role: user.role,
    });
}
