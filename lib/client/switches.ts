import type { News } from '../bridge/ask.ts';
import { tell } from '../bridge/ask.ts';
import type { Scene } from '../bridge/scene.ts';
import type { SiteId } from '../sites/site.ts';
import type { Badge } from './badge.ts';
import type { Readers } from './readers.ts';
import type { Scenes } from './scene/scenes.ts';
import { type SettingsStore, siteIds } from './settings.ts';

/** Sites that are switched off, by the user or for everybody, and their open pages. */
export interface Switches {
  isOn(site: SiteId): Promise<boolean>;
  /** Does something that may switch sites, and tells their open pages. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** The scene of a tab on whose page nothing is read. `otherwise`: the reader where no site has one of its own. */
  off(tab: number, otherwise?: SiteId): Promise<Scene | undefined>;
}

export interface SwitchesWorld {
  settings: Pick<SettingsStore, 'get' | 'offForAll'>;
  readers: Pick<Readers, 'siteAt' | 'tabsOf'>;
  scenes: Pick<Scenes, 'scene' | 'closed'>;
  addressOf(tab: number): Promise<string | undefined>;
  badge(badge: Badge | undefined, tab: number): void;
  broadcast(news: News): void;
  tellTab(tab: number, news: News): void;
}

export function switches({ settings, readers, scenes, ...world }: SwitchesWorld): Switches {
  const isOn = async (site: SiteId): Promise<boolean> => (await settings.get()).sites[site]?.on !== false;

  async function off(tab: number, otherwise?: SiteId): Promise<Scene | undefined> {
    const address = await world.addressOf(tab);
    const site = address !== undefined && URL.canParse(address) ? ((await readers.siteAt(new URL(address))) ?? otherwise) : undefined;
    if (site === undefined || (await isOn(site))) return undefined;
    const everybody = (await settings.offForAll()).includes(site);
    return { ...(await scenes.scene(tab)), site, view: 'none', people: [], focus: undefined, off: everybody ? 'everybody' : 'user' };
  }

  return {
    isOn,
    off,
    async during(work) {
      const before = (await settings.get()).sites;
      const done = await work();
      const after = (await settings.get()).sites;
      for (const site of siteIds) {
        const on = after[site]?.on !== false;
        if (on === (before[site]?.on !== false)) continue;
        for (const tab of await readers.tabsOf(site)) {
          world.tellTab(tab, tell('begin', on));
          if (!on && (await scenes.closed(tab))) world.badge(undefined, tab);
          world.broadcast(tell('scene', (await off(tab)) ?? (await scenes.scene(tab))));
        }
      }
      return done;
    },
  };
}
