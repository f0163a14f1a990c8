import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isInside } from '../../server/outgoing/address.ts';
import { OutgoingError, outgoing } from '../../server/outgoing/request.ts';

let server: Server;
let port = 0;
let seen = 0;
beforeAll(async () => {
  server = createServer((req, res) => {
    seen++;
    if (req.url === '/elsewhere') return res.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    if (req.url === '/big') return res.end('x'.repeat(5000));
    if (req.url === '/silent') return;
    res.setHeader('x-seen', String(req.method));
    res.end('fine');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const code = (p: Promise<unknown>) =>
  p.then(
    () => 'none',
    (e) => (e instanceof OutgoingError ? e.code : String(e)),
  );

describe('inside addresses', () => {
  test.each([
    '127.0.0.1',
    '127.255.255.254',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'ff02::1',
    '255.255.255.255',
    '224.0.0.1',
    'no address',
  ])('%s', (address) => expect(isInside(address)).toBe(true));
  test.each(['8.8.8.8', '172.32.0.1', '172.15.255.255', '192.169.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
    '%s is outside',
    (address) => expect(isInside(address)).toBe(false),
  );
});

describe('calls to the outside', () => {
  test.each([
    ['https://127.0.0.1/', 'inside'],
    ['https://[::1]/', 'inside'],
    ['https://[::ffff:7f00:1]/', 'inside'],
    // Decimal, octal and hexadecimal spellings are the same address to the URL parser.
    ['https://2130706433/', 'inside'],
    ['https://0x7f.1/', 'inside'],
    ['https://0177.0.0.1/', 'inside'],
    ['https://169.254.169.254/latest/meta-data', 'inside'],
    // Resolved at connect time, to loopback.
    ['https://localhost/', 'inside'],
    ['http://crm.example/', 'plain-http'],
    ['ftp://crm.example/', 'bad-address'],
    ['https://user:secret@crm.example/', 'bad-address'],
    ['nonsense', 'bad-address'],
  ])('%s is refused as %s', async (url, expected) => expect(await code(outgoing()(url))).toBe(expected));

  test('nothing reached a local server while its host was not allowed', async () => {
    const before = seen;
    await code(outgoing()(`http://127.0.0.1:${port}/`));
    await code(outgoing([`127.0.0.1:${port + 1}`])(`http://127.0.0.1:${port}/`));
    expect(seen).toBe(before);
  });

  test('an allowed host is called, and answers', async () => {
    const call = outgoing([`127.0.0.1:${port}`]);
    const answer = await call(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}' });
    expect([answer.status, answer.body.toString(), answer.headers['x-seen']]).toEqual([200, 'fine', 'POST']);
  });

  test('a redirect is not followed, an endless answer is cut, a silent host times out', async () => {
    const call = outgoing([`127.0.0.1:${port}`]);
    expect(await code(call(`http://127.0.0.1:${port}/elsewhere`))).toBe('redirect');
    expect(await code(call(`http://127.0.0.1:${port}/big`, { maxBytes: 1000 }))).toBe('too-large');
    expect(await code(call(`http://127.0.0.1:${port}/silent`, { timeoutMs: 50 }))).toBe('timeout');
    expect(await code(outgoing(['127.0.0.1:1'])('http://127.0.0.1:1/'))).toBe('unreachable');
  });

  test('the caller’s own abort comes through as such', async () => {
    const abort = new AbortController();
    const running = outgoing([`127.0.0.1:${port}`])(`http://127.0.0.1:${port}/silent`, { signal: abort.signal });
    abort.abort();
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });
});
