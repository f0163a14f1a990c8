import { afterAll, beforeAll, test } from 'vitest';
import { type TestServer, testServer } from '../server/harness.ts';
import { bothHistories, crms } from './both.histories.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server?.close());

/** The same four each time; `npm run both` draws others, and many more. */
test.each(crms)(
  'however people decide here and change things in %s at once, in the end both say the same',
  (crm) => bothHistories(server, 4, 31, crm),
  // A history that goes wrong is made smaller, which takes longer than finding it; cut short, it would go on beside the next.
  120_000,
);
