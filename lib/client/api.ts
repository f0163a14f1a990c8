import { type Problem, problem } from '../contract/problem.ts';
import type { Route } from '../contract/route.ts';
import type { z } from '../contract/z.ts';
import { readable } from './readable.ts';
import { type Session, SessionTrouble } from './session/world.ts';
import { Offline, Refused, SignedOut } from './trouble.ts';

/** Calls the backend by contract routes: what goes out is typed by the route, what comes back is checked against it. */

/** The signed-in side of a request: adds the token and its proof, refreshing when needed. Rejects with `SignedOut`. */
export interface Authority {
  /** Nothing while not connected. */
  backend(): Promise<string | undefined>;
  /** `as`: a user's id; for anybody else nothing is sent. */
  send(url: string, init: RequestInit, as?: string): Promise<Response>;
}
/** A session as the API needs it. */
export const authorityOf = (session: Pick<Session, 'status' | 'authorizedFetch'>): Authority => ({
  async backend() {
    const status = await session.status();
    return status.state === 'not-connected' ? undefined : status.backend;
  },
  async send(url, init, as) {
    try {
      return await session.authorizedFetch(url, init, as);
    } catch (error) {
      if (error instanceof SessionTrouble && (error.kind === 'signed-out' || error.kind === 'not-connected'))
        throw new SignedOut(error.message);
      throw error;
    }
  },
});

type In<S> = S extends z.ZodType ? z.input<S> : undefined;
type Out<S> = S extends z.ZodType ? z.output<S> : undefined;

export interface CallOptions<R extends Route> {
  params?: In<R['params']>;
  query?: In<R['query']>;
  body?: In<R['body']>;
  /** Idempotency-Key of a user's act. */
  key?: string;
  accept?: string;
  /** Only for this user, by id: when somebody else is signed in it rejects as when signed out. */
  as?: string;
  /** ms; the browser stops a sleeping worker whose fetch has not answered after 30 s. */
  timeout?: number;
}

export interface Api {
  call<R extends Route>(route: R, options?: CallOptions<R>): Promise<Out<R['answer']>>;
  /** The answer as it came, for media other than JSON. Problems reject as in `call`. */
  raw<R extends Route>(route: R, options?: CallOptions<R>): Promise<Response>;
}

/** Told after each request, to know how the connection stands. */
export interface Watcher {
  answered(status: number, retryAfter: number | undefined): void;
  failed(): void;
  /** An answer of this route was read; so many of its entries have words that only a newer version knows. */
  leftOut(route: string, entries: number): void;
}

export function api(authority: Authority, watcher: Watcher, now: () => number): Api {
  async function raw(route: Route, options: CallOptions<Route> = {}): Promise<Response> {
    const backend = await authority.backend();
    if (backend === undefined) throw new SignedOut('No backend is connected.');
    const url = backend.replace(/\/+$/, '') + address(route, options.params, options.query);
    const headers: Record<string, string> = { accept: options.accept ?? 'application/json' };
    // A file goes out as it is.
    const file = route.accepts?.[0] !== undefined && typeof options.body === 'string' ? options.body : undefined;
    if (options.body !== undefined) headers['content-type'] = file === undefined ? 'application/json' : route.accepts![0]!;
    if (options.key !== undefined) headers['idempotency-key'] = options.key;
    const init: RequestInit = {
      method: route.method,
      headers,
      credentials: 'omit',
      cache: 'no-store',
      ...(options.body === undefined ? {} : { body: file ?? JSON.stringify(options.body) }),
    };
    const signal = AbortSignal.timeout(options.timeout ?? (file === undefined ? 20_000 : 600_000));
    let response: Response;
    try {
      response = await authority.send(url, { ...init, signal }, options.as);
      // A merged person's old address points to the new one; the proof of possession names the address it was made for.
      if (response.redirected && response.status === 401 && sameOrigin(response.url, url))
        response = await authority.send(response.url, { ...init, signal }, options.as);
    } catch (error) {
      if (error instanceof SignedOut || error instanceof Refused) throw error;
      watcher.failed();
      throw new Offline(error instanceof Error ? error.message : String(error));
    }
    const retryAfter = delay(response.headers.get('retry-after'), now());
    watcher.answered(response.status, retryAfter);
    if (response.ok) return response;
    throw new Refused(response.status, await problemOf(response), retryAfter);
  }

  return {
    raw: raw as Api['raw'],
    async call(route, options) {
      const response = await raw(route, options as CallOptions<Route>);
      if (response.status === 204 || !route.answer) return undefined as never;
      const answer = await body(response, watcher);
      const reading = readable(route.answer, answer);
      if ('unreadable' in reading) throw new Unreadable(route, reading.unreadable, answer);
      watcher.leftOut(`${route.method} ${route.path}`, reading.leftOut);
      return reading.read as never;
    },
  };
}

async function body(response: Response, watcher: Watcher): Promise<unknown> {
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    // The connection was cut after the head of the answer.
    watcher.failed();
    throw new Offline(error instanceof Error ? error.message : String(error));
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Counts as trouble of the server: it may be put right, so acts that met it are sent again. */
export class Unreadable extends Refused {
  /** It as it came. */
  readonly answer: unknown;
  constructor(route: Route, where: string, answer: unknown) {
    super(502, {
      type: 'urn:baton:problem:unreadable',
      title: 'The backend gave an answer that this version cannot read.',
      status: 502,
      detail: `${route.method} ${route.path}${where && `: ${where}`}`,
    });
    this.answer = answer;
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const parsed = problem.safeParse(await response.json().catch(() => undefined));
  return parsed.success
    ? parsed.data
    : { type: 'about:blank', title: response.statusText || `The backend answered ${response.status}.`, status: response.status };
}

export function address(route: Route, params: unknown, query: unknown): string {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = (params as Record<string, unknown> | undefined)?.[name];
    if (value === undefined || value === '') throw new TypeError(`${route.path} needs ${name}`);
    return encodeURIComponent(String(value));
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries((query as Record<string, unknown> | undefined) ?? {})) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size ? `${path}?${search}` : path;
}

/** `Retry-After` in ms: seconds or a date. */
function delay(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
const sameOrigin = (a: string, b: string) => URL.canParse(a) && new URL(a).origin === new URL(b).origin;
