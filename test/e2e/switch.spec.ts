import { cardIn, cardsIn } from '../harness/extension.ts';
import { admin } from '../harness/people.ts';
import { expect, sync, test } from './house.ts';

/** A site that an admin switches off, on a page that is open meanwhile. */

test('switched off for everybody, the page is left alone and the panel says why; switched on again, the card is back', async ({
  extension,
  backend,
  mail,
  lead,
  prospect,
}) => {
  expect(lead).toBeTruthy();
  const asAdmin = await backend.as(admin);
  const off = async (sitesOff: string[]) => {
    await asAdmin('PATCH', '/v1/settings', { sitesOff });
    await sync(extension);
    await page.bringToFront();
  };
  const page = await extension.context.newPage();
  const cards = () => cardsIn(page);
  await mail.show(page, 'thread-several-messages', prospect);
  await expect((await cardIn(page)).getByText('Waiting for you')).toBeVisible();

  await off(['gmail']);
  await expect.poll(cards).toEqual([]);
  await mail.show(page, 'thread-several-messages', prospect);
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 500 })));
  expect(cards()).toEqual([]);

  const panel = await extension.open('options.html#sites');
  await expect(panel.getByText('Off for everybody')).toBeVisible();
  await panel.close();

  await off([]);
  await expect((await cardIn(page)).getByText('Waiting for you')).toBeVisible();
});
