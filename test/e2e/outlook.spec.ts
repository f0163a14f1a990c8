import { hosts } from '../../lib/sites/outlook/address-bar.ts';
import { cardIn, press } from '../harness/extension.ts';
import { pageOf, serve } from '../harness/site.ts';
import { expect, sync, test } from './house.ts';

/** Outlook on the web, on every host that Microsoft serves it from, with no network behind it. */

const policy = "frame-src 'self'; script-src 'self'; object-src 'none'";
const match = new RegExp(`^https://(?:${hosts.join('|').replaceAll('.', '\\.')})/`);
const drawn = { email: 'dana.whitfield@northwind.example', name: 'Dana Whitfield' };

test('a lead’s card stands beside her conversation, on each host and in each language', async ({ extension, lead, prospect }) => {
  expect(lead).toBeTruthy();
  const site = await serve(extension.context, match, policy);
  const page = await extension.context.newPage();
  const languages = ['conversation', 'conversation-de', 'conversation-he', 'conversation-zh'];
  for (const [index, host] of hosts.entries()) {
    const { html, url } = pageOf('outlook', languages[index]!);
    url.host = host;
    await site.show(page, html, url, { [drawn.email]: prospect.email, [drawn.name]: prospect.name });
    const card = await cardIn(page);
    await expect(card.getByText('Waiting for you'), `${host}, ${languages[index]}`).toBeVisible();
  }
});

test('a sender by name alone: it says so, and on a click offers the people it could be', async ({
  extension,
  lead,
  prospect,
  wire,
  backend,
}) => {
  expect(lead).toBeTruthy();
  await sync(extension);
  const site = await serve(extension.context, match, policy);
  const page = await extension.context.newPage();
  const { html, url } = pageOf('outlook', 'sender-by-name-only');
  wire.since();
  await site.show(page, html, url, { 'Okafor, Ines': prospect.name });
  const card = await cardIn(page);
  await card.getByRole('button', { name: /^Open:/ }).click();
  await expect(card.getByText('The page shows a name, no address.')).toBeVisible();
  expect(wire.since().filter(({ url }) => url.startsWith(backend.url))).toEqual([]);
  await press(card.getByRole('button', { name: 'Find by name' }));
  await expect(card.locator('.pick')).toHaveCount(1);
  await press(card.locator('.pick').first());
  await expect(card.getByText('Waiting for you')).toBeVisible();
});
