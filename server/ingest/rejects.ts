import { sql } from 'kysely';
import { inEnglish } from '../../lib/funnel/sentences/index.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import type { Trx } from '../store/db.ts';
import { newId } from '../store/id.ts';
import { eventLimit } from './segment/event.ts';

/** Events that were put aside: with the reason, and as they were, so that nothing is lost by a mistake. */

export const rejectDays = 30;

export async function putAside(
  trx: Trx,
  workspace: string,
  source: string,
  rejects: readonly { raw?: unknown; reject: Said }[],
): Promise<void> {
  if (rejects.length === 0) return;
  await sql`
    insert into ingest_reject (workspace, id, source, reason, said, body)
    select ${workspace}::uuid, r.id, ${source}, r.reason, r.said, r.body from unnest(
      ${rejects.map(() => newId())}::uuid[], ${rejects.map((r) => inEnglish(r.reject))}::text[],
      ${rejects.map((r) => JSON.stringify(r.reject))}::jsonb[], ${rejects.map((r) => storable(r.raw))}::jsonb[]
    ) as r (id, reason, said, body)`.execute(trx);
}

export async function forgetRejects(trx: Trx, workspace: string, now: number): Promise<void> {
  await trx
    .deleteFrom('ingest_reject')
    .where('workspace', '=', workspace)
    .where('at', '<', new Date(now - rejectDays * 86_400_000).toISOString())
    .execute();
}

/**
 * JSON that PostgreSQL takes: it knows no NUL, no half surrogate pairs and no endless nesting. What has one of these,
 * or is too long, is kept as text.
 */
export function storable(raw: unknown): string | null {
  if (raw === undefined) return null;
  const text = JSON.stringify(raw);
  if (text.length <= eventLimit && !/\\u0000|\\ud[89a-f]/i.test(text) && isShallow(raw, 64)) return text;
  return JSON.stringify(text.slice(0, eventLimit).toWellFormed());
}

const isShallow = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' || value === null || (levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1)));
