import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test',
  testMatch: ['e2e/**/*.spec.ts', 'attacks/**/*.spec.ts', 'gallery/**/*.spec.ts'],
  outputDir: 'test-results/artifacts',
  // Each worker has a backend, a PostgreSQL and a browser of its own.
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  // How long until something counts as hung; a busy machine needs its time.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  use: { actionTimeout: 60_000, navigationTimeout: 60_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/playwright.json' }]],
});
