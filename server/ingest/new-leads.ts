import { sql } from 'kysely';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { deadlines, holderOf, iso } from '../../lib/funnel/clock.ts';
import type { Lead, Money } from '../../lib/funnel/lead.ts';
import { recordChange } from '../store/change.ts';
import type { Trx } from '../store/db.ts';
import { newId } from '../store/id.ts';
import type { By } from '../store/tables.ts';

/** A lead that did not exist before, at its first stage and without a hand-off. */
export interface NewLead {
  lead: Lead;
  by: By;
  amount?: Money;
  /** When it was told; absent: now. */
  receivedAt?: string;
  source?: string;
  sourceId?: string;
  /** Its stage is nothing that happened: it moves on in the same transaction, and its history begins there. */
  silent?: boolean;
}

/** Many new leads at once, as `saveLead` writes one: row, first stage, history, change feed. */
export async function insertLeads(
  trx: Trx,
  workspace: string,
  leads: readonly NewLead[],
  terms: Agreement,
  receivedAt: string,
): Promise<void> {
  if (leads.length === 0) return;
  const all = leads.map((one) => ({ ...one, line: deadlines(one.lead, terms) }));
  let rows = all;
  const column = <T>(pick: (row: (typeof all)[number]) => T) => rows.map(pick);
  await sql`
    insert into lead (workspace, id, origin, stage, since, passed, owner, owes, intent, clock_from, risk_at, due_at, grace_at, pool_at,
      funnel_version, amount_value, amount_currency)
    select ${workspace}::uuid, l.id, l.origin, l.stage, l.since, case when l.silent then '{}' else array[l.stage] end, l.owner, l.owes, l.intent, l.clock_from,
      l.risk_at, l.due_at, l.grace_at, l.pool_at, l.version, l.amount, l.currency
    from unnest(
      ${column((r) => r.lead.id)}::uuid[], ${column((r) => r.lead.origin)}::text[], ${column((r) => r.lead.stage)}::text[],
      ${column((r) => r.lead.since)}::timestamptz[], ${column((r) => r.lead.owner ?? null)}::uuid[], ${column((r) => holderOf(r.lead) ?? null)}::uuid[],
      ${column((r) => r.lead.intent)}::text[], ${column((r) => r.lead.clockFrom ?? null)}::timestamptz[],
      ${column((r) => (r.line ? iso(r.line.risk) : null))}::timestamptz[], ${column((r) => (r.line ? iso(r.line.due) : null))}::timestamptz[],
      ${column((r) => (r.line ? iso(r.line.grace) : null))}::timestamptz[], ${column((r) => (r.line ? iso(r.line.pool) : null))}::timestamptz[],
      ${column((r) => r.lead.funnelVersion)}::integer[], ${column((r) => r.amount?.value ?? null)}::bigint[],
      ${column((r) => r.amount?.currency ?? null)}::text[], ${column((r) => r.silent ?? false)}::boolean[]
    ) as l (id, origin, stage, since, owner, owes, intent, clock_from, risk_at, due_at, grace_at, pool_at, version, amount, currency, silent)`.execute(
    trx,
  );
  rows = all.filter(({ silent }) => !silent);
  await sql`
    insert into stage_change (workspace, id, person, to_stage, by_kind, by_id, by_name, at, received_at, source, source_id)
    select ${workspace}::uuid, c.id, c.person, c.stage, c.by_kind, c.by_id, c.by_name, c.at, c.received_at, c.source, c.source_id
    from unnest(
      ${column(() => newId())}::uuid[], ${column((r) => r.lead.id)}::uuid[], ${column((r) => r.lead.stage)}::text[], ${column((r) => r.by.kind)}::text[],
      ${column((r) => r.by.id)}::text[], ${column((r) => r.by.name ?? null)}::text[], ${column((r) => r.lead.since)}::timestamptz[],
      ${column((r) => r.receivedAt ?? receivedAt)}::timestamptz[],
      ${column((r) => r.source ?? null)}::text[], ${column((r) => r.sourceId ?? null)}::text[]
    ) as c (id, person, stage, by_kind, by_id, by_name, at, received_at, source, source_id)`.execute(trx);
  await sql`
    insert into lead_event (workspace, id, person, kind, data, by_kind, by_id, by_name, at, received_at)
    select ${workspace}::uuid, e.id, e.person, 'stage', jsonb_build_object('to', e.stage), e.by_kind, e.by_id, e.by_name, e.at, e.received_at
    from unnest(
      ${column(() => newId())}::uuid[], ${column((r) => r.lead.id)}::uuid[], ${column((r) => r.lead.stage)}::text[], ${column((r) => r.by.kind)}::text[],
      ${column((r) => r.by.id)}::text[], ${column((r) => r.by.name ?? null)}::text[], ${column((r) => r.lead.since)}::timestamptz[], ${column((r) => r.receivedAt ?? receivedAt)}::timestamptz[]
    ) as e (id, person, stage, by_kind, by_id, by_name, at, received_at)`.execute(trx);
  await recordChange(
    trx,
    workspace,
    leads.map(({ lead }) => lead.id),
  );
}
