import { sql } from 'kysely';
import type { Agreement } from '../../../lib/funnel/agreement.ts';
import { businessCalendar } from '../../../lib/funnel/calendar.ts';
import { comparedWith, type Days, type Grain, type Period, periodsIn } from '../../../lib/funnel/periods.ts';
import type { Channel, Origin } from '../../../lib/funnel/words.ts';
import { invalidAt } from '../../http/problem.ts';
import type { Trx } from '../../store/db.ts';

/** What every report is asked with. Outcomes count to date: nothing after `asOf` is seen. */
export interface Question {
  trx: Trx;
  workspace: string;
  agreement: Agreement;
  asOf: string;
}

/** Sorts of a whole history stay in memory, until the transaction ends. */
export const roomToSort = async (trx: Trx): Promise<void> => void (await sql`select set_config('work_mem', '64MB', true)`.execute(trx));

/** A period of days with its instants: `since` included, `until` not. */
export interface Span extends Days {
  since: string;
  until: string;
}

/** Which leads; see the contract. */
export interface Which {
  channel?: Channel;
  campaign?: string;
  owner?: string;
  origin?: Origin;
  segment?: string;
}

/** Longer than this nobody reads at once, and it would be a way to keep the store busy. */
const longestYears = 10;
/** Years that a report may be about. */
const first = 1990;
const last = 2099;

/** @throws `invalid` when the days are in the wrong order, too many, or out of reach */
export function spanOf(days: Days, { calendar }: Agreement): Span {
  if (days.from > days.to) throw invalidAt('?from', 'span-backwards');
  if (days.from < `${first}-01-01` || days.to > `${last}-12-31`) throw invalidAt('?from', 'span-away', { first, last });
  if (Temporal.PlainDate.from(days.from).until(days.to).days >= longestYears * 366)
    throw invalidAt('?from', 'span-long', { years: longestYears });
  return toSpan(days, calendar);
}

const toSpan = (days: Days, calendar: Agreement['calendar']): Span => {
  const clock = businessCalendar(calendar);
  return {
    from: days.from,
    to: days.to,
    since: iso(clock.startOf(days.from)),
    until: iso(clock.startOf(Temporal.PlainDate.from(days.to).add({ days: 1 }).toString())),
  };
};

export const comparedSpan = (span: Span, how: 'before' | 'year' | undefined, { calendar }: Agreement): Span | undefined =>
  how && toSpan(comparedWith(span, how), calendar);

/** A grain that makes a readable number of parts when none is asked for. */
export const grainFor = (span: Days, asked?: Grain): Grain => {
  if (asked) return asked;
  const days = Temporal.PlainDate.from(span.from).until(span.to).days + 1;
  return days <= 120 ? 'week' : days <= 800 ? 'month' : 'quarter';
};

export interface Parts {
  periods: Period[];
  /** The instant at which each begins, for `width_bucket`. */
  starts: string[];
}
export function partsOf(span: Span, grain: Grain, { calendar }: Agreement): Parts {
  const periods = periodsIn(span, grain, calendar);
  const clock = businessCalendar(calendar);
  return { periods, starts: periods.map(({ from }) => iso(clock.startOf(from))) };
}
export const bucketOf = ({ name, from, to }: Period) => ({ name, from, to });

export const iso = (ms: number): string => new Date(ms).toISOString();
