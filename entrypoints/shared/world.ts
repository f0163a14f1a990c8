import { browser } from 'wxt/browser';
import type { PageNews, World } from '../../components/world.tsx';
import { asker, hearInPage } from '../../lib/bridge/ask.ts';
import type { FromPages } from '../../lib/bridge/protocol.ts';

/** What the screens need of the world, from the browser. */
export function browserWorld(): World {
  const ask = asker<FromPages>((message) => browser.runtime.sendMessage(message));
  // In a frame inside a foreign page Firefox hands out messages alone.
  const { tabs, windows } = browser as Partial<typeof browser>;
  // A side panel opens only inside the click itself; whose window it is has to be known before.
  let ownWindow: number | undefined;
  windows?.getCurrent().then(
    ({ id }) => {
      ownWindow = id;
    },
    () => {},
  );
  const { sidePanel, sidebarAction } = browser as unknown as Panels;
  const openTab = (url: string) => {
    if (tabs) void tabs.create({ url });
    else window.open(url, '_blank', 'noopener');
  };
  return {
    ask,
    onNews(listener) {
      const on = <K extends PageNews['kind']>(kind: K) => ({
        [kind]: (payload: unknown) => listener({ kind, payload } as PageNews),
      });
      const hear = hearInPage(browser.runtime.id, { ...on('scene'), ...on('changed') });
      const heard = hear as Parameters<typeof browser.runtime.onMessage.addListener>[0];
      browser.runtime.onMessage.addListener(heard);
      return () => browser.runtime.onMessage.removeListener(heard);
    },
    now: Date.now,
    copy,
    openPage: (page, at) => openTab(urlOf(`/${page}.html${at ? `#${at}` : ''}`)),
    openLink: openTab,
    ...(sidebarAction && { openSidePanel: () => sidebarAction.open() }),
    ...(sidePanel && {
      async openSidePanel() {
        if (ownWindow !== undefined) await sidePanel.open({ windowId: ownWindow });
      },
    }),
    openPopup: () => browser.action.openPopup(),
    followTab(listener) {
      const tell = () =>
        browser.tabs.query({ active: true, currentWindow: true }).then(
          ([tab]) => tab?.id !== undefined && listener(tab.id),
          () => {},
        );
      const activated = ({ tabId, windowId }: { tabId: number; windowId: number }) => {
        if (ownWindow === undefined || windowId === ownWindow) listener(tabId);
      };
      void tell();
      browser.tabs.onActivated.addListener(activated);
      return () => browser.tabs.onActivated.removeListener(activated);
    },
    requestOrigins: (origins) => browser.permissions.request({ origins }),
    dropOrigins: (origins) => browser.permissions.remove({ origins }),
    hasOrigins: (origins) => browser.permissions.contains({ origins }),
    webAuth: {
      redirect: () => browser.identity.getRedirectURL(),
      async open(url) {
        const back = await browser.identity.launchWebAuthFlow({ url, interactive: true });
        if (back === undefined) throw new Error('The window was closed.');
        return back;
      },
    },
    onOrigins(listener) {
      const { onAdded, onRemoved } = browser.permissions;
      const heard = () => listener();
      onAdded.addListener(heard);
      onRemoved.addListener(heard);
      return () => {
        onAdded.removeListener(heard);
        onRemoved.removeListener(heard);
      };
    },
    drafts: {
      get: async (name) => (await browser.storage.local.get(draftOf(name)))[draftOf(name)],
      set: (name, value) =>
        value === undefined ? browser.storage.local.remove(draftOf(name)) : browser.storage.local.set({ [draftOf(name)]: value }),
    },
    save(name, type, text) {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([text], { type }));
      link.download = name;
      link.click();
      URL.revokeObjectURL(link.href);
    },
  };
}

const draftOf = (name: string) => `draft ${name}`;

/** Chromium has the one, Firefox the other, and not in a frame. */
interface Panels {
  sidePanel?: { open(where: { windowId: number }): Promise<void> };
  sidebarAction?: { open(): Promise<void> };
}
// Typed by hand: the generated type knows only the pages of the last build.
const urlOf = (path: string) => (browser.runtime as unknown as { getURL(path: string): string }).getURL(path);

/** A frame inside a foreign page may not use the clipboard's API; the older way works inside a click. */
async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.style.position = 'fixed';
    area.style.opacity = '0';
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
}
