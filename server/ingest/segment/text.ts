/** Reading loosely typed JSON: PostgreSQL stores no NUL and no half surrogate pairs, so neither gets past here. */

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
export const object = (value: unknown): Json => (isObject(value) ? value : {});

/** A trimmed, storable string of at most `most` characters; numbers count as text, everything else as absent. */
export function text(value: unknown, most = 500): string | undefined {
  const raw = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  if (typeof raw !== 'string') return undefined;
  const clean = raw.replaceAll('\0', '').toWellFormed().trim();
  return clean === '' ? undefined : [...clean.slice(0, most * 2)].slice(0, most).join('');
}

/** The first of the named properties that holds text. */
export function first(from: Json, names: readonly string[], most?: number): string | undefined {
  for (const name of names) {
    const found = text(from[name], most);
    if (found) return found;
  }
  return undefined;
}

/** Several words: a list of them, or one text with commas between. Absent when there are none. */
export function words(value: unknown, most: number): string[] | undefined {
  const list = Array.isArray(value) ? value : (text(value, 2000)?.split(',') ?? []);
  const found = list.flatMap((one) => text(one, 200) ?? []).slice(0, most);
  return found.length > 0 ? found : undefined;
}

/** Only addresses that a browser may open are kept as links. */
export function link(value: unknown): string | undefined {
  const found = text(value, 2000);
  return found && /^https?:\/\//i.test(found) && URL.canParse(found) ? found : undefined;
}
