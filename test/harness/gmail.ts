import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { root } from '../../scripts/parts/step.ts';
import { pageOf, replaced, serve } from './site.ts';

/** What Gmail forbids its pages: foreign frames, text as markup or code. */
export const gmailPolicy = [
  "script-src 'nonce-page' 'strict-dynamic' 'report-sample'",
  "object-src 'none'",
  "base-uri 'self'",
  "frame-src 'self' https://accounts.google.com/ https://apis.google.com/",
  "require-trusted-types-for 'script'",
].join('; ');

const captured = join(root, '..', 'shared', 'pages', 'gmail');

/** A page of the project, or of a folder of captured pages that may stand beside it. */
export const gmailPage = (name: string): { html: string; url: URL } =>
  pageOf('gmail', name, [join(root, 'test', 'pages', 'gmail'), captured]);

/** Captured pages beside the project, where there are any. */
export const capturedPages = (): string[] => (existsSync(captured) ? readdirSync(captured).filter((name) => name.endsWith('.html')) : []);

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
  const site = await serve(context, 'https://mail.google.com/**', gmailPolicy);
  const from = (sender: Sender) => ({ [drawn.email]: sender.email, [drawn.name]: sender.name });
  return {
    async show(page, name, sender = drawn) {
      const { html, url } = gmailPage(name);
      await site.show(page, html, url, from(sender));
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
        { html: replaced(html, from(sender)), hash: url.hash },
      );
    },
  };
}
