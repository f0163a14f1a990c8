import { type Answer, OutgoingError } from '../../outgoing/request.ts';
import { type Link, SourceError } from '../source.ts';

/** HubSpot's date-based API version. Numbered versions are no longer supported from September 2027. */
const version = '2026-09';
const host = 'https://api.hubapi.com';

export const objects = (rest: string): string => `/crm/objects/${version}/${rest}`;
export const properties = (object: string): string => `/crm/properties/${version}/${object}`;
export const owners = `/crm/owners/${version}`;
export const accountInfo = `/account-info/${version}/details`;

/** Requests in a rolling window. HubSpot counts an account's requests in ten seconds, and searches in one. */
interface Window {
  most: number;
  ms: number;
}
const burst: Window = { most: 100, ms: 10_000 };
const search: Window = { most: 4, ms: 1_000 };
/** Times of the last requests, by connection: one process runs one sync of a connection at a time. */
const recent = new WeakMap<Link, { burst: number[]; search: number[] }>();

async function room(link: Link, times: number[], window: Window): Promise<void> {
  for (;;) {
    const now = link.clock.now();
    while (times.length > 0 && times[0]! <= now - window.ms) times.shift();
    if (times.length < window.most) {
      times.push(now);
      return;
    }
    await link.clock.sleep(times[0]! + window.ms - now, link.signal);
  }
}

export interface HubspotError {
  status?: string;
  message?: string;
  category?: string;
  policyName?: string;
  errors?: { message?: string }[];
}

/**
 * One call, within HubSpot's limits, with the answer's JSON. Waits out short limits; a daily one is `limit`.
 * @throws SourceError
 */
export async function call<T>(link: Link, method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown): Promise<T> {
  const times = recent.get(link) ?? { burst: [], search: [] };
  recent.set(link, times);
  for (let attempt = 1; ; attempt++) {
    if (path.endsWith('/search')) await room(link, times.search, search);
    await room(link, times.burst, burst);
    const answer = await send(link, method, path, body);
    if (answer.status < 300) return (answer.body.length === 0 ? undefined : JSON.parse(answer.body.toString())) as T;
    const said = errorOf(answer);
    if (answer.status === 429) {
      if (said.policyName === 'DAILY')
        throw new SourceError('limit', 'HubSpot’s daily limit of requests is used up. It goes on tomorrow.', endOfDay(link.clock.now()));
      if (attempt === 10) throw new SourceError('limit', 'HubSpot keeps asking to slow down.', link.clock.now() + 60_000);
      await link.clock.sleep(retryAfter(answer) ?? 10_000, link.signal);
      continue;
    }
    if (answer.status >= 500 && attempt < 4) {
      await link.clock.sleep(retryAfter(answer) ?? 1_000 * 3 ** attempt, link.signal);
      continue;
    }
    throw troubleOf(answer.status, said);
  }
}

async function send(link: Link, method: 'GET' | 'POST' | 'PATCH', path: string, body: unknown): Promise<Answer> {
  try {
    return await link.call((link.credentials.address ?? host) + path, {
      method,
      headers: {
        authorization: `Bearer ${link.credentials.token ?? ''}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: link.signal,
    });
  } catch (error) {
    if (error instanceof OutgoingError) throw new SourceError(error.transient ? 'away' : 'unexpected', error.message);
    throw error;
  }
}

function errorOf(answer: Answer): HubspotError {
  try {
    return JSON.parse(answer.body.toString()) as HubspotError;
  } catch {
    return {};
  }
}

function troubleOf(status: number, said: HubspotError): SourceError {
  const words = wordsOf(said);
  if (status === 401) return new SourceError('signed-out', 'HubSpot no longer accepts the key. Connect again with a valid one.');
  if (status === 403) return new SourceError('forbidden', `HubSpot: ${words || 'a permission is missing for this key.'}`);
  if (status === 404) return new SourceError('not-found', words ? `HubSpot: ${words}` : 'HubSpot does not know this record.');
  if (status >= 500) return new SourceError('away', `HubSpot is in trouble itself (${status}).`);
  return new SourceError('refused', `HubSpot: ${words || `the request was refused (${status}).`}`);
}

/** The CRM's own words; the general sentence stands before the particular ones. */
const wordsOf = (said: HubspotError): string => [said.message, ...(said.errors ?? []).map((e) => e.message)].filter(Boolean).join(' ');

const retryAfter = (answer: Answer): number | undefined => {
  const seconds = Number(answer.headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
};
const endOfDay = (now: number): number => (Math.floor(now / 86_400_000) + 1) * 86_400_000;
