import type { Facts } from './sentences/sentence.ts';
import type { HandoffState, Intent, Origin, Role, Stage, TouchKind } from './words.ts';

/**
 * A lead as the rules see it: the least that `decide` and the clock need.
 * Instants are RFC 3339 strings in UTC; dates are `YYYY-MM-DD` in the agreement's zone.
 */
export interface Lead {
  id: string;
  stage: Stage;
  /** When the present stage began. */
  since: string;
  origin: Origin;
  /** User id; absent while a team's pool owns it. */
  owner?: string;
  handoff?: Handoff;
  /** From when the present clock runs: hand-off opened, accepted, reopened, or added by sales. */
  clockFrom?: string;
  pause?: Pause;
  /** Ended pauses of the present clock; their time does not count. */
  paused: { from: string; to: string }[];
  /** When nobody answered and the lead went back to the team's pool; absent once the clock starts anew. */
  pooledAt?: string;
  attempts: number;
  intent: Intent;
  /** `recycled` only: local date on which marketing gets it back, or what it waits for. */
  wakesOn?: string;
  wakesOnStrongTouch?: true;
  returned: { times: number; last?: { reason: string; by: string; at: string } };
  /** Counts changes of stage, owner, hand-off and clock. Touches do not change it. */
  funnelVersion: number;
}

export interface Handoff {
  id: string;
  state: HandoffState;
  /** User id of who owes the answer; absent while it waits in the team's pool. */
  holder?: string;
  openedAt: string;
  criteria: string[];
  why: string[];
  /** A person has acted on it here, so that no file of history answers it. */
  actedHere?: true;
}

export interface Pause {
  from: string;
  until: string;
  reason: string;
  by: string;
}

/** Who acts. `rule` and `source` act without a person: a hand-off rule, a CRM. */
export interface Actor {
  id: string;
  kind: 'user' | 'rule' | 'source';
  role?: Role;
  name?: string;
}

export type Decision =
  | { kind: 'hand_over'; to?: string; criteria: string[]; why: string[]; intent?: Intent }
  | { kind: 'accept' }
  | { kind: 'qualify'; criteria: string[] }
  | { kind: 'open_opportunity'; amount?: Money }
  | { kind: 'win'; amount?: Money }
  | { kind: 'lose'; reason: string; wakesOn?: string; note?: string }
  | { kind: 'recycle'; reason: string; wakesOn?: string; note?: string }
  | { kind: 'disqualify'; reason: string; note?: string }
  | { kind: 'assign'; to: string }
  | { kind: 'pause'; reason: string; until: string }
  | { kind: 'resume' }
  | { kind: 'attempt'; channel: 'call' | 'mail' | 'linkedin' | 'other' }
  | { kind: 'reopen' };

/** `value` in the currency's minor unit (`money.ts`); `currency` ISO 4217. */
export interface Money {
  value: number;
  currency: string;
}

/** What happened, in the order it happened. Stored as the lead's history, never edited. */
export type LeadEvent =
  /** `from` is absent on the first stage of a lead that did not exist before. */
  | { kind: 'stage'; from?: Stage; to: Stage; reason?: string; note?: string }
  | { kind: 'handoff'; id: string; from?: HandoffState; to: HandoffState; holder?: string }
  | { kind: 'owner'; from?: string; to?: string }
  | { kind: 'pause'; until: string; reason: string }
  | { kind: 'resume' }
  | { kind: 'attempt'; channel: string }
  | { kind: 'opportunity'; amount?: Money }
  /** Nobody answered in time: the named holder no longer owes it, the team does. */
  | { kind: 'pool'; from?: string }
  /** A recycled lead is back on marketing's desk. */
  | { kind: 'woke'; cause: 'date' | 'touch' | 'campaign' };

/**
 * Why a decision is not allowed: a stable code, what it depends on, and the whole as a sentence in English. A screen says
 * it in its own language where it knows the code.
 */
export interface Refusal {
  refused: string;
  sentence: string;
  facts?: Facts;
}
export interface Applied {
  lead: Lead;
  events: LeadEvent[];
}

export interface TouchForRules {
  at: string;
  kind: TouchKind;
  campaign?: string;
  /** Its campaign is marked as high intent. */
  high?: boolean;
}
