import { defineConfig } from '@playwright/test';

/** Chromium with windows, on a screen of its own: for the dialogs that the browser itself shows. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results/dialog',
  workers: 1,
  forbidOnly: true,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  use: { actionTimeout: 60_000, navigationTimeout: 60_000 },
  reporter: [['list'], ['json', { outputFile: '../../test-results/playwright.json' }]],
});
