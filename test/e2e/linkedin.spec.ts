import type { Frame, Page } from '@playwright/test';
import { ask } from '../../scripts/parts/sign-in.ts';
import { cardIn, cardsIn, type Extension, press } from '../harness/extension.ts';
import { chosen, linkedin, seen, visit } from '../harness/linkedin.ts';
import type { Prospect } from '../harness/marketing.ts';
import { admin } from '../harness/people.ts';
import { expect, sync, test } from './house.ts';

/** LinkedIn beside the real extension and a real backend: the choice, the tie, and the badge. */

const open = (card: Frame) => card.getByRole('button', { name: /^Open:/ }).click();
/** The page shows the prospect of the test, under names that nobody has had before. */
const vanityOf = (prospect: Prospect) => prospect.email.replace(/@.*/, '').replace('.', '-');
const instead = (prospect: Prospect) => ({
  'dana-whitfield-ops': vanityOf(prospect),
  ACoAAB3KdanaWhitfieldOpaque00000000001: `ACoAAB3K${vanityOf(prospect)}`,
  'Dana Whitfield': prospect.name,
});

/** The badge as the toolbar shows it over a tab. */
async function badge(extension: Extension, page: Page): Promise<string> {
  const options = await extension.open('options.html');
  const text = await options.evaluate(async (url) => {
    interface Api {
      tabs: { query(q: object): Promise<{ id: number; url?: string }[]> };
      action: { getBadgeText(of: { tabId: number }): Promise<string> };
    }
    const { tabs, action } = (globalThis as unknown as { chrome: Api }).chrome;
    const tab = (await tabs.query({})).find((one) => one.url === url)!;
    return action.getBadgeText({ tabId: tab.id });
  }, page.url());
  await options.close();
  return text;
}

test('a profile that is not tied offers who it could be, on a click; tied after confirmation, and untied again', async ({
  extension,
  lead,
  prospect,
  market,
  wire,
  backend,
}) => {
  const vanity = vanityOf(prospect);
  // Somebody of the same name elsewhere would come first in the list: the page names the other company.
  const namesake = await market.touch({ email: `other.${prospect.email}`, name: `Anna ${prospect.name}`, company: 'Kestrel' });
  await sync(extension);
  await chosen(extension, 'overlay');
  const page = await extension.context.newPage();
  const site = await linkedin(extension);
  wire.since();
  await visit(page, site, 'profile', instead(prospect));
  const card = await cardIn(page);
  await open(card);
  await expect(card.getByText('Not a lead', { exact: true })).toBeVisible();
  // Until the click nobody is asked.
  expect(wire.since().filter(({ url }) => url.startsWith(backend.url))).toEqual([]);
  await press(card.getByRole('button', { name: 'Find by name' }));
  const found = card.locator('.pick');
  await expect(found).toHaveCount(2);
  await expect(found.first()).toContainText('The page names this company too');
  await press(found.first());
  await press(card.getByRole('button', { name: /^Tie to / }));
  await expect(card.getByText('Waiting for you')).toBeVisible();
  const keys = async () => (await market.card(lead)).person.keys.map(({ kind, value }) => `${kind} ${value}`);
  await expect.poll(keys, { timeout: 20_000 }).toContain(`linkedin ${vanity}`);
  expect((await market.history(lead)).filter(({ kind }) => kind === 'tie')).toHaveLength(1);

  // In the next visit the lead is known at once, and the badge says the stage.
  await sync(extension);
  await visit(page, site, 'profile', instead(prospect));
  await seen(extension, page, 'lead');
  expect(await badge(extension, page)).toBe('MQL');

  const again = await cardIn(page);
  await open(again);
  await press(again.getByRole('button', { name: 'More', exact: true }));
  await press(again.getByRole('menuitem', { name: 'Not this person' }));
  await press(again.getByRole('button', { name: `Untie: ${vanity}` }));
  await expect.poll(keys, { timeout: 20_000 }).not.toContain(`linkedin ${vanity}`);
  expect((await market.history(lead)).map(({ kind }) => kind)).toEqual(expect.arrayContaining(['tie', 'untie']));
  const { items } = await (await backend.as(admin))<{ items: { action: string; subject?: string }[] }>('GET', '/v1/audit?limit=50');
  const about = items.filter(({ subject }) => subject === lead).map(({ action }) => action);
  expect(about).toEqual(expect.arrayContaining(['key.tie', 'key.untie']));
  expect(namesake).not.toBe(lead);
  await sync(extension);
  await visit(page, site, 'profile', instead(prospect));
  await seen(extension, page, 'stranger');
});

test('the badge speaks before the choice and with the side panel, and nothing stands in the page', async ({
  extension,
  lead,
  prospect,
}) => {
  const options = await extension.open('options.html');
  await ask(options, 'tie', { lead, kind: 'linkedin', value: vanityOf(prospect) });
  await options.close();
  await sync(extension);
  const site = await linkedin(extension);
  const page = await extension.context.newPage();
  for (const mode of ['ask', 'panel'] as const) {
    if (mode === 'panel') await chosen(extension, mode);
    await visit(page, site, 'profile', instead(prospect));
    await seen(extension, page, 'lead');
    expect(await badge(extension, page), mode).toBe('MQL');
    expect(cardsIn(page)).toEqual([]);
  }
});
