import type { Page } from '@playwright/test';
import { de } from '../../components/words/de.ts';
import { en } from '../../components/words/en.ts';

/** Where the words of people, of companies and of other systems stand: they are as they were written. */
const theirs = 'bdi, code, pre, svg, textarea';

/** What others say on the gallery's screens beside that, as its fixtures have it in English: other systems, and people. */
const data: readonly (string | RegExp)[] = [
  // What a team wrote about a period.
  'Proposed for agreement 4.',
  // Words of a CRM, and a column of a file.
  'email',
  'Subscriber',
  'Opportunity',
  'Customer',
  'Bad timing',
  // What the company calls things, in names that are put into a sentence of ours or into a field.
  /MQLs that meet 3 of 4 criteria|Verdict within 14 days|Cut churn in Q4|Heads of operations|Austria and Germany|Webinar and a page|Asked for a demonstration|people from the trade fair/,
  /^(CRM|CRM sagt): “/,
];

/** English words that are no German ones. */
const onlyEnglish =
  /(?<![\p{L}_-])(the|and|is|are|not|you|your|only|from|this|that|of|to|it|by|for|with|what|how|who|has|have|be|been|no|yet|were|they|their|can|them|there|here)(?![\p{L}_-])/u;

/** Texts of the catalogues, by where they stand. */
function texts(words: unknown, at = ''): [string, string][] {
  if (typeof words === 'string') return [[at, words]];
  if (typeof words !== 'object' || words === null) return [];
  return Object.entries(words).flatMap(([key, value]) => texts(value, `${at}.${key}`));
}
const german = new Map(texts(de));
const saidInGerman = new Set(german.values());
/** What is said so in English and otherwise in German. */
const english = new Set(texts(en).flatMap(([at, text]) => (german.get(at) === text || saidInGerman.has(text) ? [] : [text])));

/** What is still English on a page of the gallery in German, each with its screen: text, and what those hear who do not see it. */
export async function leftOver(page: Page): Promise<string[]> {
  const said = await page.evaluate((theirs) => {
    const found: [state: string, text: string][] = [];
    for (const figure of document.querySelectorAll<HTMLElement>('figure[data-state]')) {
      const frame = figure.querySelector(':scope > div')!;
      const plain = (text: string | null | undefined) => text?.replace(/\s+/g, ' ').trim() ?? '';
      // Names stand in tooltips as well, where nothing can be marked.
      const named = [...frame.querySelectorAll('bdi')]
        .map((node) => plain(node.textContent))
        .filter((text) => text.length > 1)
        .sort((one, other) => other.length - one.length);
      const add = (text: string) => {
        if (/\p{L}{2}/u.test(text)) found.push([figure.dataset.state!, text]);
      };
      const walk = document.createTreeWalker(frame, NodeFilter.SHOW_TEXT);
      for (let node = walk.nextNode(); node; node = walk.nextNode()) if (!node.parentElement?.closest(theirs)) add(plain(node.textContent));
      for (const node of frame.querySelectorAll('[aria-label], [title], [placeholder], [alt]'))
        if (!node.closest('svg'))
          for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
            add(named.reduce((text, one) => text.replaceAll(one, '…'), plain(node.getAttribute(name))));
    }
    return found;
  }, theirs);
  const left = said.filter(
    ([, text]) =>
      (english.has(text) || onlyEnglish.test(text.replaceAll(/„[^“]*“/g, '…'))) &&
      !data.some((one) => (typeof one === 'string' ? one === text : one.test(text))),
  );
  return [...new Set(left.map(([state, text]) => `${state}: ${text}`))];
}
