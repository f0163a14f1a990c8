import type { Watcher } from './api.ts';
import { late } from './late.ts';
import type { Session } from './session/world.ts';
import type { Wire } from './wire.ts';

/** All of the wire; that none is missing is the type's to see to. */
const calls: Record<keyof Wire, true> = {
  me: true,
  tellLanguage: true,
  agreement: true,
  users: true,
  queue: true,
  leadsetKey: true,
  leadset: true,
  cards: true,
  feed: true,
  lead: true,
  touches: true,
  history: true,
  search: true,
  send: true,
  any: true,
};

/** The wire over HTTP, set up with the first call: a lead that is known here is shown without the contract. */
export const lateWire = (session: Session, watcher: Watcher, now: () => number): Wire =>
  late<Wire>(
    async () => {
      const [{ api, authorityOf }, { httpWire }] = await Promise.all([import('./api.ts'), import('./http.ts')]);
      const authority = authorityOf(session);
      return httpWire(api(authority, watcher, now), authority.backend);
    },
    Object.keys(calls) as (keyof Wire)[],
  );
