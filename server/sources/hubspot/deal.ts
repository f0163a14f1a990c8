import { inMinor } from '../../../lib/funnel/money.ts';
import { deal as means } from '../believe.ts';
import { dealField } from '../deals.ts';
import type { Link, Mapping, Page, StageSeen } from '../source.ts';
import { call, objects } from './api.ts';
import { associated } from './associations.ts';

/** One deal as the objects API answers it. */
export interface Deal {
  id: string;
  properties: Record<string, string | null>;
  /** Newest first. */
  propertiesWithHistory?: Record<string, { value: string; timestamp: string }[]>;
  associations?: { contacts?: { results: { id: string }[]; paging?: unknown } };
}
export const dealProperties = [
  'dealname',
  'dealstage',
  'amount',
  'deal_currency_code',
  'closedate',
  'createdate',
  'hs_is_closed',
  'hs_is_closed_won',
  'hs_lastmodifieddate',
];
/** What tells since when a deal stands where it does. */
export const dealHistory = ['dealstage', 'hs_is_closed', 'hs_is_closed_won'];
/** With history HubSpot answers no more deals at once. */
export const dealsAtOnce = 50;
/** With their contacts, as pairs of the CRM's ids. */
export type ContactsOf = ReadonlyMap<string, readonly string[]>;

/** A list tells each deal's first contacts along; of one that has more, all are asked for. @throws SourceError */
export async function contactsIn(link: Link, deals: readonly Deal[]): Promise<ContactsOf> {
  const more = deals.filter(({ associations }) => associations?.contacts?.paging !== undefined).map(({ id }) => id);
  const all = more.length === 0 ? new Map<string, string[]>() : await associated(link, 'deals', 'contacts', more);
  const told = ({ associations }: Deal): string[] => [...new Set(associations?.contacts?.results.map((one) => one.id))];
  return new Map(deals.map((deal) => [deal.id, all.get(deal.id) ?? told(deal)]));
}

/** Deals by id with their contacts: reading by id does not tell these. One that is not there any more is left out. @throws SourceError */
export async function dealsById(link: Link, ids: readonly string[]): Promise<{ deals: Deal[]; contacts: ContactsOf }> {
  const inputs = ids.map((id) => ({ id }));
  const deals: Deal[] = [];
  for (let i = 0; i < inputs.length; i += dealsAtOnce) {
    const about = { inputs: inputs.slice(i, i + dealsAtOnce), properties: dealProperties, propertiesWithHistory: dealHistory };
    deals.push(...(await call<{ results: Deal[] }>(link, 'POST', objects('deals/batch/read'), about)).results);
  }
  return { deals, contacts: await associated(link, 'deals', 'contacts', ids) };
}

/**
 * What deals tell that somebody named, and all others of the people whom they name; one that is not there any more is
 * nobody's. @throws SourceError
 */
export async function readDeals(link: Link, ids: readonly string[]): Promise<ReturnType<typeof dealsTell> & { people: string[] }> {
  if (ids.length === 0) return { stages: [], left: [], people: [] };
  const named = await dealsById(link, ids);
  const people = [...new Set([...named.contacts.values()].flat())];
  const theirs = people.length === 0 ? new Map<string, string[]>() : await associated(link, 'contacts', 'deals', people);
  const more = [...new Set([...theirs.values()].flat())].filter((id) => !ids.includes(id));
  const others = more.length === 0 ? { deals: [], contacts: new Map<string, string[]>() } : await dealsById(link, more);
  const deals = [...named.deals, ...others.deals];
  const there = new Set(deals.map(({ id }) => id));
  const { stages, left } = dealsTell(deals, new Map([...named.contacts, ...others.contacts]), link.mapping);
  return { stages, left: [...left, ...ids.filter((id) => !there.has(id)).map((id) => ({ field: dealField(id) }))], people };
}

/** What deals tell: the stages they went through, each of everybody it names, and that they are nobody else's. */
export const dealsTell = (
  deals: readonly Deal[],
  contacts: ContactsOf,
  mapping: Mapping,
): Pick<Page, 'stages'> & Required<Pick<Page, 'left'>> => ({
  stages: deals.flatMap((one) => dealStages(one, contacts.get(one.id) ?? [], mapping)),
  left: deals.map(({ id }) => ({ field: dealField(id), except: (contacts.get(id) ?? []).map(record) })),
});
const record = (contact: string): string => `hubspot:${contact}`;

/** Opened when it was made; then at each stage that people mapped; won or lost when that was said, and counted from its close date. */
function dealStages(deal: Deal, contacts: readonly string[], mapping: Mapping): StageSeen[] {
  const p = deal.properties;
  const value = Number(p.amount);
  const currency = p.deal_currency_code || mapping.fields.currency || 'USD';
  const money = p.amount && Number.isFinite(value) ? { value: inMinor(value, currency), currency } : undefined;
  const opened = Date.parse(p.createdate ?? p.hs_lastmodifieddate ?? '');
  const changed = Date.parse(p.hs_lastmodifieddate ?? p.createdate ?? '');
  if (Number.isNaN(opened)) return [];
  const instant = (ms: number): string => new Date(ms).toISOString();
  const mapped = (stage: string | null | undefined): boolean => mapping.stageIn[stage ?? ''] !== undefined;
  const { dealstage = [], hs_is_closed: closed, hs_is_closed_won: won } = deal.propertiesWithHistory ?? {};
  const stands = (stage: string | null | undefined, isClosed: boolean, isWon: boolean): string =>
    mapped(stage) ? stage! : !isClosed ? means.open : isWon ? means.won : means.lost;
  const past = dealstage.slice(1).map(({ value: stage, timestamp: at }) => {
    return { value: stands(stage, stood(closed, at), stood(won, at)), at: instant(after(opened, Date.parse(at))) };
  });
  // Without a history it was set by its last change.
  const set = Math.max(...[dealstage, closed, won].flatMap((list) => Date.parse(list?.[0]?.timestamp ?? '') || []));
  const since = after(opened, Number.isFinite(set) ? set : changed);
  const isClosed = p.hs_is_closed === 'true';
  const closedOn = isClosed ? Date.parse(p.closedate ?? '') : Number.NaN;
  return contacts.flatMap((contact): StageSeen[] => {
    const base = { record: record(contact), field: dealField(deal.id), ...(money && { amount: money }) };
    return [
      { ...base, value: means.open, at: instant(opened) },
      ...past.toReversed().map((one) => ({ ...base, ...one })),
      {
        ...base,
        value: stands(p.dealstage, isClosed, p.hs_is_closed_won === 'true'),
        at: instant(since),
        ...(closedOn < since && { on: instant(closedOn) }),
      },
    ];
  });
}
/** What a property that is true or false was at an instant, by its history. */
const stood = (history: readonly { value: string; timestamp: string }[] | undefined, at: string): boolean =>
  history?.find(({ timestamp }) => Date.parse(timestamp) <= Date.parse(at))?.value === 'true';
const after = (first: number, then: number): number => Math.max(then, first + 1);

interface Archived {
  results: { id: string; archivedAt?: string; updatedAt: string }[];
  paging?: { next?: { after: string } };
}
/** Deals that were deleted since an instant, epoch ms. HubSpot keeps them for ninety days, in no order of time. */
export async function deletedSince(link: Link, since: number): Promise<{ id: string; at: string }[]> {
  const found: { id: string; at: string }[] = [];
  for (let more: string | undefined = ''; more !== undefined; ) {
    const query = new URLSearchParams({ limit: '100', archived: 'true', ...(more && { after: more }) });
    const { results, paging }: Archived = await call<Archived>(link, 'GET', objects(`deals?${query}`));
    for (const { id, archivedAt, updatedAt } of results) {
      const at = new Date(archivedAt ?? updatedAt).toISOString();
      if (Date.parse(at) >= since) found.push({ id, at });
    }
    more = paging?.next?.after;
  }
  return found;
}
