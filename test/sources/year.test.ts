import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TestServer, testServer } from '../server/harness.ts';
import { type YearCrm, year, years } from './year.ts';

let server: TestServer;
beforeEach(async () => {
  server = await testServer();
});
afterEach(() => server?.close());

/** `npm run year` does it with 50,000 people and 500,000 activities. */
test.each(Object.keys(years) as YearCrm[])(
  'a year of %s is imported by a process that keeps dying, within the limits, and then kept in step',
  async (crm) => {
    const figures = await year(server, crm, { people: 300, activities: 3_000, hours: 1, diesEvery: 10 }, Date.now() & 0x7fffffff);
    expect(figures.deaths).toBeGreaterThan(3);
    // Every five minutes it looks, and search lags a little.
    expect(figures.longestLagAlive).toBeLessThan(6);
  },
);
