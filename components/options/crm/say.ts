import { troubleWords } from '../../words/refused.ts';
import type { Words } from '../../words/words.tsx';
import type { Finding, Kind, Way } from './wire.ts';

/** A CRM, in the language of the screen. */
export function kindWords(kind: Kind, w: Words): Kind {
  const said = w.crmKinds().kinds[kind.id];
  // Another backend may read and write more or less than these words know of.
  const same = (ours: readonly string[] | undefined, theirs: string[]) => (ours?.length === theirs.length ? [...ours] : theirs);
  return {
    ...kind,
    reads: same(said?.reads, kind.reads),
    writes: same(said?.writes, kind.writes),
    ways: kind.ways.map((way): Way => {
      const words = said?.ways[way.id];
      if (!words) return way;
      const { name, help, fields } = words;
      return { ...way, name, help, fields: way.fields.map((field) => ({ ...field, label: fields[field.name] ?? field.label })) };
    }),
  };
}

/** A right, and what is missing without it. */
export function findingWords({ right = '', what, ok, sentence, said, without }: Finding, w: Words): { what: string; sentence: string } {
  const words = w.crmKinds().rights[right];
  if (!words) return { what, sentence: said ? troubleWords({ said, sentence }, w) : ok && right ? w.crm.readable : sentence };
  if (ok) return { what: words.what, sentence: said ? troubleWords({ said }, w) : w.crm.readable };
  return { what: words.what, sentence: said ? [troubleWords({ said }, w), without && words.without].filter(Boolean).join(' ') : sentence };
}
