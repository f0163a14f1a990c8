import { inMinor } from '../../../lib/funnel/money.ts';
import { deal as means } from '../believe.ts';
import type { Link, Mapping, StageSeen } from '../source.ts';
import { associations, call, objects } from './api.ts';

/** One deal as the objects API answers it. */
export interface Deal {
  id: string;
  properties: Record<string, string | null>;
  associations?: { contacts?: { results: { id: string }[] } };
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
/** With their contacts, as pairs of the CRM's ids. */
export type ContactsOf = ReadonlyMap<string, readonly string[]>;

export const contactsIn = (deals: readonly Deal[]): ContactsOf =>
  new Map(deals.map(({ id, associations }) => [id, (associations?.contacts?.results ?? []).map((c) => c.id)]));

/** Deals by id with their contacts: reading by id does not tell these. */
export async function dealsById(link: Link, ids: readonly string[]): Promise<{ deals: Deal[]; contacts: ContactsOf }> {
  const inputs = ids.map((id) => ({ id }));
  const { results } = await call<{ results: Deal[] }>(link, 'POST', objects('deals/batch/read'), { inputs, properties: dealProperties });
  const told = await call<{ results: { from: { id: string }; to: { toObjectId: number | string }[] }[] }>(
    link,
    'POST',
    associations('deals', 'contacts'),
    { inputs },
  );
  return { deals: results, contacts: new Map(told.results.map(({ from, to }) => [from.id, to.map((t) => String(t.toObjectId))])) };
}

/** A deal is a stage of everybody it names: opened when it was made, won or lost when it was closed. */
export function dealStages(deal: Deal, contacts: readonly string[], mapping: Mapping): StageSeen[] {
  const p = deal.properties;
  const value = Number(p.amount);
  const currency = p.deal_currency_code || mapping.fields.currency || 'USD';
  const money = p.amount && Number.isFinite(value) ? { value: inMinor(value, currency), currency } : undefined;
  const opened = Date.parse(p.createdate ?? p.hs_lastmodifieddate ?? '');
  const changed = Date.parse(p.hs_lastmodifieddate ?? p.createdate ?? '');
  if (Number.isNaN(opened)) return [];
  return contacts.flatMap((contact): StageSeen[] => {
    const base = { record: `hubspot:${contact}`, field: `Opportunity ${deal.id}`, ...(money && { amount: money }) };
    const open: StageSeen = { ...base, value: means.open, at: new Date(opened).toISOString() };
    const stage = p.dealstage ?? '';
    const mapped = mapping.stageIn[stage] !== undefined;
    // Said once more as of the last change: it may have been closed in between.
    if (p.hs_is_closed !== 'true') return [open, { ...base, value: mapped ? stage : means.open, at: after(opened, changed) }];
    // A close date may lie ahead; the change itself was made by now.
    const closed = Math.min(Date.parse(p.closedate ?? '') || changed, changed);
    return [open, { ...base, value: mapped ? stage : p.hs_is_closed_won === 'true' ? means.won : means.lost, at: after(opened, closed) }];
  });
}
const after = (first: number, then: number): string => new Date(Math.max(then, first + 1)).toISOString();
