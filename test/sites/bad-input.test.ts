import { describe, expect, test } from 'vitest';
import { sighting } from '../../lib/client/messages/sensed.ts';
import { sites } from '../../lib/sites/index.ts';
import type { Sighting } from '../../lib/sites/site.ts';
import { open } from '../../scripts/read.ts';
import { ownPages, type SavedPage } from './pages.ts';

/** Names, addresses and pages that nobody would make on purpose: the reader still names the one it should, or nobody. */

const siteOf = (page: SavedPage) => sites.find(({ id }) => id === page.site)!;

async function read(page: SavedPage, html = page.html, url = page.url, change?: (document: Document) => void): Promise<Sighting> {
  const opened = open(html, url);
  try {
    change?.(opened.document);
    return siteOf(page).read(opened.document, new URL(url));
  } finally {
    await opened.close();
  }
}
const focused = ({ people, focus }: Sighting) => (focus === undefined ? undefined : people[focus]);
/** Whatever a reader sees, the background must be able to take it. */
const fits = (seen: Sighting) => expect(sighting.safeParse(seen).error?.issues ?? []).toEqual([]);

const pages = ownPages().filter(
  ({ expect: { focus, people } }) => focus !== undefined && people[focus]!.name && people[focus]!.keys.length,
);
const of = (page: SavedPage) => page.expect.people[page.expect.focus!]!;

const names: [what: string, name: string][] = [
  ['of 10 kB', 'Dana '.repeat(2_000).trim()],
  ['of 10 kB without a space', 'Ω'.repeat(5_000)],
  ['with a right-to-left override', '\u202Egpj.exe\u202C Dana'],
  ['of marks alone', '\u200F\u202E\u2066'],
  ['like an address', 'evil@attacker.example'],
  ['like a header', 'Dana &lt;evil@attacker.example&gt;'],
];

describe.each(names)('a name %s', (_, name) => {
  // Where the name is a part of the address, another name is another address.
  const apart = pages.filter((page) => !of(page).keys.some(({ value }) => value.includes(of(page).name!)));
  test.each(apart.map((page) => [`${page.site}/${page.name}`, page] as const))('%s', async (_, page) => {
    const { name: was, keys } = of(page);
    const seen = await read(page, page.html.replaceAll(was!, name));
    fits(seen);
    const person = focused(seen);
    // Lost is allowed, and said; somebody else is not.
    if (person) expect(person.keys.map(({ value }) => value)).toEqual(expect.arrayContaining([keys[0]!.value]));
    else expect(seen.unknown ?? seen.people.length).toBeTruthy();
    expect(seen.people.flatMap((one) => one.keys.map(({ value }) => value))).not.toContain('evil@attacker.example');
    for (const one of seen.people) expect([...(one.name ?? '')].length).toBeLessThanOrEqual(256);
  });
});

const addresses = [
  ['in quotes', '"dana ops"@northwind.example', '&quot;dana ops&quot;@northwind.example'],
  ['in quotes, with an @', '"dana@evil"@northwind.example', '&quot;dana@evil&quot;@northwind.example'],
  ['of an international domain', 'dana@bücher.example', 'dana@bücher.example'],
  ['with an international mailbox', 'δανα@παράδειγμα.example', 'δανα@παράδειγμα.example'],
  ['with a tag and an apostrophe', "d'ana+news@northwind.example", 'd&#39;ana+news@northwind.example'],
] as const;

describe.each(addresses)('an address %s', (_, address, html) => {
  const mails = pages.filter((page) => ['gmail', 'outlook', 'roundcube'].includes(page.site) && of(page).keys[0]!.kind === 'email');
  test.each(mails.map((page) => [`${page.site}/${page.name}`, page] as const))('%s', async (_, page) => {
    const was = of(page).keys[0]!.value;
    const seen = await read(page, page.html.replaceAll(was, html));
    fits(seen);
    const person = focused(seen);
    if (person?.keys.length) expect(person.keys[0]!.value).toBe(address);
    const others = new Set(page.expect.people.flatMap(({ keys }) => keys.map(({ value }) => value)));
    for (const { value } of seen.people.flatMap(({ keys }) => keys)) expect([address, ...others]).toContain(value);
  });
});

describe('a vanity in percent signs', () => {
  const page = ownPages().find(({ site, name }) => site === 'linkedin' && name === 'profile')!;
  const vanity = 'dana-whitfield-ops';
  test.each([
    ['D%C3%A4NA-wh%c3%aftfield', 'd%c3%a4na-wh%C3%AFTFIELD', 'DäNA-whïtfield'],
    ['%E6%9D%8E-na', '%e6%9d%8e-NA', '李-na'],
    ['dana-%F0%9F%8C%9F', 'DANA-%f0%9f%8c%9f', 'dana-🌟'],
  ])('%s and %s are one person', async (inAddress, onPage, value) => {
    const seen = await read(page, page.html.replaceAll(vanity, onPage), page.url.replace(vanity, inAddress));
    expect(focused(seen)?.keys[0]).toEqual({ kind: 'linkedin', value });
    fits(seen);
  });
  test.each(['%zz', '%E6%9D', 'dana%2Fwhitfield', '%3Cscript%3E', '%', 'dana%20whitfield'])('%s is nobody', async (broken) => {
    const seen = await read(page, page.html.replaceAll(vanity, broken), page.url.replace(vanity, broken));
    fits(seen);
    for (const { value } of focused(seen)?.keys ?? []) expect(value).not.toMatch(/[\s/<>%]/);
  });
});

describe('a page of 50,000 nodes', () => {
  const one = (site: string) => pages.find((page) => page.site === site)!;
  test.each(['gmail', 'outlook', 'linkedin', 'roundcube', 'page'])('%s is read as ever', async (site) => {
    const page = one(site);
    const plain = await read(page);
    const large = await read(page, page.html, page.url, (document) => {
      const side = document.createElement('div');
      for (let index = 0; index < 50_000; index++) side.append(document.createElement('i'));
      document.body.append(side);
    });
    expect(large).toEqual(plain);
  });

  test('and of thousands of people no more are told than the background takes', async () => {
    const page = ownPages().find(({ name }) => name === 'team-several-cards')!;
    const seen = await read(page, page.html, page.url, (document) => {
      for (let index = 0; index < 3_000; index++) {
        const link = document.createElement('a');
        link.setAttribute('href', `mailto:person${index}@many.example`);
        document.body.append(link);
      }
    });
    expect(seen.people).toHaveLength(100);
    fits(seen);
  });
});
