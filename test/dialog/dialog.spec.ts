import type { Page } from '@playwright/test';
import { chromiumId } from '../../lib/contract/identity.ts';
import { test as base, expect } from '../e2e/house.ts';
import { type Display, display } from '../harness/display.ts';
import { cardIn, cardsIn, type Extension, launch } from '../harness/extension.ts';
import { gmail } from '../harness/gmail.ts';
import { type Outside, popupArgs, popupOver } from '../harness/popup.ts';
import { pageOf, serve } from '../harness/site.ts';

/** The dialog in which Chromium itself asks whether a host may be read: answered by keyboard, as a person may. */

const test = base.extend<{ monitor: Display }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs
  monitor: async ({}, use) => {
    const monitor = await display();
    await use(monitor);
    await monitor.close();
  },
  fresh: async ({ wire, monitor }, use) => {
    const extension = await launch({ proxy: wire, display: monitor.name, colorScheme: 'light', args: popupArgs });
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
const granted = (options: Page, origin = host) =>
  options.evaluate(
    async (origins) => {
      const { permissions, scripting } = (globalThis as unknown as { chrome: Api }).chrome;
      const scripts = await scripting.getRegisteredContentScripts();
      return { allowed: await permissions.contains({ origins }), scripts: scripts.map(({ id, matches }) => `${id} ${matches}`) };
    },
    [`${origin}/*`],
  );

/** The page is dimmed while the dialog stands over it. */
async function asked(monitor: Display, click: () => Promise<unknown>): Promise<void> {
  const before = monitor.colour(700, 800);
  await click();
  await expect.poll(() => monitor.colour(700, 800)).toBeLessThan(before);
}
/**
 * Whoever is asked stands on the refusing button, and the allowing one is the next. The dialog takes no answer in its
 * first moment, so that nobody answers it by accident: then one stands where one stood before, and answers again.
 */
const answers = { refuse: ['Escape'], allow: ['Tab', 'space', 'shift+Tab'] };
const answer = (monitor: Display, keys: readonly string[], answered: () => Promise<boolean>) =>
  expect
    .poll(
      async () => {
        if (await answered()) return true;
        monitor.press(...keys);
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
  await asked(monitor, () => options.getByRole('button', { name: 'Allow mail.ridgeway.example' }).click());
}

test('refused in the browser’s own dialog, nothing is changed, and the page says so', async ({ fresh, monitor }) => {
  const options = await fresh.open('options.html#sites');
  await asking(options, monitor);
  await answer(monitor, answers.refuse, () => options.getByText('The browser did not allow mail.ridgeway.example.').isVisible());
  expect(await granted(options)).toEqual({ allowed: false, scripts: [] });
});

/** A mail of theirs, open in a Roundcube on that host. */
async function mailOf(extension: Extension, { email, name }: { email: string; name: string }) {
  const served = await serve(extension.context, `${host}/**`);
  const { html, url } = pageOf('roundcube', 'show-body-imitates-header');
  const page = await extension.context.newPage();
  const show = () => served.show(page, html, new URL(url.pathname + url.search, host), { [drawn.email]: email, [drawn.name]: name });
  await show();
  return { page, show };
}

test('allowed in the browser’s own dialog, the host is read, also where it is open, until it is removed', async ({
  extension,
  monitor,
  lead,
  prospect,
}) => {
  expect(lead).toBeTruthy();
  const { page, show } = await mailOf(extension, prospect);
  expect(cardsIn(page)).toEqual([]);
  const options = await extension.open('options.html#sites');
  await asking(options, monitor);
  await answer(monitor, answers.allow, async () => (await granted(options)).allowed);
  await expect(options.getByText('mail.ridgeway.example is added.')).toBeVisible();
  expect(await granted(options)).toEqual({ allowed: true, scripts: [`site-roundcube ${host}/*`] });
  await page.bringToFront();
  await expect((await cardIn(page)).getByText('Waiting for you')).toBeVisible();

  await options.bringToFront();
  await options.getByRole('button', { name: 'Remove mail.ridgeway.example' }).click();
  await expect.poll(() => granted(options)).toEqual({ allowed: false, scripts: [] });
  await show();
  await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 500 })));
  expect(cardsIn(page)).toEqual([]);
});

/** The popup closes as the dialog opens, and answers nothing any more. */
const press = async (popup: Outside, name: string) =>
  void popup.evaluate(`[...document.querySelectorAll('button')].find((one) => one.textContent === ${JSON.stringify(name)}).click()`);

test('a webmail on a host of one’s own is added from the popup over it, in the browser’s own dialog', async ({
  extension,
  monitor,
  lead,
  prospect,
}) => {
  expect(lead).toBeTruthy();
  const options = await extension.open('options.html#sites');
  const { page } = await mailOf(extension, prospect);
  const popup = await popupOver(extension, page);
  await expect.poll(() => popup.says()).toContain('This is Roundcube');
  expect(await granted(options)).toEqual({ allowed: false, scripts: [] });
  await asked(monitor, () => press(popup, 'Allow this host'));
  await answer(monitor, answers.allow, async () => (await granted(options)).allowed);
  await expect((await cardIn(page)).getByText('Waiting for you')).toBeVisible();
  expect(await granted(options)).toEqual({ allowed: true, scripts: [`site-roundcube ${host}/*`] });
  await expect(options.getByRole('button', { name: 'Remove mail.ridgeway.example' })).toBeAttached();
});

/** As chosen on the browser's own page about the extension: it may look at a site only when clicked. */
async function onClickAlone(extension: Extension): Promise<void> {
  const settings = await extension.context.newPage();
  await settings.goto('chrome://extensions/');
  await settings.evaluate(async (extensionId) => {
    interface Private {
      developerPrivate: { updateExtensionConfiguration(of: { extensionId: string; hostAccess: string }): Promise<void> };
    }
    await (globalThis as unknown as { chrome: Private }).chrome.developerPrivate.updateExtensionConfiguration({
      extensionId,
      hostAccess: 'ON_CLICK',
    });
  }, chromiumId);
  await settings.close();
}

test('a host that the user took away is given back from the popup over its page, in the browser’s own dialog', async ({
  extension,
  monitor,
  lead,
  prospect,
}) => {
  expect(lead).toBeTruthy();
  const mail = 'https://mail.google.com';
  await onClickAlone(extension);
  const options = await extension.open('options.html#sites');
  expect((await granted(options, mail)).allowed).toBe(false);
  const page = await extension.context.newPage();
  const served = await gmail(extension.context);
  await served.show(page, 'thread-several-messages', prospect);
  expect(cardsIn(page)).toEqual([]);
  for (const [keys, given] of [
    [answers.refuse, false],
    [answers.allow, true],
  ] as const) {
    // The first click lets the reader run, which is all that the browser does with it; the popup opens all the same.
    const popup = await popupOver(extension, page);
    await expect.poll(() => popup.says()).toContain('The browser has not allowed this host yet.');
    if (!given) await expect((await cardIn(page)).getByText('Waiting for you')).toBeAttached();
    await asked(monitor, () => press(popup, 'Allow this host'));
    const undimmed = () => Promise.resolve(monitor.colour(700, 800) > 0x808080);
    await answer(monitor, keys, async () => (given ? (await granted(options, mail)).allowed : undimmed()));
    expect((await granted(options, mail)).allowed).toBe(given);
  }
  await served.show(page, 'thread-several-messages', prospect);
  await expect((await cardIn(page)).getByText('Waiting for you')).toBeVisible();
});
