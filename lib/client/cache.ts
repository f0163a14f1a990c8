import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

/**
 * The database of what can be had again from the backend: keys, lead set, cards. The outbox lives in another one, so
 * that nothing done here can touch it.
 */
export interface CacheSchema extends DBSchema {
  keys: { key: 'cards' | 'leadset'; value: CryptoKey | LeadSetKey };
  leadset: { key: 'current'; value: LeadSetRow };
  cards: { key: string; value: CardRow; indexes: { tag: string; kind: CardKind } };
  /** Small sealed lists (queue, agreement, users) and the cursor of the change feed. */
  meta: { key: string; value: unknown };
}
export type Cache = IDBPDatabase<CacheSchema>;

/** The workspace's key. `key` cannot be exported; it only signs. */
export interface LeadSetKey {
  kid: number;
  canon: number;
  key: CryptoKey;
  /** ms since epoch; after it the key is fetched anew. */
  notAfter: number;
  /** The key that will follow, so that the change of keys needs no second request. */
  next?: Omit<LeadSetKey, 'next'>;
}

export interface LeadSetRow {
  kid: number;
  /** What the backend calls this state of the set. */
  version: number;
  /** Ascending 40-bit prefixes. */
  tags: Float64Array<ArrayBuffer>;
}

/** `mine`: I own it. `handed`: its open hand-off waits for me. `seen`: opened on this device. `workspace`: all of them. */
export type CardKind = 'mine' | 'handed' | 'seen' | 'workspace';
export interface CardRow {
  id: string;
  /** Tags of all its keys, base64url of 16 bytes. */
  tags: string[];
  kind: CardKind;
  version: number;
  /** ms since epoch. */
  usedAt: number;
  /** AES-GCM of the card's JSON; the row's id is authenticated with it. */
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

export const openCache =
  (name = 'baton-cache') =>
  (closed: () => void): Promise<Cache> =>
    openDB<CacheSchema>(name, 1, {
      upgrade(db) {
        db.createObjectStore('keys');
        db.createObjectStore('leadset');
        const cards = db.createObjectStore('cards', { keyPath: 'id' });
        cards.createIndex('tag', 'tags', { multiEntry: true });
        cards.createIndex('kind', 'kind');
        db.createObjectStore('meta');
      },
      blocking: (_current, _blocked, event) => yieldTo(event, closed),
      terminated: closed,
    });

/** Another version of the extension wants to upgrade the database: let it; the next use opens it again. */
export function yieldTo(event: IDBVersionChangeEvent, closed: () => void): void {
  (event.target as IDBDatabase).close();
  closed();
}

/** Opens on first use, and again after the browser or another version closed it. */
export function lazily<DB>(open: (closed: () => void) => Promise<DB>): () => Promise<DB> {
  let opened: Promise<DB> | undefined;
  const forget = () => {
    opened = undefined;
  };
  return () => {
    opened ??= open(forget).catch((error) => {
      forget();
      throw error;
    });
    return opened;
  };
}
