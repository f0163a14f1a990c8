import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Route } from '../../lib/contract/route.ts';
import type { Config } from '../config.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { isAway, type Store } from '../store/db.ts';
import { type App, type Call, Reply, type StreamCall } from './app.ts';
import { parseJson, readBody } from './body.ts';
import { inBody, inPath, inQuery, parse } from './input.ts';
import { Limits, limitFields, type Policies } from './limits.ts';
import type { Log } from './log.ts';
import { fingerprintOf, once, operationId } from './operation.ts';
import { Problematic, problem, worded } from './problem.ts';
import type { Authenticate, User } from './user.ts';

export interface Parts {
  store: Store;
  config: Config;
  log: Log;
  jobs: Jobs;
  now?: () => number;
  limits?: Partial<Policies>;
  /** For tests: answers must be what the contract says. */
  checkAnswers?: boolean;
}

export interface Dispatch {
  app: App;
  /** Answers a request of the wire; not of mounted parts. */
  fetch(request: Request): Promise<Response>;
  /** Answers everything, for `http.createServer`. */
  listener(req: IncomingMessage, res: ServerResponse): void;
  /** The routes that were registered, for the documentation. */
  routes(): readonly Route[];
}

/** A body larger than this is no act of a person. */
const bodyLimit = 256 * 1024;

/** What travels with a request until its answer is logged. */
interface Trace {
  id: string;
  at: string;
  route: string;
  headers: Record<string, string>;
}

/**
 * Turns routes of the contract into an HTTP server. `authenticate` is asked for once the areas are registered,
 * because one of them provides it.
 */
export function dispatch(parts: Parts, register: (app: App) => Authenticate): Dispatch {
  const { store, config, log, jobs, now = Date.now, checkAnswers = false } = parts;
  const hono = new Hono<{ Bindings: { trace: Trace } }>({ strict: true });
  const limits = new Limits(now, parts.limits);
  const routes: Route[] = [];
  const pages: { method: string; path: string }[] = [];
  const mounts: { owns: (path: string) => boolean; handler: (req: IncomingMessage, res: ServerResponse) => void }[] = [];
  const listeners: ((workspace: string) => void)[] = [];
  const metrics = measure(store);

  const app: App = {
    store,
    config,
    log,
    jobs,
    metrics: metrics.registry,
    now,
    handle: (route, handler) =>
      add(route, async (call) => {
        const answer = await transact(route, call, handler as never);
        if (call.user && route.method !== 'GET') for (const told of listeners) told(call.user.workspace);
        return answer;
      }),
    stream: (route, handler) =>
      add(route, async ({ request, user, trace, params }) => {
        const call = {
          ...common(route, request, trace, params),
          user,
          read: (limit: number) => readBody(request, limit),
        };
        return handler(call as unknown as StreamCall<never>);
      }),
    changed: (told) => void listeners.push(told),
    page(method, path, handler) {
      pages.push({ method, path });
      hono.on(method, path, async (c) => {
        c.env.trace.route = path;
        return handler(c.req.raw);
      });
    },
    mount: (owns, handler) => void mounts.push({ owns, handler }),
  };
  const authenticate = register(app);

  interface Asked {
    request: Request;
    trace: Trace;
    user: User | undefined;
    params: Record<string, string>;
  }

  function add(route: Route, answer: (asked: Asked) => Promise<unknown>): void {
    routes.push(route);
    hono.on(route.method, route.path.replace(/\{(\w+)\}/g, ':$1'), async (c) => {
      const { trace } = c.env;
      trace.route = route.path;
      const request = c.req.raw;
      let user: User | undefined;
      if (route.by !== 'public' && route.by !== 'write-key') {
        user = await authenticate(request);
        Object.assign(trace.headers, limitFields(limits.take(`${user.workspace} ${user.id}`, 'requests')));
        if (route.by !== 'any' && !route.by.includes(user.role))
          throw worded('forbidden', 'not-your-role', { roles: route.by, role: user.role });
      }
      return respond(route, await answer({ request, trace, user, params: c.req.param() }));
    });
  }

  function common(route: Route, request: Request, trace: Trace, params: Record<string, string>) {
    return {
      params: route.params && parse(route.params, params, inPath),
      query: route.query && parse(route.query, Object.fromEntries(new URL(request.url).searchParams), inQuery, route.strict),
      request,
      requestId: trace.id,
      receivedAt: trace.at,
      log: log.child({ request: trace.id }),
    };
  }

  async function transact(
    route: Route,
    { request, trace, user, params }: Asked,
    handler: (call: Call) => Promise<unknown>,
  ): Promise<unknown> {
    const shared = common(route, request, trace, params);
    const bytes = route.body || route.operation ? await readBody(request, bodyLimit) : new Uint8Array();
    const body = route.body && parse(route.body, parseJson(request, bytes), inBody, route.strict);
    const operation = route.operation ? operationId(request) : undefined;
    const call = {
      ...shared,
      body,
      user,
      workspace: user?.workspace,
      operation,
      spend(policy, cost) {
        Object.assign(trace.headers, limitFields(limits.take(`${user?.workspace} ${user?.id}`, policy, cost)));
      },
    } as Omit<Call, 'trx'>;
    // A route for everybody has no workspace to open; it sees what the look-up functions show.
    if (!user) return store.outside((trx) => handler({ ...call, trx }));
    if (operation === undefined) return store.inWorkspace(user.workspace, (trx) => handler({ ...call, trx }));
    const lead = /^\/v1\/(?:leads|people)\/\{id\}/.test(route.path) ? params.id : undefined;
    const { pathname } = new URL(request.url);
    return once(
      store,
      user,
      { id: operation, fingerprint: fingerprintOf(request.method, pathname, bytes), ...(lead && { lead }) },
      async (trx) => {
        const answer = await handler({ ...call, trx });
        return answer instanceof Reply ? answer : new Reply(route.status ?? 200, answer);
      },
    );
  }

  function respond(route: Route, answer: unknown): Response {
    if (answer instanceof Response) return answer;
    const { status, body, headers } =
      answer instanceof Reply ? answer : new Reply(route.status ?? (answer === undefined ? 204 : 200), answer);
    if (body === undefined || body === null || status === 204) return new Response(null, { status, headers });
    if (typeof body === 'string' || body instanceof Uint8Array) return new Response(body as BodyInit, { status, headers });
    if (checkAnswers && status < 300 && route.answer) {
      const checked = route.answer.safeParse(JSON.parse(JSON.stringify(body)));
      if (!checked.success)
        throw new Error(`${route.method} ${route.path} answers what its contract does not say: ${checked.error.message}`);
    }
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
  }

  hono.notFound((c) => {
    const allow = methodsOf(new URL(c.req.url).pathname);
    const error =
      allow.length === 0
        ? worded('not-found', 'no-such-call')
        : problem('not-found', `This address takes ${list(allow)} only.`, {
            status: 405,
            title: 'This method is not for this address.',
            headers: { allow: allow.join(', ') },
          });
    return refusal(error, c.env.trace);
  });
  hono.onError((error, c) => refusal(error, c.env.trace));

  const patterns = new Map<string, RegExp>();
  function methodsOf(pathname: string): string[] {
    const found = [...routes, ...pages].filter(({ path }) => {
      let pattern = patterns.get(path);
      if (!pattern) {
        const source = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}|:\w+/g, '[^/]+');
        pattern = new RegExp(`^${source}$`);
        patterns.set(path, pattern);
      }
      return pattern.test(pathname);
    });
    return [...new Set(found.map(({ method }) => method))];
  }

  async function fetch(request: Request): Promise<Response> {
    const started = performance.now();
    const trace: Trace = { id: randomUUID(), at: new Date(now()).toISOString(), route: 'none', headers: {} };
    let response: Response;
    if (request.method === 'OPTIONS') response = new Response(null, { status: 204 });
    else
      try {
        response = await hono.fetch(request, { trace });
      } catch (error) {
        response = refusal(error, trace);
      }
    for (const [name, value] of Object.entries({ ...always, ...trace.headers, 'x-request-id': trace.id }))
      if (!response.headers.has(name)) response.headers.set(name, value);
    if (config.url.startsWith('https:')) response.headers.set('strict-transport-security', 'max-age=31536000');
    if (request.method === 'OPTIONS') for (const [name, value] of Object.entries(preflight)) response.headers.set(name, value);
    const seconds = (performance.now() - started) / 1000;
    metrics.requests.observe({ method: request.method, route: trace.route, status: response.status }, seconds);
    log.info(
      { request: trace.id, method: request.method, route: trace.route, status: response.status, ms: Math.round(seconds * 1e4) / 10 },
      'request',
    );
    return response;
  }

  function refusal(error: unknown, trace: Trace): Response {
    const known =
      error instanceof Problematic
        ? error
        : isAway(error)
          ? worded('unavailable', 'store-away', {}, { headers: { 'retry-after': '2' } })
          : worded('internal', 'went-wrong');
    if (known !== error)
      log.error({ request: trace.id, route: trace.route, error }, known.document.status === 503 ? 'store away' : 'failed');
    return new Response(JSON.stringify({ ...known.document, instance: `urn:uuid:${trace.id}` }), {
      status: known.document.status,
      headers: { ...known.headers, 'content-type': 'application/problem+json' },
    });
  }

  const listen = getRequestListener(fetch, { overrideGlobalObjects: false });
  return {
    app,
    fetch,
    routes: () => routes,
    listener(req, res) {
      const path = (req.url ?? '/').split('?')[0]!;
      const mounted = mounts.find(({ owns }) => owns(path));
      if (mounted) mounted.handler(req, res);
      else void listen(req, res);
    },
  };
}

const list = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? 'nobody') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** Any origin, never cookies: a browser extension's origin may be random, and the token is what counts. */
const always: Record<string, string> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'date, retry-after, ratelimit, ratelimit-policy, www-authenticate, dpop-nonce, location, x-request-id',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
const preflight: Record<string, string> = {
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': 'authorization, dpop, idempotency-key, content-type, accept',
  'access-control-max-age': '7200',
};

function measure(store: Store) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'baton_' });
  const requests = new Histogram({
    name: 'baton_http_request_seconds',
    help: 'Time from a request to its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [registry],
  });
  new Gauge({
    name: 'baton_store_connections',
    help: 'Connections to the store',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { totalCount, idleCount, waitingCount } = store.pool;
      this.set({ state: 'busy' }, totalCount - idleCount);
      this.set({ state: 'idle' }, idleCount);
      this.set({ state: 'wanted' }, waitingCount);
    },
  });
  return { registry, requests };
}
