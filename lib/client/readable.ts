import type { z } from '../contract/z.ts';

/**
 * What this version can read of an answer that has words of a newer one in it: a value outside an enumeration is left
 * out where it stands if it may be absent there, otherwise with the entry of the list that it belongs to. Whatever
 * else is not as the contract says makes the whole answer unreadable, as does a new word that belongs to no list.
 */
export type Reading<T> = { read: T; leftOut: number } | { unreadable: string };

const newWords: readonly string[] = ['invalid_value', 'invalid_union', 'invalid_key'];
/** A list in a list in a list: each round may bring up what the one before made absent. */
const rounds = 8;

/** `value` is JSON of nobody else's: entries are taken out of it. */
export function readable<S extends z.ZodType>(shape: S, value: unknown): Reading<z.output<S>> {
  /** Places from which a word was taken: if it may not be absent there, its entry goes. */
  const emptied = new Set<string>();
  let leftOut = 0;
  for (let round = 0; ; round++) {
    const parsed = shape.safeParse(value);
    if (parsed.success) return { read: parsed.data, leftOut };
    const { issues } = parsed.error;
    if (round === rounds) return { unreadable: issues[0]?.path.join('.') ?? '' };
    const entries = new Map<unknown[], Set<number>>();
    for (const { code, path } of issues) {
      const unreadable = { unreadable: path.join('.') };
      const place = path.join('\n');
      const name = path.at(-1);
      const within = at(value, path.slice(0, -1));
      if (!emptied.has(place)) {
        if (!newWords.includes(code)) return unreadable;
        if (typeof name === 'string' && isRecord(within) && code !== 'invalid_union') {
          emptied.add(place);
          delete within[name];
          continue;
        }
      }
      const last = path.findLastIndex((step) => typeof step === 'number');
      const list = last < 0 ? undefined : at(value, path.slice(0, last));
      if (!Array.isArray(list)) return unreadable;
      entries.set(list, (entries.get(list) ?? new Set()).add(path[last] as number));
    }
    for (const [list, gone] of entries) {
      leftOut += gone.size;
      list.splice(0, list.length, ...list.filter((_, index) => !gone.has(index)));
      // The places behind it have moved.
      emptied.clear();
    }
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, step) => (typeof inner === 'object' && inner !== null ? (inner as never)[step] : undefined), value);
