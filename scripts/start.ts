import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium } from '@playwright/test';
import { pino } from 'pino';
import { chromiumId } from '../lib/contract/identity.ts';
import { ConfigError, configFromEnv } from '../server/config.ts';
import { openLog } from '../server/http/log.ts';
import { startServer } from '../server/main.ts';
import { users } from '../server/sample/cast.ts';
import { samplePassword } from '../server/sign-in/sample.ts';
import { StoreRefusal } from '../server/store/migrate.ts';
import { launchArgs, needBrowser } from './parts/browser.ts';
import { build, built } from './parts/build.ts';
import { extensionUrl, signIn, statusOf } from './parts/sign-in.ts';

/**
 * `npm start`: the backend with its sample workspace, and a browser with the extension in it, signed in as the sample
 * rep, on the practice page. `npm start -- --no-browser` runs the backend alone.
 */
const say = (line = '') => process.stdout.write(`${line}\n`);
// A terminal that is closed takes no more words; what was started must still be stopped.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

/** The accounts that people try it with. */
const accounts = users.slice(0, 4);

const undo: (() => Promise<unknown>)[] = [];
let stopping: Promise<void> | undefined;
function stop(): Promise<void> {
  stopping ??= (async () => {
    for (const step of undo.splice(0).reverse()) await step().catch(() => undefined);
  })();
  return stopping;
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!stopping) say('\nStopping.');
    void stop().then(() => process.exit(0));
  });
}

const hasDisplay = (): boolean => process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** A new profile shows Baton's button in the toolbar, where the practice page sends people to. */
function makeProfile(profile: string): void {
  const preferences = join(profile, 'Default', 'Preferences');
  if (existsSync(preferences)) return;
  mkdirSync(join(profile, 'Default'), { recursive: true });
  writeFileSync(preferences, JSON.stringify({ extensions: { pinned_extensions: [chromiumId] } }));
}

async function openBrowser(data: string, extension: string, backend: string): Promise<void> {
  const executablePath = await needBrowser(say);
  const profile = join(data, 'browser');
  makeProfile(profile);
  const context: BrowserContext = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: false,
    viewport: null,
    ignoreDefaultArgs: ['--disable-extensions', '--enable-automation'],
    args: [...launchArgs(extension), '--hide-crash-restore-bubble', '--window-size=1400,900'],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  undo.push(() => context.close());
  context.on('close', () => {
    if (!stopping) say('The browser was closed. The backend goes on; Ctrl-C stops it.');
  });
  if (context.serviceWorkers().length === 0) await context.waitForEvent('serviceworker');
  const first = context.pages()[0] ?? (await context.newPage());
  await first.goto(extensionUrl('options.html'));
  const { me } = await statusOf(first);
  if (me?.backend !== backend) await signIn(context, backend, { sample: accounts[0]!.email });
  await first.goto(`${backend}/practice`);
  // The welcome tab that a new installation opens by itself has nothing left to ask.
  for (const page of context.pages()) if (page !== first && page.url().startsWith(extensionUrl(''))) await page.close();
  await first.bringToFront();
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new ConfigError(
      `The folder ${folder} cannot be made (${(error as NodeJS.ErrnoException).code}). Make room, or name another with BATON_DATA.`,
    );
  }
}

async function main(): Promise<void> {
  const config = configFromEnv(process.env);
  const first = !existsSync(config.data);
  makeFolder(config.data);
  say(first ? 'Making the sample workspace and building the extension (the first time; under a minute).' : 'Starting.');
  const log = join(config.data, 'baton.log');
  const [server, extension] = await Promise.allSettled([
    startServer(config, { log: openLog(process.env.LOG_LEVEL ?? 'info', pino.destination({ dest: log, append: true, sync: true })) }),
    build('chrome', 'practice'),
  ]);
  if (server.status === 'rejected') throw server.reason;
  undo.push(() => server.value.stop());
  const { url } = server.value;
  if (extension.status === 'rejected') throw extension.reason;
  if (extension.value.code !== 0) throw new Error(`${extension.value.output}\nThe extension could not be built: why stands above.`);

  const folder = built('chrome', 'practice');
  say();
  say(`  Baton          ${url}`);
  say(`  Practice page  ${url}/practice`);
  say(`  API            ${url}/docs`);
  say(`  Extension      ${folder}`);
  say(`  Data and log   ${config.data}`);
  say(`  Accounts       ${accounts.map(({ email }) => email).join(', ')}; password: ${samplePassword}`);
  say();
  if (process.argv.includes('--no-browser') || !hasDisplay()) {
    say(hasDisplay() ? 'No browser, as you asked.' : 'There is no display here, so no browser was opened; the backend runs all the same.');
    say(`In a Chromium of yours: open chrome://extensions, switch on Developer mode, choose “Load unpacked” and the folder above.`);
    say();
  } else {
    await openBrowser(config.data, folder, url).catch((error: unknown) => {
      if (!stopping) say(`No browser could be opened; the backend runs all the same.\n${error instanceof Error ? error.message : error}\n`);
    });
  }
  say('Ctrl-C stops everything.');
}

try {
  await main();
} catch (error) {
  await stop();
  const expected = error instanceof StoreRefusal || error instanceof ConfigError;
  process.stderr.write(`\n${expected ? error.message : error instanceof Error ? (error.stack ?? error.message) : error}\n`);
  process.exit(1);
}
