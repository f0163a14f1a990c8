import { sql } from 'kysely';
import type { WireSource } from '../../lib/contract/routes/sources.ts';
import type { App } from '../http/app.ts';
import type { Trx } from '../store/db.ts';
import { sourceById } from './index.ts';

/** Connected CRMs as the wire has them. Credentials never are among it. */
export async function show(trx: Trx, workspace: string, app: Pick<App, 'now' | 'config'>, id?: string): Promise<WireSource[]> {
  let ask = trx
    .selectFrom('source_link as l')
    .selectAll('l')
    .select([known.as('known'), writesIn('waiting').as('waiting'), writesIn('refused').as('refused')])
    .where('l.workspace', '=', workspace)
    .where('l.state', '!=', 'disconnected')
    .orderBy('l.created_at');
  if (id !== undefined) ask = ask.where('l.id', '=', id);
  const rows = await ask.execute();
  return rows.map((row) => ({
    id: row.id,
    source: row.source,
    name: row.name,
    state: row.state as 'running' | 'paused',
    knownAs: row.known_as,
    way: row.way,
    ...(row.imported_at !== null && { importedAt: row.imported_at }),
    ...(row.pulled_at !== null && {
      pulledAt: row.pulled_at,
      lag: Math.max(0, Math.round((app.now() - Date.parse(row.pulled_at)) / 1000)),
    }),
    ...(row.progress && { progress: row.progress }),
    ...(row.trouble && { trouble: row.trouble }),
    counts: { people: row.known, touches: row.touches, stages: row.stages, waiting: row.waiting, refused: row.refused },
    mapping: row.mapping,
    ...(sourceById(row.source)?.webhook && {
      webhook: { url: `${app.config.url}/v1/sources/${row.id}/webhook`, secret: row.webhook_secret !== null },
    }),
  }));
}

const writesIn = (state: 'waiting' | 'refused') =>
  sql<number>`(select count(*) from source_write w where w.workspace = l.workspace and w.link = l.id and w.state = ${state})`;

/** Records that are somebody here. Counted, because the pages that are read repeat what came before; `;` follows `:`. */
const known = sql<number>`(select count(*) from person_alias a where a.workspace = l.workspace and a.kind = 'record'
  and a.value >= l.source || ':' || l.account || ':' and a.value < l.source || ':' || l.account || ';')`;
