import { sql } from 'kysely';
import { Counter } from 'prom-client';
import type { App } from '../http/app.ts';
import type { Job } from '../jobs/jobs.ts';
import { counted } from '../outgoing/counted.ts';
import { sourceById } from './index.ts';
import { runLabels } from './labels.ts';
import { abandoned } from './lease.ts';
import { systemClock, type World } from './links.ts';
import { type PullEnd, type Run, runLook, runPull, runRead } from './pull.ts';
import { runRemove } from './remove.ts';
import { runWrites } from './writes.ts';

/** How often every CRM is asked for changes. */
const everyMinutes = 5;

/** What runs by itself: reading, writing, looking what is gone, removing, forgetting. One job a link, so that none waits for another. */
export function routes({ jobs, metrics }: App, world: () => Promise<World>): void {
  const registers = [metrics];
  const calls = new Counter({
    name: 'baton_source_calls_total',
    help: 'Calls of a CRM by jobs, by its answer',
    labelNames: ['source', 'answer'],
    registers,
  });
  const runs = new Counter({
    name: 'baton_source_runs_total',
    help: 'Runs that read a CRM, by how they ended',
    labelNames: ['source', 'run', 'end'],
    registers,
  });
  const writes = new Counter({
    name: 'baton_source_writes_total',
    help: 'Decisions and feedback written to a CRM',
    labelNames: ['source'],
    registers,
  });
  const each = async (workspace: string, store: Job['store'], name: string): Promise<void> => {
    const links = await store.inWorkspace(workspace, (trx) =>
      trx.selectFrom('source_link').select('id').where('workspace', '=', workspace).where('state', '=', 'running').execute(),
    );
    for (const { id } of links) await jobs.send(workspace, name, { link: id }, { key: id });
  };
  const runOf = async ({ workspace, store, signal }: Job, link: string): Promise<Run | undefined> => {
    const row = await store.inWorkspace(workspace, (trx) =>
      trx
        .selectFrom('source_link')
        .select('source')
        .where('workspace', '=', workspace)
        .where('id', '=', link)
        .where('state', '=', 'running')
        .executeTakeFirst(),
    );
    const source = row && sourceById(row.source);
    if (!source) return undefined;
    const the = await world();
    return { store, world: { ...the, call: counted(the.call, calls, { source: source.id }) }, source, workspace, id: link, signal };
  };
  interface OfLink {
    link?: string;
    records?: string[];
  }
  const work = (name: string, act: (run: Run, job: Job<OfLink>) => Promise<unknown>): void =>
    jobs.work<OfLink>(name, async (job) => {
      if (job.data.link === undefined) return each(job.workspace, job.store, name);
      const run = await runOf(job, job.data.link);
      if (run) await act(run, job);
    });

  const ended = (run: Run, name: string, end: PullEnd): PullEnd => {
    runs.inc({ source: run.source.id, run: name, end });
    return end;
  };
  work('source.pull', async (run) => {
    if (ended(run, 'pull', await runPull(run)) === 'more') await jobs.send(run.workspace, 'source.pull', { link: run.id }, { key: run.id });
  });
  jobs.every(`*/${everyMinutes} * * * *`, 'source.pull');
  jobs.work('source.takeover', async ({ workspace, store }) => {
    const left = await store.inWorkspace(workspace, (trx) => abandoned(trx, workspace, systemClock.now()));
    for (const id of left) await jobs.send(workspace, 'source.pull', { link: id }, { key: id });
  });
  jobs.every('* * * * *', 'source.takeover');
  work('source.read', async (run, { data }) => ended(run, 'read', await runRead(run, data.records ?? [])));
  work('source.write', async (run) => writes.inc({ source: run.source.id }, await runWrites(run)));
  jobs.every('* * * * *', 'source.write');
  work('source.look', async (run) => ended(run, 'look', await runLook(run)));
  jobs.every('17 2 * * *', 'source.look');
  work('source.labels', runLabels);
  jobs.every('29 2 * * *', 'source.labels');
  jobs.work<OfLink>('source.remove', async ({ workspace, store, data, signal }) => {
    if (data.link !== undefined) return runRemove(store, workspace, data.link, signal);
    const links = await store.inWorkspace(workspace, (trx) =>
      trx.selectFrom('source_link').select('id').where('workspace', '=', workspace).where('removing_since', 'is not', null).execute(),
    );
    for (const { id } of links) await jobs.send(workspace, 'source.remove', { link: id }, { key: id });
  });
  jobs.every('*/10 * * * *', 'source.remove');
  jobs.work('source.sweep', ({ workspace, store }) =>
    store.inWorkspace(workspace, async (trx) => {
      await sql`delete from source_heard where workspace = ${workspace}::uuid and at < now() - interval '7 days'`.execute(trx);
      await sql`delete from source_write where workspace = ${workspace}::uuid and state in ('sent', 'discarded') and ended_at < now() - interval '2 years'`.execute(
        trx,
      );
      await sql`delete from source_sign_in where workspace = ${workspace}::uuid and expires_at < now()`.execute(trx);
    }),
  );
  jobs.every('41 3 * * *', 'source.sweep');
}
