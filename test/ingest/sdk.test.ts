import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createRelay, type Server as NetServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Analytics } from '@segment/analytics-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ingestBatch, ingestRejects } from '../../lib/contract/routes/ingest.ts';
import { createApp } from '../../server/app.ts';
import { openLog } from '../../server/http/log.ts';
import type { Jobs } from '../../server/jobs/jobs.ts';
import { openStore, type Store } from '../../server/store/db.ts';
import { newId } from '../../server/store/id.ts';
import { type TestServer, testServer } from '../server/harness.ts';

/** The published SDK, unchanged, speaking to the real app over loopback, whose way to its store can be cut. */

const noJobs: Jobs = { work() {}, every() {}, async send() {}, async start() {}, async stop() {} };
let server: TestServer;
let store: Store;
let http: Server;
let relay: { server: NetServer; sockets: Set<Socket>; away: boolean };
let host: string;
let writeKey: string;
let requests: { path: string; headers: Record<string, unknown>; status: number }[] = [];

beforeAll(async () => {
  server = await testServer();
  const database = new URL(server.url);
  const sockets = new Set<Socket>();
  relay = { server: createRelay(), sockets, away: false };
  relay.server.on('connection', (socket) => {
    if (relay.away) return socket.destroy();
    const out = connect(Number(database.port), database.hostname);
    for (const end of [socket, out]) {
      sockets.add(end);
      end
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(end);
          socket.destroy();
          out.destroy();
        });
    }
    socket.pipe(out).pipe(socket);
  });
  await new Promise<void>((done) => relay.server.listen(0, '127.0.0.1', done));
  const through = Object.assign(new URL(server.url), { port: String((relay.server.address() as AddressInfo).port) }).href;
  store = openStore({ url: through, connections: 3, onIdleError: () => undefined });
  const app = createApp({
    store,
    config: server.config,
    log: openLog('silent'),
    jobs: noJobs,
    authenticate: () => Promise.reject(new Error('nobody signs in here')),
  });
  http = createServer((req, res) => {
    res.on('finish', () => requests.push({ path: req.url!, headers: req.headers, status: res.statusCode }));
    app.listener(req, res);
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  host = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  writeKey = await makeKey('Web site');
});
beforeEach(() => {
  requests = [];
});
afterAll(async () => {
  http.closeAllConnections();
  http.close();
  await store.close();
  relay.server.close();
  await server.close();
});

async function makeKey(name: string): Promise<string> {
  const key = randomBytes(16).toString('base64url');
  await server.in((trx) =>
    trx
      .insertInto('write_key')
      .values({ workspace: server.workspace, id: newId(), name, hash: createHash('sha256').update(key).digest(), ends_with: key.slice(-4) })
      .execute(),
  );
  return key;
}
const sdk = (some: Partial<ConstructorParameters<typeof Analytics>[0]> = {}) => {
  const analytics = new Analytics({ writeKey, host, flushInterval: 50, ...some });
  const errors: unknown[] = [];
  const sent: string[] = [];
  analytics.on('error', (error) => errors.push(error));
  analytics.on('http_request', ({ body }) => sent.push(body as string));
  return { analytics, errors, sent };
};
async function touchesOf(address: string) {
  return server.in(async (trx) => {
    const key = await trx
      .selectFrom('person_key')
      .select('person')
      .where('workspace', '=', server.workspace)
      .where('value', '=', address)
      .executeTakeFirst();
    if (!key) return undefined;
    const touches = await trx
      .selectFrom('touch')
      .select(['kind', 'asset', 'channel', 'at', 'source_id'])
      .where('workspace', '=', server.workspace)
      .where('person', '=', key.person)
      .orderBy('at')
      .execute();
    const person = await trx
      .selectFrom('person')
      .select(['name', 'title', 'company'])
      .where('workspace', '=', server.workspace)
      .where('id', '=', key.person)
      .executeTakeFirstOrThrow();
    const lead = await trx
      .selectFrom('lead')
      .select(['stage'])
      .where('workspace', '=', server.workspace)
      .where('id', '=', key.person)
      .executeTakeFirstOrThrow();
    return { touches, person, stage: lead.stage };
  });
}
const rejects = async () =>
  (await server.call(await server.user('admin'), ingestRejects, { query: { limit: 200 } })).body.items as {
    reason: string;
    source: string;
    event?: unknown;
  }[];
const post = (path: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
  fetch(host + path, {
    method: 'POST',
    body: body as BodyInit,
    headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, ...headers },
  });

describe('the Segment SDK', () => {
  it('delivers identify, track, page, screen, group and alias: people, touches, stages', async () => {
    const { analytics, errors } = sdk();
    analytics.track({
      anonymousId: 'device-1',
      event: 'Webinar Registered',
      properties: { title: 'Cut churn in Q4' },
      timestamp: new Date('2026-11-01T10:00:00Z'),
      context: { campaign: { name: 'Cut churn in Q4', medium: 'webinar', source: 'site' } },
    });
    analytics.page({
      anonymousId: 'device-1',
      name: 'Pricing',
      category: 'Site',
      properties: { url: 'https://ridgeway.example/pricing', path: '/pricing', title: 'Pricing' },
      timestamp: new Date('2026-11-02T10:00:00Z'),
    });
    analytics.identify({
      userId: 'u-1',
      anonymousId: 'device-1',
      traits: { email: 'Dana@Northwind.example', name: 'Dana Whitfield', title: 'VP Operations' },
      timestamp: new Date('2026-11-03T10:00:00Z'),
    });
    analytics.group({ userId: 'u-1', groupId: 'g', traits: { name: 'Northwind Labs' } });
    analytics.screen({ userId: 'u-1', name: 'Home', properties: {} });
    analytics.track({
      userId: 'u-1',
      event: 'Email Opened',
      properties: { email_subject: 'Hello', campaign_name: 'October newsletter', email_id: 'e1' },
    });
    analytics.track({ userId: 'u-1', event: 'Lead Stage Changed', properties: { stage: 'MQL' } });
    analytics.alias({ previousId: 'device-9', userId: 'u-1' });
    analytics.track({ anonymousId: 'device-9', event: 'Report Downloaded', properties: { asset: 'Ops benchmark' } });
    await analytics.flush();
    expect(errors).toEqual([]);
    expect(requests.every(({ status, path }) => status === 200 && path === '/v1/batch')).toBe(true);
    const dana = await touchesOf('dana@northwind.example');
    expect(dana).toMatchObject({ person: { name: 'Dana Whitfield', title: 'VP Operations', company: 'Northwind Labs' }, stage: 'mql' });
    expect(dana!.touches.map(({ kind, asset }) => [kind, asset])).toEqual(
      expect.arrayContaining([
        ['form', 'Cut churn in Q4'],
        ['visited', 'Pricing'],
        ['opened', 'Hello'],
        ['downloaded', 'Ops benchmark'],
      ]),
    );
    expect(Math.abs(Date.parse(dana!.touches[0]!.at) - Date.parse('2026-11-01T10:00:00Z'))).toBeLessThan(2000);
  });

  it('sends forty events as fifteen, fifteen and ten; each is there once', async () => {
    const { analytics, sent } = sdk({ flushInterval: 10_000 });
    for (let i = 0; i < 40; i++)
      analytics.track({ userId: 'forty@northwind.example', event: 'Form Submitted', properties: { form_name: `Form ${i}` } });
    await analytics.flush();
    expect(sent.map((body) => JSON.parse(body).batch.length).sort()).toEqual([10, 15, 15]);
    expect((await touchesOf('forty@northwind.example'))?.touches.length).toBe(40);
    // The network may deliver a request and lose its answer: the same body again changes nothing.
    for (const body of sent) expect((await post('/v1/batch', body)).status).toBe(200);
    expect((await touchesOf('forty@northwind.example'))?.touches.length).toBe(40);
  });

  it('loses nothing while the store is away, and doubles nothing', async () => {
    const { analytics, errors } = sdk({ flushAt: 5 });
    const delivered = Promise.all(
      Array.from(
        { length: 10 },
        (_, i) =>
          new Promise<void>((done, fail) =>
            analytics.track(
              { userId: 'away@northwind.example', event: 'Form Submitted', properties: { form_name: `Before ${i}` } },
              (error) => (error ? fail(error) : done()),
            ),
          ),
      ),
    );
    await delivered;
    relay.away = true;
    for (const socket of relay.sockets) socket.destroy();
    const refused = new Promise<void>((seen) => analytics.on('http_response', ({ status }) => status === 503 && seen()));
    const after = Array.from(
      { length: 20 },
      (_, i) =>
        new Promise<void>((done, fail) =>
          analytics.track(
            { userId: 'away@northwind.example', event: 'Form Submitted', properties: { form_name: `During ${i}` } },
            (error) => (error ? fail(error) : done()),
          ),
        ),
    );
    await refused;
    relay.away = false;
    await Promise.all(after);
    expect(errors).toEqual([]);
    expect(requests.some(({ status }) => status === 503)).toBe(true);
    expect(requests.some(({ headers }) => headers['x-retry-count'] !== undefined)).toBe(true);
    expect((await touchesOf('away@northwind.example'))?.touches.map(({ asset }) => asset).sort()).toEqual(
      [...Array.from({ length: 10 }, (_, i) => `Before ${i}`), ...Array.from({ length: 20 }, (_, i) => `During ${i}`)].sort(),
    );
  }, 30_000);

  it('is told to come again while the store is away', async () => {
    relay.away = true;
    for (const socket of relay.sockets) socket.destroy();
    const answer = await post('/v1/track', JSON.stringify({ userId: 'u', event: 'X' }));
    relay.away = false;
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('with a key that is not known here hears it', async () => {
    const { analytics, errors } = sdk({ writeKey: 'not a key' });
    analytics.track({ userId: 'x@northwind.example', event: 'Form Submitted' });
    await analytics.flush();
    expect(requests.map(({ status }) => status)).toEqual([401]);
    expect(errors).toHaveLength(1);
  });
});

describe('other senders', () => {
  it('RudderStack: gzip under the content type of a form, no key in the body', async () => {
    const batch = [
      {
        type: 'identify',
        userId: 'r-1',
        messageId: 'r-m1',
        originalTimestamp: '2026-11-10T10:00:00.000Z',
        traits: { email: 'rudder@northwind.example', name: 'Rudi' },
        context: { library: { name: '@rudderstack/rudder-sdk-node' } },
      },
      {
        type: 'track',
        userId: 'r-1',
        messageId: 'r-m2',
        originalTimestamp: '2026-11-10T10:00:01.000Z',
        event: 'Form Submitted',
        properties: { form_name: 'Demo' },
      },
      {
        type: 'page',
        userId: 'r-1',
        messageId: 'r-m3',
        originalTimestamp: '2026-11-10T10:00:02.000Z',
        name: 'Docs',
        properties: { path: '/guides/x', title: 'X' },
      },
    ];
    const body = { batch, timestamp: '2026-11-10T10:00:03.000Z', sentAt: '2026-11-10T10:00:03.000Z' };
    const answer = await post('/v1/batch', gzipSync(JSON.stringify(body)), {
      'content-encoding': 'gzip',
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ success: true });
    expect((await touchesOf('rudder@northwind.example'))?.touches.map(({ kind }) => kind)).toEqual(['form', 'read']);
  });

  it('name their key in the body or as a Bearer token', async () => {
    const event = (n: number) => ({
      messageId: `auth ${n}`,
      event: 'Form Submitted',
      properties: { email: `auth${n}@northwind.example` },
      anonymousId: 'x',
    });
    const plain = (body: unknown, headers: Record<string, string> = {}) =>
      fetch(`${host}/v1/track`, { method: 'POST', body: JSON.stringify(body), headers });
    expect((await plain({ ...event(1), writeKey })).status).toBe(200);
    expect((await plain(event(2), { authorization: `Bearer ${writeKey}` })).status).toBe(200);
    expect((await plain({ ...event(3), writeKey }, { authorization: 'Bearer some-oauth-token' })).status).toBe(200);
    expect((await plain(event(4))).status).toBe(401);
    for (const n of [1, 2, 3]) expect((await touchesOf(`auth${n}@northwind.example`))?.touches).toHaveLength(1);
  });

  it('a revoked key is refused', async () => {
    const key = await makeKey('Old');
    await server.in((trx) =>
      trx
        .updateTable('write_key')
        .set({ revoked_at: new Date().toISOString() })
        .where('workspace', '=', server.workspace)
        .where('name', '=', 'Old')
        .execute(),
    );
    expect(
      (await fetch(`${host}/v1/track`, { method: 'POST', body: JSON.stringify({ userId: 'u', event: 'X', writeKey: key }) })).status,
    ).toBe(401);
  });

  it('a wrong event is put aside with its reason, the rest of its batch is kept', async () => {
    const good = (n: number) => ({
      type: 'track',
      messageId: `good ${n}`,
      userId: 'good@northwind.example',
      event: 'Form Submitted',
      properties: { form_name: `${n}` },
    });
    const large = { ...good(9), messageId: 'large', properties: { text: 'x'.repeat(600 * 1024) } };
    const batch = [
      good(1),
      { type: 'track', event: 'No one' },
      'text',
      good(2),
      { ...good(3), timestamp: 'yesterday' },
      { type: 'identify', userId: 'n', traits: { email: 'a\0b' } },
      large,
      good(4),
    ];
    const answer = await post('/v1/batch', JSON.stringify({ batch }));
    expect(answer.status).toBe(200);
    expect((await touchesOf('good@northwind.example'))?.touches.map(({ asset }) => asset).sort()).toEqual(['1', '2', '4']);
    const listed = await rejects();
    const reasons = listed.map(({ reason }) => reason).join('\n');
    for (const why of [/names nobody/, /must be a JSON object/, /not a time/, /not an e-mail address/, /601 KB; an event may be 32 KB/])
      expect(reasons).toMatch(why);
    expect(listed.every(({ source }) => source === 'Web site')).toBe(true);
    expect(listed.find(({ reason }) => /not a time/.test(reason))?.event).toMatchObject({ timestamp: 'yesterday', messageId: 'good 3' });
  });

  it('a batch over 500 KB is refused whole, and noted; one at the limit is kept', async () => {
    const event = (n: number) => ({
      type: 'track',
      messageId: `size ${newId()}`,
      userId: 'size@northwind.example',
      event: 'Form Submitted',
      properties: { form_name: `${n}`, text: 'x'.repeat(30 * 1024) },
    });
    const sixteen = await post('/v1/batch', JSON.stringify({ batch: Array.from({ length: 16 }, (_, i) => event(i)) }));
    expect(sixteen.status).toBe(200);
    const seventeen = await post('/v1/batch', JSON.stringify({ batch: Array.from({ length: 17 }, (_, i) => event(i)) }));
    expect(seventeen.status).toBe(413);
    expect(await seventeen.json()).toMatchObject({ type: 'urn:baton:problem:too-large', detail: expect.stringMatching(/500 KB/) });
    expect((await touchesOf('size@northwind.example'))?.touches).toHaveLength(16);
    expect((await rejects()).map(({ reason }) => reason).join()).toMatch(/batch of 17 events was refused/);
    // A bomb: a few kilobytes that inflate to 40 MB.
    const bomb = gzipSync(Buffer.alloc(40 * 2 ** 20, 'x'));
    expect((await post('/v1/batch', bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  it.each([
    ['{"batch": [', 400],
    ['[]', 400],
    ['{"batch": {}}', 400],
    ['\ufffe', 400],
    ['{"batch": []}', 200],
  ])('what is no batch is refused: %s', async (body, status) => {
    const answer = await post('/v1/batch', body);
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  it('thousands of small events in one batch are stored', async () => {
    const batch = Array.from({ length: 2500 }, (_, i) => ({
      type: 'track',
      messageId: `s${i}`,
      userId: `s${i % 50}@northwind.example`,
      event: 'Link Clicked',
    }));
    expect((await post('/v1/batch', JSON.stringify({ batch }))).status).toBe(200);
    expect((await touchesOf('s7@northwind.example'))?.touches).toHaveLength(50);
  });
});

describe('what was put aside', () => {
  it('is for admins, newest first, page by page', async () => {
    const admin = await server.user('admin');
    expect((await server.call(await server.user('rep'), ingestRejects)).status).toBe(403);
    const all = (await server.call(admin, ingestRejects, { query: { limit: 200 } })).body.items;
    const paged: unknown[] = [];
    let before: string | undefined;
    do {
      const page = await server.call(admin, ingestRejects, { query: { limit: 2, ...(before && { before }) } });
      paged.push(...page.body.items);
      before = page.body.next;
    } while (before);
    expect(paged).toEqual(all);
    expect(all.length).toBeGreaterThan(4);
  });

  it('is no business of another workspace, nor are its events', async () => {
    const other = await server.anotherWorkspace();
    const admin = await server.user('admin', { workspace: other });
    expect((await server.call(admin, ingestRejects)).body.items).toEqual([]);
    expect(ingestBatch.by).toBe('write-key');
  });
});
