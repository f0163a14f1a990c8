import { getRecord } from '../../lib/contract/routes/agreement.ts';
import type { Agreement, Commitment } from '../../lib/funnel/agreement.ts';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import { type Measure, measures } from '../../lib/funnel/measures.ts';
import { periodOf } from '../../lib/funnel/periods.ts';
import { intervalOf, targetAgainst } from '../../lib/funnel/record.ts';
import type { App } from '../http/app.ts';
import { worded } from '../http/problem.ts';
import { spanOf } from '../reports/arithmetic/question.ts';
import { commitments } from '../reports/commitments.ts';

const quartersShown = 4;
const monthsOfQuarter = 3;

/** The last four whole quarters of what an agreement promises, so that nobody signs what never was, or what always is. */
export function routes(app: App): void {
  app.handle(getRecord, async ({ trx, workspace, query, receivedAt }) => {
    const row = await trx
      .selectFrom('agreement')
      .select(['version', 'body'])
      .where('workspace', '=', workspace)
      .$if(query.version !== undefined, (q) => q.where('version', '=', query.version!))
      // What is only being written is counted by the first draft's calendar while nothing is in force.
      .$if(query.version === undefined && query.measure === undefined, (q) => q.where('in_force_at', 'is not', null))
      .orderBy(({ eb }) => eb('in_force_at', 'is', null))
      .orderBy('version', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (!row)
      throw query.version === undefined
        ? worded('not-found', 'no-agreement')
        : worded('not-found', 'no-such-agreement', { version: query.version });
    const agreement: Agreement = {
      ...row.body,
      version: row.version,
      ...(query.measure && { commitments: [asked(query.measure, query)] }),
    };
    const quarters = lastQuarters(agreement, receivedAt);
    const question = { trx, workspace, agreement, asOf: receivedAt };
    const delivered: Awaited<ReturnType<typeof commitments>>[] = [];
    // One after the other: each is several queries, and the connection is one.
    for (const { from, to } of quarters) delivered.push(await commitments(question, { span: spanOf({ from, to }, agreement) }));
    return {
      version: agreement.version,
      quarters: quarters.map(({ name, from, to }) => ({ name, from, to })),
      items: agreement.commitments.map(({ id, unit, target }, i) => {
        const parts = delivered.map((all) => {
          const { share, count } = all[i]!;
          return unit === 'share' ? { n: share?.n ?? 0, of: share?.of ?? 0 } : { n: count?.n ?? 0, of: monthsOfQuarter };
        });
        // A workspace that began last month promised nothing before: quarters without anything at the start don't count.
        const begun = parts.findIndex(({ n, of }) => n > 0 || (unit === 'share' && of > 0));
        const counted = begun < 0 ? [] : parts.slice(begun);
        const whole = intervalOf(unit, { n: sum(counted.map(({ n }) => n)), of: sum(counted.map(({ of }) => of)) });
        const against = query.measure ? undefined : targetAgainst(target, whole);
        return {
          id,
          quarters: parts.map((part) => ({ ...part, ...intervalOf(unit, part) })),
          ...(whole && { record: whole }),
          ...(against && { against }),
        };
      }),
    };
  });
}

/** A promise that nobody has made yet. It asks for nothing, so that only its record is told. */
const asked = (measure: Measure, { hours, segment }: { hours?: number; segment?: string }): Commitment => ({
  id: 'asked',
  text: '',
  measure,
  ...measures[measure],
  target: 0,
  ...(hours !== undefined && { hours }),
  ...(segment !== undefined && { segment }),
});

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

/** The newest four that have ended, oldest first. */
function lastQuarters(agreement: Agreement, now: string) {
  const { calendar } = agreement;
  let quarter = periodOf(businessCalendar(calendar).dayOf(Date.parse(now)), 'quarter', calendar);
  return Array.from({ length: quartersShown }, () => {
    quarter = periodOf(Temporal.PlainDate.from(quarter.from).subtract({ days: 1 }).toString(), 'quarter', calendar);
    return quarter;
  }).reverse();
}
