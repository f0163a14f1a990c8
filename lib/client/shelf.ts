import type { Cache } from './cache.ts';
import type { Sealed, Vault } from './cards/vault.ts';

/** Small lists that a screen needs without a network, sealed like the cards: the queue, the agreement, colleagues' names. */
export interface Shelf<T> {
  get(): Promise<T | undefined>;
  set(value: T): Promise<void>;
  /** Forgets what is in memory; the stored value goes with the vault's key. */
  drop(): Promise<void>;
}

export function shelf<T>(name: string, cache: () => Promise<Cache>, vault: Vault): Shelf<T> {
  const key = `sealed:${name}`;
  let held: Promise<T | undefined> | undefined;
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
      const sealed = await vault.seal(key, value);
      await (await cache()).put('meta', sealed, key);
      held = Promise.resolve(value);
    },
    async drop() {
      held = undefined;
      await (await cache()).delete('meta', key);
    },
  };
}
