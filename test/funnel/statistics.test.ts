import fc from 'fast-check';
import { expect, test } from 'vitest';
import { median, quantile, rate, wilson } from '../../lib/funnel/statistics.ts';

test('Wilson intervals as published', () => {
  // Newcombe 1998, table I.
  const four = (k: number, n: number): string[] => Object.values(wilson(k, n)).map((x) => x.toFixed(4));
  expect(four(81, 263)).toEqual(['0.2553', '0.3662']);
  expect(four(15, 148)).toEqual(['0.0624', '0.1605']);
  expect(four(0, 20)).toEqual(['0.0000', '0.1611']);
  expect(four(1, 29)).toEqual(['0.0061', '0.1718']);
});

test('an interval holds its rate and stays between 0 and 1; more cases make it narrower', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat(), (n, some) => {
      const k = some % (n + 1);
      const { low, high } = wilson(k, n);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThanOrEqual(k / n);
      expect(high).toBeGreaterThanOrEqual(k / n);
      const wider = wilson(k * 4, n * 4);
      expect(wider.high - wider.low).toBeLessThan(high - low);
    }),
  );
});

test('no rate under twenty', () => {
  expect(rate(9, 19)).toBeUndefined();
  expect(rate(10, 20)).toMatchObject({ rate: 0.5 });
  expect(rate(0, 0)).toBeUndefined();
  expect(() => wilson(3, 2)).toThrow(RangeError);
  expect(() => wilson(0, 0)).toThrow(RangeError);
});

test('quantiles', () => {
  expect(median([])).toBeUndefined();
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([10, 20, 30, 40, 50], 0.9)).toBe(46);
  const given = [3, 1, 2];
  quantile(given, 0.5);
  expect(given).toEqual([3, 1, 2]);
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, q) => {
        const x = quantile(values, q)!;
        expect(x).toBeGreaterThanOrEqual(Math.min(...values));
        expect(x).toBeLessThanOrEqual(Math.max(...values));
      },
    ),
  );
});
