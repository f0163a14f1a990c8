import { mailto } from '../address.ts';
import { text, visible } from '../dom.ts';
import type { Seen } from '../seen.ts';
import type { SeenKey } from '../site.ts';
import { profileKey, sameKey } from './address-bar.ts';

/** Sales Navigator: a lead's page, searches and lists. Its ids are of a kind of their own. */

/** The address has the id and the card the name; the window's title must name the same person. */
export function readLead(seen: Seen, document: Document, key: SeenKey): void {
  const [card, ...more] = visible(document, '[data-sn-view-name="feature-lead-top-card"]');
  const name = card && text(visible(card, '[data-x--lead--name], h1[data-anonymize="person-name"], [data-anonymize="person-name"]')[0]);
  if (!card || !name) {
    seen.unknown = 'unreadable';
    return;
  }
  const named = visible(card, 'a[href*="/sales/lead/"], a[href*="/sales/people/"]').flatMap(
    (link) => profileKey(link.getAttribute('href')) ?? [],
  );
  if (more.length || !document.title.includes(name) || named.some((one) => !sameKey(one, key))) {
    seen.unknown = 'conflict';
    return;
  }
  seen.matched.card = 'lead card';
  seen.matched.check = 'card and title agree';
  const mails = visible(document, '[data-sn-view-name="lead-contact-info"] a[href^="mailto:"]').flatMap(
    (link) => mailto(link.getAttribute('href')) ?? [],
  );
  if (mails.length) seen.matched.mail = 'contact section';
  seen.focus = seen.person('profile', [key, ...mails.map((value): SeenKey => ({ kind: 'email', value }))], name);
  seen.work(
    seen.focus,
    [card, ...visible(document, '[data-sn-view-name="lead-current-role"]')].flatMap((part) =>
      visible(part, '[data-anonymize="headline"], [data-anonymize="job-title"], [data-anonymize="company-name"]').map(text),
    ),
  );
}

export function readLeads(seen: Seen, document: Document): void {
  for (const row of visible(
    document,
    'main [data-scroll-into-view^="urn:li:fs_salesProfile:("], #search-results-container [data-scroll-into-view^="urn:li:fs_salesProfile:("]',
  )) {
    const id = /\((ACwAA[\w-]{8,}),/.exec(row.getAttribute('data-scroll-into-view')!)?.[1];
    if (id) seen.person('result', [{ kind: 'sales-navigator', value: id }], text(visible(row, '[data-anonymize="person-name"]')[0]));
  }
  if (seen.people.length) {
    seen.matched.rows = 'row id';
    return;
  }
  for (const link of visible(document, 'main a[href*="/sales/lead/"], #search-results-container a[href*="/sales/lead/"]')) {
    const key = profileKey(link.getAttribute('href'));
    const name = link.matches('[data-anonymize="person-name"]') ? link : visible(link, '[data-anonymize="person-name"]')[0];
    if (key && name && !link.closest('aside')) seen.person('result', [key], text(name));
  }
  if (seen.people.length) seen.matched.rows = 'link';
}
