import { existsSync, readdirSync, readFileSync } from 'node:fs';
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
export function gmailPage(name: string): { html: string; url: URL } {
  const places = [join(root, 'test', 'pages', 'gmail'), join(root, '..', 'shared', 'pages', 'gmail')];
  const found = places.find((folder) => existsSync(join(folder, `${name}.html`)));
  if (!found) throw new Error(`There is no page ${name}.`);
  const { url } = JSON.parse(readFileSync(join(found, `${name}.expected.json`), 'utf8')) as { url?: string };
  return { html: readFileSync(join(found, `${name}.html`), 'utf8'), url: new URL(url ?? 'https://mail.google.com/mail/u/0/#inbox/x') };
}

/** Captured pages beside the project, where there are any. */
export const capturedPages = (): string[] => {
  const folder = join(root, '..', 'shared', 'pages', 'gmail');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.html')) : [];
};

/** Whom the project's pages show as the sender, to be replaced by somebody of a test's own. */
const drawn = { email: 'dana.whitfield@northwind.example', name: 'Dana Whitfield' };

/** `https://mail.google.com` without a network: every address there answers with the page that is shown now. */
export interface Gmail {
  /** Opens a page of the project in a tab, from `sender` where it shows Dana Whitfield. */
  show(page: Page, name: string, sender?: Sender): Promise<void>;
  /** Goes there as Gmail does: the address changes behind the #, and other elements stand in the same document. */
  swap(page: Page, name: string, sender?: Sender): Promise<void>;
}
type Sender = { email: string; name: string };

export async function gmail(context: BrowserContext): Promise<Gmail> {
  let body = '';
  await context.route('https://mail.google.com/**', (route) =>
    route.request().resourceType() === 'document'
      ? route.fulfill({ contentType: 'text/html; charset=utf-8', headers: { 'content-security-policy': gmailPolicy }, body })
      : route.fulfill({ status: 404, body: '' }),
  );
  let shown = 0;
  const from = (html: string, sender: Sender) => html.replaceAll(drawn.email, sender.email).replaceAll(drawn.name, sender.name);
  return {
    async show(page, name, sender = drawn) {
      const { html, url } = gmailPage(name);
      body = from(html, sender);
      // Two pages may differ in nothing but what stands behind the #, and then the browser would load nothing.
      shown += 1;
      url.searchParams.set('shown', String(shown));
      await page.goto(url.href);
    },
    async swap(page, name, sender = drawn) {
      const { html, url } = gmailPage(name);
      await page.evaluate(
        ({ html, hash }) => {
          type Policy = { createHTML(text: string): string };
          const { trustedTypes } = window as unknown as {
            trustedTypes: { createPolicy(name: string, rules: Policy): Policy };
          };
          const policy = trustedTypes.createPolicy(`swap-${Math.random()}`, { createHTML: (text) => text });
          const next = new DOMParser().parseFromString(policy.createHTML(html), 'text/html');
          location.hash = hash;
          document.title = next.title;
          document.body.replaceChildren(...next.body.childNodes);
        },
        { html: from(html, sender), hash: url.hash },
      );
    },
  };
}
