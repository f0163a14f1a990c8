import { signIn } from '../../scripts/parts/sign-in.ts';
import { launch } from '../harness/extension.ts';
import { gmail } from '../harness/gmail.ts';
import { rep } from '../harness/people.ts';
import { panelOf, popupArgs, popupOver } from '../harness/popup.ts';
import { expect, sync, test } from './house.ts';

test('the side panel shows the same card, and follows the tab', async ({ wire, backend, market, prospect }) => {
  const extension = await launch({ proxy: wire, args: popupArgs });
  await signIn(extension.context, backend.url, { sample: rep });
  const lead = await market.touch(prospect, [{ event: 'Webinar Attended', campaign: 'Cut churn', daysAgo: 3 }]);
  await market.handOver(lead, rep, ['Asked for a demo']);
  await sync(extension);
  const mail = await gmail(extension.context);
  const stranger = await extension.context.newPage();
  await mail.show(stranger, 'thread-several-messages', { email: `nobody.${prospect.email}`, name: 'Nobody Known' });
  const page = await extension.context.newPage();
  await mail.show(page, 'thread-several-messages', prospect);

  const popup = await popupOver(extension, page);
  // Pressed in a task of its own: a press that closes the popup would take the answer along.
  const press = (what: string) =>
    popup.evaluate<boolean>(`(() => { const one = ${what}; if (one) setTimeout(() => one.click()); return Boolean(one); })()`);
  const named = (selector: string, words: string) =>
    `[...document.querySelectorAll('${selector}')].find((one) => (one.textContent + one.ariaLabel).includes(${JSON.stringify(words)}))`;
  await expect.poll(() => press(named('button.line', prospect.name))).toBe(true);
  // The menu goes with the face it was opened on, and the grey one gives way to the lead's.
  await expect.poll(() => popup.evaluate<string>(`document.querySelector('article')?.textContent ?? ''`)).toContain('Waiting for you');
  await expect.poll(() => press(named('button[data-more]', 'More'))).toBe(true);
  await expect.poll(() => press(named('[role="menuitem"]', 'Open in side panel'))).toBe(true);

  const panel = await panelOf(extension);
  await expect.poll(panel.says).toContain('Waiting for you');
  expect(await panel.says()).toContain(prospect.name);
  await stranger.bringToFront();
  await expect.poll(panel.says).toContain('Not a lead');
  await page.bringToFront();
  await expect.poll(panel.says).toContain('Waiting for you');
  await extension.close();
});
