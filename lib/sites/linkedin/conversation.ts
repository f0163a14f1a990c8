import { shown, text, visible } from '../dom.ts';
import type { Seen } from '../seen.ts';
import type { SeenKey, SeenPerson } from '../site.ts';
import { profileKey, sameKey } from './address-bar.ts';

/**
 * Conversations: the messaging page and the bubbles at the foot of any page. The header links the other person, always by
 * the opaque id; what they wrote links them again. Groups, sponsored and new messages have no such single link.
 */

const words = '.msg-s-event-listitem__body, .msg-s-event__content, .msg-s-event-listitem__message-bubble';
const outside = (elements: Element[]) => elements.filter((one) => !one.closest(words));

export function readThread(seen: Seen, document: Document): void {
  seen.view = 'conversation';
  const links = outside(visible(document, 'a.msg-thread__link-to-profile[href*="/in/"], .msg-title-bar a[href*="/in/"]'));
  const events = outside(visible(document, '.msg-s-event-listitem')).filter((one) => !one.closest('[class*="msg-overlay"]'));
  seen.matched.thread = 'title link';
  partner(seen, links, events, true);
}

/** Bubbles that are open. One of them is in focus where nothing else on the page is. */
export function readBubbles(seen: Seen, document: Document, alone: boolean): void {
  const headers = outside(visible(document, '.msg-overlay-conversation-bubble-header')).filter(
    (header) =>
      shown(header) &&
      !header.closest('main') &&
      header.querySelector('.msg-overlay-conversation-bubble__expand-btn')?.getAttribute('aria-expanded') !== 'false',
  );
  if (!headers.length) return;
  if (alone) seen.view = 'conversation';
  const rootOf = (header: Element) => header.closest('.msg-overlay-conversation-bubble') ?? header.parentElement!;
  const active = headers.length === 1 ? headers[0] : headers.find((header) => rootOf(header).contains(document.activeElement));
  for (const header of headers) {
    const links = visible(header, '.msg-overlay-bubble-header__title a[href*="/in/"], h2 a[href*="/in/"]');
    const events =
      headers.length > 1 && rootOf(header) === header.parentElement ? [] : outside(visible(rootOf(header), '.msg-s-event-listitem'));
    if (alone && header === active) seen.matched.thread = 'bubble';
    partner(seen, links, events, alone && header === active);
  }
  if (alone && !active) seen.unknown = 'several-threads';
}

function partner(seen: Seen, links: Element[], events: Element[], inFocus: boolean): void {
  const keys = distinct(links);
  const authors = (mine: boolean) =>
    distinct(events.filter((one) => one.matches('.msg-s-event-listitem--other') !== mine).flatMap(authorLinks));
  const mine = authors(true);
  const others = authors(false);
  const [key] = keys;
  if (!key || keys.length > 1) {
    if (inFocus) seen.unknown = keys.length > 1 ? 'conflict' : 'none';
    return;
  }
  const name = links.map((link) => text(visible(link, 'h2, .msg-entity-lockup__entity-title')[0] ?? link)).find(Boolean);
  const conflict = others.some((other) => !sameKey(other, key)) || mine.some((own) => sameKey(own, key));
  const person: SeenPerson | undefined = seen.person('author', [key], name);
  for (const own of mine) if (!sameKey(own, key)) seen.person('self', [own]);
  if (!inFocus) return;
  if (others.length) seen.matched.check = 'messages';
  if (conflict) seen.unknown = 'conflict';
  else seen.focus = person;
}

const authorLinks = (event: Element): Element[] =>
  outside(visible(event, '.msg-s-event-listitem__link[href], .msg-s-message-group__meta a[href]'));

const distinct = (links: Element[]): SeenKey[] => {
  const found: SeenKey[] = [];
  for (const link of links) {
    const key = profileKey(link.getAttribute('href'));
    if (key && !found.some((other) => sameKey(other, key))) found.push(key);
  }
  return found;
};
