import { sql } from 'kysely';
import type { CrmHealthRow } from '../../lib/contract/routes/reports-crm-health.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import { namesDeal } from '../sources/deal-fields.ts';
import { sourceById } from '../sources/index.ts';
import type { Labels } from '../sources/labels.ts';
import type { Mapping } from '../sources/source.ts';
import type { Question, Span } from './arithmetic/question.ts';
import { share } from './arithmetic/share.ts';

const leadsShown = 5;
type Leads = CrmHealthRow['kept'][number]['leads'];

/** What became of the acts that were to be written into each connected CRM. */
export async function crmHealth(question: Question, span: Span, compare: Span | undefined): Promise<CrmHealthRow[]> {
  const { trx, workspace } = question;
  const links = await trx
    .selectFrom('source_link')
    .select(['id', 'source', 'name', 'state', 'mapping', 'labels'])
    .where('workspace', '=', workspace)
    .where('state', '!=', 'disconnected')
    .orderBy('created_at')
    .execute();
  const items: CrmHealthRow[] = [];
  for (const { id, source, name, state, mapping, labels } of links) {
    const called = <T extends { field: string }>(rows: T[]) => rows.map((row) => withLabel(row, labels));
    items.push({
      source: { id, source, name, state: state as 'running' | 'paused' },
      ...(await figures(question, id, span)),
      people: await peopleOf(question, id),
      fields: called(await fieldsOf(question, id, span, sourceById(source)?.written(mapping as Mapping) ?? [])),
      refusals: await refusalsOf(question, id),
      kept: called(await keptOf(question, id, span)),
      unread: called(await unreadOf(question, id, mapping as Mapping)).map((row) => {
        const valueLabel = labels?.values[row.value];
        return { ...row, ...(valueLabel !== undefined && { valueLabel }) };
      }),
      ...(compare && { before: await figures(question, id, compare) }),
    });
  }
  return items;
}

function withLabel<T extends { field: string }>(row: T, labels: Labels | null): T & { label?: string } {
  const label = labels?.fields[row.field];
  return { ...row, ...(label !== undefined && { label }) };
}

async function figures({ trx, workspace, asOf }: Question, link: string, { since, until }: Span) {
  const { rows } = await sql<{ acts: number; sent: number; waiting: number; refused: number; given_up: number; minutes: number | null }>`
    select count(*) as acts, count(*) filter (where state = 'sent') as sent, count(*) filter (where state = 'waiting') as waiting,
      count(*) filter (where state = 'refused') as refused, count(*) filter (where state = 'discarded') as given_up,
      percentile_cont(0.5) within group (order by extract(epoch from ended_at - created_at) / 60) filter (where state = 'sent') as minutes
    from source_write
    where workspace = ${workspace}::uuid and link = ${link}::uuid and created_at >= ${since}::timestamptz
      and created_at < ${until}::timestamptz and created_at <= ${asOf}::timestamptz`.execute(trx);
  const { acts, sent, waiting, refused, given_up, minutes } = rows[0]!;
  return {
    acts,
    written: share(sent, acts),
    waiting,
    refused,
    givenUp: given_up,
    ...(minutes !== null && { medianMinutes: Math.round(Number(minutes) * 10) / 10 }),
  };
}

async function peopleOf({ trx, workspace }: Question, link: string): Promise<CrmHealthRow['people']> {
  const { rows } = await sql<{ known: number; without: number }>`
    select count(*) as known, count(*) filter (where not exists (
        select from source_stage s where s.workspace = l.workspace and s.link = l.id and s.record = a.value and left(s.field, 1) <> '@')) as without
    from source_link l
    join person_alias a on a.workspace = l.workspace and a.kind = 'record' and starts_with(a.value, l.source || ':' || l.account || ':')
    where l.workspace = ${workspace}::uuid and l.id = ${link}::uuid`.execute(trx);
  return { known: rows[0]!.known, withoutStage: rows[0]!.without };
}

async function fieldsOf(
  { trx, workspace }: Question,
  link: string,
  span: Span,
  mapped: readonly string[],
): Promise<CrmHealthRow['fields']> {
  const { rows } = await sql<{ field: string; times: number; last: string }>`
    select field, count(*) filter (where created_at >= ${span.since}::timestamptz and created_at < ${span.until}::timestamptz) as times,
      max(ended_at) as last
    from source_write cross join lateral unnest(changed) as field
    where workspace = ${workspace}::uuid and link = ${link}::uuid and state = 'sent' group by 1`.execute(trx);
  const found = new Map(rows.map((row) => [row.field, row]));
  return [...new Set([...mapped, ...found.keys()])].map((field) => {
    const row = found.get(field);
    return { field, times: row?.times ?? 0, ...(row && { last: row.last }) };
  });
}

/** The leads of a group, the latest first, as JSON. */
const latest = sql`
  (jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) order by w.created_at desc) filter (where w.place <= ${leadsShown}))`;

async function refusalsOf({ trx, workspace }: Question, link: string): Promise<CrmHealthRow['refusals']> {
  const { rows } = await sql<{ sentence: string; said: Said | null; trouble: string | null; n: number; last: string; leads: Leads }>`
    select w.sentence, w.trouble, (array_agg(w.said))[1] as said, count(*) as n, max(w.ended_at) as last, ${latest} as leads
    from (select *, row_number() over (partition by sentence, trouble order by created_at desc) as place from source_write
          where workspace = ${workspace}::uuid and link = ${link}::uuid and state = 'refused') as w
    join person p on p.workspace = w.workspace and p.id = w.lead
    group by 1, 2 order by n desc, last desc`.execute(trx);
  return rows.map(({ sentence, said, trouble, n, last, leads }) => ({
    sentence: sentence ?? '',
    ...(said && { said }),
    ...(trouble && { trouble }),
    n,
    last,
    leads,
  }));
}

const unreadShown = 20;
/** Deals always mean something; a field of our own is none of the CRM's; a value that Baton writes says what Baton knows. */
async function unreadOf(
  { trx, workspace }: Question,
  link: string,
  { stageIn, stageOut }: Mapping,
): Promise<NonNullable<CrmHealthRow['unread']>> {
  const meant = [...Object.keys(stageIn), ...Object.values(stageOut).flatMap(({ stage, status }) => [stage ?? [], status ?? []].flat())];
  const { rows } = await sql<{ field: string; value: string; people: number; last: string }>`
    select field, known ->> 'value' as value, count(*) as people, max(known ->> 'at') as last from source_stage
    where workspace = ${workspace}::uuid and link = ${link}::uuid and left(field, 1) <> '@' and not ${namesDeal()}
      and known ->> 'value' <> all (${meant}::text[])
    group by 1, 2 order by people desc, 1, 2 limit ${unreadShown}`.execute(trx);
  return rows;
}

async function keptOf({ trx, workspace }: Question, link: string, { since, until }: Span): Promise<CrmHealthRow['kept']> {
  const { rows } = await sql<{ field: string; n: number; leads: Leads }>`
    select w.field, count(*) as n, ${latest} as leads
    from (select source_write.*, field, row_number() over (partition by field order by created_at desc) as place
          from source_write cross join lateral unnest(kept) as field
          where workspace = ${workspace}::uuid and link = ${link}::uuid and state = 'sent'
            and created_at >= ${since}::timestamptz and created_at < ${until}::timestamptz) as w
    join person p on p.workspace = w.workspace and p.id = w.lead
    group by 1 order by n desc, 1`.execute(trx);
  return rows;
}
