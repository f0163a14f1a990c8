import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asked, restAfter, waitAfter } from '../../server/webhooks/retry.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('waits grow, are spread over half a step, and end after three days', () => {
  const least: number[] = [];
  for (let tries = 1; ; tries++) {
    const wait = waitAfter(tries, 0);
    if (wait === undefined) break;
    least.push(wait);
  }
  expect(least).toHaveLength(10);
  expect(least).toEqual(least.toSorted((a, b) => a - b));
  const hours = least.reduce((sum, wait) => sum + wait * 2, 0) / 3_600_000;
  expect(hours).toBeGreaterThan(72);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), random, (tries, chance) => {
      const wait = waitAfter(tries, chance)!;
      expect(wait).toBeGreaterThanOrEqual(least[tries - 1]!);
      expect(wait).toBeLessThanOrEqual(least[tries - 1]! * 2);
    }),
  );
});

test('an address is asked about once an hour at the least, however long it has failed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), random, (failures, chance) => {
      expect(restAfter(failures, chance)).toBeLessThanOrEqual(3_600_000);
      expect(restAfter(failures, chance)).toBeGreaterThan(0);
    }),
  );
});

test('what the receiver asks for is kept, up to a day', () => {
  const now = Date.parse('2026-11-24T12:00:00Z');
  expect(asked(undefined, now)).toBe(0);
  expect(asked('120', now)).toBe(120_000);
  expect(asked('Tue, 24 Nov 2026 12:01:00 GMT', now)).toBe(60_000);
  expect(asked('soon', now)).toBe(0);
  expect(waitAfter(1, 0, 600_000)).toBe(600_000);
  expect(waitAfter(1, 0, 1e12)).toBe(86_400_000);
  expect(restAfter(1, 0, 600_000)).toBe(600_000);
});
