import { sql } from 'kysely';
import type { Stage } from '../../lib/funnel/words.ts';
import type { Trx } from '../store/db.ts';
import { namesDeal } from './deal-fields.ts';
import type { LinkRow } from './links.ts';
import type { Page } from './source.ts';
import type { Known } from './stage-rule.ts';

/** Records of a CRM by their names here, and what is known of their fields. */

type Account = Pick<LinkRow, 'source' | 'account'>;
/** How arrivals name their source: connected anew, the same account is still the same. */
export const sourceName = ({ source, account }: Account): string => `${source}:${account}`;
/** A record's name here, from the one the source gave it: `hubspot:12` is `hubspot:4711:12`. */
export const recordOf = (row: Account, record: string): string => `${sourceName(row)}:${record.slice(row.source.length + 1)}`;
/** The CRM's own id in a record's name. */
export const idOf = (row: Account, record: string): string => record.slice(sourceName(row).length + 1);
export const nameOf = (row: Account, id: string): string => `${sourceName(row)}:${id}`;

/** A page with the names that records have here. */
export function scoped<P extends Page>(row: Account, page: P): P {
  const alias = <A extends { kind: string; value: string }>(a: A): A => (a.kind === 'record' ? { ...a, value: recordOf(row, a.value) } : a);
  return {
    ...page,
    arrivals: page.arrivals.map((a) => ({
      ...a,
      source: sourceName(row),
      ...(a.person && { person: { ...a.person, aliases: a.person.aliases?.map(alias) } }),
      ...(a.touch?.campaign?.ref && { touch: { ...a.touch, campaign: { ...a.touch.campaign, ref: recordOf(row, a.touch.campaign.ref) } } }),
      ...(a.ties && { ties: a.ties.map(({ from, to }) => ({ from: alias(from), to: alias(to) })) }),
    })),
    stages: page.stages.map((s) => ({ ...s, record: recordOf(row, s.record) })),
    gone: page.gone.map((id) => nameOf(row, id)),
    ...(page.left && {
      left: page.left.map(({ record, except, ...one }) => ({
        ...one,
        ...(record !== undefined && { record: recordOf(row, record) }),
        ...(except && { except: except.map((one) => recordOf(row, one)) }),
      })),
    }),
    merged: page.merged.map(({ from, into }) => ({ from: nameOf(row, from), into: nameOf(row, into) })),
  };
}

export interface LeadOfRecord {
  lead: string;
  /** Baton's word counts: a hand-off is open, or an act of ours is not written there yet. */
  owned: boolean;
  /** When somebody here last moved it. */
  decidedAt?: string;
  decidedTo?: Stage;
  /** Where it stands, since when by our clock. */
  stage: Stage;
  since: string;
}

/**
 * The leads of these records.
 * @param lock keeps them from others until the transaction ends, so that it stays true who owns the stage
 */
export async function leadsOf(
  trx: Trx,
  workspace: string,
  link: string,
  records: readonly string[],
  { lock = true }: { lock?: boolean } = {},
): Promise<Map<string, LeadOfRecord>> {
  if (records.length === 0) return new Map();
  // In the order of ids, as everybody locks them.
  if (lock)
    await sql`
      select l.id from lead l
      where l.workspace = ${workspace}::uuid and l.id in (
        select a.person from person_alias a
        where a.workspace = ${workspace}::uuid and a.kind = 'record' and a.value = any(${[...records]}::text[]))
      order by l.id for update`.execute(trx);
  type Found = Pick<LeadOfRecord, 'lead' | 'owned' | 'stage' | 'since'> & {
    record: string;
    decided_at: string | null;
    decided_to: Stage | null;
  };
  const { rows } = await sql<Found>`
    select a.value as record, l.id as lead, l.stage, l.since,
      coalesce(h.state in ('waiting', 'accepted'), false)
        or exists (select 1 from source_write w where w.workspace = l.workspace and w.lead = l.id and w.link = ${link}::uuid and w.state in ('waiting', 'refused')) as owned,
      d.at as decided_at, d.to_stage as decided_to
    from person_alias a
    join lead l on l.workspace = a.workspace and l.id = a.person
    left join handoff h on h.workspace = l.workspace and h.id = l.handoff
    left join lateral (
      select c.at, c.to_stage from stage_change c
      where c.workspace = l.workspace and c.person = l.id and c.by_kind = 'user' order by c.at desc, c.id desc limit 1) d on true
    where a.workspace = ${workspace}::uuid and a.kind = 'record' and a.value = any(${[...records]}::text[])`.execute(trx);
  return new Map(
    rows.map(({ record, decided_at, decided_to, ...lead }) => [
      record,
      { ...lead, ...(decided_at !== null && decided_to !== null && { decidedAt: decided_at, decidedTo: decided_to }) },
    ]),
  );
}

export interface KnownField {
  record: string;
  field: string;
  known: Known;
}
export const fieldKey = (record: string, field: string): string => `${record}\0${field}`;

/** By `fieldKey`. */
export async function knownOf(trx: Trx, workspace: string, link: string, records: readonly string[]): Promise<Map<string, KnownField>> {
  if (records.length === 0) return new Map();
  const { rows } = await sql<KnownField>`
    select record, field, known from source_stage
    where workspace = ${workspace}::uuid and link = ${link}::uuid and record = any(${[...records]}::text[])`.execute(trx);
  return new Map(rows.map((r) => [fieldKey(r.record, r.field), r]));
}

/** What is known of the fields of these leads' records, fields of our own apart. */
export async function saidOf(
  trx: Trx,
  workspace: string,
  link: string,
  leads: readonly string[],
): Promise<(KnownField & { lead: string })[]> {
  if (leads.length === 0) return [];
  const { rows } = await sql<KnownField & { lead: string }>`
    select s.record, s.field, s.known, a.person as lead from person_alias a
    join source_stage s on s.workspace = a.workspace and s.link = ${link}::uuid and s.record = a.value and left(s.field, 1) <> '@'
    where a.workspace = ${workspace}::uuid and a.kind = 'record' and a.person = any(${[...leads]}::uuid[])`.execute(trx);
  return rows;
}

/** Values that no field of a person's record says: stages of deals may be among them, of which only the meaning is kept. */
export async function unheard(trx: Trx, workspace: string, link: string, values: readonly string[]): Promise<string[]> {
  if (values.length === 0) return [];
  const { rows } = await sql<{ value: string }>`
    select distinct known ->> 'value' as value from source_stage
    where workspace = ${workspace}::uuid and link = ${link}::uuid and not ${namesDeal()}
      and known ->> 'value' = any(${[...values]}::text[])`.execute(trx);
  const heard = new Set(rows.map(({ value }) => value));
  return values.filter((value) => !heard.has(value));
}

export async function keepKnown(trx: Trx, workspace: string, link: string, rows: readonly KnownField[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    insert into source_stage (workspace, link, record, field, known)
    select ${workspace}::uuid, ${link}::uuid, * from unnest(${rows.map((r) => r.record)}::text[], ${rows.map((r) => r.field)}::text[],
      ${rows.map((r) => JSON.stringify(r.known))}::jsonb[])
    on conflict (workspace, link, record, field) do update set known = excluded.known`.execute(trx);
}

/** The names of a person's records in one account, the oldest first. */
export async function recordsOf(trx: Trx, workspace: string, row: Account, lead: string): Promise<string[]> {
  const { rows } = await sql<{ value: string }>`
    select value from person_alias
    where workspace = ${workspace}::uuid and person = ${lead}::uuid and kind = 'record' and starts_with(value, ${nameOf(row, '')})
    order by created_at, value`.execute(trx);
  return rows.map((r) => r.value);
}
