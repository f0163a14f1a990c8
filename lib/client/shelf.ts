import type { Cache } from './cache.ts';
import type { Sealed, Vault } from './cards/vault.ts';

/** Small lists that a screen needs without a network, sealed like the cards: the queue, the agreement, colleagues' names. */
export interface Shelf<T> {
  get(): Promise<T | undefined>;
  /** Does nothing when it was dropped while the value was being sealed. */
  set(value: T): Promise<void>;
  drop(): Promise<void>;
}

export function shelf<T>(name: string, cache: () => Promise<Cache>, vault: Vault): Shelf<T> {
  const key = `sealed:${name}`;
  let held: Promise<T | undefined> | undefined;
  let drops = 0;
  return {
    get() {
      held ??= (async () => {
        const sealed = (await (await cache()).get('meta', key)) as Sealed | undefined;
        return sealed && ((await vault.open(key, sealed)) as T | undefined);
      })().catch((error) => {
        held = undefined;
        throw error;
      });
      return held;
    },
    async set(value) {
      const before = drops;
      const sealed = await vault.seal(key, value);
      const db = await cache();
      if (drops !== before) return;
      await db.put('meta', sealed, key);
      if (drops === before) held = Promise.resolve(value);
    },
    async drop() {
      drops++;
      held = undefined;
      await (await cache()).delete('meta', key);
    },
  };
}
