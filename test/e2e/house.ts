import { test as base, expect } from '@playwright/test';
import { signIn } from '../../scripts/parts/sign-in.ts';
import { type Backend, startBackend } from '../harness/backend.ts';
import { type Extension, launch } from '../harness/extension.ts';
import { type Gmail, gmail } from '../harness/gmail.ts';
import { type Marketing, marketing } from '../harness/marketing.ts';
import { rep } from '../harness/people.ts';
import { type Recorder, recordingProxy } from '../harness/proxy.ts';

interface Worker {
  backend: Backend;
  market: Marketing;
}
interface Each {
  /** Written down: everything the browser sends. */
  wire: Recorder;
  /** The released extension in a fresh profile, not connected to anything. */
  fresh: Extension;
  /** The same, signed in as the sample rep by the backend's own page. */
  extension: Extension;
  mail: Gmail;
}

/** One backend a worker, one browser a test. */
export const test = base.extend<Each, Worker>({
  backend: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs
    async ({}, use) => {
      const backend = await startBackend();
      await use(backend);
      await backend.remove();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  market: [async ({ backend }, use) => use(await marketing(backend)), { scope: 'worker' }],
  // biome-ignore lint/correctness/noEmptyPattern: as above
  wire: async ({}, use) => {
    const wire = await recordingProxy();
    await use(wire);
    await wire.stop();
  },
  fresh: async ({ wire }, use) => {
    const extension = await launch({ proxy: wire });
    await use(extension);
    await extension.close();
  },
  extension: async ({ fresh, backend }, use) => {
    await signIn(fresh.context, backend.url, { sample: rep });
    await use(fresh);
  },
  mail: async ({ extension }, use) => use(await gmail(extension.context)),
});

export { expect };

/** Requests that reached the backend, without what keeps the device up to date in the background. */
export const toBackend = (wire: Recorder, backend: Backend) => wire.requests.filter(({ url }) => url.startsWith(backend.url));
