/** 1st · 2nd · 3rd · 11th · 21st */
export function ordinal(n: number): string {
  const ends: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };
  return `${n}${ends[new Intl.PluralRules('en', { type: 'ordinal' }).select(n)] ?? 'th'}`;
}

/** "1 lead", "1,204 leads": the number and the form that goes with it, by the language's own rules. */
export function counter(language: 'en' | 'de') {
  const rules = new Intl.PluralRules(language);
  const figures = new Intl.NumberFormat(language === 'de' ? 'de-DE' : 'en-GB');
  return (n: number, one: string, other: string): string => `${figures.format(n)} ${rules.select(n) === 'one' ? one : other}`;
}
