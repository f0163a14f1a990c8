import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { within } from './within.ts';

/** One request as it left the browser. */
export interface Recorded {
  at: number;
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** Bytes of the request: its line, its headers, its body. */
  sent: number;
  /** Bytes of the answer's body; headers are left out, because counters stand in them. 0 until it has come. */
  got: number;
}

/**
 * `drop`: it never arrives. `lose`: it arrives and is answered, but the answer gets lost on its way back.
 * `fault`: something in front of the backend answers instead, as it does while the backend is broken.
 */
export type Fate = 'pass' | 'drop' | 'lose' | 'fault';

/**
 * Everything a browser sends goes through here and is written down, the connections of this machine included.
 * Only plain http passes: nothing that a test needs is anywhere else, and what wants out (`CONNECT`) is recorded and refused.
 */
export interface Recorder {
  port: number;
  requests: Recorded[];
  /** Requests since the last call of this function. */
  since(): Recorded[];
  /** Until `mend`, every request for an address that starts with `prefix` is dropped without an answer. */
  cut(prefix?: string): void;
  mend(): void;
  /** Keeps requests that match until the function answers what becomes of them. */
  hold(matches: (request: Recorded) => boolean, until: (request: Recorded) => Promise<Fate>): void;
  /** The first request that matches, past or coming. */
  seen(matches: (request: Recorded) => boolean): Promise<Recorded>;
  stop(): Promise<void>;
}

const sizeOf = ({ method = '', url = '', rawHeaders }: IncomingMessage): number =>
  Buffer.byteLength(`${method} ${url} HTTP/1.1`) + rawHeaders.reduce((sum, part) => sum + Buffer.byteLength(part) + 2, 4);

export async function recordingProxy(): Promise<Recorder> {
  const requests: Recorded[] = [];
  const waiting: { matches: (request: Recorded) => boolean; resolve: (request: Recorded) => void }[] = [];
  const sockets = new Set<Socket>();
  let dropped: string | undefined;
  let gate: { matches: (request: Recorded) => boolean; until: (request: Recorded) => Promise<Fate> } | undefined;
  let told = 0;

  const record = (recorded: Recorded) => {
    requests.push(recorded);
    for (const wait of [...waiting]) {
      if (!wait.matches(recorded)) continue;
      waiting.splice(waiting.indexOf(wait), 1);
      wait.resolve(recorded);
    }
  };

  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming).catch(() => undefined);
    // The browser went away in the middle of its request: nothing has arrived.
    if (!body) return;
    const recorded: Recorded = {
      at: Date.now(),
      method: incoming.method ?? 'GET',
      url: incoming.url ?? '',
      headers: incoming.headers,
      body: body.toString('utf8'),
      sent: sizeOf(incoming) + body.length,
      got: 0,
    };
    record(recorded);
    const drop = () => incoming.socket.destroy();
    if (dropped !== undefined && recorded.url.startsWith(dropped)) return drop();
    const fate = gate?.matches(recorded) ? await gate.until(recorded) : 'pass';
    // An address without a host is meant for this program itself, which is no server.
    if (fate === 'drop' || !URL.canParse(recorded.url)) return drop();
    if (fate === 'fault') {
      outgoing.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Internal Server Error</h1>');
      return;
    }
    const { 'proxy-connection': _, ...headers } = incoming.headers;
    const passed = request(recorded.url, { method: recorded.method, headers }, (answer) => {
      // Nor is there anybody to tell when the browser is gone.
      if (fate === 'lose' || outgoing.destroyed) {
        answer.resume().on('close', drop);
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('data', (piece: Buffer) => {
        recorded.got += piece.length;
      });
      // Where either side goes away, so does the other: half an answer is no answer.
      pipeline(answer, outgoing, (error) => error && drop());
    });
    passed.on('error', drop);
    passed.end(body);
  });
  server.on('connect', (incoming, socket) => {
    record({
      at: Date.now(),
      method: 'CONNECT',
      url: `https://${incoming.url}`,
      headers: incoming.headers,
      body: '',
      sent: sizeOf(incoming),
      got: 0,
    });
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  server.on('connection', (socket) => {
    // A browser may hang up whenever it likes; after `CONNECT` nobody else listens for that.
    socket.on('error', () => socket.destroy());
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: (server.address() as AddressInfo).port,
    requests,
    since() {
      const fresh = requests.slice(told);
      told = requests.length;
      return fresh;
    },
    cut(prefix = '') {
      dropped = prefix;
    },
    mend() {
      dropped = undefined;
      gate = undefined;
    },
    hold(matches, until) {
      gate = { matches, until };
    },
    seen(matches) {
      const past = requests.find(matches);
      const coming = () => new Promise<Recorded>((resolve) => waiting.push({ matches, resolve }));
      return past ? Promise.resolve(past) : within(`a request that ${matches}`, coming());
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
