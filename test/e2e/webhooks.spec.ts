import { Webhook } from 'standardwebhooks';
import { signIn } from '../../scripts/parts/sign-in.ts';
import { admin, rep } from '../harness/people.ts';
import { receiver } from '../webhooks/receiver.ts';
import { expect, test } from './house.ts';

test('an admin has another system told, sees what it refused, and tells it again', async ({ fresh, backend, market, prospect }) => {
  const there = await receiver();
  await signIn(fresh.context, backend.url, { sample: admin });
  const page = await fresh.open('options.html#webhooks');
  await page.getByRole('button', { name: 'Add a webhook' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Warehouse');
  await page.getByLabel('Address').fill('https://10.0.0.1/hook');
  await page.getByRole('button', { name: 'Decisions' }).click();
  await page.getByRole('button', { name: 'Tell Warehouse' }).click();
  await expect(page.getByRole('alert')).toContainText('inside this network');
  await page.getByLabel('Address').fill(there.url);
  await page.getByRole('button', { name: 'Tell Warehouse' }).click();
  const secret = await page.locator('.once code').innerText();
  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect(page.getByText(/took it and answered 204/)).toBeVisible();
  expect(new Webhook(secret).verify(there.heard[0]!.raw, there.heard[0]!.headers)).toMatchObject({ type: 'test' });

  // It does not take what happens next, in its own words, and wants to be left alone for a while.
  there.answer = () => ({ status: 429, body: 'being moved', headers: { 'retry-after': '3600' } });
  const refused = there.next(({ message }) => message.type === 'decision');
  const lead = await market.touch(prospect);
  await market.handOver(lead, rep, ['Asked for a demo']);
  expect((await refused).message.data).toMatchObject({ lead, data: { kind: 'hand_over' } });
  there.answer = () => ({ status: 204 });
  await page.getByRole('button', { name: 'Close Warehouse' }).click();
  await page.getByRole('button', { name: 'Open Warehouse' }).click();
  const row = page.getByRole('row', { name: new RegExp(prospect.name) });
  await expect(row).toContainText('answered 429: “being moved”');
  const again = there.next(({ message }) => message.type === 'decision');
  await row.getByRole('button', { name: /^Send again/ }).click();
  const told = await again;
  expect(told.headers['webhook-id']).toBe((await refused).headers['webhook-id']);
  expect(new Webhook(secret).verify(told.raw, told.headers)).toEqual(told.message);

  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('button', { name: 'Remove Warehouse' }).click();
  await expect(page.getByText('No other system is told yet')).toBeVisible();
  await there.close();
});
