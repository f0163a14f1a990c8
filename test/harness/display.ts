import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { within } from './within.ts';

/** A screen that nobody sees, with a keyboard: what the browser draws outside of pages can be answered there. */
export interface Display {
  /** As in the variable `DISPLAY`. */
  name: string;
  /** Presses keys as a person does, wherever the keyboard is. */
  press(...keys: string[]): void;
  /** The colour at a point, from black 0x000000 to white 0xffffff. */
  colour(x: number, y: number): number;
  close(): Promise<void>;
}

const size = { width: 1400, height: 1000 };

/** Needs `Xvfb` and `xdotool`. */
export async function display(): Promise<Display> {
  const folder = mkdtempSync(join(tmpdir(), 'baton-display-'));
  const screen = ['-screen', '0', `${size.width}x${size.height}x24`, '-fbdir', folder, '-nolisten', 'tcp', '-displayfd', '3'];
  const server = spawn('Xvfb', screen, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const ended = once(server, 'exit').then(() => Promise.reject<never>(new Error('Xvfb ended.')));
  // It ends without fault when nobody waits for it any more.
  ended.catch(() => undefined);
  const [number] = await within('a screen of Xvfb', Promise.race([once(server.stdio[3] as Readable, 'data') as Promise<[Buffer]>, ended]));
  const name = `:${number.toString().trim()}`;
  const tool = (...command: string[]) => void execFileSync('xdotool', command, { env: { ...process.env, DISPLAY: name } });
  /** A window dump: a header of 32-bit big-endian numbers, a table of colours of twelve bytes each, rows of pixels. */
  const picture = () => {
    const dump = readFileSync(join(folder, 'Xvfb_screen0'));
    const [header, rowLength, colours] = [0, 12, 19].map((field) => dump.readUInt32BE(field * 4));
    return (x: number, y: number) => dump.readUIntLE(header! + colours! * 12 + y * rowLength! + x * 4, 3);
  };
  return {
    name,
    press: (...keys) => tool('key', ...keys),
    colour: (x, y) => picture()(x, y),
    async close() {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
