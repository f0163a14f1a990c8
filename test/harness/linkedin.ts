import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import type { Scene } from '../../lib/bridge/scene.ts';
import { ask } from '../../scripts/parts/sign-in.ts';
import type { Extension } from './extension.ts';
import { pageOf, type Served, serve } from './site.ts';

/** What LinkedIn's own policy forbids, as far as it matters here. Probing by address is left possible. */
const policy = "frame-src 'self' https://*.licdn.com; object-src 'none'; base-uri 'self'";
export const linkedin = (extension: Extension): Promise<Served> => serve(extension.context, 'https://www.linkedin.com/**', policy);

/** Opens one of the project's pages of LinkedIn. */
export async function visit(page: Page, site: Served, name: string, instead?: Readonly<Record<string, string>>): Promise<void> {
  const { html, url } = pageOf('linkedin', name);
  await site.show(page, html, url, instead);
}

/** What the extension makes of a tab, as the side panel asks for it. */
export async function sceneOf(extension: Extension, page: Page): Promise<Scene> {
  const options = await extension.open('options.html');
  const tab = await options.evaluate(
    async (url) =>
      (
        await (
          globalThis as unknown as { chrome: { tabs: { query(q: object): Promise<{ id: number; url?: string }[]> } } }
        ).chrome.tabs.query({})
      ).find((one) => one.url === url)?.id,
    page.url(),
  );
  const scene = await ask(options, 'scene', { tab });
  await options.close();
  await page.bringToFront();
  return scene;
}

/** Waits until the background has heard of the page and the page has been told how the host stands. */
export async function seen(extension: Extension, page: Page, who: string | undefined): Promise<void> {
  await expect
    .poll(async () => {
      const { site, view, unknown, focus, people } = await sceneOf(extension, page);
      return site !== 'linkedin' || view === 'none' ? 'nothing' : focus === undefined ? unknown : people[focus]!.known;
    })
    .toBe(who);
  // What the page is told comes after; two frames later it is drawn.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))));
}

/** As chosen in the popup on the first visit. */
export async function chosen(extension: Extension, mode: 'overlay' | 'panel'): Promise<void> {
  const options = await extension.open('options.html');
  await ask(options, 'settings', { sites: { linkedin: { on: true, opensByItself: false, mode } } });
  await options.close();
}
