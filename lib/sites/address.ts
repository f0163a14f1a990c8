/** Mail addresses in attributes and texts of pages. Nothing is canonicalised here, only told apart from what is not an address. */

export interface Mailbox {
  name?: string;
  email?: string;
}

/** Both sides of an @: `not` can't stand in the mailbox, `too` can stand within the domain. */
const address = (not: string, too = '') =>
  String.raw`(?:"(?:[^"\\${not}]|\\[^${not}])+"|[^\s"(),:;<>@[\\\]${not}]+)@[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}${too}.-]*[\p{L}\p{M}\p{N}])?`;
const exactly = new RegExp(`^${address(String.raw`\p{C}`)}$`, 'u');
/**
 * Invisible letters are taken along: what stands on one side of such a letter would be another address. So would be what
 * stands on one side of a second @, or begins or ends within a word.
 */
const anywhere = new RegExp(
  String.raw`(?<![^\s"(),:;<>[\\\]])${address(String.raw`\p{Cc}`, String.raw`\p{Cf}`)}(?![\p{Cf}.-]*[\p{L}\p{M}\p{N}@])`,
  'gu',
);
/** The longest address that mail can carry, with room for an international domain. */
const longest = 320;

/** The text as an address, or nothing when it is not exactly one. */
export function email(text: string | null | undefined): string | undefined {
  const value = text?.trim();
  return value && value.length <= longest && exactly.test(value) ? value : undefined;
}

/** Every address that stands somewhere in a text. Only for short texts: labels, titles, a selection. */
export const emailsIn = (text: string | null | undefined): string[] =>
  [...new Set((text ?? '').slice(0, 2_000).match(anywhere) ?? [])].flatMap((found) => email(found.replace(/^\p{Cf}+/u, '')) ?? []);

/** The one address that a label is about: what it has in angle brackets, else the only one in it. */
export function emailIn(text: string | null | undefined): string | undefined {
  const [only, ...more] = emailsIn(text);
  return mailbox(text).email ?? (more.length ? undefined : only);
}

/** `Name <a@b>`, `a@b` or only a name. What is in angle brackets wins over what a name pretends to be. */
export function mailbox(text: string | null | undefined): Mailbox {
  const value = (text ?? '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[,;]+$/, '')
    .trim();
  const angle = /^(.*?)<([^<>]*)>$/s.exec(value);
  if (!angle) return email(value) ? { email: email(value) } : value ? { name: value } : {};
  // Two in one text, such as a hidden twin beside the visible one: which of them is meant can't be told. In quotes it is a name.
  if (/[<>]/.test(angle[1]!.replace(/^"(?:[^"\\]|\\.)*"\s*$/, ''))) return {};
  const name = unquoted(angle[1]!.trim());
  return { ...(name ? { name } : {}), ...(email(angle[2]) ? { email: email(angle[2]) } : {}) };
}

/** A header's list of mailboxes; commas and semicolons within quotes and angle brackets don't divide. */
export function mailboxes(text: string | null | undefined): Mailbox[] {
  const parts = (text ?? '').match(/(?:"(?:[^"\\]|\\.)*"|<[^<>]*>|[^,;"<])+|["<]/g) ?? [];
  return parts.map(mailbox).filter((one) => one.name ?? one.email);
}

/** The address of a `mailto:` link that names exactly one. */
export function mailto(href: string | null | undefined): string | undefined {
  const found = /^\s*mailto:([^?#]*)/i.exec(href ?? '');
  return found ? email(decoded(found[1]!)) : undefined;
}

/** Undoes percent-encoding once; a text that is not percent-encoded comes back as it is. */
export function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An address as people mean it: case doesn't count, nor in which form an international domain stands. */
export const plain = (address: string): string => {
  // Asking the browser what a domain is costs a hundred times as much as comparing.
  if (!international.test(address)) return address.toLowerCase();
  const at = address.lastIndexOf('@');
  const host = `http://${address.slice(at + 1)}`;
  return `${address.slice(0, at)}@${URL.canParse(host) ? new URL(host).host : host}`.toLowerCase();
};
const international = /@.*(?:\P{ASCII}|xn--)/iu;

/** Whether two addresses are one mailbox to people. */
export const same = (one: string, other: string): boolean => plain(one) === plain(other);

const unquoted = (name: string) => (/^"(.*)"$/s.exec(name)?.[1] ?? name).replace(/\\(.)/g, '$1').trim();

/**
 * Whether a sender's name says that a mailing list, group or service wrote in somebody's place: `'Carla Ruiz' via Sales`.
 * Lists put the writer's name in quotes, in every language; the short list of words is for those that don't.
 */
export const writtenInPlace = (name: string | undefined): boolean =>
  /^['‘"“„«].+['’"”“»]\s+\S+.*\s\S/u.test(name ?? '') ||
  /\S\s+(?:via|über|par|tramite|mediante|através de|przez|через|için|経由|通过|透過|통해)\s+\S/iu.test(name ?? '');
