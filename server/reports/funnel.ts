import { sql } from 'kysely';
import type { Cohort } from '../../lib/contract/routes/reports-funnel.ts';
import type { Grain } from '../../lib/funnel/periods.ts';
import { type HandoffState, handoffStates, ladder } from '../../lib/funnel/words.ts';
import { entries, levelOf, of, stageAt } from './arithmetic/passages.ts';
import { bucketOf, type Parts, partsOf, type Question, type Span, type Which } from './arithmetic/question.ts';
import { share } from './arithmetic/share.ts';

export interface FunnelAsked {
  span: Span;
  compare?: Span;
  grain: Grain;
  which: Which;
}

/** Cohorts by stage, and volume by date. */
export async function funnel(question: Question, { span, compare, grain, which }: FunnelAsked) {
  const parts = partsOf(span, grain, question.agreement);
  const [now, before, handoffs] = await Promise.all([
    cohorts(question, span, which, parts),
    compare && cohorts(question, compare, which),
    handoffsBy(question, span, which, parts),
  ]);
  return {
    stages: ladder.map((stage) => ({
      stage,
      ...toCohort(now, levelOf(stage)),
      leaves: leavesOf(now, levelOf(stage)),
      ...(before && { before: toCohort(before, levelOf(stage)) }),
    })),
    series: parts.periods.map((period, i) => ({
      ...bucketOf(period),
      entered: byStage(now.filter((row) => row.bucket === i + 1)),
      handoffs: handoffs[i]!,
    })),
  };
}

/** Three groupings in one pass: by stage; by stage and reason of leaving; by part of the period and stage. */
interface Row {
  level: number;
  bucket: number | null;
  next_stage: 'recycled' | 'disqualified' | null;
  next_reason: string | null;
  grouped: number;
  entered: number;
  skipped: number;
  went_on: number;
  gone: number;
  to_sql: number;
  to_customer: number;
  median_days: number | null;
}
const wholeStage = 0b111;
const stageAndReason = 0b001;

async function cohorts(question: Question, span: Span, which: Which, parts?: Parts): Promise<Row[]> {
  const bucket = parts ? sql`width_bucket(at, ${parts.starts}::timestamptz[])` : sql`0`;
  const { rows } = await sql<Row>`
    ${entries(question, span, which)}, counted as (
      select *, ${bucket} as bucket from entry
    )
    select level, bucket, next_stage, next_reason, grouping(next_stage, next_reason, bucket) as grouped,
           count(*) as entered,
           count(*) filter (where skipped) as skipped,
           count(*) filter (where next_level > 0) as went_on,
           count(*) filter (where next_level = 0) as gone,
           count(*) filter (where best >= ${levelOf('sql')}) as to_sql,
           count(*) filter (where best >= ${levelOf('customer')}) as to_customer,
           percentile_cont(0.5) within group (order by extract(epoch from next_at - at)::float8 / 86400)
             filter (where not skipped and next_level is not null) as median_days
    from counted
    group by grouping sets ((level), (level, next_stage, next_reason), (level, bucket))`.execute(question.trx);
  // A grouping without a part has null there; `width_bucket` itself never answers null.
  return rows;
}

function toCohort(rows: readonly Row[], level: number): Cohort {
  const row = rows.find((one) => one.level === level && one.grouped === wholeStage);
  const { entered = 0, skipped = 0, went_on = 0, gone = 0, to_sql = 0, to_customer = 0, median_days = null } = row ?? {};
  const open = entered - went_on - gone;
  return {
    entered,
    skipped,
    wentOn: share(went_on, entered),
    left: gone,
    open,
    // A customer has arrived.
    maturing: level < levelOf('customer') && open > entered / 10,
    ...(level < levelOf('sql') && { toSql: share(to_sql, entered) }),
    ...(level < levelOf('customer') && { toCustomer: share(to_customer, entered) }),
    ...(median_days !== null && { medianDays: median_days }),
  };
}

const leavesOf = (rows: readonly Row[], level: number) =>
  rows
    .filter((row) => row.level === level && row.grouped === stageAndReason && row.gone > 0)
    .map(({ next_stage, next_reason, gone }) => ({ to: next_stage!, ...(next_reason !== null && { reason: next_reason }), n: gone }))
    .sort((a, b) => b.n - a.n || (a.reason ?? '').localeCompare(b.reason ?? '') || a.to.localeCompare(b.to));

const byStage = (rows: readonly Row[]): Record<(typeof ladder)[number], number> => {
  const counts = Object.fromEntries(ladder.map((stage) => [stage, 0])) as Record<(typeof ladder)[number], number>;
  for (const { level, entered } of rows) counts[stageAt(level)] += entered;
  return counts;
};

/** Hand-offs opened in each part of the period, by how they stand now. */
async function handoffsBy({ trx, workspace, asOf }: Question, span: Span, which: Which, { periods, starts }: Parts) {
  const w = sql`${workspace}::uuid`;
  const { rows } = await sql<{ bucket: number; state: HandoffState; n: number }>`
    select width_bucket(h.at, ${starts}::timestamptz[]) as bucket, state, count(*) as n
    from (select person, opened_at as at, state from handoff
          where workspace = ${w} and opened_at >= ${span.since}::timestamptz and opened_at < ${span.until}::timestamptz
            and opened_at <= ${asOf}::timestamptz) as h
    where true ${of(w, sql`h`, which)}
    group by 1, 2`.execute(trx);
  return periods.map((_, i) => {
    const counts = Object.fromEntries(handoffStates.map((state) => [state, 0])) as Record<HandoffState, number>;
    for (const { bucket, state, n } of rows) if (bucket === i + 1) counts[state] = n;
    return counts;
  });
}
