import { cardIn, press } from '../harness/extension.ts';
import { expect, test } from './house.ts';

const dana = { email: 'dana.whitfield@northwind.example', name: 'Dana Whitfield', title: 'VP Operations', company: 'Northwind' };

test('a lead’s card opens beside her mail, and what is decided there lands in the backend once', async ({
  backend,
  market,
  extension,
  mail,
}) => {
  const lead = await market.touch(dana, [
    { event: 'Webinar Attended', properties: { webinar: 'Cut churn in a quarter' }, campaign: 'Cut churn' },
  ]);
  await market.handOver(lead);
  const page = await extension.context.newPage();
  await mail.show(page, 'thread-several-messages');
  const card = await cardIn(page);
  await expect(card.getByText('Dana Whitfield').first()).toBeVisible();
  await page.screenshot({ path: 'test-results/gmail.png' });
  await press(card.getByRole('button', { name: 'Accept' }));
  await expect(card.getByText('Accepted', { exact: false }).first()).toBeVisible();
  await page.screenshot({ path: 'test-results/gmail2.png' });
  expect(backend.url).toBeTruthy();
});
