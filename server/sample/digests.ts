import { businessCalendar } from '../../lib/funnel/calendar.ts';
import type { Actor } from '../../lib/funnel/lead.ts';
import { type Grain, grains, periodOf } from '../../lib/funnel/periods.ts';
import { freezeEnded } from '../digests/freeze.ts';
import { findAgreement } from '../store/agreements.ts';
import type { Store } from '../store/db.ts';
import { hour, iso } from './times.ts';

/** How many periods back the clock of the sample company has frozen reports. */
const back: Record<Grain, number> = { week: 8, month: 2, quarter: 1 };

/** What both teams said of the newest of each; the week before is read by everybody, the newest by marketing alone. */
const said: Record<Grain, { marketing: string; sales: string }> = {
  week: {
    marketing: 'The benchmark goes out once more next week. Leads from it now come with a role, as you asked.',
    sales: 'Who had read the benchmark knew what they wanted. From paid search came two students.',
  },
  month: {
    marketing: 'We moved a fifth of the trade fair’s budget to content. It shows in two months at the earliest.',
    sales: 'We answered late in the second week: three of us were ill. It will not happen twice.',
  },
  quarter: {
    marketing: 'Content and search began most of what you won. Please keep telling us which article they quote.',
    sales: 'More leads than we agreed on, and better ones. We still need the size of the company with each.',
  },
};

/**
 * The reports of past weeks, months and quarters, frozen by the same code as the clock's, each as it stood on the
 * morning after; with what both teams said of the newest ones, and who has read them.
 */
export async function freezePast(store: Store, workspace: string, now: number, actors: ReadonlyMap<string, Actor>): Promise<void> {
  const agreement = await store.inWorkspace(workspace, (trx) => findAgreement(trx, workspace));
  if (!agreement) return;
  const { dayOf } = businessCalendar(agreement.calendar);
  const newest = new Map<Grain, string[]>();
  const mornings: { at: number; grain: Grain }[] = [];
  for (const grain of grains) {
    let from = periodOf(dayOf(now), grain, agreement.calendar).from;
    const names: string[] = [];
    for (let count = 0; count < back[grain]; count++) {
      mornings.push({ at: Date.parse(`${from}T07:00:00Z`), grain });
      const before = periodOf(Temporal.PlainDate.from(from).subtract({ days: 1 }).toString(), grain, agreement.calendar);
      names.push(before.name);
      from = before.from;
    }
    newest.set(grain, names);
  }
  mornings.sort((a, b) => a.at - b.at);
  for (const { at, grain } of mornings) if (at < now) await freezeEnded(store, workspace, iso(at), { of: [grain] });

  const user = (key: string) => actors.get(key)!.id;
  const readers = ['rep', 'ana', 'marketer', 'manager'].map(user);
  await store.inWorkspace(workspace, async (trx) => {
    const frozen = await trx.selectFrom('digest').select(['period', 'grain', 'frozen_at']).where('workspace', '=', workspace).execute();
    for (const { period, grain, frozen_at } of frozen) {
      const later = (hours: number) => iso(Math.min(now, Date.parse(frozen_at) + hours * hour));
      const [first, second] = newest.get(grain)!;
      if (period === first)
        await trx
          .insertInto('digest_comment')
          .values([
            { workspace, period, team: 'marketing', text: said[grain].marketing, by_user: user('marketer'), at: later(2) },
            { workspace, period, team: 'sales', text: said[grain].sales, by_user: user('manager'), at: later(3) },
          ])
          .execute();
      const seenBy =
        period === first && grain === 'week' ? [user('marketer'), user('manager')] : period === second || period === first ? readers : [];
      if (seenBy.length)
        await trx
          .insertInto('digest_seen')
          .values(seenBy.map((by_user) => ({ workspace, period, by_user, at: later(4) })))
          .execute();
    }
  });
}
