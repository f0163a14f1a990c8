import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Message {
  type: string;
  timestamp: string;
  // biome-ignore lint/suspicious/noExplicitAny: as a receiver gets it
  data: any;
}
export interface Heard {
  headers: Record<string, string>;
  raw: string;
  message: Message;
}
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** Another system that is told what happens. It keeps what it hears, and answers as a test wants. */
export async function receiver() {
  const heard: Heard[] = [];
  const waiting: { fits: (heard: Heard) => boolean; done: (heard: Heard) => void }[] = [];
  const made = {
    heard,
    answer: ((): Reply => ({ status: 204 })) as (heard: Heard) => Reply | Promise<Reply>,
    url: '',
    ids: () => heard.map(({ headers }) => headers['webhook-id']!),
    types: () => heard.map(({ message }) => message.type),
    /** The next message that fits. */
    next: (fits: (heard: Heard) => boolean) => new Promise<Heard>((done) => waiting.push({ fits, done })),
    close: () => new Promise((done) => server.close(done)),
  };
  const server = createServer(async (request, response) => {
    const raw = await text(request).catch(() => undefined);
    // Whoever told it hung up in the middle: nothing was heard.
    if (raw === undefined) return;
    const one: Heard = { headers: plain(request.headers), raw, message: JSON.parse(raw) as Message };
    heard.push(one);
    const { status, headers, body } = await made.answer(one);
    response.writeHead(status, headers).end(body);
    for (const wanted of waiting) if (wanted.fits(one)) wanted.done(one);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  made.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return made;
}

const plain = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
