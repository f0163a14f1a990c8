import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, chromium, expect, type Page, test } from '@playwright/test';
import { build, type PreviewServer, preview } from 'vite';
import { needBrowser } from '../../scripts/parts/browser.ts';
import { leftOver } from './leftover.ts';
import { plainTerms, plainWords } from './plain-words.ts';

/**
 * Every screen in every state, in both themes and languages: axe objects to nothing, nothing is wider than its frame,
 * and no button's words are cut off.
 */
const configFile = fileURLToPath(new URL('./vite.config.ts', import.meta.url));
let server: PreviewServer;
let browser: Browser;
let address: string;

// The screens are many, and know nothing of one another: all workers share them, each with a gallery of its own.
test.describe.configure({ mode: 'parallel' });
test.beforeAll(async () => {
  const { parallelIndex, project } = test.info();
  const built = { outDir: join(project.outputDir, `gallery-${parallelIndex}`), emptyOutDir: true };
  await build({ configFile, logLevel: 'error', build: built });
  server = await preview({ configFile, logLevel: 'error', build: built, preview: { port: 0, strictPort: false, host: '127.0.0.1' } });
  address = server.resolvedUrls?.local[0] ?? '';
  browser = await chromium.launch({ executablePath: await needBrowser((line) => console.log(line)), args: ['--no-sandbox'] });
});
test.afterAll(async () => {
  await browser.close();
  await server.close();
});

/** Many screens stand on one page here: headings and landmarks repeat, which in each of them they do not. */
const oneScreenEach = [
  'heading-order',
  'page-has-heading-one',
  'landmark-unique',
  'landmark-no-duplicate-main',
  'landmark-no-duplicate-banner',
  'landmark-no-duplicate-contentinfo',
  'landmark-one-main',
  'landmark-main-is-top-level',
  'landmark-banner-is-top-level',
  'landmark-contentinfo-is-top-level',
  'region',
  'duplicate-id-aria',
];

async function gallery(only: string, theme: string, language: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1560, height: 1000 }, timezoneId: 'Europe/Vienna', locale: language });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  await page.goto(`${address}?only=${encodeURIComponent(only)}&theme=${theme}&lang=${language}`);
  // What opens by a click in a state has opened, and what waits two seconds with its words has waited.
  await expect(page.locator('body'), 'states that are not as they are meant to be').toHaveAttribute('data-awaited', '', {
    timeout: 60_000,
  });
  expect(wrong).toEqual([]);
  return page;
}

const screens = ['Card', 'Popup', 'Welcome', 'Options', 'Report'];

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const objections = async (axe: AxeBuilder): Promise<string[]> =>
  (await axe.disableRules(oneScreenEach).analyze()).violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join('\n')}`,
  );

for (const only of screens) {
  test(`axe objects to nothing: ${only}, light`, async () => {
    const page = await gallery(only, 'light', 'en');
    expect(await objections(new AxeBuilder({ page }).withTags(standards))).toEqual([]);
    await page.context().close();
  });
  // The same elements in other colours.
  test(`axe objects to no colour: ${only}, dark`, async () => {
    const page = await gallery(only, 'dark', 'en');
    expect(await objections(new AxeBuilder({ page }).withRules(['color-contrast', 'link-in-text-block']))).toEqual([]);
    await page.context().close();
  });
}

for (const language of ['en', 'de'] as const)
  for (const only of screens)
    test(`every word has its room, its language and its entry: ${only}, ${language}`, async () => {
      const page = await gallery(only, 'light', language);
      expect(await cutOff(page)).toEqual([]);
      if (language === 'de') expect(await leftOver(page), 'left over in English').toEqual([]);
      expect(await plainWords(page, language), 'a stage or a reason opens no entry').toEqual([]);
      expect(await plainTerms(page, language), 'a term opens no entry').toEqual([]);
      await page.context().close();
    });

const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('figure[data-state]')].flatMap((figure) => {
      const name = figure.dataset.state;
      const frame = figure.querySelector<HTMLElement>(':scope > div');
      const found: string[] = [];
      if (frame && frame.scrollWidth > frame.clientWidth + 1) found.push(`${name}: wider than its frame`);
      for (const button of figure.querySelectorAll<HTMLElement>('.btn:not(:has(.cut)), .seg > button, .undo-button, .undo > .cut'))
        if (button.scrollWidth > button.clientWidth + 1) found.push(`${name}: cut off: ${button.innerText}`);
      for (const row of figure.querySelectorAll<HTMLElement>('.acts, .good-row, .wake'))
        if (row.scrollWidth > row.clientWidth + 9) found.push(`${name}: a row is too long: ${row.innerText}`);
      return found;
    }),
  );

/** One screen of each kind that has such words: where the first of them is. */
const withEntries = [
  ['Card', 'history opened', '.line-of .entry'],
  ['Report', 'funnel', 'th .entry'],
  ['Options', 'agreement', '.agreement td .entry'],
] as const;

for (const theme of ['light', 'dark'])
  for (const [only, state, at] of withEntries)
    test(`an entry by keyboard: ${only}, ${theme}`, async () => {
      const page = await gallery(only, theme, 'en');
      const screen = page.locator(`figure[data-state="${state}"]`);
      const word = screen.locator(at).first();
      const entry = page.locator('.entry-text:popover-open');
      await word.focus();
      await page.keyboard.press('Enter');
      await expect(entry).toContainText('agreement 3');
      await expect(entry).toBeFocused();
      await expect(word).toHaveAttribute('aria-expanded', 'true');
      // It stands beside its word, and over everything else.
      const [wordBox, entryBox] = [await word.boundingBox(), await entry.boundingBox()];
      expect(
        Math.min(Math.abs(entryBox!.y - (wordBox!.y + wordBox!.height)), Math.abs(entryBox!.y + entryBox!.height - wordBox!.y)),
      ).toBeLessThan(8);
      const title = await entry
        .locator('b')
        .first()
        .evaluate((node) => [getComputedStyle(node).fontSize, getComputedStyle(node).fontWeight]);
      expect(title).toEqual(['13px', '600']);
      expect(await objections(new AxeBuilder({ page }).include('.entry-text:popover-open').withTags(standards))).toEqual([]);

      const another = screen.locator('.entry:visible').last();
      await another.click();
      await expect(entry).toHaveCount(1);
      await expect(another).toHaveAttribute('aria-expanded', 'true');
      await expect(word).toHaveAttribute('aria-expanded', 'false');
      await page.keyboard.press('Escape');
      await expect(entry).toHaveCount(0);
      await expect(another).toBeFocused();

      await page.emulateMedia({ media: 'print' });
      expect(await word.evaluate((node) => getComputedStyle(node).textDecorationLine)).toBe('none');
      await page.context().close();
    });
