import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { redirects } from '../../lib/contract/identity.ts';
import { vouchedEmail } from '../../server/sign-in/company.ts';
import { type Backend, backend, password } from './backend.ts';
import { type Browser, browser, type Page, submit } from './browser.ts';
import { extension } from './extension.ts';
import { asking, newKey } from './raw.ts';

/** A company's identity provider: another issuer, of another process as far as the backend can tell. */
interface Upstream {
  url: string;
  claims: Record<string, unknown>;
  /** What it was asked. */
  asked: URL[];
  down: boolean;
  stop(): Promise<void>;
}

/** Registers the backend at the first request, when its address is known. */
async function upstream(callback: () => string, method: 'client_secret_basic' | 'client_secret_post'): Promise<Upstream> {
  const state: Upstream = { url: '', claims: {}, asked: [], down: false, stop: async () => undefined };
  let answer: ReturnType<Provider['callback']> | undefined;
  const server: Server = createServer((req, res) => {
    if (state.down) return res.destroy();
    const url = new URL(req.url!, state.url);
    if (url.pathname === '/auth') state.asked.push(url);
    answer ??= issuer(state, callback(), method);
    return answer(req, res);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  state.stop = async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return state;
}

// The company's issuer is a bare one on purpose, and says at length that it is.
for (const say of ['warn', 'info'] as const) vi.spyOn(console, say).mockImplementation(() => undefined);

function issuer(state: Upstream, callback: string, method: 'client_secret_basic' | 'client_secret_post'): ReturnType<Provider['callback']> {
  const provider = new Provider(state.url, {
    clients: [{ client_id: 'baton', client_secret: 'a company secret', token_endpoint_auth_method: method, redirect_uris: [callback] }],
    cookies: { keys: ['k'], names: { session: 'c_session', interaction: 'c_interaction', resume: 'c_resume' } },
    claims: { openid: ['sub'], email: ['email', 'email_verified', 'xms_edov'] },
    conformIdTokenClaims: false,
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, ...state.claims }) }),
    pkce: { required: () => true },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
  });
  provider.silent = true;
  return provider.callback();
}

/** Says yes at the company's own pages, until the address `stopsAt` or a page of ours. */
async function agree(window: Browser, page: Page, company: string): Promise<Page> {
  let at = page;
  while (at.url.startsWith(company) && at.status === 200) {
    const action = /action="([^"]+)"/.exec(at.body)![1]!;
    const prompt = /name="prompt" value="(\w+)"/.exec(at.body)![1]!;
    at = await window.open(new URL(action, at.url).href, { method: 'POST', body: new URLSearchParams({ prompt, login: 'ada' }) });
  }
  return at;
}

const alertOf = (page: Page) => /role="alert">([^<]*)</.exec(page.body)?.[1];
const vouched = { email: 'Ada@ridgeway.example', email_verified: true };

describe.each(['client_secret_basic', 'client_secret_post'] as const)('a company that knows its clients by %s', (method) => {
  let server: Backend;
  let company: Upstream;
  beforeAll(async () => {
    company = await upstream(() => `${server.url}/sign-in/company`, method);
    server = await backend({
      BATON_OIDC_ISSUER: company.url,
      BATON_OIDC_CLIENT_ID: 'baton',
      BATON_OIDC_CLIENT_SECRET: 'a company secret',
      BATON_OIDC_LABEL: 'Ridgeway',
    });
  });
  afterAll(async () => {
    await server.stop();
    await company.stop();
  });
  afterEach(() => {
    company.claims = {};
    company.down = false;
  });

  const begin = async () => {
    const window = browser(redirects.chromium);
    return { window, page: await window.open(asking(server.url, newKey()).url) };
  };

  test('signs in whom it vouches for, without a page in between', async () => {
    company.claims = vouched;
    const it = extension({
      launchWebAuthFlow: async ({ url }) => {
        const window = browser(redirects.chromium);
        const page = await window.open(url);
        expect(page.url.startsWith(company.url)).toBe(true);
        return (await agree(window, page, company.url)).url;
      },
    });
    expect(await it.session.signIn(server.url)).toMatchObject({ user: server.people.ada });
    expect(await (await it.session.authorizedFetch('/v1/me')).json()).toMatchObject({ email: 'ada@ridgeway.example' });
    const asked = company.asked.at(-1)!.searchParams;
    expect([asked.get('code_challenge_method'), asked.has('nonce'), asked.get('scope')]).toEqual(['S256', true, 'openid email']);
    expect(asked.get('redirect_uri')).toBe(`${server.url}/sign-in/company`);
  });

  test.each([
    ['nobody here', { email: 'eve@evil.example', email_verified: true }, 'Nobody here signs in as eve@evil.example.'],
    ['an address it did not verify', { email: 'ada@ridgeway.example', email_verified: false }, 'Ridgeway did not vouch'],
    ['an address it says nothing about', { email: 'ada@ridgeway.example' }, 'Ridgeway did not vouch'],
    ['somebody without an address', {}, 'Ridgeway did not vouch'],
  ] as [string, object, string][])('does not sign in %s', async (_name, claims, sentence) => {
    company.claims = claims as Record<string, unknown>;
    const { window, page } = await begin();
    const end = await agree(window, page, company.url);
    expect([end.status, alertOf(end)]).toEqual([403, expect.stringContaining(sentence)]);
    // One may try again as somebody else.
    const again = /<a class="button main" href="([^"]+)"/.exec(end.body)![1]!;
    company.claims = vouched;
    expect((await agree(window, await window.open(new URL(again, end.url).href), company.url)).url).toMatch(/[?&]code=/);
  });

  test('takes no passwords, not even right ones', async () => {
    const { window, page } = await begin();
    const uid = [...window.cookies].find(([name]) => name.startsWith('baton_sign_in|'))![1];
    expect(page.url.startsWith(company.url)).toBe(true);
    const answer = await window.open(server.url + uid.path, {
      method: 'POST',
      body: new URLSearchParams({ email: 'ada@ridgeway.example', password }),
    });
    expect(answer.status).toBe(403);
  });

  test('counts an answer once, in the browser that asked, and for the sign-in it was asked for', async () => {
    company.claims = vouched;
    const back = async () => {
      const window = browser(`${server.url}/sign-in/company`);
      const page = await window.open(asking(server.url, newKey()).url);
      return { window, answer: (await agree(window, page, company.url)).url };
    };
    const goOn = (from: Browser, url: string) => {
      const window = browser(redirects.chromium);
      for (const [name, cookie] of from.cookies) window.cookies.set(name, cookie);
      return window.open(url);
    };
    const over = [400, 'It was left too long, or was finished in another window. Close this one and start again from the extension.'];

    const [mine, theirs] = [await back(), await back()];
    // Another browser that was sent my answer.
    const elsewhere = await goOn(browser(redirects.chromium), mine.answer);
    expect([elsewhere.status, alertOf(elsewhere)]).toEqual(over);
    // An answer of theirs under a state of mine.
    const mixed = new URL(mine.answer);
    mixed.searchParams.set('code', new URL(theirs.answer).searchParams.get('code')!);
    const mix = await goOn(mine.window, mixed.href);
    expect([mix.status, alertOf(mix)]).toEqual([403, expect.stringContaining('Ridgeway refused')]);
    // My answer, whose state is used up now.
    const late = await goOn(mine.window, mine.answer);
    expect([late.status, alertOf(late)]).toEqual(over);
    // A state made up.
    const forged = new URL(theirs.answer);
    forged.searchParams.set('state', `${forged.searchParams.get('state')!.split('.')[0]}.made-up`);
    const made = await goOn(theirs.window, forged.href);
    expect([made.status, alertOf(made)]).toEqual(over);
    expect((await goOn(theirs.window, theirs.answer)).url).toMatch(/[?&]code=/);
  });

  test('that says no is quoted', async () => {
    const window = browser(`${server.url}/sign-in/company`);
    const page = await window.open(asking(server.url, newKey()).url);
    const state = company.asked.at(-1)!.searchParams.get('state')!;
    expect(page.url.startsWith(company.url)).toBe(true);
    const url = new URL('/sign-in/company', server.url);
    for (const [name, value] of Object.entries({ state, iss: company.url, error: 'access_denied', error_description: 'Not <you>' }))
      url.searchParams.set(name, value);
    const next = browser(redirects.chromium);
    for (const [name, cookie] of window.cookies) next.cookies.set(name, cookie);
    const end = await next.open(url.href);
    expect([end.status, alertOf(end)]).toEqual([403, 'Ridgeway refused: Not &lt;you&gt;']);
  });

  test('that is away is said to be', async () => {
    company.claims = vouched;
    const window = browser(`${server.url}/sign-in/company`);
    const page = await window.open(asking(server.url, newKey()).url);
    const { url } = await agree(window, page, company.url);
    company.down = true;
    const next = browser(redirects.chromium);
    for (const [name, cookie] of window.cookies) next.cookies.set(name, cookie);
    const end = await next.open(url);
    expect([end.status, alertOf(end)]).toEqual([502, 'Ridgeway doesn’t answer right now. Try again in a minute.']);
  });
});

test('a company that has never answered is said to be away, and passwords beside it work when that is wanted', async () => {
  const server = await backend({
    BATON_OIDC_ISSUER: 'http://127.0.0.1:1',
    BATON_OIDC_CLIENT_ID: 'baton',
    BATON_OIDC_LABEL: 'Ridgeway',
    BATON_PASSWORDS: 'on',
  });
  const window = browser(redirects.chromium);
  const page = await window.open(asking(server.url, newKey()).url);
  const link = /<a class="button main" href="([^"]+)">Continue with Ridgeway<\/a>/.exec(page.body)![1]!;
  const away = await window.open(server.url + link);
  expect([away.status, alertOf(away)]).toEqual([502, 'Ridgeway doesn’t answer right now. Try again in a minute.']);
  expect((await submit(window, page, { email: 'ada@ridgeway.example', password })).url).toMatch(/[?&]code=/);
  await server.stop();
});

test.each([
  [{ email: 'a@b.example', email_verified: true }, false, true],
  [{ email: 'a@b.example', email_verified: 'true' }, false, true],
  [{ email: 'a@b.example', xms_edov: true }, false, true],
  [{ email: 'a@b.example', xms_edov: '1' }, false, true],
  [{ email: 'a@b.example' }, true, true],
  [{ email: 'a@b.example' }, false, false],
  [{ email: 'a@b.example', email_verified: false }, true, false],
  [{ email: 'a@b.example', email_verified: 'false', xms_edov: true }, true, false],
  [{ email: 'ada', email_verified: true }, true, false],
  [{ email: ['a@b.example'], email_verified: true }, true, false],
  [{ preferred_username: 'a@b.example', email_verified: true }, true, false],
])('%o, trusting addresses %s: vouched for %s', (claims, trust, is) => {
  expect(vouchedEmail(claims, trust) !== undefined).toBe(is);
});
