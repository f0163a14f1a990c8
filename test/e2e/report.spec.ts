import { signIn } from '../../scripts/parts/sign-in.ts';
import { manager } from '../harness/people.ts';
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
  const { items: users } = await asManager<{ items: { id: string; name: string; role: string }[] }>('GET', '/v1/users');
  const owner = users.find(({ role }) => role === 'rep')!;
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

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
