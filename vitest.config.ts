import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['test/e2e/**', 'test/attacks/**', 'test/webmail/**'],
    globalSetup: ['test/server/cluster.ts'],
    // Most of what a test waits for is not the processor it runs on.
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
