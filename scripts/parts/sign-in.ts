import type { BrowserContext, Page } from '@playwright/test';
import type { FromPages, Status } from '../../lib/bridge/protocol.ts';
import type { Me } from '../../lib/bridge/scene.ts';
import { chromiumId } from '../../lib/contract/identity.ts';

/** Asks the background what one of the extension's pages may ask. `page` must be such a page. */
export async function ask<K extends keyof FromPages>(page: Page, kind: K, payload?: FromPages[K]['in']): Promise<FromPages[K]['out']> {
  const answer = await page.evaluate(
    (message) =>
      (globalThis as unknown as { chrome: { runtime: { sendMessage(m: unknown): Promise<unknown> } } }).chrome.runtime.sendMessage(message),
    { baton: 'ask', kind, payload },
  );
  const { ok, value, sentence } = answer as { ok: boolean; value?: FromPages[K]['out']; sentence?: string };
  if (!ok) throw new Error(sentence);
  return value as FromPages[K]['out'];
}

export const statusOf = (page: Page): Promise<Status> => ask(page, 'status');

export const extensionUrl = (path: string): string => `chrome-extension://${chromiumId}/${path}`;

/** Who signs in. Sample accounts have a button on the backend's page; others type. */
export type Account = { sample: string } | { email: string; password: string };

/** Fills in the backend's own sign-in page, once it opens. */
export async function answerSignIn(context: BrowserContext, account: Account): Promise<void> {
  const page = await context.waitForEvent('page', (opened) => !opened.url().startsWith('chrome-extension:'));
  if ('sample' in account) {
    await page.locator(`button[name="sample"][value="${account.sample}"]`).click();
    return;
  }
  await page.getByRole('textbox', { name: /mail/i }).fill(account.email);
  await page.locator('input[type="password"]').fill(account.password);
  await page.locator('input[type="password"]').press('Enter');
}

/** Connects the extension to a backend and signs in there as a person does. */
export async function signIn(context: BrowserContext, backend: string, account: Account): Promise<Me> {
  const page = await context.newPage();
  await page.goto(extensionUrl('options.html'));
  const [me] = await Promise.all([ask(page, 'connect', { backend }), answerSignIn(context, account)]);
  await page.close();
  return me;
}
