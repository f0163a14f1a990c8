import { sql } from 'kysely';
import type { Trx } from '../store/db.ts';
import { fieldKey, type KnownField, keepKnown } from './records.ts';
import type { Page } from './source.ts';
import { pulled } from './stage-rule.ts';

/**
 * A page without the touches that are read off a field in which Baton itself set what stands there: nobody did
 * anything. What somebody else sets there afterwards counts again. The caller holds the link's lock.
 */
export async function withoutOwn<P extends Page>(trx: Trx, workspace: string, link: string, page: P): Promise<P> {
  const { readOff = [] } = page;
  if (readOff.length === 0) return page;
  const told = new Map(readOff.map((one) => [one.sourceId, one]));
  const records = page.arrivals.flatMap(({ sourceId, person }) =>
    told.has(sourceId) ? (person?.aliases ?? []).map(({ value }) => value) : [],
  );
  // A person's record may have gone up in another one since.
  const { rows } = await sql<KnownField>`
    select s.record, s.field, s.known from source_stage s
    where s.workspace = ${workspace}::uuid and s.link = ${link}::uuid and s.field = any(${readOff.map(({ field }) => field)}::text[])
      and s.record in (
        select its.value from person_alias a
        join person_alias its on its.workspace = a.workspace and its.person = a.person and its.kind = 'record'
        where a.workspace = ${workspace}::uuid and a.kind = 'record' and a.value = any(${records}::text[]))`.execute(trx);
  const changed = new Map<string, KnownField>();
  const own = new Set<string>();
  for (const { sourceId, field, value, at } of readOff)
    for (const row of rows) {
      if (row.field !== field) continue;
      const { known, news, own: mine } = pulled(row.known, { value, at }, false);
      changed.set(fieldKey(row.record, field), { ...row, known });
      if (mine || (!news && row.known.own?.some((one) => one.value === value))) own.add(sourceId);
    }
  await keepKnown(trx, workspace, link, [...changed.values()]);
  return { ...page, arrivals: page.arrivals.filter(({ sourceId }) => !own.has(sourceId)) };
}
