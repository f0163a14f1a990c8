import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BrowserContext, type CDPSession, chromium, type Page } from '@playwright/test';
import { build as bundle } from 'vite';
import { launchArgs, needBrowser } from '../../scripts/parts/browser.ts';
import { build, built } from '../../scripts/parts/build.ts';
import type { Figure } from './index.ts';

/**
 * What a content script weighs, and what it costs a page that never rests: the released extension in a real Chromium,
 * beside a Chromium without it, on the same page in the same run.
 */
export async function figures(): Promise<Figure[]> {
  const { code, output } = await build('chrome', 'release');
  if (code !== 0) throw new Error(output);
  return [...(await sizes()), ...(await busyPage())];
}

const figure = (name: string, value: number, unit: string, most?: number): Figure => ({
  name,
  value: Number(value.toFixed(3)),
  unit,
  goal: most === undefined ? '' : `<= ${most}`,
  holds: most === undefined || value <= most,
});

const gz = (code: string | Uint8Array): number => gzipSync(code, { level: 9 }).byteLength / 1_000;
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Every content script as it is shipped, and InboxSDK: as it is published, and made as small as ours are. */
async function sizes(): Promise<Figure[]> {
  const folder = join(built('chrome', 'release'), 'content-scripts');
  const inbox = createRequire(import.meta.url).resolve('@inboxsdk/core');
  const minified = await bundle({
    configFile: false,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, minify: true, lib: { entry: inbox, formats: ['iife'], name: 'InboxSDK' } },
  });
  const chunks = [minified].flat().flatMap((result) => ('output' in result ? result.output : []));
  const sdk = gz(chunks.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join(''));
  return [
    ...readdirSync(folder)
      .filter((file) => file.endsWith('.js'))
      .map((file) => figure(`content script ${file.replace('.js', '')}, gz`, gz(readFileSync(join(folder, file))), 'kB', 12)),
    figure('InboxSDK minified, gz', sdk, 'kB'),
    figure('InboxSDK as published, gz', gz(readFileSync(inbox)), 'kB'),
  ];
}

interface Watched {
  page: Page;
  session: CDPSession;
  close(): Promise<void>;
}

async function open(withExtension: boolean): Promise<Watched> {
  const home = mkdtempSync(join(tmpdir(), 'baton-bench-'));
  // A copy: another build at the same time must not change what is measured.
  const extension = join(home, 'extension');
  cpSync(built('chrome', 'release'), extension, { recursive: true });
  const executablePath = await needBrowser((line) => process.stderr.write(`${line}\n`));
  const context: BrowserContext = await chromium.launchPersistentContext(join(home, 'profile'), {
    executablePath,
    headless: true,
    viewport: { width: 1280, height: 860 },
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [
      ...launchArgs(extension).filter((arg) => withExtension || !/^--(?:load|disable)-extension/.test(arg)),
      '--disable-background-networking',
      '--disable-component-update',
      // Ten thousand navigations within a page are more than the browser believes a page to make.
      '--disable-ipc-flooding-protection',
    ],
  });
  await context.route('https://mail.google.com/**', (route) =>
    route.fulfill({ contentType: 'text/html; charset=utf-8', body: '<!doctype html><body>' }),
  );
  // A fresh installation opens its welcome in front; the page measured must be the one that is shown, or it gets no frames.
  if (withExtension && context.pages().length < 2) await context.waitForEvent('page');
  const page = await context.newPage();
  await page.bringToFront();
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  return {
    page,
    session,
    async close() {
      // When a browser has died, why it did is the error to see, not that it cannot be closed.
      await context.close().catch(() => undefined);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const metric = async (session: CDPSession, name: string): Promise<number> => {
  const { metrics } = await session.send('Performance.getMetrics');
  const found = metrics.find((one) => one.name === name);
  if (!found) throw new Error(`Chromium does not tell ${name}.`);
  return found.value;
};

/** In the page: a mailbox in Gmail's shape with so many nodes beside it, and ways to stir it. */
function furnish(others: number): void {
  const make = (tag: string, attributes: Record<string, string> = {}, ...children: (Node | string)[]): HTMLElement => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const person = (index: number) => ({ email: `person${index}@company${index % 97}.example`, name: `Person ${index}` });
  const row = (index: number) => {
    const { email, name } = person(index);
    return make(
      'tr',
      { class: 'zA yO', role: 'row', id: `:r${index}` },
      make('td', { class: 'PF xY' }),
      make(
        'td',
        { class: 'oZ-x3 xY' },
        make('div', { class: 'T-Jo', role: 'checkbox', 'aria-checked': 'false' }, make('div', { class: 'T-Jo-auh' })),
      ),
      make(
        'td',
        { class: 'yX xY' },
        make('div', { class: 'afn' }, make('span', { class: 'yP', email, name }, name)),
        make('div', { class: 'yW' }, make('span', { class: 'bA4' }, make('span', { class: 'yP', email, name }, name))),
      ),
      make(
        'td',
        { class: 'xY a4W' },
        make(
          'div',
          { class: 'xS', role: 'link' },
          make(
            'div',
            { class: 'xT' },
            make(
              'div',
              { class: 'y6' },
              make('span', { class: 'bog' }, make('span', { class: 'bqe', 'data-thread-id': `#thread-f:${index}` }, `Subject ${index}`)),
            ),
          ),
        ),
      ),
      make('td', { class: 'xW xY' }, make('span', { title: 'Nov 20' }, make('span', {}, 'Nov 20'))),
    );
  };
  const message = (index: number, body: string) => {
    const { email, name } = person(index);
    return make(
      'div',
      { class: 'h7', role: 'listitem', 'aria-expanded': 'true' },
      make(
        'div',
        { class: 'adn', 'data-message-id': `#msg-f:${index}` },
        make(
          'h3',
          { class: 'iw' },
          make('span', { class: 'gD', email, name, 'data-hovercard-id': email }, name),
          make('span', { class: 'go' }, `<${email}>`),
        ),
        make('span', { class: 'g3', title: 'x' }, 'x'),
        make('span', { class: 'hb' }, make('span', { class: 'g2', email: 'me@ridgeway.example', name: 'me' }, 'me')),
        make('div', { class: 'ii gt' }, make('div', { class: 'a3s' }, body)),
      ),
    );
  };
  const rows = make('tbody', {}, ...Array.from({ length: 100 }, (_, index) => row(index)));
  const list = make(
    'div',
    { class: 'nH' },
    make('div', { role: 'main' }, make('div', { gh: 'tl' }, make('div', { class: 'Cp' }, make('table', { class: 'F cf zt' }, rows)))),
  );
  const place = make('div', { class: 'nH', role: 'list' });
  const thread = make(
    'div',
    { class: 'nH', style: 'display: none' },
    make(
      'div',
      { role: 'none' },
      make(
        'div',
        { class: 'nH g id' },
        make('div', { class: 'nH a98 iY' }, make('h2', { class: 'hP', 'data-legacy-thread-id': 'x' }), place),
      ),
    ),
  );
  const side = make(
    'div',
    { class: 'side' },
    ...Array.from({ length: Math.ceil(others / 6) }, (_, index) =>
      make(
        'div',
        { class: 'aim' },
        make(
          'div',
          { class: 'TO' },
          make('span', { class: 'nU' }, make('a', { href: `#label/${index}` }, `Label ${index}`)),
          make('div', { class: 'bsU' }, '3'),
        ),
      ),
    ),
  );
  const header = make(
    'header',
    { role: 'banner', id: 'gb' },
    make('a', { href: 'https://accounts.google.com/SignOutOptions', 'aria-label': 'Google Account: Rowan (me@ridgeway.example)' }),
  );
  document.title = 'Inbox - me@ridgeway.example - Gmail';
  document.body.replaceChildren(
    header,
    side,
    make('div', { class: 'nH bkK' }, make('div', { class: 'aeF' }, make('div', { class: 'nH' }, list, thread))),
    make('div', { class: 'dw' }),
  );

  let turn = 0;
  const settled = () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 40))));
  Object.assign(window, {
    /** Thirty rows anew, a thousand attributes, five hundred texts. */
    async burst() {
      turn++;
      for (let index = 0; index < 30; index++) rows.children[(turn * 7 + index * 3) % 100]!.replaceWith(row(turn * 100 + index));
      const labels = side.children;
      for (let index = 0; index < 1_000; index++) labels[(turn + index) % labels.length]!.classList.toggle('ain');
      for (let index = 0; index < 500; index++)
        labels[(turn * 3 + index) % labels.length]!.querySelector('.bsU')!.textContent = String(turn + index);
      await settled();
    },
    /** Opens another thread, as often as said, a few in each frame: address and messages change. */
    async navigate(times: number) {
      list.style.display = 'none';
      list.firstElementChild!.setAttribute('role', 'none');
      thread.style.display = '';
      thread.firstElementChild!.setAttribute('role', 'main');
      for (let count = 0; count < times; count++) {
        turn++;
        location.hash = `#inbox/thread-f:${turn}`;
        place.replaceChildren(message(turn, 'Hello '.repeat(20)), message(turn + 1, 'Thanks '.repeat(20)));
        if (turn % 10 === 0) await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    },
  });
}
type Stirred = Window & { burst(): Promise<void>; navigate(times: number): Promise<void> };

const bursts = 100;
const navigations = 10_000;

async function busyPage(): Promise<Figure[]> {
  const [bare, ours] = await Promise.all([open(false), open(true)]);
  try {
    for (const { page } of [bare, ours]) {
      await page.goto('https://mail.google.com/mail/u/0/#inbox');
      await page.evaluate(furnish, 3_000);
      for (let count = 0; count < 30; count++) await page.evaluate(() => (window as unknown as Stirred).burst());
    }
    // In turns, so that whatever else the machine does falls on both.
    const cpu: Record<'bare' | 'ours', number[]> = { bare: [], ours: [] };
    for (let count = 0; count < bursts; count++)
      for (const [name, { page, session }] of [
        ['bare', bare],
        ['ours', ours],
      ] as const) {
        const before = await metric(session, 'ThreadTime');
        await page.evaluate(() => (window as unknown as Stirred).burst());
        cpu[name].push(((await metric(session, 'ThreadTime')) - before) * 1_000);
      }
    const traced = await ownTasks(ours, async () => {
      for (let count = 0; count < 50; count++) await ours.page.evaluate(() => (window as unknown as Stirred).burst());
    });
    const large = await ownTasks(ours, async () => {
      await ours.page.evaluate(furnish, 50_000);
      await ours.page.evaluate(() => (window as unknown as Stirred).navigate(20));
      // Until the engine has read again after the page has settled.
      await ours.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_500)));
    });
    await ours.page.evaluate(furnish, 3_000);
    const opening = await ownTasks(ours, () => ours.page.evaluate(() => (window as unknown as Stirred).navigate(400)));
    const grown = await Promise.all([growth(bare), growth(ours)]);
    return [
      figure('busy page: CPU of a burst without the extension, median', median(cpu.bare), 'ms'),
      figure('busy page: CPU added to a burst, median', median(cpu.ours) - median(cpu.bare), 'ms', 0.3),
      figure('busy page: content script in a burst, mean', traced.total / 50, 'ms'),
      figure('busy page: longest task of the content script', Math.max(traced.longest, opening.longest), 'ms', 16),
      figure('page of 50,000 nodes: longest task of the content script', large.longest, 'ms', 16),
      figure('opening a thread: content script, mean of a frame', opening.total / 40, 'ms'),
      figure('memory grown over 10,000 navigations, without', grown[0]!, 'MB'),
      figure('memory grown over 10,000 navigations, added', grown[1]! - grown[0]!, 'MB', 0.5),
    ];
  } finally {
    await Promise.all([bare.close(), ours.close()]);
  }
}

/** What the content script itself did while `work` ran: all of it, and the longest piece at once, in ms of CPU. */
async function ownTasks({ session }: Watched, work: () => Promise<unknown>): Promise<{ total: number; longest: number }> {
  interface Event {
    name: string;
    dur?: number;
    tdur?: number;
    args: { data?: { url?: string } };
  }
  const events: Event[] = [];
  const collect = ({ value }: { value: unknown[] }) => void events.push(...(value as Event[]));
  session.on('Tracing.dataCollected', collect);
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['devtools.timeline'] } });
  await work();
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.end');
  await complete;
  session.off('Tracing.dataCollected', collect);
  const own = events
    .filter((event) => event.name === 'FunctionCall' && event.args.data?.url?.includes('content-scripts/'))
    .map((event) => (event.tdur ?? event.dur ?? 0) / 1_000);
  if (own.length === 0) throw new Error('The trace has no call of the content script: it does not run, or traces have changed.');
  return { total: own.reduce((sum, one) => sum + one, 0), longest: Math.max(...own) };
}

/** Heap after a collection, from the thousandth navigation to the last, in MB. */
async function growth({ page, session }: Watched): Promise<number> {
  const heap = async () => {
    for (let count = 0; count < 3; count++) await session.send('HeapProfiler.collectGarbage');
    return (await metric(session, 'JSHeapUsedSize')) / 1e6;
  };
  await page.evaluate(furnish, 3_000);
  await page.evaluate((times) => (window as unknown as Stirred).navigate(times), navigations / 10);
  const early = await heap();
  for (let part = 1; part < 10; part++) await page.evaluate((times) => (window as unknown as Stirred).navigate(times), navigations / 10);
  return (await heap()) - early;
}
