import type { View } from '../site.ts';

/** What Gmail's address says by itself: which view, and which thread. */

const letters = 'BCDFGHJKLMNPQRSTVWXZbcdfghjklmnpqrstvwxz';
const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

const parts = (url: URL): string[] => url.hash.replace(/^#/, '').split('?')[0]!.split('/');

export function viewOf(url: URL): View | null {
  if (url.hostname !== 'mail.google.com' || !url.pathname.startsWith('/mail')) return null;
  const view = url.searchParams.get('view');
  if (view === 'cm') return 'compose';
  if (view === 'btop' || view === 'pt') return 'message';
  const route = parts(url);
  if (/^(settings|contacts|chat|rooms?|calls?)$/.test(route[0] ?? '')) return 'none';
  return route.length > 1 && /^[A-Za-z]{20,}$|^(?:thread|msg)-[af]:|^[0-9a-f]{16}$/.test(decodeURI(route.at(-1)!)) ? 'message' : 'list';
}

/**
 * The thread in the address, as Gmail's own hexadecimal id. The last part of the route is a number written in forty
 * consonants; in base 64 it spells `f:<decimal id>`.
 */
export function threadIn(url: URL): string | undefined {
  const given = /^#?thread-f:(\d+)$/.exec(url.searchParams.get('th') ?? '')?.[1];
  return hex(given ?? /^f:(\d+)/.exec(spelled(parts(url).at(-1) ?? ''))?.[1]);
}

/** `thread-f:<decimal>` or a decimal as the hexadecimal id; anything else, such as the literal word `undefined`, is no id. */
export function hex(id: string | null | undefined): string | undefined {
  const decimal = /^(?:#?thread-f:)?(\d{6,20})$/.exec(id ?? '')?.[1];
  return decimal && BigInt(decimal).toString(16);
}

function spelled(token: string): string {
  if (!/^[A-Za-z]{20,64}$/.test(token)) return '';
  let number = 0n;
  for (const letter of token) {
    const digit = letters.indexOf(letter);
    if (digit < 0) return '';
    number = number * 40n + BigInt(digit);
  }
  let digits = '';
  for (; number > 0n; number /= 64n) digits = base64[Number(number % 64n)] + digits;
  return atob(digits.slice(0, digits.length - (digits.length % 4 === 1 ? 1 : 0)));
}
