import { afterAll, beforeAll, expect, test } from 'vitest';
import { handoffs } from '../../lib/contract/routes/handoffs.ts';
import type { User } from '../../server/http/user.ts';
import { type TestServer, testServer } from '../server/harness.ts';
import { helpers } from './help.ts';

let server: TestServer;
let help: ReturnType<typeof helpers>;
let rep: User;
let marketer: User;
beforeAll(async () => {
  server = await testServer();
  help = helpers(server);
  rep = await server.user('rep', { name: 'Ana' });
  marketer = await server.user('marketer', { name: 'Ines' });
  server.clock.now = Date.parse('2026-11-23T09:00:00.000Z');
});
afterAll(() => server?.close());
const list = async (query: object = {}) => (await server.call(marketer, handoffs, { query })).body;

test('what was handed over and where it stands, with who engaged the lead before', async () => {
  const [fair, search, late] = [await help.campaign('Trade fair'), await help.campaign('Search'), await help.campaign('Too late')];
  const made: string[] = [];
  for (const name of ['Waiting', 'Accepted', 'Returned', 'Qualified', 'Pool']) {
    const lead = await server.lead({ name, company: 'Halden Freight' });
    await help.touch(lead, fair);
    server.clock.now += 60_000;
    if (name !== 'Pool') await help.touch(lead, search);
    await help.decide(marketer, lead, {
      kind: 'hand_over',
      criteria: ['icp'],
      why: ['Asked for a price'],
      ...(name !== 'Pool' && { to: rep.id }),
    });
    server.clock.now += 60_000;
    await help.touch(lead, late);
    made.push(lead);
  }
  const [, accepted, returned, qualified] = made;
  await help.decide(rep, accepted!, { kind: 'accept' });
  await help.decide(rep, returned!, { kind: 'recycle', reason: 'no_budget' });
  await help.decide(rep, qualified!, { kind: 'qualify', criteria: [] });

  const { items, counts } = await list();
  expect(counts).toEqual({ waiting: 2, accepted: 1, qualified: 1, returned: 1 });
  expect(items.map(({ person }) => person.name)).toEqual(['Pool', 'Qualified', 'Returned', 'Accepted', 'Waiting']);
  const named = (name: string) => items.find(({ person }) => person.name === name)!;
  expect(named('Waiting')).toMatchObject({
    state: 'waiting',
    stage: 'mql',
    by: 'Ines',
    holder: 'Ana',
    why: 'Asked for a price',
    clock: { state: 'on_track' },
    campaigns: [{ name: 'Search' }, { name: 'Trade fair' }],
  });
  expect(named('Pool').holder).toBeUndefined();
  expect(named('Returned')).toMatchObject({ state: 'returned', stage: 'recycled', reason: 'no_budget', answeredAt: help.now() });
  expect(named('Returned').clock).toBeUndefined();
  expect(named('Qualified').clock).toBeUndefined();

  expect((await list({ state: 'returned' })).items.map(({ lead }) => lead)).toEqual([returned]);
  const bySearch = await list({ campaign: search });
  expect([bySearch.items.length, bySearch.counts.waiting]).toEqual([4, 1]);
  expect((await list({ campaign: late })).items).toEqual([]);
  expect((await list({ since: help.now() })).counts).toEqual({ waiting: 0, accepted: 0, qualified: 0, returned: 0 });
});

test('a lead that was handed over twice stands there twice; only the open one has a clock', async () => {
  const lead = await server.lead({ name: 'Twice' });
  await help.decide(marketer, lead, { kind: 'hand_over', to: rep.id, criteria: [], why: [] });
  await help.decide(rep, lead, { kind: 'recycle', reason: 'no_budget' });
  server.clock.now += 60_000;
  await help.decide(marketer, lead, { kind: 'hand_over', to: rep.id, criteria: [], why: [] });
  const mine = (await list()).items.filter((item) => item.lead === lead);
  expect(mine.map(({ state, clock }) => [state, clock !== undefined])).toEqual([
    ['waiting', true],
    ['returned', false],
  ]);
});

test('pages without gaps or doubles', async () => {
  const all = (await list()).items.map(({ id }) => id);
  const seen: string[] = [];
  let before: string | undefined;
  do {
    const page = await list({ limit: 2, ...(before && { before }) });
    seen.push(...page.items.map(({ id }) => id));
    before = page.next;
  } while (before);
  expect(seen).toEqual(all);
});
