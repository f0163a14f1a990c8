import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addSource,
  changeSource,
  checkSource,
  dryRunSource,
  finishSourceSignIn,
  shapeOfSource,
  sources,
  sourceWebhook,
  startSourceSignIn,
} from '../../lib/contract/routes/sources.ts';
import type { User } from '../../server/http/user.ts';
import { outgoing } from '../../server/outgoing/request.ts';
import { sourceById } from '../../server/sources/index.ts';
import { systemClock } from '../../server/sources/links.ts';
import { runPull, runRead } from '../../server/sources/pull.ts';
import { openSeal } from '../../server/sources/seal.ts';
import { FakeHubspot } from '../fakes/hubspot.ts';
import { FakeMautic } from '../fakes/mautic.ts';
import { FakeSalesforce } from '../fakes/salesforce.ts';
import { type TestServer, testServer } from '../server/harness.ts';

/** Connecting as an admin does it: over the wire, out through the real door, to fakes that listen on this machine. */
let server: TestServer;
let admin: User;
let redirect: string;
const hubspot = new FakeHubspot();
const salesforce = new FakeSalesforce();
const mautic = new FakeMautic();
for (const fake of [hubspot, salesforce, mautic]) fake.client.secret = `${fake.constructor.name}-client-secret`;
const at: Record<string, string> = {};
const closers: (() => void)[] = [];
beforeAll(async () => {
  process.env.BATON_ALLOWED_HOSTS = '127.0.0.1';
  server = await testServer();
  admin = await server.user('admin');
  for (const [name, fake] of Object.entries({ hubspot, salesforce, mautic })) {
    const { url, close } = await fake.listen();
    at[name] = url;
    closers.push(close);
  }
  redirect = (await server.call(admin, sources)).body.redirects[0]!;
});
afterAll(async () => {
  delete process.env.BATON_ALLOWED_HOSTS;
  for (const close of closers) close();
  await server?.close();
});

const kinds = [
  { source: 'hubspot', way: 'oauth', fake: hubspot, client: hubspot.client },
  { source: 'salesforce', way: 'web-server', fake: salesforce, client: salesforce.client },
  { source: 'mautic', way: 'sign-in', fake: mautic, client: mautic.client },
] as const;
const bodyFor = ({ source, way, client }: (typeof kinds)[number]) => ({
  source,
  way,
  redirect,
  credentials: { address: at[source]!, clientId: client.id, clientSecret: client.secret },
});
const start = (kind: (typeof kinds)[number], more: object = {}) =>
  server.call(admin, startSourceSignIn, { body: { ...bodyFor(kind), ...more } });
const consented = ({ fake }: (typeof kinds)[number], url: string) => {
  const { state, code } = fake.consent(url);
  return { state, code };
};
const finish = (user: User, body: { state: string; code?: string; error?: string }) => server.call(user, finishSourceSignIn, { body });
const rowOf = (id: string) => server.in((trx) => trx.selectFrom('source_link').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
const runOf = async (id: string) => ({
  store: server.store,
  world: { seal: await openSeal(server.config.data), call: outgoing(['127.0.0.1']), clock: systemClock },
  source: sourceById((await rowOf(id)).source)!,
  workspace: server.workspace,
  id,
  signal: new AbortController().signal,
});

describe.each(kinds)('signing in at $source', (kind) => {
  let id: string;

  test('what is said no to, is foreign or comes twice opens nothing', async () => {
    const wrong = await server.call(admin, startSourceSignIn, { body: { ...bodyFor(kind), redirect: 'https://evil.example/back' } });
    expect([wrong.status, wrong.body.detail]).toEqual([
      400,
      '“https://evil.example/back” is not an address that this backend sends people back to.',
    ]);
    const begun = await start(kind);
    const { code, state } = kind.fake.consent(begun.body.url);
    const other = await server.user('admin');
    expect((await finish(other, { state, code })).body.detail).toMatch(/^You did not begin this sign-in/);
    const refused = await finish(admin, { state, error: 'access_denied' });
    expect(refused.body.detail).toMatch(/did not let Baton in \(access_denied\)\. Begin anew, and allow it there\.$/);
    expect((await finish(admin, { state, code })).body.detail).toMatch(/it was ended already/);

    const late = await start(kind);
    await server.in((trx) =>
      trx
        .updateTable('source_sign_in')
        .set({ expires_at: new Date(0) })
        .execute(),
    );
    expect((await finish(admin, consented(kind, late.body.url))).body.detail).toMatch(/it took too long/);
    const stolen = await start(kind);
    expect((await finish(admin, { state: stolen.body.state, code: 'guessed' })).body.detail).toMatch(/Connect again\.$/);
    expect((await server.call(admin, sources)).body.items.filter((s) => s.source === kind.source)).toEqual([]);
  });

  test('the code opens it; tokens are kept sealed, renewed when they end, and shown to nobody', async () => {
    const begun = await start(kind);
    expect(begun.status).toBe(200);
    const back = kind.fake.consent(begun.body.url);
    expect(back).toMatchObject({ state: begun.body.state, redirect });
    const done = await finish(admin, { state: back.state, code: back.code });
    expect(done.status, JSON.stringify(done.body)).toBe(200);
    id = done.body.source.id;
    expect(done.body.source).toMatchObject({ source: kind.source, way: kind.way, state: 'running', mapping: { agreed: false } });
    const shown = JSON.stringify([done.body, (await server.call(admin, sources)).body]);

    const { world } = await runOf(id);
    const open = async () =>
      JSON.parse(world.seal.open((await rowOf(id)).credentials, `${server.workspace}/${id}`)) as Record<string, string>;
    const kept = await open();
    expect(Object.keys(kept)).toEqual(expect.arrayContaining(['accessToken', 'refreshToken', 'clientSecret']));
    for (const secret of [kept.accessToken!, kept.refreshToken!, kept.clientSecret!]) {
      expect(shown.includes(secret)).toBe(false);
      expect((await rowOf(id)).credentials.includes(Buffer.from(secret))).toBe(false);
    }
    if (kind.source === 'mautic') mautic.endTokens();
    if (kind.source === 'salesforce') salesforce.endSessions();
    if (kind.source === 'hubspot') hubspot.endTokens();
    expect((await server.call(admin, checkSource, { params: { id } })).body.findings.every((f) => f.ok)).toBe(true);
    expect((await open()).accessToken).not.toBe(kept.accessToken);
  });

  test('withdrawn, it says so; signed in again it is the same source', async () => {
    kind.fake.revoke();
    const { findings } = (await server.call(admin, checkSource, { params: { id } })).body;
    expect(findings.at(-1)!.sentence).toMatch(/Connect again\.$/);
    const back = kind.fake.consent((await start(kind, { id })).body.url);
    const again = await finish(admin, { state: back.state, code: back.code });
    expect(again.body.source.id).toBe(id);
    expect((await server.call(admin, checkSource, { params: { id } })).body.findings.every((f) => f.ok)).toBe(true);
    const twice = kind.fake.consent((await start(kind)).body.url);
    expect((await finish(admin, { state: twice.state, code: twice.code })).body.detail).toMatch(/is connected already, as “/);
  });
});

test('the dry run counts lead statuses like stages, and moves people by what was said last', async () => {
  const clock = { at: Date.now() - 86_400_000 };
  const crm = new FakeHubspot(() => clock.at);
  crm.portal = 98;
  const { url, close } = await crm.listen();
  closers.push(close);
  const put = (email: string, ...said: Record<string, string>[]) => {
    const { id } = crm.put({ email });
    for (const one of said) {
      clock.at += 1000;
      crm.put(one, id);
    }
  };
  const customer = { lifecyclestage: 'customer' };
  put('a@dry.example', customer, { hs_lead_status: 'UNQUALIFIED' });
  put('b@dry.example', { hs_lead_status: 'UNQUALIFIED' }, customer);
  put('c@dry.example', customer, { hs_lead_status: 'OPEN' });
  put('d@dry.example', customer, { hs_lead_status: 'OPEN' }, { hs_lead_status: '' });
  const body = { source: 'hubspot', credentials: { token: crm.token, address: url } };
  const { id } = (await server.call(admin, addSource, { body })).body.source;
  const { proposal } = (await server.call(admin, shapeOfSource, { params: { id } })).body;
  const dry = (await server.call(admin, dryRunSource, { params: { id }, body: { mapping: proposal } })).body;
  expect(dry.stages).toEqual([{ value: 'customer', label: 'customer', people: 4, stage: 'customer' }]);
  expect(dry.statuses).toEqual([
    { value: 'UNQUALIFIED', label: 'UNQUALIFIED', people: 2, stage: 'disqualified' },
    { value: 'OPEN', label: 'OPEN', people: 1 },
  ]);
  expect(dry.moves).toEqual([
    { to: 'customer', people: 3 },
    { to: 'disqualified', people: 1 },
  ]);
});

test('what the dry run says of people who are not here yet is what the import makes of them', async () => {
  const clock = { at: Date.now() - 86_400_000 };
  const crm = new FakeHubspot(() => clock.at);
  crm.portal = 97;
  crm.searchLag = 0;
  const { url, close } = await crm.listen();
  closers.push(close);
  crm.put({ email: 'tie@dry-new.example', lifecyclestage: 'lead', hs_lead_status: 'BAD_TIMING' });
  crm.put({ email: 'unmapped@dry-new.example', lifecyclestage: 'evangelist' });
  crm.put({ email: 'mixed@dry-new.example', lifecyclestage: 'evangelist', hs_lead_status: 'BAD_TIMING' });
  crm.put({ email: 'nothing@dry-new.example' });
  crm.put({ hs_linkedin_url: 'https://www.linkedin.com/in/dry-new', lifecyclestage: 'customer' });
  // Whom nothing identifies does not come.
  crm.put({ firstname: 'Nobody', lifecyclestage: 'customer' });
  const body = { source: 'hubspot', credentials: { token: crm.token, address: url } };
  const { id } = (await server.call(admin, addSource, { body })).body.source;
  const { proposal } = (await server.call(admin, shapeOfSource, { params: { id } })).body;
  const dry = (await server.call(admin, dryRunSource, { params: { id }, body: { mapping: proposal } })).body;
  await server.call(admin, changeSource, { params: { id }, body: { mapping: { ...proposal, agreed: true } } });
  expect(await runPull(await runOf(id))).toBe('done');
  const came = await server.in((trx) =>
    trx
      .selectFrom('lead as l')
      .innerJoin('person_alias as a', (join) => join.onRef('a.workspace', '=', 'l.workspace').onRef('a.person', '=', 'l.id'))
      .select('l.stage')
      .where('a.kind', '=', 'record')
      .where('a.value', 'like', 'hubspot:97:%')
      .execute(),
  );
  expect(dry).toMatchObject({
    moves: [
      { to: 'recycled', people: 2 },
      { to: 'customer', people: 1 },
    ],
    stageless: 2,
  });
  expect(came.map(({ stage }) => stage).sort()).toEqual(['customer', 'recycled', 'recycled', 'subscriber', 'subscriber']);
});

describe('a source from connecting to syncing', () => {
  let id: string;
  const crm = new FakeHubspot();
  beforeAll(async () => {
    crm.portal = 99;
    const { url, close } = await crm.listen();
    closers.push(close);
    crm.put({ email: 'dana@wire.example', firstname: 'Dana', lifecyclestage: 'marketingqualifiedlead' });
    crm.put({ email: 'mira@wire.example', firstname: 'Mira', lifecyclestage: 'customer' });
    const credentials = { token: crm.token, address: url };
    const added = await server.call(admin, addSource, { body: { source: 'hubspot', credentials, webhookSecret: crm.secret } });
    expect(added.status, JSON.stringify(added.body)).toBe(201);
    id = added.body.source.id;
  });

  test('wrong fields, wrong keys and addresses inside the network are refused in words', async () => {
    const refused = async (body: { source: string; credentials: Record<string, string> }) =>
      (await server.call(admin, addSource, { body })).body.detail;
    expect(await refused({ source: 'pipedrive', credentials: {} })).toBe('This Baton does not know the source “pipedrive”.');
    expect(await refused({ source: 'mautic', credentials: { address: at.mautic! } })).toBe('Mautic needs: User name, Password.');
    expect(await refused({ source: 'hubspot', credentials: { token: 'no', address: at.hubspot! } })).toMatch(/no longer accepts the key/);
    expect(await refused({ source: 'mautic', credentials: { address: 'https://10.0.0.7', user: 'a', password: 'b' } })).toMatch(
      /is an address inside this network\. An admin can allow the host/,
    );
  });

  test('nothing is written and nobody comes before the mapping is agreed; the dry run says what would', async () => {
    const { proposal } = (await server.call(admin, shapeOfSource, { params: { id } })).body;
    const dry = await server.call(admin, dryRunSource, { params: { id }, body: { mapping: proposal } });
    expect(dry.body).toMatchObject({
      looked: 2,
      moves: expect.arrayContaining([
        { to: 'mql', people: 1 },
        { to: 'customer', people: 1 },
      ]),
    });
    expect(await runPull(await runOf(id))).toBe('paused');
    expect(crm.requests.filter((r) => r.method === 'PATCH' || /notes/.test(r.path))).toEqual([]);
    expect((await server.call(admin, sources)).body.items.find((s) => s.id === id)).toMatchObject({ counts: { people: 0 } });

    const mapping = { ...proposal, agreed: true };
    expect((await server.call(admin, changeSource, { params: { id }, body: { mapping } })).status).toBe(200);
    expect(await runPull(await runOf(id))).toBe('done');
    const shown = (await server.call(admin, sources)).body.items.find((s) => s.id === id)!;
    expect(shown).toMatchObject({ counts: { people: 2, stages: 2 }, knownAs: 'HubSpot 99' });
    expect(shown.lag).toBeLessThan(60);
  });

  test('paused, nothing runs; resumed and read anew, nothing is doubled', async () => {
    await server.call(admin, changeSource, { params: { id }, body: { state: 'paused' } });
    expect(await runPull(await runOf(id))).toBe('paused');
    await server.call(admin, changeSource, { params: { id }, body: { state: 'running', resync: true } });
    expect(await runPull(await runOf(id))).toBe('done');
    const stages = await server.in((trx) =>
      trx
        .selectFrom('stage_change as c')
        .innerJoin('person_key as k', 'k.person', 'c.person')
        .select('c.to_stage')
        .where('k.value', 'like', '%@wire.example')
        .execute(),
    );
    expect(stages.map((s) => s.to_stage).sort()).toEqual(['customer', 'mql']);
    expect((await server.call(admin, sources)).body.items.find((s) => s.id === id)!.counts).toMatchObject({ people: 2, stages: 2 });
  });

  test('a webhook counts with its signature, once, and within its time', async () => {
    const mira = [...crm.contacts.values()].find((c) => c.properties.email === 'mira@wire.example')!;
    const path = `/v1/sources/${id}/webhook`;
    const events = [
      { eventId: 1, subscriptionId: 2, portalId: 99, occurredAt: 3, objectId: Number(mira.id), subscriptionType: 'contact.propertyChange' },
    ];
    const raw = JSON.stringify(events);
    const call = async (headers: Record<string, string>, body = raw) =>
      server.app.fetch(
        new Request(server.config.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }),
      );
    const post = async (headers: Record<string, string>, body = raw) => (await call(headers, body)).status;
    const heard = async () =>
      (await server.in((trx) => trx.selectFrom('source_heard').select('id').where('link', '=', id).execute())).length;
    const good = crm.sign('POST', server.config.url + path, raw, server.clock.now);
    expect(await post({})).toBe(401);
    expect(await post(good, `${raw} `)).toBe(401);
    const late = await call(crm.sign('POST', server.config.url + path, raw, server.clock.now - 301_000));
    expect([late.status, (await late.json()).detail]).toEqual([
      401,
      'The signature does not fit, or is too old. Check the secret kept for this webhook, the address it calls, and the clocks.',
    ]);
    expect(await heard()).toBe(0);
    await server.jobs.start();
    const { send } = server.jobs;
    const reads: object[] = [];
    // It dies before the read is queued, and when it is; HubSpot tells again what was not taken in.
    for (const dies of ['before', 'after', undefined]) {
      server.jobs.send = async (workspace, name, data, options) => {
        if (dies === 'before') throw new Error('The process died.');
        await send(workspace, name, data, options);
        reads.push({ name, ...data });
        if (dies) throw new Error('The process died.');
      };
      expect(await post(good)).toBe(dies ? 500 : 204);
      expect(await heard()).toBe(dies ? 0 : 1);
    }
    const read = { name: 'source.read', link: id, records: [mira.id] };
    expect(reads).toEqual([read, read]);
    expect(await post(good)).toBe(204);
    expect(await heard()).toBe(1);
    expect(reads).toHaveLength(2);
    server.jobs.send = send;
    crm.put({ lifecyclestage: 'opportunity' }, mira.id);
    expect(await runRead(await runOf(id), [mira.id])).toBe('done');
    const found = await server.in((trx) =>
      trx
        .selectFrom('lead as l')
        .innerJoin('person_key as k', 'k.person', 'l.id')
        .select('l.stage')
        .where('k.value', '=', 'mira@wire.example')
        .executeTakeFirst(),
    );
    expect(found?.stage).toBe('opportunity');
    expect(sourceWebhook.by).toBe('public');
  });
});
