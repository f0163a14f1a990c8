import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestServer, testServer } from '../server/harness.ts';
import { emailOf, follow } from './workspace.ts';

/** 20,000 leads are measured in `npm run bench`; the same on fewer. */
const leads = 900;
let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server?.close());

test('the switch for the whole workspace brings every card once, by the page, and takes them away again', async () => {
  const { device, all, idle, touched, held, pagesWithCut, left, mine } = await follow(server, leads);
  expect(held.count).toBe(leads);
  expect(held.kinds).toMatchObject({ mine, workspace: leads - mine });
  expect(all.feed).toBeLessThanOrEqual(Math.ceil(leads / 200) + 2);
  expect(all.requests - all.feed).toBeLessThanOrEqual(3);
  expect(held.bytes / leads).toBeLessThan(4_000);
  // Nothing happened: one page, with nothing on it. One lead changed: one page with one card.
  expect([idle.feed, touched.feed]).toEqual([1, 1]);
  expect(touched.bytes - idle.bytes).toBeGreaterThan(500);
  expect(touched.bytes - idle.bytes).toBeLessThan(5_000);
  // Cut in the middle it went on from there, and did not begin anew.
  expect(pagesWithCut).toBeLessThanOrEqual(Math.ceil(leads / 200) + 3);
  expect(left).toMatchObject({ count: mine, kinds: { mine } });

  const lookedFor = await device.leadSet.test([{ kind: 'email', value: emailOf(40).toUpperCase() }]);
  expect(lookedFor.known).toBe('lead');
  const tags = await device.leadSet.tagsOf([{ kind: 'email', value: emailOf(40) }]);
  expect((await device.cards.byTag(tags))?.person.name).toBe('Person Number40');
}, 120_000);
