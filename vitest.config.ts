import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['test/e2e/**', 'test/attacks/**', 'test/webmail/**'],
    globalSetup: ['test/server/cluster.ts'],
    // One file at a time on two cores: what the feed shows waits for every open transaction of the cluster that all share.
    maxWorkers: 1,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
