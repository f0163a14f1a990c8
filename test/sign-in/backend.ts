import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
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
  store: Store;
  /** A connection that passes row-level security. */
  owner(): Promise<pg.Client>;
  authenticate: Authenticate;
  /** Server's now, in ms: turn it. */
  clock: { skew: number };
  /** Called with every request before it is answered; may end or destroy it, then returns true. */
  before: { each?: (req: IncomingMessage, res: ServerResponse) => boolean | Promise<boolean> };
  /** Called when an answer is complete and before it is sent; `false` cuts the connection instead. */
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
  const url = options.url ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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

/** A TCP relay: cuts the connection in place of delivering an answer when told so. */
export async function relay(to: string): Promise<{ url: string; cut: boolean; stop(): void }> {
  const target = new URL(to);
  const { createServer: createRelay } = await import('node:net');
  const state = { url: '', cut: false, stop: () => relayServer.close() };
  const relayServer = createRelay((socket) => {
    const out = connect(Number(target.port), target.hostname);
    socket.pipe(out);
    out.on('data', (data) => (state.cut ? socket.destroy() : socket.write(data)));
    out.on('close', () => socket.destroy());
    socket.on('close', () => out.destroy());
    socket.on('error', () => undefined);
    out.on('error', () => undefined);
  });
  await new Promise<void>((done) => relayServer.listen(0, '127.0.0.1', done));
  state.url = `http://127.0.0.1:${(relayServer.address() as AddressInfo).port}`;
  return state;
}
