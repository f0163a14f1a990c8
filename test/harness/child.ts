import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program that runs beside a test. Its words are kept for the day it fails. */
export interface Child {
  process: ChildProcess;
  output(): string;
  /** Resolves when it says these words from now on; rejects when it ends without. */
  says(words: string): Promise<void>;
  /** Rejects when it ends; what is awaited of it is raced against this. */
  ended: Promise<never>;
  /** Asks it to end and waits; `SIGKILL` does not ask. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export function startChild(command: string, args: readonly string[], options: SpawnOptions = {}): Child {
  // In a group of its own, because PHP's server leaves its workers behind when it alone is told to end.
  const process = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...options });
  let output = '';
  process.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  process.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  process.on('error', (error) => {
    output += error.message;
  });
  const ended = once(process, 'close').then(() => Promise.reject<never>(new Error(`ended:\n${output}`)));
  // Nobody may be waiting.
  ended.catch(() => undefined);
  return {
    process,
    output: () => output,
    ended,
    says(words) {
      const from = output.length;
      const streams = [process.stdout, process.stderr];
      const heard = new Promise<void>((resolve) => {
        const look = () => {
          if (!output.includes(words, from)) return;
          for (const stream of streams) stream?.off('data', look);
          resolve();
        };
        for (const stream of streams) stream?.on('data', look);
      });
      return Promise.race([heard, ended]);
    },
    async stop(signal = 'SIGTERM') {
      if (process.exitCode !== null || process.signalCode !== null) return;
      const over = once(process, 'exit');
      if (process.pid) globalThis.process.kill(-process.pid, signal);
      await over;
    },
  };
}
