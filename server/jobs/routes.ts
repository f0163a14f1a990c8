import { sql } from 'kysely';
import type { App } from '../http/app.ts';
import { keptDays } from '../http/operation.ts';

/** What the core does by itself: forgets what is no longer kept. */
export function routes({ jobs }: App): void {
  jobs.work('sweep', ({ workspace, store }) =>
    store.inWorkspace(workspace, async (trx) => {
      await sql`delete from operation where workspace = ${workspace}::uuid and at < now() - ${`${keptDays} days`}::interval`.execute(trx);
      await sql`delete from ingest_reject where workspace = ${workspace}::uuid and at < now() - interval '30 days'`.execute(trx);
      await sql`delete from anonymous_event where workspace = ${workspace}::uuid and received_at < now() - interval '90 days'`.execute(trx);
      await sql`update merge set moved = '{}' where workspace = ${workspace}::uuid and at < now() - interval '30 days' and moved <> '{}'`.execute(
        trx,
      );
    }),
  );
  jobs.every('23 3 * * *', 'sweep');
}
