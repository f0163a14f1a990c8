import { says } from '../../../lib/funnel/sentences/index.ts';
import type { Answer } from '../../outgoing/request.ts';
import { addressOf, type Link, SourceError, unanswered } from '../source.ts';

const crm = 'Mautic';

/** Mautic says what is wrong in one of several shapes, and sometimes with status 200. */
interface Said {
  errors?: { code?: number; message?: string }[];
  error?: { message?: string } | string;
  error_description?: string;
}
type Method = 'GET' | 'POST' | 'PATCH';

/** One call of a Mautic with the answer's JSON. @throws SourceError */
export async function call<T>(link: Link, method: Method, path: string, body?: unknown): Promise<T> {
  let renewed = false;
  for (let attempt = 1; ; attempt++) {
    const token = await tokenOf(link);
    const answer = await send(link, method, `/api${path}`, {
      headers: { authorization: authorization(link), ...(body !== undefined && { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const said = parsed(answer);
    if (answer.status < 300 && said !== undefined && !failed(said)) return said as T;
    if (answer.status < 300 && said === undefined) throw new SourceError('unexpected', says('crm-another', { crm }));
    if (answer.status === 401 && token !== undefined && !renewed) {
      renewed = true;
      await renew(link, token);
      continue;
    }
    if (isTransient(answer.status) && attempt < 4) {
      await link.clock.sleep(1_000 * 3 ** attempt, link.signal);
      continue;
    }
    const within = answer.status < 300 && said?.errors?.find(({ code }) => code === 403 || code === 404)?.code;
    throw troubleOf(link, within || answer.status, wordsOf(said));
  }
}

const usesTokens = ({ credentials }: Link): boolean => credentials.clientId !== undefined;
const authorization = ({ credentials }: Link): string =>
  credentials.clientId !== undefined
    ? `Bearer ${credentials.accessToken ?? ''}`
    : `Basic ${Buffer.from(`${credentials.user ?? ''}:${credentials.password ?? ''}`).toString('base64')}`;

/** Access tokens are renewed a little before they end. */
const earlyMs = 60_000;
async function tokenOf(link: Link): Promise<string | undefined> {
  if (!usesTokens(link)) return undefined;
  const { accessToken, accessUntil } = link.credentials;
  if (!accessToken || Number(accessUntil) - earlyMs <= link.clock.now()) await renew(link, accessToken);
  return link.credentials.accessToken;
}

const renew = (link: Link, stale: string | undefined): Promise<void> =>
  link.renew(stale, () => {
    const { refreshToken } = link.credentials;
    return askToken(
      link,
      refreshToken ? { grant_type: 'refresh_token', refresh_token: refreshToken } : { grant_type: 'client_credentials' },
    );
  });

/** Asks for an access token. A refresh token is used once, and the next one comes with it. @throws SourceError */
export async function askToken(link: Link, grant: Record<string, string>): Promise<Record<string, string>> {
  const { clientId = '', clientSecret = '' } = link.credentials;
  const answer = await send(link, 'POST', '/oauth/v2/token', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...grant, client_id: clientId, client_secret: clientSecret }).toString(),
  });
  if (isTransient(answer.status)) throw troubleOf(link, answer.status, '');
  const said = parsed(answer) as (Said & { access_token?: string; refresh_token?: string; expires_in?: number }) | undefined;
  if (said?.access_token === undefined) {
    const words = said?.error_description ?? (wordsOf(said) || String(answer.status));
    const next = grant.grant_type === 'client_credentials' ? 'keys' : 'connect';
    throw new SourceError('signed-out', says('crm-no-entry', { crm, words, next }));
  }
  return {
    accessToken: said.access_token,
    accessUntil: String(link.clock.now() + (said.expires_in ?? 3600) * 1000),
    ...(said.refresh_token && { refreshToken: said.refresh_token }),
  };
}

async function send(link: Link, method: Method, path: string, about: { headers: Record<string, string>; body?: string }): Promise<Answer> {
  const { href } = addressOf(link);
  try {
    return await link.call(href.replace(/\/$/, '') + path, { method, ...about, signal: link.signal });
  } catch (error) {
    throw unanswered(error);
  }
}

const isTransient = (status: number): boolean => status >= 500 || status === 429;
const failed = (said: Said): boolean => (Array.isArray(said.errors) && said.errors.length > 0) || said.error !== undefined;
const wordsOf = (said: Said | undefined): string =>
  said === undefined
    ? ''
    : [...(said.errors ?? []).map((e) => e.message), typeof said.error === 'string' ? said.error_description : said.error?.message]
        .filter(Boolean)
        .join(' ');

function troubleOf(link: Link, status: number, words: string): SourceError {
  if (status === 401) return new SourceError('signed-out', says(usesTokens(link) ? 'crm-keys-refused' : 'crm-password-refused', { crm }));
  if (status === 403)
    return new SourceError(
      'forbidden',
      words ? says('crm-says', { crm, words, scopes: [], advice: '' }) : says('crm-no-permission', { crm, scopes: [] }),
    );
  if (status === 404)
    return new SourceError('not-found', words ? says('crm-says', { crm, words, scopes: [], advice: '' }) : says('crm-no-record', { crm }));
  if (isTransient(status)) return new SourceError('away', says('crm-in-trouble', { crm, status }));
  return new SourceError(
    'refused',
    words ? says('crm-says', { crm, words, scopes: [], advice: '' }) : says('crm-refused', { crm, status }),
  );
}

function parsed(answer: Answer): Said | undefined {
  try {
    const said: unknown = JSON.parse(answer.body.toString());
    return typeof said === 'object' && said !== null ? (said as Said) : undefined;
  } catch {
    return undefined;
  }
}

/** Mautic's filters take UTC to the second, without a zone. */
export const utcSeconds = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 19).replace('T', ' ');
