import type { Settings } from '../bridge/protocol.ts';
import type { Sighting, SiteId } from '../sites/site.ts';
import { added, matches, type Place, patternOf, siteAt } from './origins.ts';

/**
 * Which reader runs where: the manifest's own sites, and those that the user added, for which content scripts are
 * registered at run time. The browser keeps such registrations until an update; the settings keep them for good.
 */
export interface Readers {
  siteAt(url: URL): Promise<SiteId | undefined>;
  /** Makes the registrations what the settings and the granted permissions say. Safe to call at any time. */
  arrange(): Promise<void>;
  /** After installation or an update: arranges, and pages that are open already get the present script. */
  intoOpenTabs(): Promise<void>;
  /** The user allowed origins: arranges, and what the manifest names there runs in pages that are open already. */
  granted(origins: readonly string[]): Promise<void>;
  /** Runs the site's reader on a host from now on, if the browser has allowed it; tells whether it has. */
  add(place: { origin: string; site: SiteId }): Promise<boolean>;
  /** Whether the browser lets readers run at an address for good, not only because the user has just clicked. */
  allowed(url: URL): Promise<boolean>;
  /** The user took permissions back. */
  revoked(origins: readonly string[]): Promise<void>;
  /** Open tabs whose pages the site's reader belongs on. */
  tabsOf(site: SiteId): Promise<number[]>;
  /** Reads any page once with the general reader; needs `activeTab`. Rejects where the browser forbids it. */
  lookOnce(tab: number): Promise<Sighting | undefined>;
}

export interface Script {
  id: string;
  matches: string[];
  js: string[];
}
/** What is used of the browser. */
export interface ReadersWorld {
  /** Sites that the manifest names, with their match patterns. */
  builtIn: readonly Place[];
  /** `manifest.host_permissions`, which come without asking. */
  manifestHosts: readonly string[];
  manifestScripts: readonly { matches: string[]; js: string[] }[];
  scripting: {
    getRegisteredContentScripts(): Promise<{ id: string; matches?: string[] }[]>;
    registerContentScripts(scripts: (Script & { allFrames: false; runAt: 'document_idle'; persistAcrossSessions: true })[]): Promise<void>;
    unregisterContentScripts(filter: { ids: string[] }): Promise<void>;
    executeScript(injection: { target: { tabId: number }; files: string[] }): Promise<{ result?: unknown }[]>;
  };
  permissions: { contains(wanted: { origins: string[] }): Promise<boolean> };
  tabs: { query(filter: { url: string[] }): Promise<{ id?: number }[]> };
  settings(): Promise<Settings>;
  changeSettings(patch: Partial<Settings>): Promise<unknown>;
  /** Path of a site's content script within the extension. */
  scriptOf(site: SiteId): string;
  onceScript: string;
}

export function readers(world: ReadersWorld): Readers {
  const { scripting, permissions, settings } = world;

  /** A host of the manifest that no site claims is read by the general reader, as if the user had added it. */
  const unclaimed = world.manifestHosts.filter((pattern) => !world.builtIn.some(({ patterns }) => patterns.includes(pattern)));

  async function places(): Promise<Place[]> {
    const { origins } = await settings();
    const chosen = added(origins);
    const general = unclaimed.filter((pattern) => !chosen.some(({ patterns }) => patterns.includes(pattern)));
    return [...chosen, ...(general.length ? [{ site: 'page' as const, patterns: general }] : [])];
  }

  async function wanted(): Promise<Script[]> {
    const bySite = new Map<SiteId, string[]>();
    for (const { site, patterns } of await places()) {
      for (const pattern of patterns) {
        if (!(await permissions.contains({ origins: [pattern] }))) continue;
        bySite.set(site, [...new Set([...(bySite.get(site) ?? []), pattern])]);
      }
    }
    return [...bySite].map(([site, patterns]) => ({ id: `site-${site}`, matches: patterns.toSorted(), js: [world.scriptOf(site)] }));
  }

  async function register(): Promise<Script[]> {
    const [now, then] = await Promise.all([scripting.getRegisteredContentScripts(), wanted()]);
    const same = (one: { matches?: string[] }, other: Script) => one.matches?.toSorted().join() === other.matches.join();
    const stale = now.filter((one) => !then.some((other) => other.id === one.id && same(one, other)));
    const missing = then.filter((other) => !now.some((one) => one.id === other.id && same(one, other)));
    if (stale.length) await scripting.unregisterContentScripts({ ids: stale.map(({ id }) => id) });
    if (missing.length)
      await scripting.registerContentScripts(
        missing.map((script) => ({ ...script, allFrames: false, runAt: 'document_idle', persistAcrossSessions: true })),
      );
    return missing;
  }
  /** One after the other: two at once would register the same script twice. */
  let arranging: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = arranging.then(work, work);
    arranging = done;
    return done;
  }
  const arrange = () => inTurn(async () => inject(await register()));

  async function inject(scripts: readonly { matches: string[]; js: string[] }[]): Promise<void> {
    for (const { matches: patterns, js } of scripts) {
      const tabs = await world.tabs.query({ url: patterns }).catch(() => []);
      await Promise.all(
        tabs.map(async ({ id }) => {
          // A tab may be gone, asleep, or show an error page of the browser.
          if (id !== undefined) await scripting.executeScript({ target: { tabId: id }, files: js }).catch(() => undefined);
        }),
      );
    }
  }

  const allows = async (origin: string): Promise<boolean> => {
    const pattern = patternOf(origin);
    return pattern !== undefined && (await permissions.contains({ origins: [pattern] }));
  };

  return {
    siteAt: async (url) => siteAt(url, world.builtIn) ?? siteAt(url, await places()),
    arrange,
    intoOpenTabs: () =>
      inTurn(async () => {
        await register();
        await inject([...world.manifestScripts, ...(await wanted())]);
      }),
    granted: (patterns) =>
      inTurn(async () => {
        await inject(await register());
        await inject(world.manifestScripts.filter((script) => script.matches.some((pattern) => patterns.includes(pattern))));
      }),
    async add({ origin, site }) {
      if (!(await allows(origin))) return false;
      const { origins } = await settings();
      if (!origins.some((added) => added.origin === origin)) await world.changeSettings({ origins: [...origins, { origin, site }] });
      await arrange();
      return true;
    },
    allowed: ({ origin }) => allows(origin),
    async revoked(patterns) {
      const { origins } = await settings();
      const left = origins.filter(({ origin }) => {
        const pattern = patternOf(origin);
        return !patterns.some((gone) => gone === pattern || (URL.canParse(origin) && matches(gone, new URL(origin))));
      });
      if (left.length < origins.length) await world.changeSettings({ origins: left });
      await arrange();
    },
    async tabsOf(site) {
      const patterns = [...world.builtIn, ...(await places())].filter((place) => place.site === site).flatMap((place) => place.patterns);
      const tabs = patterns.length ? await world.tabs.query({ url: patterns }).catch(() => []) : [];
      return tabs.flatMap(({ id }) => id ?? []);
    },
    async lookOnce(tab) {
      const [frame] = await scripting.executeScript({ target: { tabId: tab }, files: [world.onceScript] });
      return frame?.result as Sighting | undefined;
    },
  };
}
