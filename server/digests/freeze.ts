import { businessCalendar } from '../../lib/funnel/calendar.ts';
import { type Grain, grains, type Period, periodOf } from '../../lib/funnel/periods.ts';
import { findAgreement } from '../store/agreements.ts';
import type { Store } from '../store/db.ts';
import { recordEvents } from '../store/history.ts';
import type { By } from '../store/tables.ts';
import { compose } from './compose.ts';

const clock: By = { kind: 'rule', id: 'clock', name: 'Baton' };

/**
 * Freezes the report of each week, month and quarter that ended last (or only those `of` some), unless it is there. Repeating does nothing.
 * Answers the names of those that were made; none before both teams have agreed on a calendar.
 */
export async function freezeEnded(store: Store, workspace: string, now: string, of: readonly Grain[] = grains): Promise<string[]> {
  const made: string[] = [];
  for (const grain of of) {
    const name = await store.inWorkspace(workspace, async (trx) => {
      const agreement = await findAgreement(trx, workspace);
      if (!agreement) return undefined;
      const today = businessCalendar(agreement.calendar).dayOf(Date.parse(now));
      const present = periodOf(today, grain, agreement.calendar);
      const ended: Period = periodOf(Temporal.PlainDate.from(present.from).subtract({ days: 1 }).toString(), grain, agreement.calendar);
      const there = await trx
        .selectFrom('digest')
        .select('period')
        .where('workspace', '=', workspace)
        .where('period', '=', ended.name)
        .executeTakeFirst();
      if (there) return undefined;
      const body = await compose({ trx, workspace, agreement, asOf: now }, ended);
      const inserted = await trx
        .insertInto('digest')
        .values({
          workspace,
          period: ended.name,
          grain,
          from_day: ended.from,
          to_day: ended.to,
          frozen_at: now,
          body: JSON.stringify(body),
        })
        .onConflict((conflict) => conflict.columns(['workspace', 'period']).doNothing())
        .executeTakeFirst();
      if (inserted.numInsertedOrUpdatedRows !== 1n) return undefined;
      await recordEvents(trx, workspace, clock, { at: now, receivedAt: now, agreement: agreement.version }, [
        { kind: 'digest', data: { period: ended.name } },
      ]);
      return ended.name;
    });
    if (name !== undefined) made.push(name);
  }
  return made;
}
