import { randomUUID } from 'node:crypto';
import { CompiledQuery } from 'kysely';
import pg from 'pg';
import { type Db, PgBoss } from 'pg-boss';
import type { Log } from '../http/log.ts';
import type { Store, Trx } from '../store/db.ts';
import type { Job, Jobs } from './jobs.ts';

/** Jobs in PostgreSQL by pg-boss, in a schema of its own. */

const schema = 'pgboss';

/** Makes or updates the queue's tables, as the owner, and lets the server's role use them. */
export async function migrateJobs(ownerUrl: string): Promise<void> {
  const boss = new PgBoss({ connectionString: ownerUrl, schema, supervise: false, schedule: false, max: 1 });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.stop({ graceful: false });
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(
      `grant usage on schema ${schema} to baton_app;
       grant select, insert, update, delete on all tables in schema ${schema} to baton_app;
       grant execute on all functions in schema ${schema} to baton_app`,
    );
  } finally {
    await client.end();
  }
}

interface Wrapped {
  workspace: string;
  data: object;
}

/** How often (s) a queue is looked into; what is urgent is not a job. */
const pollSeconds = 2;

export function openJobs({ url, store, log, role = 'baton_app' }: { url: string; store: Store; log: Log; role?: string }): Jobs {
  const boss = new PgBoss({
    connectionString: url,
    options: `-c role=${role}`,
    application_name: 'baton jobs',
    schema,
    migrate: false,
    createSchema: false,
    max: 2,
  });
  boss.on('error', (error) => log.warn({ error }, 'jobs'));
  const workers = new Map<string, (job: Job) => Promise<void>>();
  const crons: { cron: string; name: string }[] = [];
  let running = false;

  const jobs: Jobs = {
    work: (name, run) => void workers.set(name, run as (job: Job) => Promise<void>),
    every: (cron, name) => void crons.push({ cron, name }),
    async send(workspace, name, data = {}, { key, startAfter, within } = {}) {
      await boss.send(name, { workspace, data } satisfies Wrapped, {
        // A queue holds one waiting job for a key; without one every job is its own.
        singletonKey: `${workspace} ${key ?? randomUUID()}`,
        ...(startAfter && { startAfter }),
        ...(within && { db: asDatabase(within) }),
      });
    },
    async start() {
      await boss.start();
      for (const [name, run] of workers) {
        await boss.createQueue(name, { policy: 'short', retryLimit: 5, retryDelay: 10, retryBackoff: true, expireInSeconds: 15 * 60 });
        await boss.work<Wrapped>(name, { pollingIntervalSeconds: pollSeconds }, async ([job]) => {
          if (!job) return;
          const { workspace, data } = job.data;
          try {
            await run({ workspace, data, store, signal: job.signal });
          } catch (error) {
            log.error({ error, job: name }, 'job failed');
            throw error;
          }
        });
      }
      for (const { cron, name } of crons) {
        const tick = `${name}.each`;
        await boss.createQueue(tick, { policy: 'short' });
        await boss.work(tick, { pollingIntervalSeconds: pollSeconds }, async () => {
          const { rows } = await store.pool.query<{ workspace: string }>('select workspace from workspaces()');
          for (const { workspace } of rows) await jobs.send(workspace, name, {}, { key: 'each' });
        });
        await boss.schedule(tick, cron, {}, { tz: 'UTC' });
      }
      running = true;
    },
    async stop() {
      if (running) await boss.stop({ graceful: true, timeout: 10_000 });
      running = false;
    },
  };
  return jobs;
}

const asDatabase = (trx: Trx): Db => ({
  async executeSql(text, values = []) {
    const { rows } = await trx.executeQuery(CompiledQuery.raw(text, [...values]));
    return { rows };
  },
});
