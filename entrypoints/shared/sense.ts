import { browser } from 'wxt/browser';
import { asker, type BridgeError, hearInContent, isInvalidated } from '../../lib/bridge/ask.ts';
import type { FromContent } from '../../lib/bridge/protocol.ts';
import { watch } from '../../lib/sites/engine.ts';
import { host } from '../../lib/sites/host.ts';
import type { Site } from '../../lib/sites/site.ts';

/** A content script: what the page shows goes to the background, how the host stands comes back. */
export function sense(site: Site, ctx: { readonly signal: AbortSignal; readonly isInvalid: boolean; abort(): void }): void {
  const { signal } = ctx;
  // The paths that may stand here are known only after a build.
  const pages = browser.runtime as unknown as { getURL(path: string): string };
  const ask = asker<FromContent>((message) => browser.runtime.sendMessage(message));
  const failed = (error: unknown) => {
    if (isInvalidated(error as BridgeError)) ctx.abort();
  };
  const card = host({
    document,
    window,
    signal,
    src: pages.getURL('/card.html'),
    place: () => site.place(document),
    onEvent: (event) => void ask('host', { event }).catch(failed),
  });

  let asked = 0;
  const watcher = watch(site, {
    document,
    window,
    signal,
    onSighting(sighting) {
      // After an update nobody answers any more: unmount, only a reload helps.
      if (ctx.isInvalid) return;
      const mine = ++asked;
      ask('sighting', sighting).then((stance) => {
        // An answer to what was seen before must not overtake the newest.
        if (mine === asked) card.stand(stance);
      }, failed);
    },
  });

  const hear = hearInContent(browser.runtime.id, {
    stance: (stance) => card.stand(stance),
    read: () => watcher.read(),
  });
  browser.runtime.onMessage.addListener(hear as never);
  signal.addEventListener('abort', () => browser.runtime?.onMessage.removeListener(hear as never));
}
