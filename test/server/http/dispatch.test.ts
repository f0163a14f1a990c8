import { gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { route } from '../../../lib/contract/route.ts';
import { z } from '../../../lib/contract/z.ts';
import { reply } from '../../../server/http/app.ts';
import { type Dispatch, dispatch, type Parts } from '../../../server/http/dispatch.ts';
import { openLog } from '../../../server/http/log.ts';
import { problem } from '../../../server/http/problem.ts';
import { openStore } from '../../../server/store/db.ts';
import { newId } from '../../../server/store/id.ts';
import { type TestServer, testServer } from '../harness.ts';

const params = z.object({ id: z.uuid() });
const rename = route({
  method: 'POST',
  path: '/test/people/{id}',
  summary: 'Renames',
  tag: 'Test',
  by: ['rep', 'admin'],
  params,
  body: z.object({ name: z.string().max(20), end: z.enum(['refuse', 'missing', 'fail', 'conflict']).optional() }),
  status: 201,
  answer: z.object({ name: z.string(), times: z.int() }),
  operation: true,
});
const strict = route({
  method: 'PUT',
  path: '/test/strict',
  summary: 'Refuses unknown fields',
  tag: 'Test',
  by: ['admin'],
  body: z.object({ name: z.string(), inner: z.object({ a: z.int() }).optional(), list: z.array(z.object({ b: z.int() })).optional() }),
  strict: true,
});
const query = route({
  method: 'GET',
  path: '/test/query',
  summary: 'Reads a query',
  tag: 'Test',
  by: 'any',
  query: z.object({ limit: z.coerce.number().int().min(1) }),
  answer: z.object({ limit: z.int() }),
});
const broken = route({
  method: 'GET',
  path: '/test/broken/{secret}',
  summary: 'Fails',
  tag: 'Test',
  by: 'public',
  params: z.object({ secret: z.string() }),
});
const raw = route({
  method: 'POST',
  path: '/test/raw',
  summary: 'Takes bytes',
  tag: 'Test',
  by: 'public',
  answer: z.object({ bytes: z.int() }),
});

let server: TestServer;
let app: Dispatch;
let logged: string;
let now: number;
beforeAll(async () => {
  server = await testServer({ connections: 20 });
});
afterAll(() => server?.close());
beforeEach(() => {
  logged = '';
  now = Date.UTC(2026, 10, 22);
  app = make();
});

function make(some: Partial<Parts> = {}): Dispatch {
  const log = openLog('info', {
    write(line: string) {
      logged += line;
    },
  });
  return dispatch({ store: server.store, config: server.config, log, jobs: server.jobs, now: () => now, ...some }, (to) => {
    to.handle(rename, async ({ trx, workspace, params, body }) => {
      const row = await trx
        .updateTable('person')
        .set({ name: body.name, title: sql<string>`concat(title, '+')` })
        .where('workspace', '=', workspace)
        .where('id', '=', params.id)
        .returning('title')
        .executeTakeFirst();
      if (body.end === 'missing' || !row) throw problem('not-found');
      if (body.end === 'refuse') throw problem('refused', 'Not that one.');
      if (body.end === 'conflict') throw problem('conflict', 'Moved.', { card: { id: params.id } });
      if (body.end === 'fail') throw new Error('by accident');
      return { name: body.name, times: row.title?.length ?? 0 };
    });
    to.handle(strict, async () => reply(204));
    to.handle(query, async (call) => ({ limit: call.query.limit }));
    to.stream(broken, async (call) => {
      throw Object.assign(new Error(`duplicate key: ${call.params.secret}`), { severity: 'ERROR', code: '23505', constraint: 'c' });
    });
    to.stream(raw, async (call) => ({ bytes: (await call.read(1000)).byteLength }));
    to.page('GET', '/test/page', () => new Response('<p>', { headers: { 'content-type': 'text/html' } }));
    return async (request) => {
      const id = request.headers.get('x-test-user');
      const user = users.get(id ?? '');
      if (!user) throw problem('unauthenticated', undefined, { headers: { 'www-authenticate': 'DPoP' } });
      return user;
    };
  });
}
const users = new Map<string, Awaited<ReturnType<TestServer['user']>>>();
const rep = async (role: 'rep' | 'admin' | 'marketer' = 'rep', workspace?: string) => {
  const user = await server.user(role, { ...(workspace && { workspace }) });
  users.set(user.id, user);
  return user;
};

interface Asked {
  method?: string;
  user?: { id: string };
  key?: string;
  body?: unknown;
  raw?: BodyInit;
  type?: string;
  headers?: Record<string, string>;
}
const ask = (path: string, { method = 'GET', user, key, body, raw: bytes, type = 'application/json', headers }: Asked = {}, of = app) =>
  of.fetch(
    new Request(`http://127.0.0.1:8787${path}`, {
      method,
      headers: {
        ...(user && { 'x-test-user': user.id }),
        ...(key && { 'idempotency-key': key }),
        ...((body !== undefined || bytes !== undefined) && { 'content-type': type }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(bytes !== undefined && { body: bytes }),
    }),
  );
const times = async (id: string) =>
  (
    await server.in((trx) =>
      trx.selectFrom('person').select('title').where('workspace', '=', server.workspace).where('id', '=', id).executeTakeFirstOrThrow(),
    )
  ).title?.length ?? 0;

describe('every refusal is a problem document', () => {
  const expectProblem = async (response: Response, status: number, code: string) => {
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const body = await response.json();
    expect(body).toMatchObject({
      type: `urn:baton:problem:${code}`,
      status,
      title: expect.any(String),
      instance: `urn:uuid:${response.headers.get('x-request-id')}`,
    });
    return body;
  };

  test('nothing there, wrong method, not signed in, wrong role', async () => {
    await expectProblem(await ask('/nothing'), 404, 'not-found');
    const wrong = await ask('/test/query', { method: 'DELETE' });
    await expectProblem(wrong, 405, 'not-found');
    expect(wrong.headers.get('allow')).toBe('GET');
    await expectProblem(await ask('/test/page', { method: 'POST' }), 405, 'not-found');
    const anonymous = await ask('/test/query?limit=1');
    await expectProblem(anonymous, 401, 'unauthenticated');
    expect(anonymous.headers.get('www-authenticate')).toBe('DPoP');
    const refused = await expectProblem(
      await ask('/test/strict', { method: 'PUT', user: await rep(), body: { name: 'x' } }),
      403,
      'forbidden',
    );
    expect(refused.detail).toBe('This is for admins; you are a rep.');
  });

  test('input that is not as it must be, with the place of each', async () => {
    const user = await rep();
    const admin = await rep('admin');
    const limit = await expectProblem(await ask('/test/query?limit=none', { user }), 400, 'invalid');
    expect(limit.errors).toMatchObject([{ pointer: '?limit' }]);
    const id = await expectProblem(
      await ask('/test/people/none', { method: 'POST', user, key: newId(), body: { name: 'x' } }),
      400,
      'invalid',
    );
    expect(id.errors).toMatchObject([{ pointer: '{id}' }]);
    const long = await expectProblem(
      await ask(`/test/people/${newId()}`, { method: 'POST', user, key: newId(), body: { name: 'x'.repeat(21) } }),
      400,
      'invalid',
    );
    expect(long.errors).toMatchObject([{ pointer: '/name' }]);
    const fields = await ask('/test/strict', {
      method: 'PUT',
      user: admin,
      body: { name: 'x', nmae: 1, inner: { a: 1, c: 2 }, list: [{ b: 1 }, { b: 1, 'd/e': 1 }] },
    });
    expect((await expectProblem(fields, 400, 'invalid')).errors.map((e: { pointer: string }) => e.pointer)).toEqual([
      '/nmae',
      '/inner/c',
      '/list/1/d~1e',
    ]);
    expect((await ask('/test/strict', { method: 'PUT', user: admin, body: { name: 'x', inner: { a: 1 } } })).status).toBe(204);
  });

  test('bodies that cannot be read', async () => {
    const user = await rep();
    const at = `/test/people/${newId()}`;
    const send = (some: Asked) => ask(at, { method: 'POST', user, key: newId(), ...some });
    await expectProblem(await send({ raw: '{"name":' }), 400, 'invalid');
    await expectProblem(await send({ raw: new Uint8Array([0x22, 0xff, 0x22]) }), 400, 'invalid');
    await expectProblem(await send({ raw: '{}', type: 'text/plain' }), 415, 'unsupported-media-type');
    await expectProblem(await send({ raw: '{}', headers: { 'content-encoding': 'zstd' } }), 415, 'unsupported-media-type');
    await expectProblem(await send({ raw: '{}', headers: { 'content-encoding': 'gzip' } }), 400, 'invalid');
    await expectProblem(await send({ raw: `"${'x'.repeat(300_000)}"` }), 413, 'too-large');
    await expectProblem(await send({ raw: '['.repeat(100_000) + ']'.repeat(100_000) }), 400, 'invalid');
    // Small as it comes, large as it is.
    await expectProblem(await send({ raw: gzipSync(Buffer.alloc(50_000_000)), headers: { 'content-encoding': 'gzip' } }), 413, 'too-large');
  });

  test('what went wrong here says nothing about it, and the log quotes nobody', async () => {
    const body = await expectProblem(await ask('/test/broken/dana@northwind.example?q=dana@northwind.example'), 500, 'internal');
    expect(JSON.stringify(body)).not.toMatch(/dana|duplicate/);
    expect(logged).toContain('"constraint":"c"');
    expect(logged).toContain('/test/broken/{secret}');
    expect(logged).not.toMatch(/dana|northwind/);
    await ask('/unknown/dana@northwind.example');
    expect(logged).not.toMatch(/dana|northwind/);
  });

  test('a store that is away is 503 with a time to come back', async () => {
    const away = openStore({ url: 'postgres://nobody@127.0.0.1:1/none' });
    const response = await ask('/test/query?limit=1', { user: await rep() }, make({ store: away }));
    expect((await response.clone().json()).detail).toBe('The store cannot be reached just now. Nothing was lost; send it again shortly.');
    await expectProblem(response, 503, 'unavailable');
    expect(response.headers.get('retry-after')).toBe('2');
    await away.close();
  });
});

describe('acts', () => {
  test('need a key', async () => {
    const user = await rep();
    const id = await server.lead();
    for (const key of [undefined, 'hello'])
      expect((await ask(`/test/people/${id}`, { method: 'POST', user, ...(key && { key }), body: { name: 'a' } })).status).toBe(400);
    expect((await ask(`/test/people/${id}`, { method: 'POST', user, key: `"${newId()}"`, body: { name: 'a' } })).status).toBe(201);
  });

  test('sent fifty times at once are done once, and answer the same', async () => {
    const user = await rep();
    const id = await server.lead();
    const key = newId();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => ask(`/test/people/${id}`, { method: 'POST', user, key, body: { name: 'Once' } })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const bodies = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(bodies.map((text) => JSON.stringify(JSON.parse(text), ['name', 'times'])))).toEqual(
      new Set(['{"name":"Once","times":1}']),
    );
    expect(await times(id)).toBe(1);
  });

  test('with the key of another act are refused, and leave that one as it is', async () => {
    const user = await rep();
    const [id, other] = [await server.lead(), await server.lead()];
    const key = newId();
    const send = (to: string, name: string) => ask(`/test/people/${to}`, { method: 'POST', user, key, body: { name } });
    expect((await send(id, 'One')).status).toBe(201);
    for (const answer of [await send(id, 'Two'), await send(other, 'One')]) {
      expect(answer.status).toBe(422);
      expect(await answer.json()).toMatchObject({ type: 'urn:baton:problem:key-reused' });
    }
    expect((await send(id, 'One')).status).toBe(201);
    expect(await times(id)).toBe(1);
    expect(await times(other)).toBe(0);
  });

  test('of other users and workspaces are others, whatever their key', async () => {
    const another = await server.anotherWorkspace();
    const key = newId();
    const id = await server.lead();
    const there = await server.lead({ workspace: another });
    const [a, b, c] = [await rep(), await rep(), await rep('rep', another)];
    const send = (user: { id: string }, to: string) => ask(`/test/people/${to}`, { method: 'POST', user, key, body: { name: 'x' } });
    expect([(await send(a, id)).status, (await send(b, id)).status, (await send(c, there)).status]).toEqual([201, 201, 201]);
    expect(await times(id)).toBe(2);
    expect((await send(c, id)).status).toBe(422);
  });

  test('that are refused change nothing, and stay refused', async () => {
    const user = await rep();
    const id = await server.lead();
    for (const [how, status] of [
      ['refuse', 422],
      ['conflict', 409],
    ] as const) {
      const key = newId();
      const send = () => ask(`/test/people/${id}`, { method: 'POST', user, key, body: { name: 'x', end: how } });
      const [first, second] = await Promise.all([send(), send()]);
      expect([first.status, second.status]).toEqual([status, status]);
      const again = await send();
      expect(again.status).toBe(status);
      expect(again.headers.get('content-type')).toBe('application/problem+json');
      if (how === 'conflict') expect(await again.json()).toMatchObject({ card: { id } });
    }
    expect(await times(id)).toBe(0);
  });

  test('that failed by accident, or came too early, can be sent again', async () => {
    const user = await rep();
    const id = await server.lead();
    for (const end of ['fail', 'missing']) {
      const key = newId();
      const failed = await ask(`/test/people/${id}`, { method: 'POST', user, key, body: { name: 'x', end } });
      expect(failed.status).toBeGreaterThanOrEqual(404);
      expect((await ask(`/test/people/${id}`, { method: 'POST', user, key, body: { name: 'y' } })).status).toBe(201);
    }
    expect(await times(id)).toBe(2);
  });
});

describe('limits', () => {
  test('belong to the user in the workspace, say how one stands, and refill', async () => {
    app = make({ limits: { requests: { quota: 3, window: 60 } } });
    const [user, other] = [await rep(), await rep()];
    const get = (who: { id: string }, forwarded = '10.0.0.1') =>
      ask('/test/query?limit=1', { user: who, headers: { 'x-forwarded-for': forwarded } });
    for (const left of [2, 1, 0]) {
      const answer = await get(user);
      expect(answer.headers.get('ratelimit')).toMatch(new RegExp(`^"requests";r=${left};t=\\d+$`));
      expect(answer.headers.get('ratelimit-policy')).toBe('"requests";q=3;w=60');
    }
    const refused = await get(user, '10.0.0.2');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('20');
    expect(await refused.json()).toMatchObject({ type: 'urn:baton:problem:rate-limited' });
    expect((await get(other)).status).toBe(200);
    now += 20_000;
    expect((await get(user)).status).toBe(200);
    expect((await get(user)).status).toBe(429);
    now += 3_600_000;
    expect((await get(user)).headers.get('ratelimit')).toContain('r=2');
  });
});

describe('the wire', () => {
  test('admits any origin without cookies', async () => {
    const preflight = await ask('/test/query', {
      method: 'OPTIONS',
      headers: {
        origin: 'moz-extension://f00',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,dpop,idempotency-key',
      },
    });
    expect(preflight.status).toBe(204);
    const allowed = preflight.headers.get('access-control-allow-headers')!.split(', ');
    expect(allowed).toEqual(expect.arrayContaining(['authorization', 'dpop', 'idempotency-key', 'content-type']));
    for (const path of ['/test/query?limit=1', '/nothing', '/test/broken/x', '/test/page']) {
      const answer = await ask(path);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.headers.get('access-control-expose-headers')).toMatch(/date.*retry-after.*ratelimit/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  test('reads bodies inflated, of any content type, up to a limit', async () => {
    const send = (bytes: Buffer, headers: Record<string, string> = {}) =>
      ask('/test/raw', { method: 'POST', raw: bytes as never, type: 'application/x-www-form-urlencoded', headers });
    expect(await (await send(Buffer.alloc(1000))).json()).toEqual({ bytes: 1000 });
    expect(await (await send(gzipSync(Buffer.alloc(1000)), { 'content-encoding': 'gzip' })).json()).toEqual({ bytes: 1000 });
    expect((await send(Buffer.alloc(1001))).status).toBe(413);
    expect((await send(gzipSync(Buffer.alloc(1001)), { 'content-encoding': 'gzip' })).status).toBe(413);
  });
});
