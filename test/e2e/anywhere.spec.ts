import type { Page } from '@playwright/test';
import { addHost, allowedBefore, cardIn, cardsIn } from '../harness/extension.ts';
import { pageOf, serve } from '../harness/site.ts';
import { expect, test } from './house.ts';

/** Hosts that the user adds: no reader runs there by itself. */

const drawn = { email: 'dana.whitfield@northwind.example', name: 'Dana Whitfield' };
const host = 'https://mail.ridgeway.example';

interface Api {
  scripting: { getRegisteredContentScripts(): Promise<{ id: string; matches: string[] }[]> };
  permissions: { contains(of: object): Promise<boolean>; remove(of: object): Promise<boolean> };
}
type Options = { chrome: Api };

const registered = (options: Page) =>
  options.evaluate(async () =>
    (await (globalThis as unknown as Options).chrome.scripting.getRegisteredContentScripts()).map(({ id, matches }) => `${id} ${matches}`),
  );

for (const [kind, site, name] of [
  ['Roundcube', 'roundcube', 'show-body-imitates-header'],
  ['Outlook on the web', 'outlook', 'conversation'],
] as const)
  test(`${kind} on a host of one’s own: allowed in the click, read from then on, and no longer when the permission is gone`, async ({
    extension,
    lead,
    prospect,
  }) => {
    expect(lead).toBeTruthy();
    await allowedBefore(extension, [`${host}/*`]);
    const served = await serve(extension.context, `${host}/**`);
    const { html, url } = pageOf(site, name);
    const at = new URL(url.pathname + url.search, host);
    const page = await extension.context.newPage();
    const show = () => served.show(page, html, at, { [drawn.email]: prospect.email, [drawn.name]: prospect.name });
    await show();
    const options = await extension.open('options.html#sites');
    expect(await registered(options)).toEqual([]);
    expect(cardsIn(page)).toEqual([]);

    await addHost(options, kind, host);
    expect(await registered(options)).toEqual([`site-${site} ${host}/*`]);
    // The page that is open already is read without being loaded again.
    await page.bringToFront();
    await expect((await cardIn(page)).getByText('Waiting for you')).toBeVisible();
    await show();
    await expect((await cardIn(page)).getByText('Waiting for you')).toBeVisible();

    await options.bringToFront();
    await options.getByRole('button', { name: 'Remove mail.ridgeway.example' }).click();
    await expect.poll(() => registered(options)).toEqual([]);
    const may = () =>
      options.evaluate((origins) => (globalThis as unknown as Options).chrome.permissions.contains({ origins }), [`${host}/*`]);
    expect(await may()).toBe(false);
    await show();
    await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 500 })));
    expect(cardsIn(page)).toEqual([]);

    // Taken back in the browser's own settings instead: the same.
    await addHost(options, kind, host);
    expect(await registered(options)).toHaveLength(1);
    await options.evaluate((origins) => (globalThis as unknown as Options).chrome.permissions.remove({ origins }), [`${host}/*`]);
    await expect.poll(() => registered(options)).toEqual([]);
    await expect(options.getByRole('button', { name: 'Remove mail.ridgeway.example' })).toBeHidden();
  });
