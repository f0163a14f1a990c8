import type { Page } from '@playwright/test';
import { ask } from '../../scripts/parts/sign-in.ts';
import { settled } from '../harness/extension.ts';
import { rep } from '../harness/people.ts';
import { attendedAndRead, expect, somebody, sync, test, times } from './house.ts';

/** Triage by keys in the popup: the same keys and the same acts as on the full page, in 380 pixels. */

test('the queue in the popup is gone through, accepted, qualified and returned by keys alone', async ({ extension, market }) => {
  test.setTimeout(240_000);
  extension.context.setDefaultTimeout(20_000);
  const people = [somebody(), somebody(), somebody()];
  const leads: string[] = [];
  for (const person of people) {
    const lead = await market.touch(person, attendedAndRead);
    await market.handOver(lead, rep, ['Asked for a demo']);
    leads.push(lead);
  }
  await sync(extension);
  const popup = await extension.open('popup.html');
  await popup.setViewportSize({ width: 380, height: 600 });
  const chosen = popup.locator('button.line[aria-current]');
  const status = popup.locator('.said');
  await popup.locator('.waits button.line').first().waitFor();

  // Which keys there are stands under the lines, as on the full page; nobody is chosen, so nothing happens to anybody.
  await expect(popup.getByRole('note', { name: 'Keys' })).toContainText(/j\s*k\s*move/);
  await expect(chosen).toHaveCount(0);
  await popup.keyboard.press('a');
  await expect(status).toHaveText('No line is chosen yet: j goes to the first one.');
  expect(await ask(popup, 'outbox')).toEqual([]);

  /** By j to the end of the list, then by k to its beginning: how many wait depends on who else was handed over before. */
  const onTo = async (name: string) => {
    for (const key of ['j', 'k'])
      for (let before: unknown; !(await chosen.filter({ hasText: name }).count()); ) {
        await popup.keyboard.press(key);
        const now = await popup.evaluate(() => [...document.querySelectorAll('button.line')].indexOf(document.activeElement!));
        if (now === before) break;
        before = now;
      }
    await expect(chosen).toHaveText(new RegExp(name));
    await expect(chosen).toBeFocused();
  };
  // Accepted in the list: the list stays, the line says it, and u takes it back.
  // Sample data waits too: what is below the first lines comes when j reaches it.
  await onTo(people[0]!.name);
  const accepted = popup.getByRole('button', { name: new RegExp(`${people[0]!.name}.*Accepted`, 's') });
  await popup.keyboard.press('a');
  await expect(accepted).toBeVisible();
  await popup.keyboard.press('u');
  await expect(status).toHaveText('Taken back.');
  await expect(accepted).toHaveCount(0);
  expect(await times(market, leads[0]!, 'stage', 'sal')).toBe(0);
  // However fast they are typed, each key finds what the one before it has done.
  for (const key of ['a', 'u', 'a']) await popup.keyboard.press(key);
  await expect(accepted).toBeVisible();
  const statuses = async () => (await ask(popup, 'outbox')).map((act) => act.status);
  await expect.poll(statuses).toEqual(['undone', 'undone', expect.stringMatching(/held|queued|sending|done/)]);
  await expect.poll(() => times(market, leads[0]!, 'stage', 'sal')).toBe(1);

  // A letter that is typed is a letter.
  await popup.keyboard.press('/');
  await popup.keyboard.type('jaq');
  await expect(popup.getByRole('textbox', { name: 'Find a lead by name' })).toHaveValue('jaq');
  for (let i = 0; i < 3; i++) await popup.keyboard.press('Backspace');
  await popup.keyboard.press('Tab');

  // Return asks for a reason: the card opens on it, and j goes back to the list, one on.
  await onTo(people[1]!.name);
  const reasons = popup.getByRole('radiogroup', { name: 'Return' });
  await popup.keyboard.press('r');
  await expect(reasons.getByRole('radio', { name: /^Bad timing/ })).toBeFocused();
  await popup.keyboard.press('ArrowRight');
  await popup.keyboard.press('Space');
  await expect(reasons.getByRole('radio', { name: /^No budget/ })).toBeChecked();
  await enter(popup, /^Return · back/);
  await expect.poll(() => times(market, leads[1]!, 'stage', 'recycled')).toBe(1);
  await popup.keyboard.press('j');
  await expect(chosen).toBeFocused();

  // Qualify asks for the criteria. Esc leaves it, and the keyboard is back on its line.
  await onTo(people[2]!.name);
  await popup.keyboard.press('q');
  await expect(popup.getByRole('checkbox').first()).toBeFocused();
  await popup.keyboard.press('Escape');
  await popup.keyboard.press('Escape');
  await expect(chosen).toHaveText(new RegExp(people[2]!.name));
  await expect(chosen).toBeFocused();
  await popup.keyboard.press('q');
  await expect(popup.getByRole('checkbox').first()).toBeFocused();
  await popup.keyboard.press('Space');
  await enter(popup, /^Qualify/);
  await expect.poll(() => times(market, leads[2]!, 'stage', 'sql')).toBe(1);
});

async function enter(page: Page, name: RegExp): Promise<void> {
  const button = page.getByRole('button', { name }).last();
  await button.focus();
  await settled(button);
  await button.press('Enter');
}
