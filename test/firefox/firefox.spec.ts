import { expect } from '@playwright/test';
import { decides, times } from '../e2e/house.ts';
import { ask, sync, test } from './house.ts';

const button = (name: string) => ({ role: 'button', name });

test('a lead’s card stands beside her mail with what marketing knows, and the page sees nothing of it', async ({
  firefox,
  tab,
  lead,
  prospect,
  market,
}) => {
  await firefox.mail(tab, 'thread-several-messages', prospect);
  const card = await tab.card();
  for (const words of [prospect.name, 'VP Operations', 'MQL', 'Waiting for you', 'Asked for a demo']) await card.shows(words);
  for (const { name } of (await market.card(lead)).campaigns) await card.shows(name);
  const sight = await tab.call(() => ({
    frames: document.querySelectorAll('iframe').length,
    framesByIndex: window.length,
    openRoots: [...document.querySelectorAll('*')].filter((element) => element.shadowRoot).length,
    onTop: document.querySelectorAll(':popover-open').length,
    resources: performance.getEntriesByType('resource').filter(({ name }) => !name.startsWith('https://mail.google.com')).length,
    words: document.documentElement.outerHTML.match(/moz-extension|baton/gi) ?? [],
    enforced: (() => {
      try {
        document.createElement('div').innerHTML = '<b>text as markup</b>';
        return false;
      } catch {
        return true;
      }
    })(),
  }));
  expect(sight).toEqual({ frames: 0, framesByIndex: 0, openRoots: 0, onTop: 1, resources: 0, words: [], enforced: true });
});

test('accepted in one click: the card says so, and the backend hears of it once', async ({
  firefox,
  tab,
  lead,
  prospect,
  market,
  wire,
}) => {
  await firefox.mail(tab, 'thread-several-messages', prospect);
  const card = await tab.card();
  wire.since();
  await card.press(button('Accept'));
  await card.shows('Accepted, saved here');
  await expect.poll(() => times(market, lead, 'stage', 'sal')).toBe(1);
  await card.shows('Yours: qualify or return');
  expect((await market.card(lead)).handoff?.state).toBe('accepted');
  expect(wire.since().filter(decides)).toHaveLength(1);
});

test('the background page, stopped while the act is still held, sends it once when it wakes', async ({
  firefox,
  tab,
  lead,
  prospect,
  market,
  wire,
}) => {
  await firefox.mail(tab, 'thread-several-messages', prospect);
  const card = await tab.card();
  wire.since();
  await card.press(button('Accept'));
  await card.shows('Accepted, saved here');
  await firefox.stopBackground();
  expect(await times(market, lead, 'stage', 'sal')).toBe(0);
  // The next mail wakes it.
  await firefox.mail(tab, 'reply-inline', prospect);
  await expect.poll(() => times(market, lead, 'stage', 'sal'), { timeout: 60_000 }).toBe(1);
  expect(wire.since().filter(decides)).toHaveLength(1);
});

test('somebody who is not a lead stays in the browser', async ({ firefox, tab, prospect, wire, backend }) => {
  await sync(firefox);
  wire.since();
  await firefox.mail(tab, 'thread-several-messages', prospect);
  const card = await tab.card();
  await card.press({ role: 'button', name: 'Open: Baton' });
  await card.shows('Not a lead');
  await card.shows('Checked on this device. Nothing was sent.');
  const sent = wire.since();
  expect(sent.filter(({ url }) => url.startsWith(backend.url))).toEqual([]);
  expect(JSON.stringify(sent)).not.toContain(prospect.email);
});

test('from the card to the options, and its diagnosis into the clipboard', async ({ firefox, tab, lead, prospect }) => {
  expect(lead).toBeTruthy();
  await firefox.mail(tab, 'thread-several-messages', prospect);
  const card = await tab.card();
  await card.press(button('More'));
  // Firefox opens its sidebar from its own pages alone.
  expect(await card.has({ role: 'menuitem', name: 'Open in side panel' })).toBe(false);
  await card.press({ role: 'menuitem', name: 'Copy diagnosis' });
  await expect.poll(() => firefox.clipboard()).toContain('gmail');
  await card.press(button('More'));
  await card.press({ role: 'menuitem', name: 'Options' });
  await (await firefox.find('options.html')).close();
});

test('the sidebar shows the same card, follows the tab, and follows what is decided', async ({ firefox, tab, lead, prospect }) => {
  expect(lead).toBeTruthy();
  await firefox.mail(tab, 'thread-several-messages', prospect);
  const card = await tab.card();
  await card.shows('Waiting for you');
  await expect.poll(() => firefox.sidebar()).toContain('Waiting for you');
  const words = (text: string) => text.split(/\s+/).filter((word) => /^[A-Z]\w{3,}/.test(word));
  expect(await firefox.sidebar()).toContain(prospect.name);
  expect(words(await firefox.sidebar())).toEqual(expect.arrayContaining(words(await card.text()).filter((word) => word !== 'Live')));
  const other = await firefox.open('about:blank');
  await expect.poll(() => firefox.sidebar()).not.toContain(prospect.name);
  await other.close();
  await expect.poll(() => firefox.sidebar()).toContain(prospect.name);
  await card.press(button('Accept'));
  await expect.poll(() => firefox.sidebar()).toContain('Accepted, saved here');
});

test('hosts that the user took away are asked for in a click, and open pages are read from then on', async ({
  firefox,
  tab,
  lead,
  prospect,
}) => {
  expect(lead).toBeTruthy();
  const options = await firefox.open('options.html#sites');
  await options.shows('Opens by itself');
  expect(await options.text()).not.toContain('has not allowed');
  await firefox.revoke(['https://mail.google.com/*', 'https://www.linkedin.com/*']);
  await firefox.mail(tab, 'thread-several-messages', prospect);
  await options.front();
  await options.shows('The browser has not allowed this host yet.');
  await options.press(button('Allow this host'));
  await firefox.allow();
  await tab.front();
  await (await tab.card()).shows(prospect.name);
  // What is still missing the welcome asks for at once.
  const welcome = await firefox.open('welcome.html');
  await welcome.shows('The browser asks once more');
  await welcome.press('.step-foot .btn.main');
  await firefox.allow();
  await welcome.shows('Done.');
  await options.front();
  await expect.poll(() => options.text()).not.toContain('has not allowed');
  await welcome.close();
  await options.close();
});

test('decided offline it waits through a restart of the browser, and lands once when the way is open', async ({
  firefox,
  lead,
  prospect,
  market,
  wire,
  backend,
}) => {
  const tab = await firefox.open('about:blank');
  await firefox.mail(tab, 'thread-several-messages', prospect);
  const before = await tab.card();
  await before.shows('Waiting for you');
  const { length } = wire.requests;
  wire.cut(backend.url);
  await before.press(button('Accept'));
  await before.shows('Accepted, saved here');
  // The browser asks whether it may, first, and gets no further.
  await wire.seen((request) => request.url.endsWith(`/${lead}/decisions`) && wire.requests.indexOf(request) >= length);
  await before.shows('Offline');
  await firefox.restart();
  const options = await firefox.open('options.html');
  const open = async () => (await ask(options, 'outbox')).filter(({ name, status }) => name === prospect.name && status !== 'done');
  expect((await open()).map(({ act }) => act.kind)).toEqual(['decision']);
  expect(await times(market, lead, 'stage', 'sal')).toBe(0);
  wire.mend();
  await ask(options, 'sync');
  await expect.poll(() => times(market, lead, 'stage', 'sal'), { timeout: 90_000 }).toBe(1);
  await expect.poll(open).toEqual([]);
  const sent = wire.requests.slice(length).filter((request) => decides(request) && request.url.includes(lead));
  expect(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
});
