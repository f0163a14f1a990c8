import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Calendar } from '../../lib/funnel/agreement.ts';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import { addBusinessMinutes as add, businessMinutesBetween as between } from '../../lib/funnel/clock.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';
import { calendar, instant } from './world.ts';

const vienna = defaultAgreement('Europe/Vienna').calendar;

/** The same question answered slowly: is the shop open in the minute that begins now? */
function isOpen(cal: Calendar, at: number): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(cal.zone);
  if (cal.holidays.includes(local.toPlainDate().toString())) return false;
  return (cal.hours[String(local.dayOfWeek)] ?? []).some(([from, to]) => {
    // Compared as instants: in a night that has an hour twice, the wall clock alone cannot tell.
    const on = (text: string): number =>
      text === '24:00'
        ? local.toPlainDate().add({ days: 1 }).toZonedDateTime(cal.zone).epochMilliseconds
        : local.toPlainDate().toZonedDateTime({ timeZone: cal.zone, plainTime: text }).epochMilliseconds;
    return at >= on(from) && at < on(to);
  });
}

describe('counting', () => {
  test('one day in numbers', () => {
    expect(add(vienna, '2026-11-23T07:30:00Z', 8 * 60)).toBe('2026-11-23T15:30:00.000Z');
    expect(add(vienna, '2026-11-23T14:30:00Z', 8 * 60)).toBe('2026-11-24T13:30:00.000Z');
    expect(add(vienna, '2026-11-27T16:00:00Z', 60)).toBe('2026-11-30T08:00:00.000Z');
    expect(between(vienna, '2026-11-27T16:00:00Z', '2026-11-30T08:00:00Z')).toBe(60);
  });

  test('what ends at closing time is due at closing time', () => {
    expect(add(vienna, '2026-11-23T07:30:00Z', 9 * 60)).toBe('2026-11-23T16:30:00.000Z');
  });

  test('a holiday does not count', () => {
    const cal = { ...vienna, holidays: ['2026-11-24'] };
    expect(add(cal, '2026-11-23T15:30:00Z', 120)).toBe('2026-11-25T08:30:00.000Z');
  });

  test('the hour that is there twice counts twice, the one that is missing not at all', () => {
    const night: Calendar = { ...vienna, hours: { 7: [['00:00', '24:00']] } };
    expect(between(night, '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z')).toBe(25 * 60);
    expect(between(night, '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z')).toBe(23 * 60);
  });

  test('opening hours inside the missing hour are none', () => {
    const cal: Calendar = { ...vienna, hours: { 7: [['02:00', '03:00']] } };
    expect(between(cal, '2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z')).toBe(0);
    expect(add(cal, '2026-03-28T12:00:00Z', 30)).toBe('2026-04-05T00:30:00.000Z');
  });

  test('a calendar that never opens says so', () => {
    expect(() => add({ ...vienna, hours: {} }, '2026-11-23T07:30:00Z', 1)).toThrow(/too few business hours/);
    expect(() => add(vienna, '2026-11-23T07:30:00Z', -1)).toThrow(RangeError);
  });

  test('a mistyped year is not counted to its end', () => {
    const century = 100 * 261 * 9 * 60;
    const [past, future] = [
      between(vienna, '0001-01-01T00:00:00Z', '2026-11-23T07:30:00Z'),
      between(vienna, '2026-11-23T07:30:00Z', '9999-01-01T00:00:00Z'),
    ];
    expect(past).toBeLessThan(century);
    expect(future).toBeLessThan(century);
  });
});

describe('in any calendar', () => {
  test('counts what a minute-by-minute look counts', () => {
    fc.assert(
      fc.property(calendar, instant, fc.integer({ min: 0, max: 4000 }), (cal, from, length) => {
        const start = Date.parse(from);
        let open = 0;
        for (let m = 0; m < length; m++) if (isOpen(cal, start + m * 60_000)) open++;
        expect(between(cal, from, new Date(start + length * 60_000).toISOString())).toBe(open);
      }),
      { numRuns: 40 },
    );
  });

  test('adding and counting are each other’s way back', () => {
    fc.assert(
      fc.property(calendar, instant, fc.integer({ min: 0, max: 4000 }), (cal, from, minutes) => {
        const due = add(cal, from, minutes);
        expect(between(cal, from, due)).toBe(minutes);
        // The earliest such instant: a minute before, less has passed.
        if (minutes > 0) expect(between(cal, from, new Date(Date.parse(due) - 60_000).toISOString())).toBe(minutes - 1);
      }),
      { numRuns: 200 },
    );
  });

  test('adds up, and backwards is the negative', () => {
    fc.assert(
      fc.property(calendar, instant, instant, instant, (cal, a, b, c) => {
        expect(between(cal, a, b) + between(cal, b, c)).toBe(between(cal, a, c));
        expect(between(cal, b, a)).toBe(0 - between(cal, a, b));
      }),
      { numRuns: 200 },
    );
  });

  test('the order of questions changes no answer', () => {
    fc.assert(
      fc.property(calendar, fc.array(instant, { minLength: 2, maxLength: 6 }), (cal, instants) => {
        const first = instants[0]!;
        const grown = instants.map((t) => between(cal, first, t));
        const fresh = instants.map((t) =>
          between({ ...cal, holidays: [...cal.holidays, `2019-01-0${1 + (instants.length % 9)}`] }, first, t),
        );
        expect(fresh).toEqual(grown);
      }),
      { numRuns: 60 },
    );
  });
});

test('days are local', () => {
  const cal = businessCalendar({ ...vienna, zone: 'Pacific/Auckland' });
  expect(cal.dayOf(Date.parse('2026-11-22T12:00:00Z'))).toBe('2026-11-23');
  expect(cal.startOf('2026-11-23')).toBe(Date.parse('2026-11-22T11:00:00Z'));
});
