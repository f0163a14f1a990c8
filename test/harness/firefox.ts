import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { geckoId } from '../../lib/contract/identity.ts';
import { findFirefox } from '../../scripts/parts/browser.ts';
import { built } from '../../scripts/parts/build.ts';
import { node, tool } from '../../scripts/parts/step.ts';
import { type Bidi, bidi } from './bidi.ts';
import { type Child, startChild } from './child.ts';
import { gmailPage, gmailPolicy, type Sender } from './gmail.ts';
import type { Recorder } from './proxy.ts';
import { seen } from './seen.ts';

/** A Firefox with the released extension installed as a signed one is: for good, not for this start only. */
export interface Firefox {
  /** Opens a page in a tab of its own: an address, or a page of the extension. */
  open(page: string): Promise<View>;
  /** The tab or window whose address begins so, once there is one. */
  find(address: string): Promise<View>;
  /** Opens a page of the project in a tab, at Gmail's address and under Gmail's policy, from `sender`. */
  mail(tab: View, name: string, sender?: Sender): Promise<void>;
  /** Stops the background page as Firefox does with an idle one. */
  stopBackground(): Promise<void>;
  /** Answers what the browser asks in its own dialog. */
  allow(): Promise<void>;
  /** What `about:addons` does when the user takes hosts away. */
  revoke(origins: readonly string[]): Promise<void>;
  clipboard(): Promise<string>;
  /** Opens the sidebar and answers what stands in it. */
  sidebar(): Promise<string>;
  /** Starts the browser again with the same profile. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A document: a tab's, or that of the card's frame in it. */
export interface View {
  go(address: string): Promise<void>;
  front(): Promise<void>;
  text(): Promise<string>;
  /** Runs a function in the document. */
  call<A extends readonly unknown[], R>(work: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
  /** Presses as a person does: once it is there, and after having seen it. */
  press(what: Control): Promise<void>;
  type(what: Control, text: string): Promise<void>;
  /** Waits until these words stand in it. */
  shows(words: string): Promise<void>;
  /** Whether there is such a control now. */
  has(what: Control): Promise<boolean>;
  /** The card in the page: it stands in a closed shadow root, which the browser's protocol does not mind. */
  card(): Promise<View>;
  close(): Promise<void>;
}
/** By role and name as assistive technology has them, or by CSS. */
export type Control = { role: string; name: string } | string;

/** Extension pages get a random origin at each installation, unless one is named. */
const origin = 'moz-extension://6d3f2a0e-0f5c-4b1e-9f5a-2f6b8a1c7e90';

const preferences = (proxy: Recorder) => ({
  'extensions.webextensions.uuids': JSON.stringify({ [geckoId]: origin.slice('moz-extension://'.length) }),
  'xpinstall.signatures.required': false,
  // Right after a dialog opened, the browser takes a press for an accident.
  'security.notification_enable_delay': 0,
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': proxy.port,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': proxy.port,
  'network.proxy.allow_hijacking_localhost': true,
});

/** The file that is signed and given to people. Answers its path. */
async function pack(folder: string): Promise<string> {
  const args = ['build', '-s', built('firefox', 'release'), '-a', folder, '-n', 'baton.xpi', '--no-config-discovery'];
  const { code, output } = await node(tool('web-ext'), args);
  if (code !== 0) throw new Error(`the extension could not be packed:\n${output}`);
  return join(folder, 'baton.xpi');
}

async function start(profile: string): Promise<{ browser: Child; wire: Bidi }> {
  const path = findFirefox();
  if (!path) throw new Error('There is no Firefox ESR here.');
  const browser = startChild(path, [
    ...['--headless', '--no-remote', '--profile', profile],
    ...['--remote-debugging-port', '0', '--remote-allow-system-access'],
  ]);
  const [, address] = await browser.says(/WebDriver BiDi listening on (ws:\S+)\s/);
  const wire = await bidi(`${address}/session`);
  await wire.send('session.new', { capabilities: {} });
  return { browser, wire };
}

/** Runs in a document: until it has been painted anew. What assistive technology is told follows the painting. */
const painted = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => resolve()));

interface Context {
  context: string;
  url: string;
  children: Context[];
}

export async function launchFirefox(proxy: Recorder): Promise<Firefox> {
  const home = mkdtempSync(join(tmpdir(), 'baton-firefox-'));
  const profile = mkdtempSync(join(home, 'profile-'));
  writeFileSync(
    join(profile, 'user.js'),
    Object.entries(preferences(proxy))
      .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
      .join(''),
  );
  const file = await pack(home);
  let { browser, wire } = await start(profile);
  await wire.send('webExtension.install', { extensionData: { type: 'archivePath', path: file }, 'moz:permanent': true });

  const tree = async (params: object = {}) => (await wire.send<{ contexts: Context[] }>('browsingContext.getTree', params)).contexts;
  /** In the browser's own window, with all its rights. */
  const inBrowser = async <A extends readonly unknown[], R>(work: (...args: A) => R, ...args: A): Promise<Awaited<R>> =>
    wire.call((await tree({ 'moz:scope': 'chrome' }))[0]!.context, work, ...args);

  let page = '';
  const serveMail = async () => {
    await wire.send('session.subscribe', { events: ['network.beforeRequestSent', ...moves] });
    for (const event of moves) wire.on(event, moved);
    await wire.send('network.addIntercept', {
      phases: ['beforeRequestSent'],
      urlPatterns: [{ type: 'pattern', protocol: 'https', hostname: 'mail.google.com' }],
    });
    wire.on<{ isBlocked: boolean; request: { request: string } }>('network.beforeRequestSent', ({ isBlocked, request: { request } }) => {
      if (!isBlocked) return;
      const headers = [
        { name: 'content-type', value: { type: 'string', value: 'text/html; charset=utf-8' } },
        { name: 'content-security-policy', value: { type: 'string', value: gmailPolicy } },
      ];
      const answer = { request, statusCode: 200, reasonPhrase: 'OK', headers, body: { type: 'string', value: page } };
      // A page that was left meanwhile waits for nothing.
      wire.send('network.provideResponse', answer).catch(() => undefined);
    });
  };
  await serveMail();

  let waiting: (() => void)[] = [];
  function moved(): void {
    const all = waiting;
    waiting = [];
    for (const go of all) go();
  }
  /** A document comes or goes somewhere, or the one that is named is painted. */
  const change = (context?: string): Promise<void> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      // Where there is no document yet, its coming is told.
      if (context) wire.call(context, painted).then(resolve, () => undefined);
    });
  /** Asks again with every change, until there is an answer. */
  async function until<T>(what: string, ask: () => Promise<T | undefined>, context?: string): Promise<T> {
    const tooLong = AbortSignal.timeout(patience);
    const end = new Promise<never>((_, reject) =>
      tooLong.addEventListener('abort', () => reject(new Error(`waited ${patience} ms for ${what}`))),
    );
    // It comes also when nobody waits any more.
    end.catch(() => undefined);
    for (;;) {
      // Listened for first, so that none is missed while it is asked.
      const next = change(context);
      const answer = await ask();
      if (answer !== undefined) return answer;
      await Promise.race([next, end]);
    }
  }

  const locate = async (context: string, what: Control): Promise<{ sharedId: string } | undefined> => {
    const locator = typeof what === 'string' ? { type: 'css', value: what } : { type: 'accessibility', value: what };
    const { nodes } = await wire.send<{ nodes: { sharedId: string }[] }>('browsingContext.locateNodes', { context, locator });
    return nodes[0];
  };

  /**
   * Pages of the extension live in a process of their own: that one has opened is told in the browser's own window alone.
   * Answers how many there are with that address, once there are more than `before`.
   */
  const inside = (address: string, before: number): Promise<number> =>
    inBrowser(
      (address: string, before: number) =>
        new Promise<number>((resolve) => {
          const listener = { onStateChange: look };
          function look(): void {
            const there = gBrowser.browsers.filter(
              ({ currentURI, webProgress }) => currentURI.spec.startsWith(address) && !webProgress.isLoadingDocument,
            ).length;
            if (there <= before) return;
            gBrowser.removeTabsProgressListener(listener);
            resolve(there);
          }
          gBrowser.addTabsProgressListener(listener);
          look();
        }),
      address,
      before,
    );

  function view(context: string): View {
    const once = (what: Control) =>
      until(`${JSON.stringify(what)} in the page`, () => locate(context, what).catch(() => undefined), context);
    const aim = async (what: Control): Promise<void> => {
      for (;;) {
        const { sharedId } = await once(what);
        const looked = await wire.send<{ result?: { value?: string } }>('script.callFunction', {
          target: { context },
          awaitPromise: true,
          arguments: [{ sharedId }],
          functionDeclaration: `(element) => (element.scrollIntoView({ block: 'nearest' }), (${seen})(element))`,
        });
        if (looked.result?.value !== 'seen') continue;
        const over = { type: 'pointerMove', x: 0, y: 0, origin: { type: 'element', element: { sharedId } } };
        const press = [over, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }];
        await wire.send('input.performActions', { context, actions: [{ type: 'pointer', id: 'mouse', actions: press }] });
        return;
      }
    };
    const self: View = {
      async go(address) {
        if (address.startsWith(origin)) {
          const before = (await tree()).filter(({ url }) => url.startsWith(address)).length;
          await wire.send('browsingContext.navigate', { context, url: address, wait: 'none' });
          await inside(address, before);
          return;
        }
        await wire.send('browsingContext.navigate', { context, url: address, wait: 'complete' });
        const opened = async () => (await wire.call(context, () => location.href).catch(() => '')) === address || undefined;
        await until(`${address} to open`, opened, context);
      },
      front: async () => void (await wire.send('browsingContext.activate', { context })),
      text: () => wire.call(context, () => document.body.innerText),
      call: (work, ...args) => wire.call(context, work, ...args),
      press: aim,
      async type(what, text) {
        await aim(what);
        const keys = [...text].flatMap((value) => [
          { type: 'keyDown', value },
          { type: 'keyUp', value },
        ]);
        await wire.send('input.performActions', { context, actions: [{ type: 'key', id: 'keys', actions: keys }] });
      },
      async shows(words) {
        const text = () => wire.call(context, () => document.body.innerText);
        await until(words, async () => (await text().catch(() => '')).includes(words) || undefined, context);
      },
      has: async (what) => (await locate(context, what)) !== undefined,
      card: async () =>
        view(
          await until(
            'the card',
            async () => {
              const [top] = await tree({ root: context });
              return top?.children.find(({ url }) => url === `${origin}/card.html`)?.context;
            },
            context,
          ),
        ),
      close: async () => void (await wire.send('browsingContext.close', { context })),
    };
    return self;
  }

  return {
    async open(page) {
      const { context } = await wire.send<{ context: string }>('browsingContext.create', { type: 'tab' });
      const tab = view(context);
      await tab.go(page.includes(':') ? page : `${origin}/${page}`);
      return tab;
    },
    find: async (address) => {
      const wanted = address.includes(':') ? address : `${origin}/${address}`;
      if (wanted.startsWith(origin)) await inside(wanted, 0);
      return view(await until(`a page at ${wanted}`, async () => (await tree()).find(({ url }) => url.startsWith(wanted))?.context));
    },
    async mail(tab, name, sender) {
      const { html, url } = gmailPage(name, sender);
      page = html;
      // Two pages may differ in nothing but what stands behind the #, and then the browser would load nothing.
      url.searchParams.set('shown', String(performance.now()));
      await tab.go(url.href);
    },
    stopBackground: async () => {
      const state = await inBrowser(async (id: string) => {
        const { extension } = WebExtensionPolicy.getByID(id);
        await extension.terminateBackground();
        return extension.backgroundState;
      }, geckoId);
      if (state !== 'stopped') throw new Error(`the background page is ${state}`);
    },
    allow: () =>
      inBrowser(async () => {
        const { panel } = PopupNotifications;
        if (!PopupNotifications.isPanelOpen) await new Promise((asked) => panel.addEventListener('popupshown', asked, { once: true }));
        panel.firstElementChild!.button.buttonEl.click();
      }),
    revoke: (origins) =>
      inBrowser(
        (id: string, origins: readonly string[]) => {
          const { ExtensionPermissions } = ChromeUtils.importESModule('resource://gre/modules/ExtensionPermissions.sys.mjs');
          return ExtensionPermissions.remove(
            id,
            { permissions: [], origins, data_collection: [] },
            WebExtensionPolicy.getByID(id).extension,
          );
        },
        geckoId,
        origins,
      ),
    clipboard: () => inBrowser(() => navigator.clipboard.readText()),
    sidebar: () =>
      inBrowser(async (id: string) => {
        await SidebarController.show(`${id.replaceAll(/[^a-z0-9_-]/g, '_')}-sidebar-action`);
        const { messageManager } = SidebarController.browser.contentDocument.getElementById('webext-panels-browser');
        return new Promise<string>((resolve) => {
          const said = `said-${Math.random()}`;
          messageManager.addMessageListener(said, ({ data }) => resolve(data));
          messageManager.loadFrameScript(`data:,sendAsyncMessage("${said}", content.document.body.innerText)`, false);
        });
      }, geckoId),
    async restart() {
      await stop();
      ({ browser, wire } = await start(profile));
      await serveMail();
    },
    async close() {
      await stop();
      rmSync(home, { recursive: true, force: true });
    },
  };

  async function stop(): Promise<void> {
    await wire.send('browser.close').catch(() => undefined);
    wire.close();
    await browser.stop();
  }
}

/** What is used of the browser's own window. */
declare const WebExtensionPolicy: { getByID(id: string): { extension: { terminateBackground(): Promise<void>; backgroundState: string } } };
declare const PopupNotifications: {
  isPanelOpen: boolean;
  panel: EventTarget & { firstElementChild?: { button: { buttonEl: HTMLElement } } };
};
declare const ChromeUtils: {
  importESModule(path: string): { ExtensionPermissions: { remove(id: string, permissions: object, extension: object): Promise<void> } };
};
declare const SidebarController: {
  show(command: string): Promise<boolean>;
  browser: { contentDocument: { getElementById(id: string): { messageManager: MessageManager } } };
};
interface ProgressListener {
  onStateChange(): void;
}
declare const gBrowser: {
  browsers: { currentURI: { spec: string }; webProgress: { isLoadingDocument: boolean } }[];
  addTabsProgressListener(listener: ProgressListener): void;
  removeTabsProgressListener(listener: ProgressListener): void;
};
interface MessageManager {
  addMessageListener(name: string, listener: (message: { data: string }) => void): void;
  loadFrameScript(address: string, later: boolean): void;
}

/** What the browser tells of documents that come and go. */
const moves = ['contextCreated', 'contextDestroyed', 'domContentLoaded', 'load', 'fragmentNavigated'].map(
  (name) => `browsingContext.${name}`,
);
const patience = 60_000;
