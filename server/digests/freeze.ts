import { businessCalendar } from '../../lib/funnel/calendar.ts';
import { type Grain, grains, type Period, periodOf } from '../../lib/funnel/periods.ts';
import { agreementInForce, findAgreement } from '../store/agreements.ts';
import type { Store, Trx } from '../store/db.ts';
import { recordEvents } from '../store/history.ts';
import type { By } from '../store/tables.ts';
import { compose } from './compose.ts';

const clock: By = { kind: 'rule', id: 'clock', name: 'Baton' };

/** Periods of one length that are made up for after the server was away: a quarter of weeks. */
const mostMissed = 13;

export interface Freezing {
  /** Only those lengths. */
  of?: readonly Grain[];
  /** What has to happen along with a report that is news: of those that were made up for, the newest of each length. In the transaction that freezes it. */
  news?: (trx: Trx, period: string) => Promise<void>;
}

/**
 * Freezes the report of each week, month and quarter that ended and has none. Repeating does nothing. A workspace begins
 * with the period that ended last; from then on none is left out, however long the server was away: what it missed is
 * frozen as it stands now. Answers the names of those that were made, the oldest of a length first; none before both
 * teams have agreed on a calendar.
 */
export async function freezeEnded(store: Store, workspace: string, now: string, { of = grains, news }: Freezing = {}): Promise<string[]> {
  const made: string[] = [];
  for (const grain of of) {
    const missed = await store.inWorkspace(workspace, (trx) => missing(trx, workspace, grain, now));
    for (const period of missed) {
      const frozen = await store.inWorkspace(workspace, async (trx) => {
        const first = await freeze(trx, workspace, period, now);
        if (first && period === missed.at(-1)) await news?.(trx, period.name);
        return first;
      });
      if (frozen) made.push(period.name);
    }
  }
  return made;
}

/** The ended periods of one length without a report, oldest first. */
async function missing(trx: Trx, workspace: string, grain: Grain, now: string): Promise<Period[]> {
  const agreement = await findAgreement(trx, workspace);
  if (!agreement) return [];
  const { calendar } = agreement;
  const today = businessCalendar(calendar).dayOf(Date.parse(now));
  const before = ({ from }: Period) => periodOf(Temporal.PlainDate.from(from).subtract({ days: 1 }).toString(), grain, calendar);
  const newest = await trx
    .selectFrom('digest')
    .select(({ fn }) => fn.max('to_day').as('day'))
    .where('workspace', '=', workspace)
    .where('grain', '=', grain)
    .executeTakeFirst();
  const ended: Period[] = [];
  for (let period = before(periodOf(today, grain, calendar)); ended.length < mostMissed; period = before(period)) {
    if (newest?.day && period.to <= newest.day) break;
    ended.unshift(period);
    if (!newest?.day) break;
  }
  return ended;
}

async function freeze(trx: Trx, workspace: string, period: Period, now: string): Promise<boolean> {
  const agreement = await agreementInForce(trx, workspace);
  const body = await compose({ trx, workspace, agreement, asOf: now }, period);
  const inserted = await trx
    .insertInto('digest')
    .values({
      workspace,
      period: period.name,
      grain: period.grain,
      from_day: period.from,
      to_day: period.to,
      frozen_at: now,
      body: JSON.stringify(body),
    })
    .onConflict((conflict) => conflict.columns(['workspace', 'period']).doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows !== 1n) return false;
  await recordEvents(trx, workspace, clock, { at: now, receivedAt: now, agreement: agreement.version }, [
    { kind: 'digest', data: { period: period.name } },
  ]);
  return true;
}
