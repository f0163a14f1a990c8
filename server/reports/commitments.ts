import { sql } from 'kysely';
import type { Delivery } from '../../lib/contract/routes/reports-commitments.ts';
import type { Commitment } from '../../lib/funnel/agreement.ts';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import { criteriaNeeded, isMeasure, type Measure } from '../../lib/funnel/measures.ts';
import { type Days, daysBetween, periodOf } from '../../lib/funnel/periods.ts';
import { answerable } from './answer-times.ts';
import { of } from './arithmetic/passages.ts';
import { bucketOf, partsOf, type Question, type Span } from './arithmetic/question.ts';
import { share } from './arithmetic/share.ts';

export interface CommitmentsAsked {
  span: Span;
  compare?: Span;
}

/** One thing that a promise is about: when it began to count, and whether it was kept. */
interface Due {
  at: number;
  kept: boolean;
}

/** Both teams' promises beside what was delivered, for the whole period and by month. */
export async function commitments(question: Question, { span, compare }: CommitmentsAsked) {
  const { agreement, asOf } = question;
  const today = businessCalendar(agreement.calendar).dayOf(Date.parse(asOf));
  const months = partsOf(span, 'month', agreement);
  const starts = months.starts.map((start) => Date.parse(start));
  return Promise.all(
    agreement.commitments.map(async (commitment) => {
      const { id, team, text, measure, target, unit, hours, segment } = commitment;
      const said = { id, team, text, measure, target, unit, ...(hours !== undefined && { hours }), ...(segment && { segment }) };
      if (!isMeasure(measure)) return { ...said, measured: false, months: [] };
      const [now, before] = await Promise.all([
        due[measure](question, span, commitment),
        compare && due[measure](question, compare, commitment),
      ]);
      return {
        ...said,
        measured: true,
        ...delivered(commitment, now, span, today),
        ...(before && compare && { before: delivered(commitment, before, compare, today) }),
        months: months.periods.map((period, i) => ({
          ...bucketOf(period),
          ended: period.to < today,
          ...delivered(
            commitment,
            now.filter(({ at }) => at >= starts[i]! && at < (starts[i + 1] ?? Number.POSITIVE_INFINITY)),
            period,
            today,
          ),
        })),
      };
    }),
  );
}

function delivered({ unit, target }: Commitment, things: readonly Due[], days: Days, today: string): Delivery {
  const n = things.filter(({ kept }) => kept).length;
  if (unit === 'share') {
    const found = share(n, things.length);
    return { share: found, ...(found.share !== undefined && { kept: found.share >= target }) };
  }
  // Of the promise, what belongs to the days that have come.
  const promised = target * monthsIn(days, today);
  return { count: { n, promised }, ...(days.from <= today && { kept: n >= promised }) };
}

/** How many months the days of a span make that are not after today: of a month begun, its part by days. */
export function monthsIn({ from, to }: Days, today: string): number {
  let months = 0;
  const last = to < today ? to : today;
  for (let day = from; day <= last; ) {
    const month = periodOf(day, 'month', { weekStart: 1, fiscalYearStart: 1 });
    const end = month.to < last ? month.to : last;
    months += daysBetween({ from: day, to: end }) / daysBetween(month);
    day = Temporal.PlainDate.from(month.to).add({ days: 1 }).toString();
  }
  return months;
}

type Measured = (question: Question, span: Span, commitment: Commitment) => Promise<Due[]>;

/** Rows of a table whose `person` is of the segment that a promise is about. */
const about = ({ workspace }: Question, { segment }: Commitment, row: 'handoff' | 'f' | 'h') =>
  segment === undefined ? sql`` : of(sql`${workspace}::uuid`, sql.ref(row), { segment });

const opened = ({ workspace, asOf }: Question, span: Span) => sql`
  workspace = ${workspace}::uuid and opened_at >= ${span.since}::timestamptz and opened_at < ${span.until}::timestamptz
  and opened_at <= ${asOf}::timestamptz`;
const returned = ({ workspace, asOf }: Question, span: Span) => sql`
  workspace = ${workspace}::uuid and state = 'returned' and answered_at >= ${span.since}::timestamptz
  and answered_at < ${span.until}::timestamptz and answered_at <= ${asOf}::timestamptz`;
const ms = (column: string) => sql`extract(epoch from ${sql.ref(column)})::float8 * 1000`;

const due: Record<Measure, Measured> = {
  async mqls_meeting_criteria(question, span, commitment) {
    const { rows } = await sql<Due>`
      select ${ms('opened_at')} as at, true as kept from handoff
      where ${opened(question, span)} and cardinality(criteria) >= ${criteriaNeeded(question.agreement)}
        ${about(question, commitment, 'handoff')}`.execute(question.trx);
    return rows;
  },
  async handoffs(question, span, commitment) {
    const { rows } = await sql<Due>`
      select ${ms('opened_at')} as at, true as kept from handoff
      where ${opened(question, span)} ${about(question, commitment, 'handoff')}`.execute(question.trx);
    return rows;
  },
  async handoffs_accepted(question, span, commitment) {
    const { rows } = await sql<Due>`
      select ${ms('opened_at')} as at, accepted_at is not null or state in ('accepted', 'qualified') as kept from handoff
      where ${opened(question, span)} and state <> 'waiting' ${about(question, commitment, 'handoff')}`.execute(question.trx);
    return rows;
  },
  async feedback_answered(question, span, commitment) {
    const { hours = 0 } = commitment;
    const { trx, workspace, asOf } = question;
    const { rows } = await sql<{ at: number; done: number | null }>`
      select ${ms('f.at')} as at,
             (select extract(epoch from min(r.at))::float8 * 1000 from feedback_reply r
              where r.workspace = f.workspace and r.feedback = f.id and r.at <= ${asOf}::timestamptz) as done
      from feedback f
      where f.workspace = ${workspace}::uuid and f.at >= ${span.since}::timestamptz and f.at < ${span.until}::timestamptz
        and f.at <= ${asOf}::timestamptz ${about(question, commitment, 'f')}`.execute(trx);
    return within(question, hours, rows);
  },
  async answered_in_time(question, span, { segment }) {
    const now = Date.parse(question.asOf);
    return (await answerable(question, span, { ...(segment !== undefined && { segment }) }))
      .filter(({ answered, due }) => answered !== undefined || due <= now)
      .map(({ opened, answered, due }) => ({ at: opened, kept: answered !== undefined && answered <= due }));
  },
  async verdict_given(question, span, commitment) {
    const { hours = 0 } = commitment;
    const { trx, workspace, asOf } = question;
    const { rows } = await sql<{ at: number; done: number | null }>`
      select ${ms('h.at')} as at,
             (select extract(epoch from min(f.at))::float8 * 1000 from feedback f
              where f.workspace = ${workspace}::uuid and f.person = h.person and f.kind = 'verdict' and f.at >= h.at
                and f.at <= ${asOf}::timestamptz) as done
      from (select person, coalesce(accepted_at, case when state = 'qualified' then answered_at end) as at
            from handoff where workspace = ${workspace}::uuid) as h
      where h.at >= ${span.since}::timestamptz and h.at < ${span.until}::timestamptz and h.at <= ${asOf}::timestamptz
        ${about(question, commitment, 'h')}`.execute(trx);
    return within(question, hours, rows);
  },
  async returned_with_reason(question, span, commitment) {
    const useless = question.agreement.reasons.filter(({ group }) => group === 'other').map(({ code }) => code);
    const { rows } = await sql<Due>`
      select ${ms('answered_at')} as at, reason is not null and reason <> all (${useless}::text[]) as kept
      from handoff where ${returned(question, span)} ${about(question, commitment, 'handoff')}`.execute(question.trx);
    return rows;
  },
  async attempts_made(question, span, commitment) {
    const { trx, agreement } = question;
    const codes = agreement.reasons.filter(({ needsAttempts }) => needsAttempts).map(({ code }) => code);
    const { rows } = await sql<Due>`
      select ${ms('answered_at')} as at,
             (select count(*) from lead_event e where e.workspace = handoff.workspace and e.person = handoff.person and e.kind = 'attempt'
                and e.at >= handoff.opened_at and e.at <= handoff.answered_at) >= ${agreement.attemptsBeforeUnresponsive} as kept
      from handoff where ${returned(question, span)} and reason = any (${codes}::text[])
        ${about(question, commitment, 'handoff')}`.execute(trx);
    return rows;
  },
};

/** Of what had so many business hours: only what was done or is overdue can be judged. */
function within({ agreement, asOf }: Question, hours: number, rows: readonly { at: number; done: number | null }[]): Due[] {
  const calendar = businessCalendar(agreement.calendar);
  const now = Date.parse(asOf);
  return rows.flatMap(({ at, done }) => {
    const until = calendar.add(at, hours * 3_600_000) ?? Number.POSITIVE_INFINITY;
    if (done === null && until > now) return [];
    return [{ at, kept: done !== null && done <= until }];
  });
}
