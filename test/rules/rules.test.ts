import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { changeCampaign } from '../../lib/contract/routes/campaigns.ts';
import { readyLeads } from '../../lib/contract/routes/ready.ts';
import { addRule, changeRule, previewRule, rules, ruleVersions, switchRule } from '../../lib/contract/routes/rules.ts';
import { changeUser } from '../../lib/contract/routes/users.ts';
import type { RuleBody } from '../../lib/funnel/rule.ts';
import type { Stage, TouchKind } from '../../lib/funnel/words.ts';
import { wakeDue } from '../../server/acts/jobs.ts';
import type { User } from '../../server/http/user.ts';
import type { Arrival } from '../../server/ingest/arrival.ts';
import { ingest } from '../../server/ingest/ingest.ts';
import { runRules } from '../../server/rules/run.ts';
import { createTeam } from '../../server/store/workspaces.ts';
import { helpers } from '../acts/help.ts';
import { type TestServer, testServer } from '../server/harness.ts';

let server: TestServer;
let help: ReturnType<typeof helpers>;
let [rep, otherRep, thirdRep, marketer, manager, admin]: User[] = [];
beforeAll(async () => {
  server = await testServer();
  help = helpers(server);
  [rep, otherRep, thirdRep, marketer, manager, admin] = [
    await server.user('rep', { name: 'Anna' }),
    await server.user('rep', { name: 'Bela' }),
    await server.user('rep', { name: 'Cleo' }),
    await server.user('marketer'),
    await server.user('manager', { name: 'Dora' }),
    await server.user('admin'),
  ];
});
afterAll(() => server?.close());
const monday = Date.parse('2026-11-23T09:00:00.000Z');
const day = 86_400_000;
const at = (offset: number) => new Date(monday + offset).toISOString();
beforeEach(() => {
  server.clock.now = monday;
});
afterEach(async () => {
  // Each test has its own rules.
  for (const { id } of (await server.call(marketer, rules)).body.items)
    await server.call(marketer, switchRule, { params: { id }, body: { on: false } });
});

const scoring: RuleBody = {
  name: 'Ten points in a fortnight',
  when: { kind: 'score', days: 14, least: 10, points: { form: 6, attended: 5, visited: 1 } },
  criteria: ['intent'],
  intent: 'high',
  assign: { owner: false, segments: [], otherwise: { to: 'pool' } },
};
async function ruleOn(over: Partial<RuleBody> = {}): Promise<string> {
  const made = await server.call(marketer, addRule, { body: { ...scoring, ...over } });
  expect(made.status).toBe(201);
  expect((await server.call(marketer, switchRule, { params: { id: made.body.id }, body: { on: true } })).body.onSince).toBeDefined();
  return made.body.id;
}
let count = 0;
const event = (email: string, some: Partial<Arrival> & { kind?: TouchKind; campaign?: string; asset?: string } = {}): Arrival => {
  const { kind = 'form', campaign, asset, ...rest } = some;
  return {
    source: 'web',
    sourceId: `event ${++count}`,
    at: at(-60_000),
    person: { keys: [{ kind: 'email', value: email }] },
    ...(!rest.stage && { touch: { kind, ...(campaign && { campaign: { name: campaign } }), ...(asset && { asset }) } }),
    ...rest,
  };
};
const put = (arrivals: Arrival[], kind: 'event' | 'history' | 'crm' = 'event') =>
  server.in((trx) =>
    ingest(trx, server.workspace, arrivals, { receivedAt: help.now(), kind, by: { kind: 'source', id: 'web', name: 'Web' } }),
  );
const fresh = () => `p${++count}@example${count}.example`;
const personOf = async (arrivals: Arrival[], kind?: 'event' | 'history' | 'crm') => (await put(arrivals, kind))[0]!.person!;
const run = () => runRules(server.store, server.workspace, help.now());
const evidence = (lead: string) =>
  server.in((trx) =>
    trx
      .selectFrom('rule_handoff as r')
      .innerJoin('handoff as h', 'h.id', 'r.handoff')
      .where('h.person', '=', lead)
      .select(['r.rule', 'r.version', 'r.score', 'r.touches', 'h.opened_by', 'h.agreement'])
      .orderBy('r.at')
      .execute(),
  );

describe('handing over', () => {
  test('upon ingest, with criteria, why now, intent, and what it was decided upon', async () => {
    const rule = await ruleOn();
    const mail = fresh();
    const lead = await personOf([event(mail, { asset: 'Demo' })]);
    expect((await help.card(rep!, lead)).stage).toBe('lead');
    await put([event(mail, { kind: 'opened' }), event(mail, { kind: 'attended', campaign: 'Cut churn' })]);
    const card = await help.card(rep!, lead);
    expect(card).toMatchObject({
      stage: 'mql',
      intent: 'high',
      criteria: { met: ['intent'] },
      handoff: { state: 'waiting', why: ['Filled in “Demo”', 'Attended “Cut churn”'], criteria: ['intent'] },
      clock: { state: 'on_track', allowedMinutes: 240 },
    });
    expect(card.handoff?.toId).toBeUndefined();
    const [kept] = await evidence(lead);
    expect(kept).toMatchObject({ rule, version: 1, score: 11, agreement: 1, opened_by: { kind: 'rule', id: rule, name: scoring.name } });
    expect(kept!.touches).toHaveLength(2);
  });

  test('never twice upon the same: not while a hand-off is open, not after it was returned; upon something new, yes', async () => {
    await ruleOn();
    const mail = fresh();
    const lead = await personOf([event(mail), event(mail)]);
    await put([event(mail), event(mail)]);
    expect(await run()).toBe(0);
    expect(await evidence(lead)).toHaveLength(1);
    server.clock.now += day;
    await help.decide(rep!, lead, { kind: 'accept' });
    await help.decide(rep!, lead, { kind: 'recycle', reason: 'no_need' });
    await help.decide(marketer!, lead, { kind: 'reopen' });
    expect(await run()).toBe(0);
    server.clock.now += day;
    await put([event(mail, { at: help.now() }), event(mail, { at: help.now() })]);
    const twice = await evidence(lead);
    expect(twice).toHaveLength(2);
    expect(new Set(twice.flatMap(({ touches }) => touches)).size).toBe(4);
    expect((await help.card(rep!, lead)).returned).toMatchObject({ times: 1, last: { reason: 'no_need', by: rep!.name } });
  });

  test('a recycled lead sleeps until its date; what it did meanwhile counts on that day', async () => {
    await ruleOn();
    const mail = fresh();
    const lead = await personOf([event(mail), event(mail)]);
    server.clock.now += 60_000;
    await help.decide(rep!, lead, { kind: 'recycle', reason: 'no_budget', wakesOn: '2026-12-01' });
    server.clock.now += day;
    await put([event(mail, { at: help.now() }), event(mail, { at: help.now() })]);
    expect(await run()).toBe(0);
    expect((await help.card(rep!, lead)).stage).toBe('recycled');
    server.clock.now = Date.parse('2026-11-30T23:00:00.000Z');
    await wakeDue(server.store, server.workspace, help.now());
    expect(await help.card(rep!, lead)).toMatchObject({
      stage: 'mql',
      returned: { times: 1, last: { reason: 'no_budget', by: rep!.name } },
    });
    expect(await evidence(lead)).toHaveLength(2);
  });

  test('a campaign of high intent brings it back before its date, and wakes it where no rule takes it', async () => {
    const campaign = await help.campaign(`Pricing ${count}`);
    await server.call(marketer, changeCampaign, { params: { id: campaign }, body: { intent: 'high' } });
    const { name } = await server.in((trx) =>
      trx.selectFrom('campaign').select('name').where('id', '=', campaign).executeTakeFirstOrThrow(),
    );
    const asleep = async () => {
      const mail = fresh();
      const lead = await personOf([event(mail, { at: at(-day) })]);
      await help.decide(marketer!, lead, { kind: 'hand_over', criteria: [], why: ['x'], to: rep!.id });
      await help.decide(rep!, lead, { kind: 'recycle', reason: 'no_budget', wakesOn: '2027-03-01' });
      return { mail, lead };
    };
    const [one, two] = [await asleep(), await asleep()];
    server.clock.now += 3_600_000;
    await put([event(two.mail, { at: help.now(), kind: 'opened', campaign: name })]);
    expect((await help.card(rep!, two.lead)).wakesOn).toBe('2027-03-01');
    await put([event(one.mail, { at: help.now(), kind: 'click', campaign: name })]);
    const woken = await help.card(rep!, one.lead);
    expect([woken.stage, woken.wakesOn]).toEqual(['recycled', undefined]);
    await ruleOn({ name: 'Asks by itself', when: { kind: 'campaign', days: 7 } });
    expect(await run()).toBe(1);
    expect((await help.card(rep!, one.lead)).stage).toBe('mql');
    await put([event(two.mail, { at: help.now(), kind: 'click', campaign: name })]);
    expect((await help.card(rep!, two.lead)).stage).toBe('mql');
  });

  test('of some segments alone: in its preview, when it runs, and as soon as somebody comes into one', async () => {
    const [large, small, none] = [fresh(), fresh(), fresh()];
    const saying = (one: Arrival, segment: string): Arrival => ({ ...one, person: { ...one.person!, segment } });
    const arrive = (email: string, segment?: string): Arrival[] => [
      segment === undefined ? event(email) : saying(event(email), segment),
      event(email),
    ];
    const [inLarge, inSmall, inNone] = [
      await personOf(arrive(large, 'Large')),
      await personOf(arrive(small, 'Small')),
      await personOf(arrive(none)),
    ];
    const who = { segments: ['Large', 'Public sector'] };
    const shown = await server.call(marketer, previewRule, { body: { rule: { ...scoring, who } } });
    const ids: string[] = shown.body.items.map(({ lead }) => lead);
    expect([inLarge, inSmall, inNone].map((id) => ids.includes(id))).toEqual([true, false, false]);
    const rule = await ruleOn({ who });
    expect(await run()).toBe(1);
    expect((await help.card(rep!, inLarge)).stage).toBe('mql');
    expect(await Promise.all([inSmall, inNone].map(async (id) => (await help.card(rep!, id)).stage))).toEqual(['lead', 'lead']);
    await put([saying(event(none), 'Public sector')]);
    expect((await help.card(rep!, inNone)).stage).toBe('mql');
    const kept = (await server.call(marketer, rules)).body.items.find(({ id }) => id === rule)!;
    expect(kept.who).toEqual(who);
    const change = (rule: RuleBody, version: number) =>
      server.call(marketer, changeRule, { params: { id: kept.id }, body: { version, rule } });
    expect((await change({ ...scoring, who: { segments: [] } }, 1)).body.detail).toMatch(/Name a segment/);
    expect((await change(scoring, 1)).status).toBe(200);
    expect(await run()).toBe(1);
    expect((await help.card(rep!, inSmall)).stage).toBe('mql');
  });

  test('who came back with wrong data waits for marketing', async () => {
    await ruleOn();
    const mail = fresh();
    const lead = await personOf([event(mail), event(mail)]);
    server.clock.now += 60_000;
    await help.decide(rep!, lead, { kind: 'recycle', reason: 'bad_contact_data' });
    server.clock.now += day;
    await put([event(mail, { at: help.now() }), event(mail, { at: help.now() })]);
    expect(await run()).toBe(0);
    expect((await help.card(rep!, lead)).stage).toBe('recycled');
  });

  test('a file of history waits for the job, which looks at everybody in pages', async () => {
    await ruleOn();
    const mails = Array.from({ length: 130 }, fresh);
    await put(
      mails.flatMap((mail) => [event(mail), event(mail)]),
      'history',
    );
    expect(await run()).toBe(130);
    expect(await run()).toBe(0);
  });

  test('switching on looks at once, as a job of the backend', async () => {
    const mail = fresh();
    const lead = await personOf([event(mail), event(mail)]);
    await server.jobs.start();
    await ruleOn();
    await vi.waitFor(async () => expect((await help.card(rep!, lead)).stage).toBe('mql'), { timeout: 20_000, interval: 100 });
  });
});

describe('to whom', () => {
  const holders = async (leads: string[]) => {
    const cards = await Promise.all(leads.map((lead) => help.card(rep!, lead)));
    return cards.map(({ handoff }) => handoff?.toId);
  };
  test('in turn, fairly, also when many arrive at once', async () => {
    const users = [rep!, otherRep!, thirdRep!].map(({ id }) => id);
    await ruleOn({ assign: { owner: false, segments: [], otherwise: { to: 'turn', users } } });
    const leads = await Promise.all(
      Array.from({ length: 24 }, () => {
        const mail = fresh();
        return personOf([event(mail), event(mail)]);
      }),
    );
    const got = Map.groupBy(await holders(leads), (id) => id);
    expect(users.map((id) => got.get(id)?.length)).toEqual([8, 8, 8]);
  });

  test('who has left gets no turn; a team’s turns are its reps’; a team of nobody is its pool', async () => {
    const [team, empty] = await server.in(async (trx) => [
      await createTeam(trx, server.workspace, { name: 'North', side: 'sales' }),
      await createTeam(trx, server.workspace, { name: 'Nobody', side: 'sales' }),
    ]);
    for (const user of [rep!, otherRep!, manager!])
      await server.call(admin, changeUser, { params: { id: user.id }, body: { team: team! } });
    await ruleOn({ assign: { owner: false, segments: [], otherwise: { to: 'turn', team: team! } } });
    const one = async () => {
      const mail = fresh();
      return personOf([event(mail), event(mail)]);
    };
    expect(new Set(await holders([await one(), await one(), await one(), await one()]))).toEqual(new Set([rep!.id, otherRep!.id]));
    await server.call(admin, changeUser, { params: { id: otherRep!.id }, body: { disabled: true } });
    expect(await holders([await one(), await one()])).toEqual([rep!.id, rep!.id]);
    await server.call(admin, changeUser, { params: { id: otherRep!.id }, body: { disabled: false } });
    const second = await ruleOn({
      name: 'Empty',
      when: { kind: 'score', days: 1, least: 1, points: { reply: 1 } },
      assign: { owner: false, segments: [], otherwise: { to: 'turn', team: empty! } },
    });
    const lead = await personOf([event(fresh(), { kind: 'reply' })]);
    const [row] = await server.in((trx) =>
      trx.selectFrom('handoff').select(['holder', 'team', 'opened_by']).where('person', '=', lead).execute(),
    );
    expect(row).toMatchObject({ holder: null, team: empty, opened_by: { id: second } });
  });

  test('the owner first: who had the person last, else who has somebody of the same company; then the segment', async () => {
    await ruleOn({
      assign: {
        owner: true,
        segments: [{ segment: { name: 'Labs', companies: ['labs'] }, take: { to: 'user', user: thirdRep!.id } }],
        otherwise: { to: 'user', user: manager!.id },
      },
    });
    const mail = fresh();
    const lead = await personOf([event(mail), event(mail)]);
    expect(await holders([lead])).toEqual([manager!.id]);
    await help.decide(rep!, lead, { kind: 'accept' });
    const colleague = `colleague.${mail}`;
    expect(await holders([await personOf([event(colleague), event(colleague)])])).toEqual([rep!.id]);
    const labs = fresh();
    const who = { keys: [{ kind: 'email' as const, value: labs }], company: 'Northwind Labs' };
    expect(await holders([await personOf([event(labs, { person: who }), event(labs)])])).toEqual([thirdRep!.id]);
  });

  test('a segment’s pool is that team’s', async () => {
    const team = await server.in((trx) => createTeam(trx, server.workspace, { name: 'South', side: 'sales' }));
    await ruleOn({
      assign: {
        owner: false,
        segments: [{ segment: { name: 'Austria', domains: ['.at'] }, take: { to: 'pool', team } }],
        otherwise: { to: 'pool' },
      },
    });
    const mail = `p${++count}@firma${count}.at`;
    const lead = await personOf([event(mail), event(mail)]);
    const [row] = await server.in((trx) => trx.selectFrom('handoff').select(['holder', 'team']).where('person', '=', lead).execute());
    expect(row).toEqual({ holder: null, team });
  });
});

describe('as a resource', () => {
  test('versions are kept; a change is based on the newest one; counts tell what became of it', async () => {
    const id = await ruleOn();
    const body = { version: 1, rule: { ...scoring, name: 'Eleven points', when: { ...scoring.when, least: 11 } as RuleBody['when'] } };
    expect((await server.call(admin, changeRule, { params: { id }, body })).body).toMatchObject({ version: 2, name: 'Eleven points' });
    expect(await server.call(marketer, changeRule, { params: { id }, body })).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/Version 2 is the newest/) },
    });
    const mail = fresh();
    const lead = await personOf([event(mail), event(mail)]);
    expect((await evidence(lead))[0]).toMatchObject({ version: 2, opened_by: { name: 'Eleven points' } });
    await help.decide(rep!, lead, { kind: 'accept' });
    const shown = (await server.call(rep, rules)).body.items.find((one) => one.id === id);
    expect(shown).toMatchObject({ version: 2, handedOver: 1, answered: 1, accepted: 1, madeBy: admin!.name });
    const versions = (await server.call(rep, ruleVersions, { params: { id } })).body.items;
    expect(versions.map(({ version, name }) => [version, name])).toEqual([
      [2, 'Eleven points'],
      [1, scoring.name],
    ]);
    await server.call(marketer, switchRule, { params: { id }, body: { on: false } });
    const other = fresh();
    expect((await help.card(rep!, await personOf([event(other), event(other)]))).stage).toBe('lead');
  });

  test('bad ones are refused with a sentence; reps and managers change nothing', async () => {
    const add = (over: Partial<RuleBody>, user = marketer) => server.call(user, addRule, { body: { ...scoring, ...over } });
    expect(await add({ name: '  ' })).toMatchObject({ status: 400, body: { detail: 'The rule needs a name.' } });
    expect(await add({ criteria: ['rich'] })).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/“rich”/) } });
    const to = (user: string): Partial<RuleBody> => ({ assign: { owner: false, segments: [], otherwise: { to: 'user', user } } });
    expect(await add(to(marketer!.id))).toMatchObject({ status: 422, body: { detail: expect.stringMatching(/Only reps and managers/) } });
    expect(await add(to(crypto.randomUUID()))).toMatchObject({ status: 422 });
    expect(await add({ when: { kind: 'campaign', days: 7, campaigns: [crypto.randomUUID()] } })).toMatchObject({ status: 422 });
    for (const user of [rep, manager]) expect((await add({}, user)).status).toBe(403);
    expect((await server.call(marketer, switchRule, { params: { id: crypto.randomUUID() }, body: { on: true } })).status).toBe(404);
    // Bad input loses nothing and makes nothing.
    expect((await server.call(marketer, rules)).body.items.filter(({ name }) => name.trim() === '')).toEqual([]);
  });
});

describe('before it is on', () => {
  const look = (rule: Partial<RuleBody> = {}, user = marketer) =>
    server.call(user, previewRule, { body: { rule: { ...scoring, ...rule } } });
  test('a preview names whom it would have taken, when and why; and who was handed over later in fact', async () => {
    const special: Partial<RuleBody> = { when: { kind: 'score', days: 14, least: 3, points: { downloaded: 2 } }, criteria: [] };
    const [mail, late, old, few] = [fresh(), fresh(), fresh(), fresh()];
    const ids = await put(
      [
        event(mail, {
          kind: 'downloaded',
          asset: 'Benchmark',
          at: at(-30 * day),
          person: { keys: [{ kind: 'email', value: mail }], name: 'Dana Whitfield', company: 'Northwind Labs' },
        }),
        event(mail, { kind: 'downloaded', asset: 'Benchmark', at: at(-29 * day) }),
        event(late, { kind: 'downloaded', at: at(-20 * day) }),
        event(late, { kind: 'downloaded', at: at(-19 * day) }),
        event(old, { kind: 'downloaded', at: at(-100 * day) }),
        event(old, { kind: 'downloaded', at: at(-99 * day) }),
        event(few, { kind: 'downloaded', at: at(-29 * day) }),
        event(few, { kind: 'downloaded', at: at(-10 * day) }),
      ],
      'history',
    );
    const lead = (i: number) => ids[i]!.person!;
    await help.decide(marketer!, lead(2), { kind: 'hand_over', criteria: [], why: ['by hand'] });
    const seen = (await look(special)).body;
    expect(seen).toMatchObject({ total: 2, alsoHandedOver: 1, from: at(-90 * day), to: at(0) });
    expect(seen.items).toEqual([
      expect.objectContaining({ lead: lead(2), at: at(-19 * day), score: 4, stage: 'lead', handedOverAt: at(0) }),
      {
        lead: lead(0),
        person: { name: 'Dana Whitfield', company: 'Northwind Labs' },
        at: at(-29 * day),
        stage: 'lead',
        score: 4,
        why: ['Downloaded “Benchmark”, 2 times'],
      },
    ]);
    // Nothing has happened to anybody.
    expect((await help.card(rep!, lead(0))).stage).toBe('lead');
  });

  test('is not for reps: names of people are in it', async () => {
    expect((await look({}, rep)).status).toBe(403);
    for (const user of [manager, admin]) expect((await look({}, user)).status).toBe(200);
    expect((await look({ name: '' })).status).toBe(400);
  });

  test('names the same people, at the same moments, whom the rule hands over when it is on', async () => {
    const own: Partial<RuleBody> = { when: { kind: 'score', days: 5, least: 7, points: { click: 3, reply: 4 } }, criteria: [] };
    const rule = await ruleOn(own);
    const kinds: TouchKind[] = ['click', 'reply', 'opened', 'read'];
    const mails = Array.from({ length: 20 }, fresh);
    // What everybody does over three weeks, told at the moment it happens; deterministic, and different for each.
    for (let step = 0; step < 40; step++) {
      server.clock.now = monday + step * 12 * 3_600_000;
      const now = mails.filter((_, i) => (step * 7 + i * 5) % 11 < 3);
      await put(now.map((mail, i) => event(mail, { kind: kinds[(step + i) % 4]!, at: help.now() })));
    }
    const made = await server.in((trx) =>
      trx
        .selectFrom('rule_handoff as r')
        .innerJoin('handoff as h', 'h.id', 'r.handoff')
        .where('r.rule', '=', rule)
        .select(['h.person', 'r.at', 'r.score'])
        .execute(),
    );
    expect(made.length).toBeGreaterThan(5);
    const { items } = (await look(own)).body;
    const order = (a: { lead: string }, b: { lead: string }) => (a.lead < b.lead ? -1 : 1);
    const mine = new Set(made.map(({ person }) => person));
    expect(
      items
        .filter(({ lead }) => mine.has(lead))
        .map(({ lead, at, score }) => ({ lead, at, score }))
        .sort(order),
    ).toEqual(made.map(({ person, at, score }) => ({ lead: person, at, score })).sort(order));
    const others = await server.in((trx) => trx.selectFrom('person_key').select('person').where('value', 'in', mails).execute());
    const rest = others.map(({ person }) => person).filter((person) => !mine.has(person));
    expect(items.filter(({ lead }) => rest.includes(lead))).toEqual([]);
  });
});

describe('a stage that arrives', () => {
  test.each<[Stage, 'event' | 'crm']>([
    ['mql', 'event'],
    ['mql', 'crm'],
  ])('%s by %s opens a hand-off with its criteria, and why now of what the person did', async (to, kind) => {
    const mail = fresh();
    const lead = await personOf([event(mail, { asset: 'Demo', at: at(-day) }), event(mail, { kind: 'opened', at: at(-day) })]);
    await put([event(mail, { stage: { to, criteria: ['intent', 'icp', 'rich'] }, at: at(0) })], kind);
    expect(await help.card(rep!, lead)).toMatchObject({
      stage: 'mql',
      criteria: { met: ['icp', 'intent'] },
      handoff: { state: 'waiting', criteria: ['icp', 'intent'], why: ['Filled in “Demo”'] },
    });
  });
});

describe('a list to hand over from', () => {
  const list = async (query: object, user = marketer) => (await server.call(user, readyLeads, { query: query as never })).body;
  test('people of a campaign: what they did, how often they came back and why; nobody who is with sales', async () => {
    const campaign = `Listed ${count}`;
    const [one, two, three] = [fresh(), fresh(), fresh()];
    const ids = await put([
      event(one, { campaign, asset: 'Demo', at: at(-day) }),
      event(two, { campaign, at: at(-2 * day) }),
      event(three, { campaign, kind: 'opened', at: at(-2 * day) }),
    ]);
    const [a, b] = [ids[0]!.person!, ids[1]!.person!];
    const { id } = await server.in((trx) => trx.selectFrom('campaign').select('id').where('name', '=', campaign).executeTakeFirstOrThrow());
    const both = await list({ of: 'campaign', campaign: id });
    expect(both.items.map(({ lead }) => lead)).toEqual([a, b]);
    expect(both.items[0]).toMatchObject({ stage: 'lead', touches: 1, lastAt: at(-day), why: ['Filled in “Demo”'], returned: { times: 0 } });
    await help.decide(marketer!, b, { kind: 'hand_over', criteria: [], why: ['x'], to: rep!.id });
    expect((await list({ of: 'campaign', campaign: id })).items.map(({ lead }) => lead)).toEqual([a]);
    await help.decide(rep!, b, { kind: 'recycle', reason: 'no_budget', wakesOn: '2026-12-01' });
    const back = (await list({ of: 'campaign', campaign: id })).items.find(({ lead }) => lead === b);
    expect(back).toMatchObject({
      stage: 'recycled',
      wakesOn: '2026-12-01',
      returned: { times: 1, last: { reason: 'no_budget', by: rep!.name } },
    });
    const waking = async () => (await list({ of: 'waking', limit: 200 })).items.some(({ lead }) => lead === b);
    expect(await waking()).toBe(false);
    server.clock.now = Date.parse('2026-12-01T08:00:00Z');
    expect(await waking()).toBe(true);
    expect((await list({ of: 'active', limit: 200 })).items.some(({ lead }) => lead === a)).toBe(true);
    expect(await list({ of: 'active', limit: 1 })).toMatchObject({ more: true });
  });
  test('of a segment alone, in each of its three ways', async () => {
    const campaign = `Of a segment ${count}`;
    const own = (segment: string): Arrival => {
      const one = event(fresh(), { campaign });
      return { ...one, person: { ...one.person!, segment } };
    };
    const [big, small] = (await put([own('Big'), own('Tiny')])).map(({ person }) => person!);
    const { id } = await server.in((trx) => trx.selectFrom('campaign').select('id').where('name', '=', campaign).executeTakeFirstOrThrow());
    const found = async (query: object) =>
      (await list({ limit: 200, ...query })).items.map(({ lead }) => lead).filter((lead) => lead === big || lead === small);
    for (const query of [{ of: 'active' }, { of: 'campaign', campaign: id }]) {
      expect(await found({ ...query, segment: 'Big' })).toEqual([big]);
      expect(await found(query)).toHaveLength(2);
    }
    for (const lead of [big!, small!]) {
      await help.decide(marketer!, lead, { kind: 'hand_over', criteria: [], why: ['x'], to: rep!.id });
      await help.decide(rep!, lead, { kind: 'recycle', reason: 'no_budget', wakesOn: '2026-12-01' });
    }
    server.clock.now = Date.parse('2026-12-01T08:00:00Z');
    expect(await found({ of: 'waking', segment: 'Tiny' })).toEqual([small]);
    expect(await found({ of: 'waking' })).toHaveLength(2);
  });
  test('needs a campaign to be of one, and is not for reps', async () => {
    expect((await server.call(marketer, readyLeads, { query: { of: 'campaign' } })).status).toBe(400);
    expect((await server.call(rep, readyLeads, { query: { of: 'waking' } })).status).toBe(403);
  });
});
