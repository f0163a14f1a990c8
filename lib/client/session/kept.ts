import { type DBSchema, openDB } from 'idb';
import { lazily } from '../cache.ts';

/** What survives a restart. Neither key can be exported, so a copy of the disk's files signs nobody in. */
export interface Kept {
  /** Differs for every sign-in: tells whether something in memory belongs to this one. */
  id: string;
  backend: string;
  user: string;
  since: string;
  /** Absent when signed out. */
  proof?: CryptoKeyPair;
  wrap?: CryptoKey;
  refresh?: { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer };
  why?: 'asked' | 'ended';
}

export interface KeptStore {
  read(): Promise<Kept | undefined>;
  write(kept: Kept): Promise<void>;
  clear(): Promise<void>;
}

interface KeptSchema extends DBSchema {
  session: { key: 'current'; value: Kept };
}

/** In a database of its own: clearing the cache signs nobody out. */
export function idbKept(name = 'baton-session'): KeptStore {
  const db = lazily(() =>
    openDB<KeptSchema>(name, 1, {
      upgrade(db) {
        db.createObjectStore('session');
      },
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    }),
  );
  return {
    read: async () => (await db()).get('session', 'current'),
    write: async (kept) => {
      const tx = (await db()).transaction('session', 'readwrite', { durability: 'strict' });
      await Promise.all([tx.store.put(kept, 'current'), tx.done]);
    },
    clear: async () => {
      await (await db()).delete('session', 'current');
    },
  };
}

const algorithm = 'AES-GCM';

export const wrapKey = (): Promise<CryptoKey> => crypto.subtle.generateKey({ name: algorithm, length: 256 }, false, ['encrypt', 'decrypt']);

/** The sign-in's id is authenticated with the token, so that a token can't be put beside another sign-in's keys. */
export async function wrapToken(key: CryptoKey, id: string, token: string): Promise<NonNullable<Kept['refresh']>> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder();
  return { iv, data: await crypto.subtle.encrypt({ name: algorithm, iv, additionalData: text.encode(id) }, key, text.encode(token)) };
}

export async function unwrapToken(key: CryptoKey, id: string, { iv, data }: NonNullable<Kept['refresh']>): Promise<string> {
  const plain = await crypto.subtle.decrypt({ name: algorithm, iv, additionalData: new TextEncoder().encode(id) }, key, data);
  return new TextDecoder().decode(plain);
}
