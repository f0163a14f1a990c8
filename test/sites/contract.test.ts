import { describe, expect, test } from 'vitest';
import { plain } from '../../lib/sites/address.ts';
import { sites } from '../../lib/sites/index.ts';
import type { Sighting, Site, SiteId } from '../../lib/sites/site.ts';
import { open } from '../../scripts/read.ts';
import { decoy, type Mutation, mutations, together } from './mutations.ts';
import { besidePages, ownPages, type SavedPage } from './pages.ts';

/**
 * What every reader owes on every page: it finds nobody on other sites' pages, and on a page that has changed it may
 * lose a person but never names another one.
 */

const own = ownPages();
const pages = [...own, ...besidePages()];

/** With the page open; a document that has been searched thousands of times holds a lot of memory until it is closed. */
async function withPage<T>({ html, url }: SavedPage, use: (document: Document) => T): Promise<T> {
  const page = open(html, url);
  try {
    return use(page.document);
  } finally {
    await page.close();
  }
}

/** An address at which each site would read, wherever the page comes from. */
const atHome: Record<SiteId, string> = {
  gmail: 'https://mail.google.com/mail/u/0/#inbox/FMfcgzGkbDWztBnnCgRHzjrvmFqLtcJD',
  outlook: 'https://outlook.office.com/mail/inbox/id/AAkALgAAAA',
  roundcube: 'https://mail.host.example/?_task=mail&_uid=1&_mbox=INBOX&_action=show',
  linkedin: 'https://www.linkedin.com/in/somebody-else/',
  page: 'https://www.company.example/team',
};

/** Where somebody else's words stand on each site's pages. */
const bodies: Record<SiteId, string> = {
  gmail: '.a3s',
  outlook: '[id^="UniqueMessageBody"], [role="document"]',
  roundcube: '#messagebody',
  linkedin: '[data-testid="expandable-text-box"], .inline-show-more-text, .msg-s-event-listitem__body, .feed-shared-update-v2',
  page: '.e-content, [itemprop="articleBody"]',
};

/** How many mutations of a kind are tried on a page, evenly spread; `MUTATIONS=all` tries every one (some minutes). */
const most = process.env.MUTATIONS === 'all' ? Number.POSITIVE_INFINITY : 8;
const sample = (all: Mutation[]) =>
  Object.values(Object.groupBy(all, ({ kind }) => kind)).flatMap((some) =>
    some!.filter(
      (_, index) => some!.length <= most || Math.floor((index * most) / some!.length) !== Math.floor(((index - 1) * most) / some!.length),
    ),
  );

const keysOf = ({ keys }: Sighting['people'][number]) => keys.map(({ value }) => plain(value));
const focusKeys = ({ people, focus }: Sighting) => (focus === undefined ? [] : keysOf(people[focus]!));
const everyKey = ({ people }: Sighting) => people.flatMap(keysOf);

describe('a reader on another site’s page', () => {
  test.each(sites.map((site) => [site.id, site] as const))('%s finds nobody', async (id, site) => {
    for (const page of pages.filter((one) => one.site !== id)) {
      for (const url of id === 'page' ? [page.url] : [page.url, atHome[id]]) {
        const seen = await withPage(page, (document) => site.read(document, new URL(url)));
        expect(
          seen.people.filter(({ role }) => role !== 'self'),
          `${page.site}/${page.name} at ${url}`,
        ).toEqual([]);
      }
    }
  });
});

type Totals = Record<string, { tried: number; lost: number; wrong: string[] }>;

/** Holds one reader to one page in all its damaged forms, and counts. */
function damage(page: SavedPage, document: Document, site: Site, totals: Totals): void {
  const name = `${page.site}/${page.name}`;
  const url = new URL(page.url);
  const right = site.read(document, url);
  const person = right.focus === undefined ? right.people[0] : right.people[right.focus];
  const key = person?.keys[0]?.value;
  if (!key) return;
  const decoyKey = key.includes('@')
    ? 'decoy@attacker.example'
    : key.startsWith('AC')
      ? `${key.slice(0, 5)}DECOYDECOYDECOYDECOYDECOYDECOYDECOYDEC`
      : 'decoy-attacker';
  const never = [...page.never, decoyKey.toLowerCase(), decoy];

  const judge = (mutation: Mutation) => {
    const what = `${page.site}, ${mutation.kind}`;
    totals[what] ??= { tried: 0, lost: 0, wrong: [] };
    const total = totals[what];
    const undo = mutation.apply();
    const seen = site.read(document, url);
    undo();
    total.tried++;
    const focus = focusKeys(seen);
    const good = focusKeys(right);
    if (good.length && !focus.some((one) => good.includes(one))) total.lost++;
    const named = focus.some((one) => good.includes(one)) ? [] : focus;
    const stranger = everyKey(seen).filter((one) => never.includes(one));
    if (named.length || (stranger.length && !/removed|twin|other extension/.test(mutation.kind + mutation.what)))
      total.wrong.push(`${name}: ${mutation.kind} ${mutation.what} → focus ${named} people ${stranger}`);
  };
  // That a group wrote in somebody's place is told by its name.
  // Where two witnesses disagree, taking one of them away leaves a page on which nothing disagrees; and of two people one.
  const fair = ({ kind }: Mutation) =>
    !(right.unknown === 'conflict' && /removed/.test(kind)) &&
    !(right.unknown === 'group' && /^name/.test(kind)) &&
    !(kind === 'part removed' && right.focus === undefined && !right.unknown);
  const spots = { bodies: bodies[page.site], key, decoyKey, ...(person.name ? { name: person.name } : {}) };
  const every = [...mutations(document, spots)].filter(fair);
  for (const mutation of sample([...every, ...together(every)])) judge(mutation);
  expect(site.read(document, url), 'every mutation was undone').toEqual(right);
}

describe('a page that has changed', () => {
  const totals: Totals = {};

  test.each(pages.map((page) => [`${page.site}/${page.name}`, page] as const))(
    '%s',
    async (_, page) => {
      await withPage(page, (document) => damage(page, document, sites.find(({ id }) => id === page.site)!, totals));
    },
    600_000,
  );

  test('names nobody else', () => {
    const rows = Object.entries(totals).map(
      ([what, { tried, lost, wrong }]) => `${what}: ${tried} tried, ${((100 * lost) / tried).toFixed(1)} % lost, ${wrong.length} wrong`,
    );
    const all = Object.values(totals);
    const sum = (of: (one: Totals[string]) => number) => all.reduce((total, one) => total + of(one), 0);
    const [tried, lost, wrong] = [sum((one) => one.tried), sum((one) => one.lost), sum((one) => one.wrong.length)];
    console.log([...rows, `all sites: ${tried} tried, ${lost} lost, ${wrong} wrong`].join('\n'));
    expect(all.flatMap((one) => one.wrong)).toEqual([]);
  });
});

describe('a reader with a fault is caught', () => {
  /** Reads the first address that a selector finds, with nothing of what makes a reader careful. */
  const careless = (site: Site, found: (document: Document) => Element | null | undefined): Site => ({
    ...site,
    read(document) {
      const value = found(document)?.getAttribute('email');
      const people = value ? [{ role: 'sender' as const, keys: [{ kind: 'email' as const, value }] }] : [];
      return { site: site.id, view: 'message', people, ...(value ? { focus: 0 } : {}), matched: {} };
    },
  });
  const gmail = sites.find(({ id }) => id === 'gmail')!;
  const page = own.find(({ site, name }) => site === 'gmail' && name === 'conversation-view-off')!;
  const all = (document: Document) => [...document.querySelectorAll('.gD[email]')];
  const unhidden = (document: Document) =>
    all(document).filter((one) => !one.closest('[hidden], [inert], [aria-hidden="true"], [style*="none"], [style*="hidden"]'));
  const outside = (element: Element) => !element.closest('.a3s');
  test.each([
    ['believes what is hidden', 'stale copy', (document: Document) => all(document).filter(outside)[0]],
    ['reads the mail’s own words', 'imitation', (document: Document) => unhidden(document).findLast(() => true)],
  ])('one that %s', async (_, kind, found) => {
    const totals: Totals = {};
    await withPage(page, (document) => damage(page, document, careless(gmail, found), totals));
    expect(totals[`gmail, ${kind}`]?.wrong.length).toBeGreaterThan(0);
  });
  test('and one that goes by words loses people, which is counted', async () => {
    const totals: Totals = {};
    const byWords = (document: Document) =>
      all(document).find(() => /reply/i.test(document.querySelector('[aria-label*="eply"]')?.getAttribute('aria-label') ?? ''));
    await withPage(page, (document) => damage(page, document, careless(gmail, byWords), totals));
    expect(totals['gmail, words translated']?.lost).toBeGreaterThan(0);
  });
});
