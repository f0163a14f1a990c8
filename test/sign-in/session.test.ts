import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { idbKept } from '../../lib/client/session/kept.ts';
import { createSession } from '../../lib/client/session/session.ts';
import type { SessionStatus } from '../../lib/client/session/world.ts';
import { type Backend, backend } from './backend.ts';
import { asPerson, extension } from './extension.ts';
import { claimsOf, newKey, refresh } from './raw.ts';

let server: Backend;
beforeAll(async () => {
  server = await backend();
});
afterAll(() => server.stop());
afterEach(() => {
  delete server.before.each;
  server.clock.skew = 0;
});

const asked = (what: string) => server.log.filter((line) => line === what).length;
const tokenRequest = 'POST /sign-in/token';

test('signs in, asks as the user, and stays signed in when worker and browser start anew', async () => {
  let it = extension();
  expect(await it.session.status()).toEqual({ state: 'not-connected' });
  const seen: SessionStatus[] = [];
  it.session.onChange((status) => seen.push(status));
  const status = await it.session.signIn(server.url);
  expect(status).toMatchObject({ state: 'signed-in', backend: server.url, user: server.people.ada });
  expect(seen).toEqual([status]);
  for (const next of [() => it.restart(), () => it.reopen(), () => it]) {
    const answer = await it.session.authorizedFetch('/v1/me?x=1');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      id: server.people.ada,
      workspace: { id: server.workspace },
      role: 'rep',
      email: 'ada@ridgeway.example',
    });
    it = next();
    expect(await it.session.status()).toEqual(status);
  }
});

test('keeps neither a key that can be taken away nor a token that can be read', async () => {
  const it = extension();
  await it.session.signIn(server.url);
  const kept = (await it.world.kept.read())!;
  for (const key of [kept.proof!.privateKey, kept.wrap!])
    for (const format of ['jwk', 'pkcs8', 'raw'] as const) await expect(crypto.subtle.exportKey(format, key)).rejects.toThrow();
  const { refresh: _refresh, proof: _proof, wrap: _wrap, ...plain } = kept;
  expect(Object.keys(plain).sort()).toEqual(['backend', 'id', 'since', 'user']);
  expect([...it.world.memory.items.keys()]).toEqual(expect.arrayContaining(['session.access']));
  const found = it.world.memory.items.get('session.access') as { token: string };
  expect(claimsOf(found.token)).toMatchObject({ sub: server.people.ada });
});

describe('refreshing', () => {
  const forget = (it: ReturnType<typeof extension>) => it.world.memory.items.delete('session.access');

  test('is one request however many ask', async () => {
    const it = extension();
    await it.session.signIn(server.url);
    forget(it);
    const before = asked(tokenRequest);
    const answers = await Promise.all(Array.from({ length: 20 }, () => it.session.authorizedFetch('/v1/me')));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(asked(tokenRequest) - before).toBe(1);
  });

  test('by two workers at once works for both', async () => {
    const it = extension();
    await it.session.signIn(server.url);
    const other = it.reopen();
    forget(it);
    const tokens = await Promise.all([it.session.token(), other.session.token()]);
    expect(new Set(tokens).size).toBe(2);
    for (const { session } of [it, other]) expect((await session.authorizedFetch('/v1/me')).status).toBe(200);
  });

  test('waits for another context that holds the lock, and takes what that one got', async () => {
    const it = extension({ locks: navigator.locks });
    await it.session.signIn(server.url);
    const other = createSession(it.world);
    forget(it);
    const before = asked(tokenRequest);
    const tokens = await Promise.all([it.session.token(), other.token()]);
    expect(new Set(tokens).size).toBe(1);
    expect(asked(tokenRequest) - before).toBe(1);
  });

  test('whose answer was lost on the way is asked again', async () => {
    let lose = 0;
    const it = extension({
      fetch: async (...args) => {
        const response = await fetch(...args);
        if (String(args[0]).endsWith('/sign-in/token') && lose-- > 0) throw new TypeError('Failed to fetch');
        return response;
      },
    });
    await it.session.signIn(server.url);
    for (const next of [it, it.restart(), it.reopen()]) {
      forget(next);
      lose = 1;
      await expect(next.session.authorizedFetch('/v1/me')).rejects.toMatchObject({ name: 'SessionTrouble', kind: 'unreachable' });
      expect((await next.session.status()).state).toBe('signed-in');
      expect((await next.session.authorizedFetch('/v1/me')).status).toBe(200);
    }
  });

  test.each([
    ['500', (res) => res.writeHead(500).end('{"error":"server_error"}')],
    ['503 as a page', (res) => res.writeHead(503, { 'content-type': 'text/html' }).end('<h1>away</h1>')],
    ['a hotel’s own page', (res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome, guest</h1>')],
    ['404', (res) => res.writeHead(404).end()],
    ['a redirect', (res) => res.writeHead(302, { location: 'http://127.0.0.1:1/login' }).end()],
    [
      'half an answer',
      (res) => res.writeHead(200, { 'content-type': 'application/json', 'content-length': '900' }).write('{"access_') && res.destroy(),
    ],
    ['a cut line', (res) => res.destroy()],
    ['invalid_client', (res) => res.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_client"}')],
    ['invalid_grant as a page', (res) => res.writeHead(400, { 'content-type': 'text/html' }).end('invalid_grant')],
  ] as [string, (res: import('node:http').ServerResponse) => unknown][])('that ends in %s signs nobody out', async (_name, answer) => {
    const it = extension();
    await it.session.signIn(server.url);
    forget(it);
    server.before.each = (req, res) => {
      if (!req.url!.startsWith('/sign-in/token')) return false;
      answer(res);
      return true;
    };
    await expect(it.session.token()).rejects.toMatchObject({ name: 'SessionTrouble', kind: 'unreachable' });
    expect((await it.session.status()).state).toBe('signed-in');
    delete server.before.each;
    expect((await it.session.authorizedFetch('/v1/me')).status).toBe(200);
  });

  test('that the backend refuses for good signs out, and remembers whom', async () => {
    const it = extension({ launchWebAuthFlow: asPerson('bo@ridgeway.example') });
    await it.session.signIn(server.url);
    const seen: SessionStatus[] = [];
    it.session.onChange((status) => seen.push(status));
    const disable = (disabled_at: Date | null) =>
      server.store.inWorkspace(server.workspace, (trx) =>
        trx.updateTable('app_user').set({ disabled_at }).where('id', '=', server.people.bo).execute(),
      );
    await disable(new Date());
    forget(it);
    await expect(it.session.authorizedFetch('/v1/me')).rejects.toMatchObject({ kind: 'signed-out' });
    const status = { state: 'signed-out', backend: server.url, user: server.people.bo, why: 'ended' };
    expect(await it.session.status()).toEqual(status);
    expect(seen).toEqual([status]);
    const kept = await it.world.kept.read();
    expect([kept?.proof, kept?.wrap, kept?.refresh]).toEqual([undefined, undefined, undefined]);
    const before = server.log.length;
    await expect(it.restart().session.token()).rejects.toMatchObject({ kind: 'signed-out' });
    expect(server.log.length).toBe(before);
    await disable(null);
    expect(await it.session.signIn(server.url)).toMatchObject({ state: 'signed-in', user: server.people.bo });
  });
});

describe('a request', () => {
  test('is sent again once with a new token when the backend does not take the old one', async () => {
    const it = extension();
    await it.session.signIn(server.url);
    const held = it.world.memory.items.get('session.access') as object;
    it.world.memory.items.set('session.access', { ...held, token: 'not.a.token' });
    const answer = await it.session.authorizedFetch('/v1/echo', { method: 'POST', body: 'twice', headers: { 'idempotency-key': 'a' } });
    expect([answer.status, await answer.json()]).toEqual([200, { text: 'twice' }]);

    let bodies: string[] = [];
    server.before.each = async (req, res) => {
      if (!req.url!.startsWith('/v1/')) return false;
      let body = '';
      for await (const chunk of req) body += chunk;
      bodies.push(`${req.headers['idempotency-key']} ${body}`);
      res.writeHead(401, { 'www-authenticate': 'DPoP error="invalid_token"' }).end('{}');
      return true;
    };
    const refused = await it.session.authorizedFetch('/v1/me', { method: 'POST', body: 'twice', headers: { 'idempotency-key': 'a' } });
    expect([refused.status, bodies]).toEqual([401, ['a twice', 'a twice']]);
    expect((await it.session.status()).state).toBe('signed-in');
    bodies = [];
  });

  test('is sent again with the nonce that was asked for, and the next ones have it at once', async () => {
    const it = extension();
    await it.session.signIn(server.url);
    const nonces: unknown[] = [];
    server.before.each = (req, res) => {
      if (!req.url!.startsWith('/v1/')) return false;
      const { nonce } = claimsOf(req.headers.dpop as string);
      nonces.push(nonce);
      if (nonce === 'fresh') res.writeHead(200).end('{}');
      else res.writeHead(401, { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'fresh' }).end('{}');
      return true;
    };
    for (let i = 0; i < 3; i++) expect((await it.session.authorizedFetch('/v1/me')).status).toBe(200);
    expect(nonces).toEqual([undefined, 'fresh', 'fresh', 'fresh']);
  });

  test('hands every answer through, and the network’s failures as they are', async () => {
    const it = extension();
    await it.session.signIn(server.url);
    for (const status of [400, 403, 404, 409, 422, 429, 500, 503]) {
      server.before.each = (req, res) => {
        if (!req.url!.startsWith('/v1/')) return false;
        res.writeHead(status, { 'retry-after': '3' }).end('{"a":1}');
        return true;
      };
      const answer = await it.session.authorizedFetch('/v1/me');
      expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toEqual([status, '3', { a: 1 }]);
    }
    server.before.each = (_req, res) => {
      res.destroy();
      return true;
    };
    await expect(it.session.authorizedFetch('/v1/me')).rejects.toThrow(TypeError);
    const gone = AbortSignal.abort();
    delete server.before.each;
    await expect(it.session.authorizedFetch('/v1/me', { signal: gone })).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('goes to the backend alone', async () => {
    const it = extension();
    await it.session.signIn(server.url);
    for (const elsewhere of [
      'https://evil.example/v1/me',
      '//evil.example/v1/me',
      'http://127.0.0.1:1/v1/me',
      server.url.replace('http', 'https'),
    ])
      await expect(it.session.authorizedFetch(elsewhere)).rejects.toThrow('is not the backend');
  });
});

describe('time', () => {
  test.each([-25 * 3600_000, -61_000, 61_000, 3600_000])('of a device that is %d ms off does not matter', async (off) => {
    const it = extension({ now: () => Date.now() + off });
    await it.session.signIn(server.url);
    const restarted = it.restart();
    expect((await restarted.session.authorizedFetch('/v1/me')).status).toBe(200);
    for (const { session } of [it, restarted]) expect(Math.abs(session.serverNow() - Date.now())).toBeLessThan(1100);
  });

  test('set wrong between two requests costs one repetition', async () => {
    let off = 0;
    const it = extension({ now: () => Date.now() + off });
    await it.session.signIn(server.url);
    for (off of [200_000, -500_000]) {
      const before = asked('GET /v1/me');
      expect((await it.session.authorizedFetch('/v1/me')).status).toBe(200);
      expect(asked('GET /v1/me') - before).toBe(2);
      expect((await it.session.authorizedFetch('/v1/me')).status).toBe(200);
      expect(asked('GET /v1/me') - before).toBe(3);
    }
  });
});

describe('signing out', () => {
  test('ends the grant at the backend', async () => {
    const it = extension();
    await it.session.signIn(server.url);
    const held = it.world.memory.items.get('session.access') as { token: string };
    expect((await it.session.authorizedFetch('/v1/me')).status).toBe(200);
    await it.session.signOut();
    expect(it.world.memory.items.has('session.access')).toBe(false);
    expect(await it.session.status()).toEqual({ state: 'signed-out', backend: server.url, user: server.people.ada, why: 'asked' });
    const { grant } = claimsOf(held.token);
    const { rows } = await server.store.pool.query('select * from sign_in_find($1, $2)', ['Grant', grant]);
    expect(rows).toEqual([]);
    await expect(it.session.authorizedFetch('/v1/me')).rejects.toMatchObject({ kind: 'signed-out' });
  });

  test('works offline: the key is gone, so the token is worth nothing', async () => {
    let offline = false;
    let caught = '';
    const it = extension({
      fetch: (...args) => {
        if (offline) caught = new URLSearchParams(String(args[1]?.body)).get('token') ?? caught;
        return offline ? Promise.reject(new TypeError('Failed to fetch')) : fetch(...args);
      },
    });
    await it.session.signIn(server.url);
    offline = true;
    await it.session.signOut();
    expect((await it.session.status()).state).toBe('signed-out');
    expect(caught).not.toBe('');
    expect(await refresh(server.url, newKey(), caught)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('and forgetting leaves nothing', async () => {
    const it = extension();
    await it.session.signIn(server.url);
    await it.session.forget();
    expect(await it.session.status()).toEqual({ state: 'not-connected' });
    expect(await it.reopen().session.status()).toEqual({ state: 'not-connected' });
    await expect(it.session.token()).rejects.toMatchObject({ kind: 'not-connected' });
    expect(await idbKept('another').read()).toBeUndefined();
  });
});

describe('signing in', () => {
  test('as somebody else ends the sign-in before it', async () => {
    const it = extension();
    await it.session.signIn(server.url);
    const first = it.world.memory.items.get('session.access') as { token: string };
    it.world.launchWebAuthFlow = asPerson('bo@ridgeway.example');
    const next = createSession(it.world);
    expect(await next.signIn(server.url)).toMatchObject({ user: server.people.bo });
    expect(await (await next.authorizedFetch('/v1/me')).json()).toMatchObject({ id: server.people.bo });
    const { rows } = await server.store.pool.query('select * from sign_in_find($1, $2)', ['Grant', claimsOf(first.token).grant]);
    expect(rows).toEqual([]);
  });

  test.each([
    ['the window is closed', () => Promise.reject(new Error('The user did not approve access.')), 'cancelled'],
    ['nothing comes back', () => Promise.resolve(undefined), 'cancelled'],
    ['the page does not load', () => Promise.reject(new Error('Authorization page could not be loaded.')), 'unreachable'],
    ['it is refused', (url: string) => Promise.resolve(back(url, { error: 'access_denied', error_description: 'not today' })), 'refused'],
    ['another state comes back', (url: string) => Promise.resolve(back(url, { code: 'x', state: 'other' })), 'refused'],
    ['another issuer answers', (url: string) => Promise.resolve(back(url, { code: 'x', iss: 'https://evil.example' })), 'refused'],
    ['no issuer is named', (url: string) => Promise.resolve(back(url, { code: 'x', iss: '' })), 'refused'],
    ['the code is made up', (url: string) => Promise.resolve(back(url, { code: 'x' })), 'refused'],
  ] as [string, (url: string) => Promise<string | undefined>, string][])(
    'leaves everything as it was when %s',
    async (name, flow, kind) => {
      const it = extension();
      const before = await it.session.signIn(server.url);
      const again = createSession({ ...it.world, launchWebAuthFlow: ({ url }) => flow(url) });
      const asks = asked(tokenRequest);
      await expect(again.signIn(server.url)).rejects.toMatchObject({ name: 'SessionTrouble', kind });
      expect(asked(tokenRequest) - asks).toBe(name === 'the code is made up' ? 1 : 0);
      expect(await again.status()).toEqual(before);
      expect((await again.authorizedFetch('/v1/me')).status).toBe(200);
    },
  );

  test('to a backend that names endpoints elsewhere is refused before anything is sent there', async () => {
    const it = extension({
      fetch: async (...args) => {
        const response = await fetch(...args);
        if (!String(args[0]).includes('openid-configuration')) return response;
        return Response.json({ ...((await response.json()) as object), token_endpoint: 'https://evil.example/token' });
      },
      launchWebAuthFlow: () => Promise.reject(new Error('must not open')),
    });
    await expect(it.session.signIn(server.url)).rejects.toMatchObject({ kind: 'unreachable' });
  });
});

/** What a sign-in window may come back with. */
function back(asked: string, change: Record<string, string>): string {
  const { searchParams, origin } = new URL(asked);
  const url = new URL(searchParams.get('redirect_uri')!);
  for (const [name, value] of Object.entries({ state: searchParams.get('state')!, iss: origin, ...change }))
    if (value) url.searchParams.set(name, value);
  return url.href;
}
