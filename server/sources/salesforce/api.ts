import { type Answer, OutgoingError } from '../../outgoing/request.ts';
import { addressOf, jsonOf, type Link, SourceError, sentenceOf } from '../source.ts';

const version = 'v67.0';
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
  throw new SourceError(
    'limit',
    'Most of Salesforce’s requests for today are used; the rest is left to others. It goes on in an hour.',
    link.clock.now() + anHour,
  );
}

/** One call with the answer's JSON; signs in anew when the session has ended. @throws SourceError */
export async function call<T>(link: Link, method: Method, path: string, body?: unknown): Promise<T> {
  let renewed = false;
  for (let attempt = 1; ; attempt++) {
    if (!link.credentials.accessToken) await signIn(link, undefined);
    const token = link.credentials.accessToken;
    const answer = await send(
      link,
      method,
      path,
      { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body === undefined ? undefined : JSON.stringify(body),
    );
    if (answer.status < 300) {
      used.set(link.id, usage(answer));
      return jsonOf<T>(answer.body, 'Salesforce');
    }
    const said = errorsOf(answer);
    const code = said[0]?.errorCode ?? '';
    if (answer.status === 401 && !renewed) {
      renewed = true;
      await signIn(link, token);
      continue;
    }
    if ((answer.status >= 500 || code === 'UNABLE_TO_LOCK_ROW') && attempt < 4) {
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
  if (answer.status >= 500) throw new SourceError('away', `Salesforce is in trouble itself (${answer.status}). Baton tries again.`);
  const said = jsonOf<{
    access_token?: string;
    refresh_token?: string;
    instance_url?: string;
    id?: string;
    error?: string;
    error_description?: string;
  }>(answer.body, 'Salesforce');
  if (said.access_token === undefined)
    throw new SourceError(
      'signed-out',
      `Salesforce does not let Baton in: ${sentenceOf(said.error_description ?? said.error ?? String(answer.status))} Connect again.`,
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
    if (error instanceof OutgoingError) throw new SourceError(error.transient ? 'away' : 'unexpected', error.message);
    throw error;
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

/** What else a person has to know to put it right. */
const advice: Record<string, string> = {
  INVALID_FIELD: 'Choose the field anew in the options, and let the connected user see it.',
  INVALID_TYPE: 'Let the connected user see it.',
  INVALID_FIELD_FOR_INSERT_UPDATE: 'Choose another field in the options, or let the connected user edit it.',
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: 'Choose the value anew in the options.',
  API_DISABLED_FOR_ORG: 'This edition of Salesforce needs API access.',
};

function troubleOf(link: Link, status: number, code: string, said: SalesforceError[]): SourceError {
  const words = said
    .map((e) => [e.message, e.fields?.length ? `(${e.fields.join(', ')})` : ''].filter(Boolean).join(' '))
    .concat(advice[code] ?? [])
    .map((part, i, all) => (i < all.length - 1 ? sentenceOf(part) : part))
    .join(' ');
  if (code === 'REQUEST_LIMIT_EXCEEDED')
    return new SourceError(
      'limit',
      'Salesforce’s requests for the last 24 hours are used up. It goes on in an hour.',
      link.clock.now() + anHour,
    );
  if (status === 401) return new SourceError('signed-out', 'Salesforce ended the session and did not start a new one. Connect again.');
  if (code === 'UNABLE_TO_LOCK_ROW')
    return new SourceError('away', `Somebody else is changing this record in Salesforce just now. Baton tries again. (${words})`);
  if (status >= 500 || code === 'QUERY_TIMEOUT' || code === 'SERVER_UNAVAILABLE')
    return new SourceError('away', `Salesforce is in trouble itself (${code || status}). Baton tries again.`);
  if (code === 'ENTITY_IS_DELETED') return new SourceError('not-found', 'This record was deleted in Salesforce.');
  if (status === 403 || code.startsWith('INSUFFICIENT_ACCESS'))
    return new SourceError('forbidden', `Salesforce: ${words || 'a permission is missing.'}`);
  if (status === 404) return new SourceError('not-found', words ? `Salesforce: ${words}` : 'Salesforce does not know this record.');
  return new SourceError('refused', `Salesforce: ${words || `the request was refused (${status}).`}`, undefined, code);
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
