import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '../../lib/contract/problem.ts';
import { getAgreement, proposeAgreement, signAgreement } from '../../lib/contract/routes/agreement.ts';
import { decide as decideRoute, queue } from '../../lib/contract/routes/leads.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';
import type { User } from '../../server/http/user.ts';
import { createWorkspace } from '../../server/store/workspaces.ts';
import { type TestServer, testServer } from '../server/harness.ts';
import { helpers } from './help.ts';

let server: TestServer;
let help: ReturnType<typeof helpers>;
let [rep, marketer, manager, admin]: User[] = [];
beforeAll(async () => {
  server = await testServer();
  help = helpers(server);
  [rep, marketer, manager, admin] = [
    await server.user('rep'),
    await server.user('marketer'),
    await server.user('manager'),
    await server.user('admin'),
  ];
  server.clock.now = Date.parse('2026-11-23T09:00:00.000Z');
});
afterAll(() => server?.close());

const get = async (query: object = {}) => (await server.call(rep, getAgreement, { query })).body;
const propose = (user: User | undefined, agreement: Agreement) => server.call(user, proposeAgreement, { body: agreement });
const sign = (user: User | undefined, version: number, team: 'marketing' | 'sales') =>
  server.call(user, signAgreement, { params: { version }, body: { team } });
const toSign = async (user: User | undefined) =>
  (await server.call(user, queue, { query: { state: 'agreement' } })).body.items.map((i) => i.agreement);

test('proposed, signed by both, in force; old acts keep the version they were done under', async () => {
  const { agreement: first } = (await get()) as { agreement: Agreement };
  const lead = await server.lead();
  await help.decide(marketer!, lead, { kind: 'hand_over', criteria: ['icp'], why: [] });
  expect((await help.card(rep!, lead)).clock.allowedMinutes).toBe(480);

  const next = structuredClone(first);
  next.allowed.mql = { standard: 2, high: 1 };
  next.reasons.find((r) => r.code === 'no_need')!.retired = true;
  expect((await propose(rep, next)).status).toBe(403);
  const proposed = await propose(marketer, next);
  expect(proposed.status).toBe(200);
  expect(proposed.body.agreement.version).toBe(2);
  expect(proposed.body.differences).toContainEqual({ path: 'allowed.mql.standard', before: 8, after: 2 });
  expect([(await get()).agreement?.version, (await get()).draft?.agreement.version]).toEqual([1, 2]);
  expect([await toSign(marketer), await toSign(manager), await toSign(rep)]).toEqual([[2], [2], []]);

  expect((await sign(rep, 2, 'sales')).status).toBe(403);
  expect((await sign(marketer, 2, 'sales')).status).toBe(422);
  expect((await sign(marketer, 2, 'marketing')).body).toMatchObject({
    version: 2,
    signatures: [{ team: 'marketing', by: marketer!.name }],
  });
  expect([await toSign(marketer), await toSign(manager)]).toEqual([[], [2]]);

  // Changed again: what was signed is not what stands there now.
  const changed = await propose(manager, { ...next, version: 2, attemptsBeforeUnresponsive: 2 });
  expect([changed.body.agreement.version, changed.body.signatures]).toEqual([2, []]);
  expect((await propose(marketer, { ...next, version: 1 })).status).toBe(409);
  // A draft keeps its number, so when it was made tells whether it is still the one that was seen.
  const [seen] = (await get()).versions;
  server.clock.now += 60_000;
  const upon = (basedOn: string, attempts: number) =>
    server.call(admin, proposeAgreement, { query: { basedOn }, body: { ...next, version: 2, attemptsBeforeUnresponsive: attempts } });
  expect((await upon(seen!.madeAt, 4)).status).toBe(200);
  const late = await upon(seen!.madeAt, 5);
  expect(late.status).toBe(409);
  expect((late.body as unknown as Problem).detail).toMatch(/changed since/);
  expect((await get()).draft?.agreement.attemptsBeforeUnresponsive).toBe(4);
  expect((await help.card(rep!, lead)).agreement).toBe(1);

  await sign(marketer, 2, 'marketing');
  expect((await sign(marketer, 2, 'marketing')).status).toBe(422);
  const { body } = await sign(manager, 2, 'sales');
  expect(body).toMatchObject({ inForceAt: help.now(), signatures: [{ team: 'marketing' }, { team: 'sales' }] });
  expect((await sign(manager, 2, 'sales')).status).toBe(422);

  const now = await get();
  expect([now.agreement?.version, now.draft]).toEqual([2, undefined]);
  const card = await help.card(rep!, lead);
  expect([card.agreement, card.clock.allowedMinutes]).toEqual([2, 120]);
  const due = await server.in((trx) => trx.selectFrom('lead').select('due_at').where('id', '=', lead).executeTakeFirstOrThrow());
  expect(due.due_at).toBe(card.clock.dueAt);
  expect((await get({ version: 1 })).agreement).toEqual(first);

  // An act that was done offline under the old version still means what it meant there.
  const act = (agreement: number, reason: string) =>
    server.call(rep, decideRoute, {
      params: { id: lead },
      body: { kind: 'recycle', reason, basis: card.funnelVersion, actedAt: help.now(), agreement },
    });
  expect((await act(2, 'no_need')).status).toBe(422);
  expect((await act(1, 'no_need')).body.card.stage).toBe('recycled');
});

test('what makes no sense is refused with every reason, and nothing is kept', async () => {
  const { agreement } = (await get()) as { agreement: Agreement };
  const wrong = structuredClone(agreement);
  wrong.calendar.zone = 'Mars/Olympus';
  wrong.reasons[0]!.group = 'fit';
  const { status, body } = await propose(admin, wrong);
  expect([status, (body as unknown as Problem).errors?.map(({ pointer }) => pointer)]).toEqual([
    400,
    ['/calendar/zone', '/reasons/0/code'],
  ]);
  const refused = async (change: (of: Agreement) => void) => {
    const next = structuredClone(agreement);
    change(next);
    const answer = await propose(admin, next);
    return [answer.status, ...((answer.body as unknown as Problem).errors ?? []).map(({ pointer }) => pointer)];
  };
  // A code that was decided with: neither left out, nor used for something else, whatever a form allows.
  expect(await refused((of) => of.reasons.shift())).toEqual([400, '/reasons']);
  expect(await refused((of) => of.reasons.push({ ...of.reasons[1]!, label: 'Again' }))).toEqual([
    400,
    `/reasons/${agreement.reasons.length}/code`,
  ]);
  expect(
    await refused((of) => {
      of.reasons.find(({ code }) => code === 'no_need')!.label = 'Something else';
      of.reasons.find(({ code }) => code === 'no_need')!.retired = undefined;
    }),
  ).toEqual([400, `/reasons/${agreement.reasons.findIndex(({ code }) => code === 'no_need')}/code`]);
  expect(
    await refused((of) => {
      of.calendar.hours = { 1: [['09:00', '08:00']] };
    }),
  ).toEqual([400, '/calendar/hours/1', '/calendar/hours']);
  expect(
    await refused((of) => {
      of.calendar.hours[6] = [
        ['09:00', '12:00'],
        ['11:00', '13:00'],
      ];
    }),
  ).toEqual([400, '/calendar/hours/6']);
  expect(
    await refused((of) => {
      of.commitments[0]!.measure = 'answered_in_time';
    }),
  ).toEqual([400, '/commitments/0/measure']);
  expect(
    await refused((of) => {
      of.terms.push({ term: '', means: 'x', synonyms: { marketing: [], sales: [] } });
    }),
  ).toEqual([400, `/terms/${agreement.terms.length}/term`]);

  expect((await propose(admin, agreement)).status).toBe(422);
  expect((await server.call(admin, proposeAgreement, { body: { ...agreement, extra: 1 } as never })).status).toBe(400);
  expect((await get()).draft).toBeUndefined();
  expect((await server.call(admin, getAgreement, { query: { version: 99 } })).status).toBe(404);
});

test.each(['en', 'de'] as const)('a workspace without one begins with a proposal that can be signed as it is: %s', async (language) => {
  const workspace = await createWorkspace(server.store, { name: 'New' });
  const starts = await server.user('admin', { workspace });
  const [mine, theirs] = [await server.user('marketer', { workspace }), await server.user('manager', { workspace })];
  expect((await server.call(mine, getAgreement, {})).body).toEqual({ versions: [] });
  const first = { ...defaultAgreement('Europe/Vienna', language), version: 0 };
  expect((await propose(starts, first)).body.agreement).toEqual({ ...first, version: 1 });
  await sign(mine, 1, 'marketing');
  expect((await sign(theirs, 1, 'sales')).body.inForceAt).toBeDefined();
  expect((await server.call(mine, getAgreement, {})).body.agreement).toEqual({ ...first, version: 1 });
});
