import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { Db } from './records.ts';

/** What signs tokens and cookies. Made once for a database; every process of the server finds the same. */
export interface Keys {
  /** Private, newest first: the first one signs, all of them verify. */
  jwks: { keys: SigningKey[] };
  cookies: string[];
}
export type SigningKey = JsonWebKey & { kid: string; alg: 'ES256'; use: 'sig' };

export async function loadKeys(db: Db): Promise<Keys> {
  return {
    jwks: await keep(db, 'sign-in keys', () => ({ keys: [newKey()] })),
    cookies: await keep(db, 'sign-in cookies', () => [randomBytes(32).toString('base64url')]),
  };
}

async function keep<T>(db: Db, name: string, make: () => T): Promise<T> {
  const { rows } = await db.query<{ value: T }>('select secret_keep($1, $2) as value', [name, JSON.stringify(make())]);
  return rows[0]!.value;
}

function newKey(): SigningKey {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  return { ...jwk, kid: thumbprint(jwk), alg: 'ES256', use: 'sig' };
}

/** RFC 7638, for keys on a curve. */
export const thumbprint = ({ crv, kty, x, y }: JsonWebKey): string =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');

export const publicKeys = ({ jwks }: Keys): Map<string, KeyObject> =>
  new Map(jwks.keys.map((key) => [key.kid, createPublicKey({ key, format: 'jwk' })]));

export const signingKey = ({ jwks }: Keys): { kid: string; key: KeyObject } => {
  const [key] = jwks.keys;
  if (!key) throw new Error('The database holds no key to sign with.');
  return { kid: key.kid, key: createPrivateKey({ key, format: 'jwk' }) };
};
