import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changed } from '../harness/changed.ts';

/**
 * A PostgreSQL for each worker of a run of tests: what a feed shows waits for every open transaction of its cluster, and
 * another worker's are none of its business. The first test of a worker that needs one starts it (`harness.ts`), so that
 * runs without one do not wait for it; here they are only given a place, and ended.
 */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await emptyFolder('baton-tests-');
  process.env.BATON_TEST_CLUSTERS = folder;
  return async () => {
    for (const worker of await readdir(folder)) {
      await endCluster(join(folder, worker));
      await removeData(join(folder, worker));
    }
    await rm(folder, { recursive: true });
  };
}

/** Where the cluster of this worker lies; `undefined` outside a run of tests. */
export async function placeOfCluster(): Promise<string | undefined> {
  const { BATON_TEST_CLUSTERS: folder, VITEST_POOL_ID: worker } = process.env;
  if (!folder) return undefined;
  const place = join(folder, worker ?? '1');
  await mkdir(place, { recursive: true });
  await chmod(place, 0o755);
  return place;
}

/** A folder that the account of PostgreSQL can enter as well, when tests run as root. */
export async function emptyFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  await chmod(folder, 0o755);
  return folder;
}

/** Removes a data folder, wherever its database lies. */
export async function removeData(folder: string): Promise<void> {
  const room = await realpath(join(folder, 'postgres')).catch(() => undefined);
  if (room) await rm(room, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}

/** Ends a throwaway PostgreSQL by the file in which it keeps its number. */
export async function endCluster(folder: string): Promise<void> {
  const cluster = join(folder, 'postgres', 'cluster');
  const file = join(cluster, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  if (!pid) return;
  process.kill(pid, 'SIGQUIT');
  // The last thing it does is to take the file away.
  await changed(cluster, () => !existsSync(file));
}
