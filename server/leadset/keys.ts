import { sql } from 'kysely';
import type { Store, Trx } from '../store/db.ts';
import { writeTags } from '../store/people.ts';
import { addLeadsetKey } from '../store/workspaces.ts';

/** A key is replaced after this long, so that what a lost device knows goes out of date. */
const renewDays = 90;
/** Both keys are served for this long, so that every client finds time to change over. */
const overlapDays = 7;

export interface OfferedKey {
  kid: number;
  key: Buffer;
  canon: number;
  notAfter: string;
}

/** The keys that are offered, oldest first: one, or two while the first is being replaced. */
export async function offeredKeys(trx: Trx, workspace: string, now: string): Promise<OfferedKey[]> {
  const rows = await trx
    .selectFrom('leadset_key')
    .select(['kid', 'key', 'canon', 'not_after'])
    .where('workspace', '=', workspace)
    .where('ready_at', 'is not', null)
    .where((eb) => eb.or([eb('not_after', 'is', null), eb('not_after', '>', now)]))
    .orderBy('ready_at')
    .execute();
  const later = new Date(Date.parse(now) + overlapDays * 86_400_000).toISOString();
  return rows.map(({ kid, key, canon, not_after }) => ({ kid, key, canon, notAfter: not_after ?? later }));
}

/**
 * Replaces the key: makes a new one, gives every known key of a person its tag under it, and then offers both.
 * In many small transactions; begun again, it goes on where it was.
 */
export async function renewKey(store: Store, workspace: string): Promise<number> {
  const kid = await store.inWorkspace(workspace, async (trx) => {
    const half = await trx
      .selectFrom('leadset_key')
      .select('kid')
      .where('workspace', '=', workspace)
      .where('ready_at', 'is', null)
      .executeTakeFirst();
    return half?.kid ?? addLeadsetKey(trx, workspace);
  });
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const page = await store.inWorkspace(workspace, async (trx) => {
      const keys = await trx
        .selectFrom('person_key')
        .select(['id', 'person', 'kind', 'value'])
        .where('workspace', '=', workspace)
        .where('id', '>', after)
        .orderBy('id')
        .limit(1000)
        // Nobody unties or moves them meanwhile.
        .forShare()
        .execute();
      await writeTags(trx, workspace, keys, [kid]);
      return keys;
    });
    if (page.length === 0) break;
    after = page.at(-1)!.id;
  }
  await store.inWorkspace(workspace, async (trx) => {
    await sql`
      update leadset_key set
        ready_at = case when kid = ${kid}::integer then now() else ready_at end,
        not_after = case when kid = ${kid}::integer then null else coalesce(not_after, now() + ${`${overlapDays} days`}::interval) end
      where workspace = ${workspace}::uuid`.execute(trx);
  });
  return kid;
}

/** Renews a key that is old or that somebody knows who has left, and forgets those whose time is over. */
export async function tendKeys(store: Store, workspace: string): Promise<void> {
  const old = await store.inWorkspace(workspace, async (trx) => {
    await sql`delete from leadset_key where workspace = ${workspace}::uuid and not_after < now() - interval '1 day'`.execute(trx);
    const { rows } = await sql<{ old: boolean }>`
      select coalesce(bool_or(ready_at is null) or max(created_at) < now() - ${`${renewDays} days`}::interval
                      or max(created_at) <= (select coalesce(max(disabled_at), '-infinity') from app_user where workspace = ${workspace}::uuid), true) as old
      from leadset_key where workspace = ${workspace}::uuid`.execute(trx);
    return rows[0]?.old ?? true;
  });
  if (old) await renewKey(store, workspace);
}
