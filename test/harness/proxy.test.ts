import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Recorder, recordingProxy } from './proxy.ts';

let wire: Recorder;
let server: Server | undefined;
const faults: unknown[] = [];
const note = (error: unknown) => faults.push(error);

beforeEach(async () => {
  faults.length = 0;
  process.on('uncaughtExceptionMonitor', note);
  wire = await recordingProxy();
});
afterEach(async () => {
  process.off('uncaughtExceptionMonitor', note);
  await wire.stop();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function dial(): Promise<Socket> {
  const socket = connect(wire.port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Serves what the proxy passes on. */
async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A whole exchange: by its end the proxy has heard of everything that came before. */
async function exchange(): Promise<void> {
  const socket = await dial();
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  socket.resume();
  await once(socket, 'close');
}

test('a browser that hangs up after CONNECT, or in the middle of a request, disturbs nobody', async () => {
  const asked = await dial();
  asked.on('error', () => undefined);
  asked.write('CONNECT updates.example:443 HTTP/1.1\r\nHost: updates.example:443\r\n\r\n');
  const { url } = await wire.seen(({ method }) => method === 'CONNECT');
  expect(url).toBe('https://updates.example:443');
  asked.resetAndDestroy();
  await once(asked, 'close');

  const half = await dial();
  half.write('POST http://127.0.0.1:1/ HTTP/1.1\r\nHost: 127.0.0.1:1\r\nContent-Length: 100\r\n\r\nhalf');
  half.resetAndDestroy();
  await once(half, 'close');

  await exchange();
  expect(wire.requests.filter(({ method }) => method === 'POST')).toEqual([]);
  expect(faults).toEqual([]);
});

test.each(['pass', 'lose'] as const)('an answer that breaks off leaves nobody waiting (%s)', async (fate) => {
  const url = await serve((_, answer) => {
    answer.writeHead(200, { 'content-length': '1000' });
    answer.write('half of it', () => answer.destroy());
  });
  wire.hold(
    () => true,
    async () => fate,
  );
  const socket = await dial();
  socket.write(`GET ${url} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  socket.resume();
  await once(socket, 'close');
  expect(wire.requests.map((one) => one.url)).toEqual([url]);
});

test.each(['pass', 'lose', 'fault'] as const)('an answer to a browser that has hung up meanwhile is nobody’s (%s)', async (fate) => {
  const arrived = Promise.withResolvers<ServerResponse>();
  const url = await serve((_, answer) => arrived.resolve(answer));
  const decided = Promise.withResolvers<void>();
  wire.hold(
    (one) => one.url === url,
    async () => {
      if (fate === 'fault') await decided.promise;
      return fate;
    },
  );
  const socket = await dial();
  socket.write(`GET ${url} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  await wire.seen((one) => one.url === url);
  const answer = fate === 'fault' ? undefined : await arrived.promise;
  socket.resetAndDestroy();
  await once(socket, 'close');
  await exchange();
  decided.resolve();
  if (answer) {
    answer.end('too late');
    await once(answer, 'close');
  }
  await exchange();
  expect(faults).toEqual([]);
});
