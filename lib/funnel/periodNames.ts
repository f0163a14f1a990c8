import type { Language } from './language.ts';
import { localeOf } from './sentences/say.ts';

const words = {
  en: { week: (n: number, year: string) => `week ${n}, ${year}`, quarter: (n: number, year: string) => `Q${n} ${year}` },
  de: { week: (n: number, year: string) => `Woche ${n}, ${year}`, quarter: (n: number, year: string) => `${n}. Quartal ${year}` },
} as const satisfies Record<Language, unknown>;

/** `2026-W47` → week 47, 2026: as it stands within a sentence. */
export function periodIn(language: Language, name: string): string {
  const [, year = '', kind, n = ''] = /^(\d{4})-(W|Q|)(\d+)$/.exec(name) ?? [];
  if (kind === 'W') return words[language].week(Number(n), year);
  if (kind === 'Q') return words[language].quarter(Number(n), year);
  return new Intl.DateTimeFormat(localeOf[language], { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    Date.parse(`${year}-${n}-01`),
  );
}

/** The same, standing alone: Week 47, 2026. */
export const periodTitle = (language: Language, name: string): string => {
  const words = periodIn(language, name);
  return words.charAt(0).toUpperCase() + words.slice(1);
};
