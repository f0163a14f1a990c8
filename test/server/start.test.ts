import { execFile } from 'node:child_process';
import { cp, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, configFromEnv } from '../../server/config.ts';
import { isAway, openStore } from '../../server/store/db.ts';
import { addressOfRunning, startEmbedded } from '../../server/store/embedded.ts';
import { newId } from '../../server/store/id.ts';
import { takeLock } from '../../server/store/lock.ts';
import { migrate, migrations } from '../../server/store/migrate.ts';
import { createPerson } from '../../server/store/people.ts';
import { freshDatabase } from './harness.ts';
import { dataFolder, isAlive, startProcess } from './process.ts';

let place: Awaited<ReturnType<typeof dataFolder>>;
beforeAll(async () => {
  place = await dataFolder();
});
afterAll(() => place?.remove());

/** What it says when it does not start: one sentence, without a stack. */
const refusal = async (data: string, env: Record<string, string> = {}): Promise<string> => {
  const error = await startProcess(data, env).then(
    () => undefined,
    (reason: Error) => reason.message,
  );
  expect(error).toBeDefined();
  expect(error).not.toMatch(/\n\s+at /);
  return error!;
};

test('starts, refuses a second one on the same data, stops, and starts again', { timeout: 60_000 }, async () => {
  const { data } = place;
  const first = await startProcess(data);
  expect(await (await fetch(`${first.url}/readyz`)).json()).toEqual({ ready: true });

  expect(await refusal(data)).toMatch(/Another Baton \(process \d+\) is running on the data in .*stop it first, or set BATON_DATA/);
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200);

  // A request under way is answered before it goes.
  const slow = fetch(`${first.url}/readyz`);
  expect(await first.stop('SIGINT')).toBe(0);
  expect([200, 503]).toContain(await slow.then(({ status }) => status).catch(() => 200));
  expect(isAlive(first.postgres)).toBe(false);

  const again = await startProcess(data);
  expect(again.said()).not.toMatch(/"level":50/);
  expect((await fetch(`${again.url}/readyz`)).status).toBe(200);
  expect(await again.stop()).toBe(0);
});

test('a PostgreSQL that dies alone is started again', { timeout: 60_000 }, async () => {
  const running = await startProcess(place.data);
  process.kill(running.postgres, 'SIGKILL');
  let status = 0;
  const statuses = new Set<number>();
  // Asked all the while: away is 503, never a wrong answer.
  for (const until = Date.now() + 20_000; Date.now() < until && !(status === 200 && statuses.has(503)); ) {
    status = (await fetch(`${running.url}/readyz`)).status;
    statuses.add(status);
  }
  expect([...statuses].toSorted()).toEqual([200, 503]);
  expect(await running.stop()).toBe(0);
});

describe('says in one sentence', () => {
  test('that the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as AddressInfo;
    const { data, remove } = await dataFolder();
    expect(await refusal(data, { PORT: String(port) })).toContain(`Port ${port} is in use by another program.`);
    await remove();
    await new Promise((done) => other.close(done));
  });

  test('that the data is of another PostgreSQL, and leaves it as it is', async () => {
    const { data, remove } = await dataFolder();
    const cluster = join(data, 'postgres', 'cluster');
    await mkdir(cluster, { recursive: true });
    await writeFile(join(data, 'postgres.secret'), 'secret');
    await writeFile(join(cluster, 'PG_VERSION'), '14\n');
    expect(await refusal(data)).toMatch(/was made by PostgreSQL 14; this Baton brings 18.*Nothing was changed/);
    expect(await readFile(join(cluster, 'PG_VERSION'), 'utf8')).toBe('14\n');
    await remove();
  });

  test('that the secret is missing or another’s; a copy with the right one opens', { timeout: 60_000 }, async () => {
    const [original, copy] = [await dataFolder(), await dataFolder()];
    await (await startEmbedded({ data: original.data, throwaway: true })).stop();
    await cp(original.data, copy.data, { recursive: true });
    const secret = join(copy.data, 'postgres.secret');
    await rm(secret);
    expect(await refusal(copy.data)).toMatch(/postgres\.secret is missing.*Put it back/);
    await writeFile(secret, 'another');
    expect(await refusal(copy.data)).toMatch(/does not open with the postgres\.secret beside it/);
    await cp(join(original.data, 'postgres.secret'), secret);
    const store = await startEmbedded({ data: copy.data, throwaway: true });
    await store.stop();
    for (const place of [original, copy]) await place.remove();
  });

  test('that the settings cannot be', async () => {
    for (const [env, words] of [
      [{ PORT: 'http' }, 'PORT must be a number'],
      [{ BATON_URL: 'baton.example.com' }, 'BATON_URL must be an address'],
      [{ BATON_URL: 'http://baton.example.com' }, 'must be https'],
      [{ BATON_URL: 'https://baton.example.com/?a' }, 'no query'],
      [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL must be an address like postgres'],
    ] as const)
      expect(() => configFromEnv(env)).toThrow(words);
    expect(() => configFromEnv({ PORT: '70000' })).toThrow(ConfigError);
    expect(configFromEnv({ BATON_URL: 'https://baton.example.com/' }).url).toBe('https://baton.example.com');
    expect(configFromEnv({}).url).toBe('http://127.0.0.1:8787');
    expect(await refusal(place.data, { HOST: '203.0.113.9' })).toContain('which is no address of this computer');
  });

  test('that the database of one’s own is not there', async () => {
    const { data, remove } = await dataFolder();
    expect(await refusal(data, { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })).toMatch(/cannot be reached \(ECONNREFUSED\)/);
    await remove();
  });
});

describe('a database of one’s own', () => {
  test('is migrated as its owner and served as a role that cannot pass row-level security', { timeout: 60_000 }, async () => {
    const { database, adminUrl, url, drop } = await freshDatabase();
    const { data, remove } = await dataFolder();
    const running = await startProcess(data, { DATABASE_URL: adminUrl });
    expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
    expect(await running.stop()).toBe(0);
    // The server's role alone may not make tables.
    expect(await refusal(data, { DATABASE_URL: url, DATABASE_OWNER_URL: url })).toMatch(/may not make tables there.*DATABASE_OWNER_URL/);
    await remove();
    expect(database).toMatch(/^test_/);
    await drop();
  });
});

describe('migrations', () => {
  test('are applied once, also by several at the same time', async () => {
    const { ownerUrl, drop } = await freshDatabase();
    const extra = [...(await migrations()), { id: '9000_more', sql: 'create table more (x integer)', checksum: 'c' }];
    const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(ownerUrl, { all: extra })));
    expect(applied.flat()).toEqual(['9000_more']);
    await drop();
  });

  test('that fail leave nothing', async () => {
    const { ownerUrl, drop } = await freshDatabase();
    const extra = [...(await migrations()), { id: '9000_half', sql: 'create table half (x integer); select 1 / 0', checksum: 'c' }];
    await expect(migrate(ownerUrl, { all: extra })).rejects.toThrow('division by zero');
    expect(await migrate(ownerUrl)).toEqual([]);
    await drop();
  });

  test('of a newer Baton, or edited ones, are refused', async () => {
    const { ownerUrl, drop } = await freshDatabase();
    const known = await migrations();
    await migrate(ownerUrl, { all: [...known, { id: '9999_future', sql: 'select 1', checksum: 'c' }] });
    await expect(migrate(ownerUrl)).rejects.toThrow(/newer Baton \(it knows 9999_future\).*nothing was changed/);
    const edited = known.map((one, i) => (i === 0 ? { ...one, checksum: 'other' } : one));
    await expect(migrate(ownerUrl, { all: [...edited, { id: '9999_future', sql: 'select 1', checksum: 'c' }] })).rejects.toThrow(
      /is not the one that made this database/,
    );
    await drop();
  });

  test('notice a dump restored into another cluster: the feeds begin a new era', async () => {
    const { ownerUrl, adminUrl, drop } = await freshDatabase();
    const admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
    const era = async () => (await admin.query('select era from store_state')).rows[0].era;
    const before = await era();
    await migrate(ownerUrl);
    expect(await era()).toBe(before);
    await admin.query(`update store_state set system = '1'`);
    await admin.query(
      `insert into workspace (workspace, name, erasure_key) values ('01890000-0000-7000-8000-000000000001', 'x', ''::bytea);
       insert into change (workspace, lead, xid) values ('01890000-0000-7000-8000-000000000001', '01890000-0000-7000-8000-000000000002', '99999999999')`,
    );
    await migrate(ownerUrl);
    expect(await era()).not.toBe(before);
    expect((await admin.query('select xid < pg_current_xact_id() as past from change')).rows).toEqual([{ past: true }]);
    expect((await admin.query(`select relforcerowsecurity as forced from pg_class where relname = 'change'`)).rows).toEqual([
      { forced: true },
    ]);
    await admin.end();
    await drop();
  });
});

describe('the lock of a data folder', () => {
  test('is one’s own until released, and a dead process’s is nobody’s', async () => {
    const { data, remove } = await dataFolder();
    const file = join(data, 'lock');
    const mine = await takeLock(file);
    if ('pid' in mine) throw new Error('taken');
    expect(await takeLock(file)).toEqual({ pid: process.pid });
    await mine.release();
    // The same number, but another process: it began at another time.
    for (const left of [
      '',
      '{"pid":',
      JSON.stringify({ pid: 2 ** 22 + 1, token: 'x' }),
      JSON.stringify({ pid: process.pid, began: 'then', token: 'x' }),
    ]) {
      await writeFile(file, left);
      const taken = await takeLock(file);
      expect('release' in taken, left).toBe(true);
      if ('release' in taken) await taken.release();
    }
    const all = await Promise.all(Array.from({ length: 10 }, () => takeLock(file)));
    expect(all.filter((one) => 'release' in one)).toHaveLength(1);
    await remove();
  });
});

describe.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)('a full disk', () => {
  const disk = async (megabytes: number) => {
    const { data, remove } = await dataFolder();
    await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', data]);
    return {
      data,
      async remove() {
        await promisify(execFile)('umount', ['-l', data]);
        await remove();
      },
    };
  };

  test('is seen before anything is begun', async () => {
    const { data, remove } = await disk(120);
    expect(await refusal(data)).toMatch(/has only \d+ MB left; Baton needs at least 256 MB.*nothing was changed/);
    await remove();
  });

  test('in the middle of work refuses writes until there is room, and keeps what was written', { timeout: 120_000 }, async () => {
    const { data, remove } = await disk(420);
    const running = await startProcess(data);
    const store = openStore({ url: (await addressOfRunning(data))!, connections: 1 });
    const { rows } = await store.pool.query<{ workspace: string }>('select workspace from workspaces()');
    const { workspace } = rows[0]!;
    const write = (id: string) =>
      store.inWorkspace(workspace, (trx) => createPerson(trx, workspace, { name: 'x'.repeat(200_000), title: id.repeat(2000) }, id));
    const kept: string[] = [];
    await writeFile(join(data, 'ballast'), Buffer.alloc(8 * 2 ** 20));
    const filler = await open(join(data, 'filler'), 'w');
    const piece = Buffer.alloc(2 ** 20);
    for (let full = false; !full; )
      full = await filler.write(piece).then(
        ({ bytesWritten }) => bytesWritten < piece.length,
        () => true,
      );
    await filler.close();
    let refused: unknown;
    while (!refused) {
      const id = newId();
      await write(id).then(
        () => kept.push(id),
        (error) => {
          refused = error;
        },
      );
    }
    expect(isAway(refused)).toBe(true);
    await rm(join(data, 'filler'));
    for (const until = Date.now() + 60_000; Date.now() < until; ) {
      const id = newId();
      if (
        await write(id).then(
          () => kept.push(id),
          () => 0,
        )
      )
        break;
    }
    const found = await store.inWorkspace(workspace, (trx) =>
      trx.selectFrom('person').select('id').where('workspace', '=', workspace).where('id', 'in', kept).execute(),
    );
    expect(found).toHaveLength(kept.length);
    expect(kept.length).toBeGreaterThan(0);
    await store.close();
    expect(await running.stop()).toBe(0);
    await remove();
  });
});

test('a half-made cluster of a killed first start is made anew', { timeout: 60_000 }, async () => {
  const { data, remove } = await dataFolder();
  await mkdir(join(data, 'postgres', 'cluster.half'), { recursive: true });
  await writeFile(join(data, 'postgres', 'cluster.half', 'PG_VERSION'), '18');
  const store = await startEmbedded({ data, throwaway: true });
  expect(isAlive(store.pid()!)).toBe(true);
  await store.stop();
  await remove();
});
