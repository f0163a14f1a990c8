import type { SiteId } from '../sites/site.ts';

/** Where a reader may run: the match patterns of the sites, and the origins that the user added. */

export interface Place {
  site: SiteId;
  patterns: readonly string[];
}

/** The site whose reader belongs at an address, or nothing. The more exact place stands first. */
export const siteAt = (url: URL, places: readonly Place[]): SiteId | undefined =>
  places.find(({ patterns }) => patterns.some((pattern) => matches(pattern, url)))?.site;

/** What the browser calls a match pattern: `scheme://host/path`, with `*` for schemes, subdomains and in paths. */
export function matches(pattern: string, url: URL): boolean {
  const parts = /^(\*|https?):\/\/(\*|(?:\*\.)?[^/*:]+|\[[^\]]+\])(?::(\d+|\*))?(\/.*)$/.exec(pattern);
  if (!parts) return false;
  const [, scheme, host, port, path] = parts as unknown as [string, string, string, string | undefined, string];
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return false;
  if (scheme !== '*' && url.protocol !== `${scheme}:`) return false;
  if (port !== undefined && port !== '*' && port !== (url.port || (url.protocol === 'https:' ? '443' : '80'))) return false;
  if (host.startsWith('*.')) {
    if (url.hostname !== host.slice(2) && !url.hostname.endsWith(host.slice(1))) return false;
  } else if (host !== '*' && url.hostname !== host) return false;
  const glob = path.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${glob.join('.*')}$`).test(url.pathname + url.search);
}

/**
 * The permission and match pattern of an origin. Without its port: match patterns of Firefox know none, and a mail host
 * on two ports is one host.
 */
export function patternOf(origin: string): string | undefined {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  return url && (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname ? `${url.protocol}//${url.hostname}/*` : undefined;
}

export const added = (origins: readonly { origin: string; site: SiteId }[]): Place[] =>
  origins.flatMap(({ origin, site }) => {
    const pattern = patternOf(origin);
    return pattern ? [{ site, patterns: [pattern] }] : [];
  });
