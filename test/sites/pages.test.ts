import { describe, expect, test } from 'vitest';
import { readAny, sites } from '../../lib/sites/index.ts';
import { open } from '../../scripts/read.ts';
import { ownPages } from './pages.ts';

describe.each(Object.entries(Object.groupBy(ownPages(), ({ site }) => site)))('%s', (id, pages) => {
  const site = sites.find((one) => one.id === id)!;

  test.each(pages!)('$name: $shows', async ({ html, url, expect: expected, never }) => {
    const page = open(html, url);
    const { matched, ...seen } = site.read(page.document, new URL(url));
    expect(seen).toEqual({ site: id, ...expected });
    expect(Object.values(matched).every((how) => !how.includes('@'))).toBe(true);
    const keys = seen.people.flatMap((person) => person.keys.map((key) => key.value.toLowerCase()));
    expect(keys.filter((key) => never.includes(key))).toEqual([]);
    expect(readAny(page.document, new URL(url))).toEqual({ matched, ...seen });
    await page.close();
  });
});
