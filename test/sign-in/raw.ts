import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { apiScope, clientId, redirects } from '../../lib/contract/identity.ts';
import { thumbprint } from '../../server/sign-in/keys.ts';
import { password } from './backend.ts';
import { browser, type Page, submit } from './browser.ts';

/** The protocol by hand, so that each part of it can be made wrong. */
export interface Key {
  key: KeyObject;
  jwk: JsonWebKey;
  jkt: string;
}

export function newKey(): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  return { key: privateKey, jwk, jkt: thumbprint(jwk) };
}

export const b64 = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export function jwt(header: object, claims: object, key: KeyObject): string {
  const signed = `${b64(header)}.${b64(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

export interface ProofOf {
  method?: string;
  url: string;
  token?: string;
  header?: object;
  claims?: object;
}
export const proof = ({ key, jwk }: Key, { method = 'POST', url, token, header, claims }: ProofOf): string =>
  jwt(
    { typ: 'dpop+jwt', alg: 'ES256', jwk, ...header },
    {
      jti: randomBytes(16).toString('base64url'),
      htm: method,
      htu: url,
      iat: Math.floor(Date.now() / 1000),
      ...(token ? { ath: createHash('sha256').update(token).digest('base64url') } : {}),
      ...claims,
    },
    key,
  );

export const claimsOf = (token: string): Record<string, unknown> => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());

/** A verifier and what an authorization request made from it asks. `change`: `undefined` leaves a parameter out. */
export function asking(server: string, key?: Key, change: Record<string, string | undefined> = {}): { url: string; verifier: string } {
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL('/sign-in/auth', server);
  const parameters: Record<string, string | undefined> = {
    client_id: clientId,
    redirect_uri: redirects.chromium,
    response_type: 'code',
    scope: `openid ${apiScope}`,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: 'a state',
    ...(key ? { dpop_jkt: key.jkt } : {}),
    ...change,
  };
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return { url: url.href, verifier };
}

/** Where the browser ends after signing in. */
export async function signedIn(url: string, email = 'ada@ridgeway.example', secret = password): Promise<URL> {
  const window = browser(redirects.chromium);
  const end: Page = await submit(window, await window.open(url), { email, password: secret });
  return new URL(end.url);
}

export async function codeFor(server: string, key?: Key, email?: string): Promise<{ code: string; verifier: string }> {
  const { url, verifier } = asking(server, key);
  return { code: (await signedIn(url, email)).searchParams.get('code')!, verifier };
}

export interface Answer {
  status: number;
  body: Record<string, string>;
}
/** A token request; `dpop` null sends no proof. */
export async function token(
  server: string,
  parameters: Record<string, string>,
  dpop: string | null,
  path = '/sign-in/token',
): Promise<Answer> {
  const response = await fetch(server + path, {
    method: 'POST',
    headers: dpop ? { dpop } : {},
    body: new URLSearchParams({ client_id: clientId, ...parameters }),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : {} };
}

export const exchange = (
  server: string,
  key: Key,
  { code, verifier }: { code: string; verifier: string },
  change: Record<string, string> = {},
) =>
  token(
    server,
    { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirects.chromium, ...change },
    proof(key, { url: `${server}/sign-in/token` }),
  );

export const refresh = (server: string, key: Key, refreshToken: string) =>
  token(server, { grant_type: 'refresh_token', refresh_token: refreshToken }, proof(key, { url: `${server}/sign-in/token` }));

/** Signed in by hand: key, access and refresh token. */
export async function tokens(server: string, email?: string): Promise<{ key: Key; access: string; refresh: string }> {
  const key = newKey();
  const { status, body } = await exchange(server, key, await codeFor(server, key, email));
  if (status !== 200) throw new Error(JSON.stringify(body));
  return { key, access: body.access_token!, refresh: body.refresh_token! };
}

/** Asks `/v1/me`; by default as one should. */
export async function me(
  server: string,
  { key, access }: { key: Key; access: string },
  {
    scheme = 'DPoP',
    dpop = proof(key, { method: 'GET', url: `${server}/v1/me`, token: access }),
  }: { scheme?: string; dpop?: string | null } = {},
): Promise<{ status: number; challenge: string; detail: string }> {
  const response = await fetch(`${server}/v1/me`, { headers: { authorization: `${scheme} ${access}`, ...(dpop ? { dpop } : {}) } });
  const body = (await response.json()) as { detail?: string };
  return { status: response.status, challenge: response.headers.get('www-authenticate') ?? '', detail: body.detail ?? '' };
}
