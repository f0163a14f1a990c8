import { canonical } from '../../lib/funnel/keys.ts';
import type { Money } from '../../lib/funnel/lead.ts';
import { teamOf } from '../../lib/funnel/words.ts';
import { termsOf } from '../ingest/ingest.ts';
import type { Trx } from '../store/db.ts';
import { readLeads, saveLead } from '../store/leads.ts';
import type { By } from '../store/tables.ts';
import { ownedNow, ownerField, type Skew } from './believe.ts';
import type { LinkRow } from './links.ts';
import { fieldKey, type KnownField, keepKnown, knownOf, leadsOf } from './records.ts';
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

/** A deal that is worth something else now, whether it moved or not. */
export async function keepAmounts(
  trx: Trx,
  workspace: string,
  amounts: ReadonlyMap<string, Money>,
  { by, receivedAt }: Context,
): Promise<void> {
  if (amounts.size === 0) return;
  const terms = await termsOf(trx, workspace);
  for (const lead of (await readLeads(trx, workspace, [...amounts.keys()], { lock: true })).values())
    await saveLead(
      trx,
      workspace,
      lead,
      { lead, events: [{ kind: 'opportunity', amount: amounts.get(lead.id)! }] },
      { by, terms, at: receivedAt, receivedAt },
    );
}
