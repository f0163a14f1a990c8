import { randomUUID, sign } from 'node:crypto';
import { apiScope } from '../../lib/contract/identity.ts';
import { isLoopback } from '../../lib/contract/loopback.ts';
import { ConfigError } from '../config.ts';
import { accountsByEmail } from './accounts.ts';
import { loadKeys, signingKey } from './keys.ts';
import { audienceOf } from './paths.ts';
import type { Db } from './records.ts';

/** How long a token of the command line works, in minutes. */
export const minutes = 60;

/**
 * An access token bound to no key, for trying the API by hand. Throws `ConfigError` when `url` is not this computer or
 * nobody has that address.
 */
export async function commandLineToken(db: Db, url: URL, email: string, now = Date.now()): Promise<string> {
  if (!isLoopback(url.hostname))
    throw new ConfigError(`Tokens without a key are for a backend on this computer; this one is ${url.origin}.`);
  const [account] = await accountsByEmail(db, email);
  if (!account) throw new ConfigError(`Nobody here signs in as ${email}.`);
  const { kid, key } = signingKey(await loadKeys(db));
  const iat = Math.floor(now / 1000);
  const claims = {
    iss: url.origin,
    aud: audienceOf(url),
    sub: account.id,
    workspace: account.workspace,
    client_id: 'baton-command-line',
    scope: apiScope,
    jti: randomUUID(),
    iat,
    exp: iat + minutes * 60,
  };
  const signed = [{ alg: 'ES256', typ: 'at+jwt', kid }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}
