import { chromium } from '@playwright/test';

/**
 * Draws the extension's icons: the mark in white on the accent, so that it stands on light and dark toolbars alike.
 * `node test/gallery/icons.ts`, after a change of the mark.
 */
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage();
for (const size of [16, 32, 48, 128]) {
  // The bar is thicker where there are fewer pixels to tell it by.
  const width = size === 16 ? 3 : 2.5;
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>*{margin:0}svg{display:block}</style>
    <svg width="${size}" height="${size}" viewBox="0 0 16 16">
      <rect width="16" height="16" rx="3.5" fill="#5442b3"/>
      <path d="M5 11 11 5" stroke="#fff" stroke-width="${width}" stroke-linecap="round"/>
    </svg>`,
  );
  await page.screenshot({ path: new URL(`../../public/icons/${size}.png`, import.meta.url).pathname, omitBackground: true });
}
await browser.close();
