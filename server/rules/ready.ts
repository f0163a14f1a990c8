import { type RawBuilder, sql } from 'kysely';
import { type ReadyLead, readyLeads } from '../../lib/contract/routes/ready.ts';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import { isAwake } from '../../lib/funnel/wake.ts';
import { whyNow } from '../../lib/funnel/why.ts';
import type { App } from '../http/app.ts';
import { invalidAt } from '../http/problem.ts';
import { findAgreement } from '../store/agreements.ts';
import { readLeads } from '../store/leads.ts';
import { activeTouches, peopleKnown } from './known.ts';

const dayMs = 86_400_000;
const activeDays = 30;

/** Leads for the list from which marketing hands over several at once. */
export function routes(app: App): void {
  app.handle(readyLeads, async ({ trx, workspace, query, receivedAt }) => {
    const { of, campaign, segment, limit } = query;
    const inSegment =
      segment === undefined
        ? sql``
        : sql`and exists (select from person s where s.workspace = l.workspace and s.id = l.id and s.segment = ${segment})`;
    if (of === 'campaign' && campaign === undefined) throw invalidAt('/campaign', 'no-campaign-named');
    const terms = await findAgreement(trx, workspace);
    const since = new Date(Date.parse(receivedAt) - activeDays * dayMs).toISOString();
    const today = terms ? businessCalendar(terms.calendar).dayOf(Date.parse(receivedAt)) : receivedAt.slice(0, 10);
    const which: Record<typeof of, RawBuilder<{ id: string; at: string | null }>> = {
      waking: sql`
        select l.id, l.clock_from as at from lead l
        where l.workspace = ${workspace}::uuid and l.stage = 'recycled' and not l.wakes_on_strong_touch
          and (l.wakes_on is null or l.wakes_on <= ${today}::date) ${inSegment}
        order by l.clock_from desc nulls last, l.id limit ${limit + 1}`,
      active: sql`
        select l.id, t.at from lead l
        cross join lateral (
          select t.at from touch t where t.workspace = l.workspace and t.person = l.id and t.active and t.at > ${since}::timestamptz
          order by t.at desc limit 1) t
        where l.workspace = ${workspace}::uuid and l.stage in ('subscriber', 'lead') ${inSegment}
        order by t.at desc, l.id limit ${limit + 1}`,
      campaign: sql`
        select l.id, p.last_at as at from person_campaign p
        join lead l on l.workspace = p.workspace and l.id = p.person and l.stage in ('subscriber', 'lead', 'recycled')
        where p.workspace = ${workspace}::uuid and p.campaign = ${campaign ?? null}::uuid and p.active > 0 ${inSegment}
        order by p.last_at desc, l.id limit ${limit + 1}`,
    };
    const { rows } = await which[of].execute(trx);
    const ids = rows.slice(0, limit).map(({ id }) => id);
    const [leads, known, touches] = [
      await readLeads(trx, workspace, ids),
      await peopleKnown(trx, workspace, ids),
      await activeTouches(trx, workspace, ids, since),
    ];
    const items = ids.flatMap((id): ReadyLead[] => {
      const [lead, who, own] = [leads.get(id), known.get(id), touches.get(id) ?? []];
      if (!lead || !who) return [];
      const { name, title, company } = who;
      const asleep = lead.stage === 'recycled' && terms !== undefined && !isAwake(lead, terms, receivedAt);
      return [
        {
          lead: id,
          person: { name, ...(title !== undefined && { title }), ...(company !== undefined && { company }) },
          stage: lead.stage,
          touches: own.length,
          ...(own[0] && { lastAt: own[0].at }),
          why: whyNow(own),
          returned: lead.returned,
          ...(asleep && lead.wakesOn !== undefined && { wakesOn: lead.wakesOn }),
          ...(asleep && lead.wakesOnStrongTouch && { wakesOnStrongTouch: true }),
        },
      ];
    });
    return { items, more: rows.length > limit };
  });
}
