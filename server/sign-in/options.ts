import { clientId, redirects } from '../../lib/contract/identity.ts';
import { isLoopback } from '../../lib/contract/loopback.ts';
import { ConfigError } from '../config.ts';

export interface Company {
  issuer: URL;
  clientId: string;
  /** Absent for a public client. */
  clientSecret?: string;
  /** What people call it: on the button. */
  label: string;
  /**
   * Take an address that the provider doesn't call verified, as Entra ID does for all: right only when the issuer is one
   * company's own, whose admins alone give out addresses.
   */
  trustEmail: boolean;
  /** Passwords of this Baton work beside it. */
  passwords: boolean;
}

export interface SignInOptions {
  /** `BATON_URL`: where people and the extension reach this backend. An origin, without a path. */
  url: URL;
  client: { id: string; redirects: string[] };
  company?: Company;
}

/** Whether anybody signs in with a password of this Baton. */
export const passwordsAllowed = ({ company }: SignInOptions): boolean => company?.passwords ?? true;

/** Reads `BATON_URL`, `BATON_REDIRECTS` and `BATON_OIDC_*`. Throws `ConfigError`. */
export function signInOptions(env: Record<string, string | undefined>, url: string | URL = env.BATON_URL ?? ''): SignInOptions {
  const own = origin('BATON_URL', String(url));
  const more = (env.BATON_REDIRECTS ?? '').split(/[\s,]+/).filter(Boolean);
  for (const address of more) redirect(address);
  const company = companyOf(env);
  return {
    url: own,
    client: { id: clientId, redirects: [...new Set([redirects.chromium, redirects.firefox, ...more])] },
    ...(company ? { company } : {}),
  };
}

function origin(name: string, text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new ConfigError(`${name} must be an address such as https://baton.company.example.`);
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new ConfigError(`${name} must begin with https://; http is for this computer alone (http://127.0.0.1:8787).`);
  if (url.pathname !== '/' || url.search || url.hash || url.username)
    throw new ConfigError(`${name} must be an address without a path, such as ${url.origin}: give Baton a host name of its own.`);
  return url;
}

function redirect(text: string): void {
  const url = URL.parse(text);
  const safe = url && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)));
  if (!safe || url.hash || text.includes('*'))
    throw new ConfigError(`BATON_REDIRECTS: ${text} is not a full https address that a browser may be sent back to.`);
}

function companyOf(env: Record<string, string | undefined>): Company | undefined {
  const { BATON_OIDC_ISSUER: issuer, BATON_OIDC_CLIENT_ID: id, BATON_OIDC_CLIENT_SECRET: secret } = env;
  if (!issuer && !id && !secret) return undefined;
  if (!issuer || !id) throw new ConfigError('BATON_OIDC_ISSUER and BATON_OIDC_CLIENT_ID belong together: set both, or neither.');
  const url = URL.parse(issuer);
  if (!url || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))))
    throw new ConfigError('BATON_OIDC_ISSUER must be the https address that the identity provider calls its issuer.');
  return {
    issuer: url,
    clientId: id,
    ...(secret ? { clientSecret: secret } : {}),
    label: env.BATON_OIDC_LABEL ?? url.hostname,
    trustEmail: flag('BATON_OIDC_TRUST_EMAIL', env.BATON_OIDC_TRUST_EMAIL),
    passwords: flag('BATON_PASSWORDS', env.BATON_PASSWORDS),
  };
}

function flag(name: string, value: string | undefined): boolean {
  if (value === undefined || value === '' || value === 'off') return false;
  if (value === 'on') return true;
  throw new ConfigError(`${name} is either on or off.`);
}
