import { says } from '../../../lib/funnel/sentences/index.ts';
import type { Said } from '../../../lib/funnel/sentences/sentence.ts';
import { isObject, type Json, object, text } from './text.ts';

/** One call of the Segment spec, checked and with its time corrected, before anything is read into it. */
export interface SegmentEvent {
  type: (typeof types)[number];
  messageId: string;
  userId?: string;
  anonymousId?: string;
  /** `alias` only. */
  previousId?: string;
  /** `group` only. */
  groupId?: string;
  /** `track`: what happened; `page` and `screen`: what was seen. */
  name?: string;
  category?: string;
  /** `properties`, or `traits` of identify and group. */
  properties: Json;
  context: Json;
  /** RFC 3339, UTC: when it happened by this server's clock. */
  at: string;
}

export const types = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;
/** Bytes of one event and of one batch, as JSON. */
export const eventLimit = 32 * 1024;
export const batchLimit = 500 * 1024;
/** Nothing that is told of is older. */
const firstYear = 2000;

export type Read = { event: SegmentEvent } | { reject: Said };

const time = (value: unknown): number | undefined => {
  const ms = typeof value === 'string' || typeof value === 'number' ? new Date(value).getTime() : Number.NaN;
  return Number.isFinite(ms) ? ms : undefined;
};

/**
 * When it happened: the device's clock may be wrong, but it is wrong by the same amount when it says it sends,
 * so the distance between the two is true. Nothing happens in the future.
 * An event forwarded by another pipeline carries `receivedAt` and a `timestamp` which that one has corrected already.
 */
export function correctedTime(event: Json, sentAt: unknown, receivedAt: number): number | undefined {
  const stated = event.originalTimestamp ?? event.timestamp;
  if (stated === undefined || stated === null) return receivedAt;
  const forwarded = event.originalTimestamp && event.timestamp && event.receivedAt ? time(event.timestamp) : undefined;
  if (forwarded !== undefined) return Math.min(forwarded, receivedAt);
  const original = time(stated);
  if (original === undefined) return undefined;
  const sent = time(event.sentAt ?? sentAt);
  return Math.min(sent === undefined ? original : receivedAt - (sent - original), receivedAt);
}

/** Bytes of an event, as JSON. */
export const sizeOf = (event: unknown): number => Buffer.byteLength(JSON.stringify(event) ?? '');

export interface Envelope {
  sentAt?: unknown;
  context?: unknown;
  /** Milliseconds since the epoch, by this server's clock. */
  receivedAt: number;
  /** Names an event that brings no `messageId` by its content, so that sending it twice is sending it once. */
  name(event: unknown): string;
}

/** Checks one event of any shape; says what is wrong with it. */
export function readEvent(raw: unknown, { sentAt, context, receivedAt, name }: Envelope): Read {
  if (!isObject(raw)) return { reject: says('event-no-object') };
  const size = sizeOf(raw);
  if (size > eventLimit) return { reject: says('event-large', { size: Math.ceil(size / 1024), most: eventLimit / 1024 }) };
  const type = raw.type as SegmentEvent['type'];
  if (!types.includes(type)) return { reject: says('event-type', { allowed: types }) };

  const userId = text(raw.userId, 320);
  const anonymousId = text(raw.anonymousId, 320);
  const previousId = text(raw.previousId, 320);
  const groupId = text(raw.groupId, 320);
  const event = text(raw.event);
  if (!userId && !anonymousId) return { reject: says('event-nobody') };
  if (type === 'track' && !event) return { reject: says('event-no-name') };
  if (type === 'alias' && !(userId && previousId)) return { reject: says('event-no-alias') };
  if (type === 'group' && !groupId) return { reject: says('event-no-group') };

  const at = correctedTime(raw, sentAt, receivedAt);
  if (at === undefined) return { reject: says('event-time') };
  if (at < Date.UTC(firstYear, 0, 1)) return { reject: says('event-time-early', { year: firstYear }) };

  const payload = type === 'identify' || type === 'group' ? raw.traits : raw.properties;
  return {
    event: {
      type,
      messageId: text(raw.messageId, 255) ?? name(raw),
      ...(userId && { userId }),
      ...(anonymousId && { anonymousId }),
      ...(previousId && { previousId }),
      ...(groupId && { groupId }),
      ...((event ?? text(raw.name)) && { name: event ?? text(raw.name) }),
      ...(text(raw.category) && { category: text(raw.category) }),
      properties: object(payload),
      context: { ...object(context), ...object(raw.context) },
      at: new Date(at).toISOString(),
    },
  };
}
