import type { Page } from '@playwright/test';
import type { SiteId } from '../../lib/sites/site.ts';
import { expect, test } from '../e2e/house.ts';
import { addHost, allowedBefore, cardIn, type Extension } from '../harness/extension.ts';
import { chosen } from '../harness/linkedin.ts';
import { pageOf, type Served, serve } from '../harness/site.ts';

/**
 * A page of each site that tears at the card's element two hundred times a second. It yields: whoever puts an element
 * back each time fights the page for its main thread.
 */

const own = 'https://people.ridgeway.example';
interface Stage {
  /** The page of the project, and whom it shows. */
  name: string;
  who: { email?: string; name: string };
  /** Where it is served, if not at its own address. */
  at?: string;
  /** As the options call it, where the user adds the host. */
  kind?: string;
}
const dana = { email: 'dana.whitfield@northwind.example', name: 'Dana Whitfield' };
const stages: Record<SiteId, Stage> = {
  gmail: { name: 'thread-several-messages', who: dana },
  outlook: { name: 'conversation', who: dana },
  linkedin: { name: 'profile', who: { name: dana.name } },
  roundcube: { name: 'show-body-imitates-header', who: dana, at: own, kind: 'Roundcube' },
  page: { name: 'profile-h-card', who: dana, at: own, kind: 'Any page' },
};

/** Each is done once in five milliseconds, to the element that holds the card; some leave it where it is, some put it out of its place. */
const ways: [what: string, once: string, then?: 'in' | 'out'][] = [
  [
    'rewrites its style and attributes',
    `it.style.cssText = 'left:' + turn + 'px;display:none'; it.setAttribute('class', 'c' + turn); it.id = 'i' + turn`,
    'in',
  ],
  ['puts its own into it', `it.replaceChildren(document.createElement('b')); it.append('x' + turn)`, 'in'],
  ['puts a copy in its place', `const copy = it.cloneNode(true); mine.add(copy); it.replaceWith(copy); copy.showPopover()`],
  ['moves it', `(turn % 2 ? document.body : document.documentElement).append(it)`, 'out'],
  ['moves it about where it is', `document.documentElement.append(it)`, 'out'],
  ['closes it', `if (it.matches(':popover-open')) it.hidePopover()`, 'out'],
  ['takes it away', `it.remove()`, 'out'],
];

interface Torn {
  /** Turns in which there was something to tear at. */
  turns: number;
  /** Elements that hold a card and that the page did not make. */
  made: number;
  /** Changes to such an element that the page did not make. */
  changed: number;
  clicks: number;
}

/** Most of a second of it, with a person clicking on the page meanwhile: whoever resists has done so dozens of times by then. */
async function tear(page: Page, once: string): Promise<Torn> {
  await page.evaluate(`{
    const mine = new WeakSet();
    const torn = { turns: 0, made: 0, changed: 0, clicks: 0 };
    const find = () => [...document.querySelectorAll('body > *, html > *')].find((e) => e.popover === 'manual');
    // What the page did itself is taken from the records before anybody else's can be among them.
    const observer = new MutationObserver((records) => count(records));
    const count = (records) => {
      for (const { type, addedNodes } of records) {
        if (type === 'attributes') torn.changed++;
        for (const node of addedNodes) if (node.popover === 'manual' && !mine.has(node)) { torn.made++; watch(); }
      }
    };
    const watch = () => {
      observer.observe(document.documentElement, { childList: true });
      observer.observe(document.body, { childList: true });
      const it = find();
      if (it) observer.observe(it, { attributes: true });
    };
    watch();
    addEventListener('click', () => torn.clicks++);
    const turnIt = (it, turn) => { ${once} };
    globalThis.torn = new Promise((done) => {
      let turn = 0;
      const timer = setInterval(() => {
        count(observer.takeRecords());
        const it = find();
        if (it) { torn.turns++; turnIt(it, turn); }
        observer.takeRecords();
        watch();
        if (++turn === 150) { clearInterval(timer); count(observer.takeRecords()); done(torn); }
      }, 5);
    });
  }`);
  await page.mouse.click(200, 5);
  return page.evaluate('globalThis.torn');
}

async function prepared(extension: Extension, stage: Stage, url: URL): Promise<{ served: Served; at: string }> {
  if (!stage.at) return { served: await serve(extension.context, `${url.origin}/**`, "frame-src 'self'"), at: url.href };
  await allowedBefore(extension, [`${stage.at}/*`]);
  const served = await serve(extension.context, `${stage.at}/**`);
  const options = await extension.open('options.html#sites');
  await addHost(options, stage.kind!, stage.at);
  await options.close();
  return { served, at: new URL(url.pathname + url.search, stage.at).href };
}

for (const site of Object.keys(stages) as SiteId[])
  test(`${site}: a page that tears at it two hundred times a second meets no resistance, and nothing is lost`, async ({
    extension,
    lead,
    prospect,
  }) => {
    expect(lead).toBeTruthy();
    const stage = stages[site];
    const { html, url } = pageOf(site, stage.name);
    const { served, at } = await prepared(extension, stage, url);
    if (site === 'linkedin') await chosen(extension, 'overlay');
    const page = await extension.context.newPage();
    const instead = { ...(stage.who.email && { [stage.who.email]: prospect.email }), [stage.who.name]: prospect.name };
    const show = async () => {
      await served.show(page, html, at, instead);
      const card = await cardIn(page);
      if (site !== 'linkedin') await expect(card.getByText('Waiting for you')).toBeVisible();
      else await expect(card.getByRole('button', { name: /^Open:/ })).toBeVisible();
    };
    let stands = false;
    for (const [what, once, then] of ways) {
      if (!stands) await show();
      stands = then === 'in';
      const torn = await tear(page, once);
      expect(torn.turns, what).toBeGreaterThan(0);
      // Moved or taken out it is left out, and its frame is not loaded two hundred times a second.
      if (then === 'out') expect(torn.turns, `${what}: left alone`).toBeLessThan(20);
      expect(torn.made, `${what}: put back`).toBeLessThan(5);
      expect(torn.changed, `${what}: changed back`).toBeLessThan(40);
      expect(torn.clicks, `${what}: the page still hears a person`).toBe(1);
    }
    // The next page is read as ever.
    await show();
  });
