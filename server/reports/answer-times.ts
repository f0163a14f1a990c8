import { sql } from 'kysely';
import type { AnswerTimes } from '../../lib/contract/routes/reports-answers.ts';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import type { Grain } from '../../lib/funnel/periods.ts';
import { quantile } from '../../lib/funnel/statistics.ts';
import type { Intent } from '../../lib/funnel/words.ts';
import { of } from './arithmetic/passages.ts';
import { bucketOf, partsOf, type Question, type Span, type Which } from './arithmetic/question.ts';
import { share } from './arithmetic/share.ts';

export interface AnswersAsked {
  span: Span;
  compare?: Span;
  grain: Grain;
  which: Pick<Which, 'channel' | 'campaign' | 'origin' | 'segment'>;
  /** Only hand-offs this user holds. */
  holder?: string;
}

export interface Answerable {
  team: string | null;
  teamName: string | null;
  intent: Intent;
  /** Epoch ms. */
  opened: number;
  due: number;
  answered: number | undefined;
}

/** How fast hand-offs were answered: of one holder, or by team. */
export async function answerTimes(question: Question, { span, compare, grain, which, holder }: AnswersAsked) {
  const [now, before] = await Promise.all([
    answerable(question, span, which, holder),
    compare && answerable(question, compare, which, holder),
  ]);
  const sum = (rows: readonly Answerable[]) => timesOf(rows, question);
  const parts = partsOf(span, grain, question.agreement);
  const starts = parts.starts.map((start) => Date.parse(start));
  const teams = new Map([...now, ...(before ?? [])].map(({ team, teamName }) => [team, teamName]));
  return {
    of: holder === undefined ? ('teams' as const) : ('mine' as const),
    total: { ...sum(now), ...(before && { before: sum(before) }) },
    byIntent: { standard: sum(now.filter((row) => row.intent === 'standard')), high: sum(now.filter((row) => row.intent === 'high')) },
    // By name, never by how well they do.
    teams:
      holder !== undefined
        ? []
        : [...teams]
            .sort(([, a], [, b]) => (a === null ? 1 : b === null ? -1 : a.localeCompare(b)))
            .map(([id, name]) => ({
              team: { ...(id !== null && { id }), ...(name !== null && { name }) },
              ...sum(now.filter(({ team }) => team === id)),
              ...(before && { before: sum(before.filter(({ team }) => team === id)) }),
            })),
    series: parts.periods.map((period, i) => ({
      ...bucketOf(period),
      times: sum(now.filter(({ opened }) => opened >= starts[i]! && opened < (starts[i + 1] ?? Number.POSITIVE_INFINITY))),
    })),
  };
}

/** Hand-offs opened in the span that had a time to answer, with their first answer to date. */
export async function answerable(
  { trx, workspace, asOf }: Question,
  span: Span,
  which: Which = {},
  holder?: string,
): Promise<Answerable[]> {
  const w = sql`${workspace}::uuid`;
  const { rows } = await sql<Omit<Answerable, 'answered'> & { answered: number | null }>`
    select h.team, t.name as "teamName", h.intent,
           extract(epoch from h.at)::float8 * 1000 as opened, extract(epoch from h.due_at)::float8 * 1000 as due,
           extract(epoch from h.answer)::float8 * 1000 as answered
    from (select *, opened_at as at,
                 case when least(accepted_at, answered_at) <= ${asOf}::timestamptz then least(accepted_at, answered_at) end as answer
          from handoff
          where workspace = ${w} and opened_at >= ${span.since}::timestamptz and opened_at < ${span.until}::timestamptz
            and opened_at <= ${asOf}::timestamptz and due_at is not null ${holder === undefined ? sql`` : sql`and holder = ${holder}::uuid`}) as h
    left join team t on t.workspace = h.workspace and t.id = h.team
    where true ${of(w, sql`h`, which)}`.execute(trx);
  return rows.map((row) => ({ ...row, answered: row.answered ?? undefined }));
}

export function timesOf(rows: readonly Answerable[], { agreement, asOf }: Question): AnswerTimes {
  const now = Date.parse(asOf);
  const calendar = businessCalendar(agreement.calendar);
  const settled = rows.filter(({ answered, due }) => answered !== undefined || due <= now);
  const inTime = settled.filter(({ answered, due }) => answered !== undefined && answered <= due).length;
  const minutes = rows.flatMap(({ opened, answered }) => (answered === undefined ? [] : [calendar.between(opened, answered) / 60_000]));
  const [median, p90] = [quantile(minutes, 0.5), quantile(minutes, 0.9)];
  return {
    opened: rows.length,
    inTime: share(inTime, settled.length),
    waiting: rows.length - settled.length,
    ...(median !== undefined && { medianMinutes: median }),
    ...(p90 !== undefined && { p90Minutes: p90 }),
  };
}
