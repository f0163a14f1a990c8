import type { Sighting, Site } from './site.ts';

/**
 * Watches one page for one site. It observes only what the site names, reads at most once a frame (what the user has
 * just opened, without waiting for the frame), and tells only what has changed. After the first change it stops observing until it has read, so that a page which never rests
 * costs no more than one that does; and it may spend only a small share of the time on reading.
 */
export interface Watching {
  document: Document;
  window: Window;
  signal: AbortSignal;
  onSighting(sighting: Sighting): void;
  /** The user does something on the page, or it goes elsewhere: a sighting may follow. Comes often. */
  onStir?(): void;
}

export interface Watcher {
  /** Reads now, tells nobody, and gives what was seen. */
  read(): Sighting;
  /** Reads at the next frame and tells, even when nothing has changed. */
  again(): void;
}

/** Milliseconds of reading that a second earns, and how many can be saved up. */
const earned = 4;
const saved = 40;
/**
 * A reading is put off for so many ms, or where reading is dear, for so many times as long as the last one took, up to
 * the most: a page that never rests then gives half a percent of its time. What the user does is answered at once.
 */
const longest = 300;
const timesAsLong = 200;
const most = 2_000;
/** What the user does is worth a few readings at once, once in so many ms: keys repeat. */
const acts = 250;
/**
 * What the user opens is looked at without waiting for the next frame: for so many ms after an act or a navigation, but
 * never sooner than so many ms after the reading before, so that a page which navigates all the time gains nothing.
 */
const opening = 1_500;
const apart = 100;
/** A page that was just opened or navigated goes on changing where nobody looks yet: read again after so many ms. */
const settling = [250, 1_000, 3_000];

type Observed = Window & { navigation?: EventTarget } & typeof globalThis;

export function watch(site: Site, { document, window, signal, onSighting, onStir = () => {} }: Watching): Watcher {
  const view = window as Observed;
  let href = '';
  let last = '';
  let due = false;
  let budget = saved;
  let countedAt = performance.now();
  let took = 0;
  let actedAt = Number.NEGATIVE_INFINITY;
  let navigatedAt = Number.NEGATIVE_INFINITY;
  let readAt = Number.NEGATIVE_INFINITY;
  let timers: ReturnType<typeof setTimeout>[] = [];
  let putOff: ReturnType<typeof setTimeout> | undefined;
  const frames = new WeakSet<Element>();
  const observer = new view.MutationObserver(() => {
    observer.disconnect();
    soon();
  });

  /** Who was in focus before the last navigation, for as long as the page may still show them. */
  let before: { name: string | undefined; keys: string[]; until: number } | undefined;
  let told: Sighting | undefined;

  const address = () => new URL(view.location.href);
  const look = (): Sighting => {
    try {
      return unlessStale(site.read(document, address()));
    } catch (error) {
      // A page in a shape nobody foresaw. The name of the error is no content of the page.
      return {
        site: site.id,
        view: 'none',
        people: [],
        matched: { error: error instanceof Error ? error.name : 'error' },
        unknown: 'unreadable',
      };
    }
  };

  function unlessStale(seen: Sighting): Sighting {
    const person = seen.focus === undefined ? undefined : seen.people[seen.focus];
    if (!before?.name || !person || performance.now() > before.until) return seen;
    if (person.name !== before.name || person.keys.some(({ value }) => before!.keys.includes(value))) return seen;
    return { ...seen, people: [], focus: undefined, unknown: 'conflict' };
  }

  function observe(): void {
    observer.disconnect();
    const { roots, attributes } = site.watch(document);
    for (const root of roots) {
      if (!root) continue;
      if (isFrame(root)) hearLoads(root);
      // The body and whatever stands above it change all the time; only what is put into them directly matters.
      else if (root === document.body || root === document.documentElement) observer.observe(root, { childList: true });
      else observer.observe(root, { childList: true, subtree: true, ...(attributes.length ? { attributeFilter: [...attributes] } : {}) });
    }
  }

  function hearLoads(frame: Element): void {
    if (frames.has(frame)) return;
    frames.add(frame);
    frame.addEventListener('load', atOnce, { signal });
  }

  function soon(): void {
    if (!due) atOnce();
  }

  /** At the next frame or before it, even while a reading is put off because too much was read lately. */
  function atOnce(): void {
    if (signal.aborted) return;
    due = true;
    if (document.hidden) return;
    if (opens()) setTimeout(run);
    else afterFrame();
  }

  function opens(): boolean {
    const now = performance.now();
    return now - readAt > apart && (view.location.href !== href || now - Math.max(actedAt, navigatedAt) < opening);
  }

  /** Just after the page has drawn, so that nothing asked here makes the browser compute styles twice. */
  function afterFrame(): void {
    view.requestAnimationFrame(() => setTimeout(run));
  }

  function run(): void {
    if (!due || signal.aborted || document.hidden) return;
    const now = performance.now();
    budget = Math.min(saved, budget + ((now - countedAt) / 1_000) * earned);
    countedAt = now;
    if (view.location.href !== href) {
      href = view.location.href;
      const person = told?.focus === undefined ? undefined : told.people[told.focus];
      if (site.keyFromAddress && person)
        before = { name: person.name, keys: person.keys.map(({ value }) => value), until: now + settling.at(-1)! };
      navigatedAt = now;
      spend();
      settle();
    }
    if (budget < 0) {
      later(Math.min(most, Math.max(longest, took * timesAsLong), (-budget / earned) * 1_000));
      return;
    }
    due = false;
    observe();
    tell(look());
    readAt = performance.now();
    took = readAt - now;
    budget -= took;
  }

  function spend(): void {
    budget = Math.max(budget, saved / 4);
  }

  function acted(): void {
    const now = performance.now();
    if (now - actedAt > acts) {
      actedAt = now;
      spend();
    }
    if (due) atOnce();
  }

  function later(ms: number): void {
    putOff ??= setTimeout(() => {
      putOff = undefined;
      budget = Math.max(budget, 0);
      countedAt = performance.now();
      if (!signal.aborted && !document.hidden) afterFrame();
    }, ms);
  }

  function settle(): void {
    for (const timer of timers) clearTimeout(timer);
    timers = settling.map((ms) => setTimeout(soon, ms));
  }

  function tell(sighting: Sighting): void {
    const now = JSON.stringify(sighting);
    if (now === last) return;
    last = now;
    told = sighting;
    onSighting(sighting);
  }

  function again(): void {
    last = '';
    atOnce();
  }

  const heard = { signal, capture: true, passive: true };
  document.addEventListener(
    'visibilitychange',
    () => {
      if (!document.hidden && due) afterFrame();
    },
    heard,
  );
  view.addEventListener('pageshow', (event) => event.persisted && again(), heard);
  const navigated = () => {
    onStir();
    atOnce();
  };
  view.addEventListener('popstate', navigated, heard);
  view.addEventListener('hashchange', navigated, heard);
  view.navigation?.addEventListener('currententrychange', navigated, heard);
  document.addEventListener('pointerdown', () => onStir(), heard);
  document.addEventListener('focusin', soon, heard);
  document.addEventListener('click', acted, heard);
  document.addEventListener(
    'keydown',
    (event) => {
      if (typing(event.target)) return;
      onStir();
      acted();
    },
    heard,
  );
  signal.addEventListener('abort', () => {
    observer.disconnect();
    for (const timer of [...timers, putOff]) clearTimeout(timer);
  });
  soon();

  return { read: look, again };
}

const typing = (target: EventTarget | null) => (target as Element | null)?.closest?.('input, textarea, [contenteditable="true"]');

/** By name, because a frame within another frame has its own classes. */
const isFrame = (node: Node): node is HTMLIFrameElement => node.nodeName === 'IFRAME';
