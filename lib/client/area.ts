/** A storage area as the browser has it (`storage.local`, `.session`, `.managed`), down to what is used of it. */
export interface Area {
  get(key: string): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(key: string | string[]): Promise<void>;
  clear(): Promise<void>;
}

/** One typed value in an area. */
export interface Item<T> {
  get(): Promise<T | undefined>;
  set(value: T): Promise<void>;
  remove(): Promise<void>;
}

export const item = <T>(area: Area, key: string): Item<T> => ({
  get: async () => (await area.get(key))[key] as T | undefined,
  set: (value) => area.set({ [key]: value }),
  remove: () => area.remove(key),
});

/** The same, read once: for values that nobody else writes. Losing what is in memory changes nothing. */
export function held<T>(area: Area, key: string): Item<T> {
  const stored = item<T>(area, key);
  let value: Promise<T | undefined> | undefined;
  return {
    get() {
      value ??= stored.get().catch((error) => {
        value = undefined;
        throw error;
      });
      return value;
    },
    async set(next) {
      await stored.set(next);
      value = Promise.resolve(next);
    },
    async remove() {
      await stored.remove();
      value = Promise.resolve(undefined);
    },
  };
}
