import { email } from '../address.ts';
import { shown, visible } from '../dom.ts';
import type { Seen } from '../seen.ts';
import { learnMine } from './account.ts';

/** Rows of a list: whom each thread is with. Advertisements have no addresses, and nobody is in focus. */
export function readList(seen: Seen, document: Document, url: URL): void {
  seen.view = 'list';
  const role = /^#(sent|drafts|scheduled)\b/.test(url.hash) ? 'to' : 'result';
  const main = visible(document, '[role="main"]').filter(shown);
  // Where a page has no main part at all, it is a piece of one.
  const roots = main.length ? main : document.querySelector('[role="main"]') ? [] : [document.body];
  const people = roots.flatMap(
    (root) =>
      seen.first('rows', [
        ['participants', () => some(visible(root, 'tr.zA .yW [email]'))],
        ['row', () => some(visible(root, 'tr.zA [email], tr.zA [data-hovercard-id*="@"]'))],
        [
          'thread id',
          () =>
            some(
              visible(root, 'tr [email]').filter((span) => span.closest('tr')?.querySelector('[data-thread-id], [data-legacy-thread-id]')),
            ),
        ],
      ]) ?? [],
  );
  learnMine(seen, people);
  for (const span of people)
    seen.mail(
      role,
      email(span.getAttribute('email')) ?? email(span.getAttribute('data-hovercard-id')),
      span.getAttribute('name') ?? undefined,
    );
}

const some = (found: Element[]) => (found.length ? found : undefined);
