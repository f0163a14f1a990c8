import type { Calendar } from './agreement.ts';

/**
 * A calendar turned into numbers: opening spans in epoch ms with the business time before each, so that every question
 * is a binary search. Spans are made in stretches of days as they are asked for, and kept per calendar.
 */
export interface BusinessCalendar {
  /** Business ms from `a` to `b`; negative when `b` is before `a`. */
  between(a: number, b: number): number;
  /** The earliest instant, not before `from`, at which `used` business ms have passed; `undefined` beyond ten years. */
  add(from: number, used: number): number | undefined;
  /** Local date `YYYY-MM-DD` of an instant. */
  dayOf(at: number): string;
  /** The first instant of a local date. */
  startOf(day: string): number;
}

const dayMs = 86_400_000;
const stretch = 64;
const horizon = 3660 * dayMs;
// A mistyped year must not make a table of a million days.
const earliest = Date.UTC(1990, 0, 1);
const latest = Date.UTC(2100, 0, 1);
const within = (at: number): number => Math.min(Math.max(at, earliest), latest);

const byObject = new WeakMap<Calendar, BusinessCalendar>();
const byContent = new Map<string, BusinessCalendar>();
const kept = 64;

export function businessCalendar(calendar: Calendar): BusinessCalendar {
  const known = byObject.get(calendar);
  if (known) return known;
  // A backend reads the same agreement anew for every request.
  const content = JSON.stringify([calendar.zone, calendar.hours, calendar.holidays]);
  let made = byContent.get(content);
  if (!made) {
    made = compile(calendar);
    if (byContent.size >= kept) byContent.delete(byContent.keys().next().value!);
    byContent.set(content, made);
  }
  byObject.set(calendar, made);
  return made;
}

function compile({ zone, hours, holidays }: Calendar): BusinessCalendar {
  const closed = new Set(holidays);
  const perWeekday = Array.from({ length: 8 }, (_, weekday) =>
    (hours[String(weekday)] ?? []).map(([from, to]) => [wall(from), wall(to)] as const).sort((a, b) => a[0] - b[0]),
  );
  // One growing table of spans around the first day asked for; `before[i]` is the business time ahead of span i,
  // counted from that day (negative to its left).
  let starts: number[] = [];
  let ends: number[] = [];
  let before: number[] = [];
  let total = 0;
  let first: Temporal.PlainDate | undefined;
  let next: Temporal.PlainDate | undefined;
  let low = 0;
  let high = 0;

  const instantOf = (date: Temporal.PlainDate, minutes: number): number => {
    const day = minutes >= 1440 ? date.add({ days: 1 }) : date;
    const rest = minutes >= 1440 ? 0 : minutes;
    return day.toPlainDateTime({ hour: Math.floor(rest / 60), minute: rest % 60 }).toZonedDateTime(zone).epochMilliseconds;
  };
  const spansOf = (date: Temporal.PlainDate): [number, number][] => {
    if (closed.has(date.toString())) return [];
    const spans: [number, number][] = [];
    for (const [from, to] of perWeekday[date.dayOfWeek]!) {
      const start = Math.max(instantOf(date, from), spans.at(-1)?.[1] ?? Number.NEGATIVE_INFINITY);
      const end = instantOf(date, to);
      // Empty where a clock change swallows the whole span.
      if (end > start) spans.push([start, end]);
    }
    return spans;
  };
  const growRight = (): void => {
    const day = next!;
    for (let i = 0; i < stretch; i++) {
      for (const [start, end] of spansOf(day.add({ days: i }))) {
        starts.push(start);
        ends.push(end);
        before.push(total);
        total += end - start;
      }
    }
    next = day.add({ days: stretch });
    high = instantOf(next, 0);
  };
  const growLeft = (): void => {
    const newFirst = first!.subtract({ days: stretch });
    const s: number[] = [];
    const e: number[] = [];
    for (let i = 0; i < stretch; i++) {
      for (const [start, end] of spansOf(newFirst.add({ days: i }))) {
        s.push(start);
        e.push(end);
      }
    }
    const b: number[] = new Array(s.length);
    let left = before[0] ?? total;
    for (let i = s.length - 1; i >= 0; i--) {
      left -= e[i]! - s[i]!;
      b[i] = left;
    }
    starts = s.concat(starts);
    ends = e.concat(ends);
    before = b.concat(before);
    first = newFirst;
    low = instantOf(first, 0);
  };
  const cover = (at: number): void => {
    if (first === undefined) {
      first = next = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
      low = high = instantOf(first, 0);
    }
    while (at >= high) growRight();
    while (at < low) growLeft();
  };
  /** Business time up to `at`, from an origin that is the same for every question. */
  const count = (instant: number): number => {
    const at = within(instant);
    cover(at);
    const i = lastAtMost(starts, at);
    if (i < 0) return before[0] ?? total;
    return before[i]! + Math.min(at, ends[i]!) - starts[i]!;
  };

  return {
    between: (a, b) => count(b) - count(a),
    add(from, used) {
      if (used <= 0) return from;
      const goal = count(from) + used;
      while (total < goal) {
        if (high - from > horizon) return undefined;
        growRight();
      }
      // The span in which the goal is reached is the last one with less time before it.
      let lo = 0;
      let hi = starts.length - 1;
      while (lo < hi) {
        const mid = (lo + hi + 1) >> 1;
        if (before[mid]! < goal) lo = mid;
        else hi = mid - 1;
      }
      return starts[lo]! + (goal - before[lo]!);
    },
    dayOf: (at) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString(),
    startOf: (day) => Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds,
  };
}

/** Minutes since local midnight; `24:00` is the end of the day. */
function wall(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
}

function lastAtMost(sorted: number[], at: number): number {
  let lo = -1;
  let hi = sorted.length - 1;
  while (lo < hi) {
    const mid = (lo + hi + 1) >> 1;
    if (sorted[mid]! <= at) lo = mid;
    else hi = mid - 1;
  }
  return lo;
}
