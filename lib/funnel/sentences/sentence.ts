import { type Stage, stageNames } from '../words.ts';

/**
 * A sentence as data: a stable code, and what the sentence says of this case. Stages, decisions, roles and reasons
 * stand in the facts by their names here, days as `YYYY-MM-DD`.
 */
export type Facts = Readonly<Record<string, string | number | readonly string[]>>;
export interface Said {
  code: string;
  facts: Facts;
}

/** How a language, and whoever reads it, names what stands in facts. */
export interface Say {
  stage(stage: string): string;
  /** A reason of the agreement by its code; `label` is what the agreement calls it. */
  reason(code: string, label: string): string;
  day(day: string): string;
  /** A, B or C */
  either(items: readonly string[]): string;
}

/** How a sentence is made of its facts. */
export type Sentence = (facts: never, say: Say) => string;
export type FactsOf<S> = S extends () => string ? Record<string, never> : S extends (facts: infer F, say: Say) => string ? F : never;
/** What follows a code where it is used: exactly the facts that its sentence has. */
export type Given<S> = S extends () => string ? [facts?: Record<string, never>] : [facts: FactsOf<S>];
/** The same sentences in another language: all of them, of the same facts. */
export type Translated<C> = { readonly [K in keyof C]: (facts: FactsOf<C[K]>, say: Say) => string };

/** English as the wire has it: days as they are, reasons as the agreement calls them. */
export const plain: Say = {
  stage: (stage) => stageNames[stage as Stage] ?? stage,
  reason: (_, label) => label,
  day: (day) => day,
  either: (items) => (items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`),
};

/**
 * What was said, by the sentences of one language. `undefined` for a code that is not among them, and where the facts
 * are not those that its sentence needs: both come from another version, with a sentence of its own.
 */
export function tell(sentences: Readonly<Record<string, Sentence>>, { code, facts }: Said, say: Say): string | undefined {
  if (!Object.hasOwn(sentences, code)) return undefined;
  const there = new Proxy(facts, {
    get(all, fact) {
      if (!Object.hasOwn(all, fact)) throw new TypeError(`“${code}” has no “${String(fact)}”`);
      return all[fact as string];
    },
  });
  try {
    return sentences[code]!(there as never, say);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Something that another system said, and sentences after it: it then ends like one. */
export function andThen(words: string, ...more: readonly string[]): string {
  const rest = more.filter(Boolean);
  if (rest.length === 0) return words;
  return [words === '' || /[.!?]$/.test(words) ? words : `${words}.`, ...rest].join(' ');
}
