import { describe, expect, test } from 'vitest';
import { sites } from '../../lib/sites/index.ts';
import type { Sighting, SiteId } from '../../lib/sites/site.ts';
import { open } from '../../scripts/read.ts';
import { type Mutation, mutations, together } from './mutations.ts';
import { ownPages, type SavedPage } from './pages.ts';

/**
 * What every reader owes on every page: it finds nobody on other sites' pages, and on a page that has changed it may
 * lose a person but never names another one.
 */

const pages = ownPages();

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

const focusKeys = ({ people, focus }: Sighting) => (focus === undefined ? [] : people[focus]!.keys.map(({ value }) => value.toLowerCase()));
const everyKey = ({ people }: Sighting) => people.flatMap(({ keys }) => keys.map(({ value }) => value.toLowerCase()));

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

describe('a page that has changed', () => {
  const totals: Record<string, { tried: number; lost: number; wrong: string[] }> = {};

  function damage(name: string, page: SavedPage, document: Document): void {
    const site = sites.find(({ id }) => id === page.site)!;
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
    const never = [...page.never, decoyKey.toLowerCase()];

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
      if (named.length || (stranger.length && !/removed/.test(mutation.kind + mutation.what)))
        total.wrong.push(`${name}: ${mutation.kind} ${mutation.what} → focus ${named} people ${stranger}`);
    };
    // Where two witnesses disagree, taking one of them away leaves a page on which nothing disagrees; and of two people one.
    const fair = ({ kind }: Mutation) =>
      !(right.unknown === 'conflict' && /removed/.test(kind)) && !(kind === 'part removed' && right.focus === undefined && !right.unknown);
    const spots = { bodies: bodies[page.site], key, decoyKey, ...(person.name ? { name: person.name } : {}) };
    const every = [...mutations(document, spots)].filter(fair);
    for (const mutation of sample([...every, ...together(every)])) judge(mutation);
    expect(site.read(document, url), 'every mutation was undone').toEqual(right);
  }

  test.each(pages.map((page) => [`${page.site}/${page.name}`, page] as const))(
    '%s',
    async (name, page) => {
      await withPage(page, (document) => damage(name, page, document));
    },
    600_000,
  );

  test('names nobody else', () => {
    const rows = Object.entries(totals).map(
      ([what, { tried, lost, wrong }]) => `${what}: ${tried} tried, ${((100 * lost) / tried).toFixed(1)} % lost, ${wrong.length} wrong`,
    );
    console.log(rows.join('\n'));
    expect(Object.values(totals).flatMap(({ wrong }) => wrong)).toEqual([]);
  });
});
