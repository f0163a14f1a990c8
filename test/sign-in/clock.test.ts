import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { serverClock } from '../../lib/client/session/clock.ts';

/** What a server whose time is `skew` ahead writes when asked at device time `at`. */
const dateAt = (at: number, skew: number) => new Date(Math.floor((at + skew) / 1000) * 1000).toUTCString();
const start = Date.parse('2026-11-22T09:00:00.345Z');

test('is never further off than an answer can tell, and gets closer with each', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.array(fc.record({ wait: fc.nat(5000), there: fc.nat(400), back: fc.nat(400) }), { minLength: 1, maxLength: 30 }),
      (skew, answers) => {
        let at = start;
        const clock = serverClock(() => at);
        let narrowest = Number.POSITIVE_INFINITY;
        for (const { wait, there, back } of answers) {
          at += wait;
          const sent = at;
          const date = dateAt(at + there, skew);
          at += there + back;
          clock.learn(date, sent, at);
          narrowest = Math.min(narrowest, 1000 + there + back);
          expect(Math.abs(clock.skew - skew)).toBeLessThanOrEqual(narrowest);
          expect(clock.now()).toBe(at + clock.skew);
        }
      },
    ),
  );
});

test('stands still while answers agree with it', () => {
  const clock = serverClock(() => start);
  expect(clock.learn(dateAt(start, 0), start - 50, start)).toBe(false);
  expect(clock.skew).toBe(0);
  expect(clock.learn(dateAt(start, 90_000), start - 50, start)).toBe(true);
  const { skew } = clock;
  expect(clock.learn(dateAt(start + 700, 90_000), start + 650, start + 700)).toBe(Math.abs(skew - 90_000) > 500);
});

test('starts anew when a clock was set, either way', () => {
  const clock = serverClock(() => start, 5_000_000);
  for (const skew of [-3_600_000, 0, 7_200_000, 7_205_000]) {
    expect(clock.learn(dateAt(start, skew), start - 20, start)).toBe(true);
    expect(Math.abs(clock.skew - skew)).toBeLessThanOrEqual(1020);
  }
});

test('takes nothing from an answer without a date, or one that came before it was asked', () => {
  const clock = serverClock(() => start, 7);
  for (const date of [null, '', 'yesterday']) expect(clock.learn(date, start, start)).toBe(false);
  expect(clock.learn(dateAt(start, 1e6), start, start - 1)).toBe(false);
  expect(clock.skew).toBe(7);
});
