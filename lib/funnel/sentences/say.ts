import type { Language } from '../language.ts';
import { reasonIn, stagesIn } from '../names.ts';
import type { Stage } from '../words.ts';
import type { Say } from './sentence.ts';

/** German as in Germany and English as in Britain, for texts that go to people whose own form nobody knows. */
export const localeOf: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE' };

/** How a language names what stands in facts, where it is written down for somebody: in a mail, or in a CRM's note. */
export const sayIn = (language: Language): Say => ({
  stage: (stage) => stagesIn[language][stage as Stage] ?? stage,
  reason: (code, label) => reasonIn(language, code, label),
  day: (day) =>
    new Intl.DateTimeFormat(localeOf[language], { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(
      Date.parse(`${day}T00:00:00Z`),
    ),
  either: (items) => new Intl.ListFormat(localeOf[language], { type: 'disjunction' }).format(items),
});
