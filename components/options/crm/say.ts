import type { Said } from '../../../lib/funnel/sentences/sentence.ts';
import { saidWords, troubleWords } from '../../words/refused.ts';
import type { Words } from '../../words/words.tsx';
import type { Finding, Kind } from './wire.ts';

/** A CRM, in the language of the screen. */
export function kindWords(kind: Kind, w: Words): Kind {
  const all = (sentences: string[], said: Said[] = []) => sentences.map((sentence, i) => troubleWords({ sentence, said: said[i] }, w));
  return {
    ...kind,
    reads: all(kind.reads, kind.said?.reads),
    writes: all(kind.writes, kind.said?.writes),
    ways: kind.ways.map(({ name, help, said, fields, ...way }) => ({
      ...way,
      name: troubleWords({ sentence: name, said: said?.name }, w),
      help: troubleWords({ sentence: help, said: said?.help }, w),
      fields: fields.map((field) => ({ ...field, label: troubleWords({ sentence: field.label, said: field.said }, w) })),
    })),
  };
}

/** A right, and what is missing without it. */
export function findingWords({ what, sentence, said, missing, named }: Finding, w: Words): { what: string; sentence: string } {
  const words = [saidWords(said, w), saidWords(missing, w)].filter(Boolean).join(' ');
  return { what: troubleWords({ sentence: what, said: named }, w), sentence: words || sentence };
}
