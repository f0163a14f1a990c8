import { text, visible } from '../dom.ts';
import type { Seen } from '../seen.ts';
import { memberIn, profileKey } from './address-bar.ts';

/** Found people and one's own connections, with the opaque id beside the vanity where a row has both. Links to mutual connections are other people. */
export function readSearch(seen: Seen, document: Document): void {
  const titles = seen.first('rows', [
    ['title of a result', () => some(visible(document, 'a[data-view-name="search-result-lockup-title"][href*="/in/"]'))],
    [
      'connection',
      () => some(visible(document, 'a.mn-connection-card__link[href*="/in/"], a[data-view-name="connections-profile"][href*="/in/"]')),
    ],
    ['result template', () => some(visible(document, '[data-view-name="search-entity-result-universal-template"] .t-16 a[href*="/in/"]'))],
  ]);
  for (const title of titles ?? []) {
    const href = title.getAttribute('href');
    const key = title.closest(others) ? undefined : profileKey(href);
    const member = key?.kind === 'linkedin' ? memberIn(href, 'miniProfileUrn') : undefined;
    // The name stands there twice: for eyes, and in a sentence for screen readers.
    if (key)
      seen.person(
        'result',
        [key, ...(member ? [member] : [])],
        text(title.querySelector('span[aria-hidden="true"], .mn-connection-card__name') ?? title),
      );
  }
}
const others = '.entity-result__insights, [data-view-name="search-result-social-proof-insight"]';
const some = (elements: Element[]) => (elements.length ? elements : undefined);
