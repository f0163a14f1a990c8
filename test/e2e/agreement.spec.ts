import type { Agreement } from '../../lib/funnel/agreement.ts';
import { ask, signIn } from '../../scripts/parts/sign-in.ts';
import { press } from '../harness/extension.ts';
import { admin, manager, marketer, rep } from '../harness/people.ts';
import { expect, test } from './house.ts';

/** The agreement is changed by people in the form, signed by both teams, and holds for the next lead that comes back. */

test('an admin proposes a reason, a promise and hours; both teams sign; a rep returns a lead for the new reason', async ({
  fresh,
  backend,
  market,
  prospect,
}) => {
  let signedIn = false;
  const as = async (account: string) => {
    if (signedIn) {
      const before = await fresh.open('options.html');
      await ask(before, 'signOut');
      await before.close();
    }
    signedIn = true;
    await signIn(fresh.context, backend.url, { sample: account });
    return fresh.open('options.html#agreement');
  };
  let page = await as(admin);
  await page.getByRole('button', { name: 'Propose a change' }).click();
  for (const part of ['Reasons', 'Commitments', 'Calendar, hours and escalation']) await page.getByRole('heading', { name: part }).click();
  await page.getByRole('button', { name: 'Add a reason' }).click();
  const reason = page.getByRole('group', { name: /^Reason:/ }).last();
  await page.getByRole('button', { name: 'Add a commitment of Sales' }).click();
  const promise = page.getByRole('group', { name: /^Sales promises:/ }).last();
  await promise.getByLabel('Promises').fill('Every return says why');
  await promise.getByLabel('Counted as').selectOption({ label: 'returned with a reason to act on' });
  await promise.getByLabel('Goal, %').fill('95');
  await page.getByLabel('Hours on Fri').fill('nine to one');
  await page.getByLabel('Zone').fill('Mars/Olympus');

  // Refused: each thing is said at its field, and everything stands there still.
  await page.getByRole('button', { name: /^Propose agreement/ }).click();
  await expect(page.getByLabel('Hours on Fri')).toHaveAccessibleDescription('“nine to one” is no opening time. Write it like 08:30–17:30.');
  await expect(page.getByLabel('Zone')).toHaveAccessibleDescription(/“Mars\/Olympus” is no time zone/);
  await expect(reason.getByLabel('Reason', { exact: true })).toBeFocused();
  await expect(reason.getByLabel('Reason', { exact: true })).toHaveAccessibleDescription('Say what the reason is called.');
  await expect(promise.getByLabel('Promises')).toHaveValue('Every return says why');

  await reason.getByLabel('Reason', { exact: true }).fill('Budget frozen');
  await expect(reason.getByLabel('Code, for ever')).toHaveValue('budget_frozen');
  await reason.getByLabel('Kind').selectOption({ label: 'timing' });
  await reason.getByLabel('Days until it is back').fill('60');
  await reason.getByLabel('Marketing can act by').selectOption({ label: 'nurturing the person' });
  await page.getByLabel('Hours on Fri').fill('08:30–13:00');
  await page.getByLabel('Zone').fill('Europe/Lisbon');
  await page.getByRole('button', { name: /^Propose agreement/ }).click();
  await expect(page.getByText(/Agreement \d+, a draft/)).toBeVisible();

  for (const [account, team] of [
    [marketer, 'Marketing'],
    [manager, 'Sales'],
  ] as const) {
    page = await as(account);
    await page.getByRole('button', { name: /^Compare \d+ changes/ }).click();
    const changes = page.locator('.comparing table');
    await expect(changes.getByRole('row', { name: /Budget frozen/ })).toContainText('wakes after 60 days');
    await expect(changes.getByRole('row', { name: /hours › Fri/ })).toContainText('08:30 – 13:00');
    await expect(changes.getByRole('row', { name: /Every return says why/ })).toContainText('95 %');
    await page.getByRole('button', { name: `Sign for ${team}` }).click();
    await expect(page.getByRole('button', { name: `Sign for ${team}` })).toHaveCount(0);
  }
  const asRep = await backend.as(rep);
  const { agreement } = await asRep<{ agreement: Agreement }>('GET', '/v1/agreement');
  expect(agreement.calendar).toMatchObject({ zone: 'Europe/Lisbon', hours: { 5: [['08:30', '13:00']] } });
  expect(agreement.commitments.at(-1)).toMatchObject({ team: 'sales', measure: 'returned_with_reason', target: 0.95, unit: 'share' });

  const lead = await market.touch(prospect);
  await market.handOver(lead);
  page = await as(rep);
  const queue = await fresh.open('report.html#queue');
  await queue.getByRole('button', { name: new RegExp(prospect.name) }).click();
  await queue.getByRole('button', { name: /^Return/ }).click();
  await queue.getByRole('radio', { name: /Budget frozen/ }).click();
  await press(queue.getByRole('button', { name: /^Return · back/ }));
  await expect.poll(async () => (await market.card(lead)).returned.last?.reason).toBe('budget_frozen');
  expect((await market.card(lead)).stage).toBe('recycled');
});
