import { email, mailto } from '../address.ts';
import { all, hidden, shown, text, visible } from '../dom.ts';
import { profileKey } from '../linkedin/address-bar.ts';
import type { SeenKey } from '../site.ts';

/** People that a page marks as such: h-card (and its older form vCard) in the markup, Person in JSON-LD. */
export interface Marked {
  name?: string;
  keys: SeenKey[];
  /** The whole page is about this one, says the page. */
  main: boolean;
  /** Wrote what stands on the page. */
  author: boolean;
}

const card = '.h-card, .vcard';

export function cards(document: Document, here: URL): Marked[] {
  return visible(document, card)
    .filter((root) => !root.closest(content) && !root.matches('.p-org, .p-location') && shown(root))
    .map((root) => {
      // What belongs to a card within this one (an organisation's) is not this person's.
      const own = (selector: string) =>
        [...(root.matches(selector) ? [root] : []), ...all(root, selector).filter((one) => one.closest(card) === root)].filter(
          (one) => !hidden(one),
        );
      const links = own('a[href]').map((link) => link.getAttribute('href'));
      const mails = [
        ...links.map(mailto),
        ...own('.u-email, .email').flatMap((one) => mailto(one.getAttribute('href')) ?? email(text(one)) ?? []),
      ];
      const mail = mails.find((one) => one !== undefined);
      const profile = links.map(profileKey).find((one) => one !== undefined);
      const named = own('.p-name, .fn')[0];
      const bare = root.matches('a, span') || !root.childElementCount ? text(root) : '';
      const name = text(named) || bare;
      const about = own('.u-url, .u-uid, .url').some((link) => leadsHere(link.getAttribute('href'), here));
      return {
        ...(name && name !== mail ? { name } : {}),
        keys: keysOf(mail, profile),
        main: about,
        author: root.closest('.p-author') !== null,
      };
    })
    .filter(({ keys, name }) => keys.length > 0 || name);
}

/** A mail's or an article's own content: what is in there was written by somebody else than the page. */
export const content = '.e-content, [itemprop="articleBody"]';

const leadsHere = (href: string | null, here: URL) => {
  const target = href ? URL.parse(href, here.href) : undefined;
  return target?.origin === here.origin && target.pathname === here.pathname && target.search === here.search;
};

const keysOf = (mail: string | undefined, profile: SeenKey | undefined): SeenKey[] => [
  ...(mail ? [{ kind: 'email', value: mail } as const] : []),
  ...(profile ? [profile] : []),
];

type Json = { [name: string]: unknown };

/** People in the page's structured data, at most so deep as real pages nest them. */
export function structured(document: Document): Marked[] {
  const found: Marked[] = [];
  const walk = (value: unknown, main: boolean, author: boolean, depth: number): void => {
    if (depth > 6 || found.length >= 50 || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const one of value.slice(0, 200)) walk(one, main, author, depth + 1);
      return;
    }
    const thing = value as Json;
    const types = [thing['@type']].flat();
    if (types.includes('Person')) {
      const mail = strings(thing.email)
        .map((one) => mailto(one) ?? email(one))
        .find((one) => one !== undefined);
      const profile = [...strings(thing.sameAs), ...strings(thing.url), ...strings(thing['@id'])]
        .map(profileKey)
        .find((one) => one !== undefined);
      const name = strings(thing.name)[0];
      if (mail || profile || name) found.push({ ...(name ? { name } : {}), keys: keysOf(mail, profile), main, author });
      return;
    }
    const about = types.includes('ProfilePage');
    for (const [name, inner] of Object.entries(thing).slice(0, 100))
      walk(inner, about && (name === 'mainEntity' || name === 'about'), name === 'author' || name === 'creator', depth + 1);
  };
  for (const script of all(document, 'script[type="application/ld+json"]').slice(0, 20)) {
    try {
      walk(JSON.parse((script.textContent ?? '').slice(0, 200_000)), false, false, 0);
    } catch {
      // Broken structured data is common; the page still has its visible parts.
    }
  }
  return found;
}

const strings = (value: unknown): string[] => [value].flat().filter((one) => typeof one === 'string');
