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
      (e) => e !== null && typeof e === 'object' && recordsOf(e).length > 0 && (e.portalId === undefined || String(e.portalId) === account),
    );
    return {
      ids: known.map((e) => `${e.eventId}:${e.subscriptionId}:${e.occurredAt}`),
      records: [...new Set(known.flatMap(recordsOf))],
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
  /** Of what is tied to another object now, or no longer. */
  fromObjectId?: number;
  fromObjectTypeId?: string;
  toObjectId?: number;
  toObjectTypeId?: string;
  /** `DEAL_TO_CONTACT` */
  associationType?: string;
}

/** HubSpot's numbers for kinds of objects; of others nothing is to be read. */
const kinds: Record<string, 'contact' | 'deal' | undefined> = { '0-1': 'contact', contact: 'contact', '0-3': 'deal', deal: 'deal' };
const dealPrefix = 'deal:';
/** Contacts go by their id; a deal's is marked as one. */
export const isDealRecord = (record: string): boolean => record.startsWith(dealPrefix);
export const idOfDeal = (record: string): string => record.slice(dealPrefix.length);
const record = (kind: string | undefined, id: number | undefined): string[] => {
  const known = kinds[kind ?? ''];
  return id === undefined || !known ? [] : [known === 'deal' ? `${dealPrefix}${id}` : String(id)];
};

/** What an event is about. Whom a deal names is read of the deal. */
function recordsOf(event: HubspotEvent): string[] {
  const [about, what] = (event.subscriptionType ?? 'contact').toLowerCase().split('.');
  if (what === 'associationchange') {
    const [from, to] = (event.associationType ?? '').toLowerCase().split('_to_');
    const ends = [
      ...record(event.fromObjectTypeId ?? from ?? about, event.fromObjectId),
      ...record(event.toObjectTypeId ?? to, event.toObjectId),
    ];
    const deals = ends.filter(isDealRecord);
    return deals.length > 0 ? deals : ends;
  }
  const kind = about === 'object' ? (event.objectTypeId ?? 'contact') : about;
  return [event.objectId, event.primaryObjectId, ...(event.mergedObjectIds ?? [])].flatMap((id) => record(kind, id));
}
