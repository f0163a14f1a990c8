import type { Page } from '@playwright/test';
import { signIn } from '../../scripts/parts/sign-in.ts';
import { type Extension, launch } from '../harness/extension.ts';
import { rep } from '../harness/people.ts';
import { popupArgs, popupOver } from '../harness/popup.ts';
import { pageOf, serve } from '../harness/site.ts';
import { expect, sync, test } from './house.ts';

/** Any page under the toolbar's button. */

const drawn = { email: 'dana.whitfield@northwind.example', name: 'Dana Whitfield' };

/** Our worlds in a page: there is one as soon as a script of ours has run. */
async function worlds(extension: Extension, page: Page): Promise<() => string[]> {
  const session = await extension.context.newCDPSession(page);
  const origins: string[] = [];
  session.on('Runtime.executionContextCreated', ({ context }) => origins.push(context.origin));
  await session.send('Runtime.enable');
  return () => origins.filter((origin) => origin.startsWith('chrome-extension:'));
}

test('nothing runs before the click; then it is read once, by whatever names the person, and nothing is put there', async ({
  wire,
  backend,
  market,
  prospect,
}) => {
  const extension = await launch({ proxy: wire, args: popupArgs });
  await signIn(extension.context, backend.url, { sample: rep });
  const lead = await market.touch(prospect, [{ event: 'Webinar Attended', campaign: 'Cut churn', daysAgo: 3 }]);
  await market.handOver(lead, rep, ['Asked for a demo']);
  await sync(extension);
  const served = await serve(extension.context, /^https:\/\/(?:www\.northwind|kestrel)\.example\//);
  const selection = `<!doctype html><title>x</title><p id="x">Write to ${prospect.email} or to other@kestrel.example</p>`;
  const visits: [name: string, html: string, url: string, instead: Record<string, string>][] = [];
  for (const [name, email, who] of [
    ['contact-one-mailto', 'leo.ferreira@northwind.example', 'Leo Ferreira'],
    ['team-several-cards', drawn.email, drawn.name],
    ['profile-structured-data', 'ana.brandt@kestrel.example', 'Ana Brandt'],
  ] as const) {
    const { html, url } = pageOf('page', name);
    visits.push([name, html, url.href, { [email]: prospect.email, [who]: prospect.name }]);
  }
  visits.push(['a selected address', selection, 'https://www.northwind.example/selected', {}]);
  for (const [name, html, url, instead] of visits) {
    const page = await extension.context.newPage();
    const here = await worlds(extension, page);
    await served.show(page, html, url, instead);
    if (name === 'a selected address')
      await page.evaluate((length) => {
        const text = document.querySelector('#x')!.firstChild!;
        document.getSelection()!.setBaseAndExtent(text, 9, text, 9 + length);
      }, prospect.email.length);
    await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 500 })));
    expect(here(), `${name}: before the click`).toEqual([]);
    const before = await page.content();
    wire.since();
    const popup = await popupOver(extension, page);
    await expect.poll(() => popup.says(), name).toContain(prospect.name);
    expect(await popup.says(), name).toContain('MQL');
    expect(here(), `${name}: one look`).toHaveLength(1);
    expect(await page.content(), name).toBe(before);
    expect(JSON.stringify(wire.since().filter(({ url }) => url.startsWith(backend.url))), name).not.toContain(prospect.email);
    // The person opens as the card inside the popup.
    await popup.evaluate(
      `[...document.querySelectorAll('button.line')].find((one) => one.textContent.includes(${JSON.stringify(prospect.name)})).click()`,
    );
    await expect.poll(() => popup.says(), name).toContain('Waiting for you');
    await popup.close();
    await page.close();
  }

  // An address that the user brings, where the page names nobody.
  const page = await extension.context.newPage();
  await served.show(page, '<!doctype html><title>x</title><p>Nobody</p>', 'https://www.northwind.example/nobody');
  const popup = await popupOver(extension, page);
  await expect.poll(() => popup.evaluate('document.querySelector(".paste input") !== null')).toBe(true);
  await popup.evaluate('document.querySelector(".paste input").focus()');
  await popup.type(`${prospect.name} <${prospect.email.toUpperCase()}>`);
  await popup.evaluate('document.querySelector(".paste").requestSubmit()');
  await expect.poll(() => popup.says()).toContain('Waiting for you');
  await popup.close();

  // The page goes on to somebody else within itself, and its address stays: what was read at the first click is not shown at the second.
  const { html, url } = pageOf('page', 'contact-one-mailto');
  await served.show(page, html, url, { 'leo.ferreira@northwind.example': prospect.email, 'Leo Ferreira': prospect.name });
  const here = `[...document.querySelectorAll('section')].find((one) => one.textContent.includes('On this page'))?.innerText ?? ''`;
  const first = await popupOver(extension, page);
  await expect.poll(() => first.evaluate(here)).toContain(prospect.name);
  await first.close();
  await page.evaluate(() => {
    const link = document.querySelector('a[href^="mailto:"]')!;
    link.setAttribute('href', 'mailto:other@kestrel.example');
    link.textContent = 'Nadia Okonkwo';
  });
  const second = await popupOver(extension, page);
  await expect.poll(() => second.evaluate(here)).toContain('Nadia Okonkwo');
  expect(await second.evaluate(here)).not.toContain(prospect.name);
  await second.close();
  await extension.close();
});
