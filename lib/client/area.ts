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
