import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chancesToBeBest, price } from '../../server/reports/arithmetic/price.ts';

const yields = fc.array(
  fc.record({ log: fc.double({ min: -9, max: -6, noNaN: true }), spread: fc.double({ min: 0.05, max: 0.25, noNaN: true }) }),
  { minLength: 2, maxLength: 6 },
);

test('chances to be best sum to 1, and rise with the yield', () => {
  fc.assert(
    fc.property(yields, (some) => {
      const chances = chancesToBeBest(some);
      expect(chances.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
      const better = chancesToBeBest(some.map((one, i) => (i === 0 ? { ...one, log: one.log + 0.2 } : one)));
      expect(better[0]!).toBeGreaterThanOrEqual(chances[0]! - 1e-9);
    }),
    { numRuns: 50 },
  );
});

test('of two, the chance is that of the difference being positive', () => {
  // Φ(1) where the means differ by as much as the difference spreads.
  const [a] = chancesToBeBest([
    { log: 0.5, spread: 0.3 },
    { log: 0, spread: 0.4 },
  ]);
  expect(a).toBeCloseTo(0.8413447, 4);
  const [same] = chancesToBeBest([
    { log: -7, spread: 0.1 },
    { log: -7, spread: 0.1 },
  ]);
  expect(same).toBeCloseTo(0.5, 6);
});

test('sixty thirds are twenty, although their sum misses it', () => {
  const sum = Array.from({ length: 60 }, () => 1 / 3).reduce((a, b) => a + b, 0);
  expect(sum).toBeLessThan(20);
  expect(price(100_000, sum, sum / 3)?.value).toBeCloseTo(5_000, 6);
});

test('no price of fewer than twenty; the interval holds the price and narrows with the number', () => {
  expect(price(100_000, 19.9, 19.9)).toBeUndefined();
  const few = price(100_000, 20, 20)!;
  const many = price(1_000_000, 200, 200)!;
  expect(few.value).toBe(5_000);
  expect(few.low).toBeLessThan(5_000);
  expect(few.high).toBeGreaterThan(5_000);
  expect(many.high / many.low).toBeLessThan(few.high / few.low);
});
