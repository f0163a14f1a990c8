import { expect, test } from 'vitest';
import { linesFrom, termsFrom, termsText } from '../../components/options/propose-more.tsx';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';

test('terms written as lines are read as the same terms, and half a line loses nothing', () => {
  const { terms } = defaultAgreement('Europe/Vienna');
  expect(termsFrom(termsText(terms))).toEqual(terms);
  expect(termsFrom('\nSQL |  Worth pursuing\n | nothing')).toEqual([
    { term: 'SQL', means: 'Worth pursuing', synonyms: { marketing: [], sales: [] } },
  ]);
  expect(linesFrom(' 2026-12-25 \n\n2026-12-26')).toEqual(['2026-12-25', '2026-12-26']);
});
