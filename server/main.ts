import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { createApp } from './app.ts';
import { type Config, ConfigError, configFromEnv, localUrl } from './config.ts';
import { type Log, openLog } from './http/log.ts';
import { migrateJobs, openJobs } from './jobs/boss.ts';
import { seedSample } from './sample/seed.ts';
import { checkRole } from './store/check.ts';
import { codeOf, openStore, type Store } from './store/db.ts';
import { lockData, startEmbedded } from './store/embedded.ts';
import { migrate, StoreRefusal } from './store/migrate.ts';

export interface Running {
  /** The address to call it by. */
  url: string;
  /** Whether this start made the sample workspace. */
  sampled: boolean;
  /** Answers what is under way, then stops everything that was started. */
  stop(): Promise<void>;
}

export interface StartOptions {
  log?: Log;
}

/** How long requests under way may take to end. */
const patience = 10_000;

/**
 * Starts the backend. @throws StoreRefusal or ConfigError with one sentence for whoever started it; what had been
 * started by then is stopped again, and nothing is damaged
 */
export async function startServer(given: Config, { log = openLog(process.env.LOG_LEVEL ?? 'info') }: StartOptions = {}): Promise<Running> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step().catch((error) => log.error({ error }, 'while stopping'));
  };
  try {
    if (!given.databaseUrl) {
      const lock = await lockData(given.data);
      undo.push(() => lock.release());
    }
    // The port first: whether it is free is known at once, and who calls meanwhile is told to wait.
    const server = createServer((_req, res) => starting(res));
    await listen(server, given);
    undo.push(() => close(server));
    const { port } = server.address() as AddressInfo;
    const config: Config = given.port === 0 ? { ...given, port, url: localUrl(given.host, port) } : given;

    const { url, ownerUrl, becomes } = await openDatabase(config, log, undo);
    await reachable(ownerUrl, async () => {
      await migrate(ownerUrl, { becomes });
      await migrateJobs(ownerUrl);
    });
    const store = openStore({ url, onIdleError: (error) => log.warn({ error }, 'a connection to the store was lost') });
    undo.push(() => store.close());
    await checkRole(store.pool);
    const sampled = !config.databaseUrl && (await isEmpty(store));
    if (sampled) await seedSample(store, Date.now());
    const jobs = openJobs({ url, store, log });
    undo.push(() => jobs.stop());
    const { listener } = createApp({ store, config, log, jobs });
    await jobs.start();
    server.removeAllListeners('request');
    server.on('request', listener);
    log.info({ port: config.port, embedded: !config.databaseUrl }, 'ready');
    return { url: config.url, sampled, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openDatabase(config: Config, log: Log, undo: (() => Promise<unknown>)[]) {
  if (config.databaseUrl)
    return { url: config.databaseUrl, ownerUrl: config.databaseOwnerUrl ?? config.databaseUrl, becomes: !config.databaseOwnerUrl };
  const embedded = await startEmbedded({
    data: config.data,
    onRestart: (trouble) => log.error({ trouble }, 'store'),
    onBack: () => log.info('store is back'),
  });
  undo.push(() => embedded.stop());
  return { url: embedded.url, ownerUrl: embedded.ownerUrl, becomes: false };
}

/** Nobody has made a workspace yet. */
async function isEmpty(store: Store): Promise<boolean> {
  const { rows } = await store.outside((db) => sql`select 1 from workspaces() limit 1`.execute(db));
  return rows.length === 0;
}

/** Says in words what a person can do about a database that is not there. */
async function reachable(url: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const code = codeOf(error);
    const where = new URL(url).host;
    if (code === '28P01' || code === '28000')
      throw new StoreRefusal(`The database at ${where} refuses the user or password of its address.`);
    if (code === '3D000') throw new StoreRefusal(`There is no such database at ${where}. Create it first.`);
    if (code === '42501')
      throw new StoreRefusal(
        `The database user at ${where} may not make tables there. Give it a database of its own, or name one that may in DATABASE_OWNER_URL.`,
      );
    if (code && /^E[A-Z]+$/.test(code))
      throw new StoreRefusal(`The database at ${where} cannot be reached (${code}). Start it, or correct DATABASE_URL.`);
    throw error;
  }
}

function starting(res: ServerResponse<IncomingMessage>): void {
  res.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '1', 'access-control-allow-origin': '*' });
  res.end(JSON.stringify({ type: 'urn:baton:problem:unavailable', title: 'Starting. Try again in a moment.', status: 503 }));
}

function listen(server: Server, { host, port }: Config): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', (error) => {
      const code = codeOf(error);
      if (code === 'EADDRINUSE')
        failed(new StoreRefusal(`Port ${port} is in use by another program. Stop that one, or choose another port: PORT=${port + 1}.`));
      else if (code === 'EACCES') failed(new StoreRefusal(`Port ${port} may not be used by this user. Choose one above 1024 with PORT.`));
      else if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
        failed(new StoreRefusal(`HOST is “${host}”, which is no address of this computer.`));
      else failed(error);
    });
    server.listen(port, host, done);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(() => server.closeAllConnections(), patience);
    server.close(() => {
      clearTimeout(timer);
      done();
    });
    server.closeIdleConnections();
  });
}

if (import.meta.main) {
  try {
    const running = await startServer(configFromEnv(process.env));
    console.log(`Baton is at ${running.url}`);
    let stopping = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => {
        // The second time somebody means it.
        if (stopping) process.exit(1);
        stopping = true;
        void running.stop().then(() => process.exit(0));
      });
  } catch (error) {
    if (!(error instanceof StoreRefusal) && !(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
