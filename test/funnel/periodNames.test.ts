import { expect, test } from 'vitest';
import { periodIn, periodTitle } from '../../lib/funnel/periodNames.ts';

test('a period is called in words, within a sentence and alone', () => {
  expect(['2026-W07', '2026-11', '2026-Q4'].map((name) => periodIn('en', name))).toEqual(['week 7, 2026', 'November 2026', 'Q4 2026']);
  expect(['2026-W07', '2026-03', '2026-Q4'].map((name) => periodIn('de', name))).toEqual(['Woche 7, 2026', 'März 2026', '4. Quartal 2026']);
  expect(periodTitle('en', '2026-W47')).toBe('Week 47, 2026');
});
