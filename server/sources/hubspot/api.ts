import { says } from '../../../lib/funnel/sentences/index.ts';
import type { Answer } from '../../outgoing/request.ts';
import { jsonOf, type Link, SourceError, unanswered } from '../source.ts';

/** HubSpot's date-based API version. Numbered versions are no longer supported from September 2027. */
const version = '2026-09';
const host = 'https://api.hubapi.com';
const crm = 'HubSpot';

export const objects = (rest: string): string => `/crm/objects/${version}/${rest}`;
export const properties = (object: string): string => `/crm/properties/${version}/${object}`;
export const pipelines = (object: string): string => `/crm/pipelines/${version}/${object}`;
export const associations = (from: string, to: string): string => `/crm/associations/${version}/${from}/${to}/batch/read`;
export const forms = `/marketing/forms/${version}`;
export const marketingEvents = `/marketing/marketing-events/${version}`;
export const campaigns = `/marketing/campaigns/${version}`;
export const lists = `/crm/lists/${version}`;
export const occurrences = `/events/event-occurrences/${version}`;
export const owners = `/crm/owners/${version}`;
export const accountInfo = `/account-info/${version}/details`;
const oauthToken = `/oauth/${version}/token`;

/** Requests in a rolling window. HubSpot counts an account's requests in ten seconds, and searches in one. */
interface Window {
  most: number;
  ms: number;
}
/** A free account may send 100 in ten seconds, and others work with it too. */
const burst: Window = { most: 90, ms: 10_000 };
const search: Window = { most: 4, ms: 1_000 };
/** A share of the day's requests that is left to everybody else who works with this HubSpot. */
const mine = 0.9;

interface Budget {
  burst: number[];
  search: number[];
  /** Share of the day's requests used by everybody, as last told. */
  day: number;
}
/** By connection: its reading and its writing share one account's limits. */
const budgets = new Map<string, Budget>();
const budgetOf = ({ id }: Link): Budget => {
  const budget = budgets.get(id) ?? { burst: [], search: [], day: 0 };
  budgets.set(id, budget);
  return budget;
};

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

/** Before reading on: what a rep decided must still be written today. @throws SourceError `limit` */
export function spare(link: Link): void {
  const budget = budgetOf(link);
  if (budget.day <= mine) return;
  budget.day = 0;
  throw new SourceError('limit', says('crm-day-spare', { crm }), link.clock.now() + anHour);
}

interface Said {
  status?: string;
  message?: string;
  category?: string;
  policyName?: string;
  errors?: { message?: string; context?: { requiredGranularScopes?: string[]; missingScopes?: string[] } }[];
}

type Method = 'GET' | 'POST' | 'PATCH';

/**
 * One call, within HubSpot's limits, with the answer's JSON. Waits out short limits; a daily one is `limit`.
 * @throws SourceError
 */
export async function call<T>(link: Link, method: Method, path: string, body?: unknown): Promise<T> {
  const budget = budgetOf(link);
  let renewed = false;
  for (let attempt = 1; ; attempt++) {
    if (path.endsWith('/search')) await room(link, budget.search, search);
    await room(link, budget.burst, burst);
    const token = await tokenOf(link);
    const answer = await send(link, method, path, token, body);
    budget.day = dayOf(answer) ?? budget.day;
    if (answer.status < 300) return jsonOf<T>(answer.body, crm);
    const said = saidIn(answer);
    if (answer.status === 401 && link.credentials.refreshToken && !renewed) {
      renewed = true;
      await renew(link, token);
      continue;
    }
    if (answer.status === 429) {
      if (said.policyName === 'DAILY') throw new SourceError('limit', says('crm-day-over', { crm }), link.clock.now() + anHour);
      if (attempt === 10) throw new SourceError('limit', says('crm-slow-down', { crm }), link.clock.now() + 60_000);
      await link.clock.sleep(retryAfter(answer) ?? 10_000, link.signal);
      continue;
    }
    if (isTransient(answer.status)) {
      if (attempt >= 4) throw new SourceError('away', says('crm-in-trouble', { crm, status: answer.status }), waitOf(link, answer));
      await link.clock.sleep(retryAfter(answer) ?? 1_000 * 3 ** attempt, link.signal);
      continue;
    }
    throw troubleOf(answer.status, said);
  }
}

/** Trouble of HubSpot's own: failing, locked by something else it does, or moving the account to another data centre. */
const isTransient = (status: number): boolean => status >= 500 || status === 423 || status === 477;
const waitOf = (link: Link, answer: Answer): number | undefined => {
  const ms = retryAfter(answer);
  return ms === undefined ? undefined : link.clock.now() + ms;
};

async function send(link: Link, method: Method, path: string, token: string, body: unknown): Promise<Answer> {
  const form = body instanceof URLSearchParams;
  try {
    return await link.call((link.credentials.address || host).replace(/\/$/, '') + path, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json' }),
      },
      body: body === undefined ? undefined : form ? body.toString() : JSON.stringify(body),
      signal: link.signal,
    });
  } catch (error) {
    throw unanswered(error);
  }
}

/** Access tokens are renewed a little before they end. */
const earlyMs = 60_000;

async function tokenOf(link: Link): Promise<string> {
  const { token, accessToken, accessUntil, refreshToken } = link.credentials;
  if (!refreshToken) return token ?? '';
  if (!accessToken || Number(accessUntil) - earlyMs <= link.clock.now()) await renew(link, accessToken);
  return link.credentials.accessToken ?? '';
}

const renew = (link: Link, stale: string | undefined): Promise<void> =>
  link.renew(stale, () => askToken(link, { grant_type: 'refresh_token', refresh_token: link.credentials.refreshToken ?? '' }));

/** Asks for an access token, by a code or by the refresh token. @throws SourceError */
export async function askToken(link: Link, grant: Record<string, string>): Promise<Record<string, string>> {
  const { clientId = '', clientSecret = '' } = link.credentials;
  const answer = await send(
    link,
    'POST',
    oauthToken,
    '',
    new URLSearchParams({ ...grant, client_id: clientId, client_secret: clientSecret }),
  );
  if (isTransient(answer.status) || answer.status === 429)
    throw new SourceError('away', says('crm-in-trouble', { crm, status: answer.status }), waitOf(link, answer));
  if (answer.status >= 300)
    throw new SourceError('signed-out', says('crm-no-entry', { crm, words: wordsOf(saidIn(answer)), next: 'connect' }));
  const said = jsonOf<{ access_token: string; refresh_token?: string; expires_in: number }>(answer.body, crm);
  return {
    accessToken: said.access_token,
    accessUntil: String(link.clock.now() + said.expires_in * 1000),
    ...(said.refresh_token && { refreshToken: said.refresh_token }),
  };
}

function saidIn(answer: Answer): Said {
  try {
    return JSON.parse(answer.body.toString()) as Said;
  } catch {
    return {};
  }
}

function troubleOf(status: number, said: Said): SourceError {
  const words = wordsOf(said);
  if (status === 401) return new SourceError('signed-out', says('crm-key-withdrawn', { crm }));
  if (status === 403) {
    const scopes = [...new Set((said.errors ?? []).flatMap((e) => e.context?.requiredGranularScopes ?? e.context?.missingScopes ?? []))];
    return new SourceError(
      'forbidden',
      words ? says('crm-says', { crm, words, scopes, advice: '' }) : says('crm-no-permission', { crm, scopes }),
    );
  }
  if (status === 404)
    return new SourceError('not-found', words ? says('crm-says', { crm, words, scopes: [], advice: '' }) : says('crm-no-record', { crm }));
  return new SourceError(
    'refused',
    words ? says('crm-says', { crm, words, scopes: [], advice: '' }) : says('crm-refused', { crm, status }),
  );
}

/** The CRM's own words. A list of refused properties is told as its sentences, not as the JSON it comes in. */
function wordsOf(said: Said): string {
  const parts = [said.message, ...(said.errors ?? []).map((e) => e.message)].filter((text): text is string => Boolean(text));
  return [...new Set(parts.map(plain))].join(' ');
}
function plain(text: string): string {
  const at = text.indexOf('[{');
  if (at < 0) return text;
  try {
    const list = JSON.parse(text.slice(at)) as { message?: string }[];
    const sentences = list.flatMap((one) => one.message ?? []);
    return sentences.length > 0 ? sentences.join(' ') : text;
  } catch {
    return text;
  }
}

const retryAfter = (answer: Answer): number | undefined => {
  const seconds = Number(answer.headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
};
function dayOf(answer: Answer): number | undefined {
  const most = Number(answer.headers['x-hubspot-ratelimit-daily']);
  const left = Number(answer.headers['x-hubspot-ratelimit-daily-remaining']);
  return most > 0 && Number.isFinite(left) ? 1 - left / most : undefined;
}
/** A day begins at midnight of the account's own time zone. */
const anHour = 3_600_000;
