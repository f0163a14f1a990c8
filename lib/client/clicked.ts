import type { SiteId } from '../sites/site.ts';
import { type Area, item } from './area.ts';
import { patternOf } from './origins.ts';
import type { Readers } from './readers.ts';

/** What a single click of the user sets going, when the browser stands between the click and what was meant by it. */
export interface Clicked {
  /**
   * A reader begins in a tab. Where the browser lets it run only after a click, Chromium spends that click on the
   * reader alone: the popup, which was meant, is opened here.
   */
  began(tab: number, url: URL): Promise<void>;
  /** The tab has gone elsewhere or is closed: the next reader there needs a click of its own. */
  left(tab: number): Promise<void>;
  /** A host is to be added, as soon as the browser allows it. Tells whether it has. */
  add(place: { origin: string; site: SiteId }): Promise<boolean>;
  /** The browser has allowed these match patterns. Tells whether a host was added for it. */
  allowed(patterns: readonly string[]): Promise<boolean>;
}
export interface ClickedWorld {
  /** `storage.session`. */
  memory: Area;
  readers: Pick<Readers, 'add' | 'allowed'>;
  now(): number;
  /** Absent where the browser opens the popup with the first click. */
  openPopup?(): Promise<unknown>;
}

/** How long, in ms, somebody may take over the browser's question and still mean what they clicked. */
const patience = 10 * 60_000;

export function clicked({ memory, readers, now, openPopup }: ClickedWorld): Clicked {
  const wished = item<{ origin: string; site: SiteId; at: number }>(memory, 'wish');
  const begun = (tab: number) => item<string>(memory, `begun:${tab}`);
  return {
    async began(tab, { origin, href }) {
      if (!openPopup) return;
      const before = await begun(tab).get();
      if (before === origin) return;
      await begun(tab).set(origin);
      // The window may have lost the focus meanwhile; then the next click opens it.
      if (!(await readers.allowed(new URL(href)))) await openPopup().catch(() => undefined);
    },
    left: (tab) => begun(tab).remove(),
    async add(place) {
      const done = await readers.add(place);
      await (done ? wished.remove() : wished.set({ ...place, at: now() }));
      return done;
    },
    async allowed(patterns) {
      const wish = await wished.get();
      if (!wish || !patterns.some((pattern) => pattern === patternOf(wish.origin))) return false;
      await wished.remove();
      return now() - wish.at < patience && readers.add({ origin: wish.origin, site: wish.site });
    },
  };
}
