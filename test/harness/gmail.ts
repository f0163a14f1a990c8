import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { root } from '../../scripts/parts/step.ts';

/** What Gmail forbids its pages: foreign frames, text as markup or code. */
export const gmailPolicy = [
  "script-src 'nonce-page' 'strict-dynamic' 'report-sample'",
  "object-src 'none'",
  "base-uri 'self'",
  "frame-src 'self' https://accounts.google.com/ https://apis.google.com/",
  "require-trusted-types-for 'script'",
].join('; ');

/** A page of the project, or of a folder of captured pages that may stand beside it. */
export function gmailPage(name: string): string {
  const places = [join(root, 'test', 'pages', 'gmail'), join(root, '..', 'shared', 'pages', 'gmail')];
  const found = places.map((folder) => join(folder, `${name}.html`)).find(existsSync);
  if (!found) throw new Error(`There is no page ${name}.`);
  return readFileSync(found, 'utf8');
}

/** `https://mail.google.com` without a network: every address there answers with the page that is shown now. */
export interface Gmail {
  /** Opens a page of the project as mail in a tab. */
  show(page: Page, name: string, hash?: string): Promise<void>;
}

export async function gmail(context: BrowserContext): Promise<Gmail> {
  let body = '';
  await context.route('https://mail.google.com/**', (route) =>
    route.request().resourceType() === 'document'
      ? route.fulfill({ contentType: 'text/html; charset=utf-8', headers: { 'content-security-policy': gmailPolicy }, body })
      : route.fulfill({ status: 404, body: '' }),
  );
  let shown = 0;
  return {
    async show(page, name, hash = '#inbox/FMfcgzQcpKmXnVgjxCqmlckGCzvLvdNt') {
      body = gmailPage(name);
      shown += 1;
      await page.goto(`https://mail.google.com/mail/u/0/?shown=${shown}${hash}`);
    },
  };
}
