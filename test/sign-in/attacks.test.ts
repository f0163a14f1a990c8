import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redirects } from '../../lib/contract/identity.ts';
import { loadKeys, signingKey } from '../../server/sign-in/keys.ts';
import { type Backend, backend } from './backend.ts';
import { browser, submit } from './browser.ts';
import { asking, claimsOf, codeFor, exchange, jwt, me, newKey, proof, refresh, signedIn, token, tokens } from './raw.ts';

let server: Backend;
let url: string;
beforeAll(async () => {
  server = await backend();
  url = server.url;
});
afterAll(() => server.stop());

const refused = (error: string) => ({ status: 400, body: { error } });

describe('the code', () => {
  test('is worth nothing without its verifier', async () => {
    const key = newKey();
    const { code, verifier } = await codeFor(url, key);
    expect(await exchange(url, key, { code, verifier: newKey().jkt })).toMatchObject(refused('invalid_grant'));
    const dpop = proof(key, { url: `${url}/sign-in/token` });
    const without = { grant_type: 'authorization_code', code, redirect_uri: redirects.chromium };
    expect(await token(url, without, dpop)).toMatchObject(refused('invalid_grant'));
    expect(await exchange(url, key, { code, verifier })).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
  });

  test('is worth nothing with another key than the one it was asked for with, or with none', async () => {
    const key = newKey();
    expect(await exchange(url, newKey(), await codeFor(url, key))).toMatchObject(refused('invalid_grant'));
    const { code, verifier } = await codeFor(url, key);
    const all = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirects.chromium };
    expect(await token(url, all, null)).toMatchObject(refused('invalid_grant'));
  });

  test('works once: of many at the same time one wins, and a second use ends what the first one got', async () => {
    const key = newKey();
    const code = await codeFor(url, key);
    const all = await Promise.all(Array.from({ length: 6 }, () => exchange(url, key, code)));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);

    const other = newKey();
    const used = await codeFor(url, other);
    const first = await exchange(url, other, used);
    expect(await exchange(url, other, used)).toMatchObject(refused('invalid_grant'));
    expect(await refresh(url, other, first.body.refresh_token!)).toMatchObject(refused('invalid_grant'));
  });

  test('goes to no other address', async () => {
    for (const address of [
      'https://evil.example/',
      `${redirects.chromium}more`,
      redirects.chromium.replace('https', 'http'),
      redirects.chromium.replace('https://', 'https://evil.'),
      'http://127.0.0.1:1/',
    ]) {
      const page = await browser(address).open(asking(url, newKey(), { redirect_uri: address }).url);
      expect([page.status, page.url.startsWith(url)], address).toEqual([400, true]);
      expect(page.body).toContain('redirect_uri');
    }
    const key = newKey();
    const change = { redirect_uri: redirects.firefox };
    expect(await exchange(url, key, await codeFor(url, key), change)).toMatchObject(refused('invalid_grant'));
  });

  test('needs a challenge, and not a plain one', async () => {
    for (const change of [
      { code_challenge_method: 'plain' },
      { code_challenge_method: undefined },
      { code_challenge: undefined, code_challenge_method: undefined },
    ]) {
      const end = new URL((await browser(redirects.chromium).open(asking(url, newKey(), change).url)).url);
      expect(end.origin).toBe(new URL(redirects.chromium).origin);
      expect([end.searchParams.get('error'), end.searchParams.get('code')]).toEqual(['invalid_request', null]);
    }
  });

  test('comes with the state and the issuer that were asked', async () => {
    const end = await signedIn(asking(url, newKey()).url);
    expect([end.searchParams.get('state'), end.searchParams.get('iss')]).toEqual(['a state', url]);
  });

  test('is given to no other client and for no other kind of answer', async () => {
    const other = await browser(redirects.chromium).open(asking(url, newKey(), { client_id: 'somebody' }).url);
    expect([other.status, other.url.startsWith(url)]).toEqual([400, true]);
    for (const kind of ['token', 'id_token', 'code id_token']) {
      const end = new URL((await browser(redirects.chromium).open(asking(url, newKey(), { response_type: kind }).url)).url);
      const told = new URLSearchParams(end.hash.slice(1) || end.search);
      expect([kind, told.get('error'), told.has('code')]).toEqual([kind, 'unsupported_response_type', false]);
    }
  });
});

describe('the refresh token', () => {
  test('is worth nothing without its key, or with another', async () => {
    const mine = await tokens(url);
    const parameters = { grant_type: 'refresh_token', refresh_token: mine.refresh };
    expect(await token(url, parameters, null)).toMatchObject(refused('invalid_grant'));
    expect(await refresh(url, newKey(), mine.refresh)).toMatchObject(refused('invalid_grant'));
    const answer = await refresh(url, mine.key, mine.refresh);
    expect(answer).toMatchObject({ status: 200, body: { refresh_token: mine.refresh, token_type: 'DPoP' } });
    expect((await me(url, { key: mine.key, access: answer.body.access_token! })).status).toBe(200);
  });

  test('is not rotated: two at once both succeed, and so does the one after an answer that got lost', async () => {
    const mine = await tokens(url);
    const both = await Promise.all([refresh(url, mine.key, mine.refresh), refresh(url, mine.key, mine.refresh)]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect((await refresh(url, mine.key, mine.refresh)).status).toBe(200);
  });

  test('survives a proof sent twice, which is the proof’s fault', async () => {
    const mine = await tokens(url);
    const parameters = { grant_type: 'refresh_token', refresh_token: mine.refresh };
    const dpop = proof(mine.key, { url: `${url}/sign-in/token` });
    const all = await Promise.all(Array.from({ length: 5 }, () => token(url, parameters, dpop)));
    expect(all.map(({ status, body }) => body.error ?? status).sort()).toEqual([200, ...Array(4).fill('invalid_dpop_proof')]);
    expect((await refresh(url, mine.key, mine.refresh)).status).toBe(200);
  });

  test('is nowhere in the store, nor is the code', async () => {
    const key = newKey();
    const code = await codeFor(url, key);
    const { body } = await exchange(url, key, code);
    const all = await asOwner('select kind, id, body::text as body from sign_in_record');
    const text = JSON.stringify(all);
    expect(all.map(({ kind }) => kind)).toContain('RefreshToken');
    for (const secret of [body.refresh_token!, code.code, body.access_token!]) expect(text.includes(secret)).toBe(false);
  });
});

describe('the access token', () => {
  test('is bound to its key and lasts ten minutes', async () => {
    const { access, key } = await tokens(url);
    expect(claimsOf(access)).toMatchObject({
      cnf: { jkt: key.jkt },
      aud: `${url}/v1`,
      iss: url,
      sub: server.people.ada,
      workspace: server.workspace,
    });
    expect((claimsOf(access).exp as number) - (claimsOf(access).iat as number)).toBe(600);
  });

  test('is refused as Bearer, with and without a proof', async () => {
    const mine = await tokens(url);
    for (const options of [{ scheme: 'Bearer' }, { scheme: 'Bearer', dpop: null }, { scheme: 'bearer', dpop: null }]) {
      const answer = await me(url, mine, options);
      expect(answer).toMatchObject({ status: 401, detail: 'The access token is bound to a key: send it as DPoP, with a proof.' });
      expect(answer.challenge).toMatch(/^DPoP realm="Baton", error="invalid_token"/);
    }
  });

  test('is refused without its proof, and with one that does not fit', async () => {
    const mine = await tokens(url);
    const at = `${url}/v1/me`;
    const fits = { method: 'GET', url: at, token: mine.access };
    const seconds = (n: number) => Math.floor(Date.now() / 1000) + n;
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const wrong: Record<string, string | null> = {
      none: null,
      garbage: 'a.b.c',
      'another method': proof(mine.key, { ...fits, method: 'POST' }),
      'another path': proof(mine.key, { ...fits, url: `${url}/v1/cards` }),
      'another host': proof(mine.key, { ...fits, url: 'https://evil.example/v1/me' }),
      'another scheme': proof(mine.key, { ...fits, url: at.replace('http:', 'https:') }),
      'another token': proof(mine.key, { ...fits, token: 'other' }),
      'no token': proof(mine.key, { method: 'GET', url: at }),
      'too old': proof(mine.key, { ...fits, claims: { iat: seconds(-70) } }),
      'too new': proof(mine.key, { ...fits, claims: { iat: seconds(70) } }),
      'no time': proof(mine.key, { ...fits, claims: { iat: undefined } }),
      'time as text': proof(mine.key, { ...fits, claims: { iat: String(seconds(0)) } }),
      'no id': proof(mine.key, { ...fits, claims: { jti: undefined } }),
      'another key': proof(newKey(), fits),
      'another key that claims to be the first': proof({ ...newKey(), jwk: mine.key.jwk }, fits),
      'another type': proof(mine.key, { ...fits, header: { typ: 'JWT' } }),
      'no algorithm': `${proof(mine.key, { ...fits, header: { alg: 'none' } })
        .split('.')
        .slice(0, 2)
        .join('.')}.`,
      'a weak algorithm': proof(mine.key, { ...fits, header: { alg: 'HS256' } }),
      'a private key inside': proof(mine.key, { ...fits, header: { jwk: { ...mine.key.jwk, d: privateKey.export({ format: 'jwk' }).d } } }),
      'a point off the curve': proof(mine.key, { ...fits, header: { jwk: { ...mine.key.jwk, y: mine.key.jwk.x } } }),
      endless: `${'a'.repeat(5000)}.b.c`,
    };
    for (const [name, dpop] of Object.entries(wrong)) {
      const answer = await me(url, mine, { dpop });
      expect([name, answer.status, /error="invalid_dpop_proof"/.test(answer.challenge)]).toEqual([name, 401, true]);
    }
    expect((await me(url, mine)).status).toBe(200);
    const query = proof(mine.key, { ...fits, url: `${at}?a=1#b` });
    expect((await me(url, mine, { dpop: query })).status).toBe(200);
  });

  test('is refused with a proof that was used', async () => {
    const mine = await tokens(url);
    const dpop = proof(mine.key, { method: 'GET', url: `${url}/v1/me`, token: mine.access });
    const all = await Promise.all(Array.from({ length: 5 }, () => me(url, mine, { dpop })));
    expect(all.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
    expect(all.find(({ status }) => status === 401)?.detail).toBe('The proof was used before.');
  });

  test('is refused when it is not ours, altered, expired, or something else that we signed', async () => {
    const mine = await tokens(url);
    const claims = claimsOf(mine.access);
    const { key, kid } = signingKey(await loadKeys(server.store.pool));
    const header = { alg: 'ES256', typ: 'at+jwt', kid };
    const [head, , signature] = mine.access.split('.');
    const own = (change: object, headers: object = {}) => jwt({ ...header, ...headers }, { ...claims, ...change }, key);
    const wrong: Record<string, string> = {
      altered: `${head}.${Buffer.from(JSON.stringify({ ...claims, sub: server.people.bo })).toString('base64url')}.${signature}`,
      'signed by another': jwt(header, claims, newKey().key),
      'of another key id': own({}, { kid: 'other' }),
      'without signature': `${mine.access.split('.').slice(0, 2).join('.')}.`,
      'with no algorithm': `${Buffer.from(JSON.stringify({ ...header, alg: 'none' })).toString('base64url')}.${mine.access.split('.')[1]}.`,
      'for another audience': own({ aud: 'https://other.example/v1' }),
      'of another issuer': own({ iss: 'https://other.example' }),
      expired: own({ exp: Math.floor(Date.now() / 1000) - 1 }),
      'an id token': own({}, { typ: 'JWT' }),
      'without scope': own({ scope: 'openid' }),
      'for another workspace': own({ workspace: '01930000-0000-7000-8000-000000000000' }),
      'for nobody': own({ sub: '01930000-0000-7000-8000-000000000000' }),
      'of a grant that never was': own({ grant: 'none' }),
    };
    expect((await me(url, { key: mine.key, access: own({}) })).status).toBe(200);
    for (const [name, access] of Object.entries(wrong)) {
      const answer = await me(url, { key: mine.key, access });
      expect([name, answer.status, /error="invalid_token"/.test(answer.challenge)]).toEqual([name, 401, true]);
    }
  });

  test('that is unbound is refused as DPoP, and everywhere but on this computer', async () => {
    const mine = await tokens(url);
    const { key, kid } = signingKey(await loadKeys(server.store.pool));
    const { cnf: _cnf, ...claims } = claimsOf(mine.access);
    const access = jwt({ alg: 'ES256', typ: 'at+jwt', kid }, claims, key);
    expect((await me(url, { key: mine.key, access })).status).toBe(401);
    expect((await me(url, { key: mine.key, access }, { scheme: 'Bearer', dpop: null })).status).toBe(200);
    const request = new Request('http://baton.ridgeway.example/v1/me', { headers: { authorization: `Bearer ${access}` } });
    expect(await (await server.fetch(request)).json()).toMatchObject({
      status: 401,
      detail: 'Unbound tokens are for this computer alone.',
    });
  });

  test('is missing: says how to come back', async () => {
    for (const authorization of [undefined, 'DPoP', 'Basic abc', 'DPoP a b']) {
      const response = await fetch(`${url}/v1/me`, { headers: authorization ? { authorization } : {} });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('DPoP realm="Baton", algs="ES256"');
      expect(await response.json()).toMatchObject({ type: 'urn:baton:problem:unauthenticated', detail: 'There is no access token.' });
    }
  });
});

describe('ending it', () => {
  test('signing out ends this device’s grant at once, and no other', async () => {
    const [mine, other] = [await tokens(url), await tokens(url)];
    expect((await me(url, mine)).status).toBe(200);
    expect((await token(url, { token: mine.refresh }, null, '/sign-in/revoke')).status).toBe(200);
    expect(await me(url, mine)).toMatchObject({ status: 401, detail: 'This sign-in was ended.' });
    expect(await refresh(url, mine.key, mine.refresh)).toMatchObject(refused('invalid_grant'));
    expect((await me(url, other)).status).toBe(200);
    expect((await refresh(url, other.key, other.refresh)).status).toBe(200);
  });

  test('a disabled user’s tokens stop within seconds, and refreshing at once', async () => {
    const mine = await tokens(url, 'bo@ridgeway.example');
    expect((await me(url, mine)).status).toBe(200);
    await change(server.people.bo, { disabled_at: new Date() });
    expect(await refresh(url, mine.key, mine.refresh)).toMatchObject(refused('invalid_grant'));
    server.clock.skew = 2_500;
    expect(await me(url, mine)).toMatchObject({ status: 401, detail: 'This sign-in was ended.' });
    server.clock.skew = 0;
    const window = browser(redirects.chromium);
    const page = await window.open(asking(url, newKey()).url);
    expect((await submit(window, page, { email: 'bo@ridgeway.example', password: 'three words together' })).status).toBe(401);
    await change(server.people.bo, { disabled_at: null });
  });

  test('signing out everywhere ends what was issued before, and nothing after', async () => {
    const mine = await tokens(url, 'bo@ridgeway.example');
    await change(server.people.bo, { signed_out_at: new Date(Date.now() + 1000) });
    expect(await refresh(url, mine.key, mine.refresh)).toMatchObject(refused('invalid_grant'));
    server.clock.skew = 2_500;
    expect((await me(url, mine)).status).toBe(401);
    server.clock.skew = 0;
    await change(server.people.bo, { signed_out_at: new Date(Date.now() - 2000) });
    expect((await me(url, await tokens(url, 'bo@ridgeway.example'))).status).toBe(200);
  });
});

describe('the page', () => {
  test('is for the browser that asked', async () => {
    const mine = browser(redirects.chromium);
    const page = await mine.open(asking(url, newKey()).url);
    expect(page.status).toBe(200);
    const theirs = browser(redirects.chromium);
    expect(await theirs.open(page.url)).toMatchObject({ status: 400, body: expect.stringContaining('This sign-in is over') });
    const posted = await theirs.open(page.url, {
      method: 'POST',
      body: new URLSearchParams({ email: 'ada@ridgeway.example', password: 'x' }),
    });
    expect(posted.status).toBe(400);
  });

  test('takes no form from another site', async () => {
    const window = browser(redirects.chromium);
    const page = await window.open(asking(url, newKey()).url);
    for (const site of ['cross-site', 'same-site']) {
      const answer = await submit(
        window,
        page,
        { email: 'ada@ridgeway.example', password: 'three words together' },
        { 'sec-fetch-site': site },
      );
      expect(answer.status).toBe(403);
    }
  });

  test('allows no script, no frame and no other target, and shows what was typed as text', async () => {
    const window = browser(redirects.chromium);
    const page = await window.open(asking(url, newKey()).url);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`form-action 'self' ${new URL(redirects.chromium).origin};`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(page.headers.get('cache-control')).toBe('no-store');
    const answer = await submit(window, page, { email: '"><script>alert(1)</script>@x.example', password: 'x' });
    expect(answer.status).toBe(401);
    expect(answer.body).not.toContain('<script');
    expect(answer.body).toContain('&quot;&gt;&lt;script&gt;');
  });

  test('remembers nobody: the next request of the same browser is asked again', async () => {
    const window = browser(redirects.chromium);
    const first = await submit(window, await window.open(asking(url, newKey()).url), {
      email: 'ada@ridgeway.example',
      password: 'three words together',
    });
    expect(new URL(first.url).searchParams.has('code')).toBe(true);
    const again = await window.open(asking(url, newKey()).url);
    expect([again.status, again.body.includes('name="password"')]).toEqual([200, true]);
    const silent = new URL((await window.open(asking(url, newKey(), { prompt: 'none' }).url)).url);
    expect(silent.searchParams.get('error')).toBe('login_required');
  });
});

test('many tokens of one user spend one budget, wherever they say they come from, and nobody else’s', async () => {
  const narrow = await backend({}, { limits: { requests: { quota: 4, window: 3600 } } });
  const all = await Promise.all(Array.from({ length: 3 }, () => tokens(narrow.url)));
  const answers: [number, string | null][] = [];
  for (const [i, { key, access }] of [...all, ...all].entries()) {
    const answer = await fetch(`${narrow.url}/v1/me`, {
      headers: {
        authorization: `DPoP ${access}`,
        dpop: proof(key, { method: 'GET', url: `${narrow.url}/v1/me`, token: access }),
        'x-forwarded-for': `198.51.100.${i}`,
      },
    });
    answers.push([answer.status, answer.headers.get('ratelimit')?.match(/r=\d+/)?.[0] ?? null]);
  }
  expect(answers).toEqual([
    [200, 'r=3'],
    [200, 'r=2'],
    [200, 'r=1'],
    [200, 'r=0'],
    [429, 'r=0'],
    [429, 'r=0'],
  ]);
  expect((await me(narrow.url, await tokens(narrow.url, 'bo@ridgeway.example'))).status).toBe(200);
  await narrow.stop();
});

test('a forged Host leads nobody elsewhere', async () => {
  const { request } = await import('node:http');
  const text = await new Promise<string>((done, fail) => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    request(`${url}/.well-known/openid-configuration`, { headers }, async (res) => {
      let all = '';
      for await (const chunk of res) all += chunk;
      done(all);
    })
      .on('error', fail)
      .end();
  });
  expect(text).not.toContain('evil');
  expect(JSON.parse(text)).toMatchObject({ issuer: url, token_endpoint: `${url}/sign-in/token` });
});

test('the server’s own role reads none of it but by asking for one thing', async () => {
  for (const table of ['sign_in_record', 'sign_in_attempt', 'secret'])
    await expect(server.store.pool.query(`select * from ${table}`)).rejects.toMatchObject({ code: '42501' });
  const { rows } = await server.store.pool.query(`select * from app_user`);
  expect(rows).toEqual([]);
});

async function change(user: string, values: { disabled_at?: Date | null; signed_out_at?: Date | null }): Promise<void> {
  await server.store.inWorkspace(server.workspace, (trx) => trx.updateTable('app_user').set(values).where('id', '=', user).execute());
}

async function asOwner(text: string): Promise<Record<string, string>[]> {
  const client = await server.owner();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
