import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { chown, lstat, mkdir, open, readFile, realpath, rename, rm, stat, statfs, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { type Binaries, binaries, canReach, exists } from './binaries.ts';
import { codeOf } from './db.ts';
import { commandOf, type Lock, takeLock } from './lock.ts';
import { StoreRefusal } from './migrate.ts';

/**
 * A PostgreSQL of our own, for people who have none: a real one, in a folder, that fsyncs. It is ours as long as we
 * hold the folder's lock; it is stopped with us, and started again when it dies alone.
 */
export interface Embedded {
  /** Owns the tables. */
  ownerUrl: string;
  /** May do everything; for whoever looks after the cluster. */
  adminUrl: string;
  /** Serves: cannot pass row-level security. */
  url: string;
  pid(): number | undefined;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** The folder of this Baton (`BATON_DATA`). */
  data: string;
  /** Told when it died, and each time it could not be started again. */
  onRestart?: (trouble: string) => void;
  /** Told when it runs again. */
  onBack?: () => void;
  /** For tests alone: gives up safety against power loss for speed. */
  throwaway?: boolean;
}

/** Less free space than this and PostgreSQL may stop in the middle. */
const leastFree = 256 * 2 ** 20;
const startTimeout = 60_000;
/** ms between attempts to start it again. */
const retryAfter = 2_000;

/**
 * Takes the lock of a data folder. @throws StoreRefusal when another Baton has it
 */
export async function lockData(data: string): Promise<Lock> {
  await mkdir(data, { recursive: true });
  const lock = await takeLock(join(data, 'lock'));
  if ('pid' in lock)
    throw new StoreRefusal(
      `Another Baton (process ${lock.pid}) is running on the data in ${data}. Use that one, stop it first, or set BATON_DATA to another folder.`,
    );
  return lock;
}

/**
 * Starts it, making the cluster the first time. The caller holds the lock.
 * @throws StoreRefusal with one sentence for what a person has to solve; nothing is damaged then
 */
export async function startEmbedded({ data, onRestart, onBack, throwaway = false }: EmbeddedOptions): Promise<Embedded> {
  const user = process.getuid?.() === 0 ? await somebodyElse() : undefined;
  const room = await realpath(await roomFor(resolve(data), user));
  await enoughSpace(room);
  const programs = await binaries(room, user);
  if (user) await own(room, user);
  const cluster = join(room, 'cluster');
  const passwords = await secretOf(resolve(data), await exists(cluster));
  if (await exists(cluster)) await sameVersion(cluster, programs);
  else await makeCluster(cluster, programs, passwords('postgres'), user, throwaway);
  await stopOrphan(cluster);

  const port = await freePort();
  let child: ChildProcess | undefined;
  let stopping = false;
  let patience: NodeJS.Timeout | undefined;
  const superUrl = urlOf('postgres', passwords('postgres'), port, 'postgres');

  const launch = async (): Promise<void> => {
    const deadline = Date.now() + startTimeout;
    for (;;) {
      if (stopping) throw new Error('Stopping.');
      const started = await run(programs, cluster, port, user, throwaway);
      child = started.child;
      const trouble = await ready(started.child, superUrl, deadline);
      if (trouble === undefined) return;
      const said = await started.said();
      await end(started.child, 'SIGQUIT');
      // Children of one that was killed take a moment to notice.
      if (/shared memory block .* still in use|lock file "postmaster.pid" already exists/.test(said) && Date.now() < deadline) {
        await new Promise((done) => setTimeout(done, 200));
        continue;
      }
      throw new StoreRefusal(explain(said || trouble, room));
    }
  };
  const watch = (): void => {
    child!.once('exit', (code, signal) => {
      if (stopping) return;
      onRestart?.(`PostgreSQL ended by itself (${signal ?? code}); starting it again.`);
      void revive();
    });
  };
  // What stopped it may pass: a full disk is emptied. Until then every request is told to come back.
  const revive = async (): Promise<void> => {
    while (!stopping) {
      try {
        await launch();
        onBack?.();
        return watch();
      } catch (error) {
        onRestart?.((error as Error).message);
        await new Promise<void>((done) => {
          patience = setTimeout(done, retryAfter);
        });
      }
    }
  };

  await launch();
  watch();
  try {
    await ensureDatabase(superUrl, passwords);
  } catch (error) {
    stopping = true;
    await end(child!, 'SIGINT');
    throw error;
  }
  return {
    adminUrl: superUrl,
    ownerUrl: urlOf('baton_owner', passwords('baton_owner'), port, 'baton'),
    url: urlOf('baton_app', passwords('baton_app'), port, 'baton'),
    pid: () => child?.pid,
    async stop() {
      stopping = true;
      clearTimeout(patience);
      if (child) await end(child, 'SIGINT');
    },
  };
}

/** Where the one answers that another process of this computer runs on a data folder; nothing when none does. */
export async function runningEmbedded(data: string): Promise<Pick<Embedded, 'ownerUrl' | 'url'> | undefined> {
  const lines = (await readFile(join(data, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!port || !(await commandOf(pid))) return undefined;
  const passwords = await secretOf(resolve(data), true);
  return {
    ownerUrl: urlOf('baton_owner', passwords('baton_owner'), port, 'baton'),
    url: urlOf('baton_app', passwords('baton_app'), port, 'baton'),
  };
}

/**
 * The address of the database that a running Baton has started on this data, for tools beside it; `undefined` when
 * none runs. It is of the server's role.
 */
export async function addressOfRunning(data: string): Promise<string | undefined> {
  const cluster = join(resolve(data), 'postgres', 'cluster');
  const [pid, , , port] = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  if (!port || !(await commandOf(Number(pid)))) return undefined;
  const passwords = await secretOf(resolve(data), true);
  return urlOf('baton_app', passwords('baton_app'), Number(port), 'baton');
}

interface Account {
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root: an account that it can use. */
async function somebodyElse(): Promise<Account> {
  const known = async (): Promise<Account | undefined> => {
    const lines = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
    for (const name of ['baton', 'postgres', '_postgres']) {
      const line = lines.find((fields) => fields[0] === name);
      if (line) return { uid: Number(line[2]), gid: Number(line[3]) };
    }
    return undefined;
  };
  const found = await known();
  if (found) return found;
  const run = promisify(execFile);
  await run('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'baton'])
    .catch(() => run('adduser', ['-S', '-D', '-H', 'baton']))
    .catch(() => undefined);
  const made = await known();
  if (!made)
    throw new StoreRefusal(
      'PostgreSQL does not run as root, and no account for it could be made. Start Baton as an ordinary user, or create one: useradd --system baton',
    );
  return made;
}

/**
 * The folder for cluster and programs: `postgres` in the data folder, or, when the account cannot get there
 * (a checkout below /root), a folder elsewhere that a link of that name points to.
 */
async function roomFor(data: string, user: Account | undefined): Promise<string> {
  const room = join(data, 'postgres');
  const there = await lstat(room).catch(() => undefined);
  if (there?.isSymbolicLink()) {
    const target = await realpath(room).catch(() => undefined);
    if (!target)
      throw new StoreRefusal(`${room} points to a folder that is not there. Put it back, or remove the link to begin with empty data.`);
    return target;
  }
  if (!there && user && !(await canReach(data, user))) {
    const elsewhere = join('/var/lib/baton', createHmac('sha256', 'place').update(data).digest('hex').slice(0, 12));
    await mkdir(elsewhere, { recursive: true, mode: 0o755 });
    await chown(elsewhere, user.uid, user.gid);
    if (!(await canReach(elsewhere, user)))
      throw new StoreRefusal(
        `The account that runs PostgreSQL cannot reach ${elsewhere}. Set BATON_DATA to a folder that others may enter.`,
      );
    await symlink(elsewhere, room);
    return elsewhere;
  }
  if (!there) {
    await mkdir(room, { recursive: true, mode: 0o755 });
    if (user) await chown(room, user.uid, user.gid);
  } else if (user && !(await canReach(room, user)))
    throw new StoreRefusal(
      `The account that runs PostgreSQL cannot reach ${room}: the data was made by another user, or a folder above was closed. Start Baton as that user, or let others enter the folders above.`,
    );
  return room;
}

/** What root copied back from a backup belongs to root, and PostgreSQL opens nothing but its own. */
async function own(room: string, { uid, gid }: Account): Promise<void> {
  for (const path of [room, join(room, 'cluster')]) {
    const found = await stat(path).catch(() => undefined);
    if (found && found.uid !== uid) await promisify(execFile)('chown', [...(path === room ? [] : ['-R']), `${uid}:${gid}`, path]);
  }
}

async function enoughSpace(room: string): Promise<void> {
  const { bavail, bsize } = await statfs(room);
  if (bavail * bsize < leastFree)
    throw new StoreRefusal(
      `The disk with ${room} has only ${Math.floor((bavail * bsize) / 2 ** 20)} MB left; Baton needs at least ${leastFree / 2 ** 20} MB. Make room and start again; nothing was changed.`,
    );
}

/** Passwords of the three roles, all from one secret in the data folder. */
async function secretOf(data: string, mustExist: boolean): Promise<(role: string) => string> {
  const file = join(data, 'postgres.secret');
  let secret = await readFile(file, 'utf8').catch((error) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (!secret && mustExist)
    throw new StoreRefusal(`${file} is missing: without it the data cannot be opened. Put it back from a backup; nothing was changed.`);
  if (!secret) {
    secret = randomBytes(32).toString('base64url');
    const half = `${file}.half`;
    await rm(half, { force: true });
    const handle = await open(half, 'wx', 0o600);
    await handle.writeFile(secret);
    await handle.sync();
    await handle.close();
    await rename(half, file);
  }
  return (role) => createHmac('sha256', secret).update(role).digest('base64url');
}

async function sameVersion(cluster: string, { major }: Binaries): Promise<void> {
  const version = (await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (version === '') throw new StoreRefusal(`${cluster} is not a PostgreSQL data folder (it has no PG_VERSION). Nothing was changed.`);
  if (version !== major)
    throw new StoreRefusal(
      `The data in ${cluster} was made by PostgreSQL ${version}; this Baton brings ${major}. Start the Baton that made it and export from there, or set BATON_DATA to another folder. Nothing was changed.`,
    );
}

async function makeCluster(
  cluster: string,
  { initdb }: Binaries,
  password: string,
  user: Account | undefined,
  throwaway: boolean,
): Promise<void> {
  const half = `${cluster}.half`;
  const pwfile = `${cluster}.pw`;
  await rm(half, { recursive: true, force: true });
  await rm(pwfile, { force: true });
  await writeFile(pwfile, password, { mode: 0o600 });
  if (user) await chown(pwfile, user.uid, user.gid);
  try {
    await promisify(execFile)(
      initdb,
      [
        ...['-D', half, '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', pwfile, '-E', 'UTF8'],
        ...['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C', ...(throwaway ? ['--no-sync'] : [])],
      ],
      { cwd: dirname(cluster), env: environment(), ...user },
    );
    // Under its name only when it is whole.
    await rename(half, cluster);
  } catch (error) {
    await rm(half, { recursive: true, force: true });
    throw new StoreRefusal(explain(String((error as { stderr?: string }).stderr || (error as Error).message), dirname(cluster)));
  } finally {
    await rm(pwfile, { force: true });
  }
}

/** One that outlived a killed Baton. We hold the lock, so nobody uses it. */
async function stopOrphan(cluster: string): Promise<void> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const command = await commandOf(pid);
  if (process.platform !== 'win32' && !command.includes(cluster)) return;
  for (const [signal, patience] of [
    ['SIGINT', 20_000],
    ['SIGQUIT', 10_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const deadline = Date.now() + patience;
    while (Date.now() < deadline) {
      if ((await commandOf(pid)) !== command) return;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
  throw new StoreRefusal(`A PostgreSQL of an earlier run (process ${pid}) does not stop. End it, then start again; nothing was changed.`);
}

async function run({ postgres }: Binaries, cluster: string, port: number, user: Account | undefined, throwaway: boolean) {
  const logFile = join(dirname(cluster), 'postgres.log');
  if (((await stat(logFile).catch(() => undefined))?.size ?? 0) > 5 * 2 ** 20) await rename(logFile, `${logFile}.1`).catch(() => undefined);
  const log = await open(logFile, 'a');
  const { size } = await log.stat();
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: throwaway ? '300' : '60',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements and the details of errors may name people.
    log_statement: 'none',
    log_min_error_statement: 'panic',
    log_min_messages: 'log',
    log_error_verbosity: 'terse',
    log_parameter_max_length_on_error: '0',
    log_checkpoints: 'off',
    ...(throwaway && { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' }),
  };
  const child = spawn(postgres, ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])], {
    cwd: cluster,
    env: environment(),
    // In a group of its own: Ctrl-C reaches us alone, and we stop it after the last request.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    ...user,
  });
  child.unref();
  await log.close();
  return {
    child,
    said: async () => (await readFile(logFile)).subarray(size).toString('utf8'),
  };
}

const environment = (): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  LC_ALL: 'C',
  ...(process.platform === 'win32' && { SystemRoot: process.env.SystemRoot, TEMP: process.env.TEMP }),
});

/** Waits until it answers. Why not, otherwise. */
async function ready(child: ChildProcess, url: string, deadline: number): Promise<string | undefined> {
  let failed: string | undefined;
  child.once('error', (error) => (failed = error.message));
  for (;;) {
    if (failed !== undefined) return failed;
    if (child.exitCode !== null || child.signalCode !== null) return 'It ended at once.';
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return undefined;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (codeOf(error) === '28P01') return 'password authentication failed';
      if (Date.now() > deadline) return 'It did not answer in time.';
      await new Promise((done) => setTimeout(done, 25));
    }
  }
}

async function end(child: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  child.ref();
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGQUIT'), 15_000);
  await gone;
  clearTimeout(timer);
}

function explain(said: string, room: string): string {
  if (/No space left on device/i.test(said)) return `The disk with ${room} is full. Make room and start again; nothing was changed.`;
  if (/Permission denied/i.test(said))
    return `PostgreSQL may not read or write in ${room}. Check who owns the folder; nothing was changed.`;
  if (/Address already in use/i.test(said)) return 'The port chosen for PostgreSQL was taken at the same moment. Start again.';
  if (/password authentication failed/i.test(said))
    return `The data in ${room} does not open with the postgres.secret beside it. Put the right one back; nothing was changed.`;
  const last = said.trim().split('\n').filter(Boolean).at(-1) ?? 'no reason was given';
  return `PostgreSQL did not start: ${last} (see ${join(room, 'postgres.log')})`;
}

async function ensureDatabase(superUrl: string, password: (role: string) => string): Promise<void> {
  const client = new pg.Client({ connectionString: superUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ roles: string[]; made: boolean }>(
      `select array(select rolname::text from pg_roles where rolname in ('baton_owner', 'baton_app')) as roles,
              exists (select 1 from pg_database where datname = 'baton') as made`,
    );
    const { roles, made } = rows[0]!;
    for (const role of ['baton_owner', 'baton_app'])
      if (!roles.includes(role))
        await client.query(
          `create role ${role} login nosuperuser nocreaterole nobypassrls password ${client.escapeLiteral(password(role))}`,
        );
    if (!made) await client.query('create database baton owner baton_owner');
  } finally {
    await client.end();
  }
}

const urlOf = (role: string, password: string, port: number, database: string): string =>
  `postgres://${role}:${password}@127.0.0.1:${port}/${database}`;

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => found(port));
    });
  });
}
