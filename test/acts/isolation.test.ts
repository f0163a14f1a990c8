import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Route } from '../../lib/contract/route.ts';
import * as agreement from '../../lib/contract/routes/agreement.ts';
import * as campaigns from '../../lib/contract/routes/campaigns.ts';
import * as feedback from '../../lib/contract/routes/feedback.ts';
import * as leads from '../../lib/contract/routes/leads.ts';
import * as rules from '../../lib/contract/routes/rules.ts';
import * as users from '../../lib/contract/routes/users.ts';
import * as writeKeys from '../../lib/contract/routes/write-keys.ts';
import type { RuleBody } from '../../lib/funnel/rule.ts';
import { type Role, roles } from '../../lib/funnel/words.ts';
import type { User } from '../../server/http/user.ts';
import { newId } from '../../server/store/id.ts';
import { createTeam } from '../../server/store/workspaces.ts';
import { type TestServer, testServer } from '../server/harness.ts';
import { helpers } from './help.ts';

/** Whoever knows an id of another workspace can do as little with it as with one that never was. */
let server: TestServer;
let help: ReturnType<typeof helpers>;
const strangers = new Map<Role, User>();
let theirs: Record<string, string>;
beforeAll(async () => {
  server = await testServer();
  help = helpers(server);
  const home = await server.anotherWorkspace();
  for (const role of roles) strangers.set(role, await server.user(role, { workspace: home }));
  const [rep, marketer, admin] = [await server.user('rep'), await server.user('marketer'), await server.user('admin')];
  const lead = await server.lead({ email: 'dana@northwind.example' });
  const other = await server.lead();
  const gone = await server.lead();
  await server.call(marketer, leads.merge, { params: { id: gone }, body: { into: other } });
  const said = await server.call(rep, feedback.giveFeedback, {
    params: { id: lead },
    body: { kind: 'verdict', verdict: 'poor', actedAt: help.now() },
  });
  const key = await server.call(admin, writeKeys.addWriteKey, { body: { name: 'Web' } });
  theirs = {
    lead,
    other,
    gone,
    feedback: said.body.feedback.id,
    key: (await help.card(rep, lead)).person.keys[0]!.id,
    campaign: await help.campaign('Cut churn'),
    user: rep.id,
    team: await server.in((trx) => createTeam(trx, server.workspace, { name: 'North', side: 'sales' })),
    writeKey: key.body.id,
    rule: (await server.call(marketer, rules.addRule, { body: rule })).body.id,
  };
});
afterAll(() => server?.close());

const rule: RuleBody = {
  name: 'Score',
  when: { kind: 'score', days: 14, least: 5, points: { form: 5 } },
  criteria: [],
  intent: 'standard',
  assign: { owner: false, segments: [], otherwise: { to: 'pool' } },
};
const acted = { actedAt: '2026-11-23T09:00:00Z' };
/** Of every route that names something: what it names, and what it would do. */
const attempts = (): Record<string, { params: Record<string, string>; body?: unknown }> => ({
  decide: { params: { id: theirs.lead! }, body: { kind: 'qualify', criteria: [], basis: 1, agreement: 1, ...acted } },
  tie: { params: { id: theirs.lead! }, body: { kind: 'email', value: 'evil@evil.example', ...acted } },
  untie: { params: { id: theirs.lead!, keyId: theirs.key! } },
  merge: { params: { id: theirs.lead! }, body: { into: theirs.other } },
  unmerge: { params: { id: theirs.gone! } },
  exportPerson: { params: { id: theirs.lead! } },
  erasePerson: { params: { id: theirs.lead! } },
  giveFeedback: { params: { id: theirs.lead! }, body: { kind: 'verdict', verdict: 'poor', ...acted } },
  replyToFeedback: { params: { id: theirs.feedback! }, body: { state: 'done', ...acted } },
  getCampaign: { params: { id: theirs.campaign! } },
  changeCampaign: { params: { id: theirs.campaign! }, body: { name: 'Taken over' } },
  changeUser: { params: { id: theirs.user! }, body: { role: 'admin' } },
  addLink: { params: { id: theirs.user! } },
  changeTeam: { params: { id: theirs.team! }, body: { name: 'Taken over' } },
  removeTeam: { params: { id: theirs.team! } },
  ruleVersions: { params: { id: theirs.rule! } },
  changeRule: { params: { id: theirs.rule! }, body: { version: 1, rule } },
  switchRule: { params: { id: theirs.rule! }, body: { on: true } },
  revokeWriteKey: { params: { id: theirs.writeKey! } },
});
const named = Object.entries<unknown>({ ...leads, ...feedback, ...agreement, ...campaigns, ...rules, ...users, ...writeKeys }).filter(
  (entry): entry is [string, Route] =>
    typeof entry[1] === 'object' && entry[1] !== null && /\{(id|keyId)\}/.test((entry[1] as Partial<Route>).path ?? ''),
);

const everything = () =>
  server.in(async (trx) => {
    const tables = [
      'person',
      'person_key',
      'lead',
      'handoff',
      'stage_change',
      'lead_event',
      'feedback',
      'feedback_reply',
      'campaign',
      'app_user',
      'team',
      'write_key',
      'merge',
      'change',
      'audit',
      'spend',
      'rule',
      'rule_version',
      'erased',
    ] as const;
    return Promise.all(tables.map(async (table) => JSON.stringify(await trx.selectFrom(table).selectAll().execute())));
  });

test('every route that names something is tried', () => {
  expect(named.map(([name]) => name).sort()).toEqual(Object.keys(attempts()).sort());
});

test('404, the same as for an id that never was, and nothing changes', async () => {
  const before = await everything();
  for (const [name, route] of named) {
    const attempt = attempts()[name]!;
    const role = route.by === 'any' ? 'rep' : (route.by as readonly Role[])[0]!;
    const user = strangers.get(role);
    const foreign = await server.call(user, route, attempt as never);
    const nothing = await server.call(user, route, {
      ...attempt,
      params: Object.fromEntries(Object.keys(attempt.params).map((key) => [key, newId()])),
    } as never);
    expect([name, foreign.status, foreign.body.detail]).toEqual([name, 404, nothing.body.detail]);
    expect(nothing.status).toBe(404);
  }
  expect(await everything()).toEqual(before);
});

test('ids of others inside a body are as good as none', async () => {
  const [rep, marketer, admin] = [strangers.get('rep'), strangers.get('marketer'), strangers.get('admin')];
  const own = await server.lead({ workspace: rep!.workspace });
  const before = await everything();
  const tries = [
    await server.call(marketer, leads.decide, {
      params: { id: own },
      body: { kind: 'hand_over', criteria: [], why: [], to: theirs.user, basis: 1, agreement: 1, ...acted },
    }),
    await server.call(marketer, leads.merge, { params: { id: own }, body: { into: theirs.lead! } }),
    await server.call(rep, feedback.giveFeedback, {
      params: { id: own },
      body: { kind: 'insight', note: 'x', about: { campaign: theirs.campaign }, ...acted },
    }),
    await server.call(marketer, campaigns.setSpend, { body: { campaign: theirs.campaign!, month: '2026-10', currency: 'EUR', spent: 1 } }),
    ...(await Promise.all(
      [{ to: 'user', user: theirs.user! } as const, { to: 'turn', team: theirs.team! } as const].map((otherwise) =>
        server.call(marketer, rules.addRule, { body: { ...rule, assign: { owner: false, segments: [], otherwise } } }),
      ),
    )),
    await server.call(admin, users.addUser, { body: { email: 'x@evil.example', name: 'X', role: 'rep', team: theirs.team! } }),
  ];
  expect(tries.map(({ status }) => status)).toEqual([422, 422, 422, 404, 422, 422, 404]);
  // The same address and the same name of a campaign are free in each workspace.
  const added = await server.call(rep, leads.addLead, {
    body: { id: newId(), name: 'Another Dana', keys: [{ kind: 'email', value: 'dana@northwind.example' }], ...acted },
  });
  expect(added.status).toBe(201);
  expect((await server.call(marketer, campaigns.addCampaign, { body: { name: 'Cut churn', channel: 'email' } })).status).toBe(201);
  expect(await everything()).toEqual(before);
});
