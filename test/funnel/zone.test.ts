import fc from 'fast-check';
import { expect, test } from 'vitest';
import { zoneClock } from '../../lib/funnel/zone.ts';

/** Zones with summer time of an hour and of half an hour, with none, far ahead and far behind, and one that skipped a day. */
const zones = ['Europe/Vienna', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Pacific/Apia', 'America/St_Johns', 'UTC'];
const any = fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2030, 0, 1) });

/** Many near a change of the clocks: the last Sundays of March and October, and the days around. */
const near = fc
  .tuple(
    fc.integer({ min: 2006, max: 2029 }),
    fc.constantFrom(2, 3, 9, 10),
    fc.integer({ min: -9, max: 9 }),
    fc.integer({ min: 0, max: 86_399_999 }),
  )
  .map(([year, month, days, ms]) => Date.UTC(year, month + 1, 0) + days * 86_400_000 + ms);

test('days and months are those of Temporal, in any order of asking', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.array(fc.oneof(any, near), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 60 }),
      (zone, instants, months) => {
        const clock = zoneClock(zone);
        for (const at of instants) {
          const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
          expect(clock.dayOf(at)).toBe(Temporal.PlainDate.from('1970-01-01').until(there.toPlainDate()).days);
          expect(clock.monthsBefore(at, months)).toBe(there.subtract({ months }).epochMilliseconds);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test('the instant of a change belongs to what it begins; a time that clocks skip is later, one that they repeat the earlier', () => {
  const vienna = zoneClock('Europe/Vienna');
  const spring = Date.parse('2026-03-29T01:00:00Z');
  expect([vienna.dayOf(Date.parse('2026-03-28T22:59:59Z')), vienna.dayOf(Date.parse('2026-03-28T23:00:00Z'))]).toEqual([20_540, 20_541]);
  for (const at of [spring - 1, spring, spring + 1, Date.parse('2026-10-25T01:00:00Z')])
    for (const months of [1, 5, 7, 12])
      expect(vienna.monthsBefore(at, months)).toBe(
        Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO('Europe/Vienna').subtract({ months }).epochMilliseconds,
      );
  // 02:30 on 29 March does not exist, on 25 October it comes twice.
  expect(vienna.monthsBefore(Date.parse('2026-04-29T00:30:00Z'), 1)).toBe(Date.parse('2026-03-29T01:30:00Z'));
  expect(vienna.monthsBefore(Date.parse('2026-11-25T01:30:00Z'), 1)).toBe(Date.parse('2026-10-25T00:30:00Z'));
});
