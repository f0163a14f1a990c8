import { email } from '../address.ts';
import { text, visible } from '../dom.ts';
import type { Seen } from '../seen.ts';

/** Rows of the message list. In Sent and Drafts they name recipients, as the folder's own class says in every language. */
export function readList(seen: Seen, document: Document): void {
  seen.view = 'list';
  const role = document.querySelector('#mailboxlist li.selected.sent, #mailboxlist li.selected.drafts') ? 'to' : 'result';
  const chosen = selectedRows(document);
  for (const row of visible(document, '#messagelist tr.message')) {
    const people = visible(row, '.rcmContactAddress, .fromto [title*="@"]').map((span) =>
      seen.mail(role, email(span.getAttribute('title')) ?? email(text(span)), text(span)),
    );
    const known = people.filter((person) => person?.keys.length && !seen.isMine(person.keys[0]!.value));
    if (chosen.length === 1 && chosen[0] === row && known.length === 1) {
      seen.focus = known[0]!;
      if (role === 'result') seen.focus.role = 'sender';
      seen.matched.focus = 'selected row';
    }
  }
  if (seen.people.length) seen.matched.rows = 'title';
}

export const selectedRows = (document: Document): Element[] => visible(document, '#messagelist tr.message.selected');

/** The number of a row's message, which its id carries as base64url. */
export function uidOf(row: Element | undefined): string | undefined {
  const code = /^rcmrow([\w-]+)$/.exec(row?.id ?? '')?.[1];
  try {
    return code && atob(code.replace(/-/g, '+').replace(/_/g, '/'));
  } catch {
    return undefined;
  }
}
