import { says } from '../../../lib/funnel/sentences/index.ts';
import type { Answer } from '../../outgoing/request.ts';
import { addressOf, jsonOf, type Link, SourceError, unanswered } from '../source.ts';

const version = 'v67.0';
const crm = 'Salesforce';
export const data = (rest: string): string => `/services/data/${version}${rest}`;
/** A share of the day's requests that is left to everybody else who works with this Salesforce. */
const mine = 0.8;
const anHour = 3_600_000;

interface SalesforceError {
  errorCode?: string;
  message?: string;
  fields?: string[];
}
type Method = 'GET' | 'POST' | 'PATCH';

/** Share of the day's requests used by everybody, as last told, by connection. */
const used = new Map<string, number>();

/** Before reading on: what a rep decided must still be written today. @throws SourceError `limit` */
export function spare(link: Link): void {
  if ((used.get(link.id) ?? 0) <= mine) return;
  used.delete(link.id);
  throw new SourceError('limit', says('crm-day-spare', { crm }), link.clock.now() + anHour);
}

/** The code of a record that was to be written only as it was read, and has changed since: nothing was written. */
export const changedSince = 'CHANGED_SINCE';

/**
 * One call with the answer's JSON; signs in anew when the session has ended.
 * @param unmodifiedSince writes only what has not changed since, which Salesforce compares by whole seconds
 * @throws SourceError
 */
export async function call<T>(link: Link, method: Method, path: string, body?: unknown, unmodifiedSince?: string): Promise<T> {
  let renewed = false;
  for (let attempt = 1; ; attempt++) {
    if (!link.credentials.accessToken) await signIn(link, undefined);
    const token = link.credentials.accessToken;
    const answer = await send(
      link,
      method,
      path,
      {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(unmodifiedSince !== undefined && { 'if-unmodified-since': new Date(unmodifiedSince).toUTCString() }),
      },
      body === undefined ? undefined : JSON.stringify(body),
    );
    if (answer.status < 300) {
      used.set(link.id, usage(answer));
      return jsonOf<T>(answer.body, crm);
    }
    const said = errorsOf(answer);
    const code = said[0]?.errorCode ?? '';
    if (answer.status === 401 && !renewed) {
      renewed = true;
      await signIn(link, token);
      continue;
    }
    // What may have been done after all would meet its own trace as somebody else's: that is for a later look.
    const again = answer.status >= 500 ? unmodifiedSince === undefined : code === 'UNABLE_TO_LOCK_ROW';
    if (again && attempt < 4) {
      await link.clock.sleep(1_000 * 3 ** attempt, link.signal);
      continue;
    }
    throw troubleOf(link, answer.status, code, said);
  }
}

const signIn = (link: Link, stale: string | undefined): Promise<void> =>
  link.renew(stale, () => {
    const { refreshToken } = link.credentials;
    return askToken(
      link,
      refreshToken ? { grant_type: 'refresh_token', refresh_token: refreshToken } : { grant_type: 'client_credentials' },
    );
  });

/** Asks for a session. Where refresh tokens rotate, the new one comes with it. @throws SourceError */
export async function askToken(link: Link, grant: Record<string, string>): Promise<Record<string, string>> {
  const { clientId = '', clientSecret = '' } = link.credentials;
  const form = new URLSearchParams({ ...grant, client_id: clientId, ...(clientSecret && { client_secret: clientSecret }) });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await send(link, 'POST', '/services/oauth2/token', headers, form.toString());
  if (answer.status >= 500) throw new SourceError('away', says('crm-in-trouble', { crm, status: answer.status }));
  const said = jsonOf<{
    access_token?: string;
    refresh_token?: string;
    instance_url?: string;
    id?: string;
    error?: string;
    error_description?: string;
  }>(answer.body, crm);
  if (said.access_token === undefined)
    throw new SourceError(
      'signed-out',
      says('crm-no-entry', { crm, words: said.error_description ?? said.error ?? String(answer.status), next: 'connect' }),
    );
  return {
    accessToken: said.access_token,
    ...(said.refresh_token && { refreshToken: said.refresh_token }),
    ...(said.instance_url && { instance: said.instance_url }),
    ...(said.id && { identity: said.id }),
  };
}

async function send(link: Link, method: Method, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  // A session belongs to the instance that it was given by.
  const base = path.startsWith('/services/data') && link.credentials.instance ? link.credentials.instance : addressOf(link).origin;
  try {
    return await link.call(base + path, { method, headers, body, signal: link.signal });
  } catch (error) {
    throw unanswered(error);
  }
}

function errorsOf(answer: Answer): SalesforceError[] {
  try {
    const said: unknown = JSON.parse(answer.body.toString());
    return Array.isArray(said) ? (said as SalesforceError[]) : [];
  } catch {
    return [];
  }
}

function troubleOf(link: Link, status: number, code: string, said: SalesforceError[]): SourceError {
  const words = said
    .map((e) => [e.message, e.fields?.length ? `(${e.fields.join(', ')})` : ''].filter(Boolean).join(' '))
    .map((part, i, all) => (i < all.length - 1 && !/[.!?]$/.test(part) ? `${part}.` : part))
    .join(' ');
  const theirs = says('crm-says', { crm, words, scopes: [], advice: code });
  if (status === 412) return new SourceError('away', says('crm-locked', { crm, words: words || '412' }), undefined, changedSince);
  if (code === 'REQUEST_LIMIT_EXCEEDED') return new SourceError('limit', says('crm-hours-over', { crm }), link.clock.now() + anHour);
  if (status === 401) return new SourceError('signed-out', says('crm-session-ended', { crm }));
  if (code === 'UNABLE_TO_LOCK_ROW') return new SourceError('away', says('crm-locked', { crm, words }));
  if (status >= 500 || code === 'QUERY_TIMEOUT' || code === 'SERVER_UNAVAILABLE')
    return new SourceError('away', says('crm-in-trouble', { crm, status: code || status }));
  if (code === 'ENTITY_IS_DELETED') return new SourceError('not-found', says('crm-deleted', { crm }));
  if (status === 403 || code.startsWith('INSUFFICIENT_ACCESS'))
    return new SourceError('forbidden', words ? theirs : says('crm-no-permission', { crm, scopes: [] }));
  if (status === 404) return new SourceError('not-found', words ? theirs : says('crm-no-record', { crm }));
  return new SourceError('refused', words ? theirs : says('crm-refused', { crm, status }), undefined, code);
}

/** Share of the rolling day's requests that is used, by `Sforce-Limit-Info: api-usage=12/15000`. */
function usage(answer: Answer): number {
  const [, count, of] = /api-usage=(\d+)\/(\d+)/.exec(answer.headers['sforce-limit-info'] ?? '') ?? [];
  return count === undefined || of === undefined ? 0 : Number(count) / Number(of);
}

/** Text inside a SOQL string. */
export const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

/** Every record of a query, however many batches Salesforce answers it in. `all`: deleted ones too. */
export async function query<T>(link: Link, soql: string, { all = false }: { all?: boolean } = {}): Promise<T[]> {
  const records: T[] = [];
  for (let path: string | undefined = data(`/${all ? 'queryAll' : 'query'}?q=${encodeURIComponent(soql)}`); path !== undefined; ) {
    const answer: { records: T[]; nextRecordsUrl?: string; done?: boolean } = await call(link, 'GET', path);
    records.push(...answer.records);
    path = answer.done === false ? answer.nextRecordsUrl : undefined;
  }
  return records;
}
