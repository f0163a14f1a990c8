import { type Expression, type SqlBool, sql } from 'kysely';
import type { WireQueueItem } from '../../../lib/contract/routes/leads.ts';
import type { Agreement } from '../../../lib/funnel/agreement.ts';
import { businessCalendar } from '../../../lib/funnel/calendar.ts';
import { type Clock, clockOf, escalationOf } from '../../../lib/funnel/clock.ts';
import type { Lead } from '../../../lib/funnel/lead.ts';
import { reasonOf } from '../../../lib/funnel/reasons.ts';
import { isAwake } from '../../../lib/funnel/wake.ts';
import { readLeads } from '../../store/leads.ts';
import type { Caller } from '../common.ts';
import { whoOf } from '../who.ts';

/** What of the queue is a lead: what is owed, what nobody answered, what wakes. */

/** Leads that wake within so many days are shown before they do. */
const wakesWithinDays = 7;

interface Found {
  lead: Lead;
  clock: Clock;
  item: Pick<WireQueueItem, 'lead' | 'person' | 'stage' | 'clock' | 'dueAt' | 'returned' | 'holder' | 'team' | 'why'>;
}

/** Leads that fit, those due first in front, with what every kind of item shows of them. */
async function find({ trx, workspace, receivedAt }: Caller, terms: Agreement, limit: number, which: Expression<SqlBool>): Promise<Found[]> {
  const rows = await trx
    .selectFrom('lead as l')
    .innerJoin('person as p', (join) => join.onRef('p.workspace', '=', 'l.workspace').onRef('p.id', '=', 'l.id'))
    .leftJoin('handoff as h', (join) => join.onRef('h.workspace', '=', 'l.workspace').onRef('h.id', '=', 'l.handoff'))
    .leftJoin('app_user as u', (join) => join.onRef('u.workspace', '=', 'l.workspace').onRef('u.id', '=', 'l.owes'))
    .leftJoin('team as t', (join) =>
      join.onRef('t.workspace', '=', 'l.workspace').on((eb) => eb('t.id', '=', eb.fn.coalesce('u.team', 'h.team'))),
    )
    .where('l.workspace', '=', workspace)
    .where(which)
    .select(['l.id', 'p.name', 'p.title', 'p.company', 'u.name as holder', 't.name as team'])
    .orderBy('l.due_at', (by) => by.asc().nullsLast())
    .orderBy('l.id')
    .limit(limit)
    .execute();
  const leads = await readLeads(
    trx,
    workspace,
    rows.map(({ id }) => id),
  );
  return rows.flatMap((row) => {
    const lead = leads.get(row.id);
    if (!lead) return [];
    const clock = clockOf(lead, terms, receivedAt);
    const why = lead.handoff?.why[0];
    const item = {
      lead: lead.id,
      person: whoOf(row),
      stage: lead.stage,
      clock,
      ...(clock.dueAt !== undefined && { dueAt: clock.dueAt }),
      ...(lead.returned.times > 0 && { returned: lead.returned.times }),
      ...(row.holder !== null && { holder: row.holder }),
      ...(row.team !== null && { team: row.team }),
      ...(why !== undefined && { why }),
    };
    return [{ lead, clock, item }];
  });
}

const isOpen = (lead: Lead): boolean => lead.handoff?.state === 'waiting' || lead.handoff?.state === 'accepted';

/** What the caller owes an answer for, and what waits in the pool of the caller's team. */
export async function owed(call: Caller, terms: Agreement, limit: number): Promise<WireQueueItem[]> {
  const { workspace, user } = call;
  const found = await find(
    call,
    terms,
    limit,
    sql<boolean>`l.stage in ('mql', 'sal') and (
      l.owes = ${user.id}::uuid
      or l.owes is null and (h.team is null or h.team = (select team from app_user where workspace = ${workspace}::uuid and id = ${user.id}::uuid)))`,
  );
  return found.map(({ lead, item }) => ({ kind: isOpen(lead) ? 'handoff' : 'own', ...item }));
}

/** Marketing sees what nobody answered when the grace is over, a manager as soon as it is late. */
export async function unanswered(call: Caller, terms: Agreement, limit: number): Promise<WireQueueItem[]> {
  const { user, workspace, receivedAt } = call;
  const late = user.role === 'manager' ? sql`l.due_at` : sql`l.grace_at`;
  // A manager with a team is shown that team's; their own stand among the hand-offs.
  const whose =
    user.role === 'manager'
      ? sql<boolean>`l.owes is distinct from ${user.id}::uuid and l.owes is not null and (
          select m.team is null or m.team is not distinct from u.team from app_user m where m.workspace = ${workspace}::uuid and m.id = ${user.id}::uuid)`
      : sql<boolean>`true`;
  const found = await find(
    call,
    terms,
    limit,
    sql<boolean>`l.stage in ('mql', 'sal') and ${late} <= ${receivedAt}::timestamptz and ${whose}`,
  );
  return found.filter(({ lead }) => escalationOf(lead, terms, receivedAt) !== 'none').map(({ item }) => ({ kind: 'breach', ...item }));
}

/** Recycled leads that are awake, or will be within a week. */
export async function waking(call: Caller, terms: Agreement, limit: number): Promise<WireQueueItem[]> {
  const { receivedAt } = call;
  const calendar = businessCalendar(terms.calendar);
  const horizon = calendar.dayOf(Date.parse(receivedAt) + wakesWithinDays * 86_400_000);
  const found = await find(
    call,
    terms,
    limit,
    sql<boolean>`l.stage = 'recycled' and not l.wakes_on_strong_touch and (l.wakes_on is null or l.wakes_on <= ${horizon}::date)`,
  );
  return found.map(({ lead, clock, item }) => {
    const reason = lead.returned.last?.reason;
    const awake = isAwake(lead, terms, receivedAt);
    const dueAt = clock.dueAt ?? lead.clockFrom;
    return {
      kind: awake && reason !== undefined && reasonOf(terms, reason)?.wake === 'at_once' ? 'at_once' : 'waking',
      ...item,
      ...(dueAt !== undefined && { dueAt }),
      ...(reason !== undefined && { reason }),
      ...(!awake && lead.wakesOn !== undefined && { wakesOn: lead.wakesOn }),
    };
  });
}
