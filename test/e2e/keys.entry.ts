import { candidates, canonical } from '../../lib/funnel/keys.ts';
import { base64url, fromBase64url, importTagKey, tagOf } from '../../lib/funnel/tag.ts';
import type { KeyKind } from '../../lib/funnel/words.ts';

/** What the browser's side of `keys.spec.ts` runs. Texts come as their code units, in hex. */
export async function formsOf(given: readonly (readonly [KeyKind, string])[], secret: string): Promise<string[]> {
  const key = await importTagKey(fromBase64url(secret)!);
  return Promise.all(
    given.map(async ([kind, units]) => {
      const text = units === '' ? '' : String.fromCharCode(...units.split(' ').map((unit) => Number.parseInt(unit, 16)));
      const all = candidates(kind, text);
      const tags = await Promise.all(all.map(async (form) => base64url(await tagOf(key, kind, form))));
      return JSON.stringify([canonical(kind, text), all, tags]);
    }),
  );
}
