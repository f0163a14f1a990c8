import { sql } from 'kysely';
import type { LongTermRow } from '../../lib/contract/routes/reports-long-term.ts';
import { type Channel, channels } from '../../lib/funnel/words.ts';
import { entries, of } from './arithmetic/passages.ts';
import { bucketOf, partsOf, type Question, type Span, type Which } from './arithmetic/question.ts';
import { share } from './arithmetic/share.ts';

export interface LongTermAsked {
  span: Span;
  which: Which;
}

/** A twelfth of a year, in days. */
const month = 365.25 / 12;
/** Cumulative counts are taken every so many months, so often. */
const step = 3;
const steps = 8;

/** What slow work is worth: cohorts by their first touch, followed to date. */
export async function longTerm(question: Question, { span, which }: LongTermAsked) {
  const { periods, starts } = partsOf(span, 'quarter', question.agreement);
  const [rows, won] = await Promise.all([cohorts(question, span, which, starts), wonBy(question, span, which)]);
  const row = (bucket: number | undefined, channel: Channel | undefined) => toRow(rows, bucket, channel);
  const quarters = (channel: Channel | undefined) => periods.map((period, i) => ({ ...bucketOf(period), ...row(i + 1, channel) }));
  return {
    total: row(undefined, undefined),
    quarters: quarters(undefined),
    channels: channels
      .filter((channel) => rows.some((one) => one.channel === channel))
      .map((channel) => ({ channel, ...row(undefined, channel), quarters: quarters(channel) }))
      .sort((a, b) => b.people - a.people || a.channel.localeCompare(b.channel)),
    won,
  };
}

interface Row {
  bucket: number | null;
  channel: Channel | null;
  /** Whole steps since the first touch, at most `steps`; steps that it took to the SQL, more than `steps` for later ones. */
  seen: number | null;
  took: number | null;
  grouped: number;
  people: number;
  sqls: number;
  customers: number;
  quartiles: number[] | null;
}

function toRow(rows: readonly Row[], bucket: number | undefined, channel: Channel | undefined): LongTermRow {
  const grouped = (bucket === undefined ? 0b1000 : 0) + (channel === undefined ? 0b0100 : 0) + 0b0011;
  const whole = rows.find(
    (one) =>
      one.grouped === grouped && (bucket === undefined || one.bucket === bucket) && (channel === undefined || one.channel === channel),
  );
  const cells = rows.filter(
    (one) => one.grouped === 0 && (bucket === undefined || one.bucket === bucket) && (channel === undefined || one.channel === channel),
  );
  const { people = 0, sqls = 0, customers = 0, quartiles = null } = whole ?? {};
  const count = (some: readonly Row[]) => some.reduce((n, one) => n + one.people, 0);
  const within = Array.from({ length: steps }, (_, i) => {
    const seen = cells.filter((one) => one.seen! >= i + 1);
    const enough = count(seen);
    return {
      months: (i + 1) * step,
      ...share(count(seen.filter(({ took }) => took !== null && took <= i + 1)), enough),
      growing: enough < people,
    };
  });
  return {
    people,
    sql: share(sqls, people),
    customer: share(customers, people),
    ...(quartiles && { months: { p25: quartiles[0]!, median: quartiles[1]!, p75: quartiles[2]! } }),
    within: within.filter((one) => one.of > 0),
    maturing: within.at(-1)!.growing,
  };
}

async function cohorts({ trx, workspace, asOf }: Question, span: Span, which: Which, starts: string[]): Promise<Row[]> {
  const w = sql`${workspace}::uuid`;
  const days = (from: string, to: string) => sql`extract(epoch from ${sql.raw(to)} - ${sql.raw(from)})::float8 / 86400`;
  const { rows } = await sql<Row>`
    with first_touch as (
      select l.id as person, t.at, t.channel
      from lead l cross join lateral (
        select at, channel from touch where workspace = ${w} and person = l.id and active order by at, id limit 1) as t
      where l.workspace = ${w} and t.at >= ${span.since}::timestamptz and t.at < ${span.until}::timestamptz and t.at <= ${asOf}::timestamptz
    ), told as materialized (
      select f.person, f.at, f.channel, c.sql_at, c.customer_at, ${asOf}::timestamptz as now
      from first_touch f cross join lateral (
        select min(c.at) as sql_at, min(c.at) filter (where c.to_stage = 'customer') as customer_at from stage_change c
        where c.workspace = ${w} and c.person = f.person and c.at >= f.at and c.at <= ${asOf}::timestamptz
          and c.to_stage in ('sql', 'opportunity', 'customer') and c.superseded_by is null) as c
      where true ${of(w, sql`f`, which)}
    ), followed as (
      select *, width_bucket(at, ${starts}::timestamptz[]) as bucket,
             least(floor(${days('at', 'now')} / ${month * step}), ${steps})::int as seen,
             case when sql_at is not null then least(greatest(ceil(${days('at', 'sql_at')} / ${month * step}), 1), ${steps + 1})::int end as took
      from told
    )
    select bucket, channel, seen, took, grouping(bucket, channel, seen, took) as grouped, count(*) as people, count(sql_at) as sqls,
           count(customer_at) as customers,
           percentile_cont(array[0.25, 0.5, 0.75]) within group (order by ${days('at', 'sql_at')} / ${month}) as quartiles
    from followed
    group by grouping sets ((bucket, channel, seen, took), (bucket, channel), (bucket), (channel), ())`.execute(trx);
  return rows;
}

const slow: Channel[] = ['content', 'search'];

/** Of the customers won in the span: which of them content or search began, or helped along. */
async function wonBy(question: Question, span: Span, which: Which) {
  const { rows } = await sql<{ won: number; began: number; assisted: number }>`
    ${entries(question, span, which, 'customer')}, path as (
      select (select array_agg(t.channel order by t.at, t.id) from touch t
              where t.workspace = ${question.workspace}::uuid and t.person = e.person and t.active and t.at <= e.at) as channels
      from entry e
    )
    select count(*) as won,
           count(*) filter (where channels[1] = any (${slow}::text[])) as began,
           count(*) filter (where channels[1] <> all (${slow}::text[]) and channels && ${slow}::text[]) as assisted
    from path`.execute(question.trx);
  const { won, began, assisted } = rows[0]!;
  return { began: share(began, won), assisted: share(assisted, won) };
}
