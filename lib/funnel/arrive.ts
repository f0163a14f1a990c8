import type { Applied, Handoff, Lead, LeadEvent, Refusal } from './lead.ts';
import { refusal } from './sentences/refusals.ts';
import { type Intent, ladder, type Stage } from './words.ts';

/**
 * Stages that arrive from outside: a CRM, an event, a file of history.
 *
 * Baton owns the stage while a hand-off is open; otherwise the source does. How far a source is believed:
 * * `crm`: the newest word counts, backwards too (somebody corrected it there).
 * * `event`: forwards only. A web site sends `stage: lead` with every visit, of customers too. Nothing brings back
 *   a disqualified lead, and a recycled one only moves on to mql or further.
 * * `history`: rows of a file, in the order of their dates. They tell what was, so they also answer a hand-off that
 *   such a row opened, until a person has acted on it.
 */
export type SourceKind = 'crm' | 'event' | 'history';

export interface Arrival {
  stage: Stage;
  /** When it became so, RFC 3339. */
  at: string;
  /** User id: holder of a hand-off that opens, owner from `sal` on. */
  owner?: string;
  intent?: Intent;
  why?: string[];
  /** Criteria of MQL that the source says are met. */
  criteria?: string[];
  /** Why it was recycled or disqualified, where the source says so. */
  reason?: string;
  source: string;
}

/** A person seen in the funnel for the first time. */
export function newcomer(id: string, stage: 'subscriber' | 'lead', at: string): Applied {
  return {
    lead: {
      id,
      stage,
      since: at,
      origin: 'marketing',
      clockFrom: at,
      paused: [],
      attempts: 0,
      intent: 'standard',
      returned: { times: 0 },
      funnelVersion: 1,
    },
    events: [{ kind: 'stage', to: stage }],
  };
}

/**
 * The lead after a source named a stage, or why it stays: `same-stage`, `older` (the lead has moved since; keep it as
 * history), `handoff-open` (Baton owns the stage), `backwards` (this kind of source may not).
 * A hand-off is opened when it arrives at `mql`.
 */
export function stageFromSource(lead: Lead, arrival: Arrival, kind: SourceKind, newId: () => string): Applied | Refusal {
  const { stage, at } = arrival;
  if (stage === lead.stage) return refusal('same-stage');
  if (Date.parse(at) < Date.parse(lead.since)) return refusal('older');
  const open = isOpen(lead.handoff);
  if (open && !(kind === 'history' && lead.handoff?.actedHere !== true)) return refusal('handoff-open');
  if (kind === 'event' && !isForward(lead.stage, stage)) return refusal('backwards');

  const next: Lead = { ...lead, stage, since: at, clockFrom: at, paused: [], funnelVersion: lead.funnelVersion + 1 };
  delete next.pause;
  delete next.pooledAt;
  delete next.wakesOn;
  delete next.wakesOnStrongTouch;
  const events: LeadEvent[] = [{ kind: 'stage', from: lead.stage, to: stage, ...(arrival.reason && { reason: arrival.reason }) }];

  if (open) {
    const to = answeredAs(stage);
    if (to === undefined) delete next.handoff;
    else {
      next.handoff = { ...(lead.handoff as Handoff), state: to, ...(arrival.owner && { holder: arrival.owner }) };
      events.push({
        kind: 'handoff',
        id: next.handoff.id,
        from: lead.handoff!.state,
        to,
        ...(next.handoff.holder && { holder: next.handoff.holder }),
      });
    }
  }
  if (stage === 'mql') {
    next.attempts = 0;
    next.intent = arrival.intent ?? 'standard';
    next.handoff = {
      id: newId(),
      state: 'waiting',
      openedAt: at,
      criteria: [...new Set(arrival.criteria)],
      why: arrival.why ?? [],
      ...(arrival.owner && { holder: arrival.owner }),
    };
    events.push({ kind: 'handoff', id: next.handoff.id, to: 'waiting', ...(arrival.owner && { holder: arrival.owner }) });
  }
  if (stage === 'recycled' || stage === 'disqualified') {
    next.returned = { times: lead.returned.times + 1, last: { reason: arrival.reason ?? 'other', by: arrival.source, at } };
  }
  const owner = ownerAfter(stage, lead, arrival);
  if (owner !== lead.owner) {
    events.push({ kind: 'owner', ...(lead.owner && { from: lead.owner }), ...(owner && { to: owner }) });
    if (owner === undefined) delete next.owner;
    else next.owner = owner;
  }
  return { lead: next, events };
}

const isOpen = (handoff: Handoff | undefined): boolean => handoff?.state === 'waiting' || handoff?.state === 'accepted';
const rank = (stage: Stage): number => (ladder as readonly Stage[]).indexOf(stage);

function isForward(from: Stage, to: Stage): boolean {
  if (from === 'disqualified') return false;
  if (to === 'recycled' || to === 'disqualified') return from !== 'customer';
  return from === 'recycled' ? rank(to) >= rank('mql') : rank(to) > rank(from);
}

/** What a later stage says about the hand-off before it; `undefined`: it never was one. */
function answeredAs(stage: Stage): Handoff['state'] | undefined {
  if (stage === 'sal') return 'accepted';
  if (stage === 'recycled' || stage === 'disqualified') return 'returned';
  return rank(stage) >= rank('sql') ? 'qualified' : undefined;
}

function ownerAfter(stage: Stage, lead: Lead, arrival: Arrival): string | undefined {
  if (stage === 'recycled' || stage === 'disqualified') return undefined;
  // At mql the source's owner is who shall answer; marketing keeps the lead.
  if (stage === 'mql') return lead.owner;
  if (rank(stage) < rank('mql')) return undefined;
  return arrival.owner ?? lead.handoff?.holder ?? lead.owner;
}
