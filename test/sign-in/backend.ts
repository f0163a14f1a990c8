import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type pg from 'pg';
import type { App } from '../../server/http/app.ts';
import { openLog } from '../../server/http/log.ts';
import { Problematic } from '../../server/http/problem.ts';
import type { Authenticate, User } from '../../server/http/user.ts';
import { hashPassword } from '../../server/sign-in/password.ts';
import { samplePassword } from '../../server/sign-in/sample.ts';
import { signIn } from '../../server/sign-in/sign-in.ts';
import type { Store } from '../../server/store/db.ts';
import { createUser, createWorkspace } from '../../server/store/workspaces.ts';
import { database } from './database.ts';

/** A backend that has signing in and one route that tells who asks; with its own store. */
export interface Backend {
  url: string;
  /** Where it really listens. */
  own: string;
  store: Store;
  /** A connection that passes row-level security. */
  owner(): Promise<pg.Client>;
  authenticate: Authenticate;
  /** Server's now, in ms: turn it. */
  clock: { skew: number };
  /** Called with every request before it is answered; may end or destroy it, then returns true. */
  before: { each?: (req: IncomingMessage, res: ServerResponse) => boolean | Promise<boolean> };
  /** Method and path of every request. */
  log: string[];
  people: { ada: string; bo: string; cy: string };
  workspace: string;
  stop(): Promise<void>;
}

export const password = 'three words together';

export async function backend(env: Record<string, string> = {}, options: { sample?: boolean; url?: string } = {}): Promise<Backend> {
  const { store, owner, stop } = await database();
  const workspace = await createWorkspace(store, { name: 'Ridgeway', sample: options.sample ?? false });
  const hash = await hashPassword(options.sample ? samplePassword : password);
  const add = (email: string, name: string, role: User['role'], passwordHash?: string) =>
    store.inWorkspace(workspace, (trx) => createUser(trx, workspace, { email, name, role, ...(passwordHash ? { passwordHash } : {}) }));
  const people = {
    ada: await add('ada@ridgeway.example', 'Ada <Rep>', 'rep', hash),
    bo: await add('bo@ridgeway.example', 'Bo Marketer', 'marketer', hash),
    // Signs in by the company alone.
    cy: await add('cy@ridgeway.example', 'Cy Admin', 'admin'),
  };

  const clock = { skew: 0 };
  const before: Backend['before'] = {};
  const log: string[] = [];
  const mounts: { owns: (path: string) => boolean; handler: (req: IncomingMessage, res: ServerResponse) => void }[] = [];
  let authenticate: Authenticate;

  const server: Server = createServer(async (req, res) => {
    const path = req.url!.split('?')[0]!;
    log.push(`${req.method} ${path}`);
    if (clock.skew) res.setHeader('date', new Date(Date.now() + clock.skew).toUTCString());
    if (await before.each?.(req, res)) return;
    const mount = mounts.find(({ owns }) => owns(path));
    if (mount) return mount.handler(req, res);
    res.setHeader('access-control-allow-origin', '*');
    try {
      const user = await authenticate(
        new Request(new URL(req.url!, `http://${req.headers.host}`), {
          method: req.method!,
          headers: req.headers as Record<string, string>,
        }),
      );
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(user));
    } catch (error) {
      if (!(error instanceof Problematic)) throw error;
      res.writeHead(error.document.status, error.headers).end(JSON.stringify(error.document));
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = options.url ?? own;
  const app = {
    store,
    config: { host: '127.0.0.1', port: 0, url, data: '' },
    log: openLog('silent'),
    now: () => Date.now() + clock.skew,
    mount: (owns: (path: string) => boolean, handler: (req: IncomingMessage, res: ServerResponse) => void) =>
      mounts.push({ owns, handler }),
    jobs: { work: () => undefined, every: () => undefined },
  } as unknown as App;
  authenticate = signIn(app, env);

  return {
    url,
    own,
    store,
    owner,
    authenticate,
    clock,
    before,
    log,
    people,
    workspace,
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await stop();
    },
  };
}
