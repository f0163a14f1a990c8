import { visible } from '../dom.ts';
import type { Seen } from '../seen.ts';
import { profileKey } from './address-bar.ts';

/**
 * The vanity of whoever is looking: from the navigation, and from the answer about oneself that the page embeds (the only
 * embedded data that stays true while navigating). They must not contradict each other.
 */
export function readViewer(seen: Seen, document: Document): void {
  const links = visible(document, 'header nav a[href*="/in/"], #global-nav a[href*="/in/"]')
    .filter((link) => !link.closest('main'))
    .flatMap((link) => profileKey(link.getAttribute('href')) ?? []);
  const shown = new Set(links.filter(({ kind }) => kind === 'linkedin').map(({ value }) => value));
  const [link] = shown.size === 1 ? shown : [];
  const written = embedded(document);
  if (link && written && link.toLowerCase() !== written.toLowerCase()) return;
  seen.account = seen.first('account', [
    ['navigation', () => link],
    ['written by the server', () => written],
  ]);
}

function embedded(document: Document): string | undefined {
  for (const code of document.querySelectorAll('code[id^="datalet-bpr-guid-"]')) {
    if (!/"request":\s*"\/voyager\/api\/me"/.test(code.textContent ?? '')) continue;
    const body = document.getElementById(code.id.replace('datalet-', ''))?.textContent ?? '';
    return /"publicIdentifier":\s*"([^"\\\s]{1,200})"/.exec(body)?.[1];
  }
  return undefined;
}
