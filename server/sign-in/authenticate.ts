import type { KeyObject } from 'node:crypto';
import { apiScope } from '../../lib/contract/identity.ts';
import { isLoopback } from '../../lib/contract/loopback.ts';
import { z } from '../../lib/contract/z.ts';
import { type Problematic, problem } from '../http/problem.ts';
import type { Authenticate, User } from '../http/user.ts';
import { isAway } from '../store/db.ts';
import { type Account, accountOfToken, isOver } from './accounts.ts';
import { audienceOf } from './paths.ts';
import { isSignedBy, partsOf, proofs, window } from './proof.ts';
import type { Db } from './records.ts';
import { replays } from './replay.ts';

const tokenHeader = z.object({ alg: z.literal('ES256'), typ: z.literal('at+jwt'), kid: z.string() });
const tokenClaims = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: z.uuid(),
  workspace: z.uuid(),
  scope: z.string(),
  iat: z.number(),
  exp: z.number(),
  /** Absent for tokens of the command line. */
  grant: z.string().optional(),
  cnf: z.strictObject({ jkt: z.string() }).optional(),
});
type Claims = z.infer<typeof tokenClaims>;

export interface AuthenticateOptions {
  url: URL;
  keys: ReadonlyMap<string, KeyObject>;
  db: Db;
  /** ms since epoch. */
  now?: () => number;
  /** How long (ms) the store's word on a user is taken for true. */
  trust?: number;
}

/** How long a removed user's token may still work, at most. */
const defaultTrust = 2_000;
const manyTokens = 10_000;

/**
 * Takes `DPoP` tokens with their proof, and on this computer alone unbound `Bearer` tokens of the command line. A token's
 * signature is checked once, its proof each time; who the user is now is asked again every two seconds.
 */
export function authenticator({ url: own, keys, db, now = Date.now, trust = defaultTrust }: AuthenticateOptions) {
  const audience = audienceOf(own);
  const ownIsLoopback = isLoopback(own.hostname);
  const checkProof = proofs();
  const seen = replays(2 * window);
  const tokens = new Map<string, Claims>();
  const users = new Map<string, { until: number; account: Promise<Account | undefined> }>();

  function claimsOf(token: string): Claims | undefined {
    const known = tokens.get(token);
    if (known) return known;
    const parts = partsOf(token);
    const header = tokenHeader.safeParse(parts?.header);
    const key = header.success ? keys.get(header.data.kid) : undefined;
    if (!parts || !key || !isSignedBy(parts, key)) return undefined;
    const claims = tokenClaims.safeParse(parts.claims);
    if (!claims.success || claims.data.iss !== own.origin || claims.data.aud !== audience) return undefined;
    if (!claims.data.scope.split(' ').includes(apiScope)) return undefined;
    if (tokens.size >= manyTokens) tokens.delete(tokens.keys().next().value!);
    tokens.set(token, claims.data);
    return claims.data;
  }

  async function accountOf(claims: Claims): Promise<Account | undefined> {
    const id = `${claims.workspace} ${claims.sub} ${claims.grant ?? ''}`;
    const known = users.get(id);
    if (known && known.until > now()) return known.account;
    const account = accountOfToken(db, claims.workspace, claims.sub, claims.grant);
    if (users.size >= manyTokens) users.delete(users.keys().next().value!);
    users.set(id, { until: now() + trust, account });
    account.catch(() => users.delete(id));
    return account;
  }

  const authenticate: Authenticate = async (request) => {
    const [scheme = '', token = '', ...more] = (request.headers.get('authorization') ?? '').split(' ');
    const proof = request.headers.get('dpop');
    const bound = scheme.toLowerCase() === 'dpop';
    if (!token || more.length > 0 || (!bound && scheme.toLowerCase() !== 'bearer'))
      throw refusal('DPoP', undefined, 'There is no access token.');

    const claims = claimsOf(token);
    if (!claims) throw refusal(scheme, 'invalid_token', 'The access token is not one of this backend.');
    if (claims.exp * 1000 <= now()) throw refusal(scheme, 'invalid_token', 'The access token has expired.');

    const asked = new URL(request.url);
    if (bound) {
      if (!claims.cnf) throw refusal('DPoP', 'invalid_token', 'The access token is bound to no key: send it as Bearer.');
      if (!proof) throw refusal('DPoP', 'invalid_dpop_proof', 'There is no DPoP proof.');
      const { jkt } = claims.cnf;
      const url = new URL(own);
      url.pathname = asked.pathname;
      const checked = checkProof(proof, { method: request.method, url, token, jkt, now: now() });
      if ('wrong' in checked) throw refusal('DPoP', 'invalid_dpop_proof', `${capital(checked.wrong)}.`);
      const taken = seen.take(jkt, checked.jti, now());
      if (taken === 'seen') throw refusal('DPoP', 'invalid_dpop_proof', 'The proof was used before.');
      if (taken === 'full') throw problem('unavailable', 'Too many requests at once.', { headers: { 'retry-after': '60' } });
    } else {
      // Whoever copied a token must not be able to use it by leaving its proof away.
      if (claims.cnf || proof) throw refusal('DPoP', 'invalid_token', 'The access token is bound to a key: send it as DPoP, with a proof.');
      if (!ownIsLoopback || !isLoopback(asked.hostname))
        throw refusal('DPoP', 'invalid_token', 'Unbound tokens are for this computer alone.');
    }

    let account: Account | undefined;
    try {
      account = await accountOf(claims);
    } catch (error) {
      if (isAway(error)) throw problem('unavailable', 'The store is away.', { headers: { 'retry-after': '5' } });
      throw error;
    }
    if (!account || isOver(account, claims.iat)) throw refusal(scheme, 'invalid_token', 'This sign-in was ended.');
    return userOf(account);
  };

  return {
    authenticate,
    /** What was known of users is asked again at once. */
    forget: () => users.clear(),
  };
}

const userOf = ({ id, workspace, role, name, email }: Account): User => ({ id, workspace, role, name, email });

function refusal(scheme: string, error: string | undefined, sentence: string): Problematic {
  const name = scheme.toLowerCase() === 'bearer' ? 'Bearer' : 'DPoP';
  const parameters = [
    'realm="Baton"',
    ...(error ? [`error="${error}"`, `error_description="${sentence.replaceAll(/[^\x20-\x7e]|["\\]/g, '')}"`] : []),
    ...(name === 'DPoP' ? ['algs="ES256"'] : []),
  ];
  return problem('unauthenticated', sentence, { headers: { 'www-authenticate': `${name} ${parameters.join(', ')}` } });
}

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);
