import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** A screen that nobody sees, with a keyboard: what the browser draws outside of pages can be answered there. */
export interface Display {
  /** As in the variable `DISPLAY`. */
  name: string;
  /** Presses keys as a person does, wherever the keyboard is. */
  press(...keys: string[]): void;
  /** Puts the keyboard into the browser's window, as a click on it would: without a window manager it is lost with each window that closes. */
  focus(): void;
  /** How bright the screen is at a point, 0 to 255. */
  brightness(x: number, y: number): number;
  /** What the screen shows, to see whether anything moves. */
  picture(): Buffer;
  close(): Promise<void>;
}

const size = { width: 1400, height: 1000 };

/** Needs `Xvfb` and `xdotool`. */
export async function display(): Promise<Display> {
  const folder = mkdtempSync(join(tmpdir(), 'baton-display-'));
  const screen = ['-screen', '0', `${size.width}x${size.height}x24`, '-fbdir', folder, '-nolisten', 'tcp', '-displayfd', '3'];
  const server = spawn('Xvfb', screen, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const [number] = (await once(server.stdio[3] as Readable, 'data')) as [Buffer];
  const name = `:${number.toString().trim()}`;
  const tool = (...command: string[]) => void execFileSync('xdotool', command, { env: { ...process.env, DISPLAY: name } });
  const picture = () => readFileSync(join(folder, 'Xvfb_screen0'));
  return {
    name,
    picture,
    // Where the keyboard is: keys sent to a window are messages, which no dialog believes.
    press: (...keys) => tool('key', ...keys),
    focus: () => tool('search', '--onlyvisible', '--name', 'Chromium', 'windowfocus', '--sync'),
    brightness(x, y) {
      // A window dump: a header of 32-bit big-endian numbers, a table of colours of twelve bytes each, rows of pixels.
      const dump = picture();
      const [header, rowLength, colours] = [0, 12, 19].map((field) => dump.readUInt32BE(field * 4));
      const at = header! + colours! * 12 + y * rowLength! + x * 4;
      return (dump[at]! + dump[at + 1]! + dump[at + 2]!) / 3;
    },
    async close() {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
