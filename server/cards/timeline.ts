import { sql } from 'kysely';
import { history, search, touches } from '../../lib/contract/routes/leads-read.ts';
import { toEvent } from '../feed/event.ts';
import type { App } from '../http/app.ts';
import { type Cursor, decode, encode } from '../http/cursor.ts';
import type { Trx } from '../store/db.ts';
import { elsewhere } from '../store/merged.ts';
import { wordsOf } from '../store/names.ts';

/** Long lists about one lead, and finding one by name. */
export function routes(app: App): void {
  app.handle(search, async ({ trx, workspace, query, spend }) => {
    spend('searches', 1);
    const words = wordsOf(query.q).slice(0, 6);
    if (words.length === 0) return { items: [] };
    const rows = await trx
      .selectFrom('person as p')
      .innerJoin('lead as l', (join) => join.onRef('l.workspace', '=', 'p.workspace').onRef('l.id', '=', 'p.id'))
      .leftJoin('app_user as o', (join) => join.onRef('o.workspace', '=', 'l.workspace').onRef('o.id', '=', 'l.owner'))
      .where('p.workspace', '=', workspace)
      .where((eb) =>
        eb.and(
          words.map((word) =>
            eb(
              'p.id',
              'in',
              eb
                .selectFrom('person_word as w')
                .select('w.person')
                .where('w.workspace', '=', workspace)
                .where('w.word', '>=', word)
                // Byte order: everything that begins with the word comes before the word with the highest letter behind it.
                .where('w.word', '<', `${word}\u{10ffff}`),
            ),
          ),
        ),
      )
      .select(['p.id', 'p.name', 'p.title', 'p.company', 'l.stage', 'o.name as owner'])
      .orderBy(sql`p.name collate "C"`)
      .orderBy('p.id')
      .limit(query.limit)
      .execute();
    return {
      items: rows.map(({ id, name, title, company, stage, owner }) => ({
        id,
        name,
        stage,
        ...(title !== null && { title }),
        ...(company !== null && { company }),
        ...(owner !== null && { owner }),
      })),
    };
  });

  app.handle(touches, async ({ trx, workspace, params, query }) => {
    if (!(await isLead(trx, workspace, params.id))) return elsewhere(trx, workspace, params.id, touches);
    const before = query.before === undefined ? undefined : decode(query.before, 'before');
    const rows = await trx
      .selectFrom('touch as t')
      .leftJoin('campaign as c', (join) => join.onRef('c.workspace', '=', 't.workspace').onRef('c.id', '=', 't.campaign'))
      .where('t.workspace', '=', workspace)
      .where('t.person', '=', params.id)
      .$if(before !== undefined, (q) => q.where(olderThan('t', before!)))
      .$if(query.channel !== undefined, (q) => q.where('t.channel', '=', query.channel!))
      .$if(query.campaign !== undefined, (q) => q.where('t.campaign', '=', query.campaign!))
      .$if(query.active === true, (q) => q.where('t.active', '=', true))
      .select(['t.id', 't.at', 't.kind', 't.active', 't.channel', 't.campaign', 't.asset', 't.link', 'c.name as campaign_name'])
      .orderBy('t.at', 'desc')
      .orderBy('t.id', 'desc')
      .limit(query.limit + 1)
      .execute();
    return page(rows, query.limit, ({ campaign_name, campaign, asset, link, ...row }) => ({
      ...row,
      ...(campaign !== null && { campaign, campaignName: campaign_name ?? '' }),
      ...(asset !== null && { asset }),
      ...(link !== null && { link }),
    }));
  });

  app.handle(history, async ({ trx, workspace, params, query }) => {
    if (!(await isLead(trx, workspace, params.id))) return elsewhere(trx, workspace, params.id, history);
    const before = query.before === undefined ? undefined : decode(query.before, 'before');
    const rows = await trx
      .selectFrom('lead_event as e')
      .where('e.workspace', '=', workspace)
      .where('e.person', '=', params.id)
      // Its effects stand there, by the same person at the same moment.
      .where('e.kind', '<>', 'decision')
      .$if(before !== undefined, (q) => q.where(sql<boolean>`(e.received_at, e.id) < (${before!.at}::timestamptz, ${before!.id}::uuid)`))
      .selectAll()
      .orderBy('e.received_at', 'desc')
      .orderBy('e.id', 'desc')
      .limit(query.limit + 1)
      .execute();
    const items = rows.slice(0, query.limit);
    const last = items.at(-1);
    return { items: items.map(toEvent), ...(rows.length > query.limit && last && { next: encode({ at: last.received_at, id: last.id }) }) };
  });
}

const olderThan = (table: string, { at, id }: Cursor) =>
  sql<boolean>`(${sql.ref(`${table}.at`)}, ${sql.ref(`${table}.id`)}) < (${at}::timestamptz, ${id}::uuid)`;

/** A page of at most `limit` rows out of `limit + 1`, and where the next one begins. */
function page<Row extends { at: string; id: string }, Item>(rows: Row[], limit: number, item: (row: Row) => Item) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map(item), ...(rows.length > limit && last && { next: encode(last) }) };
}

const isLead = async (trx: Trx, workspace: string, id: string): Promise<boolean> =>
  (await trx.selectFrom('lead').select('id').where('workspace', '=', workspace).where('id', '=', id).executeTakeFirst()) !== undefined;
