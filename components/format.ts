import type { Calendar } from '../lib/funnel/agreement.ts';
import type { Money } from '../lib/funnel/lead.ts';
import { inUnits } from '../lib/funnel/money.ts';

/**
 * Dates, times and numbers as the screens show them. Instants are shown in the device's zone; calendar dates
 * (`YYYY-MM-DD`) are never shifted. English is British in form: 24 Nov, 15:40.
 */
export interface Format {
  language: 'en' | 'de';
  /** 11:40 */
  time(at: string | number): string;
  /** today · Thu · 11 Aug · 3 Sep 2025: as short as it can be without being wrong. */
  day(at: string | number, now: number): string;
  /** Tue 24 Nov, with the year when it is another one. */
  dayOfWeek(at: string | number, now: number): string;
  /** 24 Nov 2026, 12:45 */
  full(at: string | number): string;
  /** 11:40 today, else Thu 11:40, else 11 Aug. */
  moment(at: string | number, now: number): string;
  /** A calendar date: 22 Feb, with the year from ten months off. */
  date(day: string, now: number): string;
  /** A calendar date with its year: 22 Feb 2027. */
  dateFull(day: string): string;
  /** 26 Feb – 1 Mar 2026 */
  range(from: string, to: string): string;
  month(day: string): string;
  /** 1 → January */
  monthName(month: number): string;
  number(value: number): string;
  /** One digit behind the point: 4.3 */
  decimal(value: number): string;
  /** 0.741 → 74 % */
  percent(share: number, digits?: number): string;
  money(amount: Money): string;
  /** As a report tells it: from a hundred on in whole units. */
  moneyAbout(amount: Money): string;
  list(items: readonly string[]): string;
  /** A, B or C */
  either(items: readonly string[]): string;
  weekday(iso: number): string;
  /** −3 → "3 days ago" in the language's own words. */
  relative(value: number, unit: 'minute' | 'hour' | 'day'): string;
}

/** German as where the reader is: what January is called, and how thousands are parted. */
const locales = { en: 'en-GB', de: /^de-/.test(globalThis.navigator?.language) ? navigator.language : 'de-DE' } as const;
const made = new Map<string, Format>();

export function formatOf(language: 'en' | 'de'): Format {
  const known = made.get(language);
  if (known) return known;
  const format = make(language);
  made.set(language, format);
  return format;
}

const minute = 60_000;
const dayMs = 1440 * minute;
const startOfDay = (ms: number) => {
  const d = new Date(ms);
  return new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
};
const instant = (at: string | number) => (typeof at === 'number' ? at : Date.parse(at));

function make(language: 'en' | 'de'): Format {
  const locale = locales[language];
  const lazy = <T>(build: () => T) => {
    let value: T | undefined;
    return () => {
      value ??= build();
      return value;
    };
  };
  const dates = (options: Intl.DateTimeFormatOptions) => lazy(() => new Intl.DateTimeFormat(locale, options));
  const time = dates({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const short = dates({ day: 'numeric', month: 'short' });
  const long = dates({ day: 'numeric', month: 'short', year: 'numeric' });
  const weekday = dates({ weekday: 'short' });
  const plain = dates({ day: 'numeric', month: 'short', timeZone: 'UTC' });
  const plainLong = dates({ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  const month = dates({ month: 'short', year: 'numeric', timeZone: 'UTC' });
  const relative = lazy(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' }));
  const whole = lazy(() => new Intl.NumberFormat(locale));
  const tenth = lazy(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 1, minimumFractionDigits: 1 }));
  const list = lazy(() => new Intl.ListFormat(locale, { type: 'conjunction', style: 'long' }));
  const either = lazy(() => new Intl.ListFormat(locale, { type: 'disjunction', style: 'long' }));
  const utc = (day: string) => Date.parse(`${day}T00:00:00Z`);
  // Intl puts a dot after German weekdays and a dot that belongs after the day; only the first is noise on a card.
  const bare = (text: string) => text.replace(/\.$/, '');

  const money = (value: number, currency: string, whole: boolean) =>
    new Intl.NumberFormat(locale, {
      style: 'currency',
      currency,
      ...(whole && { maximumFractionDigits: 0 }),
    }).format(inUnits(value, currency));

  const format: Format = {
    language,
    time: (at) => time().format(instant(at)),
    day(at, now) {
      const ms = instant(at);
      const days = Math.round((startOfDay(now) - startOfDay(ms)) / dayMs);
      if (days === 0 || days === -1) return relative().format(-days, 'day');
      if (days > 0 && days < 7) return bare(weekday().format(ms));
      return sameYear(ms, now) ? short().format(ms) : long().format(ms);
    },
    dayOfWeek(at, now) {
      const ms = instant(at);
      return `${bare(weekday().format(ms))} ${(sameYear(ms, now) ? short() : long()).format(ms)}`;
    },
    full: (at) => `${long().format(instant(at))}, ${time().format(instant(at))}`,
    moment(at, now) {
      const ms = instant(at);
      const days = Math.round((startOfDay(now) - startOfDay(ms)) / dayMs);
      if (days === 0) return time().format(ms);
      if (Math.abs(days) < 7) return `${bare(weekday().format(ms))} ${time().format(ms)}`;
      return sameYear(ms, now) ? short().format(ms) : long().format(ms);
    },
    date(day, now) {
      const ms = utc(day);
      const near = Math.abs(ms - now) < 300 * dayMs;
      return (near ? plain() : plainLong()).format(ms);
    },
    dateFull: (day) => plainLong().format(utc(day)),
    range: (from, to) =>
      plainLong()
        .formatRange(utc(from), utc(to))
        .replace(/\u2009/g, ' '),
    month: (day) => month().format(utc(day)),
    monthName: (n) => new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' }).format(Date.UTC(2024, n - 1, 1)),
    number: (value) => whole().format(value),
    decimal: (value) => tenth().format(value),
    percent: (share, digits = 0) =>
      `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(share * 100)}\u202f%`,
    money: ({ value, currency }) => money(value, currency, Number.isInteger(inUnits(value, currency))),
    moneyAbout: ({ value, currency }) => money(value, currency, Math.abs(inUnits(value, currency)) >= 100),
    list: (items) => list().format(items),
    either: (items) => either().format(items),
    // 2024-01-01 was a Monday.
    weekday: (iso) => bare(new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, iso))),
    relative: (value, unit) => relative().format(value, unit),
  };
  return format;
}

const sameYear = (a: number, b: number) => new Date(a).getFullYear() === new Date(b).getFullYear();

/** Business minutes of an ordinary open day: what "1 d" means on a clock. */
export function businessDay(calendar: Calendar | undefined): number {
  const days = Object.values(calendar?.hours ?? {})
    .map((spans) => spans.reduce((sum, [from, to]) => sum + minutesOf(to) - minutesOf(from), 0))
    .filter((minutes) => minutes > 0)
    .sort((a, b) => a - b);
  return days[Math.floor(days.length / 2)] ?? 480;
}
const minutesOf = (clock: string) => {
  const [h = 0, m = 0] = clock.split(':').map(Number);
  return h * 60 + m;
};

/** Parts of a length of business time; the smaller part is dropped when it says nothing. */
export function lengthOf(minutes: number, day: number): { days: number; hours: number; minutes: number } {
  const whole = Math.max(0, Math.round(minutes));
  if (whole >= day) {
    const days = Math.floor(whole / day);
    const hours = Math.round((whole - days * day) / 60);
    return hours * 60 >= day ? { days: days + 1, hours: 0, minutes: 0 } : { days, hours, minutes: 0 };
  }
  return { days: 0, hours: Math.floor(whole / 60), minutes: whole % 60 };
}
