import { test as base, expect, type Frame, type Page } from '@playwright/test';
import { ask, signIn } from '../../scripts/parts/sign-in.ts';
import { FakeHubspot } from '../fakes/hubspot.ts';
import type { Fake } from '../fakes/reply.ts';
import { asFound } from '../harness/as-found.ts';
import { type Backend, startBackend } from '../harness/backend.ts';
import { cardIn, type Extension, launch } from '../harness/extension.ts';
import { type Gmail, gmail } from '../harness/gmail.ts';
import { type Engagement, type Marketing, marketing, type Prospect } from '../harness/marketing.ts';
import { rep } from '../harness/people.ts';
import { type Recorded, type Recorder, recordingProxy } from '../harness/proxy.ts';
import { within } from '../harness/within.ts';

interface Worker {
  backend: Backend;
  market: Marketing;
  /** Puts back what holds for everybody there, as it was before the first test. */
  asBefore: () => Promise<void>;
}
interface Somebody {
  /** Nothing to ask for: after every test the backend is as the next one expects it. */
  leftAsFound: undefined;
  /** Somebody nobody has heard of yet, another one in every test. */
  prospect: Prospect;
}
interface Each {
  /** Has a CRM answer until the test is over, and says where. */
  listening: (crm: Fake) => Promise<string>;
  /** Written down: everything the browser sends. */
  wire: Recorder;
  /** The released extension in a fresh profile, not connected to anything. */
  fresh: Extension;
  /** The same, signed in as the sample rep by the backend's own page. */
  extension: Extension;
  mail: Gmail;
  /** The prospect as a lead: delivered by Segment's SDK, handed over to the rep, and known on the device. */
  lead: string;
  /** The lead's mail, open in a tab, and the card beside it. */
  opened: { page: Page; card: Frame };
}

/** One backend a worker, whichever the browser. */
export const anyBrowser = base.extend<Somebody, Worker>({
  backend: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs
    async ({}, use) => {
      const backend = await startBackend();
      await use(backend);
      await backend.remove();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  market: [async ({ backend }, use) => use(await within('the marketing side', marketing(backend))), { scope: 'worker' }],
  asBefore: [async ({ backend }, use) => use(await asFound(backend)), { scope: 'worker' }],
  leftAsFound: [
    async ({ asBefore }, use) => {
      await use(undefined);
      await asBefore();
    },
    { auto: true },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: as above
  prospect: async ({}, use) => use(somebody()),
});

/** Every HubSpot is another account, as with any two companies: one that is still being disconnected is in nobody's way. */
let portals = 4711;

/** One browser a test. */
export const test = anyBrowser.extend<Each>({
  // biome-ignore lint/correctness/noEmptyPattern: as above
  listening: async ({}, use) => {
    const open: { close(): void }[] = [];
    await use(async (crm) => {
      if (crm instanceof FakeHubspot) crm.portal = portals++;
      const there = await crm.listen();
      open.push(there);
      return there.url;
    });
    for (const there of open) there.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above
  wire: async ({}, use) => {
    const wire = await recordingProxy();
    await use(wire);
    await wire.stop();
  },
  fresh: async ({ wire }, use) => {
    const extension = await within('the browser', launch({ proxy: wire }));
    await use(extension);
    await extension.close();
  },
  extension: async ({ fresh, backend }, use) => {
    await within('signing in', signIn(fresh.context, backend.url, { sample: rep }));
    await use(fresh);
  },
  mail: async ({ extension }, use) => use(await gmail(extension.context)),
  lead: async ({ market, prospect, extension }, use) => {
    const lead = await market.touch(prospect, attendedAndRead);
    await market.handOver(lead, rep, ['Asked for a demo']);
    await within('the lead on the device', sync(extension));
    await use(lead);
  },
  // The lead is named because it has to be one before its mail is opened.
  opened: async ({ extension, mail, lead: _, prospect }, use) => {
    const page = await extension.context.newPage();
    await mail.show(page, 'thread-several-messages', prospect);
    await use({ page, card: await cardIn(page) });
  },
});

export { expect };

/** Somebody nobody has heard of yet, another one each time. */
export function somebody(): Prospect {
  const word = letters();
  return { email: `dana.${word}@northwind.example`, name: `Dana ${word}`, title: 'VP Operations', company: 'Northwind' };
}
const letters = () => [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');

export const attendedAndRead: readonly Engagement[] = [
  { event: 'Email Opened', campaign: 'Cut churn', daysAgo: 4 },
  { event: 'Webinar Attended', properties: { webinar: 'Cut churn in a quarter' }, campaign: 'Cut churn', daysAgo: 3 },
  { event: 'Article Read', properties: { title: 'What churn costs' }, campaign: 'Churn library', daysAgo: 2 },
];

/** What “Sync now” in the options does. */
export async function sync(extension: Extension): Promise<void> {
  const page = await extension.open('options.html');
  const { state, sentence } = await ask(page, 'sync');
  await page.close();
  if (state !== 'live') throw new Error(`The extension is ${state} after a sync. ${sentence ?? ''}`);
}

/** How often something happened to a lead, as its history in the backend has it. */
export const times = async (market: Marketing, lead: string, kind: string, to?: string): Promise<number> =>
  (await market.history(lead)).filter((event) => event.kind === kind && (to === undefined || event.data.to === to)).length;

/** Requests that reached the backend, without what keeps the device up to date in the background. */
export const toBackend = (wire: Recorder, backend: Backend) => wire.requests.filter(({ url }) => url.startsWith(backend.url));

/** Whether a request sends a decision. */
export const decides = ({ method, url }: Pick<Recorded, 'method' | 'url'>) => method === 'POST' && url.endsWith('/decisions');
