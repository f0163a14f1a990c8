import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redirects } from '../../lib/contract/identity.ts';
import { makeLink } from '../../server/sign-in/links.ts';
import { commandLineToken } from '../../server/sign-in/token.ts';
import { type Backend, backend, password } from './backend.ts';
import { browser, type Page, submit } from './browser.ts';
import { asking, newKey } from './raw.ts';

// biome-ignore lint/suspicious/noExplicitAny: as somebody who calls gets it
type Answer = Record<string, any>;

const chosen = 'four words for mornings';
const twice = (text: string) => ({ password: text, again: text });
const alertOf = ({ body }: Page) => /role="alert">([^<]*)</.exec(body)?.[1];
const over =
  'It was used already, is too old, or a newer one was made. If you chose your password by it, sign in from the extension; otherwise your admin can make you another.';

/** Calls as somebody of the backend's people, who is `cy`, the admin, unless said. */
const caller =
  (server: Backend) =>
  async (method: string, path: string, body?: object, as = 'cy@ridgeway.example'): Promise<{ status: number; body: Answer }> => {
    const token = await commandLineToken(server.store.pool, new URL(server.url), as);
    const response = await server.fetch(
      new Request(server.url + path, {
        method,
        headers: { authorization: `Bearer ${token}`, 'idempotency-key': randomUUID(), ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    return { status: response.status, body: text && JSON.parse(text) };
  };
const signIn = async (server: Backend, email: string, secret: string) => {
  const window = browser(redirects.chromium);
  return submit(window, await window.open(asking(server.url, newKey()).url), { email, password: secret });
};
const comesIn = async (...of: Parameters<typeof signIn>) => /[?&]code=/.test((await signIn(...of)).url);
const window = () => browser('nowhere:');

describe('a link for somebody new', () => {
  let server: Backend;
  let call: ReturnType<typeof caller>;
  beforeAll(async () => {
    server = await backend();
    call = caller(server);
  });
  afterAll(() => server.stop());

  let count = 0;
  async function somebody(): Promise<{ id: string; email: string; link: () => Promise<string>; there: () => Promise<Answer> }> {
    const email = `noor.${++count}@ridgeway.example`;
    const { body } = await call('POST', '/v1/users', { email, name: 'Noor <Vries>', role: 'rep' });
    return {
      id: body.id,
      email,
      link: async () => (await call('POST', `/v1/users/${body.id}/link`)).body.url,
      there: async () => (await call('GET', '/v1/users?all=true')).body.items.find(({ id }: { id: string }) => id === body.id),
    };
  }

  test('lets them choose a password, tells what comes next, and they sign in', async () => {
    const { id, email, there } = await somebody();
    expect((await there()).signsIn).toBe('none');
    const made = await call('POST', `/v1/users/${id}/link`);
    expect(made.status).toBe(201);
    expect(await there()).toMatchObject({ signsIn: 'link', linkUntil: made.body.until });
    const days = (Date.parse(made.body.until) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(2.9);
    expect(days).toBeLessThanOrEqual(3);

    const page = await window().open(made.body.url);
    expect(page.status).toBe(200);
    expect(page.body).toContain('Noor &lt;Vries&gt;, you sign in with it to Baton');
    expect(page.body).toMatch(new RegExp(`name="email" type="email" value="${email}" autocomplete="username" readonly`));
    expect(page.body).not.toContain('<script');
    expect([page.headers.get('referrer-policy'), page.headers.get('cache-control')]).toEqual(['no-referrer', 'no-store']);
    const done = await submit(window(), page, twice(chosen));
    expect(done.status).toBe(200);
    expect(done.body).toContain(`<dd>${server.url}</dd>`);
    expect(done.body).not.toContain(chosen);
    expect(await comesIn(server, email, chosen)).toBe(true);
    expect(await there()).toMatchObject({ signsIn: 'password' });
    expect((await there()).linkUntil).toBeUndefined();
  });

  test('works once, even for many at the same time, and looking at it uses nothing up', async () => {
    const { link } = await somebody();
    const url = await link();
    const page = await window().open(url);
    expect((await window().open(url)).status).toBe(200);
    const all = await Promise.all(Array.from({ length: 5 }, () => submit(window(), page, twice(chosen))));
    expect(all.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410, 410]);
    const late = await window().open(url);
    expect([late.status, alertOf(late)]).toEqual([410, over]);
  });

  test('is over when a newer one was made, when it is old, and when its user was removed', async () => {
    const { id, link } = await somebody();
    const first = await link();
    const second = await link();
    expect([(await window().open(first)).status, (await window().open(second)).status]).toEqual([410, 200]);
    const page = await window().open(second);
    await call('PATCH', `/v1/users/${id}`, { disabled: true });
    expect((await submit(window(), page, twice(chosen))).status).toBe(410);
    expect((await call('POST', `/v1/users/${id}/link`)).body.refusal.code).toBe('user-removed');
    await call('PATCH', `/v1/users/${id}`, { disabled: false });
    expect((await window().open(second)).status).toBe(410);

    const third = await link();
    const owner = await server.owner();
    await owner.query("update sign_in_record set expires_at = now() - interval '1 second' where kind = 'Link' and uid = $1", [id]);
    await owner.end();
    expect((await window().open(third)).status).toBe(410);
  });

  test('is kept as a hash, and written to the audit without it', async () => {
    const { id, link } = await somebody();
    const token = new URL(await link()).pathname.split('/').at(-1)!;
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const owner = await server.owner();
    const { rows } = await owner.query('select * from sign_in_record where uid = $1', [id]);
    await owner.end();
    const written = await server.store.inWorkspace(server.workspace, (trx) =>
      trx.selectFrom('audit').selectAll().where('subject', '=', id).execute(),
    );
    expect([rows.length, written.map(({ action }) => action)]).toEqual([1, ['user.add', 'user.link']]);
    expect(JSON.stringify([rows, written])).not.toContain(token);
  });

  test('of a weak password or two that differ it says so, and stays good', async () => {
    const { email, link } = await somebody();
    const page = await window().open(await link());
    const short = await submit(window(), page, twice('short'));
    expect([short.status, alertOf(short)]).toEqual([400, 'Take at least 12 characters; a few words in a row are good.']);
    const german = await submit(window(), page, twice('short'), { 'accept-language': 'de' });
    expect(alertOf(german)).toBe('Mindestens 12 Zeichen; ein paar Wörter hintereinander sind gut.');
    const other = await submit(window(), page, { password: chosen, again: `${chosen}.` });
    expect([other.status, alertOf(other)]).toEqual([400, 'The two are not the same. Type both again.']);
    const foreign = await submit(window(), page, twice(chosen), { 'sec-fetch-site': 'same-site' });
    expect(foreign.status).toBe(403);
    expect((await submit(window(), page, twice(chosen))).status).toBe(200);
    expect(await comesIn(server, email, chosen)).toBe(true);
  });

  test('for somebody who forgot the password ends what was signed in with it', async () => {
    const { people } = server;
    const before = await call('GET', '/v1/me', undefined, 'ada@ridgeway.example');
    expect(before.status).toBe(200);
    const owner = await server.owner();
    const signedOut = async () =>
      (await owner.query('select signed_out_at from app_user where id = $1', [people.ada])).rows[0].signed_out_at as Date | null;
    expect(await signedOut()).toBeNull();
    const { body } = await call('POST', `/v1/users/${people.ada}/link`);
    expect(await signedOut()).toBeNull();
    expect(await comesIn(server, 'ada@ridgeway.example', password)).toBe(true);
    await submit(window(), await window().open(body.url), twice(chosen));
    expect(await signedOut()).not.toBeNull();
    await owner.end();
    expect(await comesIn(server, 'ada@ridgeway.example', password)).toBe(false);
    expect(await comesIn(server, 'ada@ridgeway.example', chosen)).toBe(true);
  });

  test('only an admin makes, and only for people of the own workspace', async () => {
    const { id } = await somebody();
    expect((await call('POST', `/v1/users/${id}/link`, undefined, 'bo@ridgeway.example')).status).toBe(403);
    expect((await call('POST', `/v1/users/${randomUUID()}/link`)).status).toBe(404);
    const others = (await call('GET', '/v1/users', undefined, 'bo@ridgeway.example')).body.items;
    expect(others.some((one: object) => 'signsIn' in one || 'linkUntil' in one)).toBe(false);
  });

  test('that nobody made is over, and guessing is slowed down', async () => {
    const guess = () =>
      window().open(`${server.url}/sign-in/link/${Buffer.from(randomUUID().repeat(2)).toString('base64url').slice(0, 43)}`);
    expect((await guess()).status).toBe(410);
    for (const path of ['/sign-in/link/', '/sign-in/link/short', '/sign-in/link/a/b'])
      expect((await window().open(server.url + path)).status).toBe(410);
    expect((await window().open(`${server.url}/sign-in/link/x`, { method: 'PUT' })).status).toBe(405);
    const all = await Promise.all(Array.from({ length: 60 }, guess));
    const slowed = all.find(({ status }) => status === 429)!;
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(alertOf(slowed)).toContain('Too many tries');
  });
});

test('where people sign in by their company alone there is no link to make, and one from before is over', async () => {
  const company = { BATON_OIDC_ISSUER: 'https://login.ridgeway.example', BATON_OIDC_CLIENT_ID: 'baton', BATON_OIDC_LABEL: 'Ridgeway' };
  const server = await backend(company);
  const call = caller(server);
  try {
    const { workspace, people } = server;
    const before = await server.store.inWorkspace(workspace, (trx) => makeLink(trx, workspace, people.bo, new Date().toISOString()));
    const { body } = await call('POST', `/v1/users/${server.people.bo}/link`);
    expect([body.status, body.refusal.code]).toEqual([422, 'no-passwords']);
    const there = (await call('GET', '/v1/users')).body;
    expect(there.signIn).toEqual({ passwords: false, company: 'Ridgeway' });
    expect(new Set(there.items.map(({ signsIn }: { signsIn: string }) => signsIn))).toEqual(new Set(['company']));
    expect((await window().open(`${server.url}/sign-in/link/${before.token}`)).status).toBe(410);
  } finally {
    await server.stop();
  }
});
