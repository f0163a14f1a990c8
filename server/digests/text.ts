import type { DigestBody } from '../../lib/contract/routes/digests.ts';
import { written } from '../../lib/funnel/money.ts';
import type { Share } from '../reports/arithmetic/share.ts';

/** A digest in plain words, for mail. */
export function textOf(
  { period, from, to }: { period: string; from: string; to: string },
  { marketing, sales, commitments }: DigestBody,
): string {
  const { handoffs, feedback, coming } = marketing;
  const opened = Object.values(handoffs).reduce((a, b) => a + b, 0);
  const lines = [
    `Period ${period}, ${from} to ${to}`,
    '',
    'MARKETING TO SALES',
    `${opened} hand-offs opened.`,
    ...marketing.stages.filter(({ entered }) => entered > 0).map(({ stage, entered }) => `  ${stage}: ${entered} entered`),
    ...marketing.budget.spent.map(({ value, currency }) => `Spent ${written(value, currency)} ${currency}.`),
    ...marketing.campaigns.map(({ name, sql }) => `  ${name}: ${sql.toFixed(1)} SQLs (position-based)`),
    `Feedback: ${feedback.given} given, ${feedback.answered} answered.`,
    `Coming: ${coming.waking} leads wake up${coming.campaigns.map(({ name, on }) => `; ${name} starts ${on}`).join('')}.`,
    '',
    'SALES TO MARKETING',
    `Answered in time: ${shareText(sales.answers.inTime)}.`,
    `${handoffs.accepted + handoffs.qualified} accepted or qualified, ${handoffs.returned} returned, ${sales.unanswered} unanswered.`,
    `${sales.reasons.total} leads came back${sales.reasons.items.length > 0 ? ': ' : ''}${sales.reasons.items.map(({ reason, n }) => `${reason ?? 'no reason'} ${n}`).join(', ')}.`,
    `Verdicts: ${sales.verdicts.strong} strong, ${sales.verdicts.fair} fair, ${sales.verdicts.poor} poor.`,
    '',
    'COMMITMENTS',
    ...commitments.map(
      ({ team, text, share, count, kept }) =>
        `${team}: ${text}: ${share ? shareText(share) : count ? `${count.n} of ${Math.round(count.promised)}` : 'not counted'}${kept === undefined ? '' : kept ? ', kept' : ', not kept'}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

const shareText = ({ n, of, share, low, high }: Share): string =>
  share === undefined ? `${n} of ${of}` : `${percent(share)} (${percent(low!)} to ${percent(high!)}), ${n} of ${of}`;
const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
