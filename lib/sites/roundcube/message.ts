import { email, mailbox, same, writtenInPlace } from '../address.ts';
import { text, visible } from '../dom.ts';
import type { Seen } from '../seen.ts';
import type { PersonRole } from '../site.ts';
import { env } from './env.ts';

/**
 * An open message: in the page itself, in a window of its own, or in the preview's frame. Everything outside the header
 * block is body, and bodies repeat header tables (forwarded messages) or imitate them.
 */

interface Found {
  email?: string;
  name?: string;
}

const body = '#messagebody, #message-content, #messagecontent, #messagepreview, .message-htmlpart, .message-part, .rcmBody';

/** The header block of a message, of either skin. */
export function headerOf(document: Document): [name: string, header: Element | undefined] {
  for (const [name, selector] of [
    ['elastic', '#message-header'],
    ['larry', '#messageheader'],
  ] as const) {
    const headers = visible(document, selector).filter((element) => !element.closest(body));
    if (headers.length) return [name, headers.length === 1 ? headers[0] : undefined];
  }
  return ['', undefined];
}

export function readMessage(seen: Seen, document: Document): void {
  seen.view = 'message';
  const [skin, header] = headerOf(document);
  if (!header) {
    seen.unknown = skin ? 'conflict' : 'unreadable';
    return;
  }
  seen.matched.header = skin;
  seen.mine(email(env(document, 'username')));

  const server = mailbox(env(document, 'sender'));
  const written = server.email;
  const short = summary(header);
  const recipients = (['to', 'cc', 'bcc'] as const).map((role) => [role, cell(header, role)] as const);
  const others = recipients.flatMap(([, boxes]) => boxes);
  const cells = cell(header, 'from');
  const spare = cells.length ? undefined : standIn(server, short, others);
  const from = spare ? [spare] : cells;
  const sender = from[0];
  const people = new Map<Found, ReturnType<Seen['mail']>>();
  const add = (role: PersonRole, boxes: Found[]) => {
    for (const box of boxes) people.set(box, seen.mail(role, box.email, box.name));
  };
  add('sender', from);
  add('reply-to', cell(header, 'replyto'));
  for (const [role, boxes] of recipients) add(role, boxes);
  if (!sender && !others.length) {
    seen.unknown = 'unreadable';
    return;
  }
  if (sender) seen.matched.sender = spare ? 'stand-in' : sender.email ? 'mailto' : 'text';

  const sent = seen.first('sent', [
    ['summary', () => (sender && short?.email && !has(from, short.email) && has(others, short.email) ? true : undefined)],
    ['own sender', () => (seen.isMine(sender?.email) ? true : undefined)],
  ]);
  const witnesses = [written, sent ? undefined : short?.email].filter((one) => one !== undefined);
  const astray = sent && short?.email && !has(others, short.email);
  if (
    astray ||
    // It names somebody by something that is no address: in Sent that would be whom the mail goes to.
    (short && !short.email && sender?.email) ||
    from.length > 1 ||
    from.some((one) => one.email === '') ||
    witnesses.some((one) => sender?.email && !same(one, sender.email))
  ) {
    seen.unknown = 'conflict';
    return;
  }
  if (witnesses.length) seen.matched.check = written ? 'written by the server' : 'summary';
  // Nothing tells a received mail from a sent one: no line that says to whom, and no address of the user's own.
  if (!sent && !short && !seen.own.length && !/^inbox/i.test(env(document, 'mailbox') ?? '')) {
    seen.unknown = 'own-address';
    return;
  }

  if (sent) {
    seen.mine(sender?.email);
    const to = others.filter((one) => !seen.isMine(one.email));
    const mainly = recipients[0]![1].filter((one) => !seen.isMine(one.email));
    if (!to.length) seen.unknown = 'own-address';
    else if (mainly.length === 1 || (!mainly.length && to.length === 1)) seen.focus = people.get(mainly[0] ?? to[0]!);
    return;
  }
  if (sender && inPlace(sender, others)) seen.unknown = 'group';
  else if (sender) seen.focus = people.get(sender);
  else seen.unknown = 'unreadable';
}

/**
 * Where the row of the sender is gone: the one whom the server wrote into the page, or whom the summary names, as long as
 * the two don't differ. In Sent and Drafts the summary names a recipient, so that recipients must be readable to rule that
 * out. Without a name it can't be told whether a list wrote in somebody's place.
 */
function standIn(server: Found, short: Found | undefined, others: readonly Found[]): Found | undefined {
  const named = short?.email && others.length && !has(others, short.email) ? short : undefined;
  if (server.email && named && !same(server.email, named.email!)) return undefined;
  const found = { ...server, ...named };
  return found.email && found.name && !has(others, found.email) ? found : undefined;
}

/** A list or service that writes for somebody: its name says so, or it is also a recipient, under another name. */
function inPlace(sender: Found, others: readonly Found[]): boolean {
  if (writtenInPlace(sender.name)) return true;
  const twin = others.find((other) => sender.email && other.email && same(other.email, sender.email));
  return Boolean(twin?.name && sender.name && firstWord(twin.name) !== firstWord(sender.name));
}
const firstWord = (name: string) => name.toLowerCase().split(/[\s,]/)[0];

const has = (boxes: readonly Found[], email: string) => boxes.some((box) => box.email && same(box.email, email));

/** The mailboxes of one header row. Larry's short preview row is left out: in Sent its `from` cell holds the recipient. */
function cell(header: Element, name: string): Found[] {
  return visible(header, `td.${name}`)
    .filter((td) => !td.closest('#preview-shortheaders'))
    .flatMap(found);
}

/** The one line that says from whom, or in Sent and Drafts to whom. */
function summary(header: Element): Found | undefined {
  const [line] = visible(header, '.header-summary, #preview-shortheaders td.from');
  return line ? found(line)[0] : undefined;
}

function found(cell: Element): Found[] {
  const links = visible(cell, '.rcmContactAddress, a[href^="mailto:"]');
  // An address that Roundcube itself finds invalid stands there as bare text: somebody, without a key.
  if (!links.length) return (cell.matches('td') ? [mailbox(text(cell)).name ?? text(cell)] : []).filter(Boolean).map((name) => ({ name }));
  return links.map((link) => {
    const target = email((link.getAttribute('href') ?? '').replace(/^mailto:/i, ''));
    const title = email(link.getAttribute('title'));
    const shown = mailbox(text(link));
    const address = target ?? title ?? (link.hasAttribute('href') || link.hasAttribute('title') ? undefined : shown.email);
    // Two sides of one link that disagree: an empty address, which matches nothing and is told as a conflict.
    const agreed = target && title && !same(target, title) ? '' : address;
    return { ...(agreed === undefined ? {} : { email: agreed }), ...(shown.name ? { name: shown.name } : {}) };
  });
}
