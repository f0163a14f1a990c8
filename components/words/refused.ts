import { shippedReasons } from '../../lib/funnel/reasons.ts';
import { type Trouble, type TroubleCode, troubleFacts } from '../../lib/funnel/troubles.ts';
import type { DecisionKind, Stage } from '../../lib/funnel/words.ts';
import type { Format } from '../format.ts';
import type { Refusals, Told } from './refusals.en.ts';
import type { Words } from './words.tsx';

type Said = { code: string; facts: Readonly<Record<string, string | number | readonly string[]>> };
interface Refused {
  sentence?: string;
  refusal?: Said;
}

/** What goes wrong with a CRM, in the language of the screen; in the words it came with where the code is a newer one. */
export function troubleWords({ sentence = '', said }: { sentence?: string; said?: Said }, w: Words): string {
  const say = said && Object.hasOwn(w.troubles, said.code) ? w.troubles[said.code as TroubleCode] : undefined;
  return say ? say(troubleFacts((said as Trouble).facts)) : sentence;
}

/** Why an act is not allowed, in the language of the screen; in the words it came with where the code is a newer one. */
export function refusedWords({ sentence, refusal }: Refused, w: Words, f: Pick<Format, 'either' | 'dateFull'>): string | undefined {
  if (refusal && Object.hasOwn(w.troubles, refusal.code)) return troubleWords({ sentence, said: refusal }, w);
  const say = refusal && Object.hasOwn(w.refusals, refusal.code) ? w.refusals[refusal.code as keyof Refusals] : undefined;
  if (!refusal || !say) return sentence;
  const { facts } = refusal;
  const text = (fact: string) => String(facts[fact] ?? '');
  const stage = (one: string) => w.stage[one as Stage] ?? one;
  const list: Told['list'] = (fact, of = (one) => one) => f.either([facts[fact] ?? []].flat().map((one) => of(String(one))));
  return say({
    text,
    number: (fact) => Number(facts[fact]),
    stage: (fact) => stage(text(fact)),
    stages: (fact) => list(fact, stage),
    // The team's own wording, where it changed the shipped one.
    reason: () => {
      const shipped = shippedReasons.find(({ code }) => code === text('reason'));
      return shipped?.label === text('label') ? (w.reason[text('reason')] ?? text('label')) : text('label');
    },
    list,
    day: (fact) => f.dateFull(text(fact)),
    decision: () => text('decision') as DecisionKind,
  });
}
