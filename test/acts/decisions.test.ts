import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DecisionBody, decisionBody } from '../../lib/contract/act.ts';
import { addLead, decide as decideRoute } from '../../lib/contract/routes/leads.ts';
import { allowed, decide, isRefusal } from '../../lib/funnel/decide.ts';
import type { Actor, Decision, Lead } from '../../lib/funnel/lead.ts';
import type { User } from '../../server/http/user.ts';
import { agreementInForce } from '../../server/store/agreements.ts';
import { findAuditBreak } from '../../server/store/audit.ts';
import { newId } from '../../server/store/id.ts';
import { readLeads } from '../../server/store/leads.ts';
import { actors, choose, ids, step } from '../funnel/world.ts';
import { type TestServer, testServer } from '../server/harness.ts';

let server: TestServer;
let rep: User;
let otherRep: User;
let marketer: User;
let manager: User;
let admin: User;
beforeAll(async () => {
  server = await testServer({ connections: 10, limits: { requests: { quota: 1e6, window: 60 } } });
  rep = await server.user('rep');
  otherRep = await server.user('rep');
  marketer = await server.user('marketer');
  manager = await server.user('manager');
  admin = await server.user('admin');
});
afterAll(() => server?.close());

const readLead = async (id: string): Promise<Lead> => (await server.in((trx) => readLeads(trx, server.workspace, [id]))).get(id)!;
const now = (): string => new Date(server.clock.now).toISOString();
const wire = (decision: Decision, basis: DecisionBody['basis']): DecisionBody =>
  ({ ...decision, basis, actedAt: now(), agreement: 1 }) as DecisionBody;
const act = (user: User, lead: string, decision: Decision, basis: DecisionBody['basis'], key?: string) =>
  server.call(user, decideRoute, { params: { id: lead }, body: wire(decision, basis), ...(key && { key }) });
const count = (table: 'lead_event' | 'stage_change' | 'handoff' | 'audit' | 'operation' | 'change'): Promise<number> =>
  server.in(async (trx) =>
    Number(
      (
        await trx
          .selectFrom(table)
          .select(({ fn }) => fn.countAll().as('n'))
          .executeTakeFirstOrThrow()
      ).n,
    ),
  );

async function mql(to: User | undefined = rep): Promise<string> {
  const lead = await server.lead();
  const { status } = await act(
    marketer,
    lead,
    { kind: 'hand_over', criteria: ['icp'], why: ['Asked for a demo'], ...(to && { to: to.id }) },
    1,
  );
  expect(status).toBe(201);
  return lead;
}

describe('a decision', () => {
  test('answers the card as it is then, and writes history, hand-off, feed and audit', async () => {
    const lead = await mql();
    const before = await Promise.all([count('stage_change'), count('audit'), count('handoff')]);
    const { status, body } = await act(rep, lead, { kind: 'accept' }, 2);
    expect(status).toBe(201);
    expect(body.card).toMatchObject({
      id: lead,
      stage: 'sal',
      funnelVersion: 3,
      owner: { team: 'sales', id: rep.id, name: rep.name },
      handoff: { state: 'accepted', toId: rep.id },
      clock: { state: 'on_track' },
      passed: ['lead', 'mql', 'sal'],
    });
    expect(await Promise.all([count('stage_change'), count('audit'), count('handoff')])).toEqual([
      before[0]! + 1,
      before[1]! + 1,
      before[2],
    ]);
    const row = await server.in((trx) =>
      trx.selectFrom('stage_change').selectAll().where('person', '=', lead).where('to_stage', '=', 'sal').executeTakeFirstOrThrow(),
    );
    expect(row).toMatchObject({
      from_stage: 'mql',
      by_kind: 'user',
      by_id: rep.id,
      by_name: rep.name,
      agreement: 1,
      handoff: body.card.handoff?.id,
    });
  });

  test('counts from when it was done, within its hand-off and 72 hours; both times are kept', async () => {
    const lead = await mql();
    server.clock.now += 3 * 3_600_000;
    const acted = new Date(server.clock.now - 2 * 3_600_000).toISOString();
    const { body } = await server.call(rep, decideRoute, {
      params: { id: lead },
      body: { kind: 'accept', basis: 2, actedAt: acted, agreement: 1 },
    });
    expect(body.card.since).toBe(acted);
    const row = await server.in((trx) =>
      trx.selectFrom('stage_change').selectAll().where('person', '=', lead).where('to_stage', '=', 'sal').executeTakeFirstOrThrow(),
    );
    expect(row).toMatchObject({ at: acted, acted_at: acted, received_at: now() });

    const other = await mql();
    const opened = (await readLead(other)).since;
    server.clock.now += 3_600_000;
    const early = await server.call(rep, decideRoute, {
      params: { id: other },
      body: { kind: 'accept', basis: 2, actedAt: '2020-01-01T00:00:00Z', agreement: 1 },
    });
    expect(early.body.card.since).toBe(opened);
  });

  test('somebody else was faster: 409 with the card as it stands', async () => {
    const lead = await mql();
    await act(rep, lead, { kind: 'accept' }, 2);
    const { status, body } = await act(otherRep, lead, { kind: 'accept' }, 2);
    expect(status).toBe(409);
    expect(body).toMatchObject({ type: 'urn:baton:problem:conflict', card: { stage: 'sal', owner: { id: rep.id } } });
    expect(body.moved).toMatchObject({ by: rep.name });
    expect(body.detail).toBe(`Somebody else has moved this lead meanwhile: it is SAL now, by ${rep.name}.`);
    expect((await readLead(lead)).owner).toBe(rep.id);
  });

  test('touches are no conflict', async () => {
    const lead = await mql();
    expect((await act(rep, lead, { kind: 'attempt', channel: 'call' }, 2)).status).toBe(201);
    expect((await act(otherRep, lead, { kind: 'attempt', channel: 'mail' }, 2)).status).toBe(201);
    expect((await readLead(lead)).attempts).toBe(2);
  });

  test('a chain of one device: after the act before, 425 until it has arrived, 409 when it was refused', async () => {
    const lead = await mql();
    const [first, second, third] = [newId(), newId(), newId()];
    const early = await act(rep, lead, { kind: 'qualify', criteria: ['need'] }, { after: first }, second);
    expect([early.status, early.headers.get('retry-after')]).toEqual([425, '1']);
    expect((await act(rep, lead, { kind: 'accept' }, 2, first)).status).toBe(201);
    const sent = await act(rep, lead, { kind: 'qualify', criteria: ['need'] }, { after: first }, second);
    expect([sent.status, sent.body.card.stage]).toEqual([201, 'sql']);
    // Built on an act that is not the last any more.
    expect((await act(rep, lead, { kind: 'open_opportunity' }, { after: first }, third)).status).toBe(409);

    const refused = newId();
    expect((await act(rep, lead, { kind: 'accept' }, 4, refused)).status).toBe(422);
    const after = await act(rep, lead, { kind: 'open_opportunity' }, { after: refused });
    expect([after.status, after.body.card.stage]).toEqual([409, 'sql']);
    // Another user's act is not one to build on.
    expect((await act(otherRep, lead, { kind: 'open_opportunity' }, { after: second })).status).toBe(425);
    expect((await act(rep, lead, { kind: 'open_opportunity' }, { after: second })).status).toBe(201);
  });

  test('a lead that this device added can be acted on at once', async () => {
    const [id, key] = [newId(), newId()];
    const added = await server.call(rep, addLead, {
      key,
      body: {
        id,
        name: 'Ruth Adeyemi',
        company: 'Halden Freight',
        keys: [{ kind: 'email', value: 'Ruth@Halden.example' }],
        actedAt: now(),
      },
    });
    expect(added.status).toBe(201);
    expect((await act(rep, id, { kind: 'qualify', criteria: [] }, { after: key })).body.card).toMatchObject({
      stage: 'sql',
      origin: 'sales',
    });
  });

  test('what the rules refuse is a 422 with their sentence, and changes nothing', async () => {
    const lead = await mql();
    const before = await Promise.all([count('lead_event'), count('audit'), count('change')]);
    const { status, body } = await act(rep, lead, { kind: 'recycle', reason: 'unresponsive' }, 2);
    expect(status).toBe(422);
    expect(body).toMatchObject({
      type: 'urn:baton:problem:refused',
      detail: '“No answer” needs 3 attempts, and 0 are recorded. Record the others, or choose another reason.',
    });
    expect(await Promise.all([count('lead_event'), count('audit'), count('change')])).toEqual(before);
    expect((await act(admin, lead, { kind: 'accept' }, 2)).status).toBe(422);
  });

  test('nobody is given a lead who cannot take one', async () => {
    const lead = await mql();
    const stranger = await server.user('rep', { workspace: await server.anotherWorkspace() });
    for (const to of [marketer.id, admin.id, newId(), stranger.id])
      expect((await act(marketer, lead, { kind: 'assign', to }, 2)).status, to).toBe(422);
    expect((await act(marketer, lead, { kind: 'assign', to: manager.id }, 2)).status).toBe(201);
  });

  test('an agreement that was never in force decides nothing', async () => {
    const lead = await mql();
    const { status, body } = await server.call(rep, decideRoute, {
      params: { id: lead },
      body: { kind: 'accept', basis: 2, actedAt: now(), agreement: 7 },
    });
    expect([status, body.detail]).toEqual([422, 'Agreement 7 was never in force. Do it again under agreement 1.']);
  });

  test('unknown leads are 404, a body that is none 400', async () => {
    expect((await act(rep, newId(), { kind: 'accept' }, 1)).status).toBe(404);
    const lead = await mql();
    const { status, body } = await server.call(rep, decideRoute, { params: { id: lead }, body: { kind: 'accept' } as never });
    expect([status, body.errors.map((e: { pointer: string }) => e.pointer).sort()]).toEqual([400, ['/actedAt', '/agreement', '/basis']]);
    expect(
      (
        await server.call(rep, decideRoute, {
          params: { id: lead },
          body: wire({ kind: 'accept' }, 2),
          headers: { 'idempotency-key': 'x' },
        })
      ).status,
    ).toBe(400);
  });
});

describe('once', () => {
  test('fifty at a time with one key: one effect, one answer', async () => {
    const lead = await mql();
    const key = newId();
    const before = await count('stage_change');
    const body = wire({ kind: 'accept' }, 2);
    const answers = await Promise.all(Array.from({ length: 50 }, () => server.call(rep, decideRoute, { params: { id: lead }, body, key })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map((a) => JSON.stringify(sorted(a.body)))).size).toBe(1);
    expect(await count('stage_change')).toBe(before + 1);
  });

  test('the same key for something else is refused, also for another lead', async () => {
    const [lead, other] = [await mql(), await mql()];
    const key = newId();
    expect((await act(rep, lead, { kind: 'accept' }, 2, key)).status).toBe(201);
    const again = await act(rep, lead, { kind: 'qualify', criteria: [] }, 3, key);
    expect([again.status, again.body.type]).toEqual([422, 'urn:baton:problem:key-reused']);
    expect((await act(rep, other, { kind: 'accept' }, 2, key)).status).toBe(422);
    expect((await readLead(other)).stage).toBe('mql');
    // The same number from somebody else is another act.
    expect((await act(otherRep, other, { kind: 'accept' }, 2, key)).status).toBe(201);
  });

  test('a refusal is answered again, even when it would be allowed by now', async () => {
    const lead = await mql();
    const key = newId();
    const body = wire({ kind: 'recycle', reason: 'unresponsive' }, 2);
    const send = () => server.call(rep, decideRoute, { params: { id: lead }, body, key });
    expect((await send()).status).toBe(422);
    for (let i = 0; i < 3; i++) await act(rep, lead, { kind: 'attempt', channel: 'call' }, 2);
    expect((await send()).status).toBe(422);
    expect((await act(rep, lead, { kind: 'recycle', reason: 'unresponsive' }, 2)).status).toBe(201);
  });

  test('fifty reps want the same lead: one gets it, the others its card', async () => {
    const lead = await mql(undefined);
    const reps = await Promise.all(Array.from({ length: 50 }, () => server.user('rep')));
    const answers = await Promise.all(reps.map((one) => act(one, lead, { kind: 'accept' }, 2)));
    const won = answers.filter(({ status }) => status === 201);
    expect(won).toHaveLength(1);
    expect(answers.filter(({ status, body }) => status === 409 && body.card.owner.id === won[0]!.body.card.owner.id)).toHaveLength(49);
  });
});

/** JSON with its keys in order: an answer that comes from the store has them in another one. */
const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort()
            .map(([k, v]) => [k, sorted(v)]),
        )
      : value;

test('what the backend does is what the rules say, whatever happens', async () => {
  const users: Record<string, User> = { 'rep-1': rep, 'rep-2': otherRep, 'marketer-1': marketer, 'manager-1': manager, 'admin-1': admin };
  const real = (decision: Decision): Decision => ('to' in decision && decision.to ? { ...decision, to: users[decision.to]!.id } : decision);
  const terms = await server.in((trx) => agreementInForce(trx, server.workspace));
  const began = server.clock.now;
  let applied = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 25 }), async (steps) => {
      // The generated dates lie after this Monday.
      server.clock.now = Date.parse('2026-11-23T09:00:00.000Z');
      const id = await server.lead({ stage: 'lead' });
      for (const each of steps) {
        const user = users[each.by.id];
        if (!user) continue;
        server.clock.now += each.minutes * 60_000;
        const actor: Actor = { id: user.id, kind: 'user', role: user.role, name: user.name };
        const before = await readLead(id);
        const what = real(choose(each, allowed(before, actor, terms, now())));
        const expected = decide(before, what, actor, terms, now(), ids());
        const { status, body } = await act(user, id, what, before.funnelVersion);
        const after = await readLead(id);
        if (!decisionBody.safeParse(wire(what, 1)).success) {
          // No day at all does not get as far as the rules.
          expect([status, isRefusal(expected), after]).toEqual([400, true, before]);
        } else if (isRefusal(expected)) {
          refused++;
          expect([status, body.detail, body.refusal], JSON.stringify(what)).toEqual([
            422,
            expected.sentence,
            { code: expected.refused, facts: JSON.parse(JSON.stringify(expected.facts)) },
          ]);
          expect(after).toEqual(before);
        } else {
          applied++;
          expect(status, JSON.stringify(body)).toBe(201);
          const same = { ...expected.lead, ...(expected.lead.handoff && { handoff: { ...expected.lead.handoff, id: after.handoff?.id } }) };
          expect(after).toEqual(same);
          expect([body.card.stage, body.card.funnelVersion, body.card.owner.id, body.card.handoff?.state]).toEqual([
            after.stage,
            after.funnelVersion,
            after.owner,
            after.handoff?.state,
          ]);
        }
      }
      const events = await server.in((trx) =>
        trx.selectFrom('lead_event').select('kind').where('person', '=', id).where('kind', '=', 'stage').execute(),
      );
      const changes = await server.in((trx) =>
        trx
          .selectFrom('stage_change')
          .select(['from_stage', 'to_stage'])
          .where('person', '=', id)
          .orderBy('received_at')
          .orderBy('id')
          .execute(),
      );
      expect(changes).toHaveLength(events.length);
      // Each change begins where the one before ended.
      for (let i = 1; i < changes.length; i++) expect(changes[i]!.from_stage).toBe(changes[i - 1]!.to_stage);
      expect(changes.at(-1)!.to_stage).toBe((await readLead(id)).stage);
    }),
    { numRuns: 25, endOnFailure: true },
  );
  server.clock.now = began;
  expect(applied).toBeGreaterThan(30);
  expect(refused).toBeGreaterThan(10);
  expect(actors.map((a) => a.id)).toContain('rep-1');
  expect(await server.in((trx) => findAuditBreak(trx, server.workspace))).toBeUndefined();
}, 120_000);
