import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { emptyFolder, endCluster, removeData } from './cluster.ts';

/** The backend as its own process, as people start it. */
export interface Process {
  url: string;
  child: ChildProcess;
  /** Number of its PostgreSQL. */
  postgres: number;
  /** Everything it has written so far. */
  said(): string;
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<number | null>;
}

const main = new URL('../../server/main.ts', import.meta.url).pathname;

/** Starts it on a free port. Rejects with what it said when it ends instead. */
export async function startProcess(data: string, env: Record<string, string> = {}): Promise<Process> {
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, NODE_OPTIONS: '', PORT: '0', LOG_LEVEL: 'info', BATON_DATA: data, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => {
    said += piece;
  });
  const url = await new Promise<string>((found, failed) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      said += `${line}\n`;
      const at = /^Baton is at (\S+)/.exec(line)?.[1];
      if (at) found(at);
    });
    child.once('close', (code) => failed(new Error(`It ended (${code}) and said: ${said}`)));
  });
  const postgres = env.DATABASE_URL ? 0 : await postmaster(data);
  return {
    url,
    child,
    postgres,
    said: () => said,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill(signal);
      const [code] = (await once(child, 'close')) as [number | null];
      return code;
    },
  };
}

export const postmaster = async (data: string): Promise<number> =>
  Number((await readFile(join(data, 'postgres', 'cluster', 'postmaster.pid'), 'utf8')).split('\n')[0]);

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** A data folder that is removed afterwards, with whatever still runs in it. */
export async function dataFolder(): Promise<{ data: string; remove(): Promise<void> }> {
  const data = await emptyFolder('baton-data-');
  return {
    data,
    async remove() {
      await endCluster(data);
      await removeData(data);
    },
  };
}
