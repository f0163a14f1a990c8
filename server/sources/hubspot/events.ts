import type { TouchKind } from '../../../lib/funnel/words.ts';
import type { Arrival, PersonIn } from '../../ingest/arrival.ts';
import { type Link, permitted } from '../source.ts';
import { call, marketingEvents } from './api.ts';
import { all, type CampaignOf } from './campaigns.ts';
import type { Listed } from './search.ts';

/** Webinars and other events with who registered and who came. */
export interface EventsRead {
  /** When they were looked through last; epoch ms. */
  at: number;
  /** In the middle of looking: the event that is read, and where in it or that it was read to its end. */
  open?: { event: string; after?: string; whole?: true };
}
export interface MarketingEvent {
  objectId: string;
  eventName: string;
  eventType?: string;
  startDateTime?: string;
  endDateTime?: string;
  updatedAt?: string;
}
interface Participation {
  id: string;
  createdAt: string;
  associations: { contact: { contactId?: string; email?: string } };
  properties: { occurredAt?: number; attendanceState?: string };
}

export const eventsEveryMs = 3_600_000;
/** Who attended is often entered days after. */
const settledMs = 14 * 86_400_000;
const kinds: Record<string, TouchKind> = { REGISTERED: 'form', ATTENDED: 'attended' };

/** Events that may have something new since they were last looked through. `undefined`: the key may not read them. */
export async function readEvents(link: Link, since: number): Promise<MarketingEvent[] | undefined> {
  return permitted(async () => {
    const found: MarketingEvent[] = [];
    for await (const event of all<MarketingEvent>(link, marketingEvents, {})) {
      const last = Math.max(...[event.startDateTime, event.endDateTime, event.updatedAt].map((at) => Date.parse(at ?? '') || 0));
      if (last >= since - settledMs) found.push(event);
    }
    return found.sort((a, b) => (a.objectId < b.objectId ? -1 : 1));
  }, undefined);
}

export async function participations(
  link: Link,
  event: MarketingEvent,
  after: string | undefined,
  campaignOf: CampaignOf,
): Promise<{ arrivals: Arrival[]; more?: string }> {
  const query = new URLSearchParams({ limit: '100', ...(after && { after }) });
  const answer = await call<Listed<Participation>>(
    link,
    'GET',
    `${marketingEvents}/participations/${encodeURIComponent(event.objectId)}/breakdown?${query}`,
  );
  const more = answer.paging?.next?.after;
  return { arrivals: answer.results.flatMap((p) => arrivalOf(event, p, campaignOf) ?? []), ...(more !== undefined && { more }) };
}

function arrivalOf(
  event: MarketingEvent,
  { id, createdAt, associations, properties }: Participation,
  campaignOf: CampaignOf,
): Arrival | undefined {
  const kind = kinds[properties.attendanceState ?? ''];
  const { contactId, email } = associations.contact;
  const person: PersonIn = {
    keys: email ? [{ kind: 'email', value: email }] : [],
    ...(contactId && { aliases: [{ kind: 'record' as const, value: `hubspot:${contactId}` }] }),
  };
  if (!kind || (!email && !contactId)) return undefined;
  const channel = /webinar/i.test(event.eventType ?? '') ? 'webinar' : 'event';
  const campaign = campaignOf('MARKETING_EVENT', event.objectId) ?? {
    name: event.eventName,
    ref: `hubspot:event:${event.objectId}`,
    channel,
  };
  return {
    person,
    touch: { kind, channel, campaign, asset: event.eventName },
    source: 'hubspot',
    sourceId: `participation:${id}:${properties.attendanceState}`,
    at: new Date(properties.occurredAt ?? createdAt).toISOString(),
  };
}
