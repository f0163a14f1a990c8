import fc from 'fast-check';
import { expect, test } from 'vitest';
import { de } from '../../components/words/de.ts';
import { en } from '../../components/words/en.ts';
import { whyWords } from '../../components/words/why.ts';
import { readWhy, whyNow } from '../../lib/funnel/why.ts';
import { activeKinds } from '../../lib/funnel/words.ts';

const at = '2026-11-23T09:00:00.000Z';
/** Whatever an asset may be called, as long as a line has room for it. */
const asset = fc.oneof(
  fc.string({ minLength: 1, maxLength: 60 }),
  fc.constantFrom('What “churn” costs', 'Offer, 3 times', '5 times”', '”, 2 times'),
);

test('what a hand-off keeps as why now is read back as what it says', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...activeKinds),
      fc.option(asset, { nil: undefined }),
      fc.integer({ min: 1, max: 9 }),
      (kind, of, times) => {
        const [line] = whyNow(Array.from({ length: times }, () => ({ kind, at, ...(of !== undefined && { asset: of }) })));
        expect(readWhy(line!)).toEqual({ kind, ...(of !== undefined && { of }), times });
        // On an English screen it is what was kept, word by word.
        expect(whyWords(line!, en)).toBe(line);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a German screen says it in German; what somebody wrote stays as it is', () => {
  expect(whyWords('Attended “Cut churn in Q4”', de)).toBe('Teilnahme: „Cut churn in Q4“');
  expect(whyWords('Read a page, 3 times', de)).toBe('Seite gelesen, 3-mal');
  for (const line of ['Asked for a demo', 'Attended Cut churn', 'Read “x” twice', 'Replied, many times', '']) {
    expect(readWhy(line)).toBeUndefined();
    expect(whyWords(line, de)).toBe(line);
  }
});
