import { asker, type BridgeError, hearInContent, isInvalidated } from '../../lib/bridge/ask.ts';
import type { FromContent } from '../../lib/bridge/protocol.ts';
import { type Watcher, watch } from '../../lib/sites/engine.ts';
import { type Host, host } from '../../lib/sites/host.ts';
import { nothing } from '../../lib/sites/seen.ts';
import type { Site } from '../../lib/sites/site.ts';
import { browser } from './native.ts';

/** The browser stops a worker that has had nothing to do for thirty seconds. */
const awake = 25_000;

/** A content script: what the page shows goes to the background, how the host stands comes back. */
export function sense(site: Site, ctx: { readonly signal: AbortSignal; readonly isInvalid: boolean; abort(): void }): void {
  const { signal } = ctx;
  // The paths that may stand here are known only after a build.
  const pages = browser.runtime as unknown as { getURL(path: string): string };
  const ask = asker<FromContent>((message) => browser.runtime.sendMessage(message));
  const failed = (error: unknown) => {
    if (isInvalidated(error as BridgeError)) ctx.abort();
  };
  /** What runs while the site is switched on. */
  let running: { switch: AbortController; card: Host; watcher: Watcher } | undefined;

  function start(): void {
    if (running || signal.aborted) return;
    const off = new AbortController();
    const until = AbortSignal.any([signal, off.signal]);
    const card = host({
      document,
      window,
      signal: until,
      src: pages.getURL('/card.html'),
      place: () => site.place(document),
      onEvent: (event) => void ask('host', { event }).catch(failed),
    });
    let asked = 0;
    let askedAt = performance.now();
    const watcher = watch(site, {
      document,
      window,
      signal: until,
      onSighting(sighting) {
        // After an update nobody answers any more: unmount, only a reload helps.
        if (ctx.isInvalid) return;
        const mine = ++asked;
        askedAt = performance.now();
        ask('sighting', sighting).then((stance) => {
          // An answer to what was seen before must not overtake the newest.
          if (mine === asked) card.stand(stance);
        }, failed);
      },
      // A stopped worker starts while the page gets what the user wants to see, not after it is there.
      onStir() {
        if (performance.now() - askedAt < awake || ctx.isInvalid) return;
        askedAt = performance.now();
        ask('begin').catch(failed);
      },
    });
    running = { switch: off, card, watcher };
  }
  function stop(): void {
    running?.switch.abort();
    running = undefined;
  }
  ask('begin').then(
    (on) => on && start(),
    (error) => {
      failed(error);
      // Whoever could not answer this will not take a sighting either; the next one may be answered.
      start();
    },
  );

  const hear = hearInContent(browser.runtime.id, {
    begin: (on) => (on ? start() : stop()),
    stance: (stance) => running?.card.stand(stance),
    read: () => running?.watcher.read() ?? nothing(site.id),
  });
  browser.runtime.onMessage.addListener(hear as never);
  signal.addEventListener('abort', () => browser.runtime?.onMessage.removeListener(hear as never));
}
