import { businessCalendar } from '../../../lib/funnel/calendar.ts';
import { type Days, daysBetween, periodOf } from '../../../lib/funnel/periods.ts';
import type { Channel } from '../../../lib/funnel/words.ts';
import type { Question, Span } from './question.ts';

export interface Spend {
  campaign: string;
  channel: Channel;
  currency: string;
  /** Minor units; not rounded where a month was taken in part. */
  planned: number;
  spent: number;
}

/**
 * What was planned and spent on each campaign in the span. Spend is known by month. Of a month that the span holds in
 * part it takes the part by days; what was spent so far in the present month lies on the days up to today.
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
    sum.planned += (planned ?? 0) * part(span, whole);
    sum.spent += (spent ?? 0) * part(span, soFar);
    sums.set(`${campaign} ${currency}`, sum);
  }
  return [...sums.values()];
}

/** Which part of the days `of` lies in the span. */
function part(span: Days, of: Days): number {
  const from = span.from > of.from ? span.from : of.from;
  const to = span.to < of.to ? span.to : of.to;
  return from > to ? 0 : daysBetween({ from, to }) / daysBetween(of);
}
