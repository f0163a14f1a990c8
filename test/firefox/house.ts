import type { FromPages } from '../../lib/bridge/protocol.ts';
import { anyBrowser, attendedAndRead } from '../e2e/house.ts';
import type { Backend } from '../harness/backend.ts';
import { type Firefox, launchFirefox, type View } from '../harness/firefox.ts';
import { rep } from '../harness/people.ts';
import { type Recorder, recordingProxy } from '../harness/proxy.ts';

interface Worker {
  /** Written down: everything the browser sends. */
  wire: Recorder;
  /** Signed in as the sample rep, as a person does it: from the options page through the backend's own window. */
  firefox: Firefox;
}
interface Each {
  /** The prospect as a lead: delivered by Segment's SDK, handed over to the rep, and known on the device. */
  lead: string;
  /** A tab in front. */
  tab: View;
}

export const test = anyBrowser.extend<Each, Worker>({
  wire: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs
    async ({}, use) => {
      const wire = await recordingProxy();
      await use(wire);
      await wire.stop();
    },
    { scope: 'worker' },
  ],
  firefox: [
    async ({ wire, backend }, use) => {
      const firefox = await launchFirefox(wire);
      await signIn(firefox, backend);
      await use(firefox);
      await firefox.close();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  lead: async ({ market, prospect, firefox }, use) => {
    const lead = await market.touch(prospect, attendedAndRead);
    await market.handOver(lead, rep, ['Asked for a demo']);
    await sync(firefox);
    await use(lead);
  },
  tab: async ({ firefox }, use) => {
    const tab = await firefox.open('about:blank');
    await use(tab);
    await tab.close();
  },
});

async function signIn(firefox: Firefox, backend: Backend): Promise<void> {
  const options = await firefox.open('options.html');
  const welcome = await firefox.find('welcome.html');
  await options.press({ role: 'button', name: 'Connect' });
  await welcome.front();
  await welcome.type({ role: 'textbox', name: 'Address of the backend' }, backend.url);
  await welcome.press('button[type=submit]:enabled');
  const window = await firefox.find(backend.url);
  await window.press(`button[name=sample][value="${rep}"]`);
  await welcome.shows('Choose where it may look');
  await options.shows(`Signed in as ${rep}`);
  await welcome.close();
  await options.close();
}

/** Asks the background what one of the extension's pages may ask. */
export async function ask<K extends keyof FromPages>(page: View, kind: K, payload?: FromPages[K]['in']): Promise<FromPages[K]['out']> {
  const answer = await page.call(
    (message: unknown) =>
      (globalThis as unknown as { browser: { runtime: { sendMessage(m: unknown): Promise<unknown> } } }).browser.runtime.sendMessage(
        message,
      ),
    { baton: 'ask', kind, ...(payload === undefined ? {} : { payload }) },
  );
  const { ok, value, sentence } = answer as { ok: boolean; value?: FromPages[K]['out']; sentence?: string };
  if (!ok) throw new Error(sentence);
  return value as FromPages[K]['out'];
}

/** What “Sync now” in the options does. */
export async function sync(firefox: Firefox): Promise<void> {
  const page = await firefox.open('options.html');
  const { state, sentence } = await ask(page, 'sync');
  await page.close();
  if (state !== 'live') throw new Error(`The extension is ${state} after a sync. ${sentence ?? ''}`);
}
