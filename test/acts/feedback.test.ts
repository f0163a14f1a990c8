import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { feedbackInbox, feedbackPatterns, giveFeedback, replyToFeedback } from '../../lib/contract/routes/feedback.ts';
import { queue } from '../../lib/contract/routes/leads.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';
import { verdictReasons } from '../../lib/funnel/reasons.ts';
import type { User } from '../../server/http/user.ts';
import { newId } from '../../server/store/id.ts';
import { type TestServer, testServer } from '../server/harness.ts';
import { helpers } from './help.ts';

let server: TestServer;
let help: ReturnType<typeof helpers>;
let rep: User;
let marketer: User;
beforeAll(async () => {
  server = await testServer();
  help = helpers(server);
  rep = await server.user('rep', { name: 'Ana' });
  marketer = await server.user('marketer', { name: 'Ines' });
  // A Monday morning in Vienna.
  server.clock.now = Date.parse('2026-11-23T09:00:00.000Z');
});
afterAll(() => server?.close());

type Said = Parameters<typeof give>[1];
const give = (
  lead: string,
  said: {
    kind: 'verdict' | 'insight';
    verdict?: 'strong' | 'fair' | 'poor';
    reasons?: string[];
    note?: string;
    about?: { campaign?: string; touch?: string };
  },
  key?: string,
) => server.call(rep, giveFeedback, { params: { id: lead }, body: { ...said, actedAt: help.now() }, ...(key && { key }) });
const inbox = async (query: object = {}) => (await server.call(marketer, feedbackInbox, { query })).body;

describe('giving', () => {
  test('a verdict stands on the card under the id of the act', async () => {
    const lead = await server.lead();
    const key = newId();
    const { status, body } = await give(
      lead,
      { kind: 'verdict', verdict: 'poor', reasons: ['not_icp'], note: ' Too small, 11 people ' },
      key,
    );
    expect(status).toBe(201);
    expect(body.feedback).toMatchObject({
      id: key,
      kind: 'verdict',
      verdict: 'poor',
      reasons: ['not_icp'],
      note: 'Too small, 11 people',
      by: 'Ana',
      byMe: true,
      replies: [],
    });
    expect(body.card.feedback).toEqual([body.feedback]);
    expect((await help.card(marketer, lead)).feedback[0]!.byMe).toBeUndefined();
  });

  test('every reason that the card offers is one that may be given', async () => {
    const lead = await server.lead();
    for (const verdict of ['strong', 'fair', 'poor'] as const) {
      const reasons = [...verdictReasons(verdict, defaultAgreement('Europe/Vienna'))];
      expect(reasons.length).toBeGreaterThan(2);
      const { status, body } = await give(lead, { kind: 'verdict', verdict, reasons });
      expect([status, body.feedback?.reasons]).toEqual([201, reasons]);
    }
  });

  test('about a touch brings its campaign', async () => {
    const lead = await server.lead();
    const campaign = await help.campaign('Cut churn in Q4');
    const touch = await help.touch(lead, campaign);
    expect((await give(lead, { kind: 'verdict', verdict: 'strong', about: { touch } })).body.feedback.about).toEqual({ touch, campaign });
  });

  test('what does not fit is said', async () => {
    const lead = await server.lead();
    const foreign = await help.touch(await server.lead(), undefined);
    const tries: [Said, number][] = [
      [{ kind: 'verdict' }, 400],
      [{ kind: 'insight', note: '  ' }, 400],
      [{ kind: 'verdict', verdict: 'poor', reasons: ['because'] }, 422],
      [{ kind: 'verdict', verdict: 'poor', reasons: ['knew_us'] }, 422],
      [{ kind: 'verdict', verdict: 'poor', about: { campaign: newId() } }, 422],
      [{ kind: 'verdict', verdict: 'poor', about: { touch: foreign } }, 422],
    ];
    for (const [said, status] of tries) expect((await give(lead, said)).status, JSON.stringify(said)).toBe(status);
    expect(
      (await server.call(marketer, giveFeedback, { params: { id: lead }, body: { kind: 'insight', note: 'x', actedAt: help.now() } }))
        .status,
    ).toBe(403);
    expect((await help.card(rep, lead)).feedback).toEqual([]);
  });

  test('the same number from two people is two things, and never one', async () => {
    const lead = await server.lead();
    const key = newId();
    const other = await server.user('rep');
    expect((await give(lead, { kind: 'insight', note: 'One' }, key)).status).toBe(201);
    const clash = await server.call(other, giveFeedback, {
      params: { id: lead },
      body: { kind: 'insight', note: 'Two', actedAt: help.now() },
      key,
    });
    expect([clash.status, clash.body.type]).toEqual([422, 'urn:baton:problem:key-reused']);
    expect((await help.card(rep, lead)).feedback).toHaveLength(1);
  });
});

describe('answering', () => {
  test('the rep sees what marketing did; the queue gets shorter', async () => {
    const lead = await server.lead({ name: 'Milan Horvat', company: 'Kestrel Optics' });
    const { body } = await give(lead, { kind: 'verdict', verdict: 'fair' });
    const { id } = body.feedback;
    const waits = async () =>
      (await server.call(marketer, queue, { query: { state: 'feedback' } })).body.items.find((i) => i.feedback?.id === id);
    // Two working days of nine hours from Monday, ten o'clock.
    expect(await waits()).toMatchObject({
      kind: 'feedback',
      person: { name: 'Milan Horvat', company: 'Kestrel Optics' },
      dueAt: '2026-11-25T09:00:00.000Z',
    });
    expect((await inbox({ state: 'open' })).items.find((i) => i.id === id)).toMatchObject({
      dueAt: '2026-11-25T09:00:00.000Z',
      lead: { id: lead, name: 'Milan Horvat' },
    });

    const answer = await server.call(marketer, replyToFeedback, {
      params: { id },
      body: { state: 'done', note: 'Companies under 50 are left out now.', actedAt: help.now() },
    });
    expect(answer.status).toBe(201);
    expect(answer.body.feedback.replies).toEqual([
      { state: 'done', note: 'Companies under 50 are left out now.', by: 'Ines', at: help.now() },
    ]);
    expect((await help.card(rep, lead)).feedback[0]!.replies).toHaveLength(1);
    expect(await waits()).toBeUndefined();
    expect((await inbox({ state: 'done' })).items.map((i) => i.id)).toContain(id);
    expect((await server.call(rep, replyToFeedback, { params: { id }, body: { state: 'seen', actedAt: help.now() } })).status).toBe(403);
    expect(
      (await server.call(marketer, replyToFeedback, { params: { id: newId() }, body: { state: 'seen', actedAt: help.now() } })).status,
    ).toBe(404);
  });
});

describe('the inbox', () => {
  test('pages without gaps or doubles, newest first', async () => {
    const lead = await server.lead();
    const given: string[] = [];
    for (let i = 0; i < 7; i++) {
      server.clock.now += 60_000;
      given.unshift((await give(lead, { kind: 'insight', note: `No. ${i}` })).body.feedback.id);
    }
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await inbox({ limit: 3, ...(before && { before }) });
      seen.push(...page.items.map((i) => i.id));
      before = page.next;
    } while (before && seen.length < 50);
    expect(seen.slice(0, 7)).toEqual(given);
    expect(new Set(seen).size).toBe(seen.length);
    expect((await server.call(marketer, feedbackInbox, { query: { before: 'rubbish' } })).status).toBe(400);
  });

  test('by campaign: what names it, and what is about a lead it engaged', async () => {
    const campaign = await help.campaign('Support at scale');
    const other = await help.campaign('Spring fair');
    const [engaged, sentTo] = [await server.lead(), await server.lead()];
    await help.touch(engaged, campaign);
    await help.touch(sentTo, campaign, 'sent', 'email');
    const about = (await give(sentTo, { kind: 'insight', note: 'Named', about: { campaign } })).body.feedback.id;
    const lead = (await give(engaged, { kind: 'verdict', verdict: 'strong' })).body.feedback.id;
    await give(sentTo, { kind: 'verdict', verdict: 'poor' });
    await give(engaged, { kind: 'insight', note: 'Another', about: { campaign: other } });
    const items = (await inbox({ campaign })).items;
    expect(items.map((i) => i.id).sort()).toEqual([about, lead].sort());
    expect(items.find((i) => i.id === lead)!.campaigns).toEqual([{ id: campaign, name: 'Support at scale' }]);
  });

  test('by kind, by reason, and by words as they are written', async () => {
    const campaign = await help.campaign('Autumn 100%_fair');
    const lead = await server.lead({ name: 'Zdenka Marr', company: 'Halden Freight' });
    const heard = (await give(lead, { kind: 'insight', note: 'They pay 100% up front' })).body.feedback.id;
    const named = (await give(lead, { kind: 'insight', note: 'Liked the stand', about: { campaign } })).body.feedback.id;
    const poor = (await give(lead, { kind: 'verdict', verdict: 'poor', reasons: ['not_decision_maker'] })).body.feedback.id;
    const ids = async (query: object) => (await inbox(query)).items.map((i) => i.id);
    expect(await ids({ q: 'zdenka', kind: 'insight' })).toEqual([named, heard]);
    expect(await ids({ q: 'halden freight', kind: 'verdict' })).toEqual([poor]);
    expect(await ids({ q: '100% up' })).toEqual([heard]);
    expect(await ids({ q: '%_fair' })).toEqual([named]);
    expect(await ids({ q: '100_ up' })).toEqual([]);
    expect(await ids({ q: 'zdenka', reason: 'not_decision_maker' })).toEqual([poor]);
    expect(await ids({ q: 'zdenka', reason: 'no_budget' })).toEqual([]);
  });
});

describe('patterns', () => {
  test('of a campaign: verdicts, their reasons, and why its leads came back, counted once each', async () => {
    const before = (await server.call(marketer, feedbackPatterns, { query: {} })).body;
    server.clock.now += 60_000;
    const since = help.now();
    const campaign = await help.campaign('Trade fair');
    const other = await help.campaign('Never asked');
    const leads = await Promise.all([1, 2, 3, 4].map(() => server.lead()));
    for (const lead of leads) await help.touch(lead, campaign);
    for (const lead of leads) await help.touch(lead, campaign, 'downloaded');
    const later = await server.lead();
    for (const [i, lead] of leads.entries())
      await give(lead, {
        kind: 'verdict',
        verdict: i < 3 ? 'poor' : 'strong',
        ...(i < 2 && { reasons: ['not_decision_maker', 'not_icp'] }),
      });
    await give(leads[0]!, { kind: 'insight', note: 'We only came for the coffee' });
    // Engaged only after it was said and handed over: not of this campaign.
    await give(later, { kind: 'verdict', verdict: 'poor', reasons: ['not_icp'] });
    for (const lead of [leads[0]!, leads[1]!, later]) {
      await help.decide(marketer, lead, { kind: 'hand_over', to: rep.id, criteria: [], why: [] });
      await help.decide(rep, lead, { kind: 'recycle', reason: lead === leads[1] ? 'no_budget' : 'not_decision_maker' });
    }
    server.clock.now += 60_000;
    await help.touch(later, campaign);
    const { status, body } = await server.call(marketer, feedbackPatterns, { query: { since } });
    expect(status).toBe(200);
    expect(body.campaigns.map((one) => one.campaign.id)).toEqual([campaign]);
    expect(body.campaigns[0]).toEqual({
      campaign: { id: campaign, name: 'Trade fair', channel: 'webinar' },
      verdicts: { strong: 1, fair: 0, poor: 3 },
      insights: 1,
      reasons: [
        { reason: 'not_decision_maker', verdicts: { n: 2, of: 4 }, returned: { n: 1, of: 2 } },
        { reason: 'not_icp', verdicts: { n: 2, of: 4 }, returned: { n: 0, of: 2 } },
        { reason: 'no_budget', verdicts: { n: 0, of: 4 }, returned: { n: 1, of: 2 } },
      ],
    });
    expect(body.campaigns.some((one) => one.campaign.id === other)).toBe(false);
    expect([body.counts.all - before.counts.all, body.counts.open - before.counts.open]).toEqual([6, 6]);
  });
});
