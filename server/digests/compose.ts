import { sql } from 'kysely';
import type { DigestBody } from '../../lib/contract/routes/digests.ts';
import { daysBetween, type Period } from '../../lib/funnel/periods.ts';
import { type HandoffState, handoffStates, type Verdict, verdicts } from '../../lib/funnel/words.ts';
import { answerTimes } from '../reports/answer-times.ts';
import { type Question, roomToSort, spanOf } from '../reports/arithmetic/question.ts';
import { budget } from '../reports/budget.ts';
import { commitments } from '../reports/commitments.ts';
import { funnel } from '../reports/funnel.ts';
import { reasons } from '../reports/reasons.ts';

const campaignsShown = 5;

/** Both parts of the report of a period, made by the very functions that answer the report pages. */
export async function compose(question: Question, period: Period): Promise<DigestBody> {
  const { trx, workspace, agreement, asOf } = question;
  await roomToSort(trx);
  const span = spanOf(period, agreement);
  const { grain } = period;
  const after = spanOf(
    {
      from: Temporal.PlainDate.from(period.to).add({ days: 1 }).toString(),
      to: Temporal.PlainDate.from(period.to)
        .add({ days: daysBetween(period) })
        .toString(),
    },
    agreement,
  );
  const [stages, times, why, money, promises] = await Promise.all([
    funnel(question, { span, grain, which: {} }),
    answerTimes(question, { span, grain, which: {} }),
    reasons(question, { span, grain, which: {} }),
    budget(question, { span, which: {}, attribution: 'position' }),
    commitments(question, { span }),
  ]);
  const given = sql`f.workspace = ${workspace}::uuid and f.at >= ${span.since}::timestamptz and f.at < ${span.until}::timestamptz
                    and f.at <= ${asOf}::timestamptz`;
  const said = await sql<{ verdict: Verdict | null; n: number; answered: number }>`
    select f.verdict, count(*) as n,
           count(*) filter (where exists (select from feedback_reply r where r.workspace = f.workspace and r.feedback = f.id
                                            and r.at <= ${asOf}::timestamptz)) as answered
    from feedback f where ${given} group by 1`.execute(trx);
  const waking = await sql<{ n: number }>`
    select count(*) as n from lead where workspace = ${workspace}::uuid and stage = 'recycled' and wakes_on >= ${after.from}::date
      and wakes_on <= ${after.to}::date`.execute(trx);
  const starting = await trx
    .selectFrom('campaign')
    .select(['id', 'name', 'started_on'])
    .where('workspace', '=', workspace)
    .where('started_on', '>=', after.from)
    .where('started_on', '<=', after.to)
    .orderBy('started_on')
    .orderBy('id')
    .execute();
  const sum = (rows: readonly { n: number }[]) => rows.reduce((all, { n }) => all + n, 0);
  const handoffs = Object.fromEntries(
    handoffStates.map((state) => [state, stages.series.reduce((n, part) => n + part.handoffs[state], 0)]),
  ) as Record<HandoffState, number>;
  return {
    marketing: {
      stages: stages.stages,
      handoffs,
      budget: money.total,
      ...(money.currency !== undefined && { currency: money.currency }),
      campaigns: money.campaigns
        .filter(({ outcomes }) => outcomes.sql > 0)
        .sort((a, b) => b.outcomes.sql - a.outcomes.sql || a.campaign.name.localeCompare(b.campaign.name))
        .slice(0, campaignsShown)
        .map(({ campaign, outcomes }) => ({ id: campaign.id, name: campaign.name, sql: outcomes.sql })),
      feedback: { given: sum(said.rows), answered: said.rows.reduce((all, { answered }) => all + answered, 0) },
      coming: {
        waking: waking.rows[0]!.n,
        campaigns: starting.map(({ id, name, started_on }) => ({ id, name, on: started_on! })),
      },
    },
    sales: {
      answers: times.total,
      reasons: { total: why.total, items: why.items.map(({ reason, share }) => ({ ...(reason !== undefined && { reason }), n: share.n })) },
      verdicts: Object.fromEntries(verdicts.map((verdict) => [verdict, sum(said.rows.filter((row) => row.verdict === verdict))])) as Record<
        Verdict,
        number
      >,
      unanswered: handoffs.waiting,
    },
    commitments: promises,
  };
}
