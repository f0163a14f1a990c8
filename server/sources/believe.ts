import type { Money } from '../../lib/funnel/lead.ts';
import { type Arrival, says } from '../ingest/arrival.ts';
import type { Trx } from '../store/db.ts';
import type { LinkRow } from './links.ts';
import { fieldKey, type KnownField, keepKnown, knownOf, type LeadOfRecord, leadsOf, sourceName } from './records.ts';
import type { Page } from './source.ts';
import { type Known, pulled, type Said } from './stage-rule.ts';

/** Instants of ours by the CRM's clock, and back. */
export interface Skew {
  theirs(at: string): string;
  ours(at: string): string;
}
export const skewed = (ms: number): Skew => {
  const shift = (at: string, by: number): string => (by === 0 ? at : new Date(Date.parse(at) + by).toISOString());
  return { theirs: (at) => shift(at, ms), ours: (at) => shift(at, -ms) };
};

/** Stages to be ingested. */
export interface News {
  /** What somebody changed in the CRM. */
  crm: Arrival[];
  /** What was: the CRM's own story of a lead, told in one go. */
  history: Arrival[];
  /** Leads whose deal is worth something else than when it was last seen. */
  amounts: Map<string, Money>;
}

/** A field of our own: who owns the person in the CRM, by address. */
export const ownerField = '@owner';

/** Deals mean the same everywhere. */
export const deal = { open: 'Opportunity: open', won: 'Opportunity: won', lost: 'Opportunity: lost' } as const;
const fixed: Record<string, 'opportunity' | 'customer' | 'recycled' | undefined> = {
  [deal.open]: 'opportunity',
  [deal.won]: 'customer',
  [deal.lost]: 'recycled',
};
/** What a value of the CRM means here; `undefined` when people have not mapped it. */
export const stageFor = ({ mapping }: Pick<LinkRow, 'mapping'>, value: string) => mapping.stageIn[value] ?? fixed[value];

/** A stage of the CRM as an arrival; none when people have not mapped its value. */
export function arrivalOf(row: LinkRow, { ours }: Skew, record: string, field: string, said: Said, owner?: string): Arrival[] {
  const to = stageFor(row, said.value);
  if (!to) return [];
  return [
    {
      person: { keys: [], aliases: [{ kind: 'record', value: record }], ...(owner && { owner }) },
      stage: { to, ...(said.amount && { amount: said.amount }) },
      source: sourceName(row),
      sourceId: `stage:${record}:${field}:${said.at}:${said.value}`,
      at: ours(said.at),
    },
  ];
}

/**
 * Applies the rule of who is believed to what a page says about stages; what remains is to be ingested.
 * @param first the CRM's history is read for the first time
 */
export async function believe(trx: Trx, workspace: string, row: LinkRow, skew: Skew, page: Page, first: boolean): Promise<News> {
  const seen = page.stages;
  const out: News = { crm: [], history: [], amounts: new Map() };
  if (seen.length === 0) return out;
  const records = [...new Set(seen.map((s) => s.record))];
  const leads = await leadsOf(trx, workspace, row.id, records);
  const owners = new Map<string, string>();
  const coming = new Set<string>();
  for (const arrival of page.arrivals) {
    const { person } = arrival;
    for (const { value } of person?.aliases ?? []) {
      if (person?.owner) owners.set(value, person.owner);
      // One that says nothing announces a record that comes with a later page; its stages wait for it.
      if (person && (person.keys.length > 0 || !says(arrival))) coming.add(value);
    }
  }
  const known = await knownOf(trx, workspace, row.id, records);
  const changed = new Map<string, KnownField>();
  const news = new Map<string, { record: string; field: string; said: Said }[]>();
  // Some CRMs know the time by seconds: of one instant the last word counts.
  const last = new Map(seen.map((s) => [`${fieldKey(s.record, s.field)}\0${s.at}`, s]));
  for (const s of [...last.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
    const lead = leads.get(s.record);
    // Of somebody who is not here, and not coming with this page, nothing is remembered either.
    if (!lead && !coming.has(s.record)) continue;
    const key = fieldKey(s.record, s.field);
    const before: Known = known.get(key)?.known ?? {};
    const result = pulled(before, s, ownedNow(lead, first), lead?.decidedAt && skew.theirs(lead.decidedAt));
    if (lead && s.amount && before.amount && !sameMoney(before.amount, s.amount)) out.amounts.set(lead.lead, s.amount);
    const next = { record: s.record, field: s.field, known: s.amount ? { ...result.known, amount: s.amount } : result.known };
    known.set(key, next);
    changed.set(key, next);
    if (result.own) news.delete(key);
    if (result.news) news.set(key, [...(news.get(key) ?? []), { record: s.record, field: s.field, said: result.news }]);
  }
  await keepKnown(trx, workspace, row.id, [...changed.values()]);

  const lists = Map.groupBy([...news.values()].flat(), ({ record }) => leads.get(record)?.lead ?? record);
  for (const list of lists.values()) {
    const arrivals = list.flatMap(({ record, field, said }) => arrivalOf(row, skew, record, field, said, owners.get(record)));
    // More than one step since last time: a hand-off that came up on the way was answered on the way too.
    (first || arrivals.length > 1 ? out.history : out.crm).push(...arrivals);
  }
  return out;
}

const sameMoney = (a: Money, b: Money): boolean => a.value === b.value && a.currency === b.currency;

/** While the history is read for the first time, only what a person did here makes the lead Baton's. */
export const ownedNow = (lead: LeadOfRecord | undefined, first: boolean): boolean =>
  lead?.owned === true && (!first || lead.decidedAt !== undefined);
