import { email } from '../address.ts';
import { shown, visible } from '../dom.ts';
import type { Seen } from '../seen.ts';

/** Rows of a list: whom each thread is with. Advertisements have no addresses, and nobody is in focus. */
export function readList(seen: Seen, document: Document, url: URL): void {
  seen.view = 'list';
  const role = /^#(sent|drafts|scheduled)\b/.test(url.hash) ? 'to' : 'result';
  const main = visible(document, '[role="main"]').filter(shown);
  // Where a page has no main part at all, it is a piece of one.
  const roots = main.length ? main : document.querySelector('[role="main"]') ? [] : [document.body];
  const rows = roots.flatMap(
    (root) =>
      seen.first('rows', [
        ['row', () => some(visible(root, 'tr.zA'))],
        ['thread id', () => some(visible(root, 'tr').filter((row) => row.querySelector('[data-thread-id], [data-legacy-thread-id]')))],
      ]) ?? [],
  );
  for (const row of rows) {
    const spans = visible(row, '.yW [email]');
    for (const span of spans.length ? spans : visible(row, '[email]'))
      seen.mail(
        role,
        email(span.getAttribute('email')) ?? email(span.getAttribute('data-hovercard-id')),
        span.getAttribute('name') ?? undefined,
      );
  }
}

const some = (found: Element[]) => (found.length ? found : undefined);
