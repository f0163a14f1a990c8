import { crms } from './crms.ts';
import { faults } from './faults.ts';
import { inputs } from './inputs.ts';
import { refusals } from './refusals.ts';
import { rows } from './rows.ts';
import { type FactsOf, type Given, plain, type Said, tell } from './sentence.ts';
import { troubles } from './troubles.ts';

/**
 * Every sentence that the backend says by code and facts, in English: it sends all three. Screens say the same codes in
 * the language of whoever reads them; German stands in `components/words/*.de.ts`.
 */
export const sentences = { ...refusals, ...troubles, ...rows, ...faults, ...crms, ...inputs };
export type Code = keyof typeof sentences;
export type Facts<C extends Code> = FactsOf<(typeof sentences)[C]>;

/** `says('row-long', { most: 200 })` */
export const says = <C extends Code>(code: C, ...[facts = {}]: Given<(typeof sentences)[C]>): Said => ({ code, facts });

/** What was said, in English; `undefined` for a code of another version. */
export const inEnglish = (said: Said): string | undefined => tell(sentences, said, plain);
