import { email, emailIn, same, writtenInPlace } from '../address.ts';
import { all, before, hidden, outermost, shown, text, visible } from '../dom.ts';
import type { Seen } from '../seen.ts';
import type { SeenPerson } from '../site.ts';
import { bodies, learnMine } from './account.ts';
import { hex } from './address-bar.ts';
import { composes } from './compose.ts';

/**
 * An open thread, full width or in a split pane. Gmail keeps views that were open before in the document, hidden; names
 * of containers differ between accounts, so the messages themselves are the last way to find one.
 */

const message = '[role="listitem"], .adn, .adf, [data-message-id], [data-legacy-message-id]';
const containers = ['.a98.iY', '.PeIF1d', '.nH.g.id', '.nH.UG.id'];

/** Threads in view: none, one, or several when they can't be told apart. `wanted` is the id in the address. */
export function threads(seen: Seen, document: Document, wanted: string | undefined): Element[] {
  const found = seen.first('thread', [
    ...containers.map((selector) => [selector, () => some(threadsIn(document, selector))] as const),
    ['messages in main', () => some(threadsIn(document, '[role="main"]'))],
    ['messages alone', () => (document.querySelector('[role="main"]') ? undefined : some(threadsIn(document, 'body')))],
  ]);
  if (!found || found.length < 2) return found ?? [];
  const named = found.filter((root) => wanted && idOf(root) === wanted);
  return named.length === 1 ? named : found;
}

const some = (elements: Element[]) => (elements.length ? elements : undefined);
const threadsIn = (document: Document, selector: string) =>
  outermost(visible(document, selector)).filter((root) => shown(root) && messagesOf(root).length > 0);

const idOf = (root: Element): string | undefined => {
  const heading = root.querySelector('h2[data-legacy-thread-id], h2[data-thread-perm-id]');
  return heading?.getAttribute('data-legacy-thread-id') ?? hex(heading?.getAttribute('data-thread-perm-id'));
};

interface Message {
  open: boolean;
  sender?: Sender;
  to: { email?: string; name?: string }[];
}
interface Sender {
  email?: string;
  name?: string;
  how: string;
}

export function readThread(seen: Seen, root: Element): void {
  seen.view = 'message';
  const byWord = learnMine(
    seen,
    visible(root, '[email], [data-hovercard-id*="@"]').filter((span) => !span.closest(`${bodies}, ${composes}`)),
  );
  const messages = messagesOf(root).map(read);
  const senders = messages.filter((one) => one.sender);
  const focused = seen.first('focus', [
    ['last open message', () => senders.findLast((one) => one.open && !seen.isMine(one.sender?.email))],
    ['last message of another', () => senders.findLast((one) => !seen.isMine(one.sender?.email))],
  ]);
  const people = new Map<Message, SeenPerson | undefined>();
  const add = (one: Message) => people.set(one, seen.mail('sender', one.sender?.email || undefined, one.sender?.name));
  if (focused) add(focused);
  for (const one of senders) add(one);
  const recipients = messages.flatMap((one) => one.to.map((to) => seen.mail('to', to.email, to.name)));
  if (focused?.sender) seen.matched.sender = focused.sender.how;

  // Another has written to it as the user's: then it is.
  const called = (address: string) =>
    messages.some(
      ({ sender, to }) => sender?.email && !isOf(byWord, sender.email) && to.some((one) => one.email && same(one.email, address)),
    );
  const doubtful = byWord.filter((address) => !called(address));
  const since = messages.slice(focused ? messages.indexOf(focused) + 1 : 0);

  if (messages.some((one) => one.sender?.email === '') || since.some(({ sender }) => sender?.email && isOf(doubtful, sender.email)))
    seen.unknown = 'conflict';
  else if (focused?.sender) {
    // Somebody else has written since, and who can't be seen.
    if (messages.slice(messages.indexOf(focused) + 1).some((one) => one.open && !one.sender)) seen.unknown = 'unreadable';
    else if (inPlace(focused.sender, messages)) seen.unknown = 'group';
    else seen.focus = people.get(focused);
  } else {
    // Only the user has written: then it is about whom they wrote to.
    const others = new Set(recipients.filter((person) => person?.keys[0] && !seen.isMine(person.keys[0].value)));
    if (senders.length && others.size === 1) {
      seen.matched.focus = 'only recipient';
      [seen.focus] = others;
    } else if (senders.length) seen.unknown = others.size ? undefined : 'own-address';
    else seen.unknown = 'unreadable';
  }
}

const isOf = (addresses: readonly string[], address: string) => addresses.some((one) => same(one, address));

/** Messages within messages are what a mail's body imitates. */
const messagesOf = (root: Element): Element[] => outermost(visible(root, message).filter((one) => !one.closest(`${bodies}, ${composes}`)));

function read(root: Element): Message {
  const headers = (selector: string) =>
    all(root, selector).filter(
      (element) => !element.closest(`${bodies}, ${composes}`) && !hidden(element.matches('img') ? element.parentElement! : element),
    );
  const open =
    root.getAttribute('aria-expanded') !== 'false' &&
    !root.matches('.kv, .ky, .kQ, .kx') &&
    !(root.querySelector('.adf') && !root.querySelector('.adn'));
  const to = headers('.g2[email], .hb [email]').map((span) => ({
    email: email(span.getAttribute('email')),
    name: span.getAttribute('name') ?? undefined,
  }));
  const sender = senderOf(headers);
  return { open, to, ...(sender ? { sender } : {}) };
}

/**
 * The element that names the sender, and the witnesses around it: the address written out beside the name, the hover
 * card's id, the picture. An address on which two of them disagree is empty, which is told as a conflict.
 */
function senderOf(headers: (selector: string) => Element[]): Sender | undefined {
  const beside = headers('.go').flatMap((element) => emailIn(text(element)) ?? [])[0];
  const [portrait] = headers('img[jid], .aju [data-hovercard-id]').filter((image) => picturedBy(image));
  const picture = portrait && picturedBy(portrait);
  const date = headers('.g3')[0];
  const named = (selector: string) => headers(selector).filter((one) => !one.closest('.hb, .aju') && !one.matches('.g2'));
  // A header marks one sender, by class and by place. A second one stands in a body that can't be told from it any more.
  const marked = ways.slice(0, 2).flatMap(([, selector]) => named(selector).flatMap((one) => email(one.getAttribute('email')) ?? []));
  for (const [how, selector] of ways) {
    const [span] = named(selector);
    if (!span) continue;
    const attributes = [span.getAttribute('email'), span.getAttribute('data-hovercard-id')].flatMap((value) => email(value) ?? []);
    const address = attributes[0] ?? beside;
    // Whoever only comes first needs a witness: recipients carry the same attributes.
    if (how === 'first address' && !(beside ?? picture) && !(date && before(span, date))) continue;
    const witnesses = [...attributes, beside, picture, ...(how === 'first address' ? [] : marked)].filter((one) => one !== undefined);
    const agreed = address === undefined || witnesses.every((one) => same(one, address));
    const name = span.getAttribute('name') || text(span) || undefined;
    return { email: agreed ? address : '', how, ...(name ? { name } : {}) };
  }
  const only = beside ?? picture;
  if (!only || (beside && picture && !same(beside, picture))) return undefined;
  // The picture's name is needed to tell a group that writes for somebody.
  const name = portrait?.getAttribute('data-name');
  return { email: only, how: beside ? 'address in text' : 'picture', ...(name ? { name } : {}) };
}
const picturedBy = (image: Element) => email(image.getAttribute('jid')) ?? email(image.getAttribute('data-hovercard-id'));
const ways = [
  ['sender element', '.gD'],
  ['sender cell', 'h3 [email], h3 [data-hovercard-id], td.gF [email], td.gF [data-hovercard-id]'],
  ['first address', '[email], [data-hovercard-id*="@"]'],
] as const;

/** A group or service that writes for somebody: its name says so, or it also receives the mail under another name. */
function inPlace(sender: Sender, messages: readonly Message[]): boolean {
  if (writtenInPlace(sender.name) || /@googlegroups\.com$/i.test(sender.email ?? '')) return true;
  const twins = messages.flatMap((one) => one.to).filter((to) => to.email && sender.email && same(to.email, sender.email));
  return twins.some((twin) => !sender.name || (twin.name && firstWord(twin.name) !== firstWord(sender.name)));
}
const firstWord = (name: string) => name.toLowerCase().split(/[\s,]/)[0];
