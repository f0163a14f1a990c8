import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { OutgoingError, outgoing } from '../../server/outgoing/request.ts';

/**
 * A name whose owner changes what it stands for between two questions. Loopback plays the outside, so that nothing
 * leaves this computer; every other address is judged as ever.
 */
const outside = '127.0.0.1';
const metadata = '169.254.169.254';
const names = vi.hoisted(() => ({ answers: [] as string[][], asked: [] as string[] }));

vi.mock('node:dns', async (original) => ({
  ...(await original<typeof import('node:dns')>()),
  lookup(name: string, _: object, done: (error: null, addresses: { address: string; family: number }[]) => void) {
    names.asked.push(name);
    const addresses = names.answers.length > 1 ? names.answers.shift()! : names.answers[0]!;
    setImmediate(() =>
      done(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      ),
    );
  },
}));
vi.mock('../../server/outgoing/address.ts', async (original) => {
  const real = await original<typeof import('../../server/outgoing/address.ts')>();
  return { ...real, isInside: (address: string) => address !== '127.0.0.1' && real.isInside(address) };
});

let server: Server;
let port = 0;
let connections = 0;
beforeAll(async () => {
  // It never speaks TLS: what counts is who was connected to.
  server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((ready) => server.listen(0, outside, ready));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => void server.close());
beforeEach(() => {
  connections = 0;
  names.asked.length = 0;
});

const call = () =>
  outgoing()(`https://crm.rebind.example:${port}/`).then(
    () => 'answered',
    (error) => (error instanceof OutgoingError ? error.code : String(error)),
  );

test('a name is asked for once a call, and the connection goes to the address that was checked', async () => {
  names.answers = [[outside], [metadata]];
  expect(await call()).toBe('unreachable');
  expect([names.asked.length, connections]).toEqual([1, 1]);
});

test('the next call asks and checks anew: what was outside before gains nothing', async () => {
  names.answers = [[outside], [metadata]];
  await call();
  expect(await call()).toBe('inside');
  expect([names.asked.length, connections]).toEqual([2, 1]);
});

test('one inside address among outside ones refuses them all', async () => {
  names.answers = [[outside, metadata]];
  expect(await call()).toBe('inside');
  expect(connections).toBe(0);
});
