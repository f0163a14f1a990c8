import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { z } from '../../lib/contract/z.ts';
import { thumbprint } from './keys.ts';

/** A JWT in its parts; nothing in it is to be believed before its signature was checked. */
export interface Parts {
  header: unknown;
  claims: unknown;
  signed: string;
  signature: Buffer;
}

/** Longer ones are not looked at: our tokens are under 1 kB, and no proof needs more. */
const longest = 4096;

export function partsOf(jwt: string): Parts | undefined {
  if (jwt.length > longest) return undefined;
  const [header, claims, signature, ...more] = jwt.split('.');
  if (!header || !claims || !signature || more.length > 0) return undefined;
  try {
    return {
      header: JSON.parse(Buffer.from(header, 'base64url').toString()),
      claims: JSON.parse(Buffer.from(claims, 'base64url').toString()),
      signed: `${header}.${claims}`,
      signature: Buffer.from(signature, 'base64url'),
    };
  } catch {
    return undefined;
  }
}

/** ES256, the one algorithm both sides use. */
export const isSignedBy = ({ signed, signature }: Parts, key: KeyObject): boolean =>
  signature.length === 64 && verify('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, signature);

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const proofHeader = z.object({
  typ: z.literal('dpop+jwt'),
  alg: z.literal('ES256'),
  jwk: z.strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: coordinate,
    y: coordinate,
    alg: z.string().optional(),
    use: z.string().optional(),
    kid: z.string().optional(),
    key_ops: z.array(z.string()).optional(),
    ext: z.boolean().optional(),
  }),
});
const proofClaims = z.object({
  jti: z.string().min(1).max(256),
  htm: z.string(),
  htu: z.url(),
  iat: z.number(),
  ath: z.string(),
});

/** What a proof must fit. `now` in ms. */
export interface Expected {
  method: string;
  /** The address asked for, as the issuer's address has it. */
  url: URL;
  token: string;
  jkt: string;
  now: number;
}

/** A proof is good this long before and after the server's now, in ms: what is left of clocks that correct themselves, and slow ways. */
export const window = 60_000;

/**
 * Checks proofs of possession (RFC 9449, section 4.3) except for their being new. Keys of tokens in use are
 * kept imported: `remember` of them.
 */
export function proofs(remember = 5_000) {
  const keys = new Map<string, KeyObject>();

  function keyOf(jkt: string, jwk: JsonWebKey): KeyObject | undefined {
    const known = keys.get(jkt);
    if (known) return known;
    let key: KeyObject;
    try {
      key = createPublicKey({ key: jwk, format: 'jwk' });
    } catch {
      return undefined;
    }
    if (keys.size >= remember) keys.delete(keys.keys().next().value!);
    keys.set(jkt, key);
    return key;
  }

  return (proof: string, { method, url, token, jkt, now }: Expected): { jti: string } | { wrong: string } => {
    const parts = partsOf(proof);
    const header = proofHeader.safeParse(parts?.header);
    const claims = proofClaims.safeParse(parts?.claims);
    if (!parts || !header.success || !claims.success) return { wrong: 'the proof is not a DPoP proof signed with ES256' };
    const { jwk } = header.data;
    if (thumbprint(jwk) !== jkt) return { wrong: 'the proof was made with another key than the token is bound to' };
    const key = keyOf(jkt, { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y });
    if (!key || !isSignedBy(parts, key)) return { wrong: 'the proof’s signature does not fit' };
    const { htm, htu, iat, ath, jti } = claims.data;
    if (htm !== method) return { wrong: 'the proof is for another method' };
    const meant = new URL(htu);
    if (meant.origin !== url.origin || meant.pathname !== url.pathname) return { wrong: 'the proof is for another address' };
    if (Math.abs(iat * 1000 - now) > window) return { wrong: 'the proof is not of this minute' };
    if (ath !== hash('sha256', token, 'base64url')) return { wrong: 'the proof is for another token' };
    return { jti };
  };
}
