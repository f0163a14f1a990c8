import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { aptInstall, canApt, findFirefox, firefoxTrouble, onPath } from './browser.ts';
import { node, type Outcome, root, type Step, tool } from './step.ts';

const results = (name: string): string => join(root, 'test-results', `${name}.json`);
function read<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** A run that ends badly without a failed test (a file that does not load, an error nobody caught) counts as one failure. */
const counted = (code: number, passed: number, failed: number): Outcome => ({
  passed,
  failed: code !== 0 && failed === 0 ? 1 : failed,
});

/** Unit, property and backend tests, as vitest counts them. `filters` are parts of paths. */
export const vitest = (name: string, filters: readonly string[] = []): Step => ({
  name,
  async run() {
    const file = results('vitest');
    rmSync(file, { force: true });
    const { code } = await node(tool('vitest'), ['run', ...filters, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`], {
      show: true,
    });
    const said = read<{ numPassedTests: number; numFailedTests: number }>(file);
    return counted(code, said?.numPassedTests ?? 0, said?.numFailedTests ?? 0);
  },
});

/** Tests in a real browser, as Playwright counts them. */
export const playwright = (name: string, args: readonly string[] = []): Step => ({
  name,
  async run() {
    const file = results('playwright');
    rmSync(file, { force: true });
    const { code } = await node(tool('@playwright/test', 'playwright'), ['test', ...args], { show: true });
    const said = read<{ stats: { expected: number; unexpected: number; flaky: number } }>(file);
    return counted(code, said?.stats.expected ?? 0, (said?.stats.unexpected ?? 0) + (said?.stats.flaky ?? 0));
  },
});

/** The first Firefox that the extension installs in, as its manifest says. */
const leastFirefox = 153;

/**
 * The released extension in a real Firefox ESR. Where there is none it is installed on a throwaway machine (`CI` is set,
 * this is root); elsewhere the step says what is missing and counts nothing.
 */
export const firefox = (name: string): Step => ({
  name,
  async run() {
    if (firefoxTrouble(findFirefox(), leastFirefox) && process.env.CI && canApt()) {
      process.stdout.write('Installing firefox-esr.\n');
      const { code, output } = await aptInstall(['firefox-esr']);
      if (code !== 0) process.stdout.write(`${output.slice(-1500)}\n`);
    }
    const trouble = firefoxTrouble(findFirefox(), leastFirefox);
    if (!trouble) return playwright(name, ['--config', 'test/firefox/playwright.config.ts']).run();
    process.stdout.write(`Skipped: ${trouble}\n`);
    return { passed: 0, failed: 0 };
  },
});

/**
 * The dialogs of the browser itself, in a Chromium with windows on a screen that nobody sees. Where the tools for that are
 * missing they are installed on a throwaway machine; elsewhere the step says what is missing and counts nothing.
 */
export const dialogs = (name: string): Step => ({
  name,
  async run() {
    const missing = () => ['Xvfb', 'xdotool'].filter((one) => !onPath(one));
    if (missing().length && process.env.CI && canApt()) {
      process.stdout.write('Installing xvfb and xdotool.\n');
      const { code, output } = await aptInstall(['xvfb', 'xdotool']);
      if (code !== 0) process.stdout.write(`${output.slice(-1500)}\n`);
    }
    if (!missing().length) return playwright(name, ['--config', 'test/dialog/playwright.config.ts']).run();
    process.stdout.write(`Skipped: there is no ${missing().join(' and no ')} here. Install them (Debian: apt-get install xvfb xdotool).\n`);
    return { passed: 0, failed: 0 };
  },
});
