import type { DecisionBody, FeedbackBody } from '../../lib/contract/act.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';

/** What stands in the CRM about an act: who, what, why, in one or two plain lines. */
export function noteOfDecision(decision: DecisionBody, who: string, agreement: Agreement): string {
  const reason = 'reason' in decision ? (agreement.reasons.find((r) => r.code === decision.reason)?.label ?? decision.reason) : undefined;
  const did: Record<DecisionBody['kind'], string> = {
    hand_over: 'handed the lead over to sales',
    accept: 'accepted the lead',
    qualify: 'qualified the lead',
    open_opportunity: 'opened an opportunity',
    win: 'won the deal',
    lose: 'lost the deal',
    recycle: 'returned the lead to marketing',
    disqualify: 'closed the lead',
    assign: 'gave the lead to somebody else',
    pause: 'paused the clock',
    resume: 'let the clock run again',
    attempt: 'tried to reach the person',
    reopen: 'took the lead up again',
  };
  const until = 'wakesOn' in decision && decision.wakesOn ? `, back on ${decision.wakesOn}` : '';
  const first = `${who} ${did[decision.kind]}${reason ? `: ${reason}` : ''}${until}.`;
  const note = 'note' in decision ? decision.note?.trim() : undefined;
  return note ? `${first}\n${note}` : first;
}

export function noteOfFeedback(feedback: FeedbackBody, who: string): string {
  const first = feedback.kind === 'verdict' ? `${who} found the lead ${feedback.verdict}.` : `${who} noted what the customer said.`;
  const note = feedback.note?.trim();
  return note ? `${first}\n${note}` : first;
}
