import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { seeDigest } from '../../lib/contract/routes/digests.ts';
import { giveFeedback, replyToFeedback } from '../../lib/contract/routes/feedback.ts';
import { queue } from '../../lib/contract/routes/leads.ts';
import { changeUser } from '../../lib/contract/routes/users.ts';
import { poolUnanswered, wakeDue } from '../../server/acts/jobs.ts';
import type { User } from '../../server/http/user.ts';
import { createTeam } from '../../server/store/workspaces.ts';
import { type TestServer, testServer } from '../server/harness.ts';
import { helpers } from './help.ts';

let server: TestServer;
let help: ReturnType<typeof helpers>;
let [rep, otherRep, marketer, manager, admin]: User[] = [];
beforeAll(async () => {
  server = await testServer();
  help = helpers(server);
  [rep, otherRep, marketer, manager, admin] = [
    await server.user('rep'),
    await server.user('rep'),
    await server.user('marketer'),
    await server.user('manager'),
    await server.user('admin'),
  ];
});
afterAll(() => server?.close());
const monday = Date.parse('2026-11-23T09:00:00.000Z');
beforeEach(() => {
  server.clock.now = monday;
});
const at = (text: string): void => {
  server.clock.now = Date.parse(text);
};
const items = async (user: User | undefined, query: object = {}) => (await server.call(user, queue, { query })).body.items;
const find = async (user: User | undefined, lead: string) => (await items(user)).find((i) => i.lead === lead);
async function handedOver(to?: User, name = 'Dana Whitfield', intent: 'standard' | 'high' = 'standard'): Promise<string> {
  const lead = await server.lead({ name });
  await help.decide(marketer!, lead, {
    kind: 'hand_over',
    criteria: ['icp'],
    why: ['Pricing page, twice'],
    intent,
    ...(to && { to: to.id }),
  });
  return lead;
}

describe('by role', () => {
  test('a rep: own hand-offs by deadline, and the pool’s; nobody else’s', async () => {
    const slow = await handedOver(rep);
    const fast = await handedOver(rep, 'Aiko Tanabe', 'high');
    const pool = await handedOver(undefined);
    const others = await handedOver(otherRep);
    const list = await items(rep);
    expect(list.map((i) => i.lead).filter((id) => [slow, fast, pool, others].includes(id!))).toEqual([fast, ...[slow, pool].sort()]);
    expect(await find(rep, fast)).toMatchObject({
      kind: 'handoff',
      person: { name: 'Aiko Tanabe' },
      why: 'Pricing page, twice',
      clock: { state: 'on_track', allowedMinutes: 240 },
      holder: rep!.name,
    });
    expect((await find(rep, pool))!.holder).toBeUndefined();
    expect(await find(otherRep, others)).toBeDefined();
    expect(await find(marketer, slow)).toBeUndefined();
    expect(await items(admin)).toEqual([]);
  });

  test('accepted ones stay until they are answered; own leads are marked', async () => {
    const lead = await handedOver(rep);
    await help.decide(rep!, lead, { kind: 'accept' });
    expect(await find(rep, lead)).toMatchObject({ kind: 'handoff', stage: 'sal' });
    await help.decide(rep!, lead, { kind: 'recycle', reason: 'no_budget' });
    expect(await find(rep, lead)).toBeUndefined();
    await help.decide(rep!, lead, { kind: 'reopen' });
    expect(await find(rep, lead)).toMatchObject({ kind: 'own', returned: 1 });
    await help.decide(rep!, lead, { kind: 'qualify', criteria: [] });
    expect(await find(rep, lead)).toBeUndefined();
  });

  test('nobody answers: first the manager sees it, after the grace marketing', async () => {
    const lead = await handedOver(rep);
    at('2026-11-24T07:59:00Z');
    expect(await find(manager, lead)).toBeUndefined();
    at('2026-11-24T08:00:00Z');
    expect(await find(manager, lead)).toMatchObject({ kind: 'breach', holder: rep!.name, clock: { state: 'breached' } });
    expect(await find(marketer, lead)).toBeUndefined();
    at('2026-11-24T10:00:00Z');
    expect(await find(marketer, lead)).toMatchObject({ kind: 'breach' });
    await help.decide(manager!, lead, { kind: 'pause', reason: 'On holiday', until: '2026-12-01T09:00:00.000Z' });
    expect([await find(marketer, lead), await find(manager, lead)]).toEqual([undefined, undefined]);
    expect(await find(rep, lead)).toMatchObject({ clock: { state: 'paused' } });
  });

  test('a marketer: what wakes within a week, what is awake, what came back at once', async () => {
    const recycled = async (reason: string, wakesOn?: string) => {
      const lead = await handedOver(rep);
      await help.decide(rep!, lead, { kind: 'recycle', reason, note: 'said so', ...(wakesOn && { wakesOn }) });
      return lead;
    };
    const soon = await recycled('no_budget', '2026-11-30');
    const later = await recycled('no_budget', '2026-12-05');
    const atOnce = await recycled('bad_contact_data');
    const touch = await recycled('low_intent');
    expect(await find(marketer, soon)).toMatchObject({
      kind: 'waking',
      reason: 'no_budget',
      wakesOn: '2026-11-30',
      dueAt: '2026-11-29T23:00:00.000Z',
    });
    expect(await find(marketer, atOnce)).toMatchObject({ kind: 'at_once', reason: 'bad_contact_data' });
    expect([await find(marketer, later), await find(marketer, touch), await find(rep, soon)]).toEqual([undefined, undefined, undefined]);
    expect((await items(marketer, { state: 'at_once' })).every((i) => i.kind === 'at_once')).toBe(true);
    at('2026-11-30T08:00:00Z');
    const awake = await find(marketer, soon);
    expect([awake?.kind, awake?.wakesOn]).toEqual(['waking', undefined]);
  });

  test('an admin: refused rows of the last week', async () => {
    const add = (when: string) =>
      server.in((trx) =>
        trx
          .insertInto('ingest_reject')
          .values({ workspace: server.workspace, id: crypto.randomUUID(), source: 'web', reason: 'no such event', at: when })
          .execute(),
      );
    await add('2026-11-22T09:00:00Z');
    await add('2026-11-01T09:00:00Z');
    expect(await items(admin)).toEqual([{ kind: 'rejects', count: 1 }]);
  });

  test('a team’s pool is that team’s', async () => {
    const [north, south] = await server.in(async (trx) => [
      await createTeam(trx, server.workspace, { name: 'North', side: 'sales' }),
      await createTeam(trx, server.workspace, { name: 'South', side: 'sales' }),
    ]);
    await server.call(admin, changeUser, { params: { id: rep!.id }, body: { team: north! } });
    await server.call(admin, changeUser, { params: { id: otherRep!.id }, body: { team: south! } });
    const lead = await handedOver(rep);
    at('2026-11-24T12:00:00Z');
    expect(await poolUnanswered(server.store, server.workspace, help.now())).toBeGreaterThan(0);
    expect(await find(rep, lead)).toMatchObject({ kind: 'handoff', team: 'North' });
    expect(await find(otherRep, lead)).toBeUndefined();
    // A manager without a team looks after all of them.
    expect(await help.decide(manager!, lead, { kind: 'assign', to: otherRep!.id })).toMatchObject({ status: 201 });
    expect(await find(otherRep, lead)).toMatchObject({ team: 'South' });
  });
});

describe('what the clock does by itself', () => {
  test('back to the pool after the grace, once, under its own name; the clock goes on', async () => {
    const lead = await handedOver(rep);
    at('2026-11-24T11:59:00Z');
    await poolUnanswered(server.store, server.workspace, help.now());
    expect((await help.card(rep!, lead)).handoff?.toId).toBe(rep!.id);
    at('2026-11-24T12:00:00Z');
    await poolUnanswered(server.store, server.workspace, help.now());
    const card = await help.card(rep!, lead);
    expect(card).toMatchObject({
      stage: 'mql',
      handoff: { state: 'waiting' },
      clock: { state: 'breached', dueAt: '2026-11-24T08:00:00.000Z' },
    });
    expect([card.handoff?.toId, card.clock.poolAt]).toEqual([undefined, undefined]);
    const events = await server.in((trx) =>
      trx
        .selectFrom('lead_event')
        .select(['kind', 'by_kind', 'by_id', 'data'])
        .where('person', '=', lead)
        .where('kind', '=', 'pool')
        .execute(),
    );
    expect(events).toEqual([{ kind: 'pool', by_kind: 'rule', by_id: 'clock', data: { from: rep!.id } }]);
    expect(await poolUnanswered(server.store, server.workspace, help.now())).toBe(0);
    expect((await help.decide(otherRep!, lead, { kind: 'accept' })).status).toBe(201);
  });

  test('an accepted lead goes back too, and any rep can take it', async () => {
    const lead = await handedOver(otherRep);
    await help.decide(otherRep!, lead, { kind: 'accept' });
    at('2026-11-30T16:00:00Z');
    await poolUnanswered(server.store, server.workspace, help.now());
    const card = await help.card(rep!, lead);
    expect([card.stage, card.owner.id, card.handoff?.state]).toEqual(['sal', undefined, 'accepted']);
    expect((await help.decide(rep!, lead, { kind: 'assign', to: rep!.id })).body.card.owner.id).toBe(rep!.id);
  });

  test('answered between looking and locking: left alone', async () => {
    const lead = await handedOver(rep);
    at('2026-11-24T12:00:00Z');
    const [, accepted] = await Promise.all([
      poolUnanswered(server.store, server.workspace, help.now()),
      help.decide(rep!, lead, { kind: 'accept' }),
    ]);
    const card = await help.card(rep!, lead);
    // Either the rep was first and keeps it, or the clock was and the rep is told so; never both.
    if (accepted.status === 201) expect([card.stage, card.owner.id]).toEqual(['sal', rep!.id]);
    else expect([accepted.status, card.handoff?.toId]).toEqual([409, undefined]);
  });

  test('leads wake on their local day', async () => {
    const lead = await handedOver(rep);
    await help.decide(rep!, lead, { kind: 'recycle', reason: 'no_budget', wakesOn: '2026-12-24' });
    const { funnelVersion } = await help.card(rep!, lead);
    at('2026-12-23T22:59:00Z');
    await wakeDue(server.store, server.workspace, help.now());
    expect((await help.card(rep!, lead)).wakesOn).toBe('2026-12-24');
    at('2026-12-23T23:00:00Z');
    expect(await wakeDue(server.store, server.workspace, help.now())).toBeGreaterThan(0);
    const card = await help.card(rep!, lead);
    expect([card.stage, card.wakesOn, card.funnelVersion]).toEqual(['recycled', undefined, funnelVersion]);
    expect(await find(marketer, lead)).toMatchObject({ kind: 'waking', reason: 'no_budget', returned: 1 });
    expect(await wakeDue(server.store, server.workspace, help.now())).toBe(0);
  });

  test('runs as a job of the backend', async () => {
    const lead = await handedOver(rep);
    at('2026-11-24T12:00:00Z');
    await server.jobs.start();
    await server.jobs.send(server.workspace, 'clock');
    await vi.waitFor(async () => expect((await help.card(rep!, lead)).handoff?.toId).toBeUndefined(), { timeout: 15_000, interval: 100 });
  });

  test('hundreds at a time', async () => {
    const other = await server.anotherWorkspace();
    const user = await server.user('rep', { workspace: other });
    const from = '2026-11-23T09:00:00.000Z';
    const made: string[] = [];
    for (let i = 0; i < 130; i++)
      made.push(
        await server.lead({
          workspace: other,
          stage: 'mql',
          lead: {
            clockFrom: from,
            handoff: { id: crypto.randomUUID(), state: 'waiting', holder: user.id, openedAt: from, criteria: [], why: [] },
          },
        }),
      );
    at('2026-11-25T12:00:00Z');
    expect(await poolUnanswered(server.store, other, help.now())).toBe(130);
    expect((await items(user, { limit: 500 })).length).toBe(130);
  });
});

describe('news', () => {
  test('an answer to my feedback stands there for a week, after all that is owed; nobody else’s', async () => {
    const lead = await server.lead({ name: 'Milan Horvat' });
    await handedOver(rep);
    const { body } = await server.call(rep!, giveFeedback, {
      params: { id: lead },
      body: { kind: 'verdict', verdict: 'poor', reasons: ['not_icp'], actedAt: help.now() },
    });
    const answer = (state: 'seen' | 'done', note?: string) =>
      server.call(marketer!, replyToFeedback, { params: { id: body.feedback.id }, body: { state, note, actedAt: help.now() } });
    const replies = async (user: User | undefined) => (await items(user, { state: 'reply' })).filter((i) => i.lead === lead);
    expect(await replies(rep)).toEqual([]);
    await answer('seen');
    server.clock.now += 60_000;
    await answer('done', 'Under 20 people goes to the newsletter.');
    expect(await replies(rep)).toMatchObject([
      {
        kind: 'reply',
        person: { name: 'Milan Horvat' },
        feedback: { id: body.feedback.id, verdict: 'poor', by: rep!.name },
        reply: { state: 'done', note: 'Under 20 people goes to the newsletter.', by: marketer!.name, at: help.now() },
      },
    ]);
    const kinds = (await items(rep)).map(({ kind }) => kind);
    expect(kinds.indexOf('reply')).toBe(kinds.length - 1);
    expect(kinds.indexOf('handoff')).toBe(0);
    expect(await replies(otherRep)).toEqual([]);
    server.clock.now += 7 * 86_400_000 + 1;
    expect(await replies(rep)).toEqual([]);
  });

  test('a report that is out stands there until it is read, of each length only the newest', async () => {
    const put = (period: string, grain: 'week' | 'month', to: string) =>
      server.in((trx) =>
        trx
          .insertInto('digest')
          .values({
            workspace: server.workspace,
            period,
            grain,
            from_day: to,
            to_day: to,
            frozen_at: help.now(),
            body: JSON.stringify({}),
          })
          .execute(),
      );
    await put('2026-W46', 'week', '2026-11-15');
    await put('2026-W47', 'week', '2026-11-22');
    await put('2026-10', 'month', '2026-10-31');
    const out = async (user: User | undefined) => (await items(user, { state: 'digest' })).map(({ period }) => period);
    for (const user of [rep, marketer, manager, admin]) expect(await out(user)).toEqual(['2026-W47', '2026-10']);
    await server.call(rep!, seeDigest, { params: { period: '2026-W47' } });
    expect(await out(rep)).toEqual(['2026-10']);
    expect(await out(manager)).toEqual(['2026-W47', '2026-10']);
    server.clock.now += 15 * 86_400_000;
    expect(await out(manager)).toEqual([]);
  });
});
