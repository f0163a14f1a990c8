import { existsSync, rmSync } from 'node:fs';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Route } from '../../lib/contract/route.ts';
import type { z } from '../../lib/contract/z.ts';
import { newcomer } from '../../lib/funnel/arrive.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';
import { canonical } from '../../lib/funnel/keys.ts';
import type { Lead } from '../../lib/funnel/lead.ts';
import type { KeyKind, Role } from '../../lib/funnel/words.ts';
import { createApp } from '../../server/app.ts';
import type { Config } from '../../server/config.ts';
import type { Dispatch, Parts } from '../../server/http/dispatch.ts';
import { openLog } from '../../server/http/log.ts';
import { problem } from '../../server/http/problem.ts';
import type { Authenticate, User } from '../../server/http/user.ts';
import { migrateJobs, openJobs } from '../../server/jobs/boss.ts';
import type { Jobs } from '../../server/jobs/jobs.ts';
import { agreementInForce } from '../../server/store/agreements.ts';
import { openStore, type Store, type Trx } from '../../server/store/db.ts';
import { startEmbedded } from '../../server/store/embedded.ts';
import { newId } from '../../server/store/id.ts';
import { saveLead } from '../../server/store/leads.ts';
import { migrate } from '../../server/store/migrate.ts';
import { createPerson, tieKeys } from '../../server/store/people.ts';
import { createUser, createWorkspace } from '../../server/store/workspaces.ts';
import { changed } from '../harness/changed.ts';
import { emptyFolder, placeOfCluster } from './cluster.ts';

/**
 * The backend on a real PostgreSQL, for tests: one cluster a worker, one database a test file, one workspace unless more
 * are asked for. Calls go to the app as any user, without signing in.
 *
 *     const server = await testServer();
 *     const rep = await server.user('rep');
 *     const lead = await server.lead({ name: 'Dana', email: 'dana@northwind.example', stage: 'mql' });
 *     const { status, body } = await server.call(rep, routeObject, { params: { id: lead } });
 *     await server.close();
 */
export interface TestServer {
  app: Dispatch;
  store: Store;
  jobs: Jobs;
  config: Config;
  /** Addresses of the database: of the server's role, and of the owner. */
  url: string;
  ownerUrl: string;
  /** Of a role that passes row-level security: to fill tables quickly, never to test with. */
  adminUrl: string;
  workspace: string;
  /** What time the server thinks it is. */
  clock: { now: number };
  user(role: Role, some?: { name?: string; workspace?: string }): Promise<User>;
  lead(some?: NewLead): Promise<string>;
  /** Another workspace, with an agreement in force. */
  anotherWorkspace(): Promise<string>;
  call<const R extends Route>(user: User | undefined, route: R, input?: Input<R>): Promise<Answer<R>>;
  /** In the workspace, or in another one. */
  in<T>(work: (trx: Trx) => Promise<T>, workspace?: string): Promise<T>;
  close(): Promise<void>;
}

export interface NewLead {
  workspace?: string;
  name?: string;
  title?: string;
  company?: string;
  segment?: string;
  email?: string;
  keys?: { kind: KeyKind; value: string }[];
  stage?: Lead['stage'];
  /** Anything else of the lead, as the rules know it. */
  lead?: Partial<Lead>;
}

type In<S> = S extends z.ZodType ? z.input<S> : never;
export interface Input<R extends Route> {
  params?: In<R['params']>;
  query?: In<R['query']>;
  body?: In<R['body']>;
  /** Idempotency-Key; made when the route needs one and none is given. */
  key?: string;
  headers?: Record<string, string>;
}
export interface Answer<R extends Route> {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a problem document as often as the answer
  body: R['answer'] extends z.ZodType ? z.output<R['answer']> & Record<string, any> : any;
  bytes: Uint8Array;
}

const userHeader = 'x-test-user';

export async function testServer(options: Pick<Parts, 'limits' | 'checkAnswers'> & { connections?: number } = {}): Promise<TestServer> {
  const { database, url, ownerUrl, adminUrl, drop } = await freshDatabase();
  const store = openStore({ url, connections: options.connections ?? 5 });
  const log = openLog(process.env.BATON_TEST_LOG ?? 'silent');
  const jobs = openJobs({ url, store, log });
  const clock = { now: Date.now() };
  const config: Config = { host: '127.0.0.1', port: 0, url: 'http://127.0.0.1:8787', data: join(tmpdir(), database), databaseUrl: url };
  const users = new Map<string, User>();
  const authenticate: Authenticate = async (request) => {
    const user = users.get(request.headers.get(userHeader) ?? '');
    if (!user) throw problem('unauthenticated');
    return user;
  };
  const app = createApp({
    store,
    config,
    log,
    jobs,
    now: () => clock.now,
    checkAnswers: options.checkAnswers ?? true,
    authenticate,
    ...(options.limits && { limits: options.limits }),
  });
  const agreement = defaultAgreement('Europe/Vienna');
  const workspace = await createWorkspace(store, { name: 'Test', agreement });
  let count = 0;

  return {
    app,
    store,
    jobs,
    config,
    url,
    ownerUrl,
    adminUrl,
    workspace,
    clock,
    async user(role, some = {}) {
      const home = some.workspace ?? workspace;
      const name = some.name ?? `${role} ${++count}`;
      const email = `${name.toLowerCase().replaceAll(' ', '.')}@baton.example`;
      const id = await store.inWorkspace(home, (trx) => createUser(trx, home, { email, name, role }));
      const user: User = { id, workspace: home, role, name, email };
      users.set(id, user);
      return user;
    },
    async lead(some = {}) {
      const home = some.workspace ?? workspace;
      const email = some.email ?? `person.${++count}@northwind.example`;
      const at = new Date(clock.now).toISOString();
      return store.inWorkspace(home, async (trx) => {
        const { name = `Person ${count}`, title, company, segment } = some;
        const id = await createPerson(trx, home, {
          name,
          ...(title && { title }),
          ...(company && { company }),
          ...(segment && { segment }),
        });
        const keys = some.keys ?? [{ kind: 'email' as const, value: email }];
        await tieKeys(
          trx,
          home,
          id,
          keys.map(({ kind, value }) => ({ kind, value: canonical(kind, value)! })),
          'test',
        );
        const fresh = newcomer(id, 'lead', at);
        const lead: Lead = { ...fresh.lead, ...(some.stage && { stage: some.stage }), ...some.lead };
        await saveLead(
          trx,
          home,
          undefined,
          { lead, events: [{ kind: 'stage', to: lead.stage }] },
          { by: { kind: 'source', id: 'test' }, terms: await agreementInForce(trx, home), at, receivedAt: at },
        );
        return id;
      });
    },
    anotherWorkspace: () => createWorkspace(store, { name: 'Another', agreement }),
    async call(user, route, input = {}) {
      const response = await app.fetch(toRequest(config.url, user, route, input as Input<Route>));
      const bytes = new Uint8Array(await response.arrayBuffer());
      const json = /json/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        body: json ? JSON.parse(new TextDecoder().decode(bytes)) : undefined,
        bytes,
      };
    },
    in: (work, home = workspace) => store.inWorkspace(home, work),
    async close() {
      await jobs.stop();
      await store.close();
      await drop();
    },
  };
}

function toRequest(origin: string, user: User | undefined, route: Route, { params, query, body, key, headers }: Input<Route>): Request {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String((params as Record<string, unknown>)[name])));
  const url = new URL(path, origin);
  for (const [name, value] of Object.entries((query ?? {}) as Record<string, unknown>))
    if (value !== undefined) url.searchParams.set(name, String(value));
  return new Request(url, {
    method: route.method,
    headers: {
      ...(user && { [userHeader]: user.id }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...((key !== undefined || route.operation) && { 'idempotency-key': key ?? newId() }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

interface Cluster {
  adminUrl: string;
  ownerUrl: string;
  url: string;
}

/** A database with every table and no rows. */
export async function freshDatabase(): Promise<{
  database: string;
  url: string;
  ownerUrl: string;
  adminUrl: string;
  drop(): Promise<void>;
}> {
  const cluster = await sharedCluster();
  const database = `test_${newId().replaceAll('-', '')}`;
  const admin = async (sql: string) => {
    const client = new pg.Client({ connectionString: cluster.adminUrl });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await admin(`create database ${database} template baton owner baton_owner`);
  const at = (url: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href;
  return {
    database,
    url: at(cluster.url),
    ownerUrl: at(cluster.ownerUrl),
    adminUrl: at(cluster.adminUrl),
    drop: () => admin(`drop database ${database} with (force)`),
  };
}

let shared: Promise<Cluster> | undefined;

/** The worker's cluster: the first test file starts it, the later ones find the file that says where it is. */
function sharedCluster(): Promise<Cluster> {
  shared ??= (async () => {
    const given = await placeOfCluster();
    const folder = given ?? (await emptyFolder('baton-tests-'));
    const file = join(folder, 'cluster.json');
    const first = await open(join(folder, 'starting'), 'wx').catch(() => undefined);
    if (first) {
      await first.close();
      const embedded = await startEmbedded({ data: folder, throwaway: true });
      const { adminUrl, ownerUrl, url } = embedded;
      // Outside a test run (a benchmark, a script) it ends with the process, however that ends.
      if (!given)
        process.once('exit', () => {
          process.kill(embedded.pid()!, 'SIGKILL');
          rmSync(folder, { recursive: true, force: true });
        });
      await migrate(ownerUrl);
      await migrateJobs(ownerUrl);
      await writeFile(`${file}.half`, JSON.stringify({ adminUrl, ownerUrl, url }));
      await rename(`${file}.half`, file);
    }
    await changed(folder, () => existsSync(file));
    return JSON.parse(await readFile(file, 'utf8')) as Cluster;
  })();
  return shared;
}
