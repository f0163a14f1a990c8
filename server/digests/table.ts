import type { DigestBody, DigestHead } from '../../lib/contract/routes/digests.ts';
import { inUnits } from '../../lib/funnel/money.ts';
import { handoffStates, verdicts } from '../../lib/funnel/words.ts';
import type { Cell } from '../reports/arithmetic/csv.ts';
import type { Share } from '../reports/arithmetic/share.ts';

const shares = ({ n, of, share, low, high }: Share): Cell[] => [n, of, share, low, high];

/** A digest as lines of figures: which part, what, how many, and where it is a share, of how many and its interval. */
export function tableOf({ marketing, sales, commitments }: DigestBody): { head: string[]; rows: Cell[][] } {
  const toSales = (figure: string, ...cells: Cell[]): Cell[] => ['marketing to sales', figure, ...cells];
  const toMarketing = (figure: string, ...cells: Cell[]): Cell[] => ['sales to marketing', figure, ...cells];
  const money = (what: string, list: readonly { value: number; currency: string }[]) =>
    list.map(({ value, currency }) => toSales(`${what} ${currency}`, inUnits(value, currency)));
  const head = ['part', 'figure', 'n', 'of', 'share', 'low', 'high'];
  const rows: Cell[][] = [
    ...handoffStates.map((state) => toSales(`hand-offs ${state}`, marketing.handoffs[state])),
    ...marketing.stages.flatMap(({ stage, entered, wentOn }) => [
      toSales(`entered ${stage}`, entered),
      toSales(`went on from ${stage}`, ...shares(wentOn)),
    ]),
    ...money('planned', marketing.budget.planned),
    ...money('spent', marketing.budget.spent),
    ...marketing.campaigns.map(({ name, sql }) => toSales(`sql by position: ${name}`, sql)),
    toSales('feedback answered', marketing.feedback.answered, marketing.feedback.given),
    toSales('leads that wake', marketing.coming.waking),
    ...marketing.coming.campaigns.map(({ name, on }) => toSales(`starts: ${name}`, on)),
    toMarketing('answered in time', ...shares(sales.answers.inTime)),
    toMarketing('median minutes', sales.answers.medianMinutes),
    toMarketing('unanswered', sales.unanswered),
    toMarketing('came back', sales.reasons.total),
    ...sales.reasons.items.map(({ reason, n }) => toMarketing(`came back: ${reason ?? 'no reason'}`, n, sales.reasons.total)),
    ...verdicts.map((verdict) => toMarketing(`verdicts ${verdict}`, sales.verdicts[verdict])),
    ...commitments.map(({ team, text, share, count }): Cell[] => [
      `promise of ${team}`,
      text,
      ...(share ? shares(share) : [count?.n, count && Math.round(count.promised)]),
    ]),
  ];
  return { head, rows: rows.map((row) => head.map((_, i) => row[i])) };
}

export const listTable = (heads: readonly DigestHead[]): { head: string[]; rows: Cell[][] } => ({
  head: ['period', 'from', 'to', 'frozen at', 'seen by', 'of', 'marketing', 'sales'],
  rows: heads.map(({ period, from, to, frozenAt, seen, comments }) => [
    period,
    from,
    to,
    frozenAt,
    seen.people,
    seen.of,
    ...(['marketing', 'sales'] as const).map((team) => comments.find((one) => one.team === team)?.text),
  ]),
});
