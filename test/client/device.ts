import 'fake-indexeddb/auto';
import { lazily, openCache } from '../../lib/client/cache.ts';
import { cards as cardStore } from '../../lib/client/cards/store.ts';
import { vault as makeVault } from '../../lib/client/cards/vault.ts';
import { leadSet as makeLeadSet } from '../../lib/client/leadset/leadset.ts';
import { sync as makeSync, type WireMe } from '../../lib/client/sync.ts';
import { getAgreement } from '../../lib/contract/routes/agreement.ts';
import { cardsBatch, cardsFeed } from '../../lib/contract/routes/cards.ts';
import { leadset, leadsetKey } from '../../lib/contract/routes/leadset.ts';
import { me as meRoute } from '../../lib/contract/routes/me.ts';
import type { User } from '../../server/http/user.ts';
import { newId } from '../../server/store/id.ts';
import type { TestServer } from '../server/harness.ts';
import { area } from './world.ts';

/** What a device holds and how it keeps up: the client's own code, with the real backend at the other end. */
export interface Device {
  sync(): Promise<unknown>;
  cards: ReturnType<typeof cardStore>;
  leadSet: ReturnType<typeof makeLeadSet>;
  /** Of the calls since the last look. */
  used(): { requests: number; bytes: number; feed: number };
  /** Cards on the device, and the bytes they are sealed in. */
  held(): Promise<{ count: number; bytes: number; kinds: Record<string, number> }>;
  /** From now on the n-th page of the feed does not arrive; 0: all do. */
  breakAt(page: number): void;
}

export function device(server: TestServer, user: User): Device {
  const cache = lazily(openCache(`device-${newId()}`));
  const local = area();
  const now = () => server.clock.now;
  let used = { requests: 0, bytes: 0, feed: 0 };
  let broken = 0;
  let known: WireMe | undefined;
  const heard = async <T extends { status: number; bytes: Uint8Array }>(answer: Promise<T>): Promise<T> => {
    const got = await answer;
    used.requests++;
    used.bytes += got.bytes.length;
    if (got.status >= 400) throw new Error(`${got.status} ${new TextDecoder().decode(got.bytes)}`);
    return got;
  };
  const leadSet = makeLeadSet({
    cache,
    now,
    random: () => 0,
    wait: async () => undefined,
    fetchKey: async () => (await heard(server.call(user, leadsetKey))).body,
    fetchSet: async (query) => {
      const { status, bytes } = await heard(server.call(user, leadset, { query }));
      return status === 204 ? 'unchanged' : bytes;
    },
    refused: async () => undefined,
  });
  const cards = cardStore({
    cache,
    vault: makeVault(cache),
    now,
    tagsOf: (card) => leadSet.tagsOf(card.person.keys),
    me: async () => known?.id,
  });
  const sync = makeSync({
    local,
    now,
    cards,
    leadSet,
    async fetchMe() {
      const { body } = await heard(server.call(user, meRoute));
      known = { id: body.id, role: body.role, workspace: body.workspace.id, scope: body.settings.cards, agreement: body.agreement };
      return known;
    },
    knownMe: async () => known,
    fetchAgreement: async () => void (await heard(server.call(user, getAgreement))),
    knownAgreement: async () => known?.agreement,
    async fetchFeed({ since, scope }) {
      used.feed++;
      if (broken > 0 && --broken === 0) throw new Error('The line was cut.');
      return (await heard(server.call(user, cardsFeed, { query: { scope, limit: 200, ...(since && { since }) } }))).body;
    },
    async fetchCards(tags) {
      const kid = (await leadSet.kid())!;
      return (await heard(server.call(user, cardsBatch, { body: { kid, tags } }))).body.items.map(({ card }) => card);
    },
    fetchQueue: async () => undefined,
    fetchUsers: async () => undefined,
    came: async () => undefined,
    changedHands: () => cards.clear(),
  });
  return {
    sync: () => sync.run(true),
    cards,
    leadSet,
    used() {
      const before = used;
      used = { requests: 0, bytes: 0, feed: 0 };
      return before;
    },
    async held() {
      const tx = (await cache()).transaction('cards');
      const all = { count: 0, bytes: 0, kinds: {} as Record<string, number> };
      for (let at = await tx.store.openCursor(); at; at = await at.continue()) {
        all.count++;
        all.bytes += at.value.data.byteLength;
        all.kinds[at.value.kind] = (all.kinds[at.value.kind] ?? 0) + 1;
      }
      return all;
    },
    breakAt(page) {
      broken = page;
    },
  };
}
