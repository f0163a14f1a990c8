import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type EventKind, events } from '../../lib/contract/routes/events.ts';
import { giveFeedback, replyToFeedback } from '../../lib/contract/routes/feedback.ts';
import { history } from '../../lib/contract/routes/leads-read.ts';
import * as contract from '../../lib/contract/routes/webhooks.ts';
import type { User } from '../../server/http/user.ts';
import { outgoing } from '../../server/outgoing/request.ts';
import { openSeal } from '../../server/sources/seal.ts';
import { feedEnd } from '../../server/store/change.ts';
import { erasePerson } from '../../server/store/people.ts';
import { deliverAll, type World } from '../../server/webhooks/deliver.ts';
import { helpers } from '../acts/help.ts';
import { type TestServer, testServer } from '../server/harness.ts';
import { type Heard, receiver } from './receiver.ts';

let server: TestServer;
let admin: User;
let rep: User;
let marketer: User;
let help: ReturnType<typeof helpers>;
let there: Awaited<ReturnType<typeof receiver>>;
let world: World;
const signal = new AbortController().signal;
const day = 86_400_000;

beforeAll(async () => {
  vi.stubEnv('BATON_ALLOWED_HOSTS', '127.0.0.1');
  server = await testServer({ limits: { requests: { quota: 1e6, window: 1 } } });
  [admin, rep, marketer] = [await server.user('admin'), await server.user('rep'), await server.user('marketer')];
  help = helpers(server);
  world = {
    seal: await openSeal(server.config.data),
    call: outgoing(['127.0.0.1']),
    now: () => server.clock.now,
    random: () => 0.5,
  };
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server?.close();
});
beforeEach(async () => {
  server.clock.now = Date.now();
  there = await receiver();
});
afterEach(async () => {
  await server.in((trx) => trx.deleteFrom('webhook').where('workspace', '=', server.workspace).execute());
  await there.close();
});

const add = async (some: { kinds?: EventKind[]; person?: boolean; url?: string } = {}) => {
  const answer = await server.call(admin, contract.addWebhook, { body: { name: 'Warehouse', url: there.url, ...some } });
  expect(answer.status).toBe(201);
  return { id: answer.body.webhook.id, secret: answer.body.secret };
};
const deliver = () => deliverAll(server.store, world, server.workspace, signal);
const shown = async (id: string) => (await server.call(admin, contract.webhooks)).body.items.find((hook) => hook.id === id)!;
const deliveries = async (id: string, query: object = {}) =>
  (await server.call(admin, contract.webhookDeliveries, { params: { id }, query })).body.items;
/** What a receiver makes of a message: the published library, at the present time. */
const verified = (secret: string, { raw, headers }: Heard) => new Webhook(secret).verify(raw, headers);

/** A lead at MQL that a rep takes: one decision, and what follows from it. */
const accepted = async (name = 'Dana Whitfield') => {
  const lead = await server.lead({ name, stage: 'mql', title: 'VP Operations', company: 'Northwind Labs' });
  expect((await help.decide(rep, lead, { kind: 'accept' })).status).toBe(201);
  return lead;
};

describe('what is told', () => {
  test('decision, stage, feedback and reply, as the feed has them, verified by the published library', async () => {
    const { id, secret } = await add();
    const { next } = (await server.call(admin, events, { query: { limit: 1000 } })).body;
    const lead = await accepted();
    const given = await server.call(rep, giveFeedback, {
      params: { id: lead },
      body: { kind: 'verdict', verdict: 'strong', actedAt: help.now() },
    });
    expect(given.status).toBe(201);
    const feedback = given.body.feedback.id;
    await server.call(marketer, replyToFeedback, { params: { id: feedback }, body: { state: 'acting', actedAt: help.now() } });
    await deliver();

    const feed = (await server.call(admin, events, { query: { since: next, limit: 1000 } })).body.items;
    expect(there.heard.map(({ message }) => message.data)).toEqual(feed);
    expect(there.types()).toEqual(feed.map(({ kind }) => kind));
    expect(there.types()).toEqual(expect.arrayContaining(['decision', 'stage', 'feedback', 'reply']));
    for (const one of there.heard) {
      expect(verified(secret, one)).toEqual(one.message);
      expect(one.headers['webhook-id']).toBe(one.message.data.id);
      expect(one.headers['content-type']).toBe('application/json');
    }
    expect(there.heard.find(({ message }) => message.type === 'decision')!.message.data).toMatchObject({
      lead,
      data: { kind: 'accept' },
      by: { kind: 'user', id: rep.id, name: rep.name },
    });
    // Altered on the way, or signed with another secret: refused.
    const [one] = there.heard;
    expect(() => verified(secret, { ...one!, raw: `${one!.raw} ` })).toThrow();
    expect(() => verified(`whsec_${Buffer.alloc(32).toString('base64')}`, one!)).toThrow();
    // Told once.
    const count = there.heard.length;
    await deliver();
    expect(there.heard).toHaveLength(count);
    expect(await shown(id)).toMatchObject({ state: 'on', takenAt: help.now(), counts: { waiting: 0, failed: 0 } });
    expect((await shown(id)).trouble).toBeUndefined();
    // The card's history tells the effects and not the act besides.
    const past = (await server.call(rep, history, { params: { id: lead } })).body.items;
    expect(past.map(({ kind }) => kind)).not.toContain('decision');
    expect(past.map(({ kind }) => kind)).toContain('stage');
  });

  test('only the kinds that are wanted, and who it is about only where that was asked for', async () => {
    await add({ kinds: ['decision'], person: true });
    await add({ kinds: ['stage'] });
    const lead = await accepted('Ove Lind');
    await deliver();
    const of = (type: string) => there.heard.filter(({ message }) => message.type === type).map(({ message }) => message.data);
    expect(there.types().toSorted()).toEqual(['decision', 'stage', 'stage']);
    expect(of('decision')[0]!.person).toEqual({
      name: 'Ove Lind',
      title: 'VP Operations',
      company: 'Northwind Labs',
      keys: [{ kind: 'email', value: expect.stringMatching(/@northwind\.example$/) }],
    });
    for (const data of of('stage')) {
      expect(data.lead).toBe(lead);
      expect(data.person).toBeUndefined();
    }
  });

  test('a frozen report with its numbers', async () => {
    await add({ kinds: ['digest'] });
    const { freezeEnded } = await import('../../server/digests/freeze.ts');
    const made = await freezeEnded(server.store, server.workspace, help.now());
    expect(made.length).toBeGreaterThan(0);
    await deliver();
    expect(there.heard.map(({ message }) => message.data.digest.period).toSorted()).toEqual(made.toSorted());
    expect(there.heard[0]!.message.data.digest.body.sales.answers).toBeDefined();
  });

  test('nothing of somebody who was erased meanwhile', async () => {
    const { id } = await add();
    there.answer = () => ({ status: 503 });
    const lead = await accepted();
    await deliver();
    expect((await shown(id)).counts.waiting).toBeGreaterThan(1);
    await server.in((trx) => erasePerson(trx, server.workspace, lead));
    there.answer = () => ({ status: 204 });
    server.clock.now += day;
    const before = there.heard.length;
    await deliver();
    expect(there.heard).toHaveLength(before);
    expect((await shown(id)).counts.waiting).toBe(0);
  });

  test('by the jobs, soon after the act', { timeout: 60_000 }, async () => {
    await server.jobs.start();
    await add({ kinds: ['decision'] });
    const told = there.next(({ message }) => message.type === 'decision');
    const lead = await accepted();
    expect((await told).message.data.lead).toBe(lead);
    await server.jobs.stop();
    const counted = await (await server.app.fetch(new Request(`${server.config.url}/metrics`))).text();
    expect(counted).toMatch(/^baton_webhook_calls_total\{answer="2xx"\} [1-9]/m);
  });
});

describe('what is not taken', () => {
  test('is sent again under the same id after a while, in order, and is forgotten when it is taken', async () => {
    const { id, secret } = await add();
    there.answer = () => ({ status: 500, body: '<h1>down\nfor cleaning</h1>' });
    await accepted();
    const next = await deliver();
    expect(there.heard).toHaveLength(1);
    expect(await shown(id)).toMatchObject({
      trouble: {
        since: help.now(),
        sentence: expect.stringMatching(/^127\.0\.0\.1:\d+ answered 500: “<h1>down for cleaning<\/h1>”\.$/),
        said: { code: 'hook-refused' },
      },
    });
    // Not before its time.
    server.clock.now = next! - 1;
    await deliver();
    expect(there.heard).toHaveLength(1);
    there.answer = () => ({ status: 200 });
    server.clock.now = next!;
    await deliver();
    expect(there.ids()[1]).toBe(there.ids()[0]);
    expect(there.heard[1]!.raw).toBe(there.heard[0]!.raw);
    verified(secret, there.heard[1]!);
    expect(new Set(there.ids()).size).toBe(there.heard.length - 1);
    expect((await shown(id)).trouble).toBeUndefined();
    expect((await deliveries(id)).every(({ state }) => state === 'taken')).toBe(true);
  });

  test('holds up nothing else when only that message is refused, and is given up after its last try', async () => {
    const { id } = await add({ kinds: ['decision'] });
    const bad = await accepted();
    there.answer = ({ message }) => ({ status: message.data.lead === bad ? 422 : 204 });
    const others = [await accepted(), await accepted()];
    await deliver();
    const took = () => there.heard.filter(({ message }) => others.includes(message.data.lead));
    expect(took()).toHaveLength(2);
    for (let i = 0; i < 20; i++) {
      server.clock.now += day;
      await deliver();
    }
    expect(there.heard.filter(({ message }) => message.data.lead === bad)).toHaveLength(11);
    expect(took()).toHaveLength(2);
    const [failed] = await deliveries(id, { state: 'failed' });
    expect(failed).toMatchObject({ lead: bad, kind: 'decision', state: 'failed', tries: 11, status: 422, name: 'Dana Whitfield' });
    expect(await shown(id)).toMatchObject({ counts: { waiting: 0, failed: 1 } });
  });

  test('waits as long as the receiver asks', async () => {
    await add({ kinds: ['decision'] });
    there.answer = () => ({ status: 429, headers: { 'retry-after': '7200' } });
    await accepted();
    expect(await deliver()).toBe(server.clock.now + 7_200_000);
  });

  test('for five days: the webhook is turned off with a sentence, and goes on where it stopped when it is turned on', async () => {
    const { id } = await add({ kinds: ['decision'] });
    there.answer = () => ({ status: 503 });
    const began = server.clock.now;
    const first = await accepted();
    for (let hours = 0; hours <= 5 * 24 && (await shown(id)).state === 'on'; hours++) {
      await deliver();
      // More keeps happening, so that something is always due.
      if (hours % 24 === 23) await accepted();
      server.clock.now += day / 24;
    }
    expect(server.clock.now - began).toBeGreaterThanOrEqual(5 * day);
    expect(await shown(id)).toMatchObject({ state: 'off', trouble: { since: new Date(began).toISOString() } });
    const meanwhile = await accepted();
    await deliver();
    there.answer = () => ({ status: 204 });
    there.heard.length = 0;
    expect(await deliver()).toBeUndefined();
    expect(there.heard).toEqual([]);
    const { status, body } = await server.call(admin, contract.changeWebhook, { params: { id }, body: { state: 'on' } });
    expect(status).toBe(200);
    expect(body.trouble).toBeUndefined();
    for (let i = 0; i < 3; i++) {
      await deliver();
      server.clock.now += day;
    }
    const leads = there.heard.map(({ message }) => message.data.lead);
    expect(leads).toContain(meanwhile);
    expect(new Set(leads).size).toBe(leads.length);
    // Not even the first one was given up: it was not its fault.
    expect(leads).toContain(first);
    expect(await shown(id)).toMatchObject({ state: 'on', counts: { waiting: 0, failed: 0 } });
  });

  test('at an address that is gone: off at once', async () => {
    const { id } = await add({ kinds: ['decision'] });
    there.answer = () => ({ status: 410 });
    await accepted();
    await deliver();
    expect(await shown(id)).toMatchObject({ state: 'off', trouble: { sentence: expect.stringContaining('answered 410') } });
  });

  test('whatever stops a run, every event arrives, and each under one id', async () => {
    await add({ kinds: ['decision'] });
    const leads = new Set<string>();
    for (let i = 0; i < 12; i++) leads.add(await accepted());
    // Taken there, unknown here; refused; cut off: by turns.
    let n = 0;
    for (let run = 0; run < 60; run++) {
      const stop = new AbortController();
      there.answer = () => {
        n++;
        if (n % 3 === 0) stop.abort(new Error('stopped'));
        return { status: n % 4 === 0 ? 500 : 204 };
      };
      await deliverAll(server.store, world, server.workspace, stop.signal).catch((error) =>
        expect(String(error)).toMatch(/stopped|aborted/),
      );
      server.clock.now += 3_600_000;
    }
    expect(new Set(there.heard.map(({ message }) => message.data.lead))).toEqual(leads);
    expect(new Set(there.ids()).size).toBe(leads.size);
  });
});

describe('an admin', () => {
  test('sees the secret once; it is sealed in the store and in no list', async () => {
    const { id, secret } = await add();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(JSON.stringify((await server.call(admin, contract.webhooks)).body)).not.toContain(secret.slice(6));
    const row = await server.in((trx) => trx.selectFrom('webhook').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
    expect(row.secret.includes(Buffer.from(secret.slice(6), 'base64'))).toBe(false);
    expect(row.secret.includes(secret)).toBe(false);
    const audit = await server.in((trx) => trx.selectFrom('audit').select('detail').where('subject', '=', id).execute());
    expect(audit).toHaveLength(1);
    expect(JSON.stringify(audit)).not.toContain(secret.slice(6));
  });

  test('replaces the secret: both sign until the overlap ends, then the new one alone', async () => {
    const { id, secret: old } = await add({ kinds: ['decision'] });
    const { body } = await server.call(admin, contract.rotateWebhook, { params: { id }, body: { overlapHours: 2 } });
    expect(body.webhook.oldSecretUntil).toBe(new Date(server.clock.now + 7_200_000).toISOString());
    await accepted();
    await deliver();
    verified(old, there.heard[0]!);
    verified(body.secret, there.heard[0]!);
    server.clock.now += 7_200_001;
    await accepted();
    await deliver();
    const { raw, headers } = there.heard[1]!;
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    expect(headers['webhook-signature']).toBe(new Webhook(body.secret).sign(headers['webhook-id']!, at, raw));
    expect((await shown(id)).oldSecretUntil).toBeUndefined();
    const none = await server.call(admin, contract.rotateWebhook, { params: { id }, body: { overlapHours: 0 } });
    await accepted();
    await deliver();
    expect(there.heard[2]!.headers['webhook-signature']).not.toContain(' ');
    expect(none.body.webhook.oldSecretUntil).toBeUndefined();
  });

  test('tries an address out and is told what it answered', async () => {
    const { id, secret } = await add();
    const tried = await server.call(admin, contract.testWebhook, { params: { id } });
    expect(tried.body).toMatchObject({
      ok: true,
      status: 204,
      sentence: expect.stringMatching(/took it and answered 204\.$/),
      said: { code: 'hook-took' },
    });
    expect(verified(secret, there.heard[0]!)).toMatchObject({ type: 'test' });
    there.answer = () => ({ status: 401, body: 'who are you' });
    expect((await server.call(admin, contract.testWebhook, { params: { id } })).body).toMatchObject({
      ok: false,
      status: 401,
      sentence: expect.stringContaining('“who are you”'),
    });
    there.answer = () => ({ status: 302, headers: { location: 'http://127.0.0.1:1/' } });
    expect((await server.call(admin, contract.testWebhook, { params: { id } })).body).toMatchObject({
      ok: false,
      sentence: expect.stringMatching(/sends calls elsewhere/),
    });
    expect(there.heard).toHaveLength(3);
  });

  test('tells one event again, everything since a cursor, or from a moment on, under the ids of the first time', async () => {
    // Later than everything the other tests have done.
    server.clock.now += 60 * day;
    const { id } = await add({ kinds: ['decision'] });
    const leads = [await accepted()];
    const { next } = (await server.call(admin, events, { query: { since: await endOfFeed() } })).body;
    server.clock.now += 60_000;
    const moment = help.now();
    leads.push(await accepted(), await accepted());
    await deliver();
    const ids = there.ids();
    expect(ids).toHaveLength(3);
    there.heard.length = 0;

    expect((await server.call(admin, contract.redeliver, { params: { id, event: ids[0]! } })).status).toBe(204);
    await deliver();
    expect(there.ids()).toEqual([ids[0]]);
    there.heard.length = 0;

    expect((await server.call(admin, contract.replayWebhook, { params: { id }, body: { since: next } })).status).toBe(200);
    await deliver();
    expect(there.ids()).toEqual(ids.slice(1));
    there.heard.length = 0;

    expect((await server.call(admin, contract.replayWebhook, { params: { id }, body: { from: moment } })).status).toBe(200);
    await deliver();
    expect(there.ids()).toEqual(ids.slice(1));

    for (const body of [{ since: 'nonsense' }, { from: 'yesterday' }, {}])
      expect((await server.call(admin, contract.replayWebhook, { params: { id }, body: body as never })).status).toBe(400);
    expect((await server.call(admin, contract.redeliver, { params: { id, event: id } })).status).toBe(404);
  });

  test('of what happened before it was there, too', async () => {
    const since = await endOfFeed();
    const lead = await accepted();
    const { id } = await add({ kinds: ['decision'] });
    await deliver();
    expect(there.heard).toEqual([]);
    await server.call(admin, contract.replayWebhook, { params: { id }, body: { since } });
    await deliver();
    expect(there.heard.map(({ message }) => message.data.lead)).toEqual([lead]);
  });

  test('pages through what was told', async () => {
    const { id } = await add({ kinds: ['decision'] });
    for (let i = 0; i < 5; i++) await accepted();
    await deliver();
    const seen: string[] = [];
    for (let before: string | undefined; ; ) {
      const { body } = await server.call(admin, contract.webhookDeliveries, {
        params: { id },
        query: { limit: 2, ...(before && { before }) },
      });
      seen.push(...body.items.map(({ event }) => event));
      before = body.next;
      if (!before) break;
    }
    expect(seen).toEqual(there.ids().toReversed());
  });

  test('cannot point it inside the network or at plain http, unless the host is allowed', async () => {
    for (const [url, why] of [
      ['https://10.0.0.1/hook', /inside this network/],
      ['https://[::1]/hook', /inside this network/],
      ['http://hooks.example/', /without encryption/],
      ['ftp://hooks.example/', /not an address/],
      ['hooks', /not an address/],
      ['https://me:secret@hooks.example/', /not an address/],
    ] as const) {
      const refused = await server.call(admin, contract.addWebhook, { body: { name: 'x', url } });
      expect(refused.status, url).toBe(422);
      expect(refused.body.detail, url).toMatch(why);
    }
    const { id } = await add();
    expect((await server.call(admin, contract.changeWebhook, { params: { id }, body: { url: 'https://169.254.169.254/' } })).status).toBe(
      422,
    );
    // A name is looked up when it is called.
    expect((await server.call(admin, contract.changeWebhook, { params: { id }, body: { url: 'https://localhost/' } })).status).toBe(200);
    expect((await server.call(admin, contract.testWebhook, { params: { id } })).body).toMatchObject({
      ok: false,
      sentence: expect.stringMatching(/inside this network/),
    });
  });

  test('changes, turns off, removes; unknown ones and other roles are refused', async () => {
    const { id } = await add({ kinds: ['decision'] });
    const { body } = await server.call(admin, contract.changeWebhook, { params: { id }, body: { name: 'Lake', state: 'off', kinds: [] } });
    expect(body).toMatchObject({ name: 'Lake', state: 'off', kinds: [], url: there.url });
    await accepted();
    await deliver();
    expect(there.heard).toEqual([]);
    expect((await server.call(admin, contract.removeWebhook, { params: { id } })).status).toBe(204);
    for (const [route, input] of [
      [contract.changeWebhook, { body: { name: 'x' } }],
      [contract.removeWebhook, {}],
      [contract.rotateWebhook, { body: {} }],
      [contract.testWebhook, {}],
      [contract.webhookDeliveries, {}],
      [contract.replayWebhook, { body: { from: help.now() } }],
    ] as const)
      expect((await server.call(admin, route as never, { params: { id }, ...input } as never)).status).toBe(404);
    expect((await server.call(rep, contract.webhooks)).status).toBe(403);
    expect((await server.call(marketer, contract.addWebhook, { body: { name: 'x', url: there.url } })).status).toBe(403);
    expect((await server.call(admin, contract.addWebhook, { body: { name: 'x', url: there.url, colour: 1 } as never })).status).toBe(400);
  });

  test('of another workspace neither sees it nor is it told of theirs', async () => {
    const { id } = await add();
    const other = await server.anotherWorkspace();
    const stranger = await server.user('admin', { workspace: other });
    expect((await server.call(stranger, contract.webhooks)).body.items).toEqual([]);
    expect((await server.call(stranger, contract.testWebhook, { params: { id } })).status).toBe(404);
    await server.lead({ workspace: other, stage: 'mql' });
    await deliver();
    await deliverAll(server.store, world, other, signal);
    expect(there.heard).toEqual([]);
  });
});

const endOfFeed = async (): Promise<string> => {
  const end = await server.in((trx) => feedEnd(trx));
  const { encodeCursor, before, last } = await import('../../server/store/change.ts');
  return encodeCursor({ era: end.era, xid: before(end.xid), id: last });
};
