import type { Page } from '@playwright/test';
import type { AgreementAnswer } from '../../components/options/in-force.tsx';
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
    const changes = page.locator('.comparing .beside');
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

test('what was typed of a change outlives the tab, for its user alone; what somebody proposed meanwhile stands beside it', async ({
  fresh,
  backend,
}) => {
  const as = async (account: string) => {
    const page = await fresh.open('options.html');
    if ((await ask(page, 'status')).me) await ask(page, 'signOut');
    await page.close();
    await signIn(fresh.context, backend.url, { sample: account });
    return fresh.open('options.html#agreement');
  };
  const begun = 'You began a change';
  const open = (page: Page) => page.getByRole('heading', { name: 'Words', exact: true }).click();
  let page = await as(marketer);
  await page.getByRole('button', { name: 'Propose a change' }).click();
  await open(page);
  await page.getByRole('button', { name: 'Add a word' }).click();
  const word = () => page.getByRole('group', { name: /^Word:/ }).last();
  await word().getByLabel('Word', { exact: true }).fill('Ripe');
  await word().getByLabel('Means').fill('Asked for prices, and');
  await expect(page.getByText('What you type is kept on this device')).toBeVisible();
  await page.close();
  await fresh.killWorker();

  page = await fresh.open('options.html#agreement');
  await expect(page.getByRole('region', { name: begun })).toContainText(/Typed last/);
  await page.close();
  page = await as(admin);
  await expect(page.getByRole('button', { name: 'Propose a change' })).toBeVisible();
  await expect(page.getByText(begun)).toHaveCount(0);
  await page.close();

  page = await as(marketer);
  await page.getByRole('button', { name: 'Go on', exact: true }).click();
  await open(page);
  await expect(word().getByLabel('Word', { exact: true })).toHaveValue('Ripe');
  await expect(word().getByLabel('Means')).toHaveValue('Asked for prices, and');
  await word().getByLabel('Means').fill('Asked for prices, and can decide');

  // Somebody else is faster: theirs stands beside it, and nothing typed is lost.
  const asManager = await backend.as(manager);
  const there = await asManager<AgreementAnswer>('GET', '/v1/agreement');
  const newest = there.versions[0]!.version;
  const theirs = { ...(there.draft?.agreement ?? there.agreement!), version: newest, attemptsBeforeUnresponsive: 7 };
  const { agreement: proposed } = await asManager<{ agreement: Agreement }>('PUT', '/v1/agreement', theirs);
  await page.getByRole('button', { name: /^Propose agreement/ }).click();
  await expect(page.getByText('Somebody proposed another change meanwhile')).toBeVisible();
  await expect(page.locator('.comparing').getByRole('row', { name: /Attempts/ })).toContainText('7');
  await expect(page.locator('.comparing').getByRole('row', { name: /Ripe/ }).first()).toContainText('can decide');
  await expect(word().getByLabel('Means')).toHaveValue('Asked for prices, and can decide');

  // A draft keeps its number: that it is another one now is noticed all the same.
  await asManager('PUT', '/v1/agreement', { ...proposed, attemptsBeforeUnresponsive: 8 });
  await page.getByRole('button', { name: `Propose agreement ${proposed.version}` }).click();
  await expect(page.locator('.comparing').getByRole('row', { name: /Attempts/ })).toContainText('8');
  expect((await asManager<AgreementAnswer>('GET', '/v1/agreement')).draft!.agreement.attemptsBeforeUnresponsive).toBe(8);
  await page.getByRole('button', { name: `Propose agreement ${proposed.version}` }).click();
  await expect(page.getByText(`Agreement ${proposed.version}, a draft`)).toBeVisible();
  const { draft } = await asManager<AgreementAnswer>('GET', '/v1/agreement');
  expect(draft!.agreement.terms.at(-1)).toMatchObject({ term: 'Ripe', means: 'Asked for prices, and can decide' });

  // Sent, it is not offered any more; begun anew, it goes only when it is thrown away.
  await page.reload();
  await page.getByRole('button', { name: 'Propose a change' }).click();
  await open(page);
  await word().getByLabel('Means').fill('Something else');
  await page.getByRole('button', { name: 'Go on later' }).click();
  await page.getByRole('region', { name: begun }).getByRole('button', { name: 'Throw away' }).click();
  await page.getByRole('button', { name: 'Keep it' }).click();
  await page.reload();
  await page.getByRole('region', { name: begun }).getByRole('button', { name: 'Throw away' }).click();
  await page.getByRole('button', { name: 'Throw it away for good' }).click();
  await expect(page.getByText(begun)).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Propose a change' })).toBeVisible();
  await expect(page.getByText(begun)).toHaveCount(0);
});
