import { dealField } from '../deals.ts';
import { type Link, type Page, type Pulled, permitted, type Sample, SourceError } from '../source.ts';
import { call, objects, owners as ownersPath, spare } from './api.ts';
import { all, type CampaignOf, type CampaignsRead, campaignOf, readCampaigns } from './campaigns.ts';
import {
  type Contact,
  contactHistory,
  contactProperties,
  contactsAtOnce,
  contactsById,
  keysOf,
  linkedinFields,
  pageOf,
  stageProperties,
} from './contact.ts';
import { contactsIn, type Deal, dealHistory, dealProperties, dealsById, dealsTell, deletedSince, readDeals } from './deal.ts';
import { type EventsRead, eventsEveryMs, participations, readEvents } from './events.ts';
import { byContact, type FormsRead, formSince, formsEveryMs, readForms, spansNow, submissions } from './forms.ts';
import { type ListsRead, listsEveryMs, members } from './lists.ts';
import { mailArrival, mailEvents, mailPage, readMails } from './mails.ts';
import { changedSince, type Listed } from './search.ts';
import { companyProperty, contactsOf, Segments, segmentProperties } from './segment.ts';
import { visits } from './visits.ts';
import { idOfDeal, isDealRecord } from './webhook.ts';

/**
 * Where a pull stands. Contacts and deals are first listed (no cap), then followed by their time of change; the rest is
 * followed by time. Times are epoch milliseconds by HubSpot's clock.
 */
interface Cursor {
  contacts: Listing | { since: number };
  deals?: Listing | { since: number };
  /** When all deals were last listed, from the first to the last. */
  dealsListed?: { at: number };
  /** When it was last looked which deals were deleted. */
  dealsGone?: { at: number };
  /** While paging, when that began: pages come newest first, and the place moves at their end. */
  mails: { since: number; offset?: string; began?: number };
  /** In the middle of reading: where to go on. */
  visits?: { since: number; after?: string; last?: number };
  forms?: FormsRead;
  events?: EventsRead;
  campaigns?: CampaignsRead;
  lists?: ListsRead;
  /** Of the changes of companies that say which segment their people are in. */
  companies?: { since: number };
  /** When a contact last filled in a form, as contacts tell. */
  converted?: number;
}
interface Listing {
  list: string | null;
  began: number;
  done?: number;
  of?: number;
}

/** Search lags behind writes, and two changes may share a millisecond: each run looks back this far. */
const overlap = 120_000;
const later = ({ since }: { since: number }, seen: number): { since: number } => ({ since: Math.max(since, seen - overlap) });
/** What happened to a mail is told when HubSpot has heard of it. */
const mailOverlap = 15 * 60_000;

export async function* pull(link: Link, saved: string | undefined): AsyncGenerator<Pulled, void> {
  const owners = await ownersById(link);
  const forms = await readForms(link);
  const cursor: Cursor =
    saved === undefined ? { contacts: { list: null, began: link.time() }, mails: { since: 0 } } : (JSON.parse(saved) as Cursor);
  cursor.forms = spansNow(cursor.forms, forms !== undefined, link.time(), saved === undefined);
  const page = (found: Partial<Page>, more: Partial<Pulled> = {}): Pulled => ({
    arrivals: [],
    stages: [],
    gone: [],
    merged: [],
    ...found,
    cursor: JSON.stringify(cursor),
    ...more,
  });
  const known = async (): Promise<CampaignsRead> => {
    cursor.campaigns = await readCampaigns(link, cursor.campaigns);
    return cursor.campaigns;
  };
  const campaigns = async (): Promise<CampaignOf> => campaignOf(await known());
  const segments = new Segments(link);
  cursor.companies ??= { since: link.time() };
  const people = async (contacts: Contact[], gone: string[] = [], more?: Partial<Pulled>): Promise<Pulled> => {
    for (const { properties } of contacts)
      cursor.converted = Math.max(cursor.converted ?? 0, Date.parse(properties.recent_conversion_date ?? '') || 0);
    const segmentOf = await segments.of(contacts);
    return page({ ...pageOf(contacts, link.mapping, { owners, segmentOf, forms: byContact(cursor.forms) }), gone }, more);
  };

  while ('list' in cursor.contacts) {
    spare(link);
    const listing = cursor.contacts;
    listing.of ??= await countOf(link);
    const answer = await list<Contact>(link, 'contacts', listing.list, {
      properties: contactProperties(link.mapping).join(','),
      propertiesWithHistory: contactHistory.join(','),
    });
    const done = (listing.done ?? 0) + answer.results.length;
    cursor.contacts = following(listing, answer, done);
    yield await people(answer.results, [], { done, of: Math.max(done, listing.of) });
  }
  const looked = link.time();
  for await (const { ids, last } of changedSince(link, 'contacts', 'lastmodifieddate', cursor.contacts.since)) {
    cursor.contacts = later(cursor.contacts, last);
    const { contacts, gone } = await contactsById(link, ids);
    yield await people(contacts, gone);
  }
  cursor.contacts = later(cursor.contacts, looked);

  yield* permittedPages(pullCompanies(link, cursor as Cursor & { companies: { since: number } }, segments, people));

  yield* permittedPages(pullDeals(link, cursor, page));
  yield* permittedPages(pullMails(link, cursor, page, campaigns));
  yield* permittedPages(pullVisits(link, cursor, page));
  yield* permittedPages(pullLists(link, cursor, page, known));

  if (forms && cursor.forms) {
    const due = link.time() - cursor.forms.at >= formsEveryMs || (cursor.converted ?? 0) > cursor.forms.at - overlap;
    if (due || cursor.forms.open) {
      const began = link.time();
      const of = await campaigns();
      for (const form of forms) {
        const { open } = cursor.forms;
        if (open && isRead(form.id, open.form, open.whole)) continue;
        let after = open?.form === form.id ? open.after : undefined;
        let newest = open?.form === form.id ? open.newest : 0;
        const since = formSince(cursor.forms, form.id);
        for (;;) {
          spare(link);
          const found = await submissions(link, form, since, after, of);
          newest = Math.max(newest, found.newest);
          after = found.more;
          cursor.forms.open = { form: form.id, newest, ...(after !== undefined && { after }) };
          if (after === undefined) {
            cursor.forms.newest[form.id] = Math.max(newest, cursor.forms.newest[form.id] ?? 0);
            cursor.forms.open = { form: form.id, newest: 0, whole: true };
          }
          if (found.arrivals.length > 0) yield page({ arrivals: found.arrivals });
          if (after === undefined) break;
        }
      }
      delete cursor.forms.open;
      cursor.forms.at = began;
      yield page({});
    }
  }

  const eventsSince = cursor.events?.at ?? 0;
  if (cursor.events?.open || link.time() - eventsSince >= eventsEveryMs) {
    const began = link.time();
    const events = await readEvents(link, eventsSince);
    if (!events) return;
    const of = await campaigns();
    for (const event of events) {
      const open: EventsRead['open'] = cursor.events?.open;
      if (open && isRead(event.objectId, open.event, open.whole)) continue;
      for (let after = open?.event === event.objectId ? open.after : undefined; ; ) {
        spare(link);
        const found = await participations(link, event, after, of);
        after = found.more;
        cursor.events = {
          at: eventsSince,
          open: { event: event.objectId, ...(after === undefined ? { whole: true } : { after }) },
        };
        if (found.arrivals.length > 0) yield page({ arrivals: found.arrivals });
        if (after === undefined) break;
      }
    }
    cursor.events = { at: began };
    yield page({});
  }
}

/** In a list by ids of which one is being read, or was to its end. */
const isRead = (id: string, at: string, whole: true | undefined): boolean => id < at || (id === at && whole === true);

type MakePage = (found: Partial<Page>) => Pulled;

/** A company's segment is its people's, who do not change with it. HubSpot touches a company for much else. */
async function* pullCompanies(
  link: Link,
  cursor: Cursor & { companies: { since: number } },
  segments: Segments,
  people: (contacts: Contact[], gone: string[]) => Promise<Pulled>,
): AsyncGenerator<Pulled, void> {
  const looked = link.time();
  const { since } = cursor.companies;
  if (companyProperty(link.mapping) !== undefined)
    for await (const { ids, last } of changedSince(link, 'companies', 'hs_lastmodifieddate', since)) {
      const said = await segments.companies(ids);
      const moved = [...said].flatMap(([id, one]) => (one.since >= since ? [id] : []));
      const contacts = moved.length === 0 ? [] : await contactsOf(link, moved);
      for (let i = 0; i < contacts.length; i += contactsAtOnce) {
        spare(link);
        const found = await contactsById(link, contacts.slice(i, i + contactsAtOnce));
        // The place moves once all of them are read.
        if (i + contactsAtOnce >= contacts.length) cursor.companies = later(cursor.companies, last);
        yield await people(found.contacts, found.gone);
      }
    }
  cursor.companies = later({ since }, looked);
}

async function* pullDeals(link: Link, cursor: Cursor, page: MakePage): AsyncGenerator<Pulled, void> {
  cursor.dealsGone ??= { at: link.time() };
  cursor.dealsListed ??= { at: link.time() };
  const stale = link.time() - cursor.dealsListed.at >= dealsListedEveryMs;
  if (!cursor.deals || (stale && !('list' in cursor.deals))) cursor.deals = { list: null, began: link.time() };
  while ('list' in cursor.deals) {
    spare(link);
    const listing: Listing = cursor.deals;
    const answer = await list<Deal>(link, 'deals', listing.list, {
      properties: dealProperties.join(','),
      propertiesWithHistory: dealHistory.join(','),
      associations: 'contacts',
    });
    cursor.deals = following(listing, answer);
    if (!('list' in cursor.deals)) cursor.dealsListed = { at: listing.began };
    yield page(dealsTell(answer.results, await contactsIn(link, answer.results), link.mapping));
  }
  const looked = link.time();
  for await (const { ids, last } of changedSince(link, 'deals', 'hs_lastmodifieddate', cursor.deals.since)) {
    cursor.deals = later(cursor.deals, last);
    const { deals, contacts } = await dealsById(link, ids);
    yield page(dealsTell(deals, contacts, link.mapping));
  }
  cursor.deals = later(cursor.deals, looked);
  if (looked - cursor.dealsGone.at < dealsGoneEveryMs) return;
  spare(link);
  const gone = await deletedSince(link, cursor.dealsGone.at - overlap);
  cursor.dealsGone = { at: looked };
  yield page({ left: gone.map(({ id, at }) => ({ field: dealField(id), at })) });
}
const dealsGoneEveryMs = 15 * 60_000;
/** Whom a deal names may change without the deal: HubSpot counts them in a property of it, and one for another is the same number. */
const dealsListedEveryMs = 6 * 3_600_000;

async function* pullMails(link: Link, cursor: Cursor, page: MakePage, campaigns: () => Promise<CampaignOf>): AsyncGenerator<Pulled, void> {
  const mails: Parameters<typeof readMails>[2] = new Map();
  for (;;) {
    spare(link);
    const looked = link.time();
    const { since, offset, began = looked } = cursor.mails;
    const answer = await mailEvents(
      link,
      new URLSearchParams({ limit: String(mailPage), startTimestamp: String(since), ...(offset && { offset }) }),
    );
    await readMails(link, answer.events, mails);
    const of = answer.events.length > 0 ? await campaigns() : () => undefined;
    cursor.mails = answer.hasMore ? { since, offset: answer.offset, began } : { since: Math.max(since, began - mailOverlap) };
    yield page({ arrivals: answer.events.flatMap((e) => mailArrival(e, mails, of) ?? []) });
    if (!answer.hasMore) return;
  }
}

async function* pullVisits(link: Link, cursor: Cursor, page: MakePage): AsyncGenerator<Pulled, void> {
  for (;;) {
    spare(link);
    const looked = link.time();
    const { since, after, last = since } = cursor.visits ?? { since: 0 };
    const found = await visits(link, { since, ...(after !== undefined && { after }) });
    const newest = Math.max(last, found.last);
    cursor.visits =
      found.more === undefined
        ? { since: Math.max(since, Math.min(newest, looked) - mailOverlap) }
        : { since, after: found.more, last: newest };
    if (found.arrivals.length > 0) yield page({ arrivals: found.arrivals });
    if (found.more === undefined) return;
  }
}

async function* pullLists(link: Link, cursor: Cursor, page: MakePage, known: () => Promise<CampaignsRead>): AsyncGenerator<Pulled, void> {
  const began = link.time();
  const read: ListsRead = cursor.lists ?? { at: 0, after: {} };
  if (began - read.at < listsEveryMs) return;
  cursor.lists = read;
  const campaigns = await known();
  for (const [id, name] of Object.entries(campaigns.lists ?? {}))
    for (;;) {
      spare(link);
      const found = await members(link, { id, name }, read.after[id], campaignOf(campaigns));
      if (found.more !== undefined) read.after[id] = found.more;
      if (found.arrivals.length > 0) yield page({ arrivals: found.arrivals });
      if (found.more === undefined) break;
    }
  read.at = began;
  yield page({});
}

/** What the key may not read is left out; the rest is synced all the same. */
async function* permittedPages(pages: AsyncGenerator<Pulled, void>): AsyncGenerator<Pulled, void> {
  try {
    yield* pages;
  } catch (error) {
    if (!(error instanceof SourceError && error.trouble === 'forbidden')) throw error;
  }
}

const list = <T>(link: Link, object: string, after: string | null, query: Record<string, string>): Promise<Listed<T>> =>
  call(
    link,
    'GET',
    objects(`${object}?${new URLSearchParams({ limit: String(contactsAtOnce), ...query, ...(after !== null && { after }) })}`),
  );

function following(listing: Listing, answer: Listed<unknown>, done?: number): Listing | { since: number } {
  const after = answer.paging?.next?.after;
  return after === undefined ? { since: listing.began - overlap } : { ...listing, list: after, ...(done !== undefined && { done }) };
}

async function countOf(link: Link): Promise<number> {
  const answer = await call<Listed<unknown>>(link, 'POST', objects('contacts/search'), { limit: 1 });
  return answer.total ?? 0;
}

async function ownersById(link: Link): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  await permitted(async () => {
    for await (const { id, email } of all<{ id: string; email?: string }>(link, ownersPath, {})) if (email) found.set(id, email);
  }, undefined);
  return found;
}

/**
 * Contacts and deals, with everything but the forms that contacts filled in: these come with the next pull. What a deal
 * says counts by what else is said of whom it names, so all of it is told with it.
 */
export async function read(link: Link, records: readonly string[]): Promise<Page> {
  const [deals, wanted] = [true, false].map((is) => records.filter((one) => isDealRecord(one) === is)) as [string[], string[]];
  const page: Page = { arrivals: [], stages: [], gone: [], merged: [] };
  const told = deals.length === 0 ? undefined : await permitted(() => readDeals(link, deals.map(idOfDeal)), undefined);
  const people = [...new Set([...wanted, ...(told?.people ?? [])])];
  if (people.length > 0) {
    const owners = await ownersById(link);
    const { contacts, gone } = await contactsById(link, people);
    const segmentOf = await new Segments(link).of(contacts);
    Object.assign(page, pageOf(contacts, link.mapping, { owners, segmentOf, forms: () => false }), { gone });
  }
  return told ? { ...page, stages: [...page.stages, ...told.stages], left: told.left } : page;
}

export async function* ids(link: Link): AsyncGenerator<string[], void> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    spare(link);
    const query = new URLSearchParams({ limit: '100', properties: 'hs_object_id', ...(after && { after }) });
    const answer: Listed<{ id: string }> = await call<Listed<{ id: string }>>(link, 'GET', objects(`contacts?${query}`));
    yield answer.results.map((c) => c.id);
    after = answer.paging?.next?.after;
  }
}

const sampled = 500;
export async function sample(link: Link): Promise<Sample> {
  const owners = await ownersById(link);
  const contacts: Contact[] = [];
  const wanted = [
    ...['email', 'hs_additional_emails', 'hubspot_owner_id'],
    ...linkedinFields(link.mapping),
    ...segmentProperties(link.mapping),
  ];
  const query = { limit: String(contactsAtOnce), properties: wanted.join(','), propertiesWithHistory: stageProperties.join(',') };
  for await (const contact of all<Contact>(link, objects('contacts'), query)) {
    contacts.push(contact);
    if (contacts.length === sampled) break;
  }
  const segmentOf = await new Segments(link).of(contacts);
  const people = contacts.map((contact): Sample['people'][number] => {
    const p = contact.properties;
    const owner = owners.get(p.hubspot_owner_id ?? '');
    const { segment } = segmentOf(contact);
    return {
      keys: keysOf(contact, link.mapping),
      ...(owner && { owner }),
      says: stageProperties.flatMap((field) => {
        const newest = contact.propertiesWithHistory?.[field]?.[0];
        return newest?.value ? [{ value: newest.value, at: new Date(newest.timestamp).toISOString() }] : [];
      }),
      ...(segment && { segment }),
    };
  });
  return { people, of: Math.max(people.length, await countOf(link)) };
}
