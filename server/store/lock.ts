import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { codeOf } from './db.ts';

/**
 * A file that one living process holds. The process is named by its number and when it began, because numbers are
 * used again: what a killed process left behind does not block anybody.
 */
export interface Lock {
  release(): Promise<void>;
}

interface Holder {
  pid: number;
  began?: string;
  token: string;
}

/** Takes the lock, or tells which process has it. */
export async function takeLock(file: string): Promise<Lock | { pid: number }> {
  const token = randomUUID();
  const text = JSON.stringify({ pid: process.pid, began: await birthOf(process.pid), token } satisfies Holder);
  for (;;) {
    try {
      await put(file, text);
      return {
        async release() {
          if ((await holderOf(file))?.token === token) await rm(file, { force: true });
        },
      };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const holder = await holderOf(file);
    if (holder && (await isAlive(holder))) return { pid: holder.pid };
    await discard(file, holder);
  }
}

/** Writes a file that is not there yet, all of it at once: a lock that is still empty would pass for a dead one's. */
async function put(file: string, text: string): Promise<void> {
  const whole = `${file}.${randomUUID()}`;
  try {
    const handle = await open(whole, 'wx', 0o644);
    await handle.writeFile(text);
    await handle.sync();
    await handle.close();
    await link(whole, file);
  } finally {
    await rm(whole, { force: true });
  }
}

/** Removes the lock of a dead process. Somebody else may have done so and taken it meanwhile: theirs is put back. */
async function discard(file: string, dead: Holder | undefined): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const removed = await holderOf(aside);
  if (removed && removed.token !== dead?.token && (await isAlive(removed))) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function holderOf(file: string): Promise<Holder | undefined> {
  try {
    const holder = JSON.parse(await readFile(file, 'utf8')) as Holder;
    return Number.isInteger(holder.pid) ? holder : undefined;
  } catch {
    // Missing, or cut off by a crash while it was written.
    return undefined;
  }
}

async function isAlive({ pid, began }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  const now = await birthOf(pid);
  return began === undefined || now === undefined || now === began;
}

/** When a process began, in any form that tells it from a later one of the same number; `undefined` when unknown. */
export async function birthOf(pid: number): Promise<string | undefined> {
  try {
    if (process.platform === 'linux') {
      const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
      const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'latin1')).trim();
      // The name in parentheses may contain anything; the 22nd field counts from behind it.
      return `${boot} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
    }
    if (process.platform === 'win32') return undefined;
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The command line of a process; empty when it is not there or not ours to see. */
export async function commandOf(pid: number): Promise<string> {
  try {
    if (process.platform === 'linux') return (await readFile(`/proc/${pid}/cmdline`, 'latin1')).replaceAll('\0', ' ');
    if (process.platform === 'win32') return '';
    return (await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)])).stdout;
  } catch {
    return '';
  }
}
