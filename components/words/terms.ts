import type { Language } from '../../lib/funnel/language.ts';

/** A word of the shipped agreement, by its names: teams may have begun with it in either language. */
const names: readonly (readonly string[])[] = [
  ['hand-off', 'übergabe'],
  ['touch', 'kontakt'],
  ['high intent', 'hohes interesse'],
];
export const isTerm = (called: string, term: string): boolean => {
  const [one, other] = [called.toLowerCase(), term.toLowerCase()];
  return one === other || names.some((all) => all.includes(one) && all.includes(other));
};

/** Words that the shipped agreement explains and screens use, as they stand in sentences. Stages and reasons have entries of their own. */
export const termsIn: Readonly<Record<Language, readonly { term: string; as: RegExp }[]>> = {
  en: [
    { term: 'Hand-off', as: /(?<![\p{L}-])hand-offs?(?![\p{L}-])/iu },
    { term: 'Touch', as: /(?<![\p{L}-])touch(es)?(?![\p{L}-])/iu },
    { term: 'High intent', as: /(?<![\p{L}-])high[- ]intent(?![\p{L}-])/iu },
  ],
  de: [
    { term: 'Hand-off', as: /(?<![\p{L}-])Übergaben?(?![\p{L}-])/u },
    { term: 'Touch', as: /(?<![\p{L}-])Kontakt(e|en|s)?(?![\p{L}-])/u },
    { term: 'High intent', as: /(?<![\p{L}-])hohe[mns]? Interesse(?![\p{L}-])/iu },
  ],
};
