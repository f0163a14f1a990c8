import type { Agreement, Reason } from './agreement.ts';
import { businessCalendar } from './calendar.ts';
import { holderOf, isPaused } from './clock.ts';
import type { Actor, Applied, Decision, Handoff, Lead, LeadEvent, Refusal } from './lead.ts';
import { choosable, effectOf, reasonOf } from './reasons.ts';
import { refusal } from './sentences/refusals.ts';
import { type DecisionKind, decisionKinds, type Role, type Stage } from './words.ts';

/** The table of decisions: from which stages, and who may. A manager may do what a rep may. */
interface Rule {
  from: readonly Stage[];
  by: readonly Who[];
}
type Who = 'rep' | 'marketer' | 'manager' | 'holder' | 'rule' | 'source';

export const table: Readonly<Record<DecisionKind, Rule>> = {
  hand_over: { from: ['subscriber', 'lead', 'recycled'], by: ['marketer', 'rule', 'source'] },
  accept: { from: ['mql'], by: ['rep'] },
  qualify: { from: ['lead', 'mql', 'sal'], by: ['rep'] },
  open_opportunity: { from: ['sql'], by: ['rep', 'source'] },
  win: { from: ['opportunity'], by: ['rep', 'source'] },
  lose: { from: ['opportunity'], by: ['rep', 'source'] },
  recycle: { from: ['mql', 'sal', 'sql', 'opportunity'], by: ['rep'] },
  disqualify: { from: ['mql', 'sal', 'sql', 'opportunity'], by: ['rep'] },
  // At mql and sal somebody owes something: by an open hand-off, or because sales added or reopened the lead.
  assign: { from: ['mql', 'sal'], by: ['marketer', 'manager', 'holder'] },
  pause: { from: ['mql', 'sal'], by: ['holder', 'manager'] },
  resume: { from: ['mql', 'sal'], by: ['holder', 'manager'] },
  attempt: { from: ['mql', 'sal'], by: ['rep'] },
  reopen: { from: ['recycled', 'disqualified'], by: ['rep', 'marketer'] },
};

export const isRefusal = (result: Applied | Refusal): result is Refusal => 'refused' in result;

/** How far ahead a lead may sleep or a clock may rest: a mistyped year must not bury it. */
const longestWakeYears = 5;
const longestPauseDays = 180;

/**
 * Applies one decision: the next lead and what happened, or why it is not allowed. Pure.
 * `now` is the instant that counts (see `countedAt`), `newId` makes the id of a hand-off that opens.
 */
export function decide(
  lead: Lead,
  decision: Decision,
  actor: Actor,
  agreement: Agreement,
  now: string,
  newId: () => string,
): Applied | Refusal {
  const barred = gate(lead, decision.kind, actor, now);
  if (barred) return barred;
  switch (decision.kind) {
    case 'hand_over':
      return unknownCriteria(decision.criteria, 'mql', agreement) ?? handOver(lead, decision, actor, now, newId);
    case 'accept':
      return accept(lead, actor, now);
    case 'qualify':
      return unknownCriteria(decision.criteria, 'sql', agreement) ?? qualify(lead, actor, now);
    case 'open_opportunity': {
      const step = begin(lead, 'opportunity', now);
      step.events.push({ kind: 'opportunity', ...(decision.amount && { amount: decision.amount }) });
      return step;
    }
    case 'win': {
      const step = begin(lead, 'customer', now);
      if (decision.amount) step.events.push({ kind: 'opportunity', amount: decision.amount });
      return step;
    }
    case 'lose':
    case 'recycle':
    case 'disqualify':
      return giveBack(lead, decision, actor, agreement, now);
    case 'assign':
      return assign(lead, decision.to, actor);
    case 'pause':
      return pause(lead, decision, actor, now);
    case 'resume':
      return resume(lead, now);
    case 'attempt':
      return { lead: { ...lead, attempts: lead.attempts + 1 }, events: [{ kind: 'attempt', channel: decision.channel }] };
    case 'reopen':
      return reopen(lead, actor, now);
  }
}

/** What the card offers: the kinds for which some decision of this actor would be accepted now. */
export function allowed(lead: Lead, actor: Actor, agreement: Agreement, now: string): DecisionKind[] {
  return decisionKinds.filter((kind) => {
    if (gate(lead, kind, actor, now)) return false;
    if (kind === 'recycle') return choosable(agreement).some((r) => r.outcome === 'recycled' && usable(r, lead, agreement));
    if (kind === 'disqualify') return choosable(agreement).some((r) => r.outcome === 'disqualified' && usable(r, lead, agreement));
    if (kind === 'lose') return choosable(agreement).some((r) => usable(r, lead, agreement));
    return true;
  });
}

/** Whether a reason may be chosen for this lead now; the note aside. */
export const usable = (reason: Reason, lead: Lead, agreement: Agreement): boolean =>
  !reason.needsAttempts || lead.attempts >= agreement.attemptsBeforeUnresponsive;

/** Who may, and from where; everything that does not depend on what the decision carries. */
function gate(lead: Lead, kind: DecisionKind, actor: Actor, now: string): Refusal | undefined {
  const rule = table[kind];
  if (!rule.from.includes(lead.stage)) return wrongStage(lead, kind, rule);
  if (!isOneOf(rule.by, actor, lead)) {
    // In the team's pool the whole team is the holder: any rep may take a lead that nobody works on.
    const takes = kind === 'assign' && lead.stage === 'sal' && holderOf(lead) === undefined && sells(actor);
    if (!takes) return wrongActor(kind, rule, lead);
  }
  if (kind === 'pause' && isPaused(lead, now)) return refusal('already-paused');
  if (kind === 'resume' && !isPaused(lead, now)) return refusal('not-paused');
  return undefined;
}

const sells = (actor: Actor): boolean => actor.kind === 'user' && (actor.role === 'rep' || actor.role === 'manager');

function isOneOf(by: readonly Who[], actor: Actor, lead: Lead): boolean {
  if (actor.kind !== 'user') return by.includes(actor.kind);
  if (by.includes('rep') && sells(actor)) return true;
  if (by.includes('holder') && holderOf(lead) === actor.id) return true;
  return actor.role !== undefined && (by as readonly string[]).includes(actor.role satisfies Role);
}

const wrongStage = ({ stage }: Lead, kind: DecisionKind, { from }: Rule): Refusal =>
  refusal('wrong-stage', { stage, decision: kind, from });

const wrongActor = (kind: DecisionKind, rule: Rule, { stage }: Lead): Refusal =>
  refusal('wrong-role', { decision: kind, stage, who: rule.by.filter((one) => one !== 'rule' && one !== 'source') });

function unknownCriteria(criteria: string[], stage: Stage, { stages, version }: Agreement): Refusal | undefined {
  const known = stages[stage]?.criteria.map(({ id }) => id) ?? [];
  const criterion = criteria.find((one) => !known.includes(one));
  return criterion === undefined ? undefined : refusal('unknown-criterion', { criterion, stage, agreement: version, known });
}

/** The lead at its next stage, with a clock that starts there. */
function begin(lead: Lead, to: Stage, now: string, why: { reason?: string; note?: string } = {}): Applied {
  const next: Lead = { ...lead, stage: to, since: now, clockFrom: now, paused: [], funnelVersion: lead.funnelVersion + 1 };
  delete next.pause;
  delete next.pooledAt;
  delete next.wakesOn;
  delete next.wakesOnStrongTouch;
  return { lead: next, events: [{ kind: 'stage', from: lead.stage, to, ...why }] };
}

function setOwner(step: Applied, owner: string | undefined): void {
  const from = step.lead.owner;
  if (from === owner) return;
  if (owner === undefined) delete step.lead.owner;
  else step.lead.owner = owner;
  step.events.push({ kind: 'owner', ...(from && { from }), ...(owner && { to: owner }) });
}

function setHandoff(step: Applied, handoff: Handoff, to: Handoff['state'], holder: string | undefined): void {
  const next: Handoff = { ...handoff, state: to, actedHere: true };
  if (holder === undefined) delete next.holder;
  else next.holder = holder;
  step.lead.handoff = next;
  step.events.push({ kind: 'handoff', id: handoff.id, from: handoff.state, to, ...(holder && { holder }) });
}

const isOpen = (handoff: Handoff | undefined): handoff is Handoff => handoff?.state === 'waiting' || handoff?.state === 'accepted';

function handOver(
  lead: Lead,
  decision: { to?: string; criteria: string[]; why: string[]; intent?: Lead['intent'] },
  actor: Actor,
  now: string,
  newId: () => string,
): Applied {
  const step = begin(lead, 'mql', now);
  const { to } = decision;
  step.lead.attempts = 0;
  step.lead.intent = decision.intent ?? 'standard';
  step.lead.handoff = {
    id: newId(),
    state: 'waiting',
    openedAt: now,
    criteria: [...new Set(decision.criteria)],
    why: decision.why,
    ...(to && { holder: to }),
    ...(actor.kind === 'user' && { actedHere: true as const }),
  };
  step.events.push({ kind: 'handoff', id: step.lead.handoff.id, to: 'waiting', ...(to && { holder: to }) });
  if (actor.kind === 'user') setOwner(step, actor.id);
  return step;
}

function accept(lead: Lead, actor: Actor, now: string): Applied {
  const step = begin(lead, 'sal', now);
  if (lead.handoff) setHandoff(step, lead.handoff, 'accepted', actor.id);
  setOwner(step, actor.id);
  return step;
}

function qualify(lead: Lead, actor: Actor, now: string): Applied {
  const step = begin(lead, 'sql', now);
  // Who works on it keeps it, when somebody else, a manager say, only records that it is qualified.
  const owner = lead.stage === 'sal' ? (lead.owner ?? actor.id) : actor.id;
  if (isOpen(lead.handoff)) setHandoff(step, lead.handoff, 'qualified', owner);
  setOwner(step, owner);
  return step;
}

function giveBack(
  lead: Lead,
  decision: { kind: 'lose' | 'recycle' | 'disqualify'; reason: string; wakesOn?: string; note?: string },
  actor: Actor,
  agreement: Agreement,
  now: string,
): Applied | Refusal {
  const reason = reasonOf(agreement, decision.reason);
  if (!reason || reason.retired) return refusal('unknown-reason', { reason: decision.reason, agreement: agreement.version });
  const facts = { reason: reason.code, label: reason.label };
  const named = { recycle: 'recycled', disqualify: 'disqualified', lose: reason.outcome }[decision.kind];
  if (named !== reason.outcome) return refusal('reason-outcome', { ...facts, outcome: reason.outcome });
  if (!usable(reason, lead, agreement))
    return refusal('attempts-missing', { ...facts, needed: agreement.attemptsBeforeUnresponsive, recorded: lead.attempts });
  const note = decision.note?.trim();
  if (reason.needsNote && !note) return refusal('note-missing', facts);

  const calendar = businessCalendar(agreement.calendar);
  const today = calendar.dayOf(Date.parse(now));
  const effect = effectOf(reason, today);
  const { wakesOn } = decision;
  if (wakesOn !== undefined) {
    if (effect.outcome === 'disqualified') return refusal('no-way-back', facts);
    const date = plainDate(wakesOn);
    if (date === undefined) return refusal('no-such-date', { date: wakesOn });
    if (Temporal.PlainDate.compare(date, today) <= 0) return refusal('date-past', { date: wakesOn });
    if (Temporal.PlainDate.compare(date, Temporal.PlainDate.from(today).add({ years: longestWakeYears })) > 0)
      return refusal('date-too-far', { date: wakesOn, years: longestWakeYears });
  }

  const step = begin(lead, effect.outcome, now, { reason: reason.code, ...(note && { note }) });
  const back = wakesOn ?? effect.wakesOn;
  if (back !== undefined) {
    step.lead.wakesOn = back;
    step.lead.clockFrom = new Date(calendar.startOf(back)).toISOString();
  } else if (effect.strongTouch) {
    step.lead.wakesOnStrongTouch = true;
    delete step.lead.clockFrom;
  }
  step.lead.returned = { times: lead.returned.times + 1, last: { reason: reason.code, by: actor.name ?? actor.id, at: now } };
  // From sql on the hand-off was answered with yes, and stays so.
  if (isOpen(lead.handoff)) setHandoff(step, lead.handoff, 'returned', lead.handoff.holder);
  setOwner(step, undefined);
  return step;
}

function plainDate(text: string): Temporal.PlainDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' });
  } catch {
    return undefined;
  }
}

function assign(lead: Lead, to: string, actor: Actor): Applied | Refusal {
  const holder = holderOf(lead);
  if (holder === to) return refusal('already-holder');
  const takesFromPool = holder === undefined && actor.role === 'rep';
  if (takesFromPool && to !== actor.id) return refusal('pool-only-oneself');
  const step: Applied = { lead: { ...lead, funnelVersion: lead.funnelVersion + 1 }, events: [] };
  if (isOpen(lead.handoff)) setHandoff(step, lead.handoff, lead.handoff.state, to);
  // At mql marketing owns the lead whoever owes the answer; at sal the one who holds it owns it.
  if (lead.stage === 'sal') setOwner(step, to);
  return step;
}

function pause(lead: Lead, decision: { reason: string; until: string }, actor: Actor, now: string): Applied | Refusal {
  const reason = decision.reason.trim();
  if (reason === '') return refusal('reason-missing');
  const until = Date.parse(decision.until);
  const from = Date.parse(now);
  if (!(until > from)) return refusal('until-past');
  if (until - from > longestPauseDays * 86_400_000) return refusal('until-too-far', { days: longestPauseDays });
  const end = new Date(until).toISOString();
  return {
    lead: {
      ...lead,
      paused: endedPauses(lead),
      pause: { from: now, until: end, reason, by: actor.name ?? actor.id },
      funnelVersion: lead.funnelVersion + 1,
    },
    events: [{ kind: 'pause', until: end, reason }],
  };
}

/** A pause whose end has come counts as ended, without anybody's act. */
const endedPauses = (lead: Lead): Lead['paused'] =>
  lead.pause ? [...lead.paused, { from: lead.pause.from, to: lead.pause.until }] : lead.paused;

function resume(lead: Lead, now: string): Applied {
  const next: Lead = { ...lead, funnelVersion: lead.funnelVersion + 1 };
  if (lead.pause && Date.parse(now) > Date.parse(lead.pause.from)) next.paused = [...lead.paused, { from: lead.pause.from, to: now }];
  delete next.pause;
  return { lead: next, events: [{ kind: 'resume' }] };
}

function reopen(lead: Lead, actor: Actor, now: string): Applied {
  const step = begin(lead, sells(actor) ? 'sal' : 'lead', now);
  // The hand-off that was returned stays in the history; this passage has none.
  delete step.lead.handoff;
  step.lead.attempts = 0;
  setOwner(step, actor.id);
  return step;
}

/** A lead that sales adds: at `sal`, owned by who added it, without a hand-off; its clock runs from that moment. */
export function addBySales(id: string, actor: Actor, now: string): Applied | Refusal {
  if (!sells(actor)) return refusal('sales-adds');
  return {
    lead: {
      id,
      stage: 'sal',
      since: now,
      origin: 'sales',
      owner: actor.id,
      clockFrom: now,
      paused: [],
      attempts: 0,
      intent: 'standard',
      returned: { times: 0 },
      funnelVersion: 1,
    },
    events: [
      { kind: 'stage', to: 'sal' },
      { kind: 'owner', to: actor.id },
    ],
  };
}

/** Nobody answered in time: the named holder is relieved, the team's pool owes it. The clock goes on. */
export function backToPool(lead: Lead, now: string): Applied {
  const from = holderOf(lead);
  const step: Applied = { lead: { ...lead, pooledAt: now, funnelVersion: lead.funnelVersion + 1 }, events: [] };
  step.events.push({ kind: 'pool', ...(from && { from }) } satisfies LeadEvent);
  if (isOpen(lead.handoff)) setHandoff(step, lead.handoff, lead.handoff.state, undefined);
  if (lead.stage === 'sal') setOwner(step, undefined);
  return step;
}
