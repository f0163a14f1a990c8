import type { Cache } from '../cache.ts';

/**
 * Seals values with AES-GCM under a key that cannot be exported and never leaves this browser's database. `name` is
 * authenticated with the value, so that one sealed value cannot stand in for another.
 */
export interface Vault {
  seal(name: string, value: unknown): Promise<Sealed>;
  /** Nothing when it was sealed under another key or was tampered with: then it is fetched again. */
  open(name: string, sealed: Sealed): Promise<unknown>;
  /** Forgets the key: everything sealed under it is unreadable from then on. */
  destroy(): Promise<void>;
}
export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

const utf8 = new TextEncoder();

export function vault(cache: () => Promise<Cache>): Vault {
  let held: Promise<CryptoKey> | undefined;

  async function make(): Promise<CryptoKey> {
    const db = await cache();
    const known = await db.get('keys', 'cards');
    if (known) return known as CryptoKey;
    const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    const tx = db.transaction('keys', 'readwrite', { durability: 'strict' });
    // Somebody may have been faster while the key was being made.
    const other = await tx.store.get('cards');
    if (!other) await tx.store.put(made, 'cards');
    await tx.done;
    return (other as CryptoKey | undefined) ?? made;
  }
  const key = () => {
    held ??= make().catch((error) => {
      held = undefined;
      throw error;
    });
    return held;
  };

  return {
    async seal(name, value) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const plain = utf8.encode(JSON.stringify(value));
      const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8.encode(name) }, await key(), plain);
      return { iv, data };
    },
    async open(name, { iv, data }) {
      try {
        const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: utf8.encode(name) }, await key(), data);
        return JSON.parse(new TextDecoder().decode(plain));
      } catch {
        return undefined;
      }
    },
    async destroy() {
      held = undefined;
      await (await cache()).delete('keys', 'cards');
    },
  };
}
