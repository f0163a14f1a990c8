import { email, emailsIn, type Mailbox, mailbox, mailboxes, same, writtenInPlace } from '../address.ts';
import { before, outermost, shown, text, visible } from '../dom.ts';
import type { Seen } from '../seen.ts';
import type { SeenPerson } from '../site.ts';
import { isOwnName } from './account.ts';

/**
 * The reading pane: one message, or a conversation of which some messages are open. Addresses of colleagues stand nowhere
 * on the page: then there is only a name. Label words are never looked at, only where things stand.
 */

/** Contents of mails, and editors: nothing in there is a header. */
export const bodies = '[id^="UniqueMessageBody"], [role="document"], .allowTextSelection, [contenteditable="true"]';

const panes = '#ConversationReadingPaneContainer, #ItemReadingPaneContainer, #ReadingPaneContainerId';

/** What holds open messages: a pane, else whatever is the main part. A chosen row alone opens nothing. */
export function openPanes(document: Document): Element[] {
  const holds = (pane: Element) => shown(pane) && headers(pane).length > 0;
  const found = outermost(visible(document, panes)).filter(holds);
  return found.length
    ? found
    : outermost(
        visible(document, '[data-app-section="ConversationContainer"], [data-app-section="MailReadCompose"], [role="main"]'),
      ).filter(holds);
}

/** The block that names the sender of an open message. */
function headers(pane: Element): Element[] {
  const outside = (elements: Element[]) => elements.filter((one) => !one.closest(bodies));
  const named = outside(visible(pane, '[id^="MSG_"][id$="_FROM"]'));
  if (named.length) return named;
  const bodiesHere = visible(pane, bodies);
  return outside(visible(pane, '.OZZZK')).filter(
    (one) => !one.closest('[aria-expanded="false"]') && bodiesHere.some((body) => before(one, body)),
  );
}

interface Message {
  sender: Mailbox & { how: string; conflict?: true };
  to: Mailbox[][];
  mine: boolean;
}

export function readMessage(seen: Seen, pane: Element): void {
  seen.view = 'message';
  const document = pane.ownerDocument;
  const messages = headers(pane).map((header, index, all): Message => {
    const sender = senderOf(header);
    const mine = sender.email ? seen.isMine(sender.email) : isOwnName(document, sender.name);
    return { sender, mine, to: recipientsOf(header, all[index + 1], pane) };
  });
  const theirs = messages.filter((one) => !one.mine);
  const focused = theirs.at(-1);
  const people = new Map<Message, SeenPerson | undefined>();
  for (const one of [...theirs].reverse()) people.set(one, seen.mail('sender', one.sender.email, one.sender.name));
  for (const one of messages.filter((each) => each.mine)) seen.mail('sender', one.sender.email, one.sender.name);
  const to: (SeenPerson | undefined)[] = [];
  for (const one of messages)
    for (const [index, boxes] of one.to.entries())
      for (const box of boxes) {
        const person = seen.mail((['to', 'cc', 'bcc'] as const)[index] ?? 'bcc', box.email, box.name);
        if (index === 0) to.push(person);
      }

  if (!messages.some(({ sender }) => sender.email ?? sender.name)) seen.unknown = 'unreadable';
  else if (messages.some(({ sender }) => sender.conflict)) seen.unknown = 'conflict';
  // A body without a header of its own: somebody else has written, and who can't be seen.
  else if (bodiesIn(pane) > messages.length) seen.unknown = 'unreadable';
  else if (focused) {
    seen.matched.sender = focused.sender.how;
    // Either end of a conversation may be the newest one; which it is, is a setting.
    const distinct = new Set(theirs.map((one) => people.get(one)));
    if (inPlace(focused.sender, messages)) seen.unknown = 'group';
    else if (distinct.size === 1) seen.focus = people.get(focused);
  } else {
    const others = [...new Set(to)].filter((person) => person && !seen.isMine(person.keys[0]?.value) && !isOwnName(document, person.name));
    if (others.length === 1) {
      seen.matched.focus = 'only recipient';
      seen.focus = others[0];
    } else if (!others.length) seen.unknown = 'own-address';
  }
}

/** How many mails are open. What a mail's own content says it is doesn't count. */
const bodiesIn = (pane: Element) =>
  outermost(visible(pane, '[role="document"], [id^="UniqueMessageBody"]')).filter(
    (one) => one.matches('[id^="UniqueMessageBody"]') || one.querySelector('[id^="UniqueMessageBody"]'),
  ).length;

/**
 * The visible words and the label for screen readers say the same thing, the label with one localised word and a colon
 * before it. Forms: `Name<a@b>`, `a@b`, or only a name.
 */
function senderOf(header: Element): Message['sender'] {
  const spoken = visible(header, '[aria-label]')
    .concat(header.hasAttribute('aria-label') ? [header] : [])
    .filter((one) => !one.matches('[role="button"], button'))
    .map((one) => one.getAttribute('aria-label')!);
  const written = visible(header, '.OZZZK');
  const word = written[0] ?? visible(header, '[role="heading"]')[0] ?? header;
  const words = mailbox(text(word));
  const twin = written.some((one) => text(one) !== text(word));
  const title = visible(header, '[title*="@"]').flatMap((one) => email(one.getAttribute('title')) ?? [])[0];
  const label = spoken.map((one) => mailbox(one.replace(/^[^:：]*[:：]/, ''))).find((one) => one.email) ?? {};
  const found = [words.email, label.email, title].filter((one) => one !== undefined);
  const several = emailsIn(text(word)).length > 1 && emailsIn(text(word)).some((one) => !same(one, words.email ?? ''));
  const address = found[0];
  const name = words.name ?? label.name;
  const how = words.email ? 'text' : label.email ? 'label' : title ? 'title' : 'name';
  const conflict = twin || (address !== undefined && found.some((one) => !same(one, address))) || (several && !words.email);
  return { how, ...(name ? { name } : {}), ...(conflict ? { conflict } : address ? { email: address } : {}) };
}

/** Recipients stand between this message's sender and the next one's: To, Cc and Bcc one after the other. */
function recipientsOf(header: Element, next: Element | undefined, pane: Element): Mailbox[][] {
  const mine = (one: Element) => before(header, one) && (!next || before(one, next)) && !one.closest(bodies);
  const wells = visible(pane, '[data-testid="RecipientWell"]').filter(mine);
  const rows = wells.flatMap((well) => {
    const parts = outermost(visible(well, '[aria-readonly="true"], [role="list"]'));
    return parts.length ? parts : [well];
  });
  return rows.map((row) => {
    const pills = outermost(visible(row, '[data-lpc-hover-target-id], .lpc-hoverTarget'));
    const boxes = pills.map((pill) => mailbox(text(pill))).filter((box) => box.email ?? box.name);
    return boxes.length ? boxes : mailboxes((row.getAttribute('aria-label') ?? '').replace(/^[^:：]*[:：]/, ''));
  });
}

function inPlace(sender: Mailbox, messages: readonly Message[]): boolean {
  if (writtenInPlace(sender.name)) return true;
  const twins = messages.flatMap(({ to }) => to.flat()).filter((to) => to.email && sender.email && same(to.email, sender.email));
  return twins.some(
    (twin) => !sender.name || (twin.name && twin.name.toLowerCase().split(/[\s,]/)[0] !== sender.name.toLowerCase().split(/[\s,]/)[0]),
  );
}
