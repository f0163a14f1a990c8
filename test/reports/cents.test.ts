import { afterAll, beforeAll, expect, test } from 'vitest';
import { budgetReport } from '../../lib/contract/routes/reports-budget.ts';
import type { User } from '../../server/http/user.ts';
import { newId } from '../../server/store/id.ts';
import { type TestServer, testServer } from '../server/harness.ts';
import { type RawChange, type RawHistory, type RawLead, type RawTouch, store } from './history.ts';

/** Amounts that no two can share evenly: whichever way a report divides them, the parts make up the whole, to the cent. */

const odd = 100_001;
const deal = 'hubspot:1:1';
const segments = ['Small', 'Large'] as const;
const april = { from: '2026-04-01', to: '2026-04-30' };
const day = (n: number) => Date.UTC(2026, 3, n, 10);

let server: TestServer;
let manager: User;
beforeAll(async () => {
  server = await testServer();
  server.clock.now = Date.UTC(2026, 6, 1);
  manager = await server.user('manager');
  const campaigns = (['webinar', 'content'] as const).map((channel) => ({ id: newId(), name: channel, channel }));
  const leads = segments.map(
    (segment): RawLead => ({
      id: newId(),
      origin: 'marketing',
      owner: null,
      stage: 'customer',
      segment,
      amount: odd,
      deals: { pipeline: { [deal]: odd }, won: { [deal]: odd } },
    }),
  );
  const raw: RawHistory = {
    leads,
    campaigns,
    spend: [{ campaign: campaigns[0]!.id, month: april.from, planned: odd, spent: odd, currency: 'EUR' }],
    touches: leads.flatMap(({ id: person }) =>
      campaigns.map(({ id, channel }, i): RawTouch => ({ id: newId(), person, at: day(1 + i), kind: 'form', channel, campaign: id })),
    ),
    changes: leads.flatMap(({ id: person }) =>
      (['sql', 'opportunity', 'customer'] as const).map(
        (to, i, all): RawChange => ({ id: newId(), person, from: all[i - 1] ?? null, to, reason: null, at: day(5 + i) }),
      ),
    ),
    handoffs: [],
    feedback: [],
    attempts: [],
  };
  await store(server.adminUrl, server.workspace, manager.id, raw);
}, 120_000);
afterAll(() => server?.close());

type Money = readonly { value: number; currency: string }[];
const euros = (list: readonly Money[]): number[] => list.map((money) => money.find(({ currency }) => currency === 'EUR')?.value ?? 0);
const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
const ask = async (query: object) => {
  const { status, body } = await server.call(manager, budgetReport, { query: { ...april, attribution: 'linear', ...query } });
  expect(status).toBe(200);
  return body;
};

test('a deal of two people, over their segments', async () => {
  const all = await ask({});
  const each = await Promise.all(segments.map((segment) => ask({ segment })));
  for (const money of ['pipeline', 'won'] as const) {
    expect(euros([all.total[money]])).toEqual([odd]);
    expect(sum(euros(each.map(({ total }) => total[money])))).toBe(odd);
  }
});

test('a deal that two campaigns share, over these and their channels, by every model that divides it', async () => {
  for (const attribution of ['linear', 'position', 'u_shaped', 'w_shaped', 'time_decay'] as const) {
    const { campaigns, channels } = await ask({ attribution });
    expect(campaigns).toHaveLength(2);
    for (const rows of [campaigns, channels])
      for (const money of ['pipeline', 'won'] as const) expect(sum(euros(rows.map((row) => row[money]))), attribution).toBe(odd);
  }
});

test('the cost of a month, over parts of it', async () => {
  for (const ends of [[15], [1, 7, 10, 22]]) {
    const spans = [...ends, 30].map((end, i) => {
      const date = (n: number) => `2026-04-${String(n).padStart(2, '0')}`;
      return { from: date((ends[i - 1] ?? 0) + 1), to: date(end) };
    });
    const parts = await Promise.all(spans.map(ask));
    for (const money of ['planned', 'spent'] as const) expect(sum(euros(parts.map(({ total }) => total[money])))).toBe(odd);
  }
});
