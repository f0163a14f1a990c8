import { afterAll, beforeAll, expect, test } from 'vitest';
import { campaignsReport } from '../../lib/contract/routes/reports.ts';
import { answerTimesReport } from '../../lib/contract/routes/reports-answers.ts';
import { budgetReport } from '../../lib/contract/routes/reports-budget.ts';
import { commitmentsReport } from '../../lib/contract/routes/reports-commitments.ts';
import { funnelReport } from '../../lib/contract/routes/reports-funnel.ts';
import { longTermReport } from '../../lib/contract/routes/reports-long-term.ts';
import { personReport } from '../../lib/contract/routes/reports-person.ts';
import { reasonsReport } from '../../lib/contract/routes/reports-reasons.ts';
import type { User } from '../../server/http/user.ts';
import { newId } from '../../server/store/id.ts';
import { type TestServer, testServer } from '../server/harness.ts';

let server: TestServer;
let rep: User;
let other: User;
let manager: User;
let marketer: User;
beforeAll(async () => {
  server = await testServer();
  [rep, other, manager, marketer] = [
    await server.user('rep'),
    await server.user('rep'),
    await server.user('manager'),
    await server.user('marketer'),
  ];
});
afterAll(() => server?.close());

const query = { from: '2026-10-01', to: '2026-12-31' };
const all = [funnelReport, answerTimesReport, reasonsReport, commitmentsReport, budgetReport, longTermReport] as const;

test('a workspace where nothing happened has empty reports, in JSON and as a table', async () => {
  for (const route of all) {
    const json = await server.call(rep, route, { query });
    expect(json.status, route.path).toBe(200);
    const table = await server.call(rep, route, { query, headers: { accept: 'text/csv' } });
    expect(table.headers.get('content-type'), route.path).toBe('text/csv; charset=utf-8');
    expect(new TextDecoder().decode(table.bytes).split('\r\n')[0], route.path).toMatch(/^[a-z]/);
  }
});

test('figures of one person are for that person and for managers', async () => {
  for (const route of [funnelReport, campaignsReport]) {
    const ask = (user: User, owner: User) => server.call(user, route, { query: { ...query, owner: owner.id } });
    expect((await ask(rep, rep)).status).toBe(200);
    expect((await ask(manager, rep)).status).toBe(200);
    for (const user of [other, marketer]) {
      const { status, body } = await ask(user, rep);
      expect(status).toBe(403);
      expect(body.detail).toMatch(/Leave the owner out/);
    }
  }
  expect((await server.call(rep, answerTimesReport, { query })).body.of).toBe('mine');
  expect((await server.call(marketer, answerTimesReport, { query })).body.of).toBe('teams');
});

test('days that make no period are refused in words', async () => {
  const { status, body } = await server.call(rep, funnelReport, { query: { from: '2026-12-31', to: '2026-10-01' } });
  expect(status).toBe(400);
  expect(body.detail).toMatch(/first day comes after the last/);
  expect((await server.call(rep, funnelReport, { query: { from: '2001-01-01', to: '2026-10-01' } })).status).toBe(400);
  expect((await server.call(rep, funnelReport, { query: { from: 'October', to: '2026-10-01' } })).status).toBe(400);
});

test('another workspace sees nothing of it', async () => {
  const lead = await server.lead({ name: 'Dana', stage: 'mql' });
  const stranger = await server.user('manager', { workspace: await server.anotherWorkspace() });
  expect((await server.call(stranger, personReport, { params: { id: lead } })).status).toBe(404);
  expect((await server.call(manager, personReport, { params: { id: lead } })).status).toBe(200);
  const wide = { from: '2020-01-01', to: '2029-12-31' };
  const entered = async (user: User) =>
    (await server.call(user, funnelReport, { query: wide })).body.stages.reduce((n, one) => n + one.entered, 0);
  expect(await entered(manager)).toBe(1);
  expect(await entered(stranger)).toBe(0);
});

test('names that a spreadsheet would run are text in a table', async () => {
  const id = newId();
  await server.in(async (trx) => {
    await trx
      .insertInto('campaign')
      .values({ workspace: server.workspace, id, name: '=HYPERLINK("x")', key: 'formula', channel: 'email' })
      .execute();
    await trx
      .insertInto('spend')
      .values({ workspace: server.workspace, campaign: id, month: '2026-10-01', planned: 100, spent: 100, currency: 'EUR' })
      .execute();
  });
  const { bytes } = await server.call(manager, budgetReport, { query, headers: { accept: 'text/csv' } });
  expect(new TextDecoder().decode(bytes)).toContain(`"'=HYPERLINK(""x"")"`);
});
