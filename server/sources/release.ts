import { sql } from 'kysely';
import type { Stage } from '../../lib/funnel/words.ts';
import { ingest } from '../ingest/ingest.ts';
import type { Store, Trx } from '../store/db.ts';
import { readLeads } from '../store/leads.ts';
import type { By } from '../store/tables.ts';
import { arrivalOf, type Heard, movesOf, ownerField, skewed, stageFor, until, wordsOf } from './believe.ts';
import { namesDeal } from './deal-fields.ts';
import { isDeal, moved } from './deals.ts';
import { type LinkRow, lockLink, updateLink } from './links.ts';
import { keepWorth, setOwners } from './owners.ts';
import { fieldKey, type KnownField, keepKnown, leadsOf, saidOf } from './records.ts';
import { released } from './stage-rule.ts';

interface Context {
  by: By;
  now: number;
  skewMs: number;
}
const portion = 500;

/**
 * What somebody set in the CRM while Baton's word counted, where it counts no more: applied if it is newer than the
 * last decision. The caller holds the link's lock.
 */
export async function releaseFields(
  trx: Trx,
  workspace: string,
  row: LinkRow,
  fields: readonly KnownField[],
  context: Context,
): Promise<void> {
  const waiting = fields.filter(({ known }) => known.waiting);
  const skew = skewed(context.skewMs);
  const leads = await leadsOf(
    trx,
    workspace,
    row.id,
    waiting.map(({ record }) => record),
  );
  const changed: KnownField[] = [];
  const news = new Map<string, Heard[]>();
  const owners = new Map<string, { owner: string; fillOnly: boolean }>();
  for (const { record, field, known } of waiting) {
    const lead = leads.get(record);
    if (!lead || lead.owned) continue;
    const after = released(known, lead.decidedAt && skew.theirs(lead.decidedAt));
    changed.push({ record, field, known: after.known });
    if (!after.news) continue;
    if (field === ownerField) owners.set(lead.lead, { owner: after.news.value, fillOnly: false });
    else news.set(lead.lead, [...(news.get(lead.lead) ?? []), { record, field, said: after.news }]);
  }
  await keepKnown(trx, workspace, row.id, changed);
  const ofDeals = new Set([...news].flatMap(([lead, list]) => (list.some(({ field }) => isDeal(field)) ? [lead] : [])));
  const said = Map.groupBy(await saidOf(trx, workspace, row.id, [...ofDeals]), ({ lead }) => lead);
  const arrivals = [...news].flatMap(([lead, list]) => {
    // What waits is said only now.
    const fields = until(list, said.get(lead) ?? []);
    return movesOf(row, skew, leads.get(list[0]!.record), fields, list).map(({ heard, to, from }) =>
      arrivalOf(row, skew, heard, to, { from }),
    );
  });
  const receivedAt = new Date(context.now).toISOString();
  await ingest(trx, workspace, arrivals, { receivedAt, kind: 'crm', by: context.by });
  await keepWorth(trx, workspace, row, new Map([...news.keys()].map((lead) => [lead, { priced: false }])), { by: context.by, receivedAt });
  await setOwners(trx, workspace, owners, { by: context.by, receivedAt });
}

/** After a pull: hand-offs may have ended by what was never written anywhere. */
export async function releaseWaiting(store: Store, workspace: string, id: string, context: Context): Promise<void> {
  for (let after = { record: '', field: '' }; ; ) {
    const last = await store.inWorkspace(workspace, async (trx) => {
      const row = await lockLink(trx, workspace, id);
      if (row?.state !== 'running') return undefined;
      const { rows } = await sql<KnownField>`
        select record, field, known from source_stage
        where workspace = ${workspace}::uuid and link = ${id}::uuid and (known -> 'waiting') is not null
          and (record, field) > (${after.record}, ${after.field})
        order by record, field limit ${portion}`.execute(trx);
      await releaseFields(trx, workspace, row, rows, context);
      return rows.length === portion ? rows.at(-1) : undefined;
    });
    if (!last) return;
    after = last;
  }
}

/**
 * What deals said in the history that was first read, person by person: each page tells of some deals only, and one that
 * is lost takes nobody back while another holds. Killed in between it goes on.
 */
export async function tellDeals(store: Store, workspace: string, id: string, context: Context): Promise<void> {
  const skew = skewed(context.skewMs);
  const receivedAt = new Date(context.now).toISOString();
  for (let more = true; more; )
    more = await store.inWorkspace(workspace, async (trx) => {
      const row = await lockLink(trx, workspace, id);
      if (row?.state !== 'running') return false;
      const { rows } = await sql<{ lead: string }>`
        select distinct a.person as lead from source_stage s
        join person_alias a on a.workspace = s.workspace and a.kind = 'record' and a.value = s.record
        where s.workspace = ${workspace}::uuid and s.link = ${id}::uuid and ${namesDeal('s.field')} and (s.known -> 'past') is not null
        limit ${portion}`.execute(trx);
      const said = await saidOf(
        trx,
        workspace,
        id,
        rows.map(({ lead }) => lead),
      );
      const leads = await leadsOf(
        trx,
        workspace,
        id,
        said.map(({ record }) => record),
      );
      const arrivals = [...Map.groupBy(said, ({ lead }) => lead).values()].flatMap((fields) => {
        const told = fields.filter(({ known }) => known.past);
        const news = told.flatMap(({ record, field, known }) => known.past!.map((said) => ({ record, field, said })));
        const others = fields.filter(({ known }) => !known.past);
        return movesOf(row, skew, leads.get(fields[0]!.record), others, news).map(({ heard, to, from }) =>
          arrivalOf(row, skew, heard, to, { from }),
        );
      });
      await ingest(trx, workspace, arrivals, { receivedAt, kind: 'history', by: context.by });
      const known = said.flatMap(({ record, field, known: { past, ...known } }) => (past ? [{ record, field, known }] : []));
      await keepKnown(trx, workspace, id, known);
      await keepWorth(trx, workspace, row, new Map(rows.map(({ lead }) => [lead, { priced: false }])), { by: context.by, receivedAt });
      await updateLink(trx, workspace, id)
        .set((eb) => ({ stages: eb('stages', '+', arrivals.length) }))
        .execute();
      return rows.length === portion;
    });
}

/**
 * What people agreed on changed: what the CRM says of each lead is understood anew, as far as the CRM's word counts and
 * nothing happened since. Repeating it does nothing.
 */
export async function remap(store: Store, workspace: string, id: string, version: number, context: Context): Promise<void> {
  const skew = skewed(context.skewMs);
  for (let after = { record: '', field: '' }; ; ) {
    const last = await store.inWorkspace(workspace, async (trx) => {
      const row = await lockLink(trx, workspace, id);
      if (row?.state !== 'running' || row.version !== version) return undefined;
      const rows = await knownAfter(trx, workspace, id, after);
      const leads = await movable(trx, workspace, row, rows, { lock: true });
      const arrivals = rows.flatMap(({ record, field, known: { value, at, on } }) => {
        const lead = leads.get(fieldKey(record, field));
        const to = value === undefined ? undefined : stageFor(row, value);
        if (!lead || !to || to === lead.stage || value === undefined || at === undefined) return [];
        const arrival = arrivalOf(row, skew, { record, field, said: { value, at, ...(on !== undefined && { on }) } }, to);
        return [{ ...arrival, sourceId: `${arrival.sourceId}:${version}` }];
      });
      await ingest(trx, workspace, arrivals, { receivedAt: new Date(context.now).toISOString(), kind: 'crm', by: context.by });
      if (rows.length < portion) await updateLink(trx, workspace, id).set({ remap: false }).execute();
      return rows.length === portion ? rows.at(-1) : undefined;
    });
    if (!last) return;
    after = last;
  }
}

export interface Moves {
  /** Absent: they are not here yet. */
  from?: Stage;
  to: Stage;
  people: number;
}
/** How many leads the mapping of this row would move, by stage from and to. Nothing is kept. */
export async function movesUnder(trx: Trx, workspace: string, row: LinkRow): Promise<Moves[]> {
  const counts = new Map<string, Moves>();
  const seen = new Set<string>();
  for (let after = { record: '', field: '' }; ; ) {
    const rows = await knownAfter(trx, workspace, row.id, after);
    const leads = await movable(trx, workspace, row, rows, { lock: false });
    for (const { record, field, known } of rows) {
      const lead = leads.get(fieldKey(record, field));
      const to = known.value === undefined ? undefined : stageFor(row, known.value);
      if (!lead || !to || to === lead.stage || seen.has(lead.id)) continue;
      seen.add(lead.id);
      const key = `${lead.stage} ${to}`;
      const count = counts.get(key) ?? { from: lead.stage, to, people: 0 };
      count.people++;
      counts.set(key, count);
    }
    if (rows.length < portion) return [...counts.values()].sort((a, b) => b.people - a.people);
    after = rows.at(-1)!;
  }
}

async function knownAfter(trx: Trx, workspace: string, id: string, after: { record: string; field: string }): Promise<KnownField[]> {
  const { rows } = await sql<KnownField>`
    select record, field, known from source_stage
    where workspace = ${workspace}::uuid and link = ${id}::uuid and left(field, 1) <> '@' and (record, field) > (${after.record}, ${after.field})
    order by record, field limit ${portion}`.execute(trx);
  return rows;
}

/** Leads that are at what the CRM said last, by `fieldKey`: not owned here, not decided about and not moved since. */
async function movable(
  trx: Trx,
  workspace: string,
  row: LinkRow,
  rows: readonly KnownField[],
  how: { lock: boolean },
): Promise<Map<string, { id: string; stage: Stage }>> {
  const skew = skewed(row.skew_ms);
  const found = await leadsOf(
    trx,
    workspace,
    row.id,
    rows.map(({ record }) => record),
    how,
  );
  const leads = await readLeads(trx, workspace, [...new Set([...found.values()].map(({ lead }) => lead))]);
  const free = new Map<string, { id: string; stage: Stage }>();
  const ofDeals = rows.flatMap(({ record, field }) => (isDeal(field) ? (found.get(record)?.lead ?? []) : []));
  const said = Map.groupBy(await saidOf(trx, workspace, row.id, [...new Set(ofDeals)]), ({ lead }) => lead);
  for (const { record, field, known } of rows) {
    const lead = found.get(record);
    const now = lead && leads.get(lead.lead);
    if (!lead || !now || lead.owned || known.at === undefined) continue;
    if (lead.decidedAt !== undefined && known.at <= skew.theirs(lead.decidedAt)) continue;
    if (Date.parse(skew.ours(known.at)) < Date.parse(now.since)) continue;
    const to = known.value === undefined ? undefined : stageFor(row, known.value);
    if (to && isDeal(field)) {
      const words = wordsOf(row, said.get(now.id) ?? []);
      words.delete(fieldKey(record, field));
      const others = [...words.values()].filter((word) => word.deal);
      const [otherwise] = [...words.values()].filter((word) => !word.deal).toSorted((a, b) => (a.at < b.at ? 1 : -1));
      if (moved(to, undefined, others, otherwise, now.stage) !== to) continue;
    }
    free.set(fieldKey(record, field), { id: now.id, stage: now.stage });
  }
  return free;
}
