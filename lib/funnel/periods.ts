import type { Calendar } from './agreement.ts';

/** Periods of reports: weeks, months and quarters as the agreement's calendar counts them, in days of its zone. */

export const grains = ['week', 'month', 'quarter'] as const;
export type Grain = (typeof grains)[number];

/** Local dates `YYYY-MM-DD`, both included. */
export interface Days {
  from: string;
  to: string;
}
export interface Period extends Days {
  /** `2026-W47`, `2026-11` or `2026-Q4`. */
  name: string;
  grain: Grain;
}
/** Of a period, by its name. */
export const grainOf = (name: string): Grain | undefined =>
  /^\d{4}-W\d\d$/.test(name) ? 'week' : /^\d{4}-Q[1-4]$/.test(name) ? 'quarter' : /^\d{4}-\d\d$/.test(name) ? 'month' : undefined;

type Reckoning = Pick<Calendar, 'weekStart' | 'fiscalYearStart'>;

/**
 * The period that holds a day. A week belongs to the year that has its fourth day, so that with Monday as its first
 * day it is the ISO week. A fiscal year has the number of the calendar year in which it ends.
 */
export function periodOf(day: string, grain: Grain, calendar: Reckoning): Period {
  const date = Temporal.PlainDate.from(day);
  switch (grain) {
    case 'week': {
      const from = date.subtract({ days: (date.dayOfWeek - calendar.weekStart + 7) % 7 });
      const fourth = from.add({ days: 3 });
      const number = Math.floor((fourth.dayOfYear - 1) / 7) + 1;
      return { grain, name: `${year(fourth.year)}-W${two(number)}`, from: from.toString(), to: from.add({ days: 6 }).toString() };
    }
    case 'month': {
      const from = date.with({ day: 1 });
      return { grain, name: from.toString().slice(0, 7), from: from.toString(), to: from.with({ day: from.daysInMonth }).toString() };
    }
    case 'quarter': {
      const into = (date.month - calendar.fiscalYearStart + 12) % 12;
      const from = date.with({ day: 1 }).subtract({ months: into % 3 });
      // The month in which the fiscal year of this quarter began, and the one in which it ends.
      const ends = from.subtract({ months: into - (into % 3) }).add({ months: 11 });
      return {
        grain,
        name: `${year(ends.year)}-Q${Math.floor(into / 3) + 1}`,
        from: from.toString(),
        to: from.add({ months: 3 }).subtract({ days: 1 }).toString(),
      };
    }
  }
}

/** The period of a name; `undefined` when there is none of that name. */
export function periodNamed(name: string, calendar: Reckoning): Period | undefined {
  const found = /^(\d{4})-(?:W(\d\d)|Q([1-4])|(\d\d))$/.exec(name);
  if (!found) return undefined;
  const [, inYear, week, quarter, month] = found;
  let period: Period;
  if (week !== undefined) {
    if (Number(week) < 1 || Number(week) > 53) return undefined;
    // Whatever day weeks start on, the fourth day of the one with 4 January is one of the first seven of the year.
    const first = Temporal.PlainDate.from({ year: Number(inYear), month: 1, day: 4 });
    period = periodOf(first.add({ days: (Number(week) - 1) * 7 }).toString(), 'week', calendar);
  } else if (quarter !== undefined) {
    const end = Temporal.PlainDate.from({ year: Number(inYear), month: ((calendar.fiscalYearStart + 10) % 12) + 1, day: 1 });
    period = periodOf(end.subtract({ months: 11 - (Number(quarter) - 1) * 3 }).toString(), 'quarter', calendar);
  } else {
    if (Number(month) < 1 || Number(month) > 12) return undefined;
    period = periodOf(`${inYear}-${month}-01`, 'month', calendar);
  }
  return period.name === name ? period : undefined;
}

/** The periods that have a day of the span, clipped to it, in order. */
export function periodsIn({ from, to }: Days, grain: Grain, calendar: Reckoning): Period[] {
  const periods: Period[] = [];
  for (let day = from; day <= to; ) {
    const period = periodOf(day, grain, calendar);
    periods.push({ ...period, from: day, to: period.to < to ? period.to : to });
    day = next(period.to);
  }
  return periods;
}

/** The span to compare with: as many days right before, or the same days a year before. */
export function comparedWith({ from, to }: Days, how: 'before' | 'year'): Days {
  const [first, last] = [Temporal.PlainDate.from(from), Temporal.PlainDate.from(to)];
  if (how === 'year') return { from: first.subtract({ years: 1 }).toString(), to: last.subtract({ years: 1 }).toString() };
  const days = first.until(last).days + 1;
  return { from: first.subtract({ days }).toString(), to: first.subtract({ days: 1 }).toString() };
}

export const daysBetween = ({ from, to }: Days): number => Temporal.PlainDate.from(from).until(to).days + 1;
const next = (day: string): string => Temporal.PlainDate.from(day).add({ days: 1 }).toString();
const two = (n: number): string => String(n).padStart(2, '0');
const year = (n: number): string => String(n).padStart(4, '0');
