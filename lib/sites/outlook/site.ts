import { email } from '../address.ts';
import { all, text, visible } from '../dom.ts';
import { nothing, Seen } from '../seen.ts';
import type { Sighting, Site } from '../site.ts';
import { readAccount } from './account.ts';
import { hosts, viewOf } from './address-bar.ts';
import { drafts, inUse, readDraft } from './compose.ts';
import { openPanes, readMessage } from './message.ts';

/** Outlook on the web: reading pane with conversation or single message, windows of their own, drafts, list. */
export const outlook: Site = {
  id: 'outlook',
  matches: hosts.map((host) => `https://${host}/*`),
  ownHosts: true,

  page: viewOf,

  watch(document) {
    const parts = all(document, '#ReadingPaneContainerId, #ItemReadingPaneContainer, [id^="docking_"], #MailList');
    return {
      roots: [document.body, ...(parts.length ? parts : all(document, '#app, [role="main"]'))],
      attributes: ['aria-label', 'aria-expanded', 'aria-selected', 'title', 'style', 'hidden'],
    };
  },

  read(document, url): Sighting {
    const view = viewOf(url);
    if (!view || !document.body || !document.querySelector(signs)) return nothing('outlook');
    const seen = new Seen('outlook', view);
    readAccount(seen, document);
    const written = drafts(document);
    const writing = inUse(written) ?? (view === 'compose' ? written[0] : undefined);
    const panes = writing ? [] : openPanes(document);
    if (panes.length === 1) {
      readMessage(seen, panes[0]!);
      for (const draft of written) readDraft(seen, draft);
    } else if (panes.length > 1) {
      seen.view = 'message';
      seen.unknown = 'several-threads';
    } else if (written.length) {
      seen.view = 'compose';
      const chosen = writing ? [writing] : written;
      const to = chosen.map((draft) => readDraft(seen, draft));
      if (to.includes(undefined)) seen.unknown = 'conflict';
      else if (chosen.length > 1) seen.unknown = 'several-threads';
      else if (to[0]!.length === 1) seen.focus = to[0]![0];
    } else if (view === 'message') seen.unknown = 'unreadable';
    else if (view === 'list') list(seen, document);
    return seen.sighting();
  },

  place: () => ({ top: 132, right: 16 }),
};

/** What only Outlook's pages have, whatever host they come from. */
const signs =
  '#ReadingPaneContainerId, #ConversationReadingPaneContainer, #ItemReadingPaneContainer, #MailList, #O365_MainLink_Me, [id^="primaryMailboxRoot_"], [data-app-section]';

/** Rows, as far as they are drawn. One that is chosen is not an open message. */
function list(seen: Seen, document: Document): void {
  for (const row of visible(document, '#MailList [role="option"], [role="listbox"] [role="option"]'))
    for (const span of visible(row, 'span[title*="@"]')) seen.mail('result', email(span.getAttribute('title')), text(span));
  if (seen.people.length) seen.matched.rows = 'title';
}
