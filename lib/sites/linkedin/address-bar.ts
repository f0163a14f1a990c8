import { decoded } from '../address.ts';
import type { SeenKey } from '../site.ts';

/** What an address of LinkedIn says about a person, whatever page it stands on. */

/** The profile that an address leads to. Opaque ids are keys of their own: nothing can be made of one but itself. */
export function profileKey(href: string | null | undefined): SeenKey | undefined {
  const url = href && URL.canParse(href, 'https://www.linkedin.com') ? new URL(href, 'https://www.linkedin.com') : undefined;
  if (!url || !/^(?:[a-z-]+\.)?linkedin\.com$/.test(url.hostname)) return undefined;
  const lead = /^\/sales\/(?:lead|people)\/(ACwAA[\w-]{8,}?)(?:[,/]|$)/.exec(decoded(url.pathname))?.[1];
  if (lead) return { kind: 'sales-navigator', value: lead };
  const slug = /^\/(?:mwlite\/)?in\/([^/]+)/.exec(url.pathname)?.[1];
  const value = slug && decoded(slug).normalize('NFC').trim();
  if (!value || value.length > 200 || /[\s/?#<>]/.test(value)) return undefined;
  if (/^ACoAA[\w-]{8,}$/.test(value)) return { kind: 'linkedin-member', value };
  // A Sales Navigator id in a profile's address leads nowhere.
  return /^AC[rw]AA/.test(value) ? undefined : { kind: 'linkedin', value };
}
