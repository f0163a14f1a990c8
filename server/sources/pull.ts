import { sql } from 'kysely';
import type { Arrival } from '../ingest/arrival.ts';
import { ingest } from '../ingest/ingest.ts';
import type { Store, Trx } from '../store/db.ts';
import { findLink, type LinkRow, linkOf, type World } from './links.ts';
import { SealBroken } from './seal.ts';
import { type Pulled, type Source, SourceError } from './source.ts';
import { type Known, pulled, type Said } from './stage-rule.ts';

/** A run that has kept nothing for this long is taken to be dead. */
const leaseMinutes = 15;

export type PullEnd = 'done' | 'busy' | 'paused' | 'gone' | 'trouble';

/**
 * Reads everything that changed in a CRM. Each page and the place after it are kept in one transaction, so a run may
 * die anywhere and the next one goes on there. Runs of one link do not overlap.
 */
export async function runPull(
  store: Store,
  world: World,
  source: Source,
  workspace: string,
  id: string,
  signal: AbortSignal,
): Promise<PullEnd> {
  const row = await store.inWorkspace(workspace, (trx) => lease(trx, workspace, id, world.clock.now()));
  if (row === 'busy' || row === 'paused' || row === 'gone') return row;
  const keepCredentials = (credentials: Buffer) =>
    store.inWorkspace(workspace, async (trx) => {
      await update(trx, workspace, id).set({ credentials }).execute();
    });
  try {
    const link = linkOf(world, row, signal, keepCredentials);
    for await (const page of source.pull(link, row.cursor ?? undefined)) {
      signal.throwIfAborted();
      const kept = await store.inWorkspace(workspace, (trx) => keep(trx, workspace, row, source, page, world.clock.now()));
      if (!kept) return 'paused';
    }
    await store.inWorkspace(workspace, async (trx) => {
      const now = new Date(world.clock.now());
      await update(trx, workspace, id)
        .set((eb) => ({
          imported_at: eb.fn.coalesce('imported_at', sql<Date>`${now}::timestamptz`),
          pulled_at: now,
          trouble: null,
          progress: null,
          lease_until: null,
        }))
        .where('version', '=', row.version)
        .execute();
    });
    return 'done';
  } catch (error) {
    const trouble = troubleOf(error);
    if (!trouble) {
      await store.inWorkspace(workspace, async (trx) => void (await update(trx, workspace, id).set({ lease_until: null }).execute()));
      throw error;
    }
    await store.inWorkspace(workspace, async (trx) => {
      await update(trx, workspace, id)
        .set({ trouble: JSON.stringify({ ...trouble, at: new Date(world.clock.now()).toISOString() }), lease_until: null })
        .where('version', '=', row.version)
        .execute();
    });
    return 'trouble';
  }
}

const update = (trx: Trx, workspace: string, id: string) =>
  trx.updateTable('source_link').where('workspace', '=', workspace).where('id', '=', id);

async function lease(trx: Trx, workspace: string, id: string, now: number): Promise<LinkRow | 'busy' | 'paused' | 'gone'> {
  const row = await trx
    .selectFrom('source_link')
    .selectAll()
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return 'gone';
  if (row.state === 'paused' || !row.mapping.agreed) return 'paused';
  if (row.lease_until !== null && Date.parse(row.lease_until) > now) return 'busy';
  if (row.trouble?.retryAt !== undefined && Date.parse(row.trouble.retryAt) > now) return 'busy';
  await update(trx, workspace, id)
    .set({ lease_until: new Date(now + leaseMinutes * 60_000) })
    .execute();
  return row;
}

export interface Trouble {
  trouble: SourceError['trouble'] | 'sealed';
  sentence: string;
  retryAt?: string;
}
/** `undefined`: not the CRM's trouble but ours. */
export function troubleOf(error: unknown): Trouble | undefined {
  if (error instanceof SealBroken) return { trouble: 'sealed', sentence: error.message };
  if (!(error instanceof SourceError)) return undefined;
  return {
    trouble: error.trouble,
    sentence: error.message,
    ...(error.retryAt !== undefined && { retryAt: new Date(error.retryAt).toISOString() }),
  };
}

/** One page with the place after it. `false`: paused, changed or disconnected meanwhile; nothing was kept. */
async function keep(trx: Trx, workspace: string, run: LinkRow, source: Source, found: Pulled, now: number): Promise<boolean> {
  const row = await findLink(trx, workspace, run.id);
  if (!row || row.state === 'paused' || row.version !== run.version) return false;
  const receivedAt = new Date(now).toISOString();
  const context = { receivedAt, by: { kind: 'source' as const, id: run.id, name: source.name } };
  const first = row.imported_at === null;
  const page = scoped(row, found);
  const news = await believe(trx, workspace, row, page, first);
  // Together, so that somebody new begins with the stage that the CRM tells.
  const all = [...page.arrivals, ...news];
  // The first import tells what was; later ones tell what somebody changed.
  for (const part of parts(all)) await ingest(trx, workspace, part, { ...context, kind: first ? 'history' : 'crm' });
  await update(trx, workspace, run.id)
    .set((eb) => ({
      cursor: page.cursor,
      lease_until: new Date(now + leaseMinutes * 60_000),
      people: eb('people', '+', page.arrivals.filter((a) => a.person && !a.touch).length),
      touches: eb('touches', '+', page.arrivals.filter((a) => a.touch).length),
      stages: eb('stages', '+', news.length),
      ...(page.of !== undefined && { progress: JSON.stringify({ done: page.done, of: page.of }) }),
    }))
    .execute();
  return true;
}

type Account = Pick<LinkRow, 'source' | 'account'>;
/** How arrivals name their source: connected anew, the same account is still the same. */
const sourceName = ({ source, account }: Account): string => `${source}:${account}`;
/** A record's name here, from the one the source gave it: `hubspot:12` is `hubspot:4711:12`. */
export const recordOf = (row: Account, record: string): string => `${sourceName(row)}:${record.slice(row.source.length + 1)}`;
/** The CRM's own id in a record's name. */
export const idOf = (row: Account, record: string): string => record.slice(sourceName(row).length + 1);

function scoped(row: Account, page: Pulled): Pulled {
  const alias = <A extends { kind: string; value: string }>(a: A): A => (a.kind === 'record' ? { ...a, value: recordOf(row, a.value) } : a);
  return {
    ...page,
    arrivals: page.arrivals.map((a) => ({
      ...a,
      source: sourceName(row),
      ...(a.person && { person: { ...a.person, aliases: a.person.aliases?.map(alias) } }),
      ...(a.touch?.campaign?.ref && { touch: { ...a.touch, campaign: { ...a.touch.campaign, ref: recordOf(row, a.touch.campaign.ref) } } }),
      ...(a.ties && { ties: a.ties.map(({ from, to }) => ({ from: alias(from), to: alias(to) })) }),
    })),
    stages: page.stages.map((s) => ({ ...s, record: recordOf(row, s.record) })),
  };
}

/** Portions of some hundred; what concerns one person stays in one, where the page has it side by side or not. */
function parts(arrivals: readonly Arrival[]): Arrival[][] {
  const size = 500;
  if (arrivals.length <= size) return arrivals.length === 0 ? [] : [[...arrivals]];
  const out: Arrival[][] = [[]];
  for (const list of Map.groupBy(arrivals, (a) => a.person?.aliases?.[0]?.value ?? a.person?.keys[0]?.value ?? '').values()) {
    if (out.at(-1)!.length + list.length > size) out.push([]);
    out.at(-1)!.push(...list);
  }
  return out;
}

/** Applies the rule of who is believed to what a page says about stages; what remains is to be ingested. */
async function believe(trx: Trx, workspace: string, row: LinkRow, page: Pulled, first: boolean): Promise<Arrival[]> {
  const seen = page.stages;
  if (seen.length === 0) return [];
  const records = [...new Set(seen.map((s) => s.record))];
  const leads = await leadsOf(trx, workspace, row.id, records);
  const coming = new Set(
    page.arrivals.flatMap((a) => (a.person && a.person.keys.length > 0 ? (a.person.aliases ?? []).map((x) => x.value) : [])),
  );
  const known = await knownOf(trx, workspace, row.id, records);
  const changed = new Map<string, { record: string; field: string; known: Known }>();
  const arrivals: Arrival[] = [];
  for (const s of seen.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
    const lead = leads.get(s.record);
    // Of somebody who is not here, and not coming with this page, nothing is remembered either.
    if (!lead && !coming.has(s.record)) continue;
    const key = `${s.record}\0${s.field}`;
    // While the history is read for the first time nothing here has been decided that it could contradict.
    const owned = !first && lead?.owned === true;
    const result = pulled(known.get(key) ?? {}, s, owned, lead?.decidedAt);
    known.set(key, result.known);
    changed.set(key, { record: s.record, field: s.field, known: result.known });
    if (result.news) arrivals.push(...arrivalOf(row, s.record, s.field, result.news));
  }
  await keepKnown(trx, workspace, row.id, [...changed.values()]);
  return arrivals;
}

/** A stage of the CRM as an arrival; none when people have not mapped its value. */
export function arrivalOf(row: LinkRow, record: string, field: string, said: Said): Arrival[] {
  const to = row.mapping.stageIn[said.value] ?? fixed[said.value];
  if (!to) return [];
  return [
    {
      person: { keys: [], aliases: [{ kind: 'record', value: record }] },
      stage: { to, ...(said.amount && { amount: said.amount }) },
      source: sourceName(row),
      sourceId: `stage:${record}:${field}:${said.at}`,
      at: said.at,
    },
  ];
}
/** Deals mean the same everywhere. */
const fixed: Record<string, 'opportunity' | 'customer' | 'recycled' | undefined> = {
  'Opportunity: open': 'opportunity',
  'Opportunity: won': 'customer',
  'Opportunity: lost': 'recycled',
};

export interface LeadOfRecord {
  lead: string;
  /** Baton's word counts: a hand-off is open, or an act of ours is not written there yet. */
  owned: boolean;
  /** When somebody here last moved it. */
  decidedAt?: string;
}

export async function leadsOf(trx: Trx, workspace: string, link: string, records: readonly string[]): Promise<Map<string, LeadOfRecord>> {
  const { rows } = await sql<{ record: string; lead: string; owned: boolean; decided_at: string | null }>`
    select a.value as record, l.id as lead,
      coalesce(h.state in ('waiting', 'accepted'), false)
        or exists (select 1 from source_write w where w.workspace = l.workspace and w.lead = l.id and w.link = ${link}::uuid and w.state in ('waiting', 'refused')) as owned,
      (select max(c.at) from stage_change c where c.workspace = l.workspace and c.person = l.id and c.by_kind = 'user') as decided_at
    from person_alias a
    join lead l on l.workspace = a.workspace and l.id = a.person
    left join handoff h on h.workspace = l.workspace and h.id = l.handoff
    where a.workspace = ${workspace}::uuid and a.kind = 'record' and a.value = any(${[...records]}::text[])`.execute(trx);
  return new Map(rows.map((r) => [r.record, { lead: r.lead, owned: r.owned, ...(r.decided_at !== null && { decidedAt: r.decided_at }) }]));
}

export async function knownOf(trx: Trx, workspace: string, link: string, records: readonly string[]): Promise<Map<string, Known>> {
  const rows = await trx
    .selectFrom('source_stage')
    .select(['record', 'field', 'known'])
    .where('workspace', '=', workspace)
    .where('link', '=', link)
    .where('record', 'in', [...records])
    .execute();
  return new Map(rows.map((r) => [`${r.record}\0${r.field}`, r.known]));
}

export async function keepKnown(
  trx: Trx,
  workspace: string,
  link: string,
  rows: readonly { record: string; field: string; known: Known }[],
): Promise<void> {
  if (rows.length === 0) return;
  await trx
    .insertInto('source_stage')
    .values(rows.map(({ record, field, known }) => ({ workspace, link, record, field, known: JSON.stringify(known) })))
    .onConflict((conflict) =>
      conflict.columns(['workspace', 'link', 'record', 'field']).doUpdateSet((eb) => ({ known: eb.ref('excluded.known') })),
    )
    .execute();
}
