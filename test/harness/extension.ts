import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type CDPSession, chromium, expect, type Frame, type Locator, type Page } from '@playwright/test';
import { chromiumId } from '../../lib/contract/identity.ts';
import { launchArgs, needBrowser } from '../../scripts/parts/browser.ts';
import { built, type Mode } from '../../scripts/parts/build.ts';
import type { Recorder } from './proxy.ts';
import { seen } from './seen.ts';
import { within } from './within.ts';

export interface Launch {
  /** Everything the browser sends goes through it, loopback included. */
  proxy?: Recorder;
  /** Which build; the released one unless said otherwise. */
  mode?: Mode;
  /** Hosts granted beyond those of the manifest, as a user does in the options: match patterns. */
  granted?: readonly string[];
  /** Folders of other extensions to load as well. */
  beside?: readonly string[];
  /** Without the extension: to prove that a test notices. */
  bare?: true;
  colorScheme?: 'light' | 'dark';
  locale?: string;
  /** Further switches of the browser. */
  args?: readonly string[];
  viewport?: { width: number; height: number };
  /** With windows, on this X display: for the browser's own dialogs, which a headless one does not show. */
  display?: string;
}

/** A Chromium with the released extension in it. */
export interface Extension {
  context: BrowserContext;
  /** Where the browser keeps its files. */
  profile: string;
  /** A page of the extension in a tab of its own. */
  open(path: string): Promise<Page>;
  url(path: string): string;
  /** Stops the background worker as the browser does with an idle one. */
  killWorker(): Promise<void>;
  /** Starts the browser again with the same profile. */
  restart(between?: () => void): Promise<void>;
  /** Kills the browser without asking, and starts it again with the same profile. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The released extension, byte for byte, except for hosts that a user would grant in a dialog of the browser:
 * those stand in the manifest of a copy.
 */
function folderWith({ granted = [], mode = 'release' }: Launch, home: string): string {
  const released = built('chrome', mode);
  if (granted.length === 0) return released;
  const copy = join(home, 'extension');
  cpSync(released, copy, { recursive: true });
  const path = join(copy, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { host_permissions: string[] };
  manifest.host_permissions.push(...granted);
  writeFileSync(path, JSON.stringify(manifest));
  return copy;
}

/**
 * The browser reads its policy when the first page has been idle for a while, some three seconds after its start, and until
 * then `storage.managed` answers nobody: every sign-in in a fresh profile would wait for that.
 */
const soon = '--enable-features=ImprovedStartupBestEffortDelay:StartupDelayVisibleTabTimeout/0ms';

export async function launch(options: Launch = {}): Promise<Extension> {
  const home = mkdtempSync(join(tmpdir(), 'baton-browser-'));
  const folder = folderWith(options, home);
  const executablePath = await needBrowser((line) => console.log(line));
  const start = async (): Promise<BrowserContext> => {
    const context = await chromium.launchPersistentContext(join(home, 'profile'), {
      executablePath,
      headless: options.display === undefined,
      ...(options.display !== undefined && { env: { ...process.env, DISPLAY: options.display } }),
      viewport: options.viewport ?? { width: 1280, height: 860 },
      ...(options.colorScheme && { colorScheme: options.colorScheme }),
      locale: options.locale ?? 'en-US',
      ignoreDefaultArgs: ['--disable-extensions'],
      args: [
        ...launchArgs([folder, ...(options.beside ?? [])].join(',')).filter((arg) => !options.bare || !arg.includes('extension')),
        '--disable-background-networking',
        '--disable-component-update',
        soon,
        ...(options.args ?? []),
        ...(options.proxy ? [`--proxy-server=http://127.0.0.1:${options.proxy.port}`, '--proxy-bypass-list=<-loopback>'] : []),
      ],
    });
    if (!options.bare && context.serviceWorkers().length === 0) await context.waitForEvent('serviceworker');
    return context;
  };

  const url = (path: string) => `chrome-extension://${chromiumId}/${path}`;
  const extension: Extension = {
    context: await start(),
    profile: join(home, 'profile'),
    url,
    async open(path) {
      const page = await extension.context.newPage();
      await page.goto(url(path));
      return page;
    },
    async killWorker() {
      // Any page of the extension may ask; this one runs no script that would wake the worker.
      const page = await extension.open('managed.json');
      const session: CDPSession = await extension.context.newCDPSession(page);
      await session.send('ServiceWorker.enable');
      const stopped = new Promise<void>((resolve) => {
        session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
          if (versions.length > 0 && versions.every(({ runningStatus }) => runningStatus === 'stopped')) resolve();
        });
      });
      await session.send('ServiceWorker.stopAllWorkers');
      await within('the end of the worker', stopped);
      await page.close();
    },
    async restart(between) {
      await extension.context.close();
      between?.();
      extension.context = await start();
    },
    async crash() {
      const closed = new Promise<void>((resolve) => extension.context.once('close', () => resolve()));
      process.kill(browserOn(extension.profile), 'SIGKILL');
      await within('the end of the browser', closed);
      extension.context = await start();
    },
    async close() {
      await extension.context.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
  return extension;
}

/** The process of the browser that runs on a profile; all others of it are its children, and say what they are. */
function browserOn(profile: string): number {
  const processes = execFileSync('ps', ['-axww', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  const found = processes.filter((line) => line.includes(`--user-data-dir=${profile}`) && !line.includes('--type='));
  if (found.length !== 1) throw new Error(`${found.length} browsers run on ${profile}.`);
  return Number.parseInt(found[0]!, 10);
}

const isCard = (frame: Frame) => /^chrome-extension:\/\/[^/]+\/card\.html/.test(frame.url());
/** The frames of cards in a page, inside closed shadow roots: the page cannot see them, the browser's protocol can. */
export const cardsIn = (page: Page): Frame[] => page.frames().filter(isCard);

/** The card's frame in a page, once it is there. */
export async function cardIn(page: Page, timeout = 20_000): Promise<Frame> {
  const [there] = cardsIn(page);
  if (there) return there;
  return page.waitForEvent('framenavigated', { predicate: isCard, timeout });
}

/** Waits until an element has been visible, uncovered and unfaded for as long as a click needs to count. */
export async function settled(locator: Locator): Promise<void> {
  // What is painted anew in the meantime is another element, and a person simply goes on looking.
  while ((await locator.evaluate(seen)) === 'replaced');
}

/** Presses as a person does: after having seen it. */
export async function press(locator: Locator): Promise<void> {
  await settled(locator);
  await locator.click();
}

/**
 * Hosts that the user has allowed before and taken back since: the browser then grants them in the click without its
 * dialog (that one is in `test/dialog`). Starts the browser again.
 */
export async function allowedBefore(extension: Extension, patterns: readonly string[]): Promise<void> {
  await extension.restart(() => {
    const path = join(extension.profile, 'Default', 'Preferences');
    const preferences = JSON.parse(readFileSync(path, 'utf8')) as {
      extensions: { settings: Record<string, { runtime_granted_permissions?: unknown }> };
    };
    preferences.extensions.settings[chromiumId]!.runtime_granted_permissions = {
      api: [],
      explicit_host: patterns,
      manifest_permissions: [],
      scriptable_host: [],
    };
    writeFileSync(path, JSON.stringify(preferences));
  });
}

/** Adds a host as a person does, in the options; `kind` as the page calls it. */
export async function addHost(options: Page, kind: string, origin: string): Promise<void> {
  await options.getByRole('button', { name: 'Add a mail page' }).click();
  await options.getByRole('textbox', { name: 'Address of your webmail' }).fill(`${origin}/inbox?x=1`);
  await options.getByRole('combobox', { name: 'What it is' }).selectOption({ label: kind });
  await options.getByRole('button', { name: `Allow ${new URL(origin).host}` }).click();
  await expect(options.getByText(`${new URL(origin).host} is added.`)).toBeVisible();
}
