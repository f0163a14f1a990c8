import { leadOf } from '../../bridge/lead-of.ts';
import type { Me } from '../../bridge/scene.ts';
import type { Act } from '../../contract/act.ts';
import type { Card } from '../../contract/card.ts';
import type { Agreement } from '../../funnel/agreement.ts';
import { addBusinessMinutes, clockOf, riskShare } from '../../funnel/clock.ts';
import { addBySales, decide, isRefusal } from '../../funnel/decide.ts';
import type { Actor, Decision, Lead, Refusal } from '../../funnel/lead.ts';
import { partOf, type Stage, teamOf } from '../../funnel/words.ts';

/**
 * What a card will look like once the acts that are still on their way have arrived. It is painted, never stored: when
 * an act is undone or refused, the card is what the backend last said.
 */
export interface Seeing {
  me: Me;
  agreement?: Agreement;
  /** Server's clock, ms. */
  now: number;
  nameOf(user: string): string | undefined;
}

export const actorOf = (me: Me): Actor => ({ id: me.id, kind: 'user', role: me.role, name: me.name });
const iso = (ms: number) => new Date(ms).toISOString();

/** The card after a decision by the rules that the backend follows too, or why they do not allow it. */
export function decided(card: Card, decision: Decision, id: string, seeing: Seeing): Card | Refusal {
  const { me, agreement } = seeing;
  // Without an agreement on this device only the backend can say; the card stays as it is.
  if (!agreement) return card;
  const now = iso(seeing.now);
  const result = decide(leadOf(card), decision, actorOf(me), agreement, now, () => id);
  if (isRefusal(result)) return result;
  const { lead } = result;
  const name = (user: string | undefined) => {
    if (user === undefined) return undefined;
    if (user === me.id) return me.name;
    if (user === card.owner.id) return card.owner.name;
    return user === card.handoff?.toId ? card.handoff?.to : seeing.nameOf(user);
  };
  return {
    ...card,
    stage: lead.stage,
    part: partOf[lead.stage],
    since: lead.since,
    passed: passed(card.passed, lead.stage),
    funnelVersion: lead.funnelVersion,
    owner: { team: teamOf[lead.stage], id: lead.owner, name: name(lead.owner) },
    intent: lead.intent,
    attempts: lead.attempts,
    wakesOn: lead.wakesOn,
    wakesOnStrongTouch: lead.wakesOnStrongTouch,
    returned: lead.returned,
    criteria: criteria(card, decision, agreement),
    handoff: lead.handoff && {
      id: lead.handoff.id,
      state: lead.handoff.state,
      toId: lead.handoff.holder,
      to: name(lead.handoff.holder),
      openedAt: lead.handoff.openedAt,
      attempts: lead.attempts,
      why: lead.handoff.why,
      criteria: lead.handoff.criteria,
    },
    clock: clock(card, lead, decision, agreement, now),
    ...((decision.kind === 'open_opportunity' || decision.kind === 'win') && decision.amount ? { amount: decision.amount } : {}),
    agreement: agreement.version,
  };
}

const passed = (before: readonly Stage[], stage: Stage): Stage[] => (before.includes(stage) ? [...before] : [...before, stage]);

function criteria(card: Card, decision: Decision, agreement: Agreement): Card['criteria'] {
  const stage = decision.kind === 'hand_over' ? 'mql' : decision.kind === 'qualify' ? 'sql' : undefined;
  if (!stage || !('criteria' in decision)) return card.criteria;
  return { met: decision.criteria, of: agreement.stages[stage]?.criteria.map((c) => c.id) ?? [] };
}

/** A new stage starts its clock; a pause rests on what was left, because the card does not tell the pauses before. */
function clock(card: Card, lead: Lead, decision: Decision, agreement: Agreement, now: string): Card['clock'] {
  const before = card.clock;
  switch (decision.kind) {
    case 'attempt':
    case 'assign':
      return before;
    case 'pause':
      return { ...before, state: 'paused', ...(lead.pause && { pause: lead.pause }) };
    case 'resume': {
      const { pause: _, ...rest } = before;
      const left = before.leftMinutes ?? 0;
      if (before.allowedMinutes === undefined || left <= 0) return { ...rest, state: left < 0 ? 'breached' : 'on_track' };
      const toRisk = left - before.allowedMinutes * (1 - riskShare);
      return {
        ...rest,
        state: toRisk > 0 ? 'on_track' : 'at_risk',
        dueAt: addBusinessMinutes(agreement.calendar, now, left),
        ...(toRisk > 0 ? { riskAt: addBusinessMinutes(agreement.calendar, now, toRisk) } : {}),
      };
    }
    default:
      return clockOf(lead, agreement, now);
  }
}

/** The card with all acts that have not arrived yet. An act that the card already contains changes nothing. */
export function withActs(card: Card, acts: readonly { id: string; act: Act; at: string }[], seeing: Seeing): Card {
  let next = card;
  for (const { id, act, at } of acts) {
    switch (act.kind) {
      case 'decision': {
        const { basis, actedAt: _, agreement: _v, ...decision } = act.body;
        if (typeof basis === 'number' && basis < next.funnelVersion) break;
        const result = decided(next, decision as Decision, id, seeing);
        if (!('refused' in result)) next = result;
        break;
      }
      case 'feedback':
        if (next.feedback.some((one) => one.id === id)) break;
        next = {
          ...next,
          feedback: [...next.feedback, { id, ...withoutActedAt(act.body), by: seeing.me.name, byMe: true, at, replies: [] }],
        };
        break;
      case 'reply': {
        const said = { ...withoutActedAt(act.body), by: seeing.me.name, at };
        next = {
          ...next,
          feedback: next.feedback.map((one) => (one.id === act.feedback ? { ...one, replies: [...one.replies, said] } : one)),
        };
        break;
      }
      case 'tie': {
        const { kind, value } = act.body;
        if (next.person.keys.some((key) => key.kind === kind && key.value === value)) break;
        next = { ...next, person: { ...next.person, keys: [...next.person.keys, { id, kind, value }] } };
        break;
      }
      case 'untie':
        next = { ...next, person: { ...next.person, keys: next.person.keys.filter((key) => key.id !== act.key) } };
        break;
    }
  }
  return next;
}

function withoutActedAt<T extends { actedAt: string }>(body: T): Omit<T, 'actedAt'> {
  const { actedAt: _, ...rest } = body;
  return rest;
}

/** The card of a lead that this user has added and the backend has not seen yet. Version 0: any other is newer. */
export function addedCard(id: string, act: Act & { kind: 'add' }, at: string, seeing: Seeing): Card | Refusal {
  const { me, agreement } = seeing;
  const added = addBySales(act.lead, actorOf(me), at);
  if (isRefusal(added)) return added;
  const { name, title, company, keys } = act.body;
  return {
    id: act.lead,
    version: 0,
    funnelVersion: added.lead.funnelVersion,
    asOf: at,
    origin: 'sales',
    person: { name, title, company, keys: keys.map((key) => ({ id, ...key })) },
    stage: added.lead.stage,
    part: partOf[added.lead.stage],
    since: at,
    passed: [added.lead.stage],
    owner: { team: 'sales', id: me.id, name: me.name },
    intent: added.lead.intent,
    criteria: { met: [], of: agreement?.stages.sql?.criteria.map((c) => c.id) ?? [] },
    clock: agreement ? clockOf(added.lead, agreement, iso(seeing.now)) : { state: 'none' },
    attempts: 0,
    campaigns: [],
    recent: [],
    returned: { times: 0 },
    feedback: [],
    agreement: agreement?.version ?? 0,
    crm: { state: 'none' },
  };
}
