import { canonical } from '../../lib/funnel/keys.ts';
import { teamOf } from '../../lib/funnel/words.ts';
import { termsOf } from '../ingest/ingest.ts';
import type { Trx } from '../store/db.ts';
import { readLeads, saveLead } from '../store/leads.ts';
import type { By } from '../store/tables.ts';
import { ownedNow, ownerField, type Skew, stageFor } from './believe.ts';
import { dealIn, isDeal, worth } from './deals.ts';
import type { LinkRow } from './links.ts';
import { fieldKey, type KnownField, keepKnown, knownOf, leadsOf, nameOf, saidOf } from './records.ts';
import type { Page } from './source.ts';
import { pulled } from './stage-rule.ts';

/** What a CRM changes about a lead beside its stage: who owns it, and what the deal is worth. */
interface Context {
  by: By;
  receivedAt: string;
}

/**
 * Owners by the same rule as stages. A new person came with theirs; of one who was here before, the first word only
 * fills what is empty, and later ones count when they change.
 */
export async function keepOwners(
  trx: Trx,
  workspace: string,
  row: LinkRow,
  skew: Skew,
  page: Page,
  { first, ...context }: Context & { first: boolean },
): Promise<void> {
  const said = page.arrivals.flatMap(({ person, touch, at }) => {
    const record = person?.aliases?.[0]?.value;
    const owner = person?.owner && (canonical('email', person.owner) ?? person.owner);
    return record !== undefined && owner && !touch ? [{ record, owner, at }] : [];
  });
  if (said.length === 0) return;
  const records = [...new Set(said.map(({ record }) => record))];
  const known = await knownOf(trx, workspace, row.id, records);
  const isNew = ({ record, owner }: (typeof said)[number]) => known.get(fieldKey(record, ownerField))?.known.value !== owner;
  const news = said.filter(isNew);
  if (news.length === 0) return;
  const leads = await leadsOf(trx, workspace, row.id, records);
  const changed = new Map<string, KnownField>();
  const wanted = new Map<string, { owner: string; fillOnly: boolean }>();
  for (const { record, owner, at } of news) {
    const lead = leads.get(record);
    if (!lead) continue;
    const key = fieldKey(record, ownerField);
    const before = (changed.get(key) ?? known.get(key))?.known ?? {};
    const result = pulled(before, { value: owner, at }, ownedNow(lead, first), lead.decidedAt && skew.theirs(lead.decidedAt));
    changed.set(key, { record, field: ownerField, known: result.known });
    if (result.news) wanted.set(lead.lead, { owner, fillOnly: before.value === undefined });
  }
  await keepKnown(trx, workspace, row.id, [...changed.values()]);
  await setOwners(trx, workspace, wanted, context);
}

/** Gives leads of sales to whom the CRM names, where that is somebody here. */
export async function setOwners(
  trx: Trx,
  workspace: string,
  wanted: ReadonlyMap<string, { owner: string; fillOnly: boolean }>,
  { by, receivedAt }: Context,
): Promise<void> {
  if (wanted.size === 0) return;
  const users = await trx
    .selectFrom('app_user')
    .select(['id', 'email'])
    .where('workspace', '=', workspace)
    .where('email', 'in', [...new Set([...wanted.values()].map(({ owner }) => owner))])
    .where('disabled_at', 'is', null)
    .execute();
  const byEmail = new Map(users.map((u) => [u.email, u.id]));
  const terms = await termsOf(trx, workspace);
  for (const lead of (await readLeads(trx, workspace, [...wanted.keys()], { lock: true })).values()) {
    const { owner, fillOnly } = wanted.get(lead.id)!;
    const to = byEmail.get(owner);
    if (to === undefined || to === lead.owner || (fillOnly && lead.owner !== undefined)) continue;
    if (teamOf[lead.stage] !== 'sales') continue;
    await saveLead(
      trx,
      workspace,
      lead,
      {
        lead: { ...lead, owner: to, funnelVersion: lead.funnelVersion + 1 },
        events: [{ kind: 'owner', ...(lead.owner && { from: lead.owner }), to }],
      },
      { by, terms, at: receivedAt, receivedAt },
    );
  }
}

/**
 * What leads are worth by their deals.
 * @param changed those that moved, or of whose deals something else is said; `priced`: any had an amount before
 */
export async function keepWorth(
  trx: Trx,
  workspace: string,
  row: Pick<LinkRow, 'id' | 'mapping' | 'source' | 'account'>,
  changed: ReadonlyMap<string, { priced: boolean }>,
  { by, receivedAt }: Context,
): Promise<void> {
  if (changed.size === 0) return;
  const deals = Map.groupBy(await saidOf(trx, workspace, row.id, [...changed.keys()]), ({ lead }) => lead);
  const ids = [...changed.keys()].filter((id) => changed.get(id)!.priced || deals.get(id)?.some(({ field }) => isDeal(field)));
  if (ids.length === 0) return;
  const leads = await readLeads(trx, workspace, ids, { lock: true });
  const rows = await trx
    .selectFrom('lead')
    .select(['id', 'amount_value as value', 'amount_currency as currency'])
    .where('workspace', '=', workspace)
    .where('id', 'in', ids)
    .execute();
  const terms = await termsOf(trx, workspace);
  for (const { id, value, currency } of rows) {
    const lead = leads.get(id);
    if (!lead) continue;
    const said = (deals.get(id) ?? []).flatMap(({ field, known: { value, at, amount } }) => {
      const stage = isDeal(field) && value !== undefined ? stageFor(row, value) : undefined;
      return stage && at !== undefined ? [{ name: nameOf(row, dealIn(field)), stage, at, ...(amount && { amount }) }] : [];
    });
    // Of one deal that two records of a person tell, the newer word.
    const priced = new Map(said.toSorted((a, b) => (a.at < b.at ? -1 : 1)).map((one) => [one.name, one]));
    const amount = worth([...priced.values()], lead.stage);
    // What somebody said here of a lead whose deals never had an amount stays.
    if (!amount && (value === null || !changed.get(id)!.priced)) continue;
    if (!amount || amount.value !== value || amount.currency !== currency) {
      const event = { kind: 'opportunity' as const, ...(amount && { amount: { value: amount.value, currency: amount.currency } }) };
      await saveLead(trx, workspace, lead, { lead, events: [event] }, { by, terms, at: receivedAt, receivedAt });
    }
    await trx
      .updateTable('lead')
      .set(amount ? { amount_deals: JSON.stringify(amount.deals) } : { amount_value: null, amount_currency: null, amount_deals: null })
      .where('workspace', '=', workspace)
      .where('id', '=', id)
      .execute();
  }
}
