import { lookup as resolve } from 'node:dns';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type Facts, inEnglish } from '../../lib/funnel/sentences/index.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import { isInside } from './address.ts';

/** A call to another system. The only way out of the backend: sources, webhooks and mail addresses come from people. */
export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  signal?: AbortSignal;
  /** Milliseconds until the whole call is given up; 30,000 unless told. */
  timeoutMs?: number;
  /** Most bytes of an answer; 32 MiB unless told. */
  maxBytes?: number;
}

export interface Answer {
  status: number;
  /** Lower-case names; repeated headers joined by `, `. */
  headers: Record<string, string>;
  body: Buffer;
}

export type OutgoingCode = 'bad-address' | 'inside' | 'plain-http' | 'unreachable' | 'timeout' | 'too-large' | 'redirect';

type Told = { [C in OutgoingCode]: [code: C, facts: Facts<`call-${C}`>, cause?: unknown] }[OutgoingCode];

/** Why a call could not be made or finished; its message can be shown to an admin. */
export class OutgoingError extends Error {
  readonly code: OutgoingCode;
  readonly said: Said;
  constructor(...[code, facts, cause]: Told) {
    const said = { code: `call-${code}`, facts };
    super(inEnglish(said), { cause });
    this.code = code;
    this.said = said;
  }
  /** Whether trying again later makes sense. */
  get transient(): boolean {
    return this.code === 'unreachable' || this.code === 'timeout';
  }
}

export type Outgoing = (url: string, call?: Call) => Promise<Answer>;

/**
 * Makes the function that calls out.
 * @param allowed hosts (`name` or `name:port`) an admin let through although they are inside, or speak plain http.
 *
 * The address is checked when the connection is made, after the name was resolved, and the connection goes to the
 * address that was checked: a name that answers differently the second time gains nothing. Redirects are not
 * followed; an API that sends one is set up with the wrong address.
 */
export function outgoing(allowed: readonly string[] = []): Outgoing {
  const letThrough = new Set(allowed.map((h) => h.toLowerCase()));
  return (address, call = {}) =>
    new Promise<Answer>((done, fail) => {
      let url: URL;
      try {
        url = callable(address, letThrough);
      } catch (error) {
        return fail(error);
      }
      const free = isFree(url, letThrough);

      const options: RequestOptions = {
        method: call.method ?? 'GET',
        headers: { 'user-agent': 'baton', accept: 'application/json', ...call.headers },
        lookup: free ? undefined : guarded(() => insideOf(url)),
        // One connection a call: a kept-alive one would skip the check of the next.
        agent: false,
      };
      const timeout = AbortSignal.timeout(call.timeoutMs ?? 30_000);
      options.signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout;
      const wrong = (cause: unknown) =>
        fail(
          cause instanceof OutgoingError
            ? cause
            : call.signal?.aborted
              ? cause
              : timeout.aborted
                ? new OutgoingError('timeout', { host: url.host }, cause)
                : new OutgoingError('unreachable', { host: url.host, why: codeOf(cause) }, cause),
        );
      const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
        const status = response.statusCode ?? 0;
        if (status >= 300 && status < 400 && response.headers.location !== undefined) {
          response.destroy();
          return fail(new OutgoingError('redirect', { host: url.host }));
        }
        const most = call.maxBytes ?? 32 * 1024 * 1024;
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > most) response.destroy(new OutgoingError('too-large', { host: url.host, bytes: most }));
          else chunks.push(chunk);
        });
        response.on('error', wrong);
        response.on('end', () => {
          const headers: Record<string, string> = {};
          for (const [name, value] of Object.entries(response.headers)) if (value !== undefined) headers[name] = [value].flat().join(', ');
          done({ status, headers, body: Buffer.concat(chunks) });
        });
      });
      request.on('error', wrong);
      request.end(call.body);
    });
}

/**
 * Whether an address may be called, as far as that can be told without asking for its name.
 * @param allowed hosts in lower case
 * @throws OutgoingError
 */
export function callable(address: string, allowed: ReadonlySet<string>): URL {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '')
    throw new OutgoingError('bad-address', { address: address.slice(0, 200) });
  const free = isFree(url, allowed);
  if (url.protocol === 'http:' && !free) throw new OutgoingError('plain-http', { host: url.host });
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!free && isIP(host) !== 0 && isInside(host)) throw insideOf(url);
  return url;
}

const isFree = (url: URL, allowed: ReadonlySet<string>): boolean => allowed.has(url.hostname) || allowed.has(url.host);
const insideOf = (url: URL) => new OutgoingError('inside', { host: url.host });

/** Resolves a name and refuses when any of its addresses is inside. */
const guarded =
  (refuse: () => OutgoingError): LookupFunction =>
  (name, options, callback) =>
    resolve(name, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      if (addresses.length === 0 || addresses.some((a) => isInside(a.address))) return callback(refuse(), '', 0);
      if (options.all) return (callback as unknown as (e: null, a: typeof addresses) => void)(null, addresses);
      callback(null, addresses[0]!.address, addresses[0]!.family);
    });

const codeOf = (cause: unknown): string =>
  cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause);
