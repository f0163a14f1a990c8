import { describe, expect, test } from 'vitest';
import { sighting } from '../../lib/client/messages/sensed.ts';
import { sites } from '../../lib/sites/index.ts';
import { profileKey } from '../../lib/sites/linkedin/address-bar.ts';
import type { Sighting, SiteId } from '../../lib/sites/site.ts';
import { open } from '../../scripts/read.ts';
import { ownPages, type SavedPage } from './pages.ts';
import { walked } from './work.ts';

/**
 * Names, addresses and pages that nobody would make on purpose, on every site: the reader names the one it should or
 * says that it can't tell, never somebody else, and does not look at more than the page is large.
 */

const siteOf = (page: SavedPage) => sites.find(({ id }) => id === page.site)!;
const ids = sites.map(({ id }) => id);

async function read(page: SavedPage, change?: (document: Document) => void, url = page.url): Promise<Sighting> {
  const opened = open(page.html, url);
  try {
    change?.(opened.document);
    return siteOf(page).read(opened.document, new URL(url));
  } finally {
    await opened.close();
  }
}
const focused = ({ people, focus }: Sighting) => (focus === undefined ? undefined : people[focus]);
const valuesIn = (people: Sighting['people']) => people.flatMap(({ keys }) => keys.map(({ value }) => value));

const pages = ownPages().filter(
  ({ expect: { focus, people } }) => focus !== undefined && people[focus]!.name && people[focus]!.keys.length,
);
const of = (page: SavedPage) => page.expect.people[page.expect.focus!]!;
const mailOf = (page: SavedPage) => of(page).keys.find(({ kind }) => kind === 'email')?.value;

/**
 * Puts one text in another's place, wherever a page writes it and in the form in which it is written there: in texts,
 * attributes and fields as it is, in scripts as JSON, in links also percent-encoded.
 */
function rewrite(document: Document, was: string, now: string | (() => string), link: (text: string) => string = (text) => text): void {
  const next = typeof now === 'string' ? () => now : now;
  const put = (text: string, form: (text: string) => string) => text.split(was).reduce((all, part) => all + form(next()) + part);
  const json = (text: string) => JSON.stringify(text).slice(1, -1).replaceAll('<', '\\u003c');
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of [...element.attributes])
      if (value.includes(was)) element.setAttribute(name, put(value, /^mailto:/i.test(value) ? link : (text) => text));
    if (element.localName === 'textarea') {
      const field = element as HTMLTextAreaElement;
      if (field.value.includes(was)) field.value = put(field.value, (text) => text);
      continue;
    }
    for (const child of element.childNodes)
      if (child.nodeType === 3 && child.nodeValue?.includes(was))
        child.nodeValue = put(child.nodeValue, element.localName === 'script' ? json : (text) => text);
    const inner = element.localName === 'iframe' ? (element as HTMLIFrameElement).contentDocument : null;
    if (inner) rewrite(inner, was, now, link);
  }
}

interface Verdict {
  right: number;
  lost: string[];
  wrong: string[];
}

/** Whatever a reader sees of a page that was made bad: the one it should, or nobody and why, and the background can take it. */
function judge(verdict: Verdict, page: SavedPage, seen: Sighting, right: readonly string[]): void {
  const what = `${page.site}/${page.name}`;
  const refused = sighting.safeParse(seen).error?.issues ?? [];
  const person = focused(seen);
  const allowed = new Set([...right, ...valuesIn(page.expect.people)]);
  const strange = valuesIn(seen.people).filter((value) => !allowed.has(value));
  const keys = person?.keys.map(({ value }) => value) ?? [];
  if (refused.length) verdict.wrong.push(`${what} can't be taken: ${JSON.stringify(refused)}`);
  if (strange.length) verdict.wrong.push(`${what} names ${strange}`);
  if (keys.length && !keys.some((key) => right.includes(key))) verdict.wrong.push(`${what} is about ${keys} instead of ${right}`);
  if (seen.people.some(({ name }) => [...(name ?? '')].length > 256)) verdict.wrong.push(`${what} has an endless name`);
  if (keys.length) verdict.right++;
  else if (seen.unknown ?? seen.people.length > 1) verdict.lost.push(`${what}: ${seen.unknown}`);
  else verdict.wrong.push(`${what} sees nobody in focus and does not say why: ${JSON.stringify(seen)}`);
}

/** How often it was right is asked too: a reader that never tells anything is never wrong either. */
type Expected = 'told' | 'not told' | 'told or not';
async function hold(
  of: readonly SavedPage[],
  expected: Expected,
  each: (page: SavedPage) => Promise<[Sighting, readonly string[]]>,
): Promise<void> {
  const verdict: Verdict = { right: 0, lost: [], wrong: [] };
  for (const page of of) judge(verdict, page, ...(await each(page)));
  expect(verdict.wrong).toEqual([]);
  expect(verdict.right + verdict.lost.length).toBe(of.length);
  if (expected === 'told') expect(verdict.lost, 'not told').toEqual([]);
}

const names: [what: string, name: string, expected: Expected][] = [
  ['of 10 kB', 'Dana '.repeat(2_000).trim(), 'told'],
  ['of 10 kB without a space', 'Ω'.repeat(5_000), 'told'],
  ['of 10 kB of pictures and joiners', '👩‍👩‍👧'.repeat(600), 'told'],
  ['with a right-to-left override', '\u202Egpj.exe\u202C Dana', 'told'],
  ['of marks alone', '\u200F\u202E\u2066', 'told or not'],
  ['like an address', 'evil@attacker.example', 'told or not'],
  ['like a header', 'Dana <evil@attacker.example>', 'told or not'],
  ['like markup', '<img src=x onerror=alert(1)>"\'', 'told or not'],
];

describe.each(names)('a name %s', (_, name, expected) => {
  test.each(ids)('on %s', async (id) => {
    // Where the name is a part of the address, another name is another address.
    const apart = pages.filter((page) => page.site === id && !of(page).keys.some(({ value }) => value.includes(of(page).name!)));
    expect(apart.length).toBeGreaterThan(0);
    await hold(apart, expected, async (page) => [
      await read(page, (document) => {
        rewrite(document, of(page).name!, name);
        document.title = document.title.replaceAll(of(page).name!, name);
      }),
      of(page).keys.map(({ value }) => value),
    ]);
  });
});

const bare = (address: string) => address;
const encoded = (address: string) => encodeURIComponent(address).replaceAll('%40', '@');
const addresses: [what: string, address: string, expected: Expected][] = [
  ['in quotes', '"dana ops"@northwind.example', 'told'],
  ['in quotes, with an @', '"dana@evil"@northwind.example', 'told'],
  ['in quotes, with what divides a list', '"dana, ops; <x>"@northwind.example', 'told or not'],
  ['in quotes, with a quote', '"dana \\"ops\\""@northwind.example', 'told'],
  ['of an international domain', 'dana@bücher.example', 'told'],
  ['of an international domain in letters of mail', 'dana@xn--bcher-kva.example', 'told'],
  ['with an international mailbox', 'δανα@παράδειγμα.example', 'told'],
  ['with marks that combine', 'da\u0308na@परीक्षा.example', 'told'],
  ['with a tag and an apostrophe', "d'ana+news@northwind.example", 'told'],
  ['with a percent sign', '50%25off%40x@northwind.example', 'told or not'],
  ['with a right-to-left override', 'dana\u202E@northwind.example', 'not told'],
  ['with an invisible letter', 'da\u200Bna@northwind.example', 'not told'],
  ['that is two', 'dana@northwind.example,evil@attacker.example', 'not told'],
  ['longer than mail can carry', `${'dana'.repeat(100)}@northwind.example`, 'not told'],
];

describe.each(addresses)('an address %s', (_, address, expected) => {
  test.each(ids)('on %s', async (id) => {
    const mails = pages.filter((page) => page.site === id && mailOf(page) && !page.html.includes('xn--'));
    expect(mails.length).toBeGreaterThan(0);
    // Programs differ in whether a link to write to is percent-encoded; Roundcube's never is. Where it may be, only so can one write a percent sign.
    const forms = id === 'roundcube' ? [bare] : address.includes('%') ? [encoded] : [bare, encoded];
    for (const form of forms)
      await hold(mails, expected, async (page) => [
        await read(page, (document) => rewrite(document, mailOf(page)!, address, form)),
        // LinkedIn knows people by other keys too, and goes on telling those.
        [...(expected === 'not told' ? [] : [address]), ...of(page).keys.flatMap(({ kind, value }) => (kind === 'email' ? [] : [value]))],
      ]);
  });
});

const vanities: [what: string, spellings: string[], value: string][] = [
  ['an umlaut', ['D%C3%A4NA-whitfield', 'd%c3%a4na-WHITFIELD', 'DäNA-Whitfield', 'da%CC%88na-whitfield'], 'däna-whitfield'],
  ['Chinese', ['%E6%9D%8E-na', '%e6%9d%8e-NA', '李-na'], '李-na'],
  ['a picture', ['dana-%F0%9F%8C%9F', 'DANA-%f0%9f%8c%9f', 'dana-🌟'], 'dana-🌟'],
  ['Cyrillic in both cases', ['%D0%94%D0%B0%D0%BD%D0%B0', '%d0%b4%d0%b0%d0%bd%d0%b0', 'ДАНА'], 'дана'],
  ['percent signs twice', ['d%25C3%25A4na', 'd%C3%A4na', 'däna'], 'däna'],
];
const profiles = pages.filter(
  (page) => page.site === 'linkedin' && of(page).keys[0]!.value === 'dana-whitfield-ops' && page.url.includes('dana-whitfield-ops'),
);

describe.each(vanities)('a vanity with %s', (_, spellings, value) => {
  test.each(spellings)('with %s in the address and all others on the page, is one person', async (inAddress) => {
    expect(profiles.length).toBeGreaterThan(3);
    for (const page of profiles) {
      let next = 0;
      const seen = await read(
        page,
        (document) => rewrite(document, 'dana-whitfield-ops', () => spellings[next++ % spellings.length]!),
        page.url.replace('dana-whitfield-ops', inAddress),
      );
      const [key] = focused(seen)?.keys ?? [];
      expect([page.name, key?.kind, key?.value.toLowerCase(), sighting.safeParse(seen).success]).toEqual([
        page.name,
        'linkedin',
        value,
        true,
      ]);
    }
  });
});

describe('a vanity that is none', () => {
  test.each([
    '%zz',
    '%E6%9D',
    'dana%2Fwhitfield',
    '%3Cscript%3E',
    '%',
    'dana%20whitfield',
    'dana%25252Fwhitfield',
    '%00dana',
    `${'d'.repeat(5_000)}`,
  ])('%s', async (broken) => {
    for (const page of profiles) {
      const seen = await read(
        page,
        (document) => rewrite(document, 'dana-whitfield-ops', broken),
        page.url.replace('dana-whitfield-ops', broken),
      );
      expect([page.name, seen.people.filter(({ keys }) => keys.some(({ kind }) => kind === 'linkedin'))]).toEqual([page.name, []]);
      expect(sighting.safeParse(seen).success).toBe(true);
    }
  });
  test('an opaque id in another case is another person', async () => {
    const page = pages.find(({ name }) => name === 'profile-by-opaque-address')!;
    const { value } = of(page).keys[0]!;
    const other = `ACoAA${value.slice(5).toUpperCase()}`;
    const seen = await read(page, undefined, page.url.replace(value, other));
    expect(seen).toMatchObject({ unknown: 'conflict' });
    expect(focused(seen)).toBeUndefined();
    expect(profileKey(`/in/${other}`)).not.toEqual(profileKey(`/in/${value}`));
  });
});

/** What makes a page large, for a page with somebody in focus; `count` elements more or less. */
const sizes: [what: string, grow: (document: Document, page: SavedPage, count: number) => void][] = [
  ['beside everything', (document, _, count) => document.body.append(...many(document, count, () => document.createElement('i')))],
  [
    'around everything',
    (document, _, count) => {
      for (let index = 0; index < count / 100; index++) {
        const around = document.createElement('div');
        around.append(...document.body.childNodes);
        document.body.append(around);
      }
    },
  ],
  [
    'before the person',
    (document, page, count) => {
      for (const one of holders(document, page).slice(0, 1)) one.before(...many(document, count, () => document.createElement('i')));
    },
  ],
  [
    'within the person',
    (document, page, count) => {
      for (const one of holders(document, page).slice(0, 1)) one.append(...many(document, count, () => document.createElement('i')));
    },
  ],
  [
    'of hidden copies of the person, as somebody else',
    (document, page, count) => {
      for (const one of holders(document, page).slice(0, 1))
        one.after(
          ...many(document, count / 20, (index) => {
            const copy = somebodyElse(one, page, index);
            copy.setAttribute('hidden', '');
            return copy;
          }),
        );
    },
  ],
  [
    'of copies of the person, as somebody else',
    (document, page, count) => {
      for (const one of holders(document, page).slice(0, 1))
        one.after(...many(document, count / 20, (index) => somebodyElse(one, page, index)));
    },
  ],
];

/** By the hundred: the document of the tests is slow with thousands of siblings. */
const many = (document: Document, count: number, make: (index: number) => Element): Element[] =>
  Array.from({ length: Math.ceil(count / 100) }, (_, group) => {
    const some = document.createElement('div');
    for (let index = group * 100; index < Math.min(count, (group + 1) * 100); index++) some.append(make(index));
    return some;
  });
/** The smallest elements that say who it is, in attributes or in words. */
const holders = (document: Document, page: SavedPage): Element[] =>
  [...document.body.querySelectorAll('*')].filter((element) => {
    const says = (text: string | null) => Boolean(text?.includes(of(page).keys[0]!.value));
    return (
      !['script', 'code', 'iframe'].includes(element.localName) &&
      ([...element.attributes].some(({ value }) => says(value)) ||
        [...element.childNodes].some((node) => node.nodeType === 3 && says(node.nodeValue)))
    );
  });
const strangers = /^(?:decoy\d+@attacker\.example|decoy-\d+|AC[a-z]AAdecoy\d+decoy)$/i;
function somebodyElse(element: Element, page: SavedPage, index: number): Element {
  const copy = element.cloneNode(true) as Element;
  const { kind, value } = of(page).keys[0]!;
  const other =
    kind === 'email' ? `decoy${index}@attacker.example` : kind === 'linkedin' ? `decoy-${index}` : `${value.slice(0, 5)}decoy${index}decoy`;
  for (const one of [copy, ...copy.querySelectorAll('*')]) {
    for (const { name, value: text } of [...one.attributes]) one.setAttribute(name, text.replaceAll(value, other));
    for (const node of one.childNodes) if (node.nodeType === 3) node.nodeValue = (node.nodeValue ?? '').replaceAll(value, other);
  }
  return copy;
}

describe.each(sizes)('a page of 50,000 nodes %s', (what, grow) => {
  const one = (site: SiteId) => pages.find((page) => page.site === site && !page.html.includes('<iframe'))!;
  test.each(ids)('on %s', async (id) => {
    const page = one(id);
    const work = async (count: number) => {
      const opened = open(page.html, page.url);
      grow(opened.document, page, count);
      const nodes = opened.document.querySelectorAll('*').length;
      let seen: Sighting | undefined;
      const steps = walked(opened.document, () => {
        seen = siteOf(page).read(opened.document, new URL(page.url));
      });
      await opened.close();
      return { nodes, steps, seen: seen! };
    };
    const plain = await work(0);
    const tenth = await work(5_000);
    const whole = await work(50_000);
    const right = of(page).keys.map(({ value }) => value);
    for (const { seen } of [tenth, whole]) {
      expect(sighting.safeParse(seen).error?.issues).toBeUndefined();
      const keys = focused(seen)?.keys.map(({ value }) => value) ?? [];
      expect(keys.length ? right : [], 'nobody else').toEqual(expect.arrayContaining(keys));
      if (!what.includes('as somebody else')) expect(seen).toEqual(plain.seen);
      else if (what.includes('hidden')) expect(valuesIn(seen.people).filter((value) => strangers.test(value))).toEqual([]);
      else expect(keys.length > 0 || seen.unknown !== undefined || seen.people.length > 1).toBe(true);
    }
    // Ten times the nodes are ten times the work, and a single one is not looked at without end.
    expect(whole.steps / whole.nodes).toBeLessThan(100);
    expect(whole.steps - plain.steps).toBeLessThan(11 * (tenth.steps - plain.steps));
  });
});

test('of thousands of people no more are told than the background takes', async () => {
  const page = ownPages().find(({ name }) => name === 'team-several-cards')!;
  const seen = await read(page, (document) => {
    for (let index = 0; index < 3_000; index++) {
      const link = document.createElement('a');
      link.setAttribute('href', `mailto:person${index}@many.example`);
      document.body.append(link);
    }
  });
  expect(seen.people).toHaveLength(100);
  expect(sighting.safeParse(seen).success).toBe(true);
});
