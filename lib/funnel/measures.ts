import type { Agreement, Commitment } from './agreement.ts';
import type { Team } from './words.ts';

/** What a commitment can promise so that it can be counted. Others may be written down, and are kept by word alone. */
export const measures = {
  /** Hand-offs a month that meet all criteria of an MQL but one at most. */
  mqls_meeting_criteria: { team: 'marketing', unit: 'count' },
  /** Hand-offs a month. */
  handoffs: { team: 'marketing', unit: 'count' },
  /** Of the hand-offs that were answered: accepted or qualified. */
  handoffs_accepted: { team: 'marketing', unit: 'share' },
  /** Of the feedback given: a first reply within the hours. */
  feedback_answered: { team: 'marketing', unit: 'share' },
  /** Of the hand-offs with a time to answer: answered by then. */
  answered_in_time: { team: 'sales', unit: 'share' },
  /** Of the hand-offs accepted: a verdict within the hours. */
  verdict_given: { team: 'sales', unit: 'share' },
  /** Of the hand-offs returned: with a reason that marketing can act on. */
  returned_with_reason: { team: 'sales', unit: 'share' },
  /** Of those returned because nobody answered: after as many attempts as agreed. */
  attempts_made: { team: 'sales', unit: 'share' },
} as const satisfies Record<string, { team: Team; unit: Commitment['unit'] }>;
export type Measure = keyof typeof measures;

export const isMeasure = (name: string): name is Measure => Object.hasOwn(measures, name);

/** How many criteria make a hand-off that keeps the promise: all of the MQL's but one, at least one. */
export const criteriaNeeded = (agreement: Agreement): number => Math.max(1, (agreement.stages.mql?.criteria.length ?? 1) - 1);
