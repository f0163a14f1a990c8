import { afterEach, beforeEach, expect, test } from 'vitest';
import { redirects } from '../../lib/contract/identity.ts';
import { ConfigError } from '../../server/config.ts';
import { commandLineToken } from '../../server/sign-in/token.ts';
import { findAuditBreak } from '../../server/store/audit.ts';
import { type Backend, backend, password } from './backend.ts';
import { browser, submit } from './browser.ts';
import { extension } from './extension.ts';
import { asking, claimsOf, me, newKey, refresh, tokens } from './raw.ts';

let server: Backend;
beforeEach(async () => {
  server = await backend();
});
afterEach(() => server.stop());

const at = (): URL => new URL(server.url);
const bearer = (token: string) => fetch(`${server.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });

test('a token of the command line works for an hour, as whom it was made for', async () => {
  const token = await commandLineToken(server.store.pool, at(), 'Bo@Ridgeway.example');
  const answer = await bearer(token);
  expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ id: server.people.bo, role: 'marketer' })]);
  expect(claimsOf(token)).not.toHaveProperty('cnf');
  server.clock.skew = 59 * 60_000;
  expect((await bearer(token)).status).toBe(200);
  server.clock.skew = 60 * 60_000;
  const late = await bearer(token);
  expect([late.status, late.headers.get('www-authenticate')]).toEqual([
    401,
    'Bearer realm="Baton", error="invalid_token", error_description="The access token has expired."',
  ]);
});

test('a token of the command line ends with its user, and is made for this computer alone', async () => {
  const token = await commandLineToken(server.store.pool, at(), 'bo@ridgeway.example');
  expect((await bearer(token)).status).toBe(200);
  await server.store.inWorkspace(server.workspace, (trx) =>
    trx.updateTable('app_user').set({ disabled_at: new Date() }).where('id', '=', server.people.bo).execute(),
  );
  server.clock.skew = 2_500;
  expect((await bearer(token)).status).toBe(401);
  await expect(commandLineToken(server.store.pool, at(), 'bo@ridgeway.example')).rejects.toThrow(
    'Nobody here signs in as bo@ridgeway.example.',
  );
  const elsewhere = commandLineToken(server.store.pool, new URL('https://baton.ridgeway.example'), 'ada@ridgeway.example');
  await expect(elsewhere).rejects.toThrow(ConfigError);
});

test('signing in and out is written to the audit, guesses are not', async () => {
  const window = browser(redirects.chromium);
  const page = await window.open(asking(server.url, newKey()).url);
  await submit(window, page, { email: 'ada@ridgeway.example', password: 'a wrong one' });
  const it = extension();
  await it.session.signIn(server.url);
  await it.session.signOut();
  const read = () =>
    server.store.inWorkspace(server.workspace, (trx) =>
      trx
        .selectFrom('audit')
        .select(['by_id', 'action', 'subject', 'detail'])
        .where('workspace', '=', server.workspace)
        .orderBy('seq')
        .execute(),
    );
  const { ada } = server.people;
  await expect.poll(read).toEqual([
    { by_id: ada, action: 'sign_in', subject: ada, detail: { how: 'password' } },
    { by_id: ada, action: 'sign_out', subject: ada, detail: {} },
  ]);
  expect(await server.store.inWorkspace(server.workspace, (trx) => findAuditBreak(trx, server.workspace))).toBeUndefined();
});

test('what has expired is swept away, and nothing else', async () => {
  const mine = await tokens(server.url);
  const owner = await server.owner();
  const kinds = async () => (await owner.query('select distinct kind from sign_in_record order by kind')).rows.map(({ kind }) => kind);
  expect(await kinds()).toEqual(['AuthorizationCode', 'Grant', 'RefreshToken', 'ReplayDetection']);
  await owner.query(`update sign_in_record set expires_at = expires_at - interval '1 hour'`);
  await owner.query(`update sign_in_attempt set until = now() - interval '1 second'`);
  await server.sweep();
  expect(await kinds()).toEqual(['Grant', 'RefreshToken']);
  expect((await owner.query('select 1 from sign_in_attempt')).rowCount).toBe(0);
  expect((await refresh(server.url, mine.key, mine.refresh)).status).toBe(200);

  // Half a year later.
  await owner.query(`update sign_in_record set expires_at = expires_at - interval '180 days'`);
  expect(await refresh(server.url, mine.key, mine.refresh)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  await server.sweep();
  expect(await kinds()).toEqual([]);
  await owner.end();
});

test('nobody can begin sign-ins without end', async () => {
  const owner = await server.owner();
  const begin = () => fetch(asking(server.url, newKey()).url, { redirect: 'manual' });
  expect((await begin()).status).toBe(303);
  await owner.query('update sign_in_attempt set tries = 300');
  const refused = await begin();
  expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
  expect(await refused.text()).toContain('Too many tries. Wait 15 minutes, then try again.');
  await owner.end();
});

test('while the store is away it is said to be, everywhere, and nobody is signed out', async () => {
  const it = extension();
  await it.session.signIn(server.url);
  const mine = await tokens(server.url);
  const window = browser(redirects.chromium);
  const page = await window.open(asking(server.url, newKey()).url);

  const { query } = server.store.pool;
  const gone = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  server.store.pool.query = (() => Promise.reject(gone)) as unknown as typeof query;
  server.clock.skew = 2_500;
  expect(await refresh(server.url, mine.key, mine.refresh)).toMatchObject({ status: 503, body: { error: 'server_error' } });
  const asked = await me(server.url, mine);
  expect([asked.status, asked.challenge]).toEqual([503, '']);
  const typed = await window.open(page.url);
  expect([typed.status, typed.headers.get('retry-after')]).toEqual([503, '30']);
  expect(typed.body).toContain('Baton can’t sign you in right now.');
  expect((await window.open(asking(server.url, newKey()).url)).status).toBe(503);
  it.world.memory.items.delete('session.access');
  await expect(it.session.token()).rejects.toMatchObject({ kind: 'unreachable' });
  expect((await it.session.status()).state).toBe('signed-in');

  server.store.pool.query = query;
  server.clock.skew = 0;
  expect((await it.session.authorizedFetch('/v1/me')).status).toBe(200);
  expect((await submit(window, page, { email: 'ada@ridgeway.example', password })).url).toMatch(/[?&]code=/);
});
