import { sql } from 'kysely';
import type { Trx } from '../store/db.ts';
import { deal } from './believe.ts';
import { namesDeal } from './deal-fields.ts';
import type { LinkRow } from './links.ts';
import type { KnownField } from './records.ts';
import type { Page } from './source.ts';

/** A page with what it means for people that a deal is gone, or is no longer theirs: a word of the deal. */
export async function withLeft<P extends Page>(trx: Trx, workspace: string, row: LinkRow, page: P, now: string): Promise<P> {
  if (!page.left?.length) return page;
  const { rows } = await sql<KnownField>`
    select record, field, known from source_stage
    where workspace = ${workspace}::uuid and link = ${row.id}::uuid and field = any(${page.left.map(({ field }) => field)}::text[])
      and ${namesDeal()}`.execute(trx);
  const words = rows.flatMap(({ record, field, known }) => {
    const left = page.left!.filter((one) => one.field === field && (one.record ? one.record === record : !one.except?.includes(record)));
    if (left.length === 0 || known.value === deal.gone) return [];
    // Who came back in between is gone since the last time.
    const at = left.map((one) => one.at ?? now).reduce((a, b) => (a > b ? a : b));
    // It was still there when it was last seen.
    const since = known.at !== undefined && known.at >= at ? new Date(Date.parse(known.at) + 1).toISOString() : at;
    return [{ record, field, value: deal.gone, at: since }];
  });
  return { ...page, stages: [...page.stages, ...words] };
}
