import { sql } from 'kysely';
import type { ReasonRow } from '../../lib/contract/routes/reports-reasons.ts';
import type { Grain } from '../../lib/funnel/periods.ts';
import type { Stage } from '../../lib/funnel/words.ts';
import { levelOf, of } from './arithmetic/passages.ts';
import { bucketOf, type Parts, partsOf, type Question, type Span, type Which } from './arithmetic/question.ts';
import { share } from './arithmetic/share.ts';

export interface ReasonsAsked {
  span: Span;
  compare?: Span;
  grain: Grain;
  which: Which;
}

const campaignsShown = 5;

/** Leads that stepped aside from where sales had them, by reason and date. */
export async function reasons(question: Question, { span, compare, grain, which }: ReasonsAsked) {
  const parts = partsOf(span, grain, question.agreement);
  const [now, before, campaigns] = await Promise.all([
    counts(question, span, which, parts),
    compare && counts(question, compare, which),
    campaignsOf(question, span, which),
  ]);
  const total = sum(now);
  const codes = [...new Set(now.map(({ reason }) => reason))];
  const items: ReasonRow[] = codes.map((code) => {
    const rows = now.filter(({ reason }) => reason === code);
    const from = new Map<Stage, number>();
    for (const { from_stage, n } of rows) from.set(from_stage, (from.get(from_stage) ?? 0) + n);
    return {
      ...(code !== null && { reason: code }),
      share: share(sum(rows), total),
      recycled: sum(rows.filter(({ to_stage }) => to_stage === 'recycled')),
      disqualified: sum(rows.filter(({ to_stage }) => to_stage === 'disqualified')),
      back: rows.reduce((n, row) => n + row.back, 0),
      qualifiedSince: rows.reduce((n, row) => n + row.qualified, 0),
      from: [...from].map(([stage, n]) => ({ stage, n })).sort((a, b) => b.n - a.n || levelOf(a.stage) - levelOf(b.stage)),
      campaigns: campaigns
        .filter(({ reason }) => reason === code)
        .map(({ id, name, n }) => ({ id, name, n }))
        .slice(0, campaignsShown),
      ...(before && { before: sum(before.filter(({ reason }) => reason === code)) }),
    };
  });
  items.sort((a, b) => b.share.n - a.share.n || (a.reason ?? '~').localeCompare(b.reason ?? '~'));
  return {
    total,
    ...(before && { before: sum(before) }),
    items,
    series: parts.periods.map((period, i) => {
      const byReason: Record<string, number> = {};
      for (const { reason, n, bucket } of now) if (bucket === i + 1) byReason[reason ?? ''] = (byReason[reason ?? ''] ?? 0) + n;
      return { ...bucketOf(period), reasons: byReason };
    }),
  };
}

interface Row {
  reason: string | null;
  to_stage: 'recycled' | 'disqualified';
  from_stage: Stage;
  bucket: number;
  n: number;
  back: number;
  qualified: number;
}
const sum = (rows: readonly { n: number }[]): number => rows.reduce((all, { n }) => all + n, 0);

const leaves = ({ workspace, asOf }: Question, span: Span, which: Which) => {
  const w = sql`${workspace}::uuid`;
  return sql`
    with leave as (
      select c.person, c.at, c.id, c.reason, c.to_stage, c.from_stage from stage_change c
      where c.workspace = ${w} and c.to_stage in ('recycled', 'disqualified') and c.from_stage in ('mql', 'sal', 'sql', 'opportunity')
        and c.at >= ${span.since}::timestamptz and c.at < ${span.until}::timestamptz and c.at <= ${asOf}::timestamptz
        and c.superseded_by is null ${of(w, sql`c`, which)}
    )`;
};

async function counts(question: Question, span: Span, which: Which, parts?: Parts): Promise<Row[]> {
  const { trx, workspace, asOf } = question;
  const later = sql`
    from stage_change s where s.workspace = ${workspace}::uuid and s.person = l.person and (s.at, s.id) > (l.at, l.id)
      and s.at <= ${asOf}::timestamptz and s.superseded_by is null`;
  const { rows } = await sql<Row>`
    ${leaves(question, span, which)}
    select reason, to_stage, from_stage, ${parts ? sql`width_bucket(at, ${parts.starts}::timestamptz[])` : sql`0`} as bucket, count(*) as n,
           count(*) filter (where exists (select ${later} and s.to_stage not in ('recycled', 'disqualified'))) as back,
           count(*) filter (where exists (select ${later} and s.to_stage in ('sql', 'opportunity', 'customer'))) as qualified
    from leave l group by 1, 2, 3, 4`.execute(trx);
  return rows;
}

async function campaignsOf(question: Question, span: Span, which: Which) {
  const { trx, workspace } = question;
  const { rows } = await sql<{ reason: string | null; id: string; name: string; n: number }>`
    ${leaves(question, span, which)}
    select touched.reason, c.id, c.name, touched.n
    from (select l.reason, t.campaign, count(*) as n
          from leave l cross join lateral (
            select distinct campaign from touch
            where workspace = ${workspace}::uuid and person = l.person and active and at <= l.at and campaign is not null) as t
          group by 1, 2) as touched
    join campaign c on c.workspace = ${workspace}::uuid and c.id = touched.campaign
    order by touched.n desc, c.name, c.id`.execute(trx);
  return rows;
}
