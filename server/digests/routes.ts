import { commentDigest, type DigestHead, digests, previewDigest, seeDigest } from '../../lib/contract/routes/digests.ts';
import type { z } from '../../lib/contract/z.ts';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import { periodOf } from '../../lib/funnel/periods.ts';
import { teamOf } from '../../lib/funnel/words.ts';
import type { App } from '../http/app.ts';
import { worded } from '../http/problem.ts';
import type { User } from '../http/user.ts';
import { agreementFor, jsonOrCsv } from '../reports/asked.ts';
import type { Trx } from '../store/db.ts';
import { compose } from './compose.ts';
import { freezeEnded } from './freeze.ts';
import { mailFromEnv, send } from './send.ts';
import { listTable, tableOf } from './table.ts';

/** Of a list; older ones are asked for by name. */
const newest = 60;

export function routes(app: App): void {
  app.handle(digests, async (call) => {
    const { trx, workspace, user, query } = call;
    const heads = await read(trx, workspace, user, query.period);
    if (query.period === undefined) return jsonOrCsv(call, 'digests', { items: heads }, () => listTable(heads));
    const row = await trx
      .selectFrom('digest')
      .select('body')
      .where('workspace', '=', workspace)
      .where('period', '=', query.period)
      .executeTakeFirst();
    if (!row) throw worded('not-found', 'no-digest');
    const answer = { items: heads.map((head) => ({ ...head, body: row.body })) };
    return jsonOrCsv(call, `digest ${query.period}`, answer, () => tableOf(row.body));
  });

  app.handle(previewDigest, async (call) => {
    const { trx, workspace, query, receivedAt } = call;
    const agreement = await agreementFor(trx, workspace);
    const period = periodOf(businessCalendar(agreement.calendar).dayOf(Date.parse(receivedAt)), query.grain, agreement.calendar);
    const { name, grain, from, to } = period;
    const body = await compose({ trx, workspace, agreement, asOf: receivedAt }, period);
    const answer = {
      period: name,
      grain,
      from,
      to,
      seen: { byMe: false, people: 0, of: await people(trx, workspace) },
      comments: [],
      body,
    };
    return jsonOrCsv(call, `digest ${name} so far`, answer, () => tableOf(body));
  });

  app.handle(commentDigest, async ({ trx, workspace, user, params, body, receivedAt }) => {
    await one(trx, workspace, user, params.period);
    const row = { text: body.text, by_user: user.id, at: receivedAt };
    await trx
      .insertInto('digest_comment')
      .values({ workspace, period: params.period, team: user.role === 'marketer' ? teamOf.lead : teamOf.sql, ...row })
      .onConflict((conflict) => conflict.columns(['workspace', 'period', 'team']).doUpdateSet(row))
      .execute();
    return one(trx, workspace, user, params.period);
  });

  app.handle(seeDigest, async ({ trx, workspace, user, params, receivedAt }) => {
    await one(trx, workspace, user, params.period);
    await trx
      .insertInto('digest_seen')
      .values({ workspace, period: params.period, by_user: user.id, at: receivedAt })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return one(trx, workspace, user, params.period);
  });

  const mail = mailFromEnv(process.env);
  app.jobs.work('digest', async ({ workspace, store }) => {
    await freezeEnded(store, workspace, new Date(app.now()).toISOString(), {
      // In one transaction: a server that dies in between has frozen nothing, and the next run does both.
      ...(mail && { news: (trx, period) => app.jobs.send(workspace, 'digest.send', { period }, { key: period, within: trx }) }),
    });
  });
  // Often, because periods end at midnight of the agreement's zone, which is any quarter of an hour in UTC.
  app.jobs.every('*/15 * * * *', 'digest');
  app.jobs.work<{ period: string }>('digest.send', async ({ workspace, store, data }) => {
    if (mail) await send(store, workspace, data.period, mail);
  });
}

async function one(trx: Trx, workspace: string, user: User, period: string): Promise<DigestHead> {
  const [head] = await read(trx, workspace, user, period);
  if (!head) throw worded('not-found', 'no-digest');
  return head;
}

const people = async (trx: Trx, workspace: string): Promise<number> =>
  (
    await trx
      .selectFrom('app_user')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('workspace', '=', workspace)
      .where('disabled_at', 'is', null)
      .executeTakeFirstOrThrow()
  ).n;

async function read(trx: Trx, workspace: string, user: User, period: string | undefined): Promise<z.output<typeof seeDigest.answer>[]> {
  const rows = await trx
    .selectFrom('digest')
    .select(['period', 'grain', 'from_day', 'to_day', 'frozen_at'])
    .where('workspace', '=', workspace)
    .$if(period !== undefined, (query) => query.where('period', '=', period!))
    .orderBy('to_day', 'desc')
    .orderBy('period', 'desc')
    .limit(newest)
    .execute();
  if (rows.length === 0) return [];
  const names = rows.map((row) => row.period);
  const [of, seen, comments] = await Promise.all([
    people(trx, workspace),
    trx.selectFrom('digest_seen').select(['period', 'by_user']).where('workspace', '=', workspace).where('period', 'in', names).execute(),
    trx
      .selectFrom('digest_comment as c')
      .innerJoin('app_user as u', (join) => join.onRef('u.workspace', '=', 'c.workspace').onRef('u.id', '=', 'c.by_user'))
      .where('c.workspace', '=', workspace)
      .where('c.period', 'in', names)
      .select(['c.period', 'c.team', 'c.text', 'u.name as by', 'c.at'])
      .orderBy('c.team')
      .execute(),
  ]);
  return rows.map((row) => ({
    period: row.period,
    grain: row.grain,
    from: row.from_day,
    to: row.to_day,
    frozenAt: row.frozen_at,
    seen: {
      byMe: seen.some((one) => one.period === row.period && one.by_user === user.id),
      people: seen.filter((one) => one.period === row.period).length,
      of,
    },
    comments: comments.filter((one) => one.period === row.period).map(({ team, text, by, at }) => ({ team, text, by, at })),
  }));
}
