import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watch } from '../../lib/sites/engine.ts';
import type { Sighting, Site } from '../../lib/sites/site.ts';

/** A page of which only what the engine touches exists, so that every frame and every change is in the test's hand. */
function world(overrides: Partial<Site> = {}) {
  const observers: { callback: () => void; observing: boolean }[] = [];
  let frames: (() => void)[] = [];
  const body = { nodeName: 'BODY' };
  const root = { nodeName: 'MAIN' };
  const document = Object.assign(new EventTarget(), { hidden: false, body, documentElement: { nodeName: 'HTML' } });
  const window = Object.assign(new EventTarget(), {
    location: { href: 'https://mail.example/#a' },
    navigation: new EventTarget(),
    requestAnimationFrame: (callback: () => void) => frames.push(callback),
    MutationObserver: class {
      readonly state = { callback: () => {}, observing: false };
      constructor(callback: () => void) {
        this.state.callback = callback;
        observers.push(this.state);
      }
      observe() {
        this.state.observing = true;
      }
      disconnect() {
        this.state.observing = false;
      }
    },
  });
  const controller = new AbortController();
  const told: Sighting[] = [];
  let stirred = 0;
  const page = { name: 'Dana', key: 'dana@northwind.example', cost: 0, reads: 0 };
  const site: Site = {
    id: 'gmail',
    matches: [],
    page: () => 'message',
    watch: () => ({ roots: [body, root] as unknown as Node[], attributes: ['email'] }),
    read: () => {
      page.reads++;
      if (page.cost) vi.advanceTimersByTime(page.cost);
      return {
        site: 'gmail',
        view: 'message',
        people: [{ role: 'sender', keys: [{ kind: 'email', value: page.key }], name: page.name }],
        focus: 0,
        matched: {},
      };
    },
    place: () => ({ top: 0, right: 0 }),
    ...overrides,
  };
  const watcher = watch(site, {
    document: document as unknown as Document,
    window: window as unknown as Window,
    signal: controller.signal,
    onSighting: (sighting) => told.push(sighting),
    onStir: () => stirred++,
  });
  return {
    stirs: () => stirred,
    watcher,
    page,
    told,
    window,
    document,
    stop: () => controller.abort(),
    observing: () => observers[0]!.observing,
    /** What the browser does when a watched element changes. */
    change: () => observers[0]!.observing && observers[0]!.callback(),
    frame: () => {
      const now = frames;
      frames = [];
      for (const callback of now) callback();
      // What comes right after the frame is drawn.
      vi.advanceTimersByTime(0);
      return now.length;
    },
    go: (href: string) => {
      window.location.href = href;
      window.navigation.dispatchEvent(new Event('currententrychange'));
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('reading', () => {
  test('once a frame, however much changes, and observing rests until it has read', () => {
    const w = world();
    w.frame();
    expect(w.page.reads).toBe(1);
    expect(w.observing()).toBe(true);
    w.change();
    expect(w.observing()).toBe(false);
    w.change();
    w.change();
    expect(w.page.reads).toBe(1);
    w.frame();
    expect(w.page.reads).toBe(2);
    expect(w.observing()).toBe(true);
  });

  test('what the user opens is looked at before the next frame, once in a while', () => {
    const { told, page, frame, change, go } = world();
    frame();
    vi.advanceTimersByTime(5_000);
    frame();
    change();
    vi.advanceTimersByTime(0);
    const before = page.reads;
    frame();
    expect(page.reads, 'what the page changes by itself waits for the frame').toBe(before + 1);
    vi.advanceTimersByTime(200);
    go('https://mail.example/#b');
    page.name = 'Leo';
    vi.advanceTimersByTime(0);
    expect(told.at(-1)?.people[0]?.name).toBe('Leo');
    const opened = page.reads;
    for (let count = 0; count < 50; count++) {
      go(`https://mail.example/#c${count}`);
      change();
      vi.advanceTimersByTime(1);
    }
    expect(page.reads, 'a page that navigates all the time is read frame by frame').toBe(opened);
  });

  test('says that something stirs before it reads', () => {
    const { document, window, go, stirs } = world();
    go('https://mail.example/#b');
    document.dispatchEvent(new Event('pointerdown'));
    window.dispatchEvent(new Event('popstate'));
    document.dispatchEvent(new Event('keydown'));
    expect(stirs()).toBe(4);
  });

  test('tells only what is new', () => {
    const w = world();
    w.frame();
    w.change();
    w.frame();
    expect(w.told).toHaveLength(1);
    w.page.key = 'leo@northwind.example';
    w.change();
    w.frame();
    expect(w.told).toHaveLength(2);
  });

  test('nothing happens while the page is hidden; it is read when it shows again', () => {
    const w = world();
    w.frame();
    w.document.hidden = true;
    w.change();
    vi.advanceTimersByTime(60_000);
    w.frame();
    expect(w.page.reads).toBe(1);
    expect(w.observing()).toBe(false);
    w.document.hidden = false;
    w.document.dispatchEvent(new Event('visibilitychange'));
    w.frame();
    expect(w.page.reads).toBe(2);
  });

  test.each(['popstate', 'hashchange', 'entry'] as const)('after navigating in the page: %s', (how) => {
    const w = world();
    w.frame();
    w.window.location.href = 'https://mail.example/#b';
    (how === 'entry' ? w.window.navigation : w.window).dispatchEvent(new Event(how === 'entry' ? 'currententrychange' : how));
    w.frame();
    expect(w.page.reads).toBe(2);
  });

  test('again a while after navigating, when the page has settled', () => {
    const w = world();
    w.frame();
    w.go('https://mail.example/#b');
    w.frame();
    for (const ms of [250, 750, 2_000]) {
      vi.advanceTimersByTime(ms);
      w.frame();
    }
    expect(w.page.reads).toBe(5);
  });

  test('a page that comes back from the cache tells again', () => {
    const w = world();
    w.frame();
    w.window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    w.frame();
    expect(w.told).toHaveLength(2);
  });

  test('a frame that loads is a change, and is heard once', () => {
    const frame = Object.assign(new EventTarget(), { nodeName: 'IFRAME' });
    const w = world({ watch: () => ({ roots: [frame] as unknown as Node[], attributes: [] }) });
    w.frame();
    frame.dispatchEvent(new Event('load'));
    w.frame();
    w.frame();
    expect(w.page.reads).toBe(2);
  });

  test('a reader that fails says that it could not read', () => {
    const w = world({
      read: () => {
        throw new TypeError('secret@person.example is not iterable');
      },
    });
    w.frame();
    expect(w.told).toEqual([{ site: 'gmail', view: 'none', people: [], matched: { error: 'TypeError' }, unknown: 'unreadable' }]);
  });

  test('an asked reading answers and tells nobody', () => {
    const w = world();
    expect(w.watcher.read().people[0]?.name).toBe('Dana');
    expect(w.told).toEqual([]);
  });

  test('stopped, it hears and reads nothing more', () => {
    const w = world();
    w.frame();
    w.stop();
    expect(w.observing()).toBe(false);
    w.window.dispatchEvent(new Event('popstate'));
    w.document.dispatchEvent(new Event('focusin'));
    vi.advanceTimersByTime(10_000);
    w.frame();
    expect(w.page.reads).toBe(1);
  });
});

describe('a page that never rests', () => {
  const busyFor = (w: ReturnType<typeof world>, ms: number) => {
    const start = performance.now();
    while (performance.now() - start < ms) {
      vi.advanceTimersByTime(16);
      w.change();
      w.frame();
    }
    return (w.page.reads * w.page.cost) / (performance.now() - start);
  };

  test('may use up no more than a small share of the time', () => {
    const w = world();
    w.page.cost = 1;
    expect(busyFor(w, 60_000)).toBeLessThan(0.006);
  });

  test('is read about twice a second, and less often where reading is dear, but never less than every other second', () => {
    // Half a percent, what was saved up before it began, and the reading that is under way.
    const share = 0.005 + (40 + 8) / 30_000;
    const usual = world();
    usual.page.cost = 2;
    expect(busyFor(usual, 30_000)).toBeLessThan(share);
    expect(usual.page.reads).toBeGreaterThan(30_000 / 600);
    const slow = world();
    slow.page.cost = 8;
    expect(busyFor(slow, 30_000)).toBeLessThan(share);
    const dear = world();
    dear.page.cost = 50;
    expect(busyFor(dear, 30_000)).toBeLessThan(0.03);
    expect(dear.page.reads).toBeGreaterThan(12);
  });

  test('a key that repeats is no reason to read all the time', () => {
    const w = world();
    w.page.cost = 50;
    const start = performance.now();
    while (performance.now() - start < 10_000) {
      w.document.dispatchEvent(new Event('keydown'));
      vi.advanceTimersByTime(33);
      w.change();
      w.frame();
    }
    expect((w.page.reads * w.page.cost) / (performance.now() - start)).toBeLessThan(0.3);
  });

  test.each(['click', 'keydown'])('is read at the next frame after a %s', (type) => {
    const w = world();
    w.page.cost = 8;
    busyFor(w, 3_000);
    w.change();
    const before = w.page.reads;
    w.document.dispatchEvent(new Event(type));
    w.frame();
    expect(w.page.reads).toBe(before + 1);
  });

  test('is still read at once when the user navigates', () => {
    const w = world();
    w.page.cost = 5;
    for (let turn = 0; turn < 200; turn++) {
      vi.advanceTimersByTime(16);
      w.change();
      w.frame();
    }
    const before = w.page.reads;
    w.go('https://mail.example/#b');
    vi.advanceTimersByTime(16);
    w.frame();
    expect(w.page.reads).toBe(before + 1);
  });
});

describe('where the address holds the key and the page the name', () => {
  test('the same name under another key is not believed until the page has had its time', () => {
    const w = world({ keyFromAddress: true });
    w.frame();
    w.page.key = 'leo@northwind.example';
    w.go('https://mail.example/#b');
    w.frame();
    expect(w.told.at(-1)).toMatchObject({ people: [], unknown: 'conflict' });
    w.page.name = 'Leo';
    w.change();
    w.frame();
    expect(w.told.at(-1)).toMatchObject({ focus: 0, people: [{ name: 'Leo' }] });
  });

  test('and believed afterwards: two people may share a name', () => {
    const w = world({ keyFromAddress: true });
    w.frame();
    w.page.key = 'other-dana@kestrel.example';
    w.go('https://mail.example/#b');
    w.frame();
    vi.advanceTimersByTime(3_001);
    w.frame();
    expect(w.told.at(-1)).toMatchObject({ focus: 0, people: [{ keys: [{ value: 'other-dana@kestrel.example' }] }] });
  });
});
