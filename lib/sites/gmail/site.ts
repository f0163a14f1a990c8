import { all, visible } from '../dom.ts';
import { nothing, Seen } from '../seen.ts';
import type { Sighting, Site } from '../site.ts';
import { bodies, learnMine, readAccount } from './account.ts';
import { threadIn, viewOf } from './address-bar.ts';
import { drafts, inUse, readDraft } from './compose.ts';
import { readList } from './list.ts';
import { readThread, threads } from './thread.ts';

/** Gmail: list, thread (full width or split pane, conversation view on or off), drafts of every kind, windows of their own. */
export const gmail: Site = {
  id: 'gmail',
  matches: ['https://mail.google.com/*'],

  page: viewOf,

  watch: (document) => ({
    // Views are switched by their inline style; drafts stand outside the main part.
    roots: [document.body, ...all(document, '.aeF, .dw, .aSs'), ...(document.querySelector('.aeF') ? [] : all(document, '[role="main"]'))],
    attributes: ['style', 'role', 'aria-expanded', 'email', 'data-hovercard-id', 'data-legacy-thread-id', 'data-thread-perm-id'],
  }),

  read(document, url): Sighting {
    const view = viewOf(url);
    if (!view || !document.body) return nothing('gmail');
    const seen = new Seen('gmail', view);
    readAccount(seen, document);
    const open = drafts(document);
    const writing = inUse(open);
    const roots = writing ? [] : threads(seen, document, threadIn(url));

    if (roots.length === 1) {
      readThread(seen, roots[0]!);
      for (const draft of open) readDraft(seen, draft);
    } else if (roots.length > 1) {
      seen.view = 'message';
      seen.unknown = 'several-threads';
    } else if (open.length) {
      seen.view = 'compose';
      for (const draft of open)
        learnMine(
          seen,
          visible(draft, '[email], [data-hovercard-id*="@"]').filter((one) => !one.closest(bodies)),
        );
      const to = (writing ? [writing] : open).flatMap((draft) => readDraft(seen, draft));
      if (!writing && open.length > 1) seen.unknown = 'several-threads';
      else if (to.length === 1) seen.focus = to[0];
      else if (seen.people.length && !to.length)
        seen.unknown = seen.people.every((one) => seen.isMine(one.keys[0]?.value)) ? 'own-address' : undefined;
    } else if (!document.querySelector('[role="main"]') && lonelyChips(document).length) {
      seen.view = 'compose';
      const [only, ...more] = lonelyChips(document).map((chip) =>
        seen.mail('to', chip.getAttribute('data-hovercard-id') ?? '', chip.getAttribute('data-name') ?? ''),
      );
      if (!more.length) seen.focus = only;
    } else {
      readList(seen, document, url);
      if (view === 'message' && !seen.people.length) {
        seen.view = 'message';
        seen.unknown = 'unreadable';
      } else if (view === 'none') seen.view = seen.people.length ? 'list' : 'none';
    }
    return seen.sighting();
  },

  place(document) {
    const rail = document.querySelector('.brC-aT5-aOt-Jw, .aUx [role="complementary"]');
    const panel = document.querySelector('.brC-brG');
    const opened = panel?.firstElementChild && !panel.closest('[style*="none"]');
    return { top: 132, right: (rail ? 64 : 16) + (opened ? 300 : 0) };
  },
};

/** Recipient chips without their draft around them. */
const lonelyChips = (document: Document) =>
  visible(document, '[role="option"][data-hovercard-id*="@"]').filter((chip) => !chip.closest(bodies));
