import type { KeyKind } from './words.ts';

/**
 * Keyed tags of canonical keys: HMAC-SHA256(workspace key, kind ‖ 0 ‖ value).
 * Its first 40 bits stand in the lead set, its first 128 bits are the tag on the wire.
 */
export const tagBytes = 16;
export const prefixBits = 40;
export const prefixLimit = 2 ** prefixBits;

const text = new TextEncoder();

/** `raw` are the 32 random bytes of the workspace; the key that comes back cannot be read out again. */
export const importTagKey = (raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);

/** `value` must be canonical. Answers 16 bytes. */
export async function tagOf(hmacKey: CryptoKey, kind: KeyKind, value: string): Promise<Uint8Array<ArrayBuffer>> {
  const full = await crypto.subtle.sign('HMAC', hmacKey, text.encode(`${kind}\0${value}`));
  return new Uint8Array(full, 0, tagBytes).slice();
}

/** The first 40 bits as a number. Bit operators would cut it to 32. */
export const prefix40 = (tag: Uint8Array): number =>
  tag[0]! * 0x1_0000_0000 + ((tag[1]! << 24) >>> 0) + ((tag[2]! << 16) | (tag[3]! << 8) | tag[4]!);

/** Without padding. */
export const base64url = (bytes: Uint8Array): string => bytes.toBase64({ alphabet: 'base64url', omitPadding: true });

/** `null` when the text is not base64url, is padded, or has stray bits at its end: one text for one value. */
export function fromBase64url(encoded: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9_-]*$/.test(encoded)) return null;
  try {
    const bytes = Uint8Array.fromBase64(encoded, { alphabet: 'base64url' });
    return base64url(bytes) === encoded ? bytes : null;
  } catch {
    return null;
  }
}
