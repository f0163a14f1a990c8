import { afterAll, beforeAll, test } from 'vitest';
import { type TestServer, testServer } from '../server/harness.ts';
import { bothHistories, crms } from './both.histories.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server?.close());

/** `npm run both` runs many more. */
test.each(crms)('however people decide here and change things in %s at once, in the end both say the same', (crm) =>
  bothHistories(server, 4, Date.now() & 0x7fffffff, crm),
);
