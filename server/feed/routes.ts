import { sql } from 'kysely';
import { cardsFeed } from '../../lib/contract/routes/cards.ts';
import { events } from '../../lib/contract/routes/events.ts';
import { assembleCards } from '../cards/assemble.ts';
import type { App } from '../http/app.ts';
import { problem } from '../http/problem.ts';
import { before, decodeCursor, encodeCursor, type FeedCursor, feedEnd, first, last, settled } from '../store/change.ts';
import type { Trx } from '../store/db.ts';
import { readEvents, toEvent } from './event.ts';

export function routes(app: App): void {
  app.handle(cardsFeed, async ({ trx, workspace, user, query, receivedAt }) => {
    const end = await feedEnd(trx);
    const since = read(query.since, end.era);
    const page =
      since.phase === 'kept'
        ? await keptReady(trx, workspace, user.id, since, query, end.xid)
        : await changed(trx, workspace, user.id, since, query, end.xid);
    const cards = await assembleCards(
      trx,
      workspace,
      page.rows.filter((row) => row.full).map((row) => row.lead),
      { user: user.id, now: receivedAt },
    );
    return {
      items: page.rows.map((row) =>
        row.gone ? { id: row.lead, gone: true as const } : (cards.get(row.lead) ?? { id: row.lead, version: row.version }),
      ),
      next: write(page.next),
      more: page.more,
    };
  });

  app.handle(events, async ({ trx, workspace, query }) => {
    const end = await feedEnd(trx);
    const given = query.since === undefined ? undefined : (decodeCursor(query.since) ?? badCursor());
    const since = given?.era === end.era ? given : { era: end.era, xid: '0', id: first };
    const rows = await readEvents(trx, workspace, since, end.xid, query.limit + 1);
    const items = rows.slice(0, query.limit);
    const tail = items.at(-1);
    return {
      items: items.map(toEvent),
      next: encodeCursor(tail ? { era: end.era, xid: tail.xid, id: tail.id } : since),
      more: rows.length > query.limit,
    };
  });
}

/**
 * Where a reader of the cards is: still getting those kept ready (`kept`, by id; `xid` is where the changes will
 * begin), or following the changes (`changes`).
 */
interface Place extends FeedCursor {
  phase: 'kept' | 'changes';
}
const read = (text: string | undefined, era: string): Place => {
  const phase = text?.startsWith('k') ? 'kept' : 'changes';
  const cursor = text === undefined ? undefined : (decodeCursor(text.slice(1)) ?? badCursor());
  // Of another era: everything may have changed, so it begins again.
  if (cursor?.era !== era) return { phase: 'kept', era, xid: '', id: first };
  return { ...cursor, phase };
};
const write = ({ phase, ...cursor }: Place): string => (phase === 'kept' ? 'k' : 'c') + encodeCursor(cursor);

const badCursor = (): never => {
  throw problem('invalid', '?since is not a cursor from here. Leave it out to begin anew.', {
    errors: [{ pointer: '?since', detail: 'Take it from `next` of an earlier answer.' }],
  });
};

interface Row {
  lead: string;
  version: number;
  gone: boolean;
  full: boolean;
}
interface Page {
  rows: Row[];
  next: Place;
  more: boolean;
}

/** The cards kept ready, in the order of ids. */
async function keptReady(
  trx: Trx,
  workspace: string,
  user: string,
  since: Place,
  { limit, scope }: { limit: number; scope: 'mine' | 'workspace' },
  end: string,
): Promise<Page> {
  // What changes from now on is told after them.
  const xid = since.xid || end;
  const rows = await trx
    .selectFrom('lead')
    .select('id')
    .where('workspace', '=', workspace)
    .where('id', '>', since.id)
    .$if(scope === 'mine', (q) => q.where((eb) => eb.or([eb('owes', '=', user), eb('owner', '=', user)])))
    .orderBy('id')
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit).map(({ id }) => ({ lead: id, version: 1, gone: false, full: true }));
  const more = rows.length > limit;
  return {
    rows: page,
    more: more || xid !== end,
    next: more
      ? { phase: 'kept', era: since.era, xid, id: page.at(-1)!.lead }
      : { phase: 'changes', era: since.era, xid: before(xid), id: last },
  };
}

/** What changed since, in the order of transactions. */
async function changed(
  trx: Trx,
  workspace: string,
  user: string,
  since: Place,
  { limit, scope }: { limit: number; scope: 'mine' | 'workspace' },
  end: string,
): Promise<Page> {
  const { rows } = await sql<Row & { xid: string }>`
    select c.lead, c.version, c.gone, c.xid,
           not c.gone and (${scope === 'workspace'}::boolean or l.owes = ${user}::uuid or l.owner = ${user}::uuid) is true as full
    from change c
    left join lead l on l.workspace = ${workspace}::uuid and l.id = c.lead
    where c.workspace = ${workspace}::uuid and (c.xid, c.lead) > (${since.xid}::xid8, ${since.id}::uuid)
      and c.xid < ${end}::xid8 and c.xid < ${settled}
    order by c.xid, c.lead
    limit ${limit + 1}`.execute(trx);
  const page = rows.slice(0, limit);
  const tail = page.at(-1);
  return {
    rows: page,
    more: rows.length > limit,
    next: tail ? { phase: 'changes', era: since.era, xid: tail.xid, id: tail.lead } : since,
  };
}
