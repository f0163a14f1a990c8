import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { replays } from '../../server/sign-in/replay.ts';

test('a proof is known for as long as it is good, and never for longer than twice that', () => {
  const span = 120_000;
  fc.assert(
    fc.property(fc.array(fc.record({ wait: fc.nat(90_000), id: fc.nat(8) }), { maxLength: 60 }), (takes) => {
      const seen = replays(span);
      const at = new Map<number, number>();
      let now = 1_000_000;
      for (const { wait, id } of takes) {
        now += wait;
        const first = at.get(id);
        const answer = seen.take('key', String(id), now);
        if (first !== undefined && now - first < span) expect(answer).toBe('seen');
        if (first === undefined || now - first >= 2 * span) expect(answer).toBe('new');
        if (answer === 'new') at.set(id, now);
      }
    }),
  );
});

test('the same id of another key is another proof', () => {
  const seen = replays(1000);
  expect([seen.take('a', 'x', 0), seen.take('b', 'x', 0), seen.take('a', 'x', 0)]).toEqual(['new', 'new', 'seen']);
});

test('when it is full, proofs are refused rather than forgotten', () => {
  const seen = replays(1000, 3);
  for (const id of ['1', '2', '3']) expect(seen.take('a', id, 0)).toBe('new');
  expect(seen.take('a', '4', 0)).toBe('full');
  expect(seen.take('a', '1', 999)).toBe('seen');
  expect(seen.take('a', '4', 1000)).toBe('new');
  expect(seen.take('a', '1', 1001)).toBe('seen');
});
