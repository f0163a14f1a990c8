import { type Answer, OutgoingError } from '../../outgoing/request.ts';
import { type Link, SourceError } from '../source.ts';

const version = 'v67.0';
export const data = (rest: string): string => `/services/data/${version}${rest}`;
/** A share of the day's requests that is left to everybody else who works with this Salesforce. */
const mine = 0.8;

interface SalesforceError {
  errorCode?: string;
  message?: string;
  fields?: string[];
}

/** One call with the answer's JSON; signs in anew when the session has ended. @throws SourceError */
export async function call<T>(link: Link, method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<T> {
  const session: Session = sessions.get(link) ?? { usage: 0 };
  sessions.set(link, session);
  // Reading waits for others; what a rep decided is still written.
  if (method === 'GET' && session.usage > mine) {
    session.usage = 0;
    throw new SourceError(
      'limit',
      'Most of Salesforce’s requests for today are used; the rest is left to others. It goes on in an hour.',
      link.clock.now() + 3_600_000,
    );
  }
  for (let attempt = 1; ; attempt++) {
    session.token ??= await signIn(link);
    const answer = await send(
      link,
      method,
      path,
      { authorization: `Bearer ${session.token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body === undefined ? undefined : JSON.stringify(body),
    );
    if (answer.status < 300) {
      session.usage = usage(answer);
      return (answer.body.length === 0 ? undefined : JSON.parse(answer.body.toString())) as T;
    }
    const said = errorsOf(answer);
    const code = said[0]?.errorCode;
    if (answer.status === 401 && attempt === 1) {
      session.token = undefined;
      continue;
    }
    if (answer.status >= 500 && attempt < 4) {
      await link.clock.sleep(1_000 * 3 ** attempt, link.signal);
      continue;
    }
    throw troubleOf(link, answer.status, code, said);
  }
}

interface Session {
  token?: string;
  /** Share of the day's requests used by everybody, as last told. */
  usage: number;
}
const sessions = new WeakMap<Link, Session>();

async function signIn(link: Link): Promise<string> {
  const { clientId = '', clientSecret = '', refreshToken } = link.credentials;
  const form = new URLSearchParams({
    client_id: clientId,
    client_secret: clientSecret,
    ...(refreshToken ? { grant_type: 'refresh_token', refresh_token: refreshToken } : { grant_type: 'client_credentials' }),
  });
  const answer = await send(
    link,
    'POST',
    '/services/oauth2/token',
    { 'content-type': 'application/x-www-form-urlencoded' },
    form.toString(),
  );
  const said = parsed(answer) as { access_token?: string; refresh_token?: string; error_description?: string };
  if (answer.status >= 500) throw new SourceError('away', `Salesforce is in trouble itself (${answer.status}).`);
  if (said.access_token === undefined)
    throw new SourceError('signed-out', `Salesforce does not let Baton in: ${said.error_description ?? answer.status}. Connect again.`);
  if (said.refresh_token) await link.renew({ refreshToken: said.refresh_token });
  return said.access_token;
}

async function send(
  link: Link,
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<Answer> {
  try {
    return await link.call((link.credentials.address ?? '').replace(/\/$/, '') + path, { method, headers, body, signal: link.signal });
  } catch (error) {
    if (error instanceof OutgoingError) throw new SourceError(error.transient ? 'away' : 'unexpected', error.message);
    throw error;
  }
}

const parsed = (answer: Answer): unknown => {
  try {
    return JSON.parse(answer.body.toString());
  } catch {
    return {};
  }
};
const errorsOf = (answer: Answer): SalesforceError[] => {
  const said = parsed(answer);
  return Array.isArray(said) ? (said as SalesforceError[]) : [];
};

function troubleOf(link: Link, status: number, code: string | undefined, said: SalesforceError[]): SourceError {
  const words = said.map((e) => [e.message, e.fields?.length ? `(${e.fields.join(', ')})` : ''].filter(Boolean).join(' ')).join(' ');
  if (code === 'REQUEST_LIMIT_EXCEEDED')
    return new SourceError(
      'limit',
      'Salesforce’s requests for the last 24 hours are used up. It goes on in an hour.',
      link.clock.now() + 3_600_000,
    );
  if (status === 401) return new SourceError('signed-out', 'Salesforce ended the session and did not start a new one. Connect again.');
  if (status === 403) return new SourceError('forbidden', `Salesforce: ${words || 'a permission is missing.'}`);
  if (status === 404) return new SourceError('not-found', words ? `Salesforce: ${words}` : 'Salesforce does not know this record.');
  if (status >= 500) return new SourceError('away', `Salesforce is in trouble itself (${status}).`);
  return new SourceError('refused', `Salesforce: ${words || `the request was refused (${status}).`}`);
}

/** Share of the rolling day's requests that is used, by `Sforce-Limit-Info: api-usage=12/15000`. */
function usage(answer: Answer): number {
  const [, used, of] = /api-usage=(\d+)\/(\d+)/.exec(answer.headers['sforce-limit-info'] ?? '') ?? [];
  return used === undefined || of === undefined ? 0 : Number(used) / Number(of);
}

/** Text inside a SOQL string. */
export const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

export const query = async <T>(link: Link, soql: string): Promise<T[]> =>
  (await call<{ records: T[] }>(link, 'GET', data(`/query?q=${encodeURIComponent(soql)}`))).records;
