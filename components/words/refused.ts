import { reasonIn } from '../../lib/funnel/names.ts';
import { type Said, type Say, tell } from '../../lib/funnel/sentences/sentence.ts';
import type { Stage } from '../../lib/funnel/words.ts';
import { formatOf } from '../format.ts';
import type { Words } from './words.tsx';

function sayIn(w: Words): Say {
  const f = formatOf(w.language);
  return {
    stage: (stage) => w.stage[stage as Stage] ?? stage,
    reason: (code, label) => reasonIn(w.language, code, label),
    day: (day) => f.dateFull(day),
    either: (items) => f.either(items),
  };
}

/** What was said by a code and facts, in the language of the screen; `undefined` for what is not known here. */
export const saidWords = (said: Said | undefined, w: Words, say: Partial<Say> = {}): string | undefined =>
  said && tell(w.sentences, said, { ...sayIn(w), ...say });

/** The same, or in the words it came with: those of a newer backend, or of one so old that it sends no code. */
export const troubleWords = ({ sentence = '', said }: { sentence?: string; said?: Said }, w: Words): string =>
  saidWords(said, w) ?? sentence;
/** Why an act is not allowed; `say`: how some of its facts are named, where not in plain words. */
export const refusedWords = (
  { sentence, refusal }: { sentence?: string; refusal?: Said },
  w: Words,
  say?: Partial<Say>,
): string | undefined => saidWords(refusal, w, say) ?? sentence;
