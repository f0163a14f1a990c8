import { email, emailsIn } from '../address.ts';
import { text, visible } from '../dom.ts';
import type { Seen } from '../seen.ts';

/** Whose mailbox this is: the root of the folder tree and the account button say it independently, in every language. */
export function readAccount(seen: Seen, document: Document): void {
  const button = visible(
    document,
    '#O365_MainLink_Me[aria-label], #meInitialsButton[aria-label], [id="O365_MainLink_Me"] [aria-label]',
  ).flatMap((one) => emailsIn(one.getAttribute('aria-label')));
  const roots = visible(document, '[id^="primaryMailboxRoot_"]').flatMap(
    (root) => email(root.getAttribute('title')) ?? email(root.getAttribute('data-folder-name')) ?? email(text(root)) ?? [],
  );
  const flyout = visible(document, '#mectrl_currentAccount_secondary').flatMap((one) => email(text(one)) ?? []);
  for (const own of [...button, ...roots, ...flyout]) seen.mine(own);
  if (seen.own.length > 1) seen.matched.account = 'several';
  else
    seen.account = seen.first('account', [
      ['mailbox root', () => roots[0]],
      ['account button', () => button[0]],
      ['account menu', () => flyout[0]],
    ]);
}

/**
 * Outlook shows the user's own messages by name alone; the account button carries the same name, as whole words. One word
 * of it is no proof: a colleague may have the same first name.
 */
export const isOwnName = (document: Document, name: string | undefined): boolean =>
  (name?.length ?? 0) > 2 &&
  (/\s/.test(name!) || !/\p{Script=Latin}/u.test(name!)) &&
  visible(document, '#O365_MainLink_Me[aria-label], #meInitialsButton[aria-label]').some((one) =>
    ` ${one.getAttribute('aria-label')!.replace(/[^\p{L}\p{M}\p{N}@.-]+/gu, ' ')} `.includes(bounded(name!)),
  );
const bounded = (name: string) => (/\s/.test(name) ? ` ${name.replace(/[^\p{L}\p{M}\p{N}@.-]+/gu, ' ')} ` : name);
