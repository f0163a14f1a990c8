import type { Settings } from '../../bridge/protocol.ts';
import type { Scene } from '../../bridge/scene.ts';
import type { Stance } from '../../sites/site.ts';

/** What the user did to the card in one tab. */
export interface Standing {
  /** The user opened or folded it for the person in focus. */
  opened?: boolean;
  /** The page has a dialog open: the card folds until it is gone. */
  yielded?: true;
  /** CSS px; what the card last reported for its open state. */
  height: number;
}

export const tabHeight = 40;
export const firstHeight = 480;

/** How the host stands in the page, from the scene, the settings and what the user did. */
export function stanceOf(scene: Scene, standing: Standing, settings: Settings): Stance {
  const site = settings.sites[scene.site];
  const place = { side: site?.side ?? 'right', top: site?.top ?? -1, theme: settings.theme } as const;
  const none: Stance = { shows: 'none', height: 0, ...place };
  const tab: Stance = { shows: 'tab', height: tabHeight, ...place };
  const card: Stance = { shows: 'card', height: standing.height, ...place };

  if (!site?.on || scene.view === 'none' || scene.connection.state === 'not-connected') return none;
  if (site.mode !== undefined && site.mode !== 'overlay') return none;
  if (standing.yielded) return tab;
  if (standing.opened !== undefined) return standing.opened ? card : tab;
  // Before a click the host on LinkedIn is the same for leads, strangers and whoever can't be told.
  if (scene.site === 'linkedin' || !site.opensByItself) return tab;
  const person = scene.focus === undefined ? undefined : scene.people[scene.focus];
  return person?.known === 'lead' && person.card ? card : tab;
}

export const sameStance = (a: Stance | undefined, b: Stance): boolean =>
  a !== undefined &&
  a.shows === b.shows &&
  a.height === b.height &&
  a.side === b.side &&
  a.top === b.top &&
  a.theme === b.theme &&
  a.focus === b.focus;
