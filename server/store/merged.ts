import type { Route } from '../../lib/contract/route.ts';
import { type Reply, reply } from '../http/app.ts';
import { noSuch, worded } from '../http/problem.ts';
import type { Trx } from './db.ts';

/**
 * What to say about an id that is no lead (any more): where it was merged into, that it is gone, or nothing.
 * @throws `gone`, `not-found`
 */
export async function elsewhere(trx: Trx, workspace: string, id: string, route: Route): Promise<Reply> {
  let into = id;
  // Merged again and again is possible, in a circle it is not: whoever was merged is no longer there to merge into.
  for (;;) {
    const next = await trx
      .selectFrom('merge')
      .select('into_person')
      .where('workspace', '=', workspace)
      .where('from_person', '=', into)
      .where('undone_at', 'is', null)
      .executeTakeFirst();
    if (!next) break;
    into = next.into_person;
  }
  if (into !== id) return reply(308, undefined, { location: route.path.replace('{id}', into) });
  const gone = await trx.selectFrom('change').select('gone').where('workspace', '=', workspace).where('lead', '=', id).executeTakeFirst();
  if (gone?.gone) throw worded('gone', 'person-erased');
  throw noSuch('lead');
}
