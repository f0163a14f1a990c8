import { within } from './within.ts';

/**
 * As much of WebDriver BiDi (https://w3c.github.io/webdriver-bidi/) as driving a Firefox takes: commands and events as
 * JSON over one WebSocket.
 */
export interface Bidi {
  /** Rejects with the browser's own words. */
  send<T = Record<string, unknown>>(method: string, params?: object): Promise<T>;
  /** Calls back with the parameters of each event of this name; `session.subscribe` to it as well. */
  on<T>(event: string, listener: (params: T) => void): void;
  /** Runs a function in a document: `args` and what it answers are JSON, except that promises are awaited. */
  call<A extends readonly unknown[], R>(context: string, work: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
  close(): void;
}

interface Message {
  id?: number;
  result?: unknown;
  error?: string;
  message?: string;
  method?: string;
  params?: unknown;
}
type Evaluated =
  | { type: 'success'; result: { value?: string } }
  | { type: 'exception'; exceptionDetails: { text: string; lineNumber: number } };

export async function bidi(address: string): Promise<Bidi> {
  const socket = new WebSocket(address);
  const opened = new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error(`nobody speaks BiDi at ${address}`)));
  });
  await within(`BiDi at ${address}`, opened);
  const asked = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const listeners = new Map<string, ((params: never) => void)[]>();
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error, message, method, params } = JSON.parse(String(data)) as Message;
    if (method !== undefined) for (const listener of listeners.get(method) ?? []) listener(params as never);
    const waiting = id === undefined ? undefined : asked.get(id);
    if (!waiting) return;
    asked.delete(id!);
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(new Error(`${error}: ${message}`));
  });
  socket.addEventListener('close', () => {
    for (const { reject } of asked.values()) reject(new Error('the browser hung up'));
    asked.clear();
  });

  const wire: Bidi = {
    send: <T>(method: string, params: object = {}) => {
      const answered = new Promise<T>((resolve, reject) => {
        if (socket.readyState !== WebSocket.OPEN) return reject(new Error('the browser has hung up'));
        last += 1;
        asked.set(last, { resolve: resolve as (value: unknown) => void, reject });
        socket.send(JSON.stringify({ id: last, method, params }));
      });
      return within(`an answer to ${method} ${JSON.stringify(params).slice(0, 200)}`, answered);
    },
    on: (event, listener) => void listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    async call(context, work, ...args) {
      const answer = await wire.send<Evaluated>('script.evaluate', {
        target: { context },
        awaitPromise: true,
        // Text, because BiDi has a notation of its own for values.
        expression: `(async () => JSON.stringify([await (${work})(...${JSON.stringify(args)})]))()`,
      });
      if (answer.type === 'exception') throw new Error(`${answer.exceptionDetails.text}\nin ${work}`);
      return (JSON.parse(answer.result.value!) as [never])[0];
    },
    close: () => socket.close(),
  };
  return wire;
}
