import { ask } from '../../scripts/parts/sign-in.ts';
import { cardIn, press } from '../harness/extension.ts';
import { gmailPage, gmailPolicy } from '../harness/gmail.ts';
import { replaced, serve } from '../harness/site.ts';
import { expect, test } from './house.ts';

/** A site that has changed beyond what its reader knows. */

/** Everything the reader goes by has another name: as after a release of the site that nobody here has seen. */
const changed = {
  'role="listitem"': 'role="article"',
  'data-message-id': 'data-m',
  'data-legacy-message-id': 'data-lm',
  'class="adn': 'class="q1',
  'class="adf': 'class="q2',
  'class="gD"': 'class="q3"',
};

/** What stands on the page for people to read, as far as it says something: names, addresses, subjects. */
const wordsOf = (html: string): string[] =>
  [
    ...new Set(
      html
        .replace(/<style[\s\S]*?<\/style>/g, '')
        .replace(/<[^>]*>/g, '\n')
        .split('\n'),
    ),
  ]
    .map((line) => line.trim())
    .filter((line) => line.length > 8);

test('a page that cannot be read any more says so; a pasted address leads on, and the diagnosis has no content', async ({
  extension,
  lead,
  prospect,
}) => {
  expect(lead).toBeTruthy();
  await extension.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: 'https://mail.google.com' });
  const site = await serve(extension.context, 'https://mail.google.com/**', gmailPolicy);
  const { html, url } = gmailPage('thread-several-messages');
  const page = await extension.context.newPage();
  await site.show(page, replaced(html, changed), url);
  const card = await cardIn(page);
  await card.getByRole('button', { name: /^Open:/ }).click();
  await expect(card.getByText('This page is not built as expected, so nothing is read from it.')).toBeVisible();

  await press(card.getByRole('button', { name: 'Copy diagnosis' }));
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(copied).toContain('Page: gmail, message');
  expect(await copied()).toContain('unreadable');
  // Counts, states and names of candidates: no address, no name, no subject of the page, and none of the lead.
  const text = await copied();
  for (const words of wordsOf(html)) expect(text, words).not.toContain(words);
  expect(text).not.toMatch(new RegExp(`${prospect.name}|${prospect.email}|@`));
  // The options show the same.
  const options = await extension.open('options.html');
  expect((await ask(options, 'diagnosis')).rows.find(({ what }) => what.startsWith('Page: gmail'))).toMatchObject({ ok: false });
  await options.close();

  await card.getByRole('button', { name: 'Paste address' }).click();
  await card.getByRole('textbox').fill(prospect.email);
  await card.getByRole('textbox').press('Enter');
  await expect(card.getByText('Waiting for you')).toBeVisible();
});
