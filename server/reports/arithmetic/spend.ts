import { businessCalendar } from '../../../lib/funnel/calendar.ts';
import { slice } from '../../../lib/funnel/money.ts';
import { type Days, daysBetween, periodOf } from '../../../lib/funnel/periods.ts';
import type { Channel } from '../../../lib/funnel/words.ts';
import type { Question, Span } from './question.ts';

export interface Spend {
  campaign: string;
  channel: Channel;
  currency: string;
  /** Whole minor units. */
  planned: number;
  spent: number;
}

/**
 * What was planned and spent on each campaign in the span. Spend is known by month. Of a month that the span holds in
 * part it takes the part by days, so that periods side by side make up what they do together; what was spent so far in
 * the present month lies on the days up to today.
 */
export async function spendIn({ trx, workspace, agreement, asOf }: Question, span: Span): Promise<Spend[]> {
  const today = businessCalendar(agreement.calendar).dayOf(Date.parse(asOf));
  const rows = await trx
    .selectFrom('spend as s')
    .innerJoin('campaign as c', (join) => join.onRef('c.workspace', '=', 's.workspace').onRef('c.id', '=', 's.campaign'))
    .where('s.workspace', '=', workspace)
    .where('s.month', '>=', `${span.from.slice(0, 7)}-01`)
    .where('s.month', '<=', span.to)
    .select(['s.campaign', 'c.channel', 's.currency', 's.month', 's.planned', 's.spent'])
    .execute();
  const sums = new Map<string, Spend>();
  for (const { campaign, channel, currency, month, planned, spent } of rows) {
    const whole = periodOf(month, 'month', agreement.calendar);
    const soFar = whole.from <= today && today < whole.to ? { from: whole.from, to: today } : whole;
    const sum = sums.get(`${campaign} ${currency}`) ?? { campaign, channel, currency, planned: 0, spent: 0 };
    sum.planned += partIn(span, planned ?? 0, whole);
    sum.spent += partIn(span, spent ?? 0, soFar);
    sums.set(`${campaign} ${currency}`, sum);
  }
  return [...sums.values()];
}

/** What lies in the span of an amount that lies evenly on the days `of`. */
function partIn(span: Days, amount: number, of: Days): number {
  const from = span.from > of.from ? span.from : of.from;
  const to = span.to < of.to ? span.to : of.to;
  if (from > to) return 0;
  const end = daysBetween({ from: of.from, to });
  return slice(amount, end - daysBetween({ from, to }), end, daysBetween(of));
}
