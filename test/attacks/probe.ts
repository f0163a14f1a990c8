import type { Page } from '@playwright/test';

/**
 * What a script of a page can try to learn whether an extension is there, and whom the page is about. It starts before
 * anything of the page and writes everything down; two reports are equal when the page could not tell the difference.
 */
export interface Report {
  /** Every element there is, and every attribute; the names of elements that nobody knows are left out. */
  document: string;
  /** Changes to the document that the page did not make itself, in order. */
  changes: string[];
  /** Elements at points all over the window, above what the page has. */
  boxes: string[];
  framesByIndex: number;
  openRoots: number;
  globals: string[];
  resources: string[];
  styleSheets: number;
  /** Words that would give it away, anywhere in the document. */
  words: string[];
  /** Events at the window and the document, with their targets, in order. */
  events: string[];
  errors: string[];
  /** What a key that we listen for comes to. */
  keys: string;
  /** By id: what each file of the extension answers, by four ways to load one. */
  answers: string[];
  messaging: string;
}

/** In the page, before it: starts to listen. */
function listen(): void {
  const events: string[] = [];
  const errors: string[] = [];
  const changes: string[] = [];
  const name = (target: unknown) =>
    target instanceof Element ? (/-/.test(target.localName) ? 'unknown element' : target.localName) : String(target).slice(8, -1);
  for (const type of [
    ...[
      'message',
      'focus',
      'blur',
      'resize',
      'hashchange',
      'popstate',
      'storage',
      'pagehide',
      'securitypolicyviolation',
      'rejectionhandled',
    ],
    ...['focusin', 'focusout', 'toggle', 'beforetoggle', 'fullscreenchange', 'animationstart', 'transitionstart', 'slotchange', 'close'],
    ...['DOMNodeInserted', 'selectionchange', 'copy', 'keydown', 'keyup', 'pointerenter', 'click', 'contextlost', 'submit', 'input'],
  ])
    window.addEventListener(type, (event) => events.push(`${type} at ${name(event.target)}`), { capture: true });
  window.addEventListener('error', (event) => errors.push(String(event.message)), { capture: true });
  window.addEventListener('unhandledrejection', (event) => errors.push(String(event.reason)), { capture: true });
  const observer = new MutationObserver((records) => {
    for (const { type, target, addedNodes, removedNodes, attributeName } of records)
      changes.push(`${type} ${attributeName ?? ''} of ${name(target)}: +${[...addedNodes].map(name)} -${[...removedNodes].map(name)}`);
  });
  document.addEventListener('DOMContentLoaded', () =>
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true }),
  );
  Object.assign(window, { heard: { events, errors, changes } });
}

/** In the page, after it: looks around. */
async function look(id: string): Promise<Report> {
  const { heard } = window as unknown as { heard: { events: string[]; errors: string[]; changes: string[] } };
  const words = /chrome-extension|moz-extension|baton/gi;
  const anonymous = (html: string) => html.replace(/<(\/?)[a-z]+-[a-z]+\b/g, '<$1unknown-element');
  const documentNow = anonymous(document.documentElement.outerHTML);
  const boxes: string[] = [];
  for (let x = 2; x < innerWidth; x += 12)
    for (let y = 2; y < innerHeight; y += 12)
      for (const element of document.elementsFromPoint(x, y))
        if (/-/.test(element.localName)) {
          const { left, top, width, height } = element.getBoundingClientRect();
          const box = [left, top, width, height].map(Math.round).join();
          if (!boxes.includes(box)) boxes.push(box);
        }
  const key = new KeyboardEvent('keydown', { code: 'KeyB', key: 'b', altKey: true, bubbles: true, cancelable: true });
  document.body.dispatchEvent(key);
  const keys = `${key.defaultPrevented ? 'prevented' : 'let through'}`;

  const files = [
    'manifest.json',
    'card.html',
    'popup.html',
    'background.js',
    'icons/16.png',
    'content-scripts/linkedin.js',
    'managed.json',
    '',
  ];
  const by = (make: (src: string) => HTMLElement, src: string) =>
    new Promise<string>((resolve) => {
      const element = make(src);
      element.onload = () => resolve('loaded');
      element.onerror = () => resolve('failed');
      document.head.append(element);
    });
  const answers: string[] = [];
  for (const file of files) {
    const src = `chrome-extension://${id}/${file}`;
    answers.push(
      await fetch(src).then(
        ({ status }) => `${file} fetched ${status}`,
        (error) => `${file} ${error}`,
      ),
      await by((url) => Object.assign(document.createElement('img'), { src: url }), src),
      await by((url) => Object.assign(document.createElement('script'), { src: url }), src),
      await by((url) => Object.assign(document.createElement('link'), { rel: 'stylesheet', href: url }), src),
    );
  }
  const { chrome } = globalThis as unknown as { chrome?: { runtime?: { sendMessage?: unknown; connect?: unknown } } };
  return {
    document: documentNow,
    changes: heard.changes.slice(),
    boxes,
    framesByIndex: window.length,
    openRoots: [...document.querySelectorAll('*')].filter((element) => element.shadowRoot).length,
    globals: Object.getOwnPropertyNames(window).sort(),
    resources: performance
      .getEntries()
      .map(({ name }) => name)
      .filter((name) => /extension:/.test(name) && !name.startsWith(`chrome-extension://${id}/`)),
    styleSheets: document.styleSheets.length + document.adoptedStyleSheets.length,
    words: documentNow.match(words) ?? [],
    events: heard.events.filter((event) => !/^keydown/.test(event)),
    errors: heard.errors.slice(),
    keys,
    answers,
    messaging: String(Boolean(chrome?.runtime?.sendMessage ?? chrome?.runtime?.connect)),
  };
}

/** Before the page is opened. */
export const prepare = (page: Page): Promise<unknown> => page.addInitScript(listen);
export const report = (page: Page, id: string): Promise<Report> => page.evaluate(look, id);

/**
 * How well the time that a refused fetch takes tells an installed extension from one that is not there: 0.5 is not at
 * all, 0 and 1 surely. Asked for in turns, so that whatever else the machine does falls on both.
 */
export const timing = (page: Page, installed: string, absent: string, times: number): Promise<number> =>
  page.evaluate(
    async ([installed, absent, times]) => {
      const one = async (id: string) => {
        const from = performance.now();
        await fetch(`chrome-extension://${id}/card.html`).catch(() => undefined);
        return performance.now() - from;
      };
      const ours: number[] = [];
      const others: number[] = [];
      for (let turn = 0; turn < times; turn++)
        for (const id of turn % 2 ? [installed, absent] : [absent, installed]) (id === installed ? ours : others).push(await one(id));
      const slower = ours.flatMap((mine) => others.map((other): number => (mine > other ? 1 : mine === other ? 0.5 : 0)));
      return slower.reduce((sum, each) => sum + each, 0) / slower.length;
    },
    [installed, absent, times] as const,
  );
