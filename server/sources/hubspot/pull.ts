import type { TouchKind } from '../../../lib/funnel/words.ts';
import type { Arrival } from '../../ingest/arrival.ts';
import { type Link, type Pulled, SourceError, type StageSeen } from '../source.ts';
import { call, objects, owners as ownersPath } from './api.ts';
import { arrivalsOf, type Contact, contactHistory, contactProperties, stagesOf } from './contact.ts';

/**
 * Where a pull stands. Contacts are first listed (no cap), then followed by their time of change; marketing mails
 * are followed by time. Times are epoch milliseconds.
 */
export interface Cursor {
  contacts: { list: string | null; began: number } | { since: number };
  /** `newest` is the latest seen while paging: pages come newest first. */
  mails: { since: number; offset?: string; newest?: number };
}

/** Search lags behind writes, and two changes may share a millisecond: each run looks back this far. */
const overlap = 120_000;
/** HubSpot answers no more than this of one search. */
const searchCap = 10_000;
const listPage = 50;
const searchPage = 100;
const mailPage = 1_000;

export async function* pull(link: Link, saved: string | undefined): AsyncGenerator<Pulled, void> {
  const began = link.clock.now();
  const cursor: Cursor = saved === undefined ? { contacts: { list: null, began }, mails: { since: 0 } } : (JSON.parse(saved) as Cursor);
  const owners = await ownersById(link);
  const page = (arrivals: Arrival[], stages: StageSeen[] = []): Pulled => ({ arrivals, stages, gone: [], cursor: JSON.stringify(cursor) });
  const people = (contacts: Contact[]): Pulled =>
    page(
      contacts.flatMap((c) => arrivalsOf(c, link.mapping, owners)),
      contacts.flatMap(stagesOf),
    );

  while ('list' in cursor.contacts) {
    const { list, began: first } = cursor.contacts;
    const query = new URLSearchParams({
      limit: String(listPage),
      properties: contactProperties(link.mapping).join(','),
      propertiesWithHistory: contactHistory.join(','),
      ...(list !== null && { after: list }),
    });
    const answer = await call<Listed<Contact>>(link, 'GET', objects(`contacts?${query}`));
    const after = answer.paging?.next?.after;
    cursor.contacts = after === undefined ? { since: first - overlap } : { list: after, began: first };
    yield people(answer.results);
  }

  for await (const contacts of changed(link, cursor.contacts.since)) {
    cursor.contacts = { since: Math.max(cursor.contacts.since, (contacts.last ?? began) - overlap) };
    yield people(contacts.items);
  }

  for (;;) {
    const query = new URLSearchParams({
      limit: String(mailPage),
      startTimestamp: String(cursor.mails.since),
      ...(cursor.mails.offset && { offset: cursor.mails.offset }),
    });
    const answer = await mailEvents(link, query);
    if (answer === undefined) return;
    const newest = Math.max(cursor.mails.newest ?? cursor.mails.since, ...answer.events.map((e) => e.created));
    const names = await campaignNames(link, answer.events);
    cursor.mails = answer.hasMore
      ? { since: cursor.mails.since, offset: answer.offset, newest }
      : { since: Math.max(cursor.mails.since, newest - overlap) };
    yield page(answer.events.flatMap((e) => mailArrival(e, names) ?? []));
    if (!answer.hasMore) return;
  }
}

interface Listed<T> {
  results: T[];
  total?: number;
  paging?: { next?: { after: string } };
}

async function ownersById(link: Link): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let after: string | undefined = ''; after !== undefined; ) {
    const answer: Listed<{ id: string; email?: string }> = await call(
      link,
      'GET',
      `${ownersPath}?limit=100${after && `&after=${encodeURIComponent(after)}`}`,
    );
    for (const owner of answer.results) if (owner.email) found.set(owner.id, owner.email);
    after = answer.paging?.next?.after;
  }
  return found;
}

/**
 * Contacts changed since an instant, oldest change first. A search ends after 10,000 results, so the window slides to
 * the last time seen; when 10,000 share one millisecond (an import does that), they are taken by id.
 */
async function* changed(link: Link, since: number): AsyncGenerator<{ items: Contact[]; last?: number }> {
  let from = since;
  for (;;) {
    let seen = 0;
    let last = from;
    let after: string | undefined;
    do {
      const answer: Listed<Contact> = await find(
        link,
        [{ propertyName: 'lastmodifieddate', operator: 'GTE', value: String(from) }],
        'lastmodifieddate',
        after,
      );
      const times = answer.results.map((c) => Date.parse(c.properties.lastmodifieddate ?? c.updatedAt));
      last = Math.max(last, ...times);
      seen += answer.results.length;
      after = answer.paging?.next?.after;
      if (answer.results.length > 0) yield { items: await withHistory(link, answer.results), last };
    } while (after !== undefined && seen < searchCap);
    if (after === undefined) return;
    if (last > from) from = last;
    else {
      yield* changedAt(link, from);
      from += 1;
    }
  }
}

async function* changedAt(link: Link, at: number): AsyncGenerator<{ items: Contact[]; last: number }> {
  for (let id = '0'; ; ) {
    const answer = await find(
      link,
      [
        { propertyName: 'lastmodifieddate', operator: 'EQ', value: String(at) },
        { propertyName: 'hs_object_id', operator: 'GT', value: id },
      ],
      'hs_object_id',
    );
    if (answer.results.length === 0) return;
    id = answer.results.at(-1)!.id;
    yield { items: await withHistory(link, answer.results), last: at };
  }
}

const find = (
  link: Link,
  filters: { propertyName: string; operator: string; value: string }[],
  sort: string,
  after?: string,
): Promise<Listed<Contact>> =>
  call(link, 'POST', objects('contacts/search'), {
    filterGroups: [{ filters }],
    sorts: [{ propertyName: sort, direction: 'ASCENDING' }],
    properties: ['lastmodifieddate'],
    limit: searchPage,
    ...(after !== undefined && { after }),
  });

/** Search tells neither history nor the newest values; they are read by id, 50 at a time. */
async function withHistory(link: Link, found: Contact[]): Promise<Contact[]> {
  const contacts: Contact[] = [];
  for (let i = 0; i < found.length; i += listPage) {
    const answer = await call<Listed<Contact>>(link, 'POST', objects('contacts/batch/read'), {
      inputs: found.slice(i, i + listPage).map((c) => ({ id: c.id })),
      properties: contactProperties(link.mapping),
      propertiesWithHistory: contactHistory,
    });
    contacts.push(...answer.results);
  }
  return contacts;
}

interface MailEvent {
  id: string;
  created: number;
  type: string;
  recipient: string;
  emailCampaignId?: number;
  url?: string;
  /** Opened or clicked by a machine. */
  filteredEvent?: boolean;
}

const mailKinds: Record<string, TouchKind> = { SENT: 'sent', OPEN: 'opened', CLICK: 'click', BOUNCE: 'bounced' };

/** `undefined` where the key may not read mail events: the rest is synced all the same. */
async function mailEvents(
  link: Link,
  query: URLSearchParams,
): Promise<{ events: MailEvent[]; hasMore: boolean; offset: string } | undefined> {
  try {
    return await call(link, 'GET', `/email/public/v1/events?${query}`);
  } catch (error) {
    if (error instanceof SourceError && error.trouble === 'forbidden') return undefined;
    throw error;
  }
}

async function campaignNames(link: Link, events: MailEvent[]): Promise<Map<number, string>> {
  const names = new Map<number, string>();
  for (const id of new Set(events.map((e) => e.emailCampaignId).filter((n) => n !== undefined))) {
    try {
      const mail = await call<{ name?: string; subject?: string }>(link, 'GET', `/email/public/v1/campaigns/${id}`);
      const name = mail.name || mail.subject;
      if (name) names.set(id, name);
    } catch (error) {
      // A deleted mail has no name any more; its events still count.
      if (!(error instanceof SourceError && error.trouble === 'not-found')) throw error;
    }
  }
  return names;
}

function mailArrival(event: MailEvent, names: ReadonlyMap<number, string>): Arrival | undefined {
  const kind = mailKinds[event.type];
  if (kind === undefined || event.filteredEvent) return undefined;
  const name = event.emailCampaignId === undefined ? undefined : names.get(event.emailCampaignId);
  return {
    person: { keys: [{ kind: 'email', value: event.recipient }] },
    touch: {
      kind,
      channel: 'email',
      ...(event.emailCampaignId !== undefined && {
        campaign: { ...(name && { name }), ref: `hubspot:mail:${event.emailCampaignId}`, channel: 'email' },
      }),
      ...(event.url && { link: event.url }),
    },
    source: 'hubspot',
    // HubSpot names an event by both.
    sourceId: `mail:${event.id}:${event.created}`,
    at: new Date(event.created).toISOString(),
  };
}
