import { type Expression, type SqlBool, sql } from 'kysely';
import { queue as route, type WireQueueItem } from '../../lib/contract/routes/leads.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import { type Clock, clockOf, escalationOf } from '../../lib/funnel/clock.ts';
import type { Lead } from '../../lib/funnel/lead.ts';
import { reasonOf } from '../../lib/funnel/reasons.ts';
import { isAwake } from '../../lib/funnel/wake.ts';
import type { Role } from '../../lib/funnel/words.ts';
import type { App } from '../http/app.ts';
import { findAgreement } from '../store/agreements.ts';
import { readLeads } from '../store/leads.ts';
import type { Caller } from './common.ts';
import { answerDue } from './feedback.ts';

type Kind = WireQueueItem['kind'];

/** What each role sees; the order is that of deadlines, whatever the kind. */
const kindsOf: Record<Role, readonly Kind[]> = {
  rep: ['handoff', 'own', 'reply', 'digest'],
  marketer: ['feedback', 'waking', 'at_once', 'breach', 'agreement', 'digest'],
  manager: ['handoff', 'own', 'breach', 'agreement', 'reply', 'digest'],
  admin: ['rejects', 'digest'],
};
/** How long an answer to feedback, and a report that is out, is news. */
const newsDays = { reply: 7, digest: 14 } as const;
/** Leads that wake within so many days are shown before they do. */
const wakesWithinDays = 7;

export function routes(app: App): void {
  app.handle(route, async (call) => {
    const { query, user, receivedAt, trx, workspace } = call;
    const kinds = kindsOf[user.role].filter((kind) => query.state === undefined || query.state === kind);
    const wants = (...some: Kind[]): boolean => some.some((kind) => kinds.includes(kind));
    const terms = await findAgreement(trx, workspace);
    const lists = [
      terms && wants('handoff', 'own') ? owed(call, terms, query.limit) : [],
      terms && wants('breach') ? unanswered(call, terms, query.limit) : [],
      terms && wants('waking', 'at_once') ? waking(call, terms, query.limit) : [],
      wants('feedback') ? unansweredFeedback(call, terms, query.limit) : [],
      wants('agreement') ? toSign(call) : [],
      wants('rejects') ? rejects(call) : [],
      wants('reply') ? replies(call, query.limit) : [],
      wants('digest') ? unseenDigests(call) : [],
    ];
    const items = (await Promise.all(lists)).flat().filter(({ kind }) => kinds.includes(kind));
    return { items: items.sort(byDeadline).slice(0, query.limit), asOf: receivedAt };
  });
}

const isNews = ({ kind }: WireQueueItem): boolean => kind === 'reply' || kind === 'digest';
const byDeadline = (a: WireQueueItem, b: WireQueueItem): number =>
  Number(isNews(a)) - Number(isNews(b)) ||
  (a.dueAt ? Date.parse(a.dueAt) : Number.POSITIVE_INFINITY) - (b.dueAt ? Date.parse(b.dueAt) : Number.POSITIVE_INFINITY) ||
  0;

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
      person: {
        name: row.name,
        ...(row.title !== null && { title: row.title }),
        ...(row.company !== null && { company: row.company }),
      },
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
async function owed(call: Caller, terms: Agreement, limit: number): Promise<WireQueueItem[]> {
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
async function unanswered(call: Caller, terms: Agreement, limit: number): Promise<WireQueueItem[]> {
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
async function waking(call: Caller, terms: Agreement, limit: number): Promise<WireQueueItem[]> {
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

async function unansweredFeedback({ trx, workspace }: Caller, terms: Agreement | undefined, limit: number): Promise<WireQueueItem[]> {
  const rows = await trx
    .selectFrom('feedback as f')
    .innerJoin('person as p', (join) => join.onRef('p.workspace', '=', 'f.workspace').onRef('p.id', '=', 'f.person'))
    .innerJoin('lead as l', (join) => join.onRef('l.workspace', '=', 'f.workspace').onRef('l.id', '=', 'f.person'))
    .innerJoin('app_user as u', (join) => join.onRef('u.workspace', '=', 'f.workspace').onRef('u.id', '=', 'f.by_user'))
    .leftJoin('campaign as c', (join) => join.onRef('c.workspace', '=', 'f.workspace').onRef('c.id', '=', 'f.campaign'))
    .where('f.workspace', '=', workspace)
    .where('f.replied', 'is', null)
    .select(['f.id', 'f.kind', 'f.verdict', 'f.reasons', 'f.note', 'f.at', 'f.person', 'u.name as by', 'c.name as campaign'])
    .select(['p.name', 'p.title', 'p.company', 'l.stage'])
    .orderBy('f.at')
    .orderBy('f.id')
    .limit(limit)
    .execute();
  return rows.map((row) => {
    const dueAt = terms && answerDue(terms, row.at);
    return {
      kind: 'feedback',
      lead: row.person,
      person: {
        name: row.name,
        ...(row.title !== null && { title: row.title }),
        ...(row.company !== null && { company: row.company }),
      },
      stage: row.stage,
      ...(dueAt !== undefined && { dueAt }),
      feedback: {
        id: row.id,
        kind: row.kind,
        ...(row.verdict !== null && { verdict: row.verdict }),
        reasons: row.reasons,
        ...(row.note !== null && { note: row.note }),
        by: row.by,
        at: row.at,
        ...(row.campaign !== null && { campaign: row.campaign }),
      },
    };
  });
}

/** A proposed agreement that the caller's team has not signed. */
async function toSign({ trx, workspace, user }: Caller): Promise<WireQueueItem[]> {
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

async function rejects({ trx, workspace, receivedAt }: Caller): Promise<WireQueueItem[]> {
  const since = new Date(Date.parse(receivedAt) - 7 * 86_400_000).toISOString();
  const row = await trx
    .selectFrom('ingest_reject')
    .where('workspace', '=', workspace)
    .where('at', '>=', since)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirst();
  const count = Number(row?.count ?? 0);
  return count > 0 ? [{ kind: 'rejects', count }] : [];
}

const daysBefore = (at: string, days: number): string => new Date(Date.parse(at) - days * 86_400_000).toISOString();

/** What marketing answered last to feedback of the caller. */
async function replies({ trx, workspace, user, receivedAt }: Caller, limit: number): Promise<WireQueueItem[]> {
  const rows = await trx
    .selectFrom('feedback as f')
    .innerJoin('person as p', (join) => join.onRef('p.workspace', '=', 'f.workspace').onRef('p.id', '=', 'f.person'))
    .innerJoin('lead as l', (join) => join.onRef('l.workspace', '=', 'f.workspace').onRef('l.id', '=', 'f.person'))
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('feedback_reply as r')
          .innerJoin('app_user as u', (join) => join.onRef('u.workspace', '=', 'r.workspace').onRef('u.id', '=', 'r.by_user'))
          .whereRef('r.workspace', '=', 'f.workspace')
          .whereRef('r.feedback', '=', 'f.id')
          .select(['r.state', 'r.note as answer', 'r.at as answered_at', 'u.name as answered_by'])
          .orderBy('r.at', 'desc')
          .orderBy('r.id', 'desc')
          .limit(1)
          .as('r'),
      (join) => join.onTrue(),
    )
    .leftJoin('campaign as c', (join) => join.onRef('c.workspace', '=', 'f.workspace').onRef('c.id', '=', 'f.campaign'))
    .where('f.workspace', '=', workspace)
    .where('f.by_user', '=', user.id)
    .where('r.answered_at', '>=', daysBefore(receivedAt, newsDays.reply))
    .select(['f.id', 'f.kind', 'f.verdict', 'f.reasons', 'f.note', 'f.at', 'f.person', 'c.name as campaign'])
    .select(['p.name', 'p.title', 'p.company', 'l.stage', 'r.state', 'r.answer', 'r.answered_at', 'r.answered_by'])
    .orderBy('r.answered_at', 'desc')
    .orderBy('f.id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    kind: 'reply',
    lead: row.person,
    person: {
      name: row.name,
      ...(row.title !== null && { title: row.title }),
      ...(row.company !== null && { company: row.company }),
    },
    stage: row.stage,
    feedback: {
      id: row.id,
      kind: row.kind,
      ...(row.verdict !== null && { verdict: row.verdict }),
      reasons: row.reasons,
      ...(row.note !== null && { note: row.note }),
      by: user.name,
      at: row.at,
      ...(row.campaign !== null && { campaign: row.campaign }),
    },
    reply: { state: row.state, ...(row.answer !== null && { note: row.answer }), by: row.answered_by, at: row.answered_at },
  }));
}

/** Reports that came out and that the caller has not opened; of each length only the newest. */
async function unseenDigests({ trx, workspace, user, receivedAt }: Caller): Promise<WireQueueItem[]> {
  const rows = await trx
    .selectFrom('digest as d')
    .where('d.workspace', '=', workspace)
    .where('d.frozen_at', '>=', daysBefore(receivedAt, newsDays.digest))
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
