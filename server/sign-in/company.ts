import { createHash } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import { isLoopback } from '../../lib/contract/loopback.ts';
import { z } from '../../lib/contract/z.ts';
import type { Company } from './options.ts';
import type { Db } from './records.ts';

/** Whom the company's provider vouches for, or why it is nobody. */
export type Vouched =
  | { email: string }
  | { trouble: 'down' }
  | { trouble: 'no-email' }
  | { trouble: 'over' }
  | { trouble: 'refused'; why: string };

export interface CompanySignIn {
  label: string;
  /** Where to send the browser for one sign-in (`uid`). Rejects when the provider doesn't answer. */
  begin(uid: string, language: string): Promise<URL>;
  /** What it came back with. Each answer counts once, and for the sign-in it was begun by. */
  finish(uid: string, parameters: URLSearchParams): Promise<Vouched>;
}

/** Which sign-in a callback belongs to: the state begins with its id. */
export const uidOf = (parameters: URLSearchParams): string | undefined => /^([\w-]+)\./.exec(parameters.get('state') ?? '')?.[1];

const begun = z.object({ nonce: z.string(), verifier: z.string() });
const lasts = 30 * 60;
const patience = 10_000;

export function companySignIn(db: Db, company: Company, callback: URL): CompanySignIn {
  const client: oauth.Client = { client_id: company.clientId, [oauth.clockTolerance]: 60 };
  const http = {
    [oauth.allowInsecureRequests]: isLoopback(company.issuer.hostname),
    signal: () => AbortSignal.timeout(patience),
  };
  let known: { as: oauth.AuthorizationServer; until: number } | undefined;

  async function server(): Promise<oauth.AuthorizationServer> {
    if (known && known.until > Date.now()) return known.as;
    const as = await oauth.processDiscoveryResponse(company.issuer, await oauth.discoveryRequest(company.issuer, http));
    known = { as, until: Date.now() + 60 * 60 * 1000 };
    return as;
  }

  function proveClient(as: oauth.AuthorizationServer): oauth.ClientAuth {
    const { clientSecret } = company;
    if (!clientSecret) return oauth.None();
    // Where a provider names neither, Basic is what the standard has it take.
    const methods = as.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return methods.includes('client_secret_basic') ? oauth.ClientSecretBasic(clientSecret) : oauth.ClientSecretPost(clientSecret);
  }

  return {
    label: company.label,
    async begin(uid, language) {
      const as = await server();
      const state = `${uid}.${oauth.generateRandomState()}`;
      const nonce = oauth.generateRandomNonce();
      const verifier = oauth.generateRandomCodeVerifier();
      await db.query('select sign_in_put_new($1, $2, $3, $4)', [
        'Company',
        stored(state),
        JSON.stringify({ nonce, verifier }),
        new Date(Date.now() + lasts * 1000),
      ]);
      const url = new URL(as.authorization_endpoint!);
      const ask = {
        client_id: company.clientId,
        redirect_uri: callback.href,
        response_type: 'code',
        scope: 'openid email',
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ui_locales: language,
      };
      for (const [name, value] of Object.entries(ask)) url.searchParams.set(name, value);
      return url;
    },

    async finish(uid, parameters) {
      const state = parameters.get('state') ?? '';
      if (uidOf(parameters) !== uid) return { trouble: 'over' };
      const { rows } = await db.query<{ body: unknown }>('select body from sign_in_find($1, $2)', ['Company', stored(state)]);
      const kept = begun.safeParse(rows[0]?.body);
      const first = await db.query<{ first: boolean }>('select sign_in_consume($1, $2) as first', ['Company', stored(state)]);
      if (!kept.success || !first.rows[0]?.first) return { trouble: 'over' };

      try {
        const as = await server();
        const code = oauth.validateAuthResponse(as, client, parameters, state);
        const response = await oauth.authorizationCodeGrantRequest(
          as,
          client,
          proveClient(as),
          code,
          callback.href,
          kept.data.verifier,
          http,
        );
        const answer = await oauth.processAuthorizationCodeResponse(as, client, response, {
          expectedNonce: kept.data.nonce,
          requireIdToken: true,
        });
        await oauth.validateApplicationLevelSignature(as, response, http);
        const claims = oauth.getValidatedIdTokenClaims(answer)!;
        const told = claims.email === undefined && as.userinfo_endpoint ? await more(as, answer.access_token, claims.sub) : claims;
        const email = vouchedEmail(told, company.trustEmail);
        return email === undefined ? { trouble: 'no-email' } : { email };
      } catch (error) {
        if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError)
          return { trouble: 'refused', why: (error.error_description ?? error.error).slice(0, 300) };
        if (error instanceof oauth.OperationProcessingError) return { trouble: 'refused', why: error.message };
        return { trouble: 'down' };
      }
    },
  };

  async function more(as: oauth.AuthorizationServer, token: string, subject: string): Promise<Record<string, unknown>> {
    return oauth.processUserInfoResponse(as, client, subject, await oauth.userInfoRequest(as, client, token, http));
  }
}

/** `xms_edov` is how Entra ID says that the domain's owner vouches for the address. */
export function vouchedEmail(claims: Record<string, unknown>, trustEmail: boolean): string | undefined {
  const { email, email_verified: verified, xms_edov: edov } = claims;
  if (typeof email !== 'string' || !email.includes('@') || verified === false || verified === 'false') return undefined;
  const vouched = verified === true || verified === 'true' || edov === true || edov === 1 || edov === '1' || trustEmail;
  return vouched ? email : undefined;
}

const stored = (state: string): string => createHash('sha256').update(state).digest('base64url');
