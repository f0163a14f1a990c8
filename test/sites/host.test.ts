import { type Browser, chromium, type Page } from '@playwright/test';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '../../lib/sites/host.ts';
import type { Stance } from '../../lib/sites/site.ts';
import { findBrowser, isRoot } from '../../scripts/parts/browser.ts';

/** The host in a real browser, on a page that does to it what pages do. Its frame holds a page of another origin. */

const executablePath = findBrowser();
const card = `data:text/html,${encodeURIComponent('<!doctype html><body style="margin:0"><input autofocus></body>')}`;

interface Under extends Window {
  made: Host;
  events: string[];
  heard: string[];
  controller: AbortController;
}

let browser: Browser;
let code: string;

beforeAll(async () => {
  const [built] = [
    await build({
      configFile: false,
      logLevel: 'silent',
      build: {
        write: false,
        minify: false,
        lib: { entry: `${import.meta.dirname}/../../lib/sites/host.ts`, formats: ['iife'], name: 'under' },
      },
    }),
  ].flat();
  code = (built as { output: { code: string }[] }).output[0]!.code;
  if (executablePath) browser = await chromium.launch({ executablePath, args: isRoot ? ['--no-sandbox'] : [] });
});
afterAll(() => browser?.close());

const at: Stance = { shows: 'card', height: 400, side: 'right', top: -1, theme: 'light' };

async function standing(stance: Partial<Stance> = {}, body = '<main><button id="open">Open</button></main>'): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
  await page.setContent(`<!doctype html><html><body>${body}</body></html>`);
  await page.evaluate(() => {
    const under = window as unknown as Under;
    under.heard = [];
    for (const type of ['keydown', 'keyup', 'keypress', 'message', 'popstate'])
      window.addEventListener(type, (event) => under.heard.push(`${type} ${(event as KeyboardEvent).key ?? ''}`), true);
  });
  await page.addScriptTag({ content: code });
  await page.evaluate(
    ({ src, stance }) => {
      const under = window as unknown as Under & { under: { host(options: object): Host } };
      under.events = [];
      under.controller = new AbortController();
      under.made = under.under.host({
        document,
        window,
        signal: under.controller.signal,
        src,
        place: () => ({ top: 100, right: 20 }),
        onEvent: (event: string) => under.events.push(event),
      });
      under.made.stand(stance);
    },
    { src: card, stance: { ...at, ...stance } },
  );
  await frames(page);
  return page;
}

const frames = (page: Page) =>
  page.evaluate(() => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))));
const stand = async (page: Page, stance: Partial<Stance>) => {
  await page.evaluate((next) => (window as unknown as Under).made.stand(next), { ...at, ...stance });
  await frames(page);
};
const events = (page: Page) => page.evaluate(() => (window as unknown as Under).events);
/** Whatever stands beside the body: what the page can see of the host. */
const box = (page: Page) =>
  page.evaluate(() => {
    const found = [...document.documentElement.children].filter((one) => one !== document.body && one !== document.head);
    const rect = found[0]?.getBoundingClientRect();
    return {
      elements: found.length,
      box: rect?.width ? [rect.left, rect.top, rect.width, rect.height] : [],
      root: found[0]?.shadowRoot,
      inside: found[0]?.childNodes.length,
    };
  });

describe.skipIf(!executablePath)('the host', () => {
  test('is one anonymous element in the top layer whose inside the page cannot see', async () => {
    const page = await standing();
    expect(await box(page)).toEqual({ elements: 1, box: [640, 100, 340, 400], root: null, inside: 0 });
    const [name, attributes, frameCount] = await page.evaluate(() => {
      const host = document.documentElement.lastElementChild!;
      return [host.localName, host.getAttributeNames(), document.querySelectorAll('iframe').length] as const;
    });
    expect(name).toMatch(/^[a-z]{5}-[a-z]{5}$/);
    expect([...attributes].sort()).toEqual(['popover', 'style']);
    expect(frameCount).toBe(0);
    expect(await page.evaluate(() => document.documentElement.lastElementChild!.matches(':popover-open'))).toBe(true);
    await page.close();
  });

  test('stands as it is told: tab, side, height never beyond the window, gone', async () => {
    const page = await standing({ shows: 'tab' });
    expect((await box(page)).box).toEqual([940, 100, 40, 40]);
    await stand(page, { side: 'left', top: 30, height: 5_000 });
    expect((await box(page)).box).toEqual([8, 30, 340, 662]);
    await stand(page, { side: 'right', top: 5_000, shows: 'tab' });
    expect((await box(page)).box).toEqual([940, 652, 40, 40]);
    await stand(page, { shows: 'none' });
    expect((await box(page)).elements).toBe(0);
    await page.close();
  });

  test('looks the same whoever it is about', async () => {
    const seen = await Promise.all(
      [1, 2].map(async () => {
        const page = await standing({ shows: 'tab' });
        const html = await page.evaluate(() => document.documentElement.lastElementChild!.outerHTML.replace(/[a-z]{5}-[a-z]{5}/g, 'x'));
        await page.close();
        return html;
      }),
    );
    expect(seen[0]).toBe(seen[1]);
    expect(seen[0]).not.toMatch(/baton|chrome-extension|src=/i);
  });

  test('folds while the page shows a modal dialog, and opens again afterwards', async () => {
    const page = await standing({}, '<dialog id="d" style="margin:0">Sure?</dialog>');
    await page.evaluate(() => document.querySelector('dialog')!.showModal());
    await frames(page);
    expect((await box(page)).box).toEqual([940, 100, 40, 40]);
    expect(await events(page)).toEqual(['yield']);
    await page.evaluate(() => document.querySelector('dialog')!.close());
    await frames(page);
    expect((await box(page)).box).toEqual([640, 100, 340, 400]);
    expect(await events(page)).toEqual(['yield', 'restored']);
    await page.close();
  });

  test('goes out of the way of a dialog that stands where it stands', async () => {
    const page = await standing();
    const put = (left: number) =>
      page.evaluate((x) => {
        document.querySelector('[role=dialog]')?.remove();
        const dialog = document.createElement('div');
        dialog.setAttribute('role', 'dialog');
        dialog.style.cssText = `position:fixed;left:${x}px;top:90px;width:200px;height:200px`;
        document.body.append(dialog);
      }, left);
    await put(100);
    await frames(page);
    expect((await box(page)).box).toEqual([640, 100, 340, 400]);
    await put(600);
    await frames(page);
    expect((await box(page)).box).toEqual([940, 100, 40, 40]);
    await put(800);
    await frames(page);
    expect((await box(page)).box).toEqual([]);
    await page.evaluate(() => document.querySelector('[role=dialog]')!.remove());
    await frames(page);
    expect((await box(page)).box).toEqual([640, 100, 340, 400]);
    await page.close();
  });

  test('never fights: what the page takes away comes back with news only, and not for ever', async () => {
    const page = await standing();
    const take = () => page.evaluate(() => document.documentElement.lastElementChild!.remove());
    await take();
    await frames(page);
    expect((await box(page)).elements).toBe(0);
    for (let time = 0; time < 4; time++) {
      await stand(page, {});
      expect((await box(page)).elements).toBe(1);
      await take();
    }
    await stand(page, {});
    expect((await box(page)).elements).toBe(0);
    // The user asking for it is another matter.
    await stand(page, { focus: true });
    expect((await box(page)).elements).toBe(1);
    await page.close();
  });

  test('a page that closes it, or rewrites it two hundred times a second, gets no answer', async () => {
    const page = await standing();
    const answers = await page.evaluate(async () => {
      const host = document.documentElement.lastElementChild as HTMLElement;
      let changes = 0;
      new MutationObserver((records) => {
        changes += records.length;
      }).observe(host, { attributes: true });
      for (let turn = 0; turn < 200; turn++) {
        host.style.setProperty('left', `${turn}px`, 'important');
        // A task of its own for each, as a page's program has: the host hears every one of them.
        await new Promise<void>((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port2.onmessage = () => resolve();
          port1.postMessage(0);
        });
      }
      return changes;
    });
    expect(answers).toBe(200);
    await page.evaluate(() => (document.documentElement.lastElementChild as HTMLElement).hidePopover());
    await frames(page);
    expect((await box(page)).elements).toBe(0);
    await page.close();
  });

  test.each(['body', 'documentElement'] as const)('moved within the %s it goes, because each move loads its frame anew', async (where) => {
    const page = await standing();
    await page.evaluate((to) => document[to].append(document.documentElement.lastElementChild!), where);
    await frames(page);
    expect(await page.evaluate(() => document.querySelectorAll('[popover]').length)).toBe(0);
    await stand(page, {});
    expect((await box(page)).elements).toBe(1);
    await page.close();
  });

  test('keys pressed in the card stay there', async () => {
    const page = await standing({ focus: true });
    await page.frames().at(-1)!.waitForSelector('input');
    await page.frames().at(-1)!.focus('input');
    await page.keyboard.type('ec#');
    expect(await page.frames().at(-1)!.inputValue('input')).toBe('ec#');
    expect(await page.evaluate(() => (window as unknown as Under).heard)).toEqual([]);
    await page.close();
  });

  test('Alt+B asks for the focus, unnoticed by the page; without a host it is the page’s own', async () => {
    const page = await standing({ shows: 'tab' });
    await page.evaluate(() => window.focus());
    const heard = () => page.evaluate(() => (window as unknown as Under).heard.filter((one) => one.startsWith('keydown b')));
    // The page's listener was there first on the same target, so it hears the key and nothing after it does.
    await page.evaluate(() =>
      document.addEventListener('keydown', (event) => (window as unknown as Under).heard.push(`document ${event.key}`), true),
    );
    await page.keyboard.press('Alt+b');
    expect(await events(page)).toEqual(['focus']);
    expect(await page.evaluate(() => (window as unknown as Under).heard)).not.toContain('document b');
    await stand(page, { shows: 'none' });
    await page.keyboard.press('Alt+b');
    expect(await events(page)).toEqual(['focus']);
    expect(await heard()).toHaveLength(2);
    await page.close();
  });

  test('folded, it opens by a click that the browser does not send into its frame yet; the page cannot make that click', async () => {
    const page = await standing({ shows: 'tab' });
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('DOM.enable');
    const { nodes } = await devtools.send('DOM.getFlattenedDocument', { depth: -1, pierce: true });
    const { nodeId } = nodes.find(({ localName }) => localName === 'iframe')!;
    await devtools.send('DOM.setAttributeValue', { nodeId, name: 'style', value: 'pointer-events: none' });
    await page.evaluate(() => (document.documentElement.lastElementChild as HTMLElement).click());
    expect(await events(page)).toEqual([]);
    await page.mouse.click(960, 120);
    expect(await events(page)).toEqual(['focus']);
    // Open, it is not opened.
    await stand(page, {});
    await devtools.send('DOM.setAttributeValue', { nodeId, name: 'style', value: 'pointer-events: none' });
    await page.mouse.click(960, 120);
    expect(await events(page)).toEqual(['focus']);
    await page.close();
  });

  test('leaves with its script', async () => {
    const page = await standing();
    await page.evaluate(() => (window as unknown as Under).controller.abort());
    expect((await box(page)).elements).toBe(0);
    await stand(page, {});
    expect((await box(page)).elements).toBe(0);
    await page.close();
  });
});
