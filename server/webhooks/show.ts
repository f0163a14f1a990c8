import { sql } from 'kysely';
import type { WireWebhook } from '../../lib/contract/routes/webhooks.ts';
import type { Trx } from '../store/db.ts';

/** Webhooks as an admin sees them, oldest first; or the one. */
export async function show(trx: Trx, workspace: string, now: number, id?: string): Promise<WireWebhook[]> {
  const rows = await trx
    .selectFrom('webhook as h')
    .selectAll('h')
    .select((eb) => {
      const count = (state: 'waiting' | 'failed') =>
        eb
          .selectFrom('webhook_delivery as d')
          .whereRef('d.workspace', '=', 'h.workspace')
          .whereRef('d.webhook', '=', 'h.id')
          .where('d.state', '=', state)
          .select(sql<number>`count(*)`.as('n'));
      return [count('waiting').as('waiting'), count('failed').as('failed')];
    })
    .where('h.workspace', '=', workspace)
    .$if(id !== undefined, (query) => query.where('h.id', '=', id!))
    .orderBy('h.created_at')
    .orderBy('h.id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    url: row.url,
    kinds: row.kinds,
    person: row.person,
    state: row.state,
    ...(row.failing_since !== null &&
      row.sentence !== null && { trouble: { since: row.failing_since, sentence: row.sentence, ...(row.said && { said: row.said }) } }),
    ...(row.old_until !== null && Date.parse(row.old_until) > now && { oldSecretUntil: row.old_until }),
    createdAt: row.created_at,
    ...(row.taken_at !== null && { takenAt: row.taken_at }),
    counts: { waiting: row.waiting ?? 0, failed: row.failed ?? 0 },
  }));
}
