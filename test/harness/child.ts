import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

/** A program that runs beside a test. Its words are kept for the day it fails. */
export interface Child {
  process: ChildProcess;
  output(): string;
  /** Resolves when it says these words from now on; rejects when it ends without. */
  says(words: string): Promise<void>;
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
  return {
    process,
    output: () => output,
    says(words) {
      const from = output.length;
      return new Promise((resolve, reject) => {
        const end = (settle: () => void) => {
          for (const stream of [process.stdout, process.stderr]) stream?.off('data', look);
          process.off('close', gone);
          settle();
        };
        const look = () => output.indexOf(words, from) >= 0 && end(resolve);
        const gone = () => end(() => reject(new Error(`ended without saying “${words}”:\n${output}`)));
        for (const stream of [process.stdout, process.stderr]) stream?.on('data', look);
        process.on('close', gone);
      });
    },
    async stop(signal = 'SIGTERM') {
      if (process.exitCode !== null || process.signalCode !== null) return;
      const ended = once(process, 'exit');
      if (process.pid) globalThis.process.kill(-process.pid, signal);
      await ended;
    },
  };
}

/** Waits until something accepts connections on a port of this machine; fails as soon as the program behind it ends. */
export async function listening(port: number, child: Child, within = 30_000): Promise<void> {
  const deadline = Date.now() + within;
  while (Date.now() < deadline) {
    if (child.process.exitCode !== null) throw new Error(`ended with ${child.process.exitCode}:\n${child.output()}`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error(`nothing listens on port ${port} after ${within} ms:\n${child.output()}`);
}
