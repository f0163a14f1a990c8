import type { Page } from '@playwright/test';
import { test as base, expect } from '../e2e/house.ts';
import { type Display, display } from '../harness/display.ts';
import { cardIn, launch } from '../harness/extension.ts';
import { pageOf, serve } from '../harness/site.ts';

/** The dialog in which Chromium itself asks whether a host may be read: answered by keyboard and mouse, as a person does. */

const test = base.extend<{ monitor: Display }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs
  monitor: async ({}, use) => {
    const monitor = await display();
    await use(monitor);
    await monitor.close();
  },
  fresh: async ({ wire, monitor }, use) => {
    const extension = await launch({ proxy: wire, display: monitor.name, colorScheme: 'light' });
    await use(extension);
    await extension.close();
  },
});

const host = 'https://mail.ridgeway.example';
const drawn = { email: 'dana.whitfield@northwind.example', name: 'Dana Whitfield' };

interface Api {
  scripting: { getRegisteredContentScripts(): Promise<{ id: string; matches: string[] }[]> };
  permissions: { contains(of: object): Promise<boolean> };
}
/** What the browser grants, and where a reader is registered. */
const granted = (options: Page) =>
  options.evaluate(
    async (origins) => {
      const { permissions, scripting } = (globalThis as unknown as { chrome: Api }).chrome;
      const scripts = await scripting.getRegisteredContentScripts();
      return { allowed: await permissions.contains({ origins }), scripts: scripts.map(({ id, matches }) => `${id} ${matches}`) };
    },
    [`${host}/*`],
  );

/** The page is dimmed while the dialog stands over it. */
const asked = (monitor: Display) => expect.poll(() => monitor.colour(700, 800)).toBeLessThan(0x808080);
/** The dialog's second button, by its colour; the first one has another, and nothing else there has this. */
const allowing = (monitor: Display) => monitor.find(0xd3e3fd, { left: 400, top: 110, right: 1000, bottom: 500 });
/** The dialog takes no answer in its first moment, so that nobody answers it by accident: answered again until it does. */
const answer = (give: () => void, answered: () => Promise<boolean>) =>
  expect
    .poll(
      async () => {
        if (await answered()) return true;
        give();
        return false;
      },
      { intervals: [1_000] },
    )
    .toBe(true);

/** Fills in what is to be added, up to the click in which the browser asks. */
async function asking(options: Page, monitor: Display): Promise<void> {
  await options.bringToFront();
  await options.getByRole('button', { name: 'Add a mail page' }).click();
  await options.getByRole('textbox', { name: 'Address of your webmail' }).fill(`${host}/`);
  await options.getByRole('combobox', { name: 'What it is' }).selectOption({ label: 'Roundcube' });
  expect(await granted(options)).toEqual({ allowed: false, scripts: [] });
  await options.getByRole('button', { name: 'Allow mail.ridgeway.example' }).click();
  await asked(monitor);
}

test('refused in the browser’s own dialog, nothing is changed, and the page says so', async ({ fresh, monitor }) => {
  const options = await fresh.open('options.html#sites');
  await asking(options, monitor);
  await answer(
    () => monitor.press('Escape'),
    () => options.getByText('The browser did not allow mail.ridgeway.example.').isVisible(),
  );
  expect(await granted(options)).toEqual({ allowed: false, scripts: [] });
});

test('allowed in the browser’s own dialog, the host is read, also where it is open, until it is removed', async ({
  extension,
  monitor,
  lead,
  prospect,
}) => {
  expect(lead).toBeTruthy();
  const served = await serve(extension.context, `${host}/**`);
  const { html, url } = pageOf('roundcube', 'show-body-imitates-header');
  const page = await extension.context.newPage();
  const show = () =>
    served.show(page, html, new URL(url.pathname + url.search, host), { [drawn.email]: prospect.email, [drawn.name]: prospect.name });
  const cards = () => page.frames().filter((frame) => frame.url().includes('/card.html'));
  await show();
  expect(cards()).toEqual([]);
  const options = await extension.open('options.html#sites');
  await asking(options, monitor);
  await answer(
    () => {
      const button = allowing(monitor);
      if (button) monitor.click(button.x, button.y);
    },
    async () => (await granted(options)).allowed,
  );
  await expect(options.getByText('mail.ridgeway.example is added.')).toBeVisible();
  expect(await granted(options)).toEqual({ allowed: true, scripts: [`site-roundcube ${host}/*`] });
  await page.bringToFront();
  await expect((await cardIn(page)).getByText('Waiting for you')).toBeVisible();

  await options.bringToFront();
  await options.getByRole('button', { name: 'Remove mail.ridgeway.example' }).click();
  await expect.poll(() => granted(options)).toEqual({ allowed: false, scripts: [] });
  await show();
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 500 })));
  expect(cards()).toEqual([]);
});
