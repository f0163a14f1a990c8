import type { Arrival, PersonIn, TouchIn } from '../../ingest/arrival.ts';
import type { Link, Mapping, Pulled, StageSeen } from '../source.ts';
import { call, utcSeconds } from './api.ts';

/** Contacts are first taken by id, then by time of change; what they did is followed by time. Epoch ms. */
interface Cursor {
  contacts: { afterId: number; began: number } | { since: number };
  activity: { since: number; page: number; newest: number };
}
const overlap = 60_000;
const pageSize = 100;

const events = [
  'page.hit',
  'form.submitted',
  'asset.download',
  'email.sent',
  'email.read',
  'email.failed',
  'stage.changed',
  'meeting.attended',
];

export async function* pull(link: Link, saved: string | undefined): AsyncGenerator<Pulled, void> {
  const cursor: Cursor =
    saved === undefined
      ? { contacts: { afterId: 0, began: link.clock.now() }, activity: { since: 0, page: 1, newest: 0 } }
      : (JSON.parse(saved) as Cursor);
  const page = (arrivals: Arrival[], stages: StageSeen[], more: Partial<Pulled> = {}): Pulled => ({
    arrivals,
    stages,
    gone: [],
    cursor: JSON.stringify(cursor),
    ...more,
  });
  const people = (contacts: MauticContact[], more?: Partial<Pulled>): Pulled =>
    page(
      contacts.map((c) => personArrival(c, link.mapping)),
      contacts.flatMap(stageNow),
      more,
    );

  while ('afterId' in cursor.contacts) {
    const { afterId, began } = cursor.contacts;
    const { contacts, total } = await list(link, { col: 'id', expr: 'gt', val: String(afterId) }, 'id', 0);
    const last = contacts.at(-1);
    cursor.contacts = last && contacts.length === pageSize ? { afterId: last.id, began } : { since: began - overlap };
    yield people(contacts, { of: total });
  }

  const since = cursor.contacts.since;
  const began = link.clock.now();
  for (let start = 0; ; start += pageSize) {
    const { contacts } = await list(link, { col: 'date_modified', expr: 'gte', val: utcSeconds(since) }, 'date_modified', start);
    const more = contacts.length === pageSize;
    // Paged by position: the cursor moves only when the whole window was read.
    if (!more) cursor.contacts = { since: began - overlap };
    if (contacts.length > 0) yield people(contacts);
    if (!more) break;
  }

  for (;;) {
    const { since: from, page: at } = cursor.activity;
    const query = new URLSearchParams({ limit: String(pageSize), page: String(at), 'order[0]': 'timestamp', 'order[1]': 'ASC' });
    if (from > 0) query.set('filters[dateFrom]', utcSeconds(from));
    for (const [i, name] of events.entries()) query.set(`filters[includeEvents][${i}]`, name);
    const answer = await call<{ events: MauticEvent[] }>(link, 'GET', `/contacts/activity?${query}`);
    const newest = Math.max(cursor.activity.newest, ...answer.events.map((e) => Date.parse(e.timestamp)));
    const more = answer.events.length === pageSize;
    cursor.activity = more ? { since: from, page: at + 1, newest } : { since: Math.max(from, newest - overlap), page: 1, newest };
    yield page(
      answer.events.flatMap((e) => touchArrival(e) ?? []),
      answer.events.flatMap((e) => stageThen(e) ?? []),
    );
    if (!more) return;
  }
}

interface MauticContact {
  id: number;
  dateModified: string | null;
  dateAdded: string;
  owner: { email?: string } | null;
  stage: { id: number; name: string } | null;
  fields: { all: Record<string, string | null> };
}

async function list(
  link: Link,
  where: { col: string; expr: string; val: string },
  orderBy: string,
  start: number,
): Promise<{ contacts: MauticContact[]; total: number }> {
  const query = new URLSearchParams({
    'where[0][col]': where.col,
    'where[0][expr]': where.expr,
    'where[0][val]': where.val,
    orderBy,
    orderByDir: 'asc',
    start: String(start),
    limit: String(pageSize),
  });
  const answer = await call<{ total: string | number; contacts: Record<string, MauticContact> | MauticContact[] }>(
    link,
    'GET',
    `/contacts?${query}`,
  );
  // An object by id, in which JavaScript puts whole numbers in rising order; empty, it is a list.
  const contacts = Object.values(answer.contacts);
  return { contacts, total: Number(answer.total) };
}

const alias = (id: number | string) => ({ kind: 'record' as const, value: `mautic:${id}` });

function personArrival(contact: MauticContact, mapping: Mapping): Arrival {
  const f = contact.fields.all;
  const at = new Date(contact.dateModified ?? contact.dateAdded).toISOString();
  const linkedin = f[mapping.fields.linkedin ?? 'linkedin'];
  const owner = contact.owner?.email;
  const person: PersonIn = {
    keys: [
      ...(f.email ? [{ kind: 'email' as const, value: f.email }] : []),
      ...(linkedin ? [{ kind: 'linkedin' as const, value: linkedin }] : []),
    ],
    aliases: [alias(contact.id)],
    name: [f.firstname, f.lastname].filter(Boolean).join(' ') || undefined,
    title: f.position || undefined,
    company: f.company || undefined,
    ...(owner && { owner }),
  };
  return { person, source: 'mautic', sourceId: `contact:${contact.id}:${at}`, at };
}

/** The name of the stage is its value: activity tells nothing else. */
const stageNow = (contact: MauticContact): StageSeen[] =>
  contact.stage
    ? [
        {
          record: alias(contact.id).value,
          field: 'stage',
          value: contact.stage.name,
          at: new Date(contact.dateModified ?? contact.dateAdded).toISOString(),
        },
      ]
    : [];

interface MauticEvent {
  event: string;
  eventId: string;
  eventLabel: string | { label: string; href?: string };
  timestamp: string;
  contactId: number | string;
  details?: { hit?: { url?: string } };
}

const touchOf: Record<string, TouchIn> = {
  'page.hit': { kind: 'visited', channel: 'content' },
  'form.submitted': { kind: 'form' },
  'asset.download': { kind: 'downloaded', channel: 'content' },
  'email.sent': { kind: 'sent', channel: 'email' },
  'email.read': { kind: 'opened', channel: 'email' },
  'email.failed': { kind: 'bounced', channel: 'email' },
  'meeting.attended': { kind: 'attended', channel: 'webinar' },
};

const labelOf = (event: MauticEvent): string => (typeof event.eventLabel === 'string' ? event.eventLabel : event.eventLabel.label);

function stageThen(event: MauticEvent): StageSeen | undefined {
  if (event.event !== 'stage.changed') return undefined;
  return { record: alias(event.contactId).value, field: 'stage', value: labelOf(event), at: new Date(event.timestamp).toISOString() };
}

function touchArrival(event: MauticEvent): Arrival | undefined {
  const touch = touchOf[event.event];
  if (!touch) return undefined;
  const mail = event.event.startsWith('email.');
  const link = event.details?.hit?.url;
  const about = mail ? { campaign: { name: labelOf(event), channel: 'email' as const } } : { asset: labelOf(event) };
  return {
    person: { keys: [], aliases: [alias(event.contactId)] },
    touch: { ...touch, ...about, ...(link && { link }) },
    source: 'mautic',
    sourceId: `event:${event.event}:${event.eventId}`,
    at: new Date(event.timestamp).toISOString(),
  };
}
