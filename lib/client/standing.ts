import type { FromPages } from '../bridge/protocol.ts';
import type { Language } from '../bridge/scene.ts';
import type { Item } from './area.ts';
import type { Cards } from './cards/store.ts';
import type { ConnectionKeeper } from './connection.ts';
import { diagnose } from './diagnosis.ts';
import type { Refusals } from './leadset/refusals.ts';
import { isOld, isOver, type Outbox } from './outbox/outbox.ts';
import type { Scenes } from './scene/scenes.ts';
import type { Session } from './session/world.ts';
import type { SettingsStore } from './settings.ts';
import type { KnownMe } from './wire.ts';

/** How the extension itself stands: for its pages, and to be copied into a report of trouble. */
type Kinds = 'status' | 'diagnosis';
export type Standing = { [K in Kinds]: () => Promise<FromPages[K]['out']> };

export interface StandingWorld {
  knownMe: Pick<Item<KnownMe>, 'get'>;
  session: Pick<Session, 'status'>;
  connection: Pick<ConnectionKeeper, 'get'>;
  settings: SettingsStore;
  outbox: Pick<Outbox, 'list'>;
  cards: Pick<Cards, 'count'>;
  scenes: Pick<Scenes, 'all'>;
  refusedSets: Pick<Refusals, 'list'>;
  version: string;
  language(): Promise<Language>;
  now(): number;
}

export function standing(world: StandingWorld): Standing {
  const { knownMe, session, connection, settings, outbox, cards, scenes, refusedSets, version, language, now } = world;
  return {
    async status() {
      const [known, signed, state, chosen, rows, count, managed, { backend: fixed }] = await Promise.all([
        knownMe.get(),
        session.status(),
        connection.get(),
        settings.get(),
        outbox.list(),
        cards.count(),
        settings.managed(),
        settings.policy(),
      ]);
      return {
        ...(known && signed.state === 'signed-in' && { me: known.me }),
        connection: state,
        settings: chosen,
        outbox: {
          waiting: rows.filter((row) => !isOver(row) && !isOld(row, now())).length,
          refused: rows.filter((row) => row.status === 'refused' || isOld(row, now())).length,
        },
        cards: count,
        managed,
        offForAll: await settings.offForAll(),
        ...(known?.scope === 'workspace' && { allCards: true as const }),
        ...(known?.language && { workspaceLanguage: known.language }),
        ...(fixed && { setBackend: fixed }),
        version,
        ...(known?.sample && { sample: true as const }),
      };
    },
    async diagnosis() {
      const [state, chosen, rows, count, tongue, open, refusedLately] = await Promise.all([
        connection.get(),
        settings.get(),
        outbox.list(),
        cards.count(),
        language(),
        scenes.all(),
        refusedSets.list(),
      ]);
      return diagnose({
        refusedSets: refusedLately,
        version,
        connection: state,
        settings: chosen,
        rows,
        cards: count,
        now: now(),
        scenes: open,
        language: tongue,
      });
    },
  };
}
