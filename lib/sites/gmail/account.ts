import { email, emailsIn } from '../address.ts';
import { all, text, visible } from '../dom.ts';
import type { Seen } from '../seen.ts';

/**
 * Whose mailbox this is. The banner's link to the account and the window's title say it independently. Where they differ
 * (a delegated mailbox) both are the user's own, and which of them is signed in can't be told.
 */
export function readAccount(seen: Seen, document: Document): void {
  const banner = visible(
    document,
    'header[role="banner"] a[href*="accounts.google."][aria-label], #gb a[href*="accounts.google."][aria-label]',
  )
    .map((link) => emailsIn(link.getAttribute('aria-label')).at(-1))
    .find(Boolean);
  // A subject may hold an address too, so the last one counts; a window of its own has only the subject there.
  const title = isWindow(document) ? undefined : email(/^.*(?:^|\s)-\s(\S+@\S+)\s-\s/s.exec(document.title)?.[1]);
  seen.mine(banner);
  seen.mine(title);
  if (banner && title && seen.own.length > 1) seen.matched.account = 'conflict';
  else
    seen.account = seen.first('account', [
      ['banner', () => banner],
      ['title', () => title],
    ]);

  for (const input of all(document, 'input[name="from"]')) seen.mine(email((input as HTMLInputElement).value));
  for (const choice of all(document, '[role="menuitem"].SK[value*="@"]')) seen.mine(email(choice.getAttribute('value')));
}

/**
 * The user's own addresses are shown as "me" in the language of the page; one of them teaches the word for the others.
 * Anybody may call themselves so: gives the addresses that nothing but this word says to be the user's.
 */
export function learnMine(seen: Seen, people: readonly Element[]): string[] {
  const words = new Set([...me, ...people.filter((span) => span.matches('.g2') && seen.isMine(address(span))).map(nameOf)]);
  const companies = seen.own.map(domainOf).filter((domain) => !/^(?:gmail|googlemail)\.com$/.test(domain));
  const found = people.filter((span) => words.has(nameOf(span))).flatMap((span) => address(span) ?? []);
  const byWord = found.filter((one) => !seen.isMine(one) && !companies.includes(domainOf(one)));
  for (const one of found) seen.mine(one);
  return byWord;
}
const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

const address = (span: Element) => email(span.getAttribute('email')) ?? email(span.getAttribute('data-hovercard-id'));
const nameOf = (span: Element) => span.getAttribute('name') ?? text(span);
/** Words for "me" that are not also first names. */
const me = ['me', 'ich', 'moi', 'yo', 'eu', 'mig', 'jag', 'meg', '我', '自分', '나'];

/** A message or a draft in a window of its own. */
export const isWindow = (document: Document): boolean => document.body?.classList.contains('xE') ?? false;

/** Where a mail's own content stands: nothing in there is a header. */
export const bodies = '.ii, .a3s, .gmail_quote, [g_editable]';
