import type { FromContent, Settings } from '../../bridge/protocol.ts';
import type { Scene } from '../../bridge/scene.ts';
import type { Sighting, Stance } from '../../sites/site.ts';
import { type Area, item } from '../area.ts';
import { firstHeight, type Standing, sameStance, stanceOf } from './stance.ts';

/**
 * One scene per tab. What is kept is what the page showed and what the user did; the scene itself is made of it and of
 * what is on this device, so that it is the same after the worker was gone.
 */
export interface Scenes {
  /** A page was read. Tells the card of that tab first, then answers how the host stands. */
  sighted(tab: number, sighting: Sighting, how?: 'looked'): Promise<Stance>;
  host(tab: number, event: FromContent['host']['in']['event']): Promise<void>;
  /** The scene of a tab; an empty one where nothing was read. `frame` is the card's own that asks: it is told the next ones. */
  scene(tab: number, frame?: number): Promise<Scene>;
  /** The user pressed. It opens as tall as a card last was in this tab. */
  fold(tab: number, open: boolean): Promise<void>;
  /** How tall the open card is now, in CSS px, when nobody pressed anything. */
  grown(tab: number, height: number): Promise<void>;
  move(tab: number, place: { side: 'left' | 'right'; top: number }): Promise<void>;
  focusPerson(tab: number, index: number): Promise<Scene>;
  /** Something that scenes are made of has changed: paints them all again. */
  repaint(): Promise<void>;
  /** Tells whether there was a scene. */
  closed(tab: number): Promise<boolean>;
  /**
   * A tab has begun to go elsewhere. What is answered closes its scene once that is known to be no page of ours; a page
   * that was read there in the meantime keeps its own, and then it tells false.
   */
  leaving(tab: number): () => Promise<boolean>;
  /** What was read, tab by tab. */
  all(): Promise<Sighting[]>;
  forget(): Promise<void>;
}

export interface ScenesWorld {
  /** `storage.session`. */
  memory: Area;
  compose(tab: number, seen: { sighting: Sighting; picked?: number }): Promise<Scene>;
  settings(): Promise<Settings>;
  changeSettings(patch: Partial<Settings>): Promise<unknown>;
  /** To the extension's pages, and to the card in the tab, by the frame it last asked from. */
  broadcast(scene: Scene, frame?: number): void;
  /** To the tab's content script. */
  tellTab(tab: number, stance: Stance): void;
  /** The lead in focus, for the badge; and that it was opened, for the cache. */
  shown(scene: Scene): void;
}

interface Tab extends Standing {
  sighting: Sighting;
  /** Read once at the user's wish, by no script that would tell of changes. */
  looked?: true;
  picked?: number;
  /** What the content script was last told. */
  stance?: Stance;
  /** Where the card stands within the page. */
  frame?: number;
}

/** The host where nothing is to stand. */
export const nowhere: Stance = { shows: 'none', height: 0, side: 'right', top: -1, theme: 'system' };

const nothing: Sighting = { site: 'page', view: 'none', people: [], matched: {}, unknown: 'none' };

export function scenes(world: ScenesWorld): Scenes {
  const { memory } = world;
  const index = item<number[]>(memory, 'scenes');
  const tabs = new Map<number, Tab>();
  let loaded: Promise<void> | undefined;
  /** Counts what happened in a tab, so that a slow scene does not overwrite a newer one. */
  const turns = new Map<number, number>();
  /** What was read last in a tab, from the moment it comes in. */
  const readings = new Map<number, Sighting>();

  function load(): Promise<void> {
    loaded ??= (async () => {
      for (const id of (await index.get()) ?? []) {
        const kept = await item<Tab>(memory, `scene:${id}`).get();
        if (kept && !tabs.has(id)) tabs.set(id, kept);
      }
    })();
    return loaded;
  }
  async function keep(id: number, tab: Tab): Promise<void> {
    const isNew = !tabs.has(id);
    tabs.set(id, tab);
    await item<Tab>(memory, `scene:${id}`).set(tab);
    if (isNew) await index.set([...tabs.keys()]);
  }

  async function show(id: number, tab: Tab, once: Pick<Stance, 'focus'> = {}): Promise<{ scene: Scene; stance: Stance }> {
    const turn = (turns.get(id) ?? 0) + 1;
    turns.set(id, turn);
    const [bare, settings] = await Promise.all([world.compose(id, tab), world.settings()]);
    const stance = stanceOf(bare, tab, settings);
    const scene = sceneOf(bare, tab, stance);
    if (turns.get(id) === turn) {
      world.broadcast(scene, tab.frame);
      world.shown(scene);
    }
    tab.stance = stance;
    return { scene, stance: { ...stance, ...once } };
  }
  /** Shows again after something other than the page changed, and tells the page when the host stands differently. */
  async function again(id: number, tab: Tab, once: Pick<Stance, 'focus'> = {}): Promise<Scene> {
    const before = tab.stance;
    const { scene, stance } = await show(id, tab, once);
    // The page has moved on meanwhile, or is gone.
    if (tabs.get(id) !== tab) return scene;
    if (!sameStance(before, stance)) world.tellTab(id, stance);
    await keep(id, tab);
    return scene;
  }
  async function drop(id: number): Promise<boolean> {
    if (!tabs.delete(id)) return false;
    turns.delete(id);
    readings.delete(id);
    await memory.remove(`scene:${id}`);
    await index.set([...tabs.keys()]);
    return true;
  }
  async function found(id: number): Promise<Tab | undefined> {
    await load();
    return tabs.get(id);
  }

  return {
    async sighted(id, sighting, how) {
      readings.set(id, sighting);
      const before = await found(id);
      const same = before !== undefined && focusKey(before.sighting) === focusKey(sighting);
      const tab: Tab = {
        sighting,
        ...(how && { looked: true }),
        height: before?.height ?? firstHeight,
        ...(before?.yielded && { yielded: true }),
        ...(before?.frame !== undefined && { frame: before.frame }),
        ...(before?.stance && { stance: before.stance }),
        ...(same && before.opened !== undefined && { opened: before.opened }),
        ...(same && before.picked !== undefined && { picked: before.picked }),
      };
      const [{ stance }] = await Promise.all([show(id, tab), keep(id, tab)]);
      // While it was written down the user may have opened the card, and the page been told: what it hears last holds.
      return tab.stance ?? stance;
    },
    async host(id, event) {
      const tab = await found(id);
      if (!tab) return;
      if (event === 'yield') tab.yielded = true;
      else delete tab.yielded;
      if (event === 'focus') tab.opened = true;
      await again(id, tab, event === 'focus' ? { focus: true } : {});
    },
    async scene(id, frame) {
      const tab = await found(id);
      if (tab && frame !== undefined && frame !== tab.frame) {
        tab.frame = frame;
        await keep(id, tab);
      }
      const seen = tab ?? { sighting: nothing };
      const [bare, settings] = await Promise.all([world.compose(id, seen), world.settings()]);
      if (!tab) return bare;
      const stance = stanceOf(bare, tab, settings);
      return sceneOf(bare, tab, stance);
    },
    async fold(id, open) {
      const tab = await found(id);
      if (!tab) return;
      if (open === (tab.stance?.shows === 'card')) return;
      tab.opened = open;
      await again(id, tab);
    },
    async grown(id, height) {
      const tab = await found(id);
      const px = Math.round(height);
      // On its way while the user folded the card: that report is of a face which is gone.
      if (tab?.stance?.shows !== 'card' || px === tab.height) return;
      tab.height = px;
      await again(id, tab);
    },
    async move(id, { side, top }) {
      const tab = await found(id);
      if (!tab) return;
      const { sites } = await world.settings();
      const site = tab.sighting.site;
      await world.changeSettings({ sites: { [site]: { ...sites[site], side, top } } });
      await again(id, tab);
    },
    async focusPerson(id, picked) {
      const tab = await found(id);
      if (!tab) return this.scene(id);
      tab.picked = picked;
      return again(id, tab);
    },
    async repaint() {
      await load();
      await Promise.all([...tabs].map(([id, tab]) => again(id, tab)));
    },
    async closed(id) {
      await load();
      return drop(id);
    },
    leaving(id) {
      const before = readings.get(id);
      return async () => {
        await load();
        return readings.get(id) === before && drop(id);
      };
    },
    async all() {
      await load();
      return [...tabs.values()].map((tab) => tab.sighting);
    },
    async forget() {
      await load();
      const ids = [...tabs.keys()];
      tabs.clear();
      await memory.remove([...ids.map((id) => `scene:${id}`), 'scenes']);
    },
  };
}

const sceneOf = (bare: Scene, { looked }: Tab, { shows, side, top }: Stance): Scene => ({
  ...bare,
  ...(looked && { looked }),
  open: shows === 'card',
  place: { side, top },
});

/** Who and what is looked at: while it stays the same, what the user did to the card holds. */
function focusKey({ site, view, focus, people }: Sighting): string {
  const one = focus === undefined ? undefined : people[focus];
  const who = one
    ? one.keys.map(({ kind, value }) => `${kind}:${value}`).join(' ') || one.name
    : people.map(({ keys }) => keys[0]?.value).join(' ');
  return `${site} ${view} ${who}`;
}
