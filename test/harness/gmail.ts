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

/** Whom the project's pages show as the sender, to be replaced by somebody of a test's own. */
const drawn = { email: 'dana.whitfield@northwind.example', name: 'Dana Whitfield' };
export type Sender = typeof drawn;

/** A page of the project, or of a folder of captured pages that may stand beside it; from `sender` where it shows Dana Whitfield. */
export function gmailPage(name: string, sender: Sender = drawn): { html: string; url: URL } {
  const { html, url } = pageOf('gmail', name, [join(root, 'test', 'pages', 'gmail'), captured]);
  return { html: replaced(html, { [drawn.email]: sender.email, [drawn.name]: sender.name }), url };
}

/** Captured pages beside the project, where there are any. */
export const capturedPages = (): string[] => (existsSync(captured) ? readdirSync(captured).filter((name) => name.endsWith('.html')) : []);

/** `https://mail.google.com` without a network: every address there answers with the page that is shown now. */
export interface Gmail {
  /** Opens a page of the project in a tab, from `sender` where it shows Dana Whitfield. */
  show(page: Page, name: string, sender?: Sender): Promise<void>;
  /** Goes there as Gmail does: the address changes behind the #, and other elements stand in the same document. */
  swap(page: Page, name: string, sender?: Sender): Promise<void>;
}

export async function gmail(context: BrowserContext): Promise<Gmail> {
  const site = await serve(context, 'https://mail.google.com/**', gmailPolicy);
  return {
    async show(page, name, sender) {
      const { html, url } = gmailPage(name, sender);
      await site.show(page, html, url);
    },
    async swap(page, name, sender) {
      const { html, url } = gmailPage(name, sender);
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
        { html, hash: url.hash },
      );
    },
  };
}
