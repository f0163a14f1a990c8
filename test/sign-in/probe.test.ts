import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { probe, toBackend } from '../../lib/client/session/probe.ts';
import { words } from '../../lib/client/session/words.ts';
import { api } from '../../lib/contract/discovery.ts';

const say = words('en');
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function answering(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const saying = (about: (own: string) => unknown) =>
  answering((req, res) => {
    const body = about(`http://${req.headers.host}`);
    res.writeHead(200, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
const baton = (change: object = {}) => saying((url) => ({ name: 'Baton', version: '0.1.0', api, url, ...change }));

test.each([
  ['baton.company.example', 'https://baton.company.example'],
  ['  https://Baton.Company.example/docs/?a#b ', 'https://baton.company.example'],
  ['https://baton.company.example:8443', 'https://baton.company.example:8443'],
  ['baton.company.example:8443/', 'https://baton.company.example:8443'],
  ['https://intranet', 'https://intranet'],
  ['127.0.0.1:8787', 'http://127.0.0.1:8787'],
  ['localhost:8787', 'http://localhost:8787'],
  ['http://localhost:8787', 'http://localhost:8787'],
  ['http://[::1]:8787', 'http://[::1]:8787'],
  ['https://bücher.example', 'https://xn--bcher-kva.example'],
])('understands %s', (typed, origin) => {
  expect(toBackend(typed, say)).toMatchObject({ origin });
});

test.each([
  ['', 'not-an-address'],
  ['   ', 'not-an-address'],
  ['hello', 'not-an-address'],
  ['two words', 'not-an-address'],
  ['ada@company.example', 'not-an-address'],
  ['https://', 'not-an-address'],
  ['https://user:pass@baton.example', 'not-an-address'],
  ['ftp://baton.example', 'not-an-address'],
  ['javascript:alert(1)', 'not-an-address'],
  ['chrome-extension://abc/x', 'not-an-address'],
  ['http://baton.company.example', 'https-required'],
  ['http://192.168.1.5:8787', 'https-required'],
  ['http://127.0.0.1.evil.example', 'https-required'],
  ['http://localhost.evil.example', 'https-required'],
])('refuses %s and says why', async (typed, reason) => {
  const refused = await probe(() => Promise.reject(new Error('must not be asked')), typed, say);
  expect(refused).toMatchObject({ ok: false, reason });
  expect((refused as { sentence: string }).sentence).toMatch(/\.$/);
});

test('finds a Baton', async () => {
  const url = await baton();
  expect(await probe(fetch, url, say)).toEqual({ ok: true, backend: url, name: 'Baton', version: '0.1.0', api });
});

test('follows to the address that it wants to be called by, if it says so there too', async () => {
  const url = await baton();
  const other = url.replace('127.0.0.1', 'localhost');
  const named = await saying(() => ({ name: 'Baton', version: '0.1.0', api, url }));
  expect(await probe(fetch, named, say)).toMatchObject({ ok: true, backend: url });
  const lost = await saying(() => ({ name: 'Baton', version: '0.1.0', api, url: 'http://127.0.0.1:1' }));
  expect(await probe(fetch, lost, say)).toMatchObject({ ok: false, reason: 'no-answer' });
  const unsafe = await saying(() => ({ name: 'Baton', version: '0.1.0', api, url: 'http://evil.example' }));
  expect(await probe(fetch, unsafe, say)).toMatchObject({ ok: false, reason: 'https-required' });
  const circle = await saying((own) => ({ name: 'Baton', version: '0.1.0', api, url: own === named ? other : named }));
  expect(await probe(fetch, circle, say)).toMatchObject({ ok: false, reason: 'not-a-baton' });
});

test.each([
  ['a page', () => '<h1>hello</h1>'],
  ['other JSON', () => ({ hello: 'world' })],
  ['somebody else', () => ({ name: 'Relay', version: '1', api: 1, url: 'https://x.example' })],
  ['an address that is none', () => ({ name: 'Baton', version: '1', api: 1, url: 'x' })],
  ['nothing', () => ''],
])('takes %s for no Baton', async (_name, body) => {
  expect(await probe(fetch, await saying(body as () => unknown), say)).toMatchObject({ ok: false, reason: 'not-a-baton' });
});

test('tells too old from too new, and takes two versions either way', async () => {
  const reason = async (theirs: number) => {
    const found = await probe(fetch, await baton({ api: theirs, version: '7' }), say);
    return found.ok ? 'ok' : `${found.reason} ${found.sentence.includes('7')}`;
  };
  expect(await reason(api - 3)).toBe('backend-too-old true');
  expect(await reason(api + 3)).toBe('backend-too-new true');
  for (const theirs of [api - 2, api - 1, api + 1, api + 2]) expect(await reason(theirs)).toBe('ok');
});

test('tells nobody there from somebody who may not be read', async () => {
  expect(await probe(fetch, 'http://127.0.0.1:1', say)).toMatchObject({ ok: false, reason: 'no-answer' });
  const url = await baton();
  // As a browser does with an answer that lacks the CORS headers.
  const hidden: typeof fetch = (input, init) =>
    init?.mode === 'no-cors' ? fetch(input, init) : Promise.reject(new TypeError('Failed to fetch'));
  expect(await probe(hidden, url, say)).toMatchObject({ ok: false, reason: 'not-a-baton' });
  const down = await answering((_req, res) => res.writeHead(503).end());
  expect(await probe(fetch, down, say)).toMatchObject({ ok: false, reason: 'no-answer' });
});

test('speaks German', async () => {
  expect(await probe(fetch, 'http://127.0.0.1:1', words('de'))).toMatchObject({
    sentence: expect.stringContaining('antwortet kein Baton'),
  });
  expect(Object.keys(words('de')).sort()).toEqual(Object.keys(words('en')).sort());
});
