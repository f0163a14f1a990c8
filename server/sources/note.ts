import type { FeedbackBody } from '../../lib/contract/act.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import type { Decision, Lead, Money } from '../../lib/funnel/lead.ts';
import { inUnits } from '../../lib/funnel/money.ts';
import { reasonOf } from '../../lib/funnel/reasons.ts';

/**
 * What stands in the CRM about an act: who did what and why in the first line, which is all that lists there show; then
 * what it was decided upon, and what was noted. In plain words: nobody there knows Baton's codes.
 */
export interface Decided {
  decision: Decision;
  /** Somebody's name, or a rule's. */
  who?: string;
  rule?: string;
  /** The lead afterwards: when it is back is for the rules to say. */
  lead: Pick<Lead, 'wakesOn' | 'wakesOnStrongTouch' | 'stage'>;
  agreement: Agreement;
  /** The name of whom the lead was given to. */
  to?: string | undefined;
}
export function noteOfDecision({ decision, who, rule, lead, agreement, to }: Decided): string {
  const back = decision.kind === 'recycle' || decision.kind === 'lose' ? backWhen(lead) : '';
  const why = decision.kind === 'pause' ? decision.reason : 'reason' in decision ? reasonIn(agreement, decision.reason) : undefined;
  const did = `${rule === undefined ? who : `The rule “${rule}”`} ${didOf(decision, agreement, to)}${why === undefined ? '' : `: ${why.trim()}`}${back}`;
  const note = 'note' in decision ? decision.note?.trim() : undefined;
  return [/[.!?]$/.test(did) ? did : `${did}.`, ...factsOf(decision, agreement), note].filter(Boolean).join('\n');
}

function didOf(decision: Decision, { calendar }: Agreement, to: string | undefined): string {
  switch (decision.kind) {
    case 'hand_over':
      return `handed the lead over to ${to ?? 'sales'}`;
    case 'accept':
      return 'accepted the lead';
    case 'qualify':
      return 'qualified the lead';
    case 'open_opportunity':
      return `opened an opportunity${worth(decision.amount)}`;
    case 'win':
      return `won the deal${worth(decision.amount)}`;
    case 'lose':
      return 'lost the deal';
    case 'recycle':
      return 'returned the lead to marketing';
    case 'disqualify':
      return 'closed the lead';
    case 'assign':
      return `gave the lead to ${to ?? 'somebody else'}`;
    case 'pause':
      return `paused the clock until ${momentOf(decision.until, calendar.zone)}`;
    case 'resume':
      return 'let the clock run again';
    case 'attempt':
      return `tried to reach the person ${{ call: 'by phone', mail: 'by mail', linkedin: 'on LinkedIn', other: 'in another way' }[decision.channel]}`;
    case 'reopen':
      return 'took the lead up again';
  }
}

function factsOf(decision: Decision, agreement: Agreement): string[] {
  if (decision.kind !== 'hand_over' && decision.kind !== 'qualify') return [];
  const all = Object.values(agreement.stages).flatMap(({ criteria }) => criteria);
  const met = decision.criteria.map((id) => all.find((one) => one.id === id)?.text ?? id);
  const why = decision.kind === 'hand_over' ? decision.why : [];
  return [...(met.length > 0 ? [`Criteria met: ${met.join('; ')}.`] : []), ...(why.length > 0 ? [`Why now: ${why.join('; ')}.`] : [])];
}

const reasonIn = (agreement: Agreement, code: string): string => reasonOf(agreement, code)?.label ?? code;

function backWhen({ stage, wakesOn, wakesOnStrongTouch }: Decided['lead']): string {
  if (stage !== 'recycled') return ', closed';
  if (wakesOn !== undefined) return `, back on ${dayOf(wakesOn)}`;
  return wakesOnStrongTouch ? ', back when the person shows strong interest' : ', for marketing to look at now';
}

const worth = (amount: Money | undefined): string => (amount ? `, ${moneyOf(amount)}` : '');
const moneyOf = ({ value, currency }: Money): string =>
  new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'code' })
    .format(inUnits(value, currency))
    .replace('\u00a0', ' ');
const dayOf = (day: string): string => new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }).format(Date.parse(day));
const momentOf = (at: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(Date.parse(at));

const praised: Readonly<Record<string, string>> = { knew_us: 'Knew the product', had_budget: 'Had a budget', fast: 'Wants it soon' };

export interface Given {
  feedback: FeedbackBody;
  who: string;
  agreement: Agreement | undefined;
  /** The name of the campaign that it is about, where it is about one. */
  campaign?: string | undefined;
}
export function noteOfFeedback({ feedback, who, agreement, campaign }: Given): string {
  const about = campaign === undefined ? '' : ` on “${campaign}”`;
  const reasons = (feedback.reasons ?? []).map((code) => praised[code] ?? (agreement ? reasonIn(agreement, code) : code)).join('; ');
  const first =
    feedback.kind === 'verdict'
      ? `${who} found the lead ${feedback.verdict}${about}${reasons && `: ${reasons}`}.`
      : `${who} noted what the customer said${about}.`;
  return [first, feedback.note?.trim()].filter(Boolean).join('\n');
}
