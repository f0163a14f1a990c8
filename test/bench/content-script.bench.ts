import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CDPSession, Page } from '@playwright/test';
import { build as bundle } from 'vite';
import { build, built } from '../../scripts/parts/build.ts';
import { ask } from '../../scripts/parts/sign-in.ts';
import { launch } from '../harness/extension.ts';
import { pageOf, serve } from '../harness/site.ts';
import { type BusyPages, busyPages } from './busy/pages.ts';
import { furnish, type Stirred } from './busy/stir.ts';
import type { Figure } from './index.ts';

/**
 * What a content script weighs, and what it costs a page that never rests: the released extension in a real Chromium,
 * beside a Chromium without it, on the same pages in the same run, site by site.
 */
export async function figures(): Promise<Figure[]> {
  const { code, output } = await build('chrome', 'release');
  if (code !== 0) throw new Error(output);
  return [...(await sizes()), ...(await busy())];
}

const figure = (name: string, value: number, unit: string, most?: number): Figure => ({
  name,
  value: Number(value.toFixed(3)),
  unit,
  goal: most === undefined ? '' : `<= ${most}`,
  holds: most === undefined || value <= most,
});

const gz = (code: string | Uint8Array): number => gzipSync(code, { level: 9 }).byteLength / 1_000;
const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
/** Half the width of the 95 % interval of a median, by its order statistics. */
function resolution(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const away = 0.98 * Math.sqrt(sorted.length);
  const at = (index: number) => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(index)))]!;
  return (at(sorted.length / 2 + away) - at(sorted.length / 2 - away)) / 2;
}
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
  /** Goes to an address, where this page stands. */
  show(url: string, html: string): Promise<void>;
  close(): Promise<void>;
}

/** Hosts that a user has to add are granted in a copy of the manifest; both browsers get what both need. */
const added = ['https://mail.ridgeway.example/*', 'https://www.northwind.example/*'];

async function browser(withExtension: boolean): Promise<Watched> {
  const extension = await launch({
    granted: added,
    ...(withExtension ? {} : { bare: true as const }),
    // Ten thousand navigations within a page are more than the browser believes a page to make.
    args: ['--disable-ipc-flooding-protection'],
  });
  const { context } = extension;
  if (withExtension) {
    const page = await extension.open('options.html');
    await ask(page, 'settings', {
      origins: added.map((pattern, index) => ({ origin: pattern.replace('/*', ''), site: index ? 'page' : 'roundcube' })),
    });
    await page.close();
  }
  const site = await serve(context, /^https:/);
  // A fresh installation opens its welcome in front; the page measured must be the one that is shown, or it gets no frames.
  if (withExtension && context.pages().length < 2) await context.waitForEvent('page');
  const page = await context.newPage();
  await page.bringToFront();
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  return {
    page,
    session,
    show: (url, html) => site.show(page, html, url),
    // When a browser has died, why it did is the error to see, not that it cannot be closed.
    close: () => extension.close().catch(() => undefined),
  };
}

const metric = async (session: CDPSession, name: string): Promise<number> => {
  const { metrics } = await session.send('Performance.getMetrics');
  const found = metrics.find((one) => one.name === name);
  if (!found) throw new Error(`Chromium does not tell ${name}.`);
  return found.value;
};

const bursts = 200;
const traced = 60;
const navigations = 10_000;
/** Milliseconds in which whoever listens has read the page again after the last change. */
const settled = 1_500;

async function busy(): Promise<Figure[]> {
  const [bare, ours] = await Promise.all([browser(false), browser(true)]);
  const found: Figure[] = [];
  try {
    for (const pages of busyPages) found.push(...(await busyPage(pages, bare, ours)));
  } finally {
    await Promise.all([bare.close(), ours.close()]);
  }
  return found;
}

async function busyPage({ site, list, opened, side }: BusyPages, bare: Watched, ours: Watched): Promise<Figure[]> {
  const both = [bare, ours];
  const burst = ({ page }: Watched) => page.evaluate(() => (window as unknown as Stirred).burst());
  const opens = ({ page }: Watched, times: number) => page.evaluate((count) => (window as unknown as Stirred).open(count), times);
  const rest = ({ page }: Watched) => page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), settled);
  const stirring = { key: opened.key, at: opened.at, side };

  for (const watched of both) {
    await watched.show(list.at, pageOf(site, list.page).html);
    await watched.page.evaluate(furnish, { ...stirring, row: list.row, others: 3_000 });
    for (let count = 0; count < 30; count++) await burst(watched);
  }
  // In turns, so that whatever else the machine does falls on both.
  const added: number[] = [];
  const without: number[] = [];
  for (let count = 0; count < bursts; count++) {
    const cpu: number[] = [];
    for (const watched of count % 2 ? both : [ours, bare]) {
      const before = await metric(watched.session, 'ThreadTime');
      await burst(watched);
      cpu[both.indexOf(watched)] = ((await metric(watched.session, 'ThreadTime')) - before) * 1_000;
    }
    without.push(cpu[0]!);
    added.push(cpu[1]! - cpu[0]!);
  }
  // Two browsers differ by more than the goal from one burst to the next. What the script itself does is exact, and told apart.
  const each: number[] = [];
  let longest = 0;
  for (let count = 0; count < traced; count++) {
    const own = await ownTasks(ours, () => burst(ours), 'may be none');
    each.push(own.total);
    longest = Math.max(longest, own.longest);
  }
  if (each.every((ms) => ms === 0)) throw new Error(`${site}: no burst had a call of the content script: it does not run there.`);

  const open = async (watched: Watched, others: number) => {
    await watched.show(opened.at.replace('{n}', '0'), pageOf(site, opened.page).html);
    await watched.page.evaluate(furnish, { ...stirring, part: opened.part, others });
  };
  for (const watched of both) await open(watched, 3_000);
  const opening = await ownTasks(ours, () => opens(ours, 400));
  const [grownBare, grownOurs] = await Promise.all(both.map((watched) => growth(watched, (times) => opens(watched, times))));
  await open(ours, 50_000);
  const large = await ownTasks(ours, async () => {
    await opens(ours, 20);
    await rest(ours);
  });
  return [
    figure(`${site}, busy list: CPU of a burst without the extension, median`, median(without), 'ms'),
    figure(`${site}, busy list: content script in a burst, median`, median(each), 'ms', 0.3),
    figure(`${site}, busy list: content script in a burst, mean`, mean(each), 'ms', 0.3),
    figure(`${site}, busy list: CPU added to a burst, median`, median(added), 'ms', 0.3 + resolution(added)),
    figure(`${site}, busy list: that median is known to ±`, resolution(added), 'ms'),
    figure(`${site}, busy list: longest task of the content script`, longest, 'ms', 16),
    figure(`${site}, opening: content script, mean of a frame`, opening.total / 40, 'ms'),
    figure(`${site}, opening: longest task of the content script`, opening.longest, 'ms', 16),
    figure(`${site}, 50,000 nodes: longest task of the content script`, large.longest, 'ms', 16),
    figure(`${site}, 10,000 navigations: memory grown without the extension`, grownBare!, 'MB'),
    figure(`${site}, 10,000 navigations: memory grown, added`, grownOurs! - grownBare!, 'MB', 0.5),
  ];
}

/** What the content script itself did while `work` ran: all of it, and the longest piece at once, in ms of CPU. */
async function ownTasks(
  { session }: Watched,
  work: () => Promise<unknown>,
  some: 'must be some' | 'may be none' = 'must be some',
): Promise<{ total: number; longest: number }> {
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
  if (own.length === 0 && some === 'must be some')
    throw new Error('The trace has no call of the content script: it does not run, or traces have changed.');
  return { total: own.reduce((sum, one) => sum + one, 0), longest: Math.max(0, ...own) };
}

/** Heap after a collection, from the thousandth navigation to the last, in MB. */
async function growth({ session }: Watched, navigate: (times: number) => Promise<void>): Promise<number> {
  const heap = async () => {
    for (let count = 0; count < 3; count++) await session.send('HeapProfiler.collectGarbage');
    return (await metric(session, 'JSHeapUsedSize')) / 1e6;
  };
  await navigate(navigations / 10);
  const early = await heap();
  for (let part = 1; part < 10; part++) await navigate(navigations / 10);
  return (await heap()) - early;
}
