import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redirects } from '../../lib/contract/identity.ts';
import { checkPassword, hashPassword, weakness } from '../../server/sign-in/password.ts';
import { samplePassword } from '../../server/sign-in/sample.ts';
import { type Backend, backend, password } from './backend.ts';
import { browser, type Page, submit } from './browser.ts';
import { asking, newKey } from './raw.ts';

const opened = async (server: Backend, headers: Record<string, string> = {}, change: Record<string, string> = {}) => {
  const window = browser(redirects.chromium);
  Object.assign(window.headers, headers);
  return { window, page: await window.open(asking(server.url, newKey(), change).url) };
};
const alertOf = (page: Page) => /role="alert">([^<]*)</.exec(page.body)?.[1];
const tryOnce = async (server: Backend, email: string, secret: string) => {
  const { window, page } = await opened(server);
  return submit(window, page, { email, password: secret });
};

describe('passwords', () => {
  test('are kept as argon2id, each with a salt of its own, and read back at the cost they were made with', async () => {
    const [a, b] = [await hashPassword('three words together'), await hashPassword('three words together')];
    expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(a).not.toBe(b);
    expect(await checkPassword('three words together', a)).toBe(true);
    expect(await checkPassword('three words togethes', a)).toBe(false);
    const other = '$argon2id$v=19$m=8192,t=1,p=2$c29tZSBzYWx0IG9mIGl0cw$jkU+2NTu1wV+unocf4B2stRSDMMZUXCQ';
    expect(await checkPassword('three words together', other)).toBe(true);
    expect(await checkPassword('three words', other)).toBe(false);
  });

  test('written in another form of the same characters fit', async () => {
    expect(await checkPassword('Schlu\u0308ssel zum Haus', await hashPassword('Schl\u00fcssel zum Haus'))).toBe(true);
  });

  test('that nobody set fit nothing', async () => {
    for (const stored of [undefined, null, '', 'plain', '$argon2id$v=19$m=1,t=1,p=1$$', '$2b$10$abcdefghijklmnopqrstuv'])
      expect(await checkPassword('', stored)).toBe(false);
    expect(await checkPassword('x'.repeat(300), await hashPassword('x'.repeat(300)))).toBe(false);
  });

  test('that are weak are refused in words', () => {
    for (const weak of ['short', 'aaaaaaaaaaaaaaaa', 'x'.repeat(257)]) expect(weakness(weak)?.code).toMatch(/^password-/);
    for (const good of [password, samplePassword]) expect(weakness(good)).toBeUndefined();
  });
});

describe('on a company’s backend', () => {
  let server: Backend;
  beforeAll(async () => {
    server = await backend();
  });
  afterAll(() => server.stop());

  test('the page asks for email and password, by label and by name', async () => {
    const { page } = await opened(server);
    expect(page.status).toBe(200);
    expect(page.body).toContain('<label for="email">Email</label>');
    expect(page.body).toMatch(/<input id="email" name="email" type="email"[^>]* autocomplete="username"/);
    expect(page.body).toMatch(/<input id="password" name="password" type="password" autocomplete="current-password"/);
    expect(page.body).toContain(`to Baton at ${new URL(server.url).host}`);
    expect(page.body).not.toContain('Sample accounts');
    expect(page.body).not.toContain('<script');
  });

  test('it speaks the language that the extension or else the browser asks for', async () => {
    const lang = ({ page }: { page: Page }) => /<html lang="(\w+)"/.exec(page.body)?.[1];
    expect(lang(await opened(server, { 'accept-language': 'de-AT,de;q=0.9,en;q=0.8' }))).toBe('de');
    expect(lang(await opened(server, { 'accept-language': 'fr,en;q=0.5,de;q=0.7' }))).toBe('de');
    expect(lang(await opened(server, { 'accept-language': 'fr' }))).toBe('en');
    expect(lang(await opened(server, { 'accept-language': 'de' }, { ui_locales: 'en' }))).toBe('en');
    const german = await opened(server, { 'accept-language': 'de' });
    expect(german.page.body).toContain('>Anmelden</button>');
    const wrong = await submit(german.window, german.page, { email: 'ada@ridgeway.example', password: 'x' });
    expect(alertOf(wrong)).toBe('Diese Adresse und dieses Passwort passen nicht zusammen.');
  });

  test('it says the same of a wrong password, of nobody, and of somebody without a password', async () => {
    const answers = [];
    for (const email of ['ada@ridgeway.example', 'nobody@ridgeway.example', 'cy@ridgeway.example', 'no address', 'a'.repeat(400)])
      answers.push(await tryOnce(server, email, 'a wrong one'));
    for (const page of answers) expect([page.status, alertOf(page)]).toEqual([401, 'This address and password don’t fit together.']);
    expect(answers[0]!.body).toMatch(/name="email"[^>]* value="ada@ridgeway.example"[^>]* aria-invalid="true" aria-describedby="wrong"/);
    expect(answers[0]!.body).toMatch(/name="password"[^>]* autofocus/);
  });

  test('it takes as long for nobody as for somebody', async () => {
    const took = async (email: string) => {
      const all = [];
      for (let i = 0; i < 5; i++) {
        const { window, page } = await opened(server);
        const started = performance.now();
        await submit(window, page, { email, password: 'a wrong one' });
        all.push(performance.now() - started);
        await server.store.pool.query('select 1');
        await forgive(server);
      }
      return Math.min(...all);
    };
    const ratio = (await took('nobody@ridgeway.example')) / (await took('ada@ridgeway.example'));
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  test('it takes an address however it is written', async () => {
    expect((await tryOnce(server, '  ADA@Ridgeway.example ', password)).url).toMatch(/[?&]code=/);
  });

  test('after six wrong tries it waits, even for the right password and even for many at once, but others may sign in', async () => {
    await forgive(server);
    const all = await Promise.all(Array.from({ length: 14 }, () => tryOnce(server, 'ada@ridgeway.example', 'a wrong one')));
    expect(all.map(({ status }) => status).sort()).toEqual([...Array(6).fill(401), ...Array(8).fill(429)]);
    const right = await tryOnce(server, 'ada@ridgeway.example', password);
    expect(right.status).toBe(429);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(290);
    expect(alertOf(right)).toBe('Too many tries. Wait 5 minutes, then try again.');
    expect((await tryOnce(server, 'bo@ridgeway.example', password)).url).toMatch(/[?&]code=/);
    const unknown = await Promise.all(Array.from({ length: 8 }, () => tryOnce(server, 'nobody2@ridgeway.example', 'a wrong one')));
    expect(unknown.filter(({ status }) => status === 429)).toHaveLength(2);

    // Five minutes later.
    await later(server, '5 minutes');
    expect((await tryOnce(server, 'ada@ridgeway.example', password)).url).toMatch(/[?&]code=/);
  });

  test('from one address it takes sixty tries in a quarter of an hour', async () => {
    await forgive(server);
    const statuses = [];
    for (let i = 0; i < 4; i++)
      statuses.push(...(await Promise.all(Array.from({ length: 16 }, (_, j) => tryOnce(server, `n${i}.${j}@ridgeway.example`, 'wrong')))));
    expect(statuses.filter(({ status }) => status === 401)).toHaveLength(60);
    expect(statuses.filter(({ status }) => status === 429)).toHaveLength(4);
    await forgive(server);
  });

  test('signing in rightly costs no tries', async () => {
    for (let i = 0; i < 8; i++) expect((await tryOnce(server, 'ada@ridgeway.example', password)).url).toMatch(/[?&]code=/);
  });

  test('what is no form of ours is refused in words', async () => {
    const { window, page } = await opened(server);
    const post = (body: string, type: string) => window.open(page.url, { method: 'POST', body, headers: { 'content-type': type } });
    for (const answer of [
      await post('{"email":"a"}', 'application/json'),
      await post(`email=a&password=${'x'.repeat(9000)}`, 'application/x-www-form-urlencoded'),
      await post('email=&password=', 'application/x-www-form-urlencoded'),
    ])
      expect([answer.status, alertOf(answer)]).toEqual([400, 'Type your address and your password.']);
    expect((await window.open(page.url, { method: 'PUT' })).status).toBe(405);
    expect((await window.open(`${server.url}/sign-in/as/none`)).status).toBe(400);
    expect((await window.open(`${server.url}/sign-in/company?state=x.y`)).status).toBe(400);
    expect((await window.open(`${server.url}/sign-in/auth/none`)).body).toContain('This sign-in is over');
  });

  test('anybody may ask who answers here', async () => {
    const answer = await fetch(`${server.url}/.well-known/baton`, { headers: { origin: 'moz-extension://x' } });
    expect(await answer.json()).toMatchObject({ name: 'Baton', url: server.url });
    expect([answer.headers.get('access-control-allow-origin'), answer.headers.get('access-control-expose-headers')]).toEqual(['*', 'date']);
    for (const path of ['/.well-known/openid-configuration', '/sign-in/keys']) {
      const found = await fetch(server.url + path, { headers: { origin: 'moz-extension://x' } });
      expect(found.headers.get('access-control-expose-headers')).toContain('date');
      expect(found.headers.get('access-control-allow-origin')).toBe('moz-extension://x');
      expect(JSON.stringify(await found.json())).not.toMatch(/"d":/);
    }
    const preflight = await fetch(`${server.url}/sign-in/token`, {
      method: 'OPTIONS',
      headers: { origin: 'moz-extension://x', 'access-control-request-method': 'POST', 'access-control-request-headers': 'dpop' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([204, 'dpop']);
  });
});

describe('on a backend with sample data', () => {
  let server: Backend;
  beforeAll(async () => {
    server = await backend({}, { sample: true });
  });
  afterAll(() => server.stop());

  const pick = async (email: string, headers: Record<string, string> = {}) => {
    const { window, page } = await opened(server, headers);
    return submit(window, page, { sample: email });
  };

  test('each sample account is one click away on this computer', async () => {
    const { page } = await opened(server);
    const offered = [...page.body.matchAll(/<button name="sample" value="([^"]+)"><bdi>([^<]+)<\/bdi><small>([^<]+)</g)];
    expect(offered.map(([, email, name, role]) => [email, name, role])).toEqual([
      ['ada@ridgeway.example', 'Ada &lt;Rep&gt;', 'Sales rep'],
      ['bo@ridgeway.example', 'Bo Marketer', 'Marketer'],
    ]);
    expect((await pick('bo@ridgeway.example')).url).toMatch(/[?&]code=/);
    expect((await tryOnce(server, 'ada@ridgeway.example', samplePassword)).url).toMatch(/[?&]code=/);
  });

  test('and nowhere else: not by a forwarded request, not by another name of this computer', async () => {
    for (const headers of [{ 'x-forwarded-for': '203.0.113.9' }, { forwarded: 'for=203.0.113.9' }] as Record<string, string>[]) {
      const { page } = await opened(server, headers);
      expect(page.body).not.toContain('name="sample"');
      const picked = await pick('bo@ridgeway.example', headers);
      expect([picked.status, alertOf(picked)]).toEqual([
        403,
        'Sample accounts work on the computer that the backend runs on, and nowhere else.',
      ]);
    }
  });
});

test('a backend that others reach offers no sample accounts, even to this computer', async () => {
  const server = await backend({}, { sample: true, url: 'https://baton.ridgeway.example' });
  // What the proxy in front of it does.
  const through: typeof fetch = (input, init) => fetch(String(input).replace('https://baton.ridgeway.example', server.own), init);
  const window = browser(redirects.chromium, through);
  const page = await window.open(asking('https://baton.ridgeway.example', newKey()).url);
  expect(page.url).toMatch(/^https:\/\/baton\.ridgeway\.example\/sign-in\/as\//);
  expect(page.body).not.toContain('name="sample"');
  const answer = await submit(window, page, { email: 'ada@ridgeway.example', password: samplePassword });
  expect([answer.status, alertOf(answer)]).toEqual([
    403,
    'Sample accounts work on the computer that the backend runs on, and nowhere else.',
  ]);
  await server.stop();
});

/** Nobody has tried anything yet. */
async function forgive(server: Backend): Promise<void> {
  const owner = await server.owner();
  await owner.query('delete from sign_in_attempt');
  await owner.end();
}

async function later(server: Backend, span: string): Promise<void> {
  const owner = await server.owner();
  await owner.query('update sign_in_attempt set since = since - $1::interval, until = until - $1::interval', [span]);
  await owner.end();
}
