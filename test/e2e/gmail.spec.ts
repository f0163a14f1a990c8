import type { Frame } from '@playwright/test';
import { cardIn, launch, press } from '../harness/extension.ts';
import { capturedPages, gmail } from '../harness/gmail.ts';
import { decides, expect, sync, test, times, toBackend } from './house.ts';

const open = (card: Frame) => card.getByRole('button', { name: /^Open:/ }).click();

test('a lead’s card stands beside her mail with what marketing knows', async ({ opened: { card }, lead, prospect, market }) => {
  await expect(card.getByRole('article', { name: 'Baton' })).toContainText(prospect.name);
  await expect(card.getByText('VP Operations · Northwind')).toBeVisible();
  await expect(card.getByText('MQL', { exact: true })).toBeVisible();
  await expect(card.getByText('Waiting for you')).toBeVisible();
  await expect(card.getByText('Asked for a demo')).toBeVisible();
  // Two active touches and none of the passive one.
  const campaigns = (await market.card(lead)).campaigns;
  expect(campaigns.map(({ name, active, passive }) => [name, active, passive]).sort()).toEqual([
    ['Churn library', 1, 0],
    ['Cut churn', 1, 1],
  ]);
  for (const { name } of campaigns) await expect(card.getByText(name, { exact: true })).toBeVisible();
});

test('these tests notice when the extension is not there', async ({ prospect }) => {
  const bare = await launch({ bare: true });
  const page = await bare.context.newPage();
  await (await gmail(bare.context)).show(page, 'thread-several-messages', prospect);
  await expect(cardIn(page, 3_000)).rejects.toThrow();
  await bare.close();
});

test('the page sees nothing of it, under a policy that is in force', async ({ extension, mail, lead, prospect }) => {
  expect(lead).toBeTruthy();
  const page = await extension.context.newPage();
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    document.addEventListener('securitypolicyviolation', (event) => seen.push(`violation: ${event.blockedURI}`));
    window.addEventListener('message', () => seen.push('message'));
  });
  await mail.show(page, 'thread-several-messages', prospect);
  const card = await cardIn(page);
  await expect(card.getByText(prospect.name).first()).toBeVisible();
  const sight = await page.evaluate(() => ({
    seen: (window as unknown as { seen: string[] }).seen,
    frames: document.querySelectorAll('iframe').length,
    framesByIndex: window.length,
    openRoots: [...document.querySelectorAll('*')].filter((element) => element.shadowRoot).length,
    resources: performance
      .getEntriesByType('resource')
      .filter(({ name }) => !name.startsWith('https://mail.google.com'))
      .map(({ name }) => name),
    words: document.documentElement.outerHTML.match(/chrome-extension|baton/gi) ?? [],
    enforced: (() => {
      try {
        document.createElement('div').innerHTML = '<b>text as markup</b>';
        return false;
      } catch {
        return true;
      }
    })(),
  }));
  expect(sight.enforced).toBe(true);
  expect(sight).toMatchObject({ frames: 0, openRoots: 0, resources: [], words: [] });
  // The one violation is the probe's own.
  expect(sight.seen).toEqual([]);
});

test('accepted in one click, undone within six seconds, accepted again: the backend hears of it once', async ({
  opened: { card },
  lead,
  market,
  wire,
  backend,
}) => {
  await press(card.getByRole('button', { name: 'Accept' }));
  await expect(card.getByText('Accepted, saved here')).toBeVisible();
  await press(card.getByRole('button', { name: /^Undo/ }));
  await expect(card.getByText('Waiting for you')).toBeVisible();
  await press(card.getByRole('button', { name: 'Accept' }));
  await expect(card.getByText('Yours: qualify or return')).toBeVisible();
  await expect.poll(() => times(market, lead, 'stage', 'sal'), { timeout: 20_000 }).toBe(1);
  expect(toBackend(wire, backend).filter(decides)).toHaveLength(1);
  expect((await market.card(lead)).handoff?.state).toBe('accepted');
});

test('qualified with the criteria that are met', async ({ opened: { card }, lead, market }) => {
  await press(card.getByRole('button', { name: 'Qualify' }));
  await card.getByRole('checkbox').first().check();
  await press(card.getByRole('button', { name: /^Qualify · / }));
  await expect(card.getByText('SQL', { exact: true })).toBeVisible();
  await expect.poll(() => times(market, lead, 'stage', 'sql'), { timeout: 20_000 }).toBe(1);
});

test('returned with a reason that says its effect', async ({ opened: { card }, lead, market }) => {
  await press(card.getByRole('button', { name: 'Return' }));
  await card.getByRole('radio', { name: /^Bad timing/ }).click();
  await press(card.getByRole('button', { name: /^Return · back / }));
  await expect.poll(async () => (await market.card(lead)).stage, { timeout: 20_000 }).toBe('recycled');
  const { returned, handoff } = await market.card(lead);
  expect(returned).toMatchObject({ times: 1, last: { reason: 'bad_timing' } });
  expect(handoff?.state).toBe('returned');
});

test('a verdict and what the customer said come back to marketing', async ({ opened: { card }, lead, market }) => {
  await press(card.getByRole('radio', { name: 'Poor' }));
  await press(card.getByRole('button', { name: 'Insight' }));
  await card.getByRole('textbox', { name: /customer/ }).fill('They renew in March.');
  await press(card.getByRole('button', { name: 'Give insight' }));
  await expect.poll(async () => (await market.card(lead)).feedback.length, { timeout: 20_000 }).toBe(2);
  const feedback = (await market.card(lead)).feedback;
  expect(feedback.find(({ kind }) => kind === 'verdict')?.verdict).toBe('poor');
  expect(feedback.find(({ kind }) => kind === 'insight')?.note).toBe('They renew in March.');
});

test('somebody who is not a lead stays in the browser', async ({ extension, mail, prospect, wire, backend }) => {
  await sync(extension);
  const page = await extension.context.newPage();
  wire.since();
  await mail.show(page, 'thread-several-messages', prospect);
  const card = await cardIn(page);
  await open(card);
  await expect(card.getByText('Not a lead', { exact: true })).toBeVisible();
  await expect(card.getByText('Checked on this device. Nothing was sent.')).toBeVisible();
  const sent = wire.since();
  expect(sent.filter(({ url }) => url.startsWith(backend.url))).toEqual([]);
  expect(JSON.stringify(sent)).not.toContain(prospect.email);
});

test('added as my lead, it starts as mine', async ({ extension, mail, prospect, market }) => {
  await sync(extension);
  const page = await extension.context.newPage();
  await mail.show(page, 'thread-several-messages', prospect);
  const card = await cardIn(page);
  await open(card);
  await press(card.getByRole('button', { name: 'Add as my lead' }));
  await press(card.getByRole('button', { name: 'Add as my lead' }).last());
  await expect(card.getByText('SAL', { exact: true })).toBeVisible();
  await expect.poll(async () => (await market.find(prospect.name)) !== undefined, { timeout: 20_000 }).toBe(true);
  const added = await market.card((await market.find(prospect.name))!);
  expect(added).toMatchObject({ origin: 'sales', stage: 'sal', person: { name: prospect.name } });
});

test('a list says how many are known and adds nothing to it', async ({ extension, mail, lead, prospect }) => {
  expect(lead).toBeTruthy();
  const page = await extension.context.newPage();
  await mail.show(page, 'list-german', prospect);
  const before = await page.locator('[role="main"]').innerHTML();
  const card = await cardIn(page);
  await card.getByRole('button', { name: /1 of \d+ (person|people) here is known/ }).click();
  await press(card.getByText(prospect.name));
  await expect(card.getByText('Waiting for you')).toBeVisible();
  expect(await page.locator('[role="main"]').innerHTML()).toBe(before);
});

test('while a mail is written, the card is about whom it goes to', async ({ extension, mail, lead, prospect }) => {
  expect(lead).toBeTruthy();
  const page = await extension.context.newPage();
  await mail.show(page, 'compose-popup', prospect);
  const card = await cardIn(page);
  await expect(card.getByText('Waiting for you')).toBeVisible();
});

test('it says so when it cannot tell', async ({ extension, mail, lead, prospect }) => {
  expect(lead).toBeTruthy();
  const page = await extension.context.newPage();
  for (const [name, sentence] of [
    ['sender-in-conflict', 'The page says two different things about who this is.'],
    ['group-sender-german', 'This comes from a group or a list, not from a person.'],
    ['two-threads-in-view', 'Two conversations are open at once'],
  ] as const) {
    await mail.show(page, name, prospect);
    const card = await cardIn(page);
    await open(card);
    await expect(card.getByText(sentence)).toBeVisible();
  }
});

test('from one mail to the next within the page, the card follows', async ({ extension, mail, lead, prospect }) => {
  expect(lead).toBeTruthy();
  const page = await extension.context.newPage();
  await mail.show(page, 'sent-to-two', prospect);
  await mail.swap(page, 'thread-several-messages', prospect);
  await expect((await cardIn(page)).getByText('Waiting for you')).toBeVisible();
  await mail.swap(page, 'split-vertical', prospect);
  await expect((await cardIn(page)).getByText('Waiting for you')).toBeHidden();
});

test('captured pages do no harm', async ({ extension, mail, wire, backend }) => {
  await sync(extension);
  const page = await extension.context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  wire.since();
  for (const name of capturedPages()) await mail.show(page, name.replace(/\.html$/, ''));
  expect(errors).toEqual([]);
  expect(wire.since().filter(({ url }) => url.startsWith(backend.url))).toEqual([]);
});
