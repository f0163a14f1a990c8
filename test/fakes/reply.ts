import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, Call, Outgoing } from '../../server/outgoing/request.ts';

/** What all fakes of services share: answers, troubles on order, a log of requests, a port to listen on. */
export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}
/**
 * What happens to one of the next requests instead of the ordinary: a status, an answer, or `drop`, which does the
 * work and loses the answer.
 */
export type Trouble = number | 'drop' | Reply | undefined;

export abstract class Fake {
  /** Of the next requests, in order; `undefined` is an ordinary one. */
  trouble: Trouble[] = [];
  requests: { method: string; path: string; status: number }[] = [];
  /** The service's own clock, epoch ms. */
  now: () => number;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  protected abstract answer(method: string, url: URL, headers: Record<string, string>, body: string): Reply;
  /** How this service says that something failed for no other reason than that the test wants it. */
  protected abstract told(status: number): Reply;

  /** The way out of a `Link`, straight into the fake. */
  outgoing: Outgoing = async (address: string, call: Call = {}): Promise<Answer> => {
    const reply = this.handle(call.method ?? 'GET', new URL(address), call.headers ?? {}, call.body === undefined ? '' : String(call.body));
    return { status: reply.status, headers: reply.headers ?? {}, body: Buffer.from(textOf(reply)) };
  };

  handle(method: string, url: URL, headers: Record<string, string>, body: string): Reply {
    const next = this.trouble.shift();
    const reply = typeof next === 'number' ? this.told(next) : typeof next === 'object' ? next : this.answer(method, url, headers, body);
    this.requests.push({ method, path: url.pathname, status: reply.status });
    if (next === 'drop') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    return { ...reply, headers: { date: new Date(this.now()).toUTCString(), ...reply.headers } };
  }

  async listen(): Promise<{ url: string; close(): void }> {
    let base = '';
    const server: Server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (c: Buffer) => chunks.push(c));
      request.on('end', () => {
        try {
          const reply = this.handle(
            request.method ?? 'GET',
            new URL(request.url ?? '/', base),
            request.headers as Record<string, string>,
            Buffer.concat(chunks).toString(),
          );
          response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
          response.end(textOf(reply));
        } catch {
          request.socket.destroy();
        }
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url: base, close: () => server.close() };
  }
}

const textOf = ({ body }: Reply): string => (body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));

/** A form's or a JSON body's fields. */
export const jsonIn = (body: string): Record<string, unknown> => (body === '' ? {} : (JSON.parse(body) as Record<string, unknown>));
