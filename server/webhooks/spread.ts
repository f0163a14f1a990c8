import { readEvents } from '../feed/event.ts';
import { feedEnd } from '../store/change.ts';
import type { Trx } from '../store/db.ts';
import { noTrouble } from './deliver.ts';
import { placeIn } from './place.ts';

const pageSize = 500;

/**
 * Makes a delivery of every event that happened since the last time, for one webhook. What has one already (it is
 * replayed) waits again. `true` when there is more.
 */
export async function spread(trx: Trx, workspace: string, id: string, now: number): Promise<boolean> {
  const hook = await trx
    .selectFrom('webhook')
    .select(['kinds', 'era', 'xid', 'after_event'])
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .where('state', '=', 'on')
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (!hook) return false;
  const end = await feedEnd(trx);
  const since = await placeIn(trx, workspace, { era: hook.era, xid: hook.xid, id: hook.after_event }, end.era);
  const rows = await readEvents(trx, workspace, since, end.xid, pageSize);
  const wanted = rows.filter(({ kind }) => hook.kinds.length === 0 || (hook.kinds as string[]).includes(kind));
  if (wanted.length > 0)
    await trx
      .insertInto('webhook_delivery')
      .values(wanted.map((row) => ({ workspace, webhook: id, event: row.id, next_at: new Date(now), made_at: new Date(now) })))
      .onConflict((conflict) =>
        conflict
          .columns(['workspace', 'webhook', 'event'])
          .doUpdateSet({ state: 'waiting', tries: 0, next_at: new Date(now), made_at: new Date(now), status: null, ...noTrouble }),
      )
      .execute();
  const tail = rows.at(-1);
  if (tail || since.era !== hook.era)
    await trx
      .updateTable('webhook')
      .set({ era: since.era, xid: tail?.xid ?? since.xid, after_event: tail?.id ?? since.id })
      .where('workspace', '=', workspace)
      .where('id', '=', id)
      .execute();
  return rows.length === pageSize;
}
