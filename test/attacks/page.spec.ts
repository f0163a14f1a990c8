import type { Locator } from '@playwright/test';
import { expect, sync, test, times } from '../e2e/house.ts';
import { cardIn, press, settled } from '../harness/extension.ts';

/** What a hostile page can try against the card, in the released extension. */

/** The element that holds the card: the last child of the root, or of the body, that the page did not put there. */
const host = `[...document.querySelectorAll('body > *, html > *')].find((e) => e.popover === 'manual')`;

/**
 * What the browser tells the frame of an element; `unseen` resolves when it is not seen any more. It has to have been
 * watched for as long as a press needs to count: a frame that is hidden before the browser has looked twice is told
 * nothing.
 */
const watched = (locator: Locator) =>
  locator.evaluateHandle((element) => {
    let seen = false;
    let hidden = () => {};
    const options: IntersectionObserverInit & { trackVisibility: boolean; delay: number } = {
      threshold: [0.5, 1],
      trackVisibility: true,
      delay: 100,
    };
    new IntersectionObserver((entries) => {
      const last = entries.at(-1) as IntersectionObserverEntry & { isVisible: boolean };
      seen = last.isIntersecting && last.isVisible;
      if (!seen) hidden();
    }, options).observe(element);
    return {
      unseen: () =>
        new Promise<void>((resolve) => {
          hidden = resolve;
          if (!seen) resolve();
        }),
    };
  });

test('clicks and keys that a script makes do nothing', async ({ opened: { page, card }, lead, market }) => {
  const accept = card.getByRole('button', { name: 'Accept' });
  await settled(accept);
  await page.evaluate(`{
    const it = ${host};
    it.click();
    for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) it.dispatchEvent(new MouseEvent(type, { bubbles: true, composed: true, clientX: 60, clientY: 300 }));
    it.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true }));
    window.postMessage({ kind: 'decide', payload: { lead: ${JSON.stringify(lead)}, decision: { kind: 'accept' } } }, '*');
    for (const name of ['decide', 'sighting', 'baton']) document.dispatchEvent(new CustomEvent(name, { detail: { kind: 'accept' } }));
  }`);
  // Inside the frame too: an event that nobody made by hand is not trusted.
  await accept.evaluate((button) => (button as HTMLElement).click());
  await expect(card.getByText('Waiting for you')).toBeVisible();
  expect(await times(market, lead, 'stage', 'sal')).toBe(0);
  // The same press by hand counts.
  await press(accept);
  await expect(card.getByText('Accepted, saved here')).toBeVisible();
});

test('a button that cannot be seen cannot be pressed: faded, clipped, or covered by another popover, wholly or in part', async ({
  opened: { page, card },
  lead,
  market,
}) => {
  const accept = card.getByRole('button', { name: 'Accept' });
  await settled(accept);
  const box = (await accept.boundingBox())!;
  const cover = (width: string) =>
    `{ const cover = document.createElement('div'); cover.popover = 'manual'; cover.style.cssText = 'position:fixed;inset:0;width:${width};height:100vh;margin:0;padding:0;border:0;background:white;pointer-events:none'; document.body.append(cover); cover.showPopover(); globalThis.cover = cover; }`;
  const tricks = [
    `${host}.style.setProperty('opacity', '0', 'important')`,
    `${host}.style.setProperty('opacity', '0.01', 'important')`,
    `${host}.style.setProperty('filter', 'opacity(0)', 'important')`,
    `${host}.style.setProperty('clip-path', 'inset(100%)', 'important')`,
    cover('100vw'),
    cover(`${box.x + box.width * 0.75}px`),
  ];
  const undo = [
    `${host}.style.removeProperty('opacity')`,
    `${host}.style.removeProperty('opacity')`,
    `${host}.style.removeProperty('filter')`,
    `${host}.style.removeProperty('clip-path')`,
    'globalThis.cover.remove()',
    'globalThis.cover.remove()',
  ];
  for (const [i, trick] of tricks.entries()) {
    // Before each, a press would count; and the one before did not, or there would be nothing to accept any more.
    await expect(accept, tricks[i - 1]).toBeVisible();
    const it = await watched(accept);
    await settled(accept);
    const told = it.evaluate(({ unseen }) => unseen());
    await page.evaluate(trick);
    await told;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    expect(await times(market, lead, 'stage', 'sal'), trick).toBe(0);
    await page.evaluate(undo[i]!);
  }
  await expect(accept, tricks.at(-1)).toBeVisible();
});

test('what hides a page does not hide the card, and its buttons go on working: faded, moved or blurred pages, covers on top', async ({
  opened: { page, card },
  lead,
  market,
}) => {
  const accept = card.getByRole('button', { name: 'Accept' });
  await settled(accept);
  const clip = (await accept.boundingBox())!;
  const look = () => page.screenshot({ clip, animations: 'disabled' });
  const untouched = await look();
  const cover = (style: string) =>
    `{ const cover = document.createElement('div'); cover.className = 'cover'; cover.style.cssText = 'position:fixed;inset:0;z-index:2147483647;pointer-events:none;${style}'; document.documentElement.append(cover); }`;
  const tricks = [
    `document.documentElement.style.opacity = '0.01'`,
    `document.body.style.opacity = '0.9'`,
    `document.body.style.filter = 'blur(20px)'`,
    `document.body.style.transform = 'translate(300px, 300px) scale(0.2)'`,
    cover('background:white'),
    cover('background:transparent'),
    cover('background:white;left:50px'),
  ];
  for (const trick of tricks) {
    await page.evaluate(trick);
    expect((await look()).equals(untouched), trick).toBe(true);
    await page.evaluate(`{
      document.documentElement.style.opacity = '';
      for (const name of ['opacity', 'filter', 'transform']) document.body.style[name] = '';
      document.querySelector('.cover')?.remove();
    }`);
  }
  for (const trick of tricks) await page.evaluate(trick);
  expect((await look()).equals(untouched)).toBe(true);
  expect(await times(market, lead, 'stage', 'sal')).toBe(0);
  await press(accept);
  await expect(card.getByText('Accepted, saved here')).toBeVisible();
});

test('a page that replaces the language’s own functions changes nothing of what is read', async ({ extension, mail, lead, prospect }) => {
  expect(lead).toBeTruthy();
  const page = await extension.context.newPage();
  await page.addInitScript(() => {
    const evil = () => 'evil@attacker.example';
    Element.prototype.getAttribute = evil as never;
    Object.defineProperty(Node.prototype, 'textContent', { get: evil });
    Array.prototype.map = () => [];
    JSON.stringify = () => '{"people":[]}';
    window.fetch = () => Promise.reject(new Error('no'));
    Element.prototype.attachShadow = () => {
      throw new Error('seen');
    };
  });
  await mail.show(page, 'thread-several-messages', prospect);
  await expect((await cardIn(page)).getByText('Waiting for you')).toBeVisible();
});

test('nothing runs on look-alikes: another host, plain http, Gmail inside a foreign frame', async ({ extension, mail, lead, prospect }) => {
  expect(lead).toBeTruthy();
  const page = await extension.context.newPage();
  const cards = () => page.frames().filter((f) => /\/card\.html/.test(f.url()));
  const body = `<body class="nH"><h2 data-legacy-thread-id="1">x</h2><span class="gD" email="${prospect.email}" name="x">x</span></body>`;
  for (const url of [
    'https://mail.google.com.evil.test/mail/u/0/',
    'http://mail.google.com/mail/u/0/',
    'https://evil.test/?https://mail.google.com/',
  ]) {
    await page.route(url, (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.goto(url);
    await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 500 })));
    expect(cards(), url).toEqual([]);
  }
  await page.route('https://evil.test/frame', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<iframe src="https://mail.google.com/mail/u/0/#inbox/x"></iframe>' }),
  );
  await mail.show(page, 'thread-several-messages', prospect);
  await page.goto('https://evil.test/frame');
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 500 })));
  expect(cards()).toEqual([]);
});

test('a page cannot find it by its id, its files or its messages, and cannot frame its other pages', async ({
  opened: { page },
  extension,
}) => {
  const base = extension.url('');
  const found = await page.evaluate(async (base) => {
    const tries: Record<string, string> = {};
    for (const file of [
      'manifest.json',
      'card.html',
      'popup.html',
      'options.html',
      'background.js',
      'icons/16.png',
      'content-scripts/gmail.js',
      'managed.json',
    ])
      tries[file] = await fetch(base + file).then(
        (r) => `answered ${r.status}`,
        () => 'refused',
      );
    const runtime = (globalThis as unknown as { chrome?: { runtime?: { sendMessage?: unknown } } }).chrome?.runtime;
    tries.message = runtime?.sendMessage ? 'can be sent' : 'refused';
    return tries;
  }, base);
  expect(new Set(Object.values(found))).toEqual(new Set(['refused']));
});

test('names are words, never markup: a script in a name, marks of direction, ten thousand letters', async ({ extension, mail, market }) => {
  const page = await extension.context.newPage();
  const errors: string[] = [];
  page.on('dialog', (dialog) => {
    errors.push(dialog.message());
    void dialog.dismiss();
  });
  const word = [...crypto.getRandomValues(new Uint8Array(8))].map((b) => String.fromCharCode(97 + (b % 26))).join('');
  const name = `<img src=x onerror=alert(1)> ${word} \u202Egpj.exe`;
  const lead = await market.touch(
    { email: `${word}@northwind.example`, name, title: 'x'.repeat(200), company: '"><script>alert(2)</script>' },
    [{ event: 'Webinar Attended', campaign: '<b>bold</b>', daysAgo: 1 }],
  );
  expect(lead).toBeTruthy();
  await sync(extension);
  await mail.show(page, 'thread-several-messages', { email: `${word}@northwind.example`, name: 'Somebody' });
  const card = await cardIn(page);
  await expect(card.getByText('<b>bold</b>')).toBeVisible();
  await expect(card.getByText('<img src=x onerror=alert(1)>', { exact: false }).first()).toBeVisible();
  expect(await card.locator('#root').locator('img, script, b b').count()).toBe(0);
  expect(errors).toEqual([]);
  const sizes = await card.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect(sizes[0]).toBeLessThanOrEqual(sizes[1]!);
});
