import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changed } from '../harness/changed.ts';

/**
 * One PostgreSQL for a run of tests. The first test that needs it starts it (`harness.ts`), so that runs without one
 * do not wait for it; here it is only given a place, and ended.
 */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await emptyFolder('baton-tests-');
  process.env.BATON_TEST_CLUSTER = folder;
  return async () => {
    await endCluster(folder);
    await removeData(folder);
  };
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
