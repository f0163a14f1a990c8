import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reachOf, stairs } from '../../components/report/stairs.ts';

const words = fc
  .array(fc.record({ x: fc.double({ min: 0, max: 800, noNaN: true }), width: fc.double({ min: 8, max: 160, noNaN: true }) }), {
    maxLength: 12,
  })
  .map((some) => some.sort((a, b) => a.x - b.x));

test('no line crosses a word, and no word covers another', () => {
  fc.assert(
    fc.property(words, (some) => {
      const rows = stairs(some);
      for (let i = 0; i < some.length; i++)
        for (let j = i + 1; j < some.length; j++) if (some[j]!.x < some[i]!.x + some[i]!.width) expect(rows[i]!).toBeGreaterThan(rows[j]!);
    }),
  );
});

test('words that have room stand on the lowest row', () => {
  expect(
    stairs([
      { x: 0, width: 50 },
      { x: 60, width: 50 },
      { x: 90, width: 40 },
    ]),
  ).toEqual([0, 1, 0]);
});

test('the scale reaches as far as its last word', () => {
  expect(reachOf([{ at: 100, width: 100 }], 0, 100, 500)).toBe(125);
  expect(reachOf([{ at: 10, width: 100 }], 0, 100, 500)).toBe(100);
  expect(reachOf([], 0, 100, 500)).toBe(100);
});
