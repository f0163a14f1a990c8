import { emailsIn, mailto } from '../address.ts';
import { all, shown, text, visible } from '../dom.ts';
import { nothing, Seen } from '../seen.ts';
import type { SeenPerson, Sighting, Site } from '../site.ts';
import { cards, content, type Marked, structured } from './cards.ts';

/**
 * Any other page: people marked as h-card, `mailto:` links, JSON-LD, and an address that the user has selected.
 * It runs when the user asks from the toolbar, and on origins that the user added.
 */
export const page: Site = {
  id: 'page',
  matches: [],

  page: (url) => (/^https?:$/.test(url.protocol) && !elsewhere.test(url.hostname) ? 'none' : null),

  watch: (document) => ({
    roots: [document.body, ...all(document, 'main, [role="main"], article')],
    attributes: ['class', 'hidden', 'href'],
  }),

  read(document, url): Sighting {
    if (this.page(url) === null || !document.body || document.querySelector(webmail)) return nothing('page');
    const seen = new Seen('page', 'none');
    const add = (one: Marked): SeenPerson | undefined =>
      seen.person(one.author ? 'author' : one.main ? 'profile' : 'result', one.keys, one.name);
    const selected = emailsIn(document.getSelection?.()?.toString());
    const marked = [...cards(document, url), ...structured(document)].map((one) => ({ ...one, person: add(one) }));
    for (const link of visible(document, 'a[href^="mailto:" i]')) {
      const mail = link.closest(content) ? undefined : mailto(link.getAttribute('href'));
      if (mail && shown(link)) seen.mail('result', mail, named(link));
    }

    const one = (people: (SeenPerson | undefined)[]) => {
      const distinct = [...new Set(people.filter((person) => person !== undefined))];
      return distinct.length === 1 ? distinct[0] : undefined;
    };
    const about = new Set(marked.filter(({ main }) => main).map(({ person }) => person));
    seen.focus = seen.first('focus', [
      ['selection', () => (selected.length === 1 ? seen.mail('result', selected[0]) : undefined)],
      ['author', () => one(marked.filter(({ author }) => author).map(({ person }) => person))],
      ['whom the page is about', () => one([...about])],
      ['only person', () => (seen.people.length === 1 ? seen.people[0] : undefined)],
    ]);
    if (!seen.focus && about.size > 1) seen.unknown = 'conflict';
    if (seen.people.length) seen.view = seen.focus?.role === 'author' ? 'message' : seen.focus ? 'profile' : 'list';
    return seen.sighting();
  },

  place: () => ({ top: 96, right: 16 }),
};

/** Hosts with a reader of their own. */
const elsewhere = /(?:^|\.)(?:mail\.google\.com|linkedin\.com|outlook\.(?:live|office|office365)\.com|outlook\.cloud\.microsoft)$/;
/** Mail programs on hosts that anybody may run: mails in there are no contacts of the page. */
const webmail = 'body[class*="task-"][class*="action-"], #messageheader, #messagelist, #ReadingPaneContainerId, #MailList';

/** The words of a link, when they can be a name. */
const named = (link: Element): string => {
  const words = text(link);
  return /@|^\W*$/.test(words) || words.length > 60 ? '' : words;
};
