import { CallTrouble } from './use-api.ts';
import { saidWords } from './words/refused.ts';
import { useWords, type Words } from './words/words.tsx';

/** Why a call failed, in the language of the screen: by its code; else in the words it came with, which are a CRM's or newer than this screen. */
export function useTrouble(): (error: unknown) => string {
  const { w } = useWords();
  return (error) => {
    if (!(error instanceof CallTrouble)) return w.failed;
    const { refusal, code, message } = error;
    const said = saidWords(refusal, w);
    if (said) return said;
    return Object.hasOwn(w.problems, code) ? w.problems[code as keyof Words['problems']] : message;
  };
}
