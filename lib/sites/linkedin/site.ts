import { all } from '../dom.ts';
import { nothing, Seen } from '../seen.ts';
import type { Sighting, Site } from '../site.ts';
import { profileKey, viewOf } from './address-bar.ts';
import { readBubbles, readThread } from './conversation.ts';
import { readContactInfo, readProfile } from './profile.ts';
import { readLead, readLeads } from './sales.ts';
import { readSearch } from './search.ts';
import { readViewer } from './viewer.ts';

/** LinkedIn: profiles, contact details that the user opened, conversations, people search, Sales Navigator. */
export const linkedin: Site = {
  id: 'linkedin',
  matches: ['https://www.linkedin.com/*'],
  keyFromAddress: true,

  page: viewOf,

  watch: (document) => ({
    roots: [
      document.body,
      ...all(document, 'main, #artdeco-modal-outlet, #msg-overlay, .msg-overlay-container, #search-results-container, [role="dialog"]'),
    ],
    attributes: ['href', 'componentkey', 'aria-expanded', 'aria-hidden', 'hidden', 'data-scroll-into-view'],
  }),

  read(document, url): Sighting {
    const view = viewOf(url);
    if (!view || !document.body) return nothing('linkedin');
    const seen = new Seen('linkedin', view);
    readViewer(seen, document);
    const key = profileKey(url.href);
    if (view === 'conversation') readThread(seen, document);
    else if (view === 'search') (url.pathname.startsWith('/sales') ? readLeads : readSearch)(seen, document);
    else if (key && view === 'contact-info') readContactInfo(seen, document, key);
    else if (key && view === 'profile') (key.kind === 'sales-navigator' ? readLead : readProfile)(seen, document, key);
    if (view !== 'conversation') readBubbles(seen, document, view === 'none');
    return seen.sighting();
  },

  place: () => ({ top: 128, right: 24 }),
};
