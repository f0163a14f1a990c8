import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Webhook } from '../source.ts';

const tolerance = 5 * 60_000;
/** HubSpot signs the address with these few escapes written out. */
const writtenOut: Record<string, string> = {
  '%3A': ':',
  '%2F': '/',
  '%3F': '?',
  '%40': '@',
  '%21': '!',
  '%24': '$',
  '%27': "'",
  '%28': '(',
  '%29': ')',
  '%2A': '*',
  '%2C': ',',
  '%3B': ';',
};

/** Version 3 signatures only: the older ones carry no time and could be replayed for ever. */
export const webhook: Webhook = {
  receive({ method, uri, headers, body }, secret, now, account) {
    const time = headers['x-hubspot-request-timestamp'] ?? '';
    const given = headers['x-hubspot-signature-v3'];
    if (given === undefined || !/^\d{13}$/.test(time) || Math.abs(now - Number(time)) > tolerance) return undefined;
    const address = uri.replace(/%[0-9A-F]{2}/gi, (code) => writtenOut[code.toUpperCase()] ?? code);
    const wanted = createHmac('sha256', secret).update(method).update(address).update(body).update(time).digest();
    const got = Buffer.from(given, 'base64');
    if (got.length !== wanted.length || !timingSafeEqual(got, wanted)) return undefined;
    let events: unknown;
    try {
      events = JSON.parse(body.toString());
    } catch {
      return undefined;
    }
    if (!Array.isArray(events)) return undefined;
    // An app is told of every account it is installed in.
    const known = (events as HubspotEvent[]).filter(
      (e) =>
        e !== null && typeof e === 'object' && e.objectId !== undefined && (e.portalId === undefined || String(e.portalId) === account),
    );
    return {
      ids: known.map((e) => `${e.eventId}:${e.subscriptionId}:${e.occurredAt}`),
      // Of other objects (deals) the next pull tells.
      records: [...new Set(known.filter(isContact).flatMap(idsOf))],
    };
  },
};

interface HubspotEvent {
  eventId?: number;
  subscriptionId?: number;
  subscriptionType?: string;
  objectTypeId?: string;
  portalId?: number;
  occurredAt?: number;
  objectId?: number;
  /** Of a merge: the one that stays, those that went up in it. */
  primaryObjectId?: number;
  mergedObjectIds?: number[];
}
const isContact = ({ subscriptionType = 'contact.', objectTypeId = '0-1' }: HubspotEvent): boolean =>
  subscriptionType.startsWith('contact.') || (subscriptionType.startsWith('object.') && objectTypeId === '0-1');
const idsOf = ({ objectId, primaryObjectId, mergedObjectIds = [] }: HubspotEvent): string[] =>
  [objectId, primaryObjectId, ...mergedObjectIds].filter((id) => id !== undefined).map(String);
