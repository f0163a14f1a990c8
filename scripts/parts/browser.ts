import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';
import { node, run, tool } from './step.ts';

/** Where a program is, if it is here. */
export function onPath(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/**
 * Google's branded Chrome ignores `--load-extension` since version 137, so only Chromium and Chrome for Testing
 * can start with an extension. `CHROME_PATH` wins over everything.
 */
export function findBrowser(): string | undefined {
  const named = process.env.CHROME_PATH;
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROME_PATH names ${named}, and there is no such file.`);
    return named;
  }
  const bundled = chromium.executablePath();
  if (bundled && existsSync(bundled)) return bundled;
  const mac = '/Applications/Chromium.app/Contents/MacOS/Chromium';
  return onPath('chromium') ?? onPath('chromium-browser') ?? (existsSync(mac) ? mac : undefined);
}

/**
 * Releases of Firefox install only what Mozilla signed; the extended support release can be told otherwise.
 * `FIREFOX_PATH` wins.
 */
export function findFirefox(): string | undefined {
  const named = process.env.FIREFOX_PATH;
  if (named && !existsSync(named)) throw new Error(`FIREFOX_PATH names ${named}, and there is no such file.`);
  return named ?? onPath('firefox-esr');
}

/** Why a Firefox can't be used, in a sentence; nothing when it can. `least` is the first version that will do. */
export function firefoxTrouble(path: string | undefined, least: number): string | undefined {
  if (!path)
    return `there is no Firefox ESR here. Install it (Debian: apt-get install firefox-esr), or name one: FIREFOX_PATH=/path/to/firefox.`;
  const said = spawnSync(path, ['--version'], { encoding: 'utf8' });
  const version = Number(/(\d+)\./.exec(said.stdout ?? '')?.[1] ?? 0);
  return version >= least
    ? undefined
    : `Firefox ${least} or newer is needed, and ${path} is ${(said.stdout || said.stderr || '').trim() || 'not to be started'}.`;
}

export const isRoot = process.getuid?.() === 0;
const hasApt = (): boolean => spawnSync('apt-get', ['--version']).status === 0;

/** Installs Debian packages. Answers with apt's words on failure. */
export async function aptInstall(packages: readonly string[]): Promise<{ code: number; output: string }> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const updated = await run('apt-get', ['update', '-qq'], { env });
  const ended = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
  return ended.code === 0 ? ended : { code: ended.code, output: updated.output + ended.output };
}
export const canApt = (): boolean => isRoot && hasApt();

/** The browser that is there, or one fetched now. Throws a sentence that says what to do when none can be had. */
export async function needBrowser(say: (line: string) => void): Promise<string> {
  const found = findBrowser();
  if (found) return found;
  say(
    `No Chromium found${onPath('google-chrome') ? ' (Google Chrome does not load unpacked extensions at start)' : ''}: fetching one (once, about 170 MB).`,
  );
  const ended = canApt() ? await aptInstall(['chromium']) : await node(tool('@playwright/test', 'playwright'), ['install', 'chromium']);
  const now = findBrowser();
  if (now) return now;
  throw new Error(
    `${ended.output.trim().slice(-1500)}\n\nNo Chromium was found and none could be fetched. Install it (Debian, Ubuntu: sudo apt-get install chromium),\nor name one: CHROME_PATH=/path/to/chromium. Google Chrome itself does not start with an unpacked extension.`,
  );
}

/** What every start of ours needs: the extension, and quiet. Chromium has no sandbox for root. */
export const launchArgs = (extension: string): string[] => [
  `--disable-extensions-except=${extension}`,
  `--load-extension=${extension}`,
  '--no-first-run',
  '--no-default-browser-check',
  ...(isRoot ? ['--no-sandbox'] : []),
];
