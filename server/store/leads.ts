import { type Insertable, sql } from 'kysely';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { deadlines, holderOf, iso } from '../../lib/funnel/clock.ts';
import type { Applied, Lead } from '../../lib/funnel/lead.ts';
import type { Stage } from '../../lib/funnel/words.ts';
import { recordChange } from './change.ts';
import type { Trx } from './db.ts';
import { type EventRow, eventRows, insertEvents, type When } from './history.ts';
import { newId } from './id.ts';
import type { By, Tables } from './tables.ts';

/** Leads between their rows and the rules. */

/**
 * Leads as the rules see them, by id; unknown ids are absent.
 * @param lock keeps others from changing them until the transaction ends
 */
export async function readLeads(
  trx: Trx,
  workspace: string,
  ids: readonly string[],
  { lock = false }: { lock?: boolean } = {},
): Promise<Map<string, Lead>> {
  if (ids.length === 0) return new Map();
  let query = trx
    .selectFrom('lead as l')
    .leftJoin('handoff as h', (join) => join.onRef('h.workspace', '=', 'l.workspace').onRef('h.id', '=', 'l.handoff'))
    .where('l.workspace', '=', workspace)
    .where('l.id', 'in', [...ids])
    .select([
      'l.id',
      'l.stage',
      'l.since',
      'l.origin',
      'l.owner',
      'l.clock_from',
      'l.pooled_at',
      'l.pause',
      'l.paused',
      'l.attempts',
      'l.intent',
      'l.wakes_on',
      'l.wakes_on_strong_touch',
      'l.returned_times',
      'l.returned_last',
      'l.funnel_version',
      'h.id as handoff_id',
      'h.state',
      'h.holder',
      'h.opened_at',
      'h.criteria',
      'h.why',
      'h.acted_here',
    ])
    // Locks are taken in the order of ids, so that two who want the same leads do not block each other.
    .orderBy('l.id');
  if (lock) query = query.forNoKeyUpdate('l');
  const rows = await query.execute();
  return new Map(rows.map((row) => [row.id, toLead(row)]));
}

/** What `readLeads` reads of a lead and its hand-off. */
export interface LeadRow {
  id: string;
  stage: Stage;
  since: string;
  origin: Lead['origin'];
  owner: string | null;
  clock_from: string | null;
  pooled_at: string | null;
  pause: Lead['pause'] | null;
  paused: Lead['paused'];
  attempts: number;
  intent: Lead['intent'];
  wakes_on: string | null;
  wakes_on_strong_touch: boolean;
  returned_times: number;
  returned_last: NonNullable<Lead['returned']['last']> | null;
  funnel_version: number;
  handoff_id: string | null;
  state: NonNullable<Lead['handoff']>['state'] | null;
  holder: string | null;
  opened_at: string | null;
  criteria: string[] | null;
  why: string[] | null;
  acted_here: boolean | null;
}

export function toLead(row: LeadRow): Lead {
  const lead: Lead = {
    id: row.id,
    stage: row.stage,
    since: row.since,
    origin: row.origin,
    paused: row.paused,
    attempts: row.attempts,
    intent: row.intent,
    returned: { times: row.returned_times, ...(row.returned_last && { last: row.returned_last }) },
    funnelVersion: row.funnel_version,
  };
  if (row.owner !== null) lead.owner = row.owner;
  if (row.clock_from !== null) lead.clockFrom = row.clock_from;
  if (row.pooled_at !== null) lead.pooledAt = row.pooled_at;
  if (row.pause) lead.pause = row.pause;
  if (row.wakes_on !== null) lead.wakesOn = row.wakes_on;
  if (row.wakes_on_strong_touch) lead.wakesOnStrongTouch = true;
  if (row.handoff_id !== null)
    lead.handoff = {
      id: row.handoff_id,
      state: row.state!,
      openedAt: row.opened_at!,
      criteria: row.criteria ?? [],
      why: row.why ?? [],
      ...(row.holder !== null && { holder: row.holder }),
      ...(row.acted_here && { actedHere: true }),
    };
  return lead;
}

export interface SaveContext extends When {
  by: By;
  /** The agreement in force: its times make the deadlines. */
  terms: Agreement;
  /** Criteria met, where the act names them (hand over, qualify). */
  criteria?: readonly string[];
  /** Whose pool a hand-off that nobody holds stands in. */
  team?: string;
  /** Of a stage that a source told: the same row twice is one change. */
  source?: string;
  sourceId?: string;
  /** Takes the history, to be written with that of other leads in the same transaction. */
  later?: History;
}

/**
 * Writes what the rules made of a lead: its row, its hand-off, its history, its place in the change feed.
 * The person must exist. `before` is the lead as it was read under lock; absent for a new one.
 */
export async function saveLead(
  trx: Trx,
  workspace: string,
  before: Lead | undefined,
  applied: Applied,
  context: SaveContext,
): Promise<void> {
  const { lead, events } = applied;
  const { by, terms, criteria, team: _team, source, sourceId, later, ...when } = context;
  const amount = events.findLast((event) => event.kind === 'opportunity' && event.amount);
  const row = {
    origin: lead.origin,
    stage: lead.stage,
    since: lead.since,
    owner: lead.owner ?? null,
    handoff: lead.handoff?.id ?? null,
    intent: lead.intent,
    clock_from: lead.clockFrom ?? null,
    pooled_at: lead.pooledAt ?? null,
    pause: lead.pause ? JSON.stringify(lead.pause) : null,
    paused: JSON.stringify(lead.paused),
    attempts: lead.attempts,
    wakes_on: lead.wakesOn ?? null,
    wakes_on_strong_touch: lead.wakesOnStrongTouch ?? false,
    returned_times: lead.returned.times,
    returned_last: lead.returned.last ? JSON.stringify(lead.returned.last) : null,
    funnel_version: lead.funnelVersion,
    ...deadlineColumns(lead, terms),
    ...(criteria && { criteria: [...criteria] }),
    ...(amount?.kind === 'opportunity' &&
      amount.amount && { amount_value: amount.amount.value, amount_currency: amount.amount.currency, amount_deals: null }),
  };
  const entered = events.flatMap((event) => (event.kind === 'stage' ? [event.to] : []));
  if (before === undefined) {
    await trx
      .insertInto('lead')
      .values({ workspace, id: lead.id, ...row, passed: [...new Set(entered)] })
      .execute();
  } else {
    await trx
      .updateTable('lead')
      .set(row)
      .$if(entered.length > 0, (query) =>
        query.set({ passed: sql<Stage[]>`passed || array(select s from unnest(${entered}::text[]) as s where s <> all (passed))` }),
      )
      .where('workspace', '=', workspace)
      .where('id', '=', lead.id)
      .execute();
  }
  // After the lead, which may be new: a hand-off belongs to one.
  if (lead.handoff) await saveHandoff(trx, workspace, lead, applied, context);

  const changes = events.flatMap((event) => (event.kind === 'stage' ? [event] : []));
  const written: History = {
    leads: [lead.id],
    stages: changes.map((event, i) => ({
      workspace,
      id: newId(),
      person: lead.id,
      from_stage: event.from ?? null,
      to_stage: event.to,
      reason: event.reason ?? null,
      note: event.note ?? null,
      by_kind: by.kind,
      by_id: by.id,
      by_name: by.name ?? null,
      handoff: lead.handoff?.id ?? null,
      agreement: when.agreement ?? null,
      at: when.at,
      acted_at: when.actedAt ?? null,
      received_at: when.receivedAt,
      // One row of a source may pass several stages; its own id belongs to the last of them.
      source: source ?? null,
      source_id: i === changes.length - 1 ? (sourceId ?? null) : null,
    })),
    events: eventRows(
      workspace,
      by,
      when,
      events.map(({ kind, ...data }) => ({ person: lead.id, kind, data })),
    ),
  };
  if (later) {
    later.leads.push(...written.leads);
    later.stages.push(...written.stages);
    later.events.push(...written.events);
  } else await writeHistory(trx, workspace, written);
}

/** What is written of leads beside their rows: stages, events, and that their cards changed. */
export interface History {
  leads: string[];
  stages: Insertable<Tables['stage_change']>[];
  events: EventRow[];
  /** Settles when what was taken out before is written. */
  writing?: Promise<void>;
}
export const noHistory = (): History => ({ leads: [], stages: [], events: [] });
/** Rows of one statement, which takes 65,535 values. */
const statementRows = 1000;

/** Writes it, and empties it: what is added meanwhile is for the next time. Whoever comes second waits for the first. */
export function writeHistory(trx: Trx, workspace: string, history: History): Promise<void> {
  const before = history.writing;
  const write = async (): Promise<void> => {
    await before;
    const leads = history.leads.splice(0);
    const stages = history.stages.splice(0);
    const events = history.events.splice(0);
    for (let i = 0; i < stages.length; i += statementRows)
      await trx
        .insertInto('stage_change')
        .values(stages.slice(i, i + statementRows))
        .execute();
    for (let i = 0; i < events.length; i += statementRows) await insertEvents(trx, events.slice(i, i + statementRows));
    await recordChange(trx, workspace, leads);
  };
  history.writing = write();
  return history.writing;
}

async function saveHandoff(
  trx: Trx,
  workspace: string,
  lead: Lead,
  { events }: Applied,
  { by, terms, team, later: _, ...when }: SaveContext,
): Promise<void> {
  const handoff = lead.handoff!;
  const moved = events.findLast((event) => event.kind === 'handoff' && event.id === handoff.id);
  const reason = events.findLast((event) => event.kind === 'stage' && event.reason !== undefined);
  const ended = handoff.state === 'returned' || handoff.state === 'qualified';
  const line = ended ? undefined : deadlines(lead, terms);
  const row = {
    state: handoff.state,
    holder: handoff.holder ?? null,
    intent: lead.intent,
    criteria: handoff.criteria,
    why: handoff.why,
    acted_here: handoff.actedHere ?? false,
    ...(team !== undefined && { team }),
    // Its holder's team keeps it: when nobody answers, that team's pool has it.
    ...(handoff.holder !== undefined && {
      team: sql<string | null>`(select u.team from app_user u where u.workspace = ${workspace}::uuid and u.id = ${handoff.holder}::uuid)`,
    }),
    ...(line && handoff.state === 'waiting' && { due_at: iso(line.due) }),
    ...(moved?.kind === 'handoff' && moved.to === 'accepted' && { accepted_at: when.at }),
    ...(moved?.kind === 'handoff' && ended && { answered_at: when.at }),
    ...(moved?.kind === 'handoff' && moved.to === 'returned' && reason?.kind === 'stage' && { reason: reason.reason ?? null }),
  };
  await trx
    .insertInto('handoff')
    .values({
      workspace,
      id: handoff.id,
      person: lead.id,
      opened_at: handoff.openedAt,
      opened_by: JSON.stringify(by),
      agreement: when.agreement ?? null,
      ...row,
    })
    .onConflict((conflict) => conflict.columns(['workspace', 'id']).doUpdateSet(row))
    .execute();
}

function deadlineColumns(lead: Lead, terms: Agreement) {
  const line = lead.wakesOnStrongTouch ? undefined : deadlines(lead, terms);
  return {
    owes: holderOf(lead) ?? null,
    risk_at: line ? iso(line.risk) : null,
    due_at: line ? iso(line.due) : null,
    grace_at: line ? iso(line.grace) : null,
    pool_at: line ? iso(line.pool) : null,
  };
}

/** After a new agreement came into force: the deadlines of every lead that somebody owes something for. */
export async function renewDeadlines(trx: Trx, workspace: string, terms: Agreement): Promise<void> {
  const timed = Object.keys(terms.allowed) as Stage[];
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const page = await trx
      .selectFrom('lead')
      .select('id')
      .where('workspace', '=', workspace)
      .where((eb) => eb.or([eb('due_at', 'is not', null), ...(timed.length > 0 ? [eb('stage', 'in', timed)] : [])]))
      .where('id', '>', after)
      .orderBy('id')
      .limit(500)
      .execute();
    if (page.length === 0) return;
    after = page.at(-1)!.id;
    const leads = await readLeads(
      trx,
      workspace,
      page.map(({ id }) => id),
      { lock: true },
    );
    for (const lead of leads.values())
      await trx
        .updateTable('lead')
        .set(deadlineColumns(lead, terms))
        .where('workspace', '=', workspace)
        .where('id', '=', lead.id)
        .execute();
    await recordChange(trx, workspace, [...leads.keys()]);
  }
}
