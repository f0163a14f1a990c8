import type { Page } from '@playwright/test';
import { ask, signIn } from '../../scripts/parts/sign-in.ts';
import { FakeHubspot } from '../fakes/hubspot.ts';
import { printed } from '../harness/pdf.ts';
import { admin, marketer } from '../harness/people.ts';
import { expect, test } from './house.ts';

/** Reports on paper, printed by the browser itself out of a dark screen. */

/** The narrower of the two usual sheets, across, without its margins: 11 in less 24 mm, in CSS pixels. */
const sheet = 965;
const reports = ['funnel', 'answers', 'reasons', 'commitments', 'campaigns', 'budget', 'long-term', 'crm-health'];

/** Heads of columns that can be seen, each with where it ends. */
const columns = (page: Page) =>
  page
    .locator('main thead th')
    .evaluateAll((all) =>
      all
        .filter((head) => head.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }))
        .map((head) => ({ text: (head.textContent ?? '').trim(), right: head.getBoundingClientRect().right })),
    );

test('reports print across the page: black on white, with its filters, its agreement and every column, without navigation', async ({
  fresh,
  backend,
  listening,
}) => {
  // The sample company has no CRM, and that report without one no table.
  const crm = new FakeHubspot();
  const address = await listening(crm);
  const asAdmin = await backend.as(admin);
  await asAdmin('POST', '/v1/sources', { source: 'hubspot', credentials: { token: crm.token, address } });
  await signIn(fresh.context, backend.url, { sample: marketer });
  const options = await fresh.open('options.html');
  await ask(options, 'settings', { theme: 'dark' });
  await options.close();
  const page = await fresh.open('report.html#funnel');
  for (const report of reports) {
    await test.step(report, async () => {
      await page.emulateMedia({ media: 'screen', colorScheme: 'dark' });
      await page.setViewportSize({ width: 1400, height: 900 });
      await page.goto(fresh.url(`report.html#${report}?period=last-12&channel=webinar&origin=marketing`));
      await page.reload();
      await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.locator('[aria-busy="true"], .late-shapes')).toHaveCount(0);
      await expect(page.locator('main thead th').first()).toBeAttached();
      await expect(page.getByRole('navigation').first()).toBeVisible();
      // All that there is, with every table behind its plot opened.
      const behind = page.locator('main details.behind:not([open]) > summary');
      while ((await behind.count()) > 0) await behind.first().click();
      const onScreen = (await columns(page)).map(({ text }) => text);
      expect(onScreen.length).toBeGreaterThan(2);
      await page.locator('main details.behind').evaluateAll((all) => {
        for (const one of all) one.removeAttribute('open');
      });
      const filters = await page.locator('.filters .filter').allInnerTexts();

      await page.setViewportSize({ width: sheet, height: 900 });
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      await expect(page.getByRole('navigation')).toHaveCount(0);
      await expect(page.locator('.tools, .nav, .nav-menu').locator('visible=true')).toHaveCount(0);
      await expect(page.locator('.print-only').first()).toHaveText(/^Ridgeway.* · .*\d{4} · Agreement \d+$/);
      for (const filter of filters) {
        const [what, chosen] = filter.split('\n').map((word) => word.trim());
        await expect(page.locator('.filters').getByText(what!, { exact: true })).toBeVisible();
        await expect(page.locator('.filters').getByText(chosen!, { exact: true }).first()).toBeVisible();
      }
      const onPaper = await columns(page);
      expect(onPaper.map(({ text }) => text)).toEqual(onScreen);
      expect(onPaper.filter(({ right }) => right > sheet + 1)).toEqual([]);

      const { pages, ink, grounds } = printed(await page.pdf({ preferCSSPageSize: true, printBackground: true }));
      expect(pages.length).toBeGreaterThan(0);
      for (const { width, height } of pages) expect(width).toBeGreaterThan(height);
      expect(ink.length).toBeGreaterThan(20);
      expect(ink.filter((light) => light > 0.6)).toEqual([]);
      expect(grounds.filter((light) => light < 0.8)).toEqual([]);
    });
  }
});
