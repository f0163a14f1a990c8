import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Said } from '../../../lib/funnel/sentences/sentence.ts';
import { problem } from '../../http/problem.ts';
import type { Store } from '../../store/db.ts';
import type { Arrival } from '../arrival.ts';
import { batchLimit, eventLimit, readEvent, sizeOf } from './event.ts';
import { mapEvent } from './map.ts';
import type { EventRule } from './rules.ts';
import { isObject, type Json } from './text.ts';

/** A request of an SDK, up to the point where its events are arrivals. */

/** Beyond this nothing is read: enough for a batch with one event in it that is far too large. */
export const readLimit = 4 * batchLimit;

export interface WriteKey {
  workspace: string;
  id: string;
  name: string;
}

/** Write keys that a request names, in the order in which they are believed. */
export function writeKeysIn(headers: Headers, body: unknown): string[] {
  const [scheme = '', value = ''] = (headers.get('authorization') ?? '').split(/\s+/, 2);
  const named: unknown[] = [];
  if (/^basic$/i.test(scheme)) named.push(Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0]);
  if (isObject(body)) named.push(body.writeKey);
  if (/^bearer$/i.test(scheme)) named.push(value);
  named.push(headers.get('x-write-key'));
  return [...new Set(named.filter((key): key is string => typeof key === 'string' && key !== '' && key.length <= 200))];
}

export async function findWriteKey(store: Store, keys: readonly string[]): Promise<WriteKey> {
  const found = await store.outside(async (db) => {
    for (const key of keys) {
      const hash = createHash('sha256').update(key).digest();
      const { rows } = await sql<WriteKey>`select workspace, id, name from write_key_by_hash(${hash})`.execute(db);
      if (rows[0]) return rows[0];
    }
    return undefined;
  });
  if (found) return found;
  throw problem(
    'unauthenticated',
    keys.length === 0
      ? 'The request names no write key. Send it as the user of Basic authentication.'
      : 'This write key is not known here, or was revoked. An admin can make a new one.',
    { headers: { 'www-authenticate': 'Basic realm="Baton write key"' } },
  );
}

/** The body as JSON, whatever the content type says. */
export function parseBody(bytes: Uint8Array): Json {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw problem('invalid', 'The body is not JSON in UTF-8.');
  }
  if (!isObject(body)) throw problem('invalid', 'The body must be a JSON object.');
  return body;
}

/** The events of a request. @throws `invalid` for a batch without a list */
export function eventsIn(body: Json, type: string | undefined): unknown[] {
  if (type !== undefined) return [{ ...body, type }];
  if (!Array.isArray(body.batch)) throw problem('invalid', 'A batch must have its calls in "batch".');
  return body.batch;
}

/**
 * Whether a batch keeps to the limit once events that are too large by themselves are out of it: these are put aside
 * one by one, so that one of them costs the sender nothing but itself.
 */
export function fits(events: readonly unknown[]): boolean {
  let sum = 0;
  for (const event of events) {
    const size = sizeOf(event);
    if (size <= eventLimit) sum += size;
    if (sum > batchLimit) return false;
  }
  return true;
}
export type Sorted = { raw: unknown } & ({ arrival: Arrival } | { reject: Said });

/** Each event as an arrival, or with the reason why it is none. */
export function sort(events: readonly unknown[], body: Json, { id }: WriteKey, receivedAt: number, own: readonly EventRule[]): Sorted[] {
  const source = `segment:${id}`;
  const envelope = { sentAt: body.sentAt, context: body.context, receivedAt, name: (event: unknown) => nameOf(event, body.sentAt) };
  return events.map((raw): Sorted => {
    const read = readEvent(raw, envelope);
    return { raw, ...('reject' in read ? read : mapEvent(read.event, source, own)) };
  });
}

/**
 * Names an event that has no `messageId` by what it says. One without any time may be the same thing happening again,
 * and is counted again.
 */
function nameOf(event: unknown, sentAt: unknown): string {
  const { timestamp, originalTimestamp, sentAt: own } = event as Json;
  const time = timestamp ?? originalTimestamp;
  if (time === undefined && own === undefined && sentAt === undefined) return randomUUID();
  return createHash('sha256')
    .update(JSON.stringify([event, time === undefined ? sentAt : null]))
    .digest('base64url');
}
