import type { Agreement, Outcome, Reason } from './agreement.ts';
import type { Verdict } from './words.ts';

/**
 * The reasons Baton ships with: short, so that one is chosen at a glance, and none that marketing cannot act on.
 * A workspace may change labels, dates and outcomes in its agreement; a code keeps its meaning for ever.
 */
export const shippedReasons: readonly Reason[] = [
  { code: 'bad_timing', group: 'timing', label: 'Bad timing', outcome: 'recycled', wake: { days: 90 }, actor: 'nurture' },
  { code: 'no_budget', group: 'timing', label: 'No budget', outcome: 'recycled', wake: { days: 90 }, actor: 'nurture' },
  {
    code: 'unresponsive',
    group: 'timing',
    label: 'No answer',
    outcome: 'recycled',
    wake: { days: 30 },
    actor: 'nurture',
    needsAttempts: true,
  },
  { code: 'no_need', group: 'interest', label: 'No need', outcome: 'recycled', wake: { days: 180 }, actor: 'scoring' },
  { code: 'low_intent', group: 'interest', label: 'Only reading', outcome: 'recycled', wake: 'strong_touch', actor: 'scoring' },
  { code: 'not_decision_maker', group: 'fit', label: 'Wrong person', outcome: 'recycled', wake: { days: 180 }, actor: 'targeting' },
  { code: 'not_icp', group: 'fit', label: 'Not our market', outcome: 'disqualified', wake: 'never', actor: 'targeting' },
  { code: 'chose_competitor', group: 'fit', label: 'Chose a competitor', outcome: 'recycled', wake: { days: 365 }, actor: 'product' },
  {
    code: 'competitor_or_partner',
    group: 'invalid',
    label: 'Competitor or partner',
    outcome: 'disqualified',
    wake: 'never',
    actor: 'suppression',
  },
  {
    code: 'student_or_jobseeker',
    group: 'invalid',
    label: 'Student or job seeker',
    outcome: 'disqualified',
    wake: 'never',
    actor: 'suppression',
  },
  { code: 'bad_contact_data', group: 'data', label: 'Bad contact data', outcome: 'recycled', wake: 'at_once', actor: 'enrichment' },
  { code: 'duplicate', group: 'data', label: 'Duplicate', outcome: 'recycled', wake: 'at_once', actor: 'operations' },
  { code: 'other', group: 'other', label: 'Other, say why', outcome: 'recycled', wake: 'at_once', actor: 'review', needsNote: true },
];

/** What may be said for a strong verdict. Nobody has to act on it, so the agreement need not name it. */
export const praises = ['knew_us', 'had_budget', 'fast'] as const;

const saidOf = {
  fair: ['timing', 'interest', 'fit'],
  poor: ['interest', 'fit', 'invalid', 'data'],
} as const satisfies Record<string, readonly Reason['group'][]>;

/** Codes that say why a verdict is what it is: the agreement's own, so that both teams count the same things. */
export const verdictReasons = (verdict: Verdict, agreement: Agreement): readonly string[] =>
  verdict === 'strong'
    ? praises
    : agreement.reasons
        .filter(({ group, needsAttempts, retired }) => !needsAttempts && !retired && (saidOf[verdict] as readonly string[]).includes(group))
        .map(({ code }) => code);

/** What choosing a reason does, so that the screen can say it before it is pressed. Exactly one wake field is set. */
export interface Effect {
  outcome: Outcome;
  /** Marketing gets it back on this local date. */
  wakesOn?: string;
  strongTouch?: true;
  /** It stands in marketing's queue at once. */
  atOnce?: true;
  never?: true;
}

export function effectOf(reason: Reason, today: string): Effect {
  if (reason.outcome === 'disqualified' || reason.wake === 'never') return { outcome: reason.outcome, never: true };
  if (reason.wake === 'strong_touch') return { outcome: 'recycled', strongTouch: true };
  if (reason.wake === 'at_once') return { outcome: 'recycled', atOnce: true };
  return { outcome: 'recycled', wakesOn: Temporal.PlainDate.from(today).add({ days: reason.wake.days }).toString() };
}

/** Reasons that may still be chosen; the others stand in what was decided before. */
export const choosable = ({ reasons }: Agreement): Reason[] => reasons.filter(({ retired }) => !retired);

export const reasonOf = (agreement: Agreement, code: string): Reason | undefined => agreement.reasons.find((r) => r.code === code);

/** Which decision "Return" is, for a reason: the reason says where the lead goes. */
export const returnKind = (reason: Reason): 'recycle' | 'disqualify' => (reason.outcome === 'recycled' ? 'recycle' : 'disqualify');
