/**
 * Most messages that wake the worker are sightings, and the card should stand there before the eye has come to rest. So
 * what a sighting does not need (the contract's routes, the shapes of all other messages) is set up when it is first used.
 * A worker may not load code later, so it is all in one file; the bundler runs each part on its first import.
 */
export const once = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
};

/** An object of asynchronous functions that is made on the first call of one of them. */
export function late<T extends object>(load: () => Promise<T>, names: readonly (keyof T & string)[]): T {
  const whole = once(load);
  return Object.fromEntries(
    names.map((name) => [
      name,
      async (...args: unknown[]) => {
        const made = await whole();
        return (made[name] as (...args: unknown[]) => unknown)(...args);
      },
    ]),
  ) as T;
}
