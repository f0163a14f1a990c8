import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { Route } from '../../lib/contract/route.ts';
import type { z } from '../../lib/contract/z.ts';
import type { Config } from '../config.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Store, Trx } from '../store/db.ts';
import type { PolicyName } from './limits.ts';
import type { Log } from './log.ts';
import type { User } from './user.ts';

/**
 * What an area of the server registers itself with: `export function routes(app: App): void`.
 * `handle` runs in one transaction of the caller's workspace; for a route with `operation: true` the idempotency
 * record is in that transaction. `stream` opens none and reads no body: for imports, ingest, pages.
 */
export interface App {
  readonly store: Store;
  readonly config: Config;
  readonly log: Log;
  readonly jobs: Jobs;
  readonly metrics: Registry;
  /** Now, in ms since epoch. Tests turn it. */
  readonly now: () => number;
  handle<const R extends Route>(route: R, handler: (call: Call<R>) => Promise<Answer<R>>): void;
  stream<const R extends Route>(route: R, handler: (call: StreamCall<R>) => Promise<Response | Answer<R>>): void;
  /** Hears of every request that changed something in a workspace, once it is committed. */
  changed(told: (workspace: string) => void): void;
  /** A page or file outside the contract: method and path as Hono has them. */
  page(method: 'GET' | 'POST', path: string, handler: (request: Request) => Promise<Response> | Response): void;
  /** A part that speaks Node's own HTTP (the sign-in service): asked before anything else. */
  mount(owns: (path: string) => boolean, handler: (req: IncomingMessage, res: ServerResponse) => void): void;
}

type Out<S> = S extends z.ZodType ? z.output<S> : undefined;
/** What a handler returns: the body of the success, or that with another status or headers by `answer()`. */
export type Answer<R extends Route> = (R['answer'] extends z.ZodType ? z.input<R['answer']> : unknown) | Reply;

export class Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}
/** `return reply(204)`, `return reply(308, undefined, { location })`. Bytes and text go out as they are; set their content-type. */
export const reply = (status: number, body?: unknown, headers?: Readonly<Record<string, string>>): Reply =>
  new Reply(status, body, headers);

interface Common<R extends Route> {
  params: Out<R['params']>;
  query: Out<R['query']>;
  request: Request;
  /** Names this request in the log and in the answer's `x-request-id`. */
  requestId: string;
  /** When it came, RFC 3339 in UTC. */
  receivedAt: string;
  log: Log;
}

export interface Call<R extends Route = Route> extends Common<R> {
  body: Out<R['body']>;
  user: User;
  workspace: string;
  trx: Trx;
  /** The Idempotency-Key of an operation. */
  operation: R['operation'] extends true ? string : undefined;
  /** Counts `cost` against the caller's limit. @throws `rate-limited` */
  spend(policy: PolicyName, cost: number): void;
}

export interface StreamCall<R extends Route = Route> extends Common<R> {
  /** Absent for `public` and `write-key` routes. */
  user: R['by'] extends 'public' | 'write-key' ? undefined : User;
  /** The whole body, inflated, at most `limit` bytes; 413 beyond. */
  read(limit: number): Promise<Uint8Array>;
}
