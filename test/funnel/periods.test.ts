import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparedWith, grains, periodNamed, periodOf, periodsIn } from '../../lib/funnel/periods.ts';

const monday = { weekStart: 1, fiscalYearStart: 1 };
const day = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2090-12-31'), noInvalidDate: true })
  .map((d) => d.toISOString().slice(0, 10));
const reckoning = fc.record({ weekStart: fc.integer({ min: 1, max: 7 }), fiscalYearStart: fc.integer({ min: 1, max: 12 }) });

test('weeks that start on Monday are ISO weeks', () => {
  expect(periodOf('2026-11-22', 'week', monday)).toEqual({ grain: 'week', name: '2026-W47', from: '2026-11-16', to: '2026-11-22' });
  expect(periodOf('2027-01-03', 'week', monday).name).toBe('2026-W53');
  expect(periodOf('2024-12-30', 'week', monday).name).toBe('2025-W01');
  fc.assert(
    fc.property(day, (d) => {
      const date = Temporal.PlainDate.from(d);
      expect(periodOf(d, 'week', monday).name).toBe(`${date.yearOfWeek}-W${String(date.weekOfYear).padStart(2, '0')}`);
    }),
  );
});

test('quarters follow the fiscal year, which has the number of the year it ends in', () => {
  expect(periodOf('2026-11-22', 'quarter', monday)).toMatchObject({ name: '2026-Q4', from: '2026-10-01', to: '2026-12-31' });
  const july = { weekStart: 1, fiscalYearStart: 7 };
  expect(periodOf('2026-07-01', 'quarter', july)).toMatchObject({ name: '2027-Q1', from: '2026-07-01', to: '2026-09-30' });
  expect(periodOf('2027-06-30', 'quarter', july)).toMatchObject({ name: '2027-Q4', from: '2027-04-01' });
  expect(periodOf('2026-01-15', 'quarter', { weekStart: 1, fiscalYearStart: 2 })).toMatchObject({
    name: '2026-Q4',
    from: '2025-11-01',
    to: '2026-01-31',
  });
});

test('every day lies in exactly one period, which its name finds again', () => {
  fc.assert(
    fc.property(day, fc.constantFrom(...grains), reckoning, (d, grain, how) => {
      const period = periodOf(d, grain, how);
      expect(period.from <= d && d <= period.to).toBe(true);
      expect(periodNamed(period.name, how)).toEqual(period);
      expect(periodOf(period.from, grain, how)).toEqual(period);
      expect(periodOf(period.to, grain, how)).toEqual(period);
    }),
  );
});

test('a span falls into periods without a gap', () => {
  fc.assert(
    fc.property(day, fc.integer({ min: 0, max: 900 }), fc.constantFrom(...grains), reckoning, (from, days, grain, how) => {
      const to = Temporal.PlainDate.from(from).add({ days }).toString();
      const periods = periodsIn({ from, to }, grain, how);
      expect(periods[0]!.from).toBe(from);
      expect(periods.at(-1)!.to).toBe(to);
      for (let i = 1; i < periods.length; i++)
        expect(
          Temporal.PlainDate.from(periods[i - 1]!.to)
            .add({ days: 1 })
            .toString(),
        ).toBe(periods[i]!.from);
    }),
  );
});

test('names that no period has', () => {
  for (const name of ['2026-W00', '2026-W54', '2025-W53', '2026-13', '2026-00', '2026-Q5', '2026', 'x', '2026-W7', '2026-11-22'])
    expect(periodNamed(name, monday), name).toBeUndefined();
});

test('compared with', () => {
  expect(comparedWith({ from: '2026-10-01', to: '2026-11-24' }, 'before')).toEqual({ from: '2026-08-07', to: '2026-09-30' });
  expect(comparedWith({ from: '2024-02-29', to: '2024-03-31' }, 'year')).toEqual({ from: '2023-02-28', to: '2023-03-31' });
});
