import type { Locator } from '@playwright/test';
import { ask, signIn } from '../../scripts/parts/sign-in.ts';
import type { Backend } from '../harness/backend.ts';
import { type Extension, settled } from '../harness/extension.ts';
import { marketer, rep } from '../harness/people.ts';
import { tabTo } from '../harness/tab.ts';
import { expect, somebody, test, times } from './house.ts';

/** Leads that a rule hands over by itself, and those that a marketer hands over together. */

/** Another campaign in every test, which nobody of the sample company was touched by. */
const another = (what: string): string => `${what} ${crypto.randomUUID().slice(0, 8)}`;

async function as(extension: Extension, backend: Backend, account: string): Promise<void> {
  const page = await extension.open('options.html');
  if ((await ask(page, 'status')).me) await ask(page, 'signOut');
  await page.close();
  await signIn(extension.context, backend.url, { sample: account });
}

test('a marketer writes a rule, sees whom it would have handed over, and puts it in force; what arrives next is handed over', async ({
  fresh,
  backend,
  market,
}) => {
  const campaign = another('Prices');
  const name = another('Asked for prices');
  const [did, opened, next, after] = [somebody(), somebody(), somebody(), somebody()];
  const lead = await market.touch(did, [{ event: 'Webinar Attended', properties: { webinar: 'What it costs' }, campaign, daysAgo: 3 }]);
  const passive = await market.touch(opened, [{ event: 'Email Opened', campaign, daysAgo: 2 }]);
  await as(fresh, backend, marketer);
  const page = await fresh.open('options.html#rules');
  await page.getByRole('button', { name: 'New rule' }).click();
  await page.getByLabel('Name of the rule').fill(name);
  await page.getByRole('radio', { name: 'Campaign', exact: true }).click();
  await page.getByRole('radio', { name: 'Chosen ones' }).click();
  await page.getByLabel('Find a campaign').fill(campaign);
  await page.getByRole('checkbox', { name: campaign }).check();
  await page.getByLabel('Everybody else goes to').selectOption({ label: (await nameOf(backend, rep))! });

  // What cannot be is said beside it, and nothing of the rest goes.
  await page.getByLabel('Active touches of so many days').fill('400');
  await expect(page.getByText('Days are 1 to 90, points needed at least 1.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save the rule' })).toBeDisabled();
  await page.getByLabel('Active touches of so many days').fill('14');
  await expect(page.getByLabel('Name of the rule')).toHaveValue(name);

  await page.getByRole('button', { name: 'Show whom it would have taken' }).click();
  await expect(page.getByText('1 person in the last 90 days')).toBeVisible();
  const found = page.locator('.preview').getByRole('row', { name: new RegExp(did.name) });
  await expect(found).toContainText('Attended “What it costs”');
  await expect(found).toContainText('not until now');
  await expect(page.locator('.preview')).not.toContainText(opened.name);
  await page.getByRole('button', { name: 'Save the rule' }).click();

  // It is off: nobody is handed over, and everything it says stands there.
  const row = page.getByRole('row', { name: new RegExp(name) });
  await expect(row).toContainText('1 campaign, within 14 days');
  await expect(row).toContainText('nobody yet');
  const on = page.getByRole('switch', { name: `“${name}” hands over` });
  await expect(on).not.toBeChecked();
  expect((await market.card(lead)).stage).toBe('lead');

  await on.click();
  await expect(row).toContainText('on since');
  await expect(on).toBeChecked();
  // Whom it takes already, a job of the backend hands over; who comes next, what brings the touch does itself.
  await expect.poll(async () => (await market.card(lead)).stage).toBe('mql');
  expect((await market.card(lead)).handoff).toMatchObject({ state: 'waiting', why: ['Attended “What it costs”'] });
  const soon = await market.touch(next, [{ event: 'Form Submitted', properties: { form: 'Prices' }, campaign, daysAgo: 0 }]);
  await expect.poll(async () => (await market.card(soon)).handoff?.why).toEqual(['Filled in “Prices”']);
  expect((await market.card(passive)).stage).toBe('subscriber');
  await page.reload();
  await expect(row.getByRole('cell').first()).toBeVisible();
  await expect(row).toContainText('none answered yet');
  await expect(row.locator('td.num').first()).toContainText(/^2/);

  await on.click();
  await expect(row).toContainText('off');
  await expect(on).not.toBeChecked();
  const late = await market.touch(after, [{ event: 'Form Submitted', properties: { form: 'Prices' }, campaign, daysAgo: 0 }]);

  // The rep finds both in the queue, each with why now; what is in it came from the rule.
  await as(fresh, backend, rep);
  const queue = await fresh.open('report.html#queue');
  await queue.getByRole('button', { name: new RegExp(next.name) }).click();
  await expect(queue.locator('.queue-card')).toContainText('Filled in “Prices”');
  await expect(queue.getByRole('button', { name: new RegExp(did.name) })).toBeVisible();
  expect((await market.history(soon)).find((event) => event.data.to === 'mql')?.by.name).toBe(name);
  expect((await market.card(late)).stage).toBe('lead');
});

test('a marketer hands a list over by keyboard alone; who was handed over meanwhile is named, and the others go', async ({
  fresh,
  backend,
  market,
}) => {
  const campaign = another('Benchmark');
  const [first, second, meanwhile, left] = [somebody(), somebody(), somebody(), somebody()];
  const engaged = [{ event: 'Webinar Attended', properties: { webinar: 'Where you stand' }, campaign, daysAgo: 2 }];
  const leads = new Map<string, string>();
  for (const one of [first, second, meanwhile, left]) leads.set(one.name, await market.touch(one, engaged));
  const id = (one: { name: string }) => leads.get(one.name)!;
  await as(fresh, backend, marketer);
  const page = await fresh.open('report.html#hand-over');
  const { keyboard } = page;
  const to = (what: string | Locator) =>
    tabTo(
      typeof what === 'string'
        ? page
            .getByRole('radio', { name: what, exact: true })
            .or(page.getByRole('checkbox', { name: what, exact: true }))
            .or(page.getByRole('combobox', { name: what, exact: true }))
        : what,
    );
  await to('Awake again');
  await keyboard.press('ArrowRight');
  await keyboard.press('ArrowRight');
  await keyboard.press('Enter');
  await to('Campaign');
  await keyboard.press('Enter');
  await page.getByRole('option').first().waitFor();
  await keyboard.type(campaign);
  await keyboard.press('Enter');
  await expect(page.getByRole('row')).toHaveCount(5);

  await to('Choose all');
  await keyboard.press('Space');
  await expect(page.getByText('4 chosen')).toBeVisible();
  await to(`Choose ${left.name}`);
  await keyboard.press('Space');
  await expect(page.getByText('3 chosen')).toBeVisible();
  await market.handOver(id(meanwhile));
  await to('To');
  await keyboard.type((await nameOf(backend, rep))!);
  await page.getByRole('option').first().waitFor();
  await keyboard.press('Enter');
  const why = page.getByLabel(/^Why now/);
  await to(why);
  await keyboard.type('They asked where they stand\nTwo plays fit');
  const hand = page.getByRole('button', { name: /^Hand over 3 leads/ });
  await to(hand);
  await settled(hand);
  await keyboard.press('Enter');

  await expect(page.getByText('2 leads handed over · 1 not handed over')).toBeVisible();
  for (const one of [first, second]) {
    await expect(page.getByRole('row', { name: new RegExp(one.name) })).toContainText('1 lead handed over');
    await expect(page.getByRole('checkbox', { name: `Choose ${one.name}` })).toBeDisabled();
    await expect.poll(async () => (await market.card(id(one))).stage).toBe('mql');
    const { handoff } = await market.card(id(one));
    expect(handoff).toMatchObject({
      state: 'waiting',
      to: await nameOf(backend, rep),
      why: ['They asked where they stand', 'Two plays fit'],
    });
    expect(await times(market, id(one), 'stage', 'mql')).toBe(1);
  }
  await expect(page.getByRole('row', { name: new RegExp(meanwhile.name) })).toContainText(/This lead is at MQL/);
  expect(await times(market, id(meanwhile), 'stage', 'mql')).toBe(1);
  expect((await market.card(id(left))).stage).toBe('lead');
});

async function nameOf(backend: Backend, account: string): Promise<string | undefined> {
  const asMarketer = await backend.as(marketer);
  const { items } = await asMarketer<{ items: { email: string; name: string }[] }>('GET', '/v1/users');
  return items.find(({ email }) => email === account)?.name;
}
