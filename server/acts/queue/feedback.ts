import type { WireQueueItem } from '../../../lib/contract/routes/leads.ts';
import type { Agreement } from '../../../lib/funnel/agreement.ts';
import type { Caller } from '../common.ts';
import { answerDue } from '../feedback.ts';
import { whoOf } from '../who.ts';
import { daysBefore } from './since.ts';

/** What of the queue is feedback: what marketing has not answered, and to sales what it did answer. */

/** How long an answer to feedback is news. */
const newsDays = 7;

export async function unansweredFeedback(
  { trx, workspace }: Caller,
  terms: Agreement | undefined,
  limit: number,
): Promise<WireQueueItem[]> {
  const rows = await trx
    .selectFrom('feedback as f')
    .innerJoin('person as p', (join) => join.onRef('p.workspace', '=', 'f.workspace').onRef('p.id', '=', 'f.person'))
    .innerJoin('lead as l', (join) => join.onRef('l.workspace', '=', 'f.workspace').onRef('l.id', '=', 'f.person'))
    .innerJoin('app_user as u', (join) => join.onRef('u.workspace', '=', 'f.workspace').onRef('u.id', '=', 'f.by_user'))
    .leftJoin('campaign as c', (join) => join.onRef('c.workspace', '=', 'f.workspace').onRef('c.id', '=', 'f.campaign'))
    .where('f.workspace', '=', workspace)
    .where('f.replied', 'is', null)
    .select(['f.id', 'f.kind', 'f.verdict', 'f.reasons', 'f.note', 'f.at', 'f.person', 'u.name as by', 'c.name as campaign'])
    .select(['p.name', 'p.title', 'p.company', 'l.stage'])
    .orderBy('f.at')
    .orderBy('f.id')
    .limit(limit)
    .execute();
  return rows.map((row) => {
    const dueAt = terms && answerDue(terms, row.at);
    return {
      kind: 'feedback',
      lead: row.person,
      person: whoOf(row),
      stage: row.stage,
      ...(dueAt !== undefined && { dueAt }),
      feedback: feedbackOf(row, row.by),
    };
  });
}

/** What marketing answered last to feedback of the caller. */
export async function replies({ trx, workspace, user, receivedAt }: Caller, limit: number): Promise<WireQueueItem[]> {
  const rows = await trx
    .selectFrom('feedback as f')
    .innerJoin('person as p', (join) => join.onRef('p.workspace', '=', 'f.workspace').onRef('p.id', '=', 'f.person'))
    .innerJoin('lead as l', (join) => join.onRef('l.workspace', '=', 'f.workspace').onRef('l.id', '=', 'f.person'))
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('feedback_reply as r')
          .innerJoin('app_user as u', (join) => join.onRef('u.workspace', '=', 'r.workspace').onRef('u.id', '=', 'r.by_user'))
          .whereRef('r.workspace', '=', 'f.workspace')
          .whereRef('r.feedback', '=', 'f.id')
          .select(['r.state', 'r.note as answer', 'r.at as answered_at', 'u.name as answered_by'])
          .orderBy('r.at', 'desc')
          .orderBy('r.id', 'desc')
          .limit(1)
          .as('r'),
      (join) => join.onTrue(),
    )
    .leftJoin('campaign as c', (join) => join.onRef('c.workspace', '=', 'f.workspace').onRef('c.id', '=', 'f.campaign'))
    .where('f.workspace', '=', workspace)
    .where('f.by_user', '=', user.id)
    .where('r.answered_at', '>=', daysBefore(receivedAt, newsDays))
    .select(['f.id', 'f.kind', 'f.verdict', 'f.reasons', 'f.note', 'f.at', 'f.person', 'c.name as campaign'])
    .select(['p.name', 'p.title', 'p.company', 'l.stage', 'r.state', 'r.answer', 'r.answered_at', 'r.answered_by'])
    .orderBy('r.answered_at', 'desc')
    .orderBy('f.id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    kind: 'reply',
    lead: row.person,
    person: whoOf(row),
    stage: row.stage,
    feedback: feedbackOf(row, user.name),
    reply: { state: row.state, ...(row.answer !== null && { note: row.answer }), by: row.answered_by, at: row.answered_at },
  }));
}

interface FeedbackRow {
  id: string;
  kind: NonNullable<WireQueueItem['feedback']>['kind'];
  verdict: NonNullable<WireQueueItem['feedback']>['verdict'] | null;
  reasons: NonNullable<WireQueueItem['feedback']>['reasons'];
  note: string | null;
  at: string;
  campaign: string | null;
}
const feedbackOf = (row: FeedbackRow, by: string): NonNullable<WireQueueItem['feedback']> => ({
  id: row.id,
  kind: row.kind,
  ...(row.verdict !== null && { verdict: row.verdict }),
  reasons: row.reasons,
  ...(row.note !== null && { note: row.note }),
  by,
  at: row.at,
  ...(row.campaign !== null && { campaign: row.campaign }),
});
