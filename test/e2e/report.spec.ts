import { readFile } from 'node:fs/promises';
import { signIn } from '../../scripts/parts/sign-in.ts';
import { manager, rep } from '../harness/people.ts';
import { expect, test } from './house.ts';

test('a report that is narrowed to nothing shows everything again at a press; campaigns by origin and owner are fewer', async ({
  fresh,
  backend,
}) => {
  await signIn(fresh.context, backend.url, { sample: manager });
  const page = await fresh.open('report.html#campaigns?period=2020-01-01..2020-01-31&segment=Nobody&origin=sales');
  const rows = page.locator('main tbody tr');
  await expect(page.getByRole('heading', { name: 'No campaign touched anybody in this period' })).toBeVisible();
  await page.getByRole('button', { name: 'Show the last 12 months' }).click();
  await expect(rows.first()).toBeVisible();
  expect(page.url()).not.toMatch(/segment|origin/);

  // What the address asks is what the backend counts, and what the filter says.
  const asManager = await backend.as(manager);
  const { items: users } = await asManager<{ items: { id: string; name: string; email: string }[] }>('GET', '/v1/users');
  const owner = users.find(({ email }) => email === rep)!;
  await page.goto(fresh.url(`report.html#campaigns?period=last-12&compare=none&origin=marketing&owner=${owner.id}`));
  await expect(page.locator('.filters').getByText(owner.name)).toBeVisible();
  await expect(page.locator('.filters').getByText('Marketing', { exact: true })).toBeVisible();
  const year = { from: daysAgo(400), to: daysAgo(-1) };
  const total = async (narrow = '') =>
    (await asManager<{ total: { touched: number } }>('GET', `/v1/reports/campaigns?from=${year.from}&to=${year.to}${narrow}`)).total
      .touched;
  const [all, some] = [await total(), await total(`&origin=marketing&owner=${owner.id}`)];
  expect(some).toBeGreaterThan(0);
  expect(some).toBeLessThan(all);
  await expect(rows.first()).toBeVisible();
});

test('budget and long-term by channel, campaign and segment: in the address, on the screen, in the CSV', async ({ fresh, backend }) => {
  await signIn(fresh.context, backend.url, { sample: manager });
  const asManager = await backend.as(manager);
  const year = { from: daysAgo(364), to: daysAgo(0) };
  const period = `${year.from}..${year.to}`;
  interface Row {
    campaign: { id: string; name: string; channel: string };
    outcomes: { sql: number };
  }
  interface Budget {
    total: Row;
    channels: (Row & { channel: string })[];
    campaigns: Row[];
  }
  const budget = (narrow: string) => asManager<Budget>('GET', `/v1/reports/budget?from=${year.from}&to=${year.to}${narrow}`);
  const { items: segments } = await asManager<{ items: { segment: string }[] }>('GET', '/v1/segments');
  const { segment } = segments[0]!;
  const whole = await budget('');
  const { campaign } = whole.campaigns.find(({ outcomes }) => outcomes.sql > 1)!;
  const narrow = `&channel=${campaign.channel}&campaign=${campaign.id}&segment=${encodeURIComponent(segment)}`;
  const part = await budget(narrow);
  expect(part.total.outcomes.sql).toBeLessThan(whole.total.outcomes.sql);

  const page = await fresh.open(`report.html#budget?period=${period}${narrow}`);
  const filters = page.locator('.filters');
  await expect(filters.getByText(campaign.name)).toBeVisible();
  await expect(filters.getByText(segment)).toBeVisible();
  const table = page.getByRole('region', { name: 'What one costs, with its 95 % interval' }).getByRole('table');
  // All, the channel, the campaign: and nothing that was not asked for.
  await expect(table.getByRole('rowheader')).toHaveCount(3);
  await expect(table.getByRole('rowheader').last()).toHaveText(campaign.name);
  await expect(page.getByText(/^What a campaign cost cannot be divided among leads/)).toBeVisible();
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const lines = (await readFile(await (await coming).path(), 'utf8')).trim().split('\r\n');
  expect(lines).toHaveLength(3);
  expect(lines[2]).toContain(campaign.name);
  await page.getByRole('button', { name: 'Show all channels' }).click();
  await expect.poll(() => page.url()).not.toMatch(/campaign=|channel=/);
  expect(page.url()).toContain('segment=');

  await page.goto(fresh.url(`report.html#long-term?period=${period}&campaign=${campaign.id}`));
  await expect(filters.getByText(campaign.name)).toBeVisible();
  const people = async (narrow: string) =>
    (await asManager<{ total: { people: number } }>('GET', `/v1/reports/long-term?from=${year.from}&to=${year.to}${narrow}`)).total.people;
  expect(await people(`&campaign=${campaign.id}`)).toBeLessThan(await people(''));
  await expect(page.getByText(/Of what was chosen: people whose first touch it was/)).toBeVisible();
  await page.close();
});

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
