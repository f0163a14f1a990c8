import { sql } from 'kysely';
import type { Arrival } from '../ingest/arrival.ts';
import { correctDays } from '../ingest/corrections.ts';
import { type IngestContext, ingest } from '../ingest/ingest.ts';
import type { Trx } from '../store/db.ts';
import { believe, skewed } from './believe.ts';
import { forget, join } from './gone.ts';
import { withLeft } from './left.ts';
import { type LinkRow, updateLink } from './links.ts';
import { withoutOwn } from './own-touches.ts';
import { keepOwners, keepWorth } from './owners.ts';
import { leadsOf, scoped, sourceName } from './records.ts';
import { clearSegments } from './segments.ts';
import type { Page, Source } from './source.ts';

/** How many arrivals are ingested in one go. */
const portion = 500;

/** One page of what a source found, counted at the link. The caller holds the link's lock. */
export async function keepPage(
  trx: Trx,
  workspace: string,
  row: LinkRow,
  source: Source,
  found: Page,
  { now, skewMs }: { now: number; skewMs: number },
): Promise<void> {
  const receivedAt = new Date(now).toISOString();
  const by = { kind: 'source' as const, id: row.id, name: source.name };
  const first = row.imported_at === null;
  const skew = skewed(skewMs);
  const page = await withLeft(trx, workspace, row, await withoutOwn(trx, workspace, row.id, scoped(row, found)), skew.theirs(receivedAt));
  const before = await here(trx, workspace, row, page);
  const news = await believe(trx, workspace, row, skew, page, first);
  // Together, so that somebody new begins with the stage that the CRM tells. The first import tells what was; later
  // pages tell what somebody changed, and of new people what became of them before we saw them.
  const about = (arrival: Arrival) => arrival.person?.aliases?.[0]?.value ?? '';
  const past = new Set(news.history.map(about));
  const ours = page.arrivals.map((arrival) => ({ ...arrival, at: skew.ours(arrival.at) }));
  const [history, crm] = [true, false].map((wanted) => ours.filter((arrival) => (first || past.has(about(arrival))) === wanted)) as [
    Arrival[],
    Arrival[],
  ];
  for (const part of parts([...history, ...news.history])) await keepPart(trx, workspace, row, part, { receivedAt, by, kind: 'history' });
  for (const part of parts([...crm, ...news.crm])) await keepPart(trx, workspace, row, part, { receivedAt, by, kind: 'crm' });
  await correctDays(trx, workspace, news.days, { by, receivedAt });
  await clearSegments(trx, workspace, row, page);
  await keepOwners(trx, workspace, row, skew, page, { by, receivedAt, first });
  const joined = await join(trx, workspace, row, page.merged, { by, receivedAt });
  const worth = new Map([...news.worth].filter(([lead]) => !joined.has(lead)));
  for (const lead of joined.values()) worth.set(lead, { priced: false });
  const came = await leadsOf(trx, workspace, row.id, [...news.dealt], { lock: false });
  for (const { lead } of came.values()) worth.set(lead, { priced: false });
  await keepWorth(trx, workspace, row, worth, { by, receivedAt });
  await forget(trx, workspace, page.gone);
  await sendAgain(trx, workspace, row, page);
  const after = await here(trx, workspace, row, page);
  await updateLink(trx, workspace, row.id)
    .set((eb) => ({
      people: eb('people', '+', after.people - before.people),
      touches: eb('touches', '+', after.touches - before.touches),
      stages: eb('stages', '+', news.crm.length + news.history.length),
    }))
    .execute();
}

/** Of somebody who asked to be forgotten not even the stages stay that were told before it was told of whom. */
async function keepPart(trx: Trx, workspace: string, row: LinkRow, part: readonly Arrival[], context: IngestContext): Promise<void> {
  const outcomes = await ingest(trx, workspace, part, context);
  const erased = part.flatMap(({ person }, i) =>
    outcomes[i]!.is === 'erased' ? (person?.aliases ?? []).filter(({ kind }) => kind === 'record').map(({ value }) => value) : [],
  );
  if (erased.length > 0)
    await trx
      .deleteFrom('source_stage')
      .where('workspace', '=', workspace)
      .where('link', '=', row.id)
      .where('record', 'in', erased)
      .execute();
}

/** How much of what a page names is here. */
async function here(trx: Trx, workspace: string, row: LinkRow, page: Page): Promise<{ people: number; touches: number }> {
  const records = [...new Set(page.arrivals.flatMap(({ person }) => (person?.aliases ?? []).map(({ value }) => value)))];
  const touches = page.arrivals.flatMap(({ touch, sourceId }) => (touch ? [sourceId] : []));
  const { rows } = await sql<{ people: number; touches: number }>`
    select
      (select count(*) from person_alias where workspace = ${workspace}::uuid and kind = 'record' and value = any(${records}::text[])) as people,
      (select count(*) from touch where workspace = ${workspace}::uuid and source = ${sourceName(row)} and source_id = any(${touches}::text[])) as touches`.execute(
    trx,
  );
  return rows[0]!;
}

/** Portions of some hundred; what concerns one person stays in one, where the page has it side by side or not. */
function parts(arrivals: readonly Arrival[]): Arrival[][] {
  if (arrivals.length <= portion) return arrivals.length === 0 ? [] : [[...arrivals]];
  const out: Arrival[][] = [[]];
  for (const list of Map.groupBy(arrivals, (a) => a.person?.aliases?.[0]?.value ?? a.person?.keys[0]?.value ?? '').values()) {
    if (out.at(-1)!.length + list.length > portion) out.push([]);
    out.at(-1)!.push(...list);
  }
  return out;
}

/** What could not be written because the person was not in the CRM, now that they are. */
async function sendAgain(trx: Trx, workspace: string, row: LinkRow, page: Page): Promise<void> {
  const here = page.arrivals.flatMap(({ person }) => (person?.aliases ?? []).map(({ value }) => value));
  if (here.length === 0) return;
  await trx
    .updateTable('source_write')
    .set({ state: 'waiting', retry_at: null, ended_at: null })
    .where('workspace', '=', workspace)
    .where('link', '=', row.id)
    .where('state', '=', 'refused')
    .where('trouble', '=', 'not-found')
    .where('lead', 'in', (eb) =>
      eb
        .selectFrom('person_alias')
        .select('person')
        .where('workspace', '=', workspace)
        .where('kind', '=', 'record')
        .where('value', 'in', [...new Set(here)]),
    )
    .execute();
}
