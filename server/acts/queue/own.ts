import type { WireQueueItem } from '../../../lib/contract/routes/leads.ts';
import type { Caller } from '../common.ts';
import { daysBefore } from './since.ts';

/** What of the queue is no lead's: an agreement to sign, events that were rejected, a report that is out. */

/** How long events that were rejected are shown. */
const rejectDays = 7;
/** How long a report that is out is news. */
const newsDays = 14;

/** A proposed agreement that the caller's team has not signed. */
export async function toSign({ trx, workspace, user }: Caller): Promise<WireQueueItem[]> {
  const team = user.role === 'marketer' ? 'marketing' : 'sales';
  const rows = await trx
    .selectFrom('agreement as a')
    .where('a.workspace', '=', workspace)
    .where('a.in_force_at', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('agreement_signature as s')
            .where('s.workspace', '=', workspace)
            .whereRef('s.version', '=', 'a.version')
            .where('s.team', '=', team)
            .select('s.version'),
        ),
      ),
    )
    .where(({ eb, selectFrom }) =>
      eb(
        'a.version',
        '=',
        selectFrom('agreement as n')
          .where('n.workspace', '=', workspace)
          .select(({ fn }) => fn.max('n.version').as('v')),
      ),
    )
    .select('a.version')
    .execute();
  return rows.map(({ version }) => ({ kind: 'agreement', agreement: version }));
}

export async function rejects({ trx, workspace, receivedAt }: Caller): Promise<WireQueueItem[]> {
  const since = daysBefore(receivedAt, rejectDays);
  const row = await trx
    .selectFrom('ingest_reject')
    .where('workspace', '=', workspace)
    .where('at', '>=', since)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirst();
  const count = Number(row?.count ?? 0);
  return count > 0 ? [{ kind: 'rejects', count }] : [];
}

/** Reports that came out and that the caller has not opened; of each length only the newest. */
export async function unseenDigests({ trx, workspace, user, receivedAt }: Caller): Promise<WireQueueItem[]> {
  const rows = await trx
    .selectFrom('digest as d')
    .where('d.workspace', '=', workspace)
    .where('d.frozen_at', '>=', daysBefore(receivedAt, newsDays))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('digest_seen as s')
            .where('s.workspace', '=', workspace)
            .whereRef('s.period', '=', 'd.period')
            .where('s.by_user', '=', user.id)
            .select('s.period'),
        ),
      ),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('digest as n')
            .where('n.workspace', '=', workspace)
            .whereRef('n.grain', '=', 'd.grain')
            .whereRef('n.to_day', '>', 'd.to_day')
            .select('n.period'),
        ),
      ),
    )
    .select('d.period')
    .orderBy('d.to_day', 'desc')
    .orderBy('d.period')
    .execute();
  return rows.map(({ period }) => ({ kind: 'digest', period }));
}
