import { afterAll, beforeAll, expect, test } from 'vitest';
import { previewDigest } from '../../lib/contract/routes/digests.ts';
import { giveFeedback, replyToFeedback } from '../../lib/contract/routes/feedback.ts';
import { campaignsReport } from '../../lib/contract/routes/reports.ts';
import { answerTimesReport } from '../../lib/contract/routes/reports-answers.ts';
import { commitmentsReport } from '../../lib/contract/routes/reports-commitments.ts';
import { funnelReport } from '../../lib/contract/routes/reports-funnel.ts';
import { reasonsReport } from '../../lib/contract/routes/reports-reasons.ts';
import type { User } from '../../server/http/user.ts';
import { helpers } from '../acts/help.ts';
import { type TestServer, testServer } from '../server/harness.ts';

/** The story that the browser test tells, with nobody else in the workspace: every number is known beforehand. */
let server: TestServer;
let help: ReturnType<typeof helpers>;
let [rep, marketer, manager]: User[] = [];
let [webinar, demo] = ['', ''];
const query = { from: '2026-11-23', to: '2026-11-29' };

beforeAll(async () => {
  server = await testServer();
  help = helpers(server);
  [rep, marketer, manager] = [await server.user('rep'), await server.user('marketer'), await server.user('manager')];
  // A Monday morning in Vienna.
  server.clock.now = Date.parse('2026-11-23T08:00:00.000Z');
  [webinar, demo] = [await help.campaign('Cut churn'), await help.campaign('Demo day')];
  const leads: string[] = [];
  for (let i = 0; i < 20; i++) {
    const lead = await server.lead();
    await help.touch(lead, webinar);
    if (i < 8) await help.touch(lead, demo, 'form');
    leads.push(lead);
  }
  server.clock.now += 60_000;
  for (const lead of leads.slice(0, 8))
    await help.decide(marketer!, lead, {
      kind: 'hand_over',
      to: rep!.id,
      criteria: ['icp', 'intent', 'role'],
      why: ['Asked for the demo'],
    });
  server.clock.now += 3_600_000;
  const say = (lead: string, verdict: 'strong' | 'poor', reasons?: string[]) =>
    server.call(rep!, giveFeedback, {
      params: { id: lead },
      body: { kind: 'verdict', verdict, ...(reasons && { reasons }), actedAt: help.now() },
    });
  for (const i of [0, 2, 3]) await help.decide(rep!, leads[i]!, { kind: 'accept' });
  await help.decide(rep!, leads[1]!, { kind: 'recycle', reason: 'not_decision_maker' });
  await help.decide(rep!, leads[4]!, { kind: 'recycle', reason: 'no_budget' });
  await help.decide(rep!, leads[5]!, { kind: 'qualify', criteria: ['need'] });
  await say(leads[0]!, 'strong');
  const poor = await say(leads[1]!, 'poor', ['not_decision_maker']);
  await server.call(marketer!, replyToFeedback, {
    params: { id: poor.body.feedback.id },
    body: { state: 'done', note: 'Heads of support only.', actedAt: help.now() },
  });
  server.clock.now += 60_000;
});
afterAll(() => server?.close());

const ask = async <R extends Parameters<TestServer['call']>[1]>(route: R, more: object = {}) => {
  const { status, body } = await server.call(manager!, route, { query: { ...query, ...more } } as never);
  expect(status).toBe(200);
  // biome-ignore lint/suspicious/noExplicitAny: the answer of whichever route it is
  return body as any;
};

test('campaigns', async () => {
  const { items, total } = await ask(campaignsReport);
  const of = (id: string) => items.find(({ campaign }: { campaign: { id: string } }) => campaign.id === id);
  expect(of(webinar)).toMatchObject({
    touched: 20,
    handedOver: 8,
    accepted: { n: 4, of: 8 },
    qualified: { n: 1, of: 8 },
    returned: 2,
    verdicts: { strong: 1, fair: 0, poor: 1 },
  });
  expect(of(webinar).accepted.share).toBeUndefined();
  expect(of(demo)).toMatchObject({ touched: 8, handedOver: 8, accepted: { n: 4, of: 8 }, returned: 2 });
  expect(total).toMatchObject({ touched: 20, handedOver: 8, returned: 2 });
});

test('funnel, reasons and answer times, of the campaign and of everybody', async () => {
  for (const more of [{}, { campaign: webinar }, { campaign: demo }]) {
    const { stages, series } = await ask(funnelReport, more);
    const entered = (name: string) => stages.find(({ stage }: { stage: string }) => stage === name).entered;
    expect(['mql', 'sal', 'sql', 'opportunity'].map(entered)).toEqual([8, 4, 1, 0]);
    expect(series.flatMap(({ handoffs }: { handoffs: object }) => handoffs)).toEqual([
      { waiting: 2, accepted: 3, qualified: 1, returned: 2 },
    ]);
    const { total, items } = await ask(reasonsReport, more);
    expect(total).toBe(2);
    expect(Object.fromEntries(items.map((item: { reason: string; share: { n: number } }) => [item.reason, item.share.n]))).toEqual({
      not_decision_maker: 1,
      no_budget: 1,
    });
    const answers = await ask(answerTimesReport, more);
    expect(answers.total).toMatchObject({ opened: 8, inTime: { n: 6, of: 6 }, waiting: 2, medianMinutes: 60 });
  }
});

test('the running week and the promises', async () => {
  const { body: digest } = await server.call(manager!, previewDigest, { query: { grain: 'week' } });
  expect(digest).toMatchObject({ period: '2026-W48', from: query.from, to: query.to });
  const { marketing, sales, commitments } = digest.body;
  expect(marketing.handoffs).toEqual({ waiting: 2, accepted: 3, qualified: 1, returned: 2 });
  expect(marketing.feedback).toEqual({ given: 2, answered: 1 });
  expect(sales.unanswered).toBe(2);
  expect(sales.verdicts).toEqual({ strong: 1, fair: 0, poor: 1 });
  expect(sales.reasons.total).toBe(2);
  const page = await ask(commitmentsReport);
  expect(commitments).toEqual(page.items);
  const promise = (id: string) => commitments.find((one) => one.id === id)!;
  expect(promise('mqls').count!.n).toBe(8);
  expect(promise('answered-in-time').share).toEqual({ n: 6, of: 6 });
});
