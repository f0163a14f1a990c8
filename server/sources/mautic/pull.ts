import type { Arrival, PersonIn, TouchIn } from '../../ingest/arrival.ts';
import { segmentFrom } from '../segment.ts';
import {
  type Choice,
  type Link,
  type Mapping,
  type Page,
  type Pulled,
  permitted,
  type Sample,
  SourceError,
  type StageSeen,
} from '../source.ts';
import { call, utcSeconds } from './api.ts';
import { type CampaignOf, type CampaignsRead, campaignOf, type MembersPlace, members, readCampaigns } from './campaigns.ts';
import { choicesOf } from './fields.ts';
import { labelOf, type Move, newestMove, stageThen } from './moves.ts';
import { type MauticUser, type OwnerOf, readOwners } from './owners.ts';

/**
 * Changes of stage come first: whom they are of begins with them, and what a contact is at now tells nothing new where
 * they told it with its time. Contacts are taken by id, which finds new ones for ever, then by time of change, which a
 * new one does not have; what they did is followed by time. Epoch ms by Mautic's clock. Places move within what is read, never by counting rows:
 * somebody may change while it is read.
 */
interface Cursor {
  contacts: { afterId: number; since: number };
  activity: Place;
  /** Absent in what was kept before changes of stage were followed by themselves. */
  moves?: Place;
  /** Absent where campaigns may not be read, and in what was kept before they were. */
  campaigns?: CampaignsRead;
  members?: MembersPlace;
  /** Of the first import. */
  done?: number;
  of?: number;
}
interface Place {
  since: number;
  page: number;
}
const overlap = 60_000;
const pageSize = 100;

const events = [
  ...['page.hit', 'form.submitted', 'asset.download', 'meeting.attended'],
  ...['email.sent', 'email.read', 'email.replied', 'email.failed'],
];

export async function* pull(link: Link, saved: string | undefined): AsyncGenerator<Pulled, void> {
  const began = timeOf(link);
  const cursor: Cursor =
    saved === undefined
      ? { contacts: { afterId: 0, since: 0 }, activity: { since: 0, page: 1 }, moves: { since: 0, page: 1 }, done: 0 }
      : (JSON.parse(saved) as Cursor);
  const page = (found: Partial<Page>): Pulled => {
    cursor.contacts.since ||= began() - overlap;
    return {
      ...nothing,
      ...found,
      cursor: JSON.stringify(cursor),
      ...(cursor.of !== undefined && { done: cursor.done ?? 0, of: cursor.of }),
    };
  };
  const segments = await segmentChoices(link);
  const owners = await readOwners(link);
  const people = (contacts: MauticContact[]): Pulled => page(peopleOf(contacts, link.mapping, segments, owners));

  cursor.moves ??= cursor.activity;
  yield* followed(link, ['stage.changed'], cursor.moves, (place, found) => {
    cursor.moves = place;
    return page({
      arrivals: found.map(({ contactId, eventId, timestamp }) => ({
        person: { keys: [], aliases: [alias(contactId)] },
        source: 'mautic',
        sourceId: `move:${eventId}`,
        at: new Date(timestamp).toISOString(),
      })),
      stages: found.map((event) => stageThen(event.contactId, event)),
    });
  });

  for (;;) {
    const { contacts, total } = await list(link, { col: 'id', expr: 'gt', val: String(cursor.contacts.afterId) }, 'id', 0);
    const last = contacts.at(-1);
    if (saved === undefined) cursor.of ??= total;
    if (cursor.of !== undefined) cursor.done = (cursor.done ?? 0) + contacts.length;
    if (last) cursor.contacts.afterId = last.id;
    if (contacts.length > 0) yield people(contacts);
    if (contacts.length < pageSize) break;
  }

  let start = 0;
  for (let since = cursor.contacts.since; ; ) {
    const { contacts } = await list(link, { col: 'date_modified', expr: 'gte', val: utcSeconds(since) }, 'date_modified', start);
    const last = Date.parse(contacts.at(-1)?.dateModified ?? '') || since;
    const more = contacts.length === pageSize;
    // Within one second the only way on is by position.
    start = last > since ? 0 : start + pageSize;
    since = last;
    cursor.contacts.since = more ? since : Math.max(cursor.contacts.since, began() - overlap);
    if (contacts.length > 0) yield people(contacts);
    if (!more) break;
  }

  const campaigns = await readCampaigns(link, cursor.campaigns);
  cursor.campaigns = campaigns;
  if (campaigns) {
    const looked = timeOf(link);
    for (let place = cursor.members ?? { since: 0, start: 0 }; ; ) {
      const found = await permitted(() => members(link, place, campaigns), undefined);
      if (!found) break;
      place = found.next ?? { since: Math.max(place.since, looked() - overlap), start: 0 };
      cursor.members = place;
      if (found.arrivals.length > 0) yield page({ arrivals: found.arrivals });
      if (!found.next) break;
    }
  }

  const of = campaignOf(campaigns);
  yield* followed(link, events, cursor.activity, (place, found, last) => {
    cursor.activity = place;
    if (last) delete cursor.of;
    return page({ arrivals: found.flatMap((e) => touchArrival(e, of) ?? []) });
  });
}

/** This moment by Mautic's clock, which only an answer tells. */
function timeOf({ clock, time }: Link): () => number {
  const at = clock.now();
  return () => at + time() - clock.now();
}

/** What happened since a place, a page at a time; each with the place after it. */
async function* followed(
  link: Link,
  names: readonly string[],
  start: Place,
  tell: (place: Place, found: MauticEvent[], last: boolean) => Pulled,
): AsyncGenerator<Pulled, void> {
  for (let place = start; ; ) {
    const { since: from, page: at } = place;
    const looked = timeOf(link);
    const query = new URLSearchParams({ limit: String(pageSize), page: String(at), 'order[0]': 'timestamp', 'order[1]': 'ASC' });
    if (from > 0) query.set('filters[dateFrom]', utcSeconds(from));
    for (const [i, name] of names.entries()) query.set(`filters[includeEvents][${i}]`, name);
    const answer = await call<{ events: MauticEvent[] }>(link, 'GET', `/contacts/activity?${query}`);
    const last = Date.parse(answer.events.at(-1)?.timestamp ?? '') || from;
    const more = answer.events.length === pageSize;
    place = !more
      ? { since: Math.max(from, looked() - overlap), page: 1 }
      : utcSeconds(last) > utcSeconds(from)
        ? { since: last, page: 1 }
        : { since: from, page: at + 1 };
    yield tell(place, answer.events, !more);
    if (!more) return;
  }
}

/** What people choose from in the field of the segment, where that is a list. */
const segmentChoices = async (link: Link): Promise<Choice[]> =>
  link.mapping.fields.segment === undefined ? [] : permitted(() => choicesOf(link, link.mapping.fields.segment!), []);

const nothing: Page = { arrivals: [], stages: [], gone: [], merged: [] };
const peopleOf = (contacts: readonly MauticContact[], mapping: Mapping, segments: readonly Choice[], owners: OwnerOf): Page => ({
  ...nothing,
  arrivals: contacts.map((c) => personArrival(c, mapping, segments, owners)),
  stages: contacts.flatMap(stageNow),
});

/** Contacts by id as they are now. For one that was merged Mautic answers with the one it went up in. */
export async function read(link: Link, records: readonly string[]): Promise<Page> {
  const contacts: MauticContact[] = [];
  const gone: string[] = [];
  const merged: Page['merged'] = [];
  for (const id of records) {
    try {
      const { contact } = await call<{ contact: MauticContact }>(link, 'GET', `/contacts/${encodeURIComponent(id)}`);
      contacts.push(contact);
      if (String(contact.id) !== id) merged.push({ from: id, into: String(contact.id) });
    } catch (error) {
      if (!(error instanceof SourceError && error.trouble === 'not-found')) throw error;
      gone.push(id);
    }
  }
  const segments = await segmentChoices(link);
  const owners = await readOwners(link);
  const found = [...new Map(contacts.map((c) => [c.id, c])).values()];
  const stages: StageSeen[] = [];
  for (const contact of found) stages.push(...(await stageSince(link, contact)));
  return { ...peopleOf(found, link.mapping, segments, owners), stages, gone, merged };
}

/** What a contact is at, since it came there: something else may have changed of it since then. */
async function stageSince(link: Link, contact: MauticContact): Promise<StageSeen[]> {
  const move = contact.stage ? await newestMove(link, contact.id) : undefined;
  return move && labelOf(move) === contact.stage!.name ? [stageThen(contact.id, move)] : stageNow(contact);
}

export async function* ids(link: Link): AsyncGenerator<string[], void> {
  for (let afterId = 0; ; ) {
    const { contacts } = await list(link, { col: 'id', expr: 'gt', val: String(afterId) }, 'id', 0, true);
    yield contacts.map((c) => String(c.id));
    const last = contacts.at(-1);
    if (!last || contacts.length < pageSize) return;
    afterId = last.id;
  }
}

const sampled = 500;
export async function sample(link: Link): Promise<Sample> {
  const people: Sample['people'] = [];
  const segments = await segmentChoices(link);
  const owners = await readOwners(link);
  for (let afterId = 0, of = 0; ; ) {
    const { contacts, total } = await list(link, { col: 'id', expr: 'gt', val: String(afterId) }, 'id', 0);
    of ||= total;
    for (const contact of contacts) {
      const { stage } = contact;
      const owner = owners(contact.owner);
      const segment = segmentOf(contact, link.mapping, segments);
      people.push({
        keys: keysOf(contact, link.mapping),
        ...(owner && { owner }),
        says: stage ? [{ value: stage.name }] : [],
        ...(segment && { segment }),
      });
    }
    const last = contacts.at(-1);
    if (!last || contacts.length < pageSize || people.length >= sampled) return { people, of };
    afterId = last.id;
  }
}

interface MauticContact {
  id: number;
  dateModified: string | null;
  dateAdded: string;
  owner: MauticUser | null;
  stage: { id: number; name: string } | null;
  fields: { all: Record<string, string | null> };
}

async function list(
  link: Link,
  where: { col: string; expr: string; val: string },
  orderBy: string,
  start: number,
  minimal = false,
): Promise<{ contacts: MauticContact[]; total: number }> {
  const query = new URLSearchParams({
    'where[0][col]': where.col,
    'where[0][expr]': where.expr,
    'where[0][val]': where.val,
    orderBy,
    orderByDir: 'asc',
    start: String(start),
    limit: String(pageSize),
    ...(minimal && { minimal: '1' }),
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

const segmentOf = ({ fields }: MauticContact, { fields: { segment } }: Mapping, choices: readonly Choice[]): string | undefined =>
  segment ? segmentFrom(fields.all[segment], choices) : undefined;

function keysOf({ fields: { all } }: MauticContact, mapping: Mapping): PersonIn['keys'] {
  const linkedin = all[mapping.fields.linkedin ?? 'linkedin'];
  return [
    ...(all.email ? [{ kind: 'email' as const, value: all.email }] : []),
    ...(linkedin ? [{ kind: 'linkedin' as const, value: linkedin }] : []),
  ];
}

function personArrival(contact: MauticContact, mapping: Mapping, segments: readonly Choice[], owners: OwnerOf): Arrival {
  const f = contact.fields.all;
  const at = new Date(contact.dateModified ?? contact.dateAdded).toISOString();
  const owner = owners(contact.owner);
  const segment = segmentOf(contact, mapping, segments);
  const person: PersonIn = {
    keys: keysOf(contact, mapping),
    aliases: [alias(contact.id)],
    name: [f.firstname, f.lastname].filter(Boolean).join(' ') || undefined,
    title: f.position || undefined,
    company: f.company || undefined,
    ...(segment !== undefined && { segment }),
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

interface MauticEvent extends Move {
  event: string;
  eventId: string;
  contactId: number | string;
  details?: {
    hit?: { url?: string; source?: string | null; sourceId?: number | string | null };
    stat?: { email_id?: number | string | null };
    form?: { id?: number | string };
  };
}

const touchOf: Record<string, TouchIn> = {
  'page.hit': { kind: 'visited', channel: 'content' },
  'form.submitted': { kind: 'form' },
  'asset.download': { kind: 'downloaded', channel: 'content' },
  'email.sent': { kind: 'sent', channel: 'email' },
  'email.read': { kind: 'opened', channel: 'email' },
  'email.replied': { kind: 'reply', channel: 'email' },
  'email.failed': { kind: 'bounced', channel: 'email' },
  'meeting.attended': { kind: 'attended', channel: 'webinar' },
};

function touchArrival(event: MauticEvent, campaignOf: CampaignOf): Arrival | undefined {
  const touch = touchOf[event.event];
  if (!touch) return undefined;
  const { hit, stat, form } = event.details ?? {};
  const link = hit?.url;
  const asset = labelOf(event);
  const mail = stat?.email_id ?? (hit?.source === 'email' ? hit.sourceId : undefined);
  const campaign = campaignOf('mails', mail) ?? campaignOf('forms', form?.id);
  // A mail that no campaign sends, or several do, is one by itself. A reply does not say to which it is one.
  const itself = event.event.startsWith('email.') && touch.kind !== 'reply';
  const about = campaign ? { campaign, asset } : itself ? { campaign: { name: asset, channel: 'email' as const } } : { asset };
  return {
    person: { keys: [], aliases: [alias(event.contactId)] },
    touch: { ...touch, ...about, ...(link && { link }) },
    source: 'mautic',
    sourceId: `event:${event.event}:${event.eventId}`,
    at: new Date(event.timestamp).toISOString(),
  };
}
