import type { Calendar } from '../../lib/funnel/agreement.ts';

/** Periods of a report: both days included, in the agreement's zone, quarters by its fiscal year. */
export const periodKeys = [
  'this-week',
  'last-week',
  'this-month',
  'last-month',
  'this-quarter',
  'last-quarter',
  'this-year',
  'last-12',
  'last-24',
] as const;
export type PeriodKey = (typeof periodKeys)[number];
/** A key, or `2026-10-01..2026-11-24`. */
export type Period = PeriodKey | `${string}..${string}`;
export interface Range {
  from: string;
  to: string;
}

const isDay = (text: string) => {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch {
    return false;
  }
};

/** What stands in a link, or nothing when it is no period. */
export function periodFrom(text: string | null): Period | undefined {
  if (!text) return undefined;
  if ((periodKeys as readonly string[]).includes(text)) return text as PeriodKey;
  const [from = '', to = ''] = text.split('..');
  return isDay(from) && isDay(to) && from <= to ? `${from}..${to}` : undefined;
}

/** On which day weeks and in which month years begin. */
export type Reckoning = Pick<Calendar, 'weekStart' | 'fiscalYearStart'>;
export const plainReckoning: Reckoning = { weekStart: 1, fiscalYearStart: 1 };

/** What is still going on ends today. */
export function rangeOf(period: Period, today: string, { weekStart, fiscalYearStart }: Reckoning): Range {
  if (period.includes('..')) {
    const [from = today, to = today] = period.split('..');
    return { from, to };
  }
  const day = Temporal.PlainDate.from(today);
  const week = day.subtract({ days: (day.dayOfWeek - weekStart + 7) % 7 });
  const month = day.with({ day: 1 });
  // Months since the fiscal year began, and its first one.
  const into = (day.month - fiscalYearStart + 12) % 12;
  const year = month.subtract({ months: into });
  const quarter = month.subtract({ months: into % 3 });
  const until = (end: Temporal.PlainDate) => end.subtract({ days: 1 }).toString();
  switch (period as PeriodKey) {
    case 'this-week':
      return { from: week.toString(), to: today };
    case 'last-week':
      return { from: week.subtract({ days: 7 }).toString(), to: until(week) };
    case 'this-month':
      return { from: month.toString(), to: today };
    case 'last-month':
      return { from: month.subtract({ months: 1 }).toString(), to: until(month) };
    case 'this-quarter':
      return { from: quarter.toString(), to: today };
    case 'last-quarter':
      return { from: quarter.subtract({ months: 3 }).toString(), to: until(quarter) };
    case 'this-year':
      return { from: year.toString(), to: today };
    case 'last-24':
      return { from: quarter.subtract({ months: 21 }).toString(), to: today };
    case 'last-12':
      return { from: month.subtract({ months: 11 }).toString(), to: today };
  }
}

export const daysOf = ({ from, to }: Range): number => Temporal.PlainDate.from(from).until(to).days + 1;
