import type { Card } from '../../contract/card.ts';
import type { Cache, CardKind, CardRow } from '../cache.ts';
import { Lru } from '../lru.ts';
import type { Vault } from './vault.ts';

/** The encrypted cards on this device. Rows are found by tag and id; names and addresses stand only inside the sealed part. */
export interface Cards {
  /** The card of any of these tags, newest key first. */
  byTag(tags: readonly string[]): Promise<Card | undefined>;
  byId(id: string): Promise<Card | undefined>;
  /** Writes cards, and with them the cursor of the feed that brought them: both or neither. Older versions never replace newer ones. */
  put(cards: readonly Card[], more?: { as?: CardKind; gone?: readonly string[]; cursor?: string }): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  /** It was opened: keeps it from being evicted. */
  use(id: string): Promise<void>;
  /** Of these changes, the tags of cards that are held here in an older version. */
  outdated(changes: readonly { id: string; version: number }[]): Promise<string[]>;
  cursor(): Promise<string | undefined>;
  /** The feed starts again at its beginning; the cards stay. */
  rewind(): Promise<void>;
  count(): Promise<number>;
  /** Removes what was not opened for 30 days and is neither mine nor handed to me; with `workspace: false` also what came by that switch. */
  evict(options: { workspace: boolean }): Promise<number>;
  /** Removes all cards and the cursor. */
  clear(): Promise<void>;
}

export const keptUnused = 30 * 24 * 3600_000;
const usedStep = 3600_000;

export interface CardsWorld {
  cache: () => Promise<Cache>;
  vault: Vault;
  now: () => number;
  /** Tags of a card's keys under the present workspace key. */
  tagsOf(card: Card): Promise<string[]>;
  /** The user's id. */
  me(): Promise<string | undefined>;
}

export function kindOf(card: Card, me: string | undefined): 'mine' | 'handed' | undefined {
  if (me === undefined) return undefined;
  if (card.owner.id === me) return 'mine';
  const open = card.handoff && (card.handoff.state === 'waiting' || card.handoff.state === 'accepted');
  return open && card.handoff?.toId === me ? 'handed' : undefined;
}

export function cards({ cache, vault, now, tagsOf, me }: CardsWorld): Cards {
  const opened = new Lru<string, Card>(300);
  const idOfTag = new Lru<string, string>(1000);
  /** Counts the clearings: what was on its way before one must not be written after it. */
  let clearings = 0;

  async function open(row: CardRow | undefined): Promise<Card | undefined> {
    if (!row) return undefined;
    const held = opened.get(row.id);
    if (held && held.version === row.version) return held;
    const before = clearings;
    const card = (await vault.open(row.id, row)) as Card | undefined;
    if (card && clearings === before) remember(card, row.tags);
    return card;
  }
  function remember(card: Card, tags: readonly string[]): void {
    // A slow unsealing must not put an older card over one that was written meanwhile.
    if ((opened.get(card.id)?.version ?? 0) > card.version) return;
    opened.set(card.id, card);
    for (const tag of tags) idOfTag.set(tag, card.id);
  }

  return {
    async byTag(tags) {
      for (const tag of tags) {
        const id = idOfTag.get(tag);
        const held = id && opened.get(id);
        if (held) return held;
      }
      const db = await cache();
      for (const tag of tags) {
        const card = await open(await db.getFromIndex('cards', 'tag', tag));
        if (card) return card;
      }
      return undefined;
    },
    async byId(id) {
      return opened.get(id) ?? open(await (await cache()).get('cards', id));
    },
    async put(list, { as = 'seen', gone = [], cursor } = {}) {
      const before = clearings;
      const mine = await me();
      // Nobody is signed in any more, so nobody's cards are kept.
      if (mine === undefined) return;
      const at = now();
      // Sealing is asynchronous, and a transaction does not wait for anything but itself: so it comes first.
      const rows = await Promise.all(
        list.map(async (card): Promise<CardRow> => {
          const [tags, sealed] = await Promise.all([tagsOf(card), vault.seal(card.id, card)]);
          return { id: card.id, tags, kind: kindOf(card, mine) ?? as, version: card.version, usedAt: at, ...sealed };
        }),
      );
      const db = await cache();
      if (clearings !== before) return;
      const tx = db.transaction(['cards', 'meta'], 'readwrite', { durability: 'relaxed' });
      const store = tx.objectStore('cards');
      const kept: number[] = [];
      for (const [i, row] of rows.entries()) {
        const known = await store.get(row.id);
        if (known && known.version > row.version) continue;
        if (known) row.usedAt = known.usedAt;
        for (const tag of known?.tags ?? []) idOfTag.delete(tag);
        // A card that was opened here stays that, however it is refreshed.
        if (known?.kind === 'seen' && row.kind === 'workspace') row.kind = 'seen';
        await store.put(row);
        kept.push(i);
      }
      for (const id of gone) await store.delete(id);
      if (cursor !== undefined) await tx.objectStore('meta').put(cursor, 'cursor');
      await tx.done;
      if (clearings !== before) return;
      for (const i of kept) remember(list[i]!, rows[i]!.tags);
      for (const id of gone) opened.delete(id);
    },
    async remove(ids) {
      const tx = (await cache()).transaction('cards', 'readwrite');
      for (const id of ids) await tx.store.delete(id);
      await tx.done;
      for (const id of ids) opened.delete(id);
    },
    async use(id) {
      const db = await cache();
      const row = await db.get('cards', id);
      if (!row || (row.usedAt <= now() && now() - row.usedAt < usedStep)) return;
      const tx = db.transaction('cards', 'readwrite', { durability: 'relaxed' });
      const fresh = await tx.store.get(id);
      if (fresh) await tx.store.put({ ...fresh, usedAt: now() });
      await tx.done;
    },
    async outdated(changes) {
      const tx = (await cache()).transaction('cards');
      const tags: string[] = [];
      for (const { id, version } of changes) {
        const row = await tx.store.get(id);
        if (row && row.version < version && row.tags[0] !== undefined) tags.push(row.tags[0]);
      }
      await tx.done;
      return tags;
    },
    cursor: async () => (await (await cache()).get('meta', 'cursor')) as string | undefined,
    rewind: async () => (await cache()).delete('meta', 'cursor'),
    count: async () => (await cache()).count('cards'),
    async evict({ workspace }) {
      const tx = (await cache()).transaction('cards', 'readwrite', { durability: 'relaxed' });
      let removed = 0;
      for (let at = await tx.store.openCursor(); at; at = await at.continue()) {
        const { id, kind, usedAt } = at.value;
        const old = kind === 'seen' && now() - usedAt > keptUnused;
        if (!old && !(kind === 'workspace' && !workspace)) continue;
        await at.delete();
        opened.delete(id);
        removed++;
      }
      await tx.done;
      return removed;
    },
    async clear() {
      clearings++;
      opened.clear();
      idOfTag.clear();
      const tx = (await cache()).transaction(['cards', 'meta'], 'readwrite', { durability: 'strict' });
      await tx.objectStore('cards').clear();
      await tx.objectStore('meta').delete('cursor');
      await tx.done;
    },
  };
}
