import { afterAll, beforeAll, expect, test } from 'vitest';
import { getRecord } from '../../lib/contract/routes/agreement.ts';
import { intervalOf, targetAgainst } from '../../lib/funnel/record.ts';
import { wilson } from '../../lib/funnel/statistics.ts';
import type { User } from '../../server/http/user.ts';
import { newId } from '../../server/store/id.ts';
import { type TestServer, testServer } from '../server/harness.ts';

let server: TestServer;
let rep: User;
beforeAll(async () => {
  server = await testServer();
  rep = await server.user('rep');
  server.clock.now = Date.parse('2026-11-24T09:00:00.000Z');
});
afterAll(() => server?.close());

/** So many hand-offs opened in a quarter, some of them answered within the hour, the others a month later. */
async function handOffs(day: string, n: number, inTime: number): Promise<void> {
  for (let i = 0; i < n; i++) {
    const person = await server.lead({ stage: 'sql' });
    const opened = Date.parse(`${day}T09:00:00.000Z`);
    const answered = opened + (i < inTime ? 3_600_000 : 30 * 86_400_000);
    await server.in((trx) =>
      trx
        .insertInto('handoff')
        .values({
          workspace: server.workspace,
          id: newId(),
          person,
          state: 'qualified',
          opened_at: new Date(opened),
          due_at: new Date(opened + 8 * 3_600_000),
          accepted_at: new Date(answered),
          answered_at: new Date(answered),
          opened_by: JSON.stringify({ kind: 'user', id: 'x' }),
          criteria: ['icp', 'intent', 'role'],
        })
        .execute(),
    );
  }
}

test('the last four whole quarters, counted by hand, and whether a target fits them', async () => {
  // 2026-Q1 nothing; then three quarters, the one that runs not among them.
  await handOffs('2026-04-14', 30, 24);
  await handOffs('2026-08-11', 33, 20);
  await handOffs('2026-11-10', 7, 7);
  const { status, body } = await server.call(rep, getRecord);
  expect(status).toBe(200);
  expect(body.quarters.map(({ name }) => name)).toEqual(['2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3']);
  const inTime = body.items.find(({ id }) => id === 'answered-in-time')!;
  expect(inTime.quarters.map(({ n, of }) => [n, of])).toEqual([
    [0, 0],
    [0, 0],
    [24, 30],
    [20, 33],
  ]);
  expect(inTime.record).toEqual({ value: 44 / 63, ...wilson(44, 63) });
  // 90 % was promised; 70 % it was.
  expect(inTime.against).toBe('above');
  const mqls = body.items.find(({ id }) => id === 'mqls')!;
  expect(mqls.quarters.map(({ n, of }) => [n, of])).toEqual([
    [0, 3],
    [0, 3],
    [30, 3],
    [33, 3],
  ]);
  // Quarters before the workspace began do not make it look worse: 63 in six months.
  expect(mqls.record?.value).toBeCloseTo(10.5, 9);
  expect(mqls.against).toBe('above');
  expect(body.items.find(({ id }) => id === 'feedback-answered')).toMatchObject({ quarters: [{ n: 0, of: 0 }, {}, {}, {}] });
  expect(body.items.find(({ id }) => id === 'feedback-answered')?.record).toBeUndefined();
  expect((await server.call(rep, getRecord, { query: { version: 9 } })).status).toBe(404);
});

test('the record of a promise that nobody has made yet, by what it would count', async () => {
  const record = async (query: NonNullable<Parameters<typeof server.call<typeof getRecord>>[2]>['query']) =>
    (await server.call(rep, getRecord, { query })).body.items;
  const made = (await server.call(rep, getRecord)).body.items;
  const [inTime, ...others] = await record({ measure: 'answered_in_time' });
  expect(others).toEqual([]);
  const { quarters, record: whole } = made.find(({ id }) => id === 'answered-in-time')!;
  // What it asks for is not known here, so nothing is held against it.
  expect(inTime).toEqual({ id: 'asked', quarters, record: whole });
  const [handoffs] = await record({ measure: 'handoffs' });
  expect(handoffs!.quarters.map(({ n }) => n)).toEqual([0, 0, 30, 33]);
  const [nobody] = await record({ measure: 'handoffs', segment: 'Enterprise' });
  expect(nobody!.quarters.map(({ n }) => n)).toEqual([0, 0, 0, 0]);
  expect((await server.call(rep, getRecord, { query: { measure: 'kindness' } as never })).status).toBe(400);
});

test('intervals: of a count as the exact Poisson bounds say to a hundredth; none where there is too little', () => {
  // Exact 95 % limits of a Poisson count (chi-square quantiles): 10 → 4.80 to 18.39; 100 → 81.36 to 121.63.
  const ten = intervalOf('count', { n: 10, of: 1 })!;
  expect([ten.low, ten.high]).toEqual([expect.closeTo(4.8, 1), expect.closeTo(18.39, 1)]);
  const hundred = intervalOf('count', { n: 100, of: 10 })!;
  expect([hundred.value, hundred.low, hundred.high]).toEqual([10, expect.closeTo(8.136, 2), expect.closeTo(12.163, 2)]);
  expect([intervalOf('share', { n: 9, of: 14 }), intervalOf('count', { n: 0, of: 12 })]).toEqual([undefined, undefined]);
  expect([13, 10, 7].map((target) => targetAgainst(target, hundred))).toEqual(['above', undefined, 'below']);
  expect(targetAgainst(1, undefined)).toBeUndefined();
});
