import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { within } from './within.ts';

/** A program that runs beside a test. Its words are kept for the day it fails. */
export interface Child {
  process: ChildProcess;
  output(): string;
  /** Resolves with what it says of this from now on; rejects when it ends without. */
  says(words: string | RegExp): Promise<readonly string[]>;
  /** Rejects when it ends; what is awaited of it is raced against this. */
  ended: Promise<never>;
  /** Asks it to end and waits; `SIGKILL` does not ask. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Those that run now end with this process, however that ends: a set-up that fails half-way stops nobody. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) end(child, 'SIGTERM');
});
/** The whole group, because PHP's server leaves its workers behind when it alone is told to end. */
function end({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid) process.kill(-pid, signal);
}

export function startChild(command: string, args: readonly string[], options: SpawnOptions = {}): Child {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...options });
  const name = [command, ...args].join(' ');
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  child.on('error', (error) => {
    output += error.message;
  });
  if (child.pid) running.add(child);
  child.on('exit', () => running.delete(child));
  const ended = new Promise<never>((_, reject) => child.on('close', () => reject(new Error(`${name} ended:\n${output}`))));
  // Nobody may be waiting.
  ended.catch(() => undefined);
  return {
    process: child,
    output: () => output,
    ended,
    says(words) {
      const from = output.length;
      const streams = [child.stdout, child.stderr];
      const heard = new Promise<readonly string[]>((resolve) => {
        const look = () => {
          const fresh = output.slice(from);
          const said = typeof words === 'string' ? fresh.includes(words) && [words] : words.exec(fresh);
          if (!said) return;
          for (const stream of streams) stream?.off('data', look);
          resolve(said);
        };
        for (const stream of streams) stream?.on('data', look);
      });
      return within(`“${words}” from ${name}`, Promise.race([heard, ended])).catch((error) => {
        throw new Error(`${error.message}\nIt has said:\n${output}`, { cause: error });
      });
    },
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const over = once(child, 'exit');
      end(child, signal);
      await within(`the end of ${name} after ${signal}`, over);
    },
  };
}
