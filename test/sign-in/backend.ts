import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import pg from 'pg';
import { route } from '../../lib/contract/route.ts';
import { z } from '../../lib/contract/z.ts';
import { routes as users } from '../../server/acts/users.ts';
import type { Config } from '../../server/config.ts';
import { dispatch, type Parts } from '../../server/http/dispatch.ts';
import { openLog } from '../../server/http/log.ts';
import { routes as me } from '../../server/http/me.ts';
import type { User } from '../../server/http/user.ts';
import type { Jobs } from '../../server/jobs/jobs.ts';
import { hashPassword } from '../../server/sign-in/password.ts';
import { samplePassword } from '../../server/sign-in/sample.ts';
import { signIn } from '../../server/sign-in/sign-in.ts';
import { openStore, type Store } from '../../server/store/db.ts';
import { createUser, createWorkspace } from '../../server/store/workspaces.ts';
import { freshDatabase } from '../server/harness.ts';

/** A backend that listens, with the sign-in service, `/v1/me`, `/v1/users`, and a store of its own. */
export interface Backend {
  /** Its address as it is configured. */
  url: string;
  /** Where it really listens. */
  own: string;
  store: Store;
  /** Answers a request without HTTP. */
  fetch(request: Request): Promise<Response>;
  /** A connection that passes the limits of the server's role. */
  owner(): Promise<pg.Client>;
  /** How far the server's time is ahead, in ms. */
  clock: { skew: number };
  /** Called with every request before it is answered; may answer or destroy it, then returns true. */
  before: { each?: (req: IncomingMessage, res: ServerResponse) => boolean | Promise<boolean> };
  /** Method and path of every request. */
  log: string[];
  people: { ada: string; bo: string; cy: string };
  workspace: string;
  /** Runs what is done once an hour. */
  sweep(): Promise<void>;
  stop(): Promise<void>;
}

export const password = 'three words together';

/** Answers what was sent to it. */
const echo = route({
  method: 'POST',
  path: '/v1/echo',
  summary: 'Echo',
  tag: 'Test',
  by: 'any',
  answer: z.object({ text: z.string() }),
});

export async function backend(
  env: Record<string, string> = {},
  options: { sample?: boolean; url?: string } & Pick<Parts, 'limits'> = {},
): Promise<Backend> {
  const { url: databaseUrl, ownerUrl, drop } = await freshDatabase();
  const store = openStore({ url: databaseUrl });
  const workspace = await createWorkspace(store, { name: 'Ridgeway', sample: options.sample ?? false });
  const hash = await hashPassword(options.sample ? samplePassword : password);
  const add = (email: string, name: string, role: User['role'], passwordHash?: string) =>
    store.inWorkspace(workspace, (trx) => createUser(trx, workspace, { email, name, role, ...(passwordHash ? { passwordHash } : {}) }));
  const people = {
    ada: await add('ada@ridgeway.example', 'Ada <Rep>', 'rep', hash),
    bo: await add('bo@ridgeway.example', 'Bo Marketer', 'marketer', hash),
    // Has no password: signs in by the company alone.
    cy: await add('cy@ridgeway.example', 'Cy Admin', 'admin'),
  };

  const clock = { skew: 0 };
  const before: Backend['before'] = {};
  const log: string[] = [];
  const server = createServer(async (req, res) => {
    log.push(`${req.method} ${req.url!.split('?')[0]}`);
    if (clock.skew) res.setHeader('date', new Date(Date.now() + clock.skew).toUTCString());
    if (!(await before.each?.(req, res))) made.listener(req, res);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config: Config = { host: '127.0.0.1', port: 0, url: options.url ?? own, data: tmpdir() };
  const works = new Map<string, () => Promise<void>>();
  const jobs = {
    work: (name: string, run: (job: never) => Promise<void>) => works.set(name, () => run({ store } as never)),
    every: () => undefined,
    send: async () => undefined,
  } as unknown as Jobs;
  const now = () => Date.now() + clock.skew;
  const made = dispatch({ store, config, log: openLog('silent'), jobs, now, ...(options.limits && { limits: options.limits }) }, (app) => {
    me(app);
    users(app, env);
    app.stream(echo, async ({ read }) => ({ text: Buffer.from(await read(1000)).toString() }));
    return signIn(app, env);
  });

  return {
    url: config.url,
    own,
    store,
    fetch: made.fetch,
    async owner() {
      const client = new pg.Client(ownerUrl);
      await client.connect();
      return client;
    },
    clock,
    before,
    log,
    people,
    workspace,
    sweep: () => works.get('sign-in-sweep')!(),
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await store.close();
      await drop();
    },
  };
}
