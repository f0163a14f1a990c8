import { browser } from 'wxt/browser';
import { defineBackground } from 'wxt/utils/define-background';
import type { News } from '../lib/bridge/ask.ts';
import { receiver } from '../lib/bridge/receive.ts';
import type { Area } from '../lib/client/area.ts';
import { brain } from '../lib/client/brain.ts';
import { lateWire } from '../lib/client/late-wire.ts';
import { validatorOf } from '../lib/client/messages/index.ts';
import { readers } from '../lib/client/readers.ts';
import { idbKept } from '../lib/client/session/kept.ts';
import { createSession } from '../lib/client/session/session.ts';
import type { SiteId } from '../lib/sites/site.ts';

/**
 * Connects the brain to the browser. Every listener is registered before the first line that waits, because a worker that
 * was stopped is started again for exactly one event. Not a module: a worker may not load one later, and only in a single
 * file does the bundler leave what is imported dynamically until it is used.
 */
export default defineBackground({
  main() {
    const { alarms, action, runtime, scripting, storage, tabs } = browser;
    const manifest = runtime.getManifest();
    const address = (path: string) => (runtime as unknown as { getURL(path: string): string }).getURL(path);
    const scripts = (manifest.content_scripts ?? []).map(({ matches, js }) => ({ matches: matches ?? [], js: js ?? [] }));
    const firefox = address('').startsWith('moz-extension:');
    const language = browser.i18n.getUILanguage();
    const fault = (where: string, error: unknown) => console.error(`baton ${where}:`, error instanceof Error ? error.name : 'error', error);

    let badges: Promise<void> = Promise.resolve();

    const session = createSession({
      fetch: (input, init) => fetch(input, init),
      launchWebAuthFlow: (details) => browser.identity.launchWebAuthFlow(details),
      redirectUrl: browser.identity.getRedirectURL(),
      kept: idbKept(),
      memory: storage.session as Area,
      locks: navigator.locks,
      language: () => (language.toLowerCase().startsWith('de') ? 'de' : 'en'),
    });

    const mind = brain({
      local: storage.local as Area,
      memory: storage.session as Area,
      managed: storage.managed as unknown as Area,
      session,
      wire: (connection) => lateWire(session, connection, Date.now),
      readers: (settings) =>
        readers({
          // A site's content script is called as the site is.
          builtIn: scripts.map(({ matches, js }) => ({ site: /([a-z]+)\.js$/.exec(js[0] ?? '')?.[1] as SiteId, patterns: matches })),
          manifestHosts: manifest.host_permissions ?? [],
          manifestScripts: scripts,
          scripting: scripting as never,
          permissions: browser.permissions as never,
          tabs: tabs as never,
          settings: () => settings.get(),
          changeSettings: (patch) => settings.change(patch),
          scriptOf: (site) => `content-scripts/${site}.js`,
          onceScript: 'look.js',
        }),
      version: manifest.version,
      uiLanguage: language,
      now: Date.now,
      random: Math.random,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      broadcast: (news) => void runtime.sendMessage(news).catch(nobodyThere),
      tellTab: (tab, news: News) => void tabs.sendMessage(tab, news, { frameId: 0 }).catch(nobodyThere),
      // Firefox counts a frame inside a foreign page with content scripts: it hears what is sent to its tab alone.
      ...(firefox && { tellFrame: (tab, frameId, news) => void tabs.sendMessage(tab, news, { frameId }).catch(nobodyThere) }),
      badge(badge, tab) {
        const where = tab === undefined ? {} : { tabId: tab };
        const set = async () => {
          // `null` takes a tab's own text away, so that the one for all tabs shows again; for titles there is no such thing.
          await action.setBadgeText({ ...where, text: badge?.text ?? (null as unknown as string) });
          await action.setTitle({ ...where, title: badge?.title ?? (await action.getTitle({})) });
          if (!badge?.color) return;
          await action.setBadgeBackgroundColor({ ...where, color: badge.color });
          await action.setBadgeTextColor({ ...where, color: '#ffffff' });
        };
        // One after the other, or an older one could be painted last. The tab may be gone by now.
        badges = badges.then(set).catch(nobodyThere);
      },
      notify: (id, title, message) =>
        browser.notifications.create(id, { type: 'basic', iconUrl: address('/icons/128.png'), title, message }),
      wakeAt: (when) => void (when === undefined ? alarms.clear('outbox') : alarms.create('outbox', { when })),
      later: (ms, work) => void setTimeout(work, ms),
      addressOf: (tab) =>
        tabs.get(tab).then(
          ({ url }) => url,
          () => undefined,
        ),
      ...(!firefox && { openPopup: () => action.openPopup() }),
      dropPermissions: (origins) => browser.permissions.remove({ origins }),
      onFault: fault,
    });

    const receive = receiver({
      self: { id: runtime.id, origins: [address('').replace(/\/$/, '')], siteAt: mind.siteAt },
      validatorOf,
      handlers: mind.handlers,
      onFault: fault,
    });
    runtime.onMessage.addListener(((message: unknown, sender: Parameters<typeof receive>[1]) => {
      const answer = receive(message, sender);
      if (answer) void answer.finally(mind.woken);
      return answer;
    }) as never);

    const guarded = (where: string, work: Promise<unknown>) => void work.catch((error) => fault(where, error));
    alarms.onAlarm.addListener(({ name }) => {
      if (name === 'minute') guarded('minute', mind.minute());
      if (name === 'outbox') mind.woken();
    });
    runtime.onStartup.addListener(() => guarded('start', mind.started()));
    runtime.onInstalled.addListener(({ reason }) => {
      guarded('install', mind.installed());
      if (reason === 'install') void tabs.create({ url: address('/welcome.html') });
    });
    self.addEventListener('online', () => guarded('online', mind.online()));
    self.addEventListener('offline', () => mind.offline());
    tabs.onRemoved.addListener((tab) => guarded('closed', mind.closed(tab)));
    tabs.onUpdated.addListener((tab, { status }, { url }) => {
      if (status === 'loading') guarded('navigated', mind.navigated(tab, url));
    });
    browser.permissions.onRemoved.addListener(({ origins }) => guarded('permissions', mind.permissionsRemoved(origins ?? [])));
    browser.permissions.onAdded.addListener(({ origins }) => guarded('permissions', mind.permissionsAdded(origins ?? [])));
    browser.commands.onCommand.addListener((command, tab) => {
      if (command === 'focus-card' && tab?.id !== undefined) guarded('focus', mind.focusCard(tab.id));
    });
    browser.notifications.onClicked.addListener((id) => {
      void browser.notifications.clear(id);
      void action.openPopup().catch(() => runtime.openOptionsPage());
    });

    // Alarms may vanish with an update or a crash, so each start of the worker looks for its own.
    guarded(
      'alarm',
      alarms.get('minute').then((there) => (there ? undefined : alarms.create('minute', { periodInMinutes: 1 }))),
    );
  },
});

const nobodyThere = () => undefined;
