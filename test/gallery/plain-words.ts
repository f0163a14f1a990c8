import type { Page } from '@playwright/test';
import { termsIn } from '../../components/words/terms.ts';
import { catalogues, type Language } from '../../components/words/words.tsx';

/** Where a stage or a reason may stand without opening its entry, and why. */
export const mayBePlain: Readonly<Record<string, string>> = {
  'button, [role="button"], a, summary, label, option': 'it does something else when it is pressed',
  svg: 'a plot: the table behind it opens them',
  '[aria-hidden="true"]': 'a picture',
  'h1, h2, h3, legend': 'a title: what stands under it opens them, or is about to change it',
  'textarea, pre, code': 'what the user writes or copies, and codes',
  '.beside': 'two versions of the agreement side by side: both entries stand there',
  '.mapping th bdi': 'a word of the CRM',
  '.entry-text': 'an entry itself',
};

/** “Other” is also what a channel is, and everything else. */
const reasonsIn = (language: Language) =>
  Object.entries(catalogues[language].reason).flatMap(([code, name]) => (code === 'other' ? [] : [name]));

/** Texts that say something else with such a word. “Geschlossen” is what a reason does, too. */
const otherwise: Readonly<Record<Language, readonly string[]>> = { en: ['Lead set'], de: ['Geschlossen'] };

/** Where every noun begins large, these are names only where they stand alone; in a sentence they are words like others. */
const ordinary: Readonly<Record<Language, readonly string[]>> = {
  en: [],
  de: ['Abonnent', 'Lead', 'Chance', 'Kunde', 'Geschlossen', 'Doppelt'],
};

/** Names of stages and reasons that stand on a page of the gallery and open nothing, each with its screen. */
export const plainWords = (page: Page, language: Language): Promise<string[]> =>
  page.evaluate(
    ({ stages, reasons, plain, otherwise, ordinary }) => {
      const inSentences = (words: string[]) => words.filter((word) => !ordinary.includes(word));
      const any = (words: string[]) => words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
      // Stages are names and begin large; a reason stands in sentences too, and begins small there.
      const stage = new RegExp(`(?<![\\w-])(?:${any(inSentences(stages))}|(?:MQL|SAL|SQL)s)(?![\\w-])`);
      const reason = new RegExp(`(?<![\\w-])(?:${any(inSentences(reasons))})(?![\\w-])`, 'i');
      const named = [...stages, ...reasons].map((word) => word.toLowerCase());
      const found = new Set<string>();
      for (const figure of document.querySelectorAll<HTMLElement>('figure[data-state]')) {
        const walk = document.createTreeWalker(figure.querySelector(':scope > div')!, NodeFilter.SHOW_TEXT);
        for (let node = walk.nextNode(); node; node = walk.nextNode()) {
          const text = node.textContent?.trim() ?? '';
          if (otherwise.includes(text) || (!ordinary.includes(text) && !stage.test(text) && !reason.test(text))) continue;
          // Sentences of people and of CRMs are theirs; a name of ours alone would be ours.
          if (node.parentElement?.closest('bdi') && !named.includes(text.toLowerCase())) continue;
          const { parentElement: parent } = node;
          if (!parent || parent.closest(plain)) continue;
          found.add(`${figure.dataset.state}: “${text}” in ${parent.tagName.toLowerCase()} ${parent.closest('[class]')?.className}`);
        }
      }
      return [...found];
    },
    {
      stages: Object.values(catalogues[language].stage),
      reasons: reasonsIn(language),
      otherwise: otherwise[language],
      ordinary: ordinary[language],
      plain: Object.keys(mayBePlain).join(', '),
    },
  );

/** Words of the agreement that a page of the gallery uses without a place on the same screen that opens them, each with its screen. */
export const plainTerms = (page: Page, language: Language): Promise<string[]> =>
  page.evaluate(
    ({ terms, plain, alone }) => {
      const found = new Set<string>();
      for (const figure of document.querySelectorAll<HTMLElement>('figure[data-state]')) {
        const frame = figure.querySelector(':scope > div')!;
        // Nobody has signed in, so no agreement is known.
        if (frame.querySelector('.state.not-connected')) continue;
        const entries = [...frame.querySelectorAll('button.entry')].map((node) => node.textContent ?? '');
        for (const { source, flags } of terms) {
          const term = new RegExp(source, flags);
          if (entries.some((text) => term.test(text))) continue;
          const walk = document.createTreeWalker(frame, NodeFilter.SHOW_TEXT);
          for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            const text = node.textContent?.trim() ?? '';
            if (term.test(text) && !node.parentElement?.closest(`${plain}, ${alone}, bdi`)) found.add(`${figure.dataset.state}: “${text}”`);
          }
        }
      }
      return [...found];
    },
    {
      terms: termsIn[language].map(({ as: { source, flags } }) => ({ source, flags })),
      plain: Object.keys(mayBePlain).join(', '),
      alone: Object.keys(knowsNoAgreement).join(', '),
    },
  );

/** Where no agreement is at hand to open anything. */
const knowsNoAgreement: Readonly<Record<string, string>> = {
  '.late-words': 'what stands there for the moment in which something is fetched',
};
