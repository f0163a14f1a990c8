import { sql, type Updateable } from 'kysely';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import type { Store } from '../store/db.ts';
import type { Tables } from '../store/tables.ts';
import { keepPage } from './keep.ts';
import { keepAlive, type Lease, leaseEnds, noLease, takeLease } from './lease.ts';
import { type LinkRow, linkOf, lockLink, type TimedLink, updateLink, type World } from './links.ts';
import { idOf, nameOf } from './records.ts';
import { releaseWaiting, remap, tellDeals } from './release.ts';
import { SealBroken } from './seal.ts';
import { type Page, type Pulled, type Source, SourceError } from './source.ts';

/** A run ends after this long, however much is left, so that others get their turn. */
const budgetMinutes = 5;

/** `more`: there is more to read, in another run. */
export type PullEnd = 'done' | 'more' | 'busy' | 'paused' | 'gone' | 'trouble' | 'stopped';

/** The connection, the workspace it belongs to, and what runs of it need. */
export interface Run {
  store: Store;
  world: World;
  source: Source;
  workspace: string;
  id: string;
  signal: AbortSignal;
}

/**
 * Reads everything that changed in a CRM. Each page and the place after it are kept in one transaction, so a run may
 * die anywhere and the next one goes on there. Runs of one link do not overlap.
 */
export async function runPull(run: Run): Promise<PullEnd> {
  const { store, world, source, workspace, id, signal } = run;
  const taken = await store.inWorkspace(workspace, (trx) => takeLease(trx, workspace, id, world.clock.now()));
  if (typeof taken === 'string') return taken;
  const { row, lease } = taken;
  const until = world.clock.now() + budgetMinutes * 60_000;
  const by = { kind: 'source' as const, id, name: source.name };
  const rest = keepAlive(store, workspace, id, lease, world.clock);
  return guarded(run, row, lease, async (link) => {
    if (row.remap) await remap(store, workspace, id, row.version, { by, now: world.clock.now(), skewMs: row.skew_ms });
    for await (const page of source.pull(link, row.cursor ?? undefined)) {
      signal.throwIfAborted();
      const kept = await keep(run, row, link, page, lease);
      if (kept !== 'kept') return kept;
      if (world.clock.now() > until) {
        await note(run, row, {}, lease);
        return 'more';
      }
    }
    if (row.imported_at === null) await tellDeals(store, workspace, id, { by, now: world.clock.now(), skewMs: link.skew });
    await releaseWaiting(store, workspace, id, { by, now: world.clock.now(), skewMs: link.skew });
    const now = new Date(world.clock.now());
    const ended = { imported_at: row.imported_at ?? now, pulled_at: now, trouble: null, progress: null, skew_ms: Math.round(link.skew) };
    return (await note(run, row, ended, lease)) ? 'done' : 'busy';
  }).finally(rest);
}

/** Reads single records: what a webhook named, or what seems to be missing. Waits for nobody's lease. */
export async function runRead(run: Run, records: readonly string[]): Promise<PullEnd> {
  const { store, workspace, id, source } = run;
  const row = await store.inWorkspace(workspace, (trx) => lockLink(trx, workspace, id));
  if (!row) return 'gone';
  // Until the first import is through, it will come to them by itself.
  if (row.state !== 'running' || !row.mapping.agreed || row.imported_at === null) return 'paused';
  return guarded(run, row, undefined, async (link) => {
    for (let i = 0; i < records.length; i += readAtOnce) {
      const page = await source.read(link, records.slice(i, i + readAtOnce));
      const kept = await keep(run, row, link, page);
      if (kept !== 'kept') return kept;
    }
    return 'done';
  });
}
const readAtOnce = 50;

/** Looks whether every record that Baton knows is still in the CRM, where the CRM does not tell what was deleted. */
export async function runLook(run: Run): Promise<PullEnd> {
  const { store, world, source, workspace, id } = run;
  const row = await store.inWorkspace(workspace, (trx) => lockLink(trx, workspace, id));
  if (!row) return 'gone';
  if (!source.ids || row.state !== 'running' || row.imported_at === null) return 'paused';
  const missing: string[] = [];
  const end = await guarded(run, row, undefined, async (link) => {
    const there = new Set<string>();
    for await (const ids of source.ids!(link)) for (const one of ids) there.add(one);
    for (let after = nameOf(row, ''); ; ) {
      const names = await store.inWorkspace(workspace, async (trx) => {
        const { rows } = await sql<{ value: string }>`
          select value from person_alias
          where workspace = ${workspace}::uuid and kind = 'record' and value > ${after} and starts_with(value, ${nameOf(row, '')})
          order by value limit 5000`.execute(trx);
        return rows.map(({ value }) => value);
      });
      missing.push(...names.map((name) => idOf(row, name)).filter((one) => !there.has(one)));
      const last = names.at(-1);
      if (last === undefined) break;
      after = last;
    }
    await store.inWorkspace(workspace, async (trx) => {
      await updateLink(trx, workspace, id)
        .set({ looked_at: new Date(world.clock.now()) })
        .execute();
    });
    return 'done';
  });
  // Made or listed meanwhile, they are there after all: reading them tells.
  return end === 'done' && missing.length > 0 ? runRead(run, missing) : end;
}

/**
 * One page, and the place after it if it has one. Nothing was kept where it was `paused`, changed or disconnected
 * meanwhile, or where this run was taken for dead and another one is `busy` in its place.
 */
async function keep(
  { store, world, source, workspace }: Run,
  run: LinkRow,
  link: TimedLink,
  page: Page | Pulled,
  lease?: Lease,
): Promise<'kept' | 'paused' | 'busy'> {
  return store.inWorkspace(workspace, async (trx) => {
    const row = await lockLink(trx, workspace, run.id);
    if (row?.state !== 'running' || row.version !== run.version) return 'paused';
    if (lease && row.leased_by !== lease.by) return 'busy';
    const now = world.clock.now();
    await keepPage(trx, workspace, row, source, page, { now, skewMs: link.skew });
    await updateLink(trx, workspace, run.id)
      .set({
        ...('cursor' in page && { cursor: page.cursor, lease_until: leaseEnds(now) }),
        skew_ms: Math.round(link.skew),
        ...('cursor' in page && page.of !== undefined && { progress: JSON.stringify({ done: page.done, of: page.of }) }),
      })
      .execute();
    return 'kept';
  });
}

/**
 * Runs with the link's credentials; a trouble of the CRM's is kept for people to see, and no reason to fail.
 * @param lease is given back when it did not end well
 */
async function guarded(run: Run, row: LinkRow, lease: Lease | undefined, work: (link: TimedLink) => Promise<PullEnd>): Promise<PullEnd> {
  const { store, world, signal } = run;
  try {
    return await work(linkOf(store, world, row, signal));
  } catch (error) {
    const trouble = troubleOf(error);
    if (trouble) {
      await note(run, row, { trouble: JSON.stringify({ ...trouble, at: new Date(world.clock.now()).toISOString() }) }, lease);
      return 'trouble';
    }
    await note(run, row, {}, lease);
    if (signal.aborted) return 'stopped';
    throw error;
  }
}

/** Keeps something about the link, and gives back the lease if there is one. `false`: it is another run's by now. */
async function note(
  { store, workspace, id }: Run,
  row: LinkRow,
  set: Updateable<Tables['source_link']>,
  lease: Lease | undefined,
): Promise<boolean> {
  if (!lease && Object.keys(set).length === 0) return true;
  return store.inWorkspace(workspace, async (trx) => {
    let update = updateLink(trx, workspace, id)
      .set({ ...set, ...(lease && noLease) })
      .where('version', '=', row.version);
    if (lease) update = update.where('leased_by', '=', lease.by);
    return (await update.executeTakeFirst()).numUpdatedRows > 0n;
  });
}

export interface Trouble {
  trouble: SourceError['trouble'] | 'sealed';
  sentence: string;
  /** The same as data, for other languages. */
  said: Said;
  retryAt?: string;
}
/** `undefined`: not the CRM's trouble but ours. */
export function troubleOf(error: unknown): Trouble | undefined {
  if (error instanceof SealBroken) return { trouble: 'sealed', sentence: error.message, said: error.said };
  if (!(error instanceof SourceError)) return undefined;
  return {
    trouble: error.trouble,
    sentence: error.message,
    said: error.said,
    ...(error.retryAt !== undefined && { retryAt: new Date(error.retryAt).toISOString() }),
  };
}
