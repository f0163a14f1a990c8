import type { KeyKind } from './words.ts';

/**
 * The one canonicaliser. Extension and backend must agree on every byte: a tag is made of what stands here,
 * so any change of behaviour is a new `canon` version and new vectors.
 */
export const canonVersion = 1;

/**
 * The one form under which a key is compared, stored and tagged, or `null` when the text is not a key of this kind.
 * Idempotent: `canonical(kind, canonical(kind, v)) === canonical(kind, v)`.
 */
export function canonical(kind: KeyKind, value: string): string | null {
  if (value.length > 2048) return null;
  const text = value.replace(invisible, '').trim();
  if (text === '') return null;
  switch (kind) {
    case 'email':
      return email(text);
    case 'linkedin':
      return vanity(text);
    case 'linkedin-member':
      return opaque(text, memberId, 'in');
    case 'sales-navigator':
      return opaque(text, salesId, 'sales');
  }
}

/** What to look up for one key, most exact first: an address is also known without its `+tag`. Empty when it is no key. */
export function candidates(kind: KeyKind, value: string): string[] {
  const exact = canonical(kind, value);
  if (exact === null) return [];
  if (kind !== 'email' || exact.startsWith('"')) return [exact];
  const at = exact.lastIndexOf('@');
  const plus = exact.indexOf('+');
  return plus > 0 && plus < at ? [exact, exact.slice(0, plus) + exact.slice(at)] : [exact];
}

/** Which kind of key a pasted text is, with its canonical value; `null` when it is none. A bare word is never taken for a vanity name. */
export function recognise(text: string): { kind: KeyKind; value: string } | null {
  const bare = text.replace(invisible, '').trim();
  for (const kind of ['sales-navigator', 'linkedin-member'] as const) {
    const value = canonical(kind, bare);
    if (value !== null) return { kind, value };
  }
  if (/linkedin\.com\//i.test(bare)) {
    const value = canonical('linkedin', bare);
    if (value !== null) return { kind: 'linkedin', value };
  }
  const value = canonical('email', bare);
  return value === null ? null : { kind: 'email', value };
}

// Marks that pages put around addresses for layout or direction. Joiners are kept: they spell words in some scripts.
const invisible = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/** NFC before and after, because lower-casing can take a letter apart. */
const fold = (text: string): string => text.normalize('NFC').toLowerCase().normalize('NFC');

const localForbidden = /[\s\p{Cc}"(),:;<>@[\]\\]/u;
const bytes = (text: string): number => new TextEncoder().encode(text).length;

function email(text: string): string | null {
  const address = unwrap(text);
  if (address === null) return null;
  const at = address.lastIndexOf('@');
  if (at < 1) return null;
  const local = localPart(address.slice(0, at));
  const domain = domainName(address.slice(at + 1));
  if (local === null || domain === null) return null;
  const whole = `${local}@${domain}`;
  // RFC 5321: 64 octets before the @, 254 in all.
  return bytes(local) > 64 || bytes(whole) > 254 ? null : whole;
}

/** Takes off `mailto:` with its parameters, `Name <…>` and bare angle brackets. */
function unwrap(text: string): string | null {
  let address = text;
  const bracket = /<([^<>]*)>\s*$/.exec(address);
  if (bracket) address = bracket[1]!;
  if (/^\s*mailto:/i.test(address)) {
    address = address.replace(/^\s*mailto:/i, '').replace(/\?.*$/s, '');
    const plain = decoded(address);
    if (plain === null) return null;
    address = plain;
  }
  return address.trim();
}

function localPart(raw: string): string | null {
  if (raw.startsWith('"') && raw.endsWith('"') && raw.length > 2) {
    const content = raw.slice(1, -1);
    // Inside quotes a backslash takes the next character as it is; a bare quote or a trailing backslash is broken.
    if (!/^(?:[^"\\\p{Cc}]|\\[^\p{Cc}])*$/u.test(content)) return null;
    const plain = fold(content.replace(/\\(.)/gsu, '$1'));
    // `"dana"@…` and `dana@…` are the same mailbox.
    if (!localForbidden.test(plain)) return plain;
    return `"${plain.replace(/["\\]/g, '\\$&')}"`;
  }
  return localForbidden.test(raw) ? null : fold(raw);
}

const domainForbidden = /[\s\p{Cc}/\\?#@:%[\]<>^|"'(),;!$&*+=`{}~]/u;

function domainName(raw: string): string | null {
  if (raw === '' || domainForbidden.test(raw) || mixesDirections(raw)) return null;
  const url = URL.parse(`http://${raw.normalize('NFC')}`);
  if (url === null) return null;
  const host = url.hostname.replace(/\.$/, '');
  // Mapping can leave characters that no host name has. The URL parser reads numbers as an IPv4 address; mail has no use for it.
  if (!/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(host) || /(?:^|\.)(?:\d+|0x[\da-f]*)$/.test(host)) return null;
  if (host.length > 253 || host.split('.').some((label) => label.length > 63)) return null;
  return host;
}

const rightToLeft = '\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}';
const anyRightToLeft = new RegExp(`[${rightToLeft}]`, 'u');
const plainRightToLeft = new RegExp(`^(?=\\p{L})[${rightToLeft}](?:(?=[\\p{L}\\p{Mn}])[${rightToLeft}]|[0-9-])*$`, 'u');

/**
 * A host name that runs both ways within a label, or beside one that begins with anything but a letter. Which of these
 * are names at all, browsers and Node decide differently; where they would not agree, it is no key on either side.
 */
function mixesDirections(raw: string): boolean {
  const labels = raw
    .normalize('NFKC')
    .toLowerCase()
    .split(/[.\u3002]/);
  if (!labels.some((label) => anyRightToLeft.test(label))) return false;
  return !labels.every((label) => label === '' || plainRightToLeft.test(label) || /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/.test(label));
}

const memberId = /^ACoAA[A-Za-z0-9_-]{6,120}$/;
const salesId = /^ACwAA[A-Za-z0-9_-]{6,120}$/;
const anyOpaque = /^AC[A-Za-z]AA[A-Za-z0-9_-]{6,120}$/;

/** `www`, `m`, a country's two or three letters, or nothing before `linkedin.com`. */
const linkedinHost = /^(?:(?:www|m|[a-z]{2,3})\.)?linkedin\.com$/;

function linkedinUrl(text: string): URL | null {
  const written = /^https?:\/\//i.test(text) ? text : text.startsWith('/') ? `https://www.linkedin.com${text}` : `https://${text}`;
  const url = URL.parse(written);
  return url !== null && linkedinHost.test(url.hostname) && url.username === '' && url.password === '' ? url : null;
}

/** The name in `/in/<name>`: from an address of any form, or the bare name. Old `/pub/…` addresses do not tell it. */
function vanity(text: string): string | null {
  let slug = text;
  if (text.includes('/')) {
    const path = linkedinUrl(text)?.pathname;
    const found = path === undefined ? null : /^\/(?:mwlite\/)?in\/([^/]+)(?:\/|$)/.exec(path);
    if (!found) return null;
    slug = found[1]!;
  }
  const once = decoded(slug);
  if (once === null) return null;
  // Some links are encoded twice.
  const name = /%[\da-f]{2}/i.test(once) ? decoded(once) : once;
  if (name === null || anyOpaque.test(name)) return null;
  const folded = fold(name.replace(invisible, ''));
  return /^[^\s\p{Cc}/\\?#%@:<>"'.,;&=+()[\]]{2,200}$/u.test(folded) ? folded : null;
}

/** Opaque ids are case-sensitive and are never made from, or taken for, another kind of key. */
function opaque(text: string, shape: RegExp, where: 'in' | 'sales'): string | null {
  if (shape.test(text)) return text;
  const urn = /^urn:li:(\w+):\(?([^,()]+)/.exec(text);
  if (urn) return shape.test(urn[2]!) ? urn[2]! : null;
  if (!text.includes('/')) return null;
  const url = linkedinUrl(text);
  if (url === null) return null;
  const path = decoded(url.pathname) ?? '';
  const found =
    where === 'in'
      ? (/^\/(?:mwlite\/)?in\/([^/]+)(?:\/|$)/.exec(path)?.[1] ?? (/^\/profile\/view\/?$/.test(path) ? url.searchParams.get('id') : null))
      : /^\/sales\/(?:lead|people)\/([^,/]+)/.exec(path)?.[1];
  return found && shape.test(found) ? found : null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
