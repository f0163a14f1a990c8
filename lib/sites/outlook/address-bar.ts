import type { View } from '../site.ts';

/** Hosts that Microsoft serves Outlook from; a company may have its own. */
export const hosts = ['outlook.live.com', 'outlook.office.com', 'outlook.office365.com', 'outlook.cloud.microsoft'];

/** A message's id in the address differs between visits to the same mail, so only the kind of page is taken from it. */
export function viewOf(url: URL): View | null {
  if (!/^\/(?:mail|owa)(?:\/|$)/.test(url.pathname)) return hosts.includes(url.hostname) ? 'none' : null;
  if (url.hostname === 'mail.google.com') return null;
  if (/\/compose(?:\/|$)/.test(url.pathname)) return 'compose';
  return /\/(?:id|rp|deeplink\/read)\/./.test(url.pathname) ? 'message' : 'list';
}
