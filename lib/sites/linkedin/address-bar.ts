import { decoded } from '../address.ts';
import type { SeenKey, View } from '../site.ts';

/** What an address of LinkedIn says about a person, whatever page it stands on. */

const parsed = (href: string | null | undefined): URL | undefined => {
  const url = href ? URL.parse(href, 'https://www.linkedin.com') : undefined;
  return url && /^(?:[a-z-]+\.)?linkedin\.com$/.test(url.hostname) ? url : undefined;
};

/** The profile that an address leads to. Opaque ids are keys of their own: nothing can be made of one but itself. */
export function profileKey(href: string | null | undefined): SeenKey | undefined {
  const url = parsed(href);
  if (!url) return undefined;
  const lead = /^\/sales\/(?:lead|people)\/(ACwAA[\w-]{8,})(?:[,/]|$)/.exec(decoded(url.pathname))?.[1];
  if (lead) return { kind: 'sales-navigator', value: lead };
  const slug = /^\/(?:mwlite\/)?in\/([^/]+)/.exec(url.pathname)?.[1];
  // Encoded twice where an address was put into another one.
  const value = slug && decoded(decoded(slug)).normalize('NFC').trim();
  if (!value || value === 'me' || value.length > 200 || /[\s/?#<>%\p{Cc}]/u.test(value)) return undefined;
  if (/^ACoAA[\w-]{8,}$/.test(value)) return { kind: 'linkedin-member', value };
  // A Sales Navigator id in a profile's address leads nowhere.
  return /^AC[a-z]AA/.test(value) ? undefined : { kind: 'linkedin', value };
}

/** Opaque id that an address carries beside the profile: `?miniProfileUrn=urn:li:fs_miniProfile:ACoAA…`. */
export function memberIn(href: string | null | undefined, ...parameters: string[]): SeenKey | undefined {
  // A list has a hundred addresses, and parsing is what reading it costs most.
  const url = parameters.some((name) => href?.includes(name)) ? parsed(href) : undefined;
  const found = parameters.map((name) => /(?:^|:)(ACoAA[\w-]{8,})$/.exec(url?.searchParams.get(name) ?? '')?.[1]).find(Boolean);
  return found ? { kind: 'linkedin-member', value: found } : undefined;
}

/** Vanities are the same whatever their case; opaque ids only letter by letter. */
export const sameKey = (one: SeenKey, other: SeenKey): boolean =>
  one.kind === other.kind && (one.kind === 'linkedin' ? one.value.toLowerCase() === other.value.toLowerCase() : one.value === other.value);

export function viewOf(url: URL): View | null {
  if (!/^(?:[a-z-]+\.)?linkedin\.com$/.test(url.hostname)) return null;
  const path = url.pathname;
  if (/^\/in\/[^/]+\/overlay\/contact-info\/?$/.test(path)) return 'contact-info';
  if (/^\/(?:mwlite\/)?in\/[^/]+(?:\/[a-z]{2})?\/?$|^\/in\/[^/]+\/overlay\//.test(path) || /^\/sales\/(?:lead|people)\/ACwAA/.test(path))
    return 'profile';
  if (/^\/messaging(?:\/|$)/.test(path)) return 'conversation';
  if (/^\/search\/results\/(?:people|all)|^\/mynetwork\/.*connections|^\/sales\/(?:search|lists)\/people/.test(path)) return 'search';
  return 'none';
}
