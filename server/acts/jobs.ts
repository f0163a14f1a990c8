import { sql } from 'kysely';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import { escalationOf } from '../../lib/funnel/clock.ts';
import { backToPool } from '../../lib/funnel/decide.ts';
import { wakeByDate } from '../../lib/funnel/wake.ts';
import type { App } from '../http/app.ts';
import { handOverByRules } from '../rules/run.ts';
import { findAgreement } from '../store/agreements.ts';
import type { Store } from '../store/db.ts';
import { readLeads, saveLead } from '../store/leads.ts';
import type { By } from '../store/tables.ts';

/**
 * What the clock does by itself. That a hand-off is late, and that marketing sees it after the grace, follows from its
 * deadlines; only going back to the pool and waking change a lead. Each runs as often as it likes: what it finds
 * is looked at again under lock.
 */
const clock: By = { kind: 'rule', id: 'clock', name: 'Baton' };
/** Leads changed in one transaction, so that nobody waits long for a lock. */
const batch = 100;

/** Gives hand-offs that nobody answered back to the team. Answers how many. */
export async function poolUnanswered(store: Store, workspace: string, now: string): Promise<number> {
  let done = 0;
  for (let after = zero; ; ) {
    const step = await store.inWorkspace(workspace, async (trx) => {
      const terms = await findAgreement(trx, workspace);
      if (!terms) return { last: undefined, done: 0 };
      const rows = await trx
        .selectFrom('lead')
        .select('id')
        .where('workspace', '=', workspace)
        .where('stage', 'in', ['mql', 'sal'])
        .where('pool_at', '<=', now)
        .where('pooled_at', 'is', null)
        .where('owes', 'is not', null)
        .where('id', '>', after)
        .orderBy('id')
        .limit(batch)
        .execute();
      let changed = 0;
      const ids = rows.map(({ id }) => id);
      for (const lead of (await readLeads(trx, workspace, ids, { lock: true })).values()) {
        if (escalationOf(lead, terms, now) !== 'pool') continue;
        await saveLead(trx, workspace, lead, backToPool(lead, now), {
          by: clock,
          terms,
          at: now,
          receivedAt: now,
          agreement: terms.version,
        });
        changed++;
      }
      return { last: ids.at(-1), done: changed };
    });
    done += step.done;
    if (step.last === undefined) return done;
    after = step.last;
  }
}

/** Wakes recycled leads whose date has come. Answers how many. */
export async function wakeDue(store: Store, workspace: string, now: string): Promise<number> {
  let done = 0;
  for (let after = zero; ; ) {
    const step = await store.inWorkspace(workspace, async (trx) => {
      const terms = await findAgreement(trx, workspace);
      if (!terms) return { last: undefined, done: 0 };
      const today = businessCalendar(terms.calendar).dayOf(Date.parse(now));
      const rows = await trx
        .selectFrom('lead')
        .select('id')
        .where('workspace', '=', workspace)
        .where('stage', '=', 'recycled')
        .where(sql<boolean>`wakes_on <= ${today}::date`)
        .where('id', '>', after)
        .orderBy('id')
        .limit(batch)
        .execute();
      let changed = 0;
      const awake: string[] = [];
      const ids = rows.map(({ id }) => id);
      for (const lead of (await readLeads(trx, workspace, ids, { lock: true })).values()) {
        const woken = wakeByDate(lead, terms, now);
        if (!woken) continue;
        await saveLead(trx, workspace, lead, woken, { by: clock, terms, at: now, receivedAt: now, agreement: terms.version });
        awake.push(lead.id);
        changed++;
      }
      // What they did while they slept may be enough for a rule now.
      await handOverByRules(trx, workspace, awake, terms, now);
      return { last: ids.at(-1), done: changed };
    });
    done += step.done;
    if (step.last === undefined) return done;
    after = step.last;
  }
}

const zero = '00000000-0000-0000-0000-000000000000';

export function routes({ jobs, now }: App): void {
  const at = (): string => new Date(now()).toISOString();
  jobs.work('clock', async ({ workspace, store }) => void (await poolUnanswered(store, workspace, at())));
  jobs.every('* * * * *', 'clock');
  jobs.work('wake', async ({ workspace, store }) => void (await wakeDue(store, workspace, at())));
  jobs.every('*/5 * * * *', 'wake');
}
