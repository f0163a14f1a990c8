import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import type { SiteId } from '../../lib/sites/site.ts';
import { root } from '../../scripts/parts/step.ts';

/** A page of the project, with the address it stands at. */
export function pageOf(site: SiteId, name: string, folders = [join(root, 'test', 'pages', site)]): { html: string; url: URL } {
  for (const folder of folders) {
    try {
      const { url } = JSON.parse(readFileSync(join(folder, `${name}.expected.json`), 'utf8')) as { url?: string };
      return { html: readFileSync(join(folder, `${name}.html`), 'utf8'), url: new URL(url ?? 'https://mail.google.com/mail/u/0/#inbox/x') };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error(`There is no page ${site}/${name}.`);
}

/** A site without a network: every address of it answers with the page that is shown now. */
export interface Served {
  /** Opens a page; what `instead` names stands there in place of what the saved page has. */
  show(page: Page, html: string, url: URL | string, instead?: Readonly<Record<string, string>>): Promise<void>;
}

export const replaced = (text: string, instead: Readonly<Record<string, string>>): string =>
  Object.entries(instead).reduce((html, [was, now]) => html.replaceAll(was, now), text);

export async function serve(context: BrowserContext, match: string | RegExp, policy?: string): Promise<Served> {
  let body = '';
  await context.route(match, (route) =>
    // Frames within it are empty, or a page with a frame would stand in itself for ever.
    route.request().resourceType() === 'document' && route.request().frame().parentFrame() === null
      ? route.fulfill({
          contentType: 'text/html; charset=utf-8',
          headers: policy ? { 'content-security-policy': policy } : {},
          body,
        })
      : route.fulfill({ status: 404, body: '' }),
  );
  return {
    async show(page, html, url, instead = {}) {
      body = replaced(html, instead);
      // Two pages may differ in nothing but what stands behind the #, and then the browser would load nothing.
      if (page.url() !== 'about:blank') await page.goto('about:blank');
      await page.goto(replaced(String(url), instead));
    },
  };
}
