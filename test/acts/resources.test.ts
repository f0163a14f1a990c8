import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addCampaign, campaigns, changeCampaign, getCampaign, setSpend, spend } from '../../lib/contract/routes/campaigns.ts';
import { changeMe, changeSettings, me } from '../../lib/contract/routes/me.ts';
import { addRule, changeRule } from '../../lib/contract/routes/rules.ts';
import { addTeam, addUser, audit, changeTeam, changeUser, removeTeam, teams, users } from '../../lib/contract/routes/users.ts';
import { addWriteKey, revokeWriteKey, writeKeys } from '../../lib/contract/routes/write-keys.ts';
import type { RuleBody } from '../../lib/funnel/rule.ts';
import type { User } from '../../server/http/user.ts';
import { checkPassword } from '../../server/sign-in/password.ts';
import { newId } from '../../server/store/id.ts';
import { type TestServer, testServer } from '../server/harness.ts';
import { helpers } from './help.ts';

let server: TestServer;
let help: ReturnType<typeof helpers>;
let [rep, marketer, admin]: User[] = [];
beforeAll(async () => {
  server = await testServer();
  help = helpers(server);
  [rep, marketer, admin] = [await server.user('rep'), await server.user('marketer'), await server.user('admin')];
});
afterAll(() => server?.close());

describe('campaigns', () => {
  const message = { headline: 'Lose fewer customers', points: ['Why they leave', 'What to ask'], link: 'https://ridgeway.example/churn' };
  test('made, changed, found; its new message stands on every card it touched', async () => {
    const { status, body } = await server.call(marketer, addCampaign, {
      body: { name: 'Cut churn in Q4', channel: 'webinar', startedOn: '2026-10-01', message },
    });
    expect([status, body.message]).toEqual([201, message]);
    const lead = await server.lead();
    await help.touch(lead, body.id);
    const before = await help.card(rep!, lead);
    const changed = await server.call(marketer, changeCampaign, {
      params: { id: body.id },
      body: { message: { ...message, headline: 'Keep more customers' } },
    });
    expect(changed.body).toMatchObject({ name: 'Cut churn in Q4', message: { headline: 'Keep more customers' }, people: 1 });
    const after = await help.card(rep!, lead);
    expect(after.campaigns[0]!.message!.headline).toBe('Keep more customers');
    expect(after.version).toBeGreaterThan(before.version);
    const cleared = await server.call(marketer, changeCampaign, { params: { id: body.id }, body: { message: null, startedOn: null } });
    expect([cleared.body.message, cleared.body.startedOn]).toEqual([undefined, undefined]);
    expect((await server.call(rep, campaigns, { query: { q: 'CHURN' } })).body.items.map((c) => c.id)).toEqual([body.id]);
    expect((await server.call(rep, getCampaign, { params: { id: newId() } })).status).toBe(404);
  });

  test('one name, one campaign', async () => {
    const add = (name: string) => server.call(marketer, addCampaign, { body: { name, channel: 'email' } });
    const first = await add('Spring fair');
    expect((await add(' spring  FAIR ')).status).toBe(409);
    const second = await add('Autumn fair');
    expect((await server.call(marketer, changeCampaign, { params: { id: second.body.id }, body: { name: 'Spring Fair' } })).status).toBe(
      409,
    );
    expect((await server.call(marketer, changeCampaign, { params: { id: first.body.id }, body: { name: 'Spring Fair' } })).status).toBe(
      200,
    );
    expect((await server.call(rep, addCampaign, { body: { name: 'X', channel: 'email' } })).status).toBe(403);
    expect((await server.call(marketer, addCampaign, { body: { name: 'X', channel: 'email', budget: 5 } as never })).status).toBe(400);
    expect(
      (
        await server.call(marketer, addCampaign, {
          body: { name: 'Y', channel: 'email', message: { headline: 'h', link: 'javascript:alert(1)' } } as never,
        })
      ).status,
    ).toBe(400);
  });

  test('pages', async () => {
    for (let i = 1; i <= 5; i++)
      await server.call(marketer, addCampaign, { body: { name: `Paged ${i}`, channel: 'social', startedOn: `2026-0${1 + (i % 2)}-01` } });
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const { body } = await server.call(rep, campaigns, { query: { limit: 2, channel: 'social', ...(before && { before }) } });
      seen.push(...body.items.map((c) => c.id));
      before = body.next;
    } while (before);
    expect([seen.length, new Set(seen).size]).toEqual([5, 5]);
  });

  test('spend by month', async () => {
    const { body } = await server.call(marketer, addCampaign, { body: { name: 'With costs', channel: 'event' } });
    const set = (some: object) =>
      server.call(marketer, setSpend, { body: { campaign: body.id, month: '2026-10', currency: 'EUR', ...some } });
    expect((await set({ planned: 500_000 })).body).toEqual({ campaign: body.id, month: '2026-10', currency: 'EUR', planned: 500_000 });
    expect((await set({ spent: 423_050 })).body).toMatchObject({ planned: 500_000, spent: 423_050 });
    expect((await set({ planned: null })).body).toEqual({ campaign: body.id, month: '2026-10', currency: 'EUR', spent: 423_050 });
    await set({ month: '2026-12', spent: 1 });
    expect((await server.call(rep, spend, { query: { campaign: body.id, to: '2026-11' } })).body.items).toHaveLength(1);
    expect((await set({ campaign: newId() })).status).toBe(404);
    expect((await set({ month: '2026-13' })).status).toBe(400);
    expect((await set({ spent: -1 })).status).toBe(400);
  });
});

describe('users and teams', () => {
  test('made, found, changed; only an admin may', async () => {
    const team = await server.call(admin, addTeam, { body: { name: 'North', side: 'sales' } });
    const { status, body } = await server.call(admin, addUser, {
      body: { email: ' Ana.Lopes@Ridgeway.example', name: 'Ana Lopes', role: 'rep', team: team.body.id },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ email: 'ana.lopes@ridgeway.example', role: 'rep', team: { name: 'North' }, open: 0 });
    expect((await server.call(admin, addUser, { body: { email: 'ana.lopes@ridgeway.example', name: 'Twice', role: 'rep' } })).status).toBe(
      409,
    );
    expect((await server.call(rep, addUser, { body: { email: 'x@ridgeway.example', name: 'X', role: 'admin' } })).status).toBe(403);
    expect((await server.call(admin, addUser, { body: { email: 'x', name: 'X', role: 'rep' } })).status).toBe(400);
    expect((await server.call(rep, users, { query: { role: 'rep' } })).body.items.map((u) => u.id)).toContain(body.id);
    expect((await server.call(admin, teams, {})).body.items).toContainEqual({ id: team.body.id, name: 'North', side: 'sales', users: 1 });
    expect((await server.call(admin, removeTeam, { params: { id: team.body.id } })).status).toBe(422);
    await server.call(admin, changeTeam, { params: { id: team.body.id }, body: { name: 'Far north' } });
    const moved = await server.call(admin, changeUser, { params: { id: body.id }, body: { team: null, name: 'Ana L.' } });
    expect([moved.body.team, moved.body.name]).toEqual([undefined, 'Ana L.']);
    // Who was removed stands in no team's way.
    await server.call(admin, changeUser, { params: { id: body.id }, body: { team: team.body.id, disabled: true } });
    expect((await server.call(admin, removeTeam, { params: { id: team.body.id } })).status).toBe(204);
    const back = await server.call(admin, changeUser, { params: { id: body.id }, body: { disabled: false } });
    expect([back.status, back.body.team]).toEqual([200, undefined]);
  });

  test('an address that is here already, or is none, is told at its field', async () => {
    const added = (email: string) => server.call(admin, addUser, { body: { email, name: 'Bo Twice', role: 'rep' } });
    expect((await added('bo@ridgeway.example')).status).toBe(201);
    expect(await added('BO@ridgeway.example ')).toMatchObject({
      status: 409,
      body: { type: 'urn:baton:problem:conflict', errors: [{ pointer: '/email', said: { code: 'user-known' } }] },
    });
    expect(await added('bo at ridgeway')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/email', said: { code: 'no-address' } }] },
    });
  });

  test('a team that a rule hands over to stays until the rule goes elsewhere', async () => {
    const { id } = (await server.call(admin, addTeam, { body: { name: 'Fairs', side: 'sales' } })).body;
    const pool = { to: 'pool' } as const;
    const rule = (assign: RuleBody['assign']): RuleBody => ({
      name: 'Trade fair',
      when: { kind: 'campaign', days: 7 },
      criteria: [],
      intent: 'standard',
      assign,
    });
    const inSegment = rule({
      owner: false,
      segments: [{ segment: { name: 'Austria', domains: ['.at'] }, take: { to: 'turn', team: id } }],
      otherwise: pool,
    });
    const made = await server.call(marketer, addRule, { body: inSegment });
    expect(made.status).toBe(201);
    const remove = () => server.call(admin, removeTeam, { params: { id } });
    const inTheWay = { status: 422, body: { refusal: { code: 'team-in-rule', facts: { rule: 'Trade fair' } } } };
    expect(await remove()).toMatchObject(inTheWay);
    const params = { id: made.body.id };
    const change = (version: number, body: RuleBody) => server.call(marketer, changeRule, { params, body: { version, rule: body } });
    expect((await change(1, rule({ owner: false, segments: [], otherwise: { to: 'pool', team: id } }))).status).toBe(200);
    expect(await remove()).toMatchObject(inTheWay);
    expect((await change(2, rule({ owner: false, segments: [], otherwise: pool }))).status).toBe(200);
    expect((await remove()).status).toBe(204);
  });

  test('a new password ends every session and is nowhere but in its hash', async () => {
    const { id } = await server.user('rep');
    expect((await server.call(admin, changeUser, { params: { id }, body: { password: 'short' } })).status).toBe(400);
    const password = 'a long and unlikely sentence';
    expect((await server.call(admin, changeUser, { params: { id }, body: { password } })).status).toBe(200);
    const row = await server.in((trx) =>
      trx.selectFrom('app_user').select(['password_hash', 'signed_out_at']).where('id', '=', id).executeTakeFirstOrThrow(),
    );
    expect(await checkPassword(password, row.password_hash)).toBe(true);
    expect(row.signed_out_at).not.toBeNull();
    const rows = await server.in(async (trx) =>
      JSON.stringify([await trx.selectFrom('audit').selectAll().execute(), await trx.selectFrom('operation').selectAll().execute()]),
    );
    expect(rows).not.toContain('unlikely');
  });

  test('who is disabled gives back what waits for them', async () => {
    const leaver = await server.user('rep');
    const lead = await server.lead();
    await help.decide(marketer!, lead, { kind: 'hand_over', criteria: [], why: [], to: leaver.id });
    expect((await server.call(admin, users, {})).body.items.find((u) => u.id === leaver.id)!.open).toBe(1);
    const { body } = await server.call(admin, changeUser, { params: { id: leaver.id }, body: { disabled: true } });
    expect([body.open, typeof body.disabledAt]).toEqual([0, 'string']);
    expect((await help.card(rep!, lead)).handoff?.toId).toBeUndefined();
    expect((await server.call(rep, users, {})).body.items.map((u) => u.id)).not.toContain(leaver.id);
    expect((await server.call(rep, users, { query: { all: 'true' } as never })).body.items.map((u) => u.id)).toContain(leaver.id);
    expect((await help.decide(marketer!, lead, { kind: 'assign', to: leaver.id })).status).toBe(422);
  });

  test('the last admin stays; of two who leave at once one stays', async () => {
    expect((await server.call(admin, changeUser, { params: { id: admin!.id }, body: { role: 'rep' } })).status).toBe(422);
    expect((await server.call(admin, changeUser, { params: { id: admin!.id }, body: { disabled: true } })).status).toBe(422);
    const second = await server.user('admin');
    const both = await Promise.all([
      server.call(admin, changeUser, { params: { id: second.id }, body: { role: 'rep' } }),
      server.call(second, changeUser, { params: { id: admin!.id }, body: { role: 'rep' } }),
    ]);
    expect(both.map((a) => a.status).sort()).toEqual([200, 422]);
    const left = await server.in((trx) => trx.selectFrom('app_user').select('id').where('role', '=', 'admin').execute());
    expect(left).toHaveLength(1);
    // Back to how the other tests know it.
    if (left[0]!.id !== admin!.id)
      await server.in((trx) => trx.updateTable('app_user').set({ role: 'admin' }).where('id', '=', admin!.id).execute());
  });
});

describe('write keys', () => {
  test('shown once, found by their hash, revoked for good', async () => {
    const { status, body } = await server.call(admin, addWriteKey, { body: { name: 'Web site' } });
    expect(status).toBe(201);
    expect(body.key).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect(body.key.endsWith(body.endsWith)).toBe(true);
    const listed = (await server.call(admin, writeKeys, {})).body.items.find((k) => k.id === body.id);
    expect([listed?.name, 'key' in listed!]).toEqual(['Web site', false]);
    const hash = createHash('sha256').update(body.key).digest();
    const known = async () => (await server.store.pool.query('select id from write_key_by_hash($1)', [hash])).rows.length;
    expect(await known()).toBe(1);
    expect((await server.call(marketer, writeKeys, {})).status).toBe(403);
    for (let i = 0; i < 2; i++) expect((await server.call(admin, revokeWriteKey, { params: { id: body.id } })).status).toBe(204);
    expect(await known()).toBe(0);
    expect((await server.call(admin, revokeWriteKey, { params: { id: newId() } })).status).toBe(404);
  });
});

test('an admin switches a site off for everybody, which every client is told, and the audit keeps', async () => {
  const off = async () => (await server.call(rep, me, {})).body.settings.sitesOff;
  expect(await off()).toEqual([]);
  const change = (who: User | undefined, sitesOff: string[]) => server.call(who, changeSettings, { body: { sitesOff } as never });
  expect((await change(rep, ['linkedin'])).status).toBe(403);
  expect((await change(admin, ['myspace'])).status).toBe(400);
  expect(await off()).toEqual([]);
  expect((await change(admin, ['linkedin', 'gmail', 'linkedin'])).body).toMatchObject({ sitesOff: ['gmail', 'linkedin'], cards: 'mine' });
  expect(await off()).toEqual(['gmail', 'linkedin']);
  // The same again is no change, and nothing else of the settings is lost.
  await change(admin, ['gmail', 'linkedin']);
  const kept = (await server.call(admin, audit, { query: { limit: 5 } })).body.items.filter(({ action }) => action === 'settings.change');
  expect(kept.map(({ detail }) => detail)).toEqual([{ sitesOff: ['gmail', 'linkedin'] }]);
  expect((await server.call(rep, me, {})).body.settings).toMatchObject({ cards: 'mine' });
  await change(admin, []);
  expect(await off()).toEqual([]);
});

test('an admin lets devices keep the cards of the whole workspace, and audited it is', async () => {
  const kept = async () => (await server.call(rep, me, {})).body.settings;
  expect((await server.call(rep, changeSettings, { body: { cards: 'workspace' } })).status).toBe(403);
  expect((await server.call(admin, changeSettings, { body: { cards: 'all' } as never })).status).toBe(400);
  await server.call(admin, changeSettings, { body: { sitesOff: ['gmail'] } });
  expect((await server.call(admin, changeSettings, { body: { cards: 'workspace' } })).body).toEqual({
    cards: 'workspace',
    sitesOff: ['gmail'],
    language: 'en',
  });
  expect(await kept()).toMatchObject({ cards: 'workspace', sitesOff: ['gmail'] });
  const [last] = (await server.call(admin, audit, { query: { limit: 5 } })).body.items;
  expect(last).toMatchObject({ action: 'settings.change', detail: { cards: 'workspace' } });
  expect((await server.call(admin, changeSettings, { body: { cards: 'mine', sitesOff: [] } })).body).toEqual({
    cards: 'mine',
    sitesOff: [],
    language: 'en',
  });
  expect(await kept()).toMatchObject({ cards: 'mine', sitesOff: [] });
});

test('a workspace has a language that an admin chooses, and each user may have another', async () => {
  const spoken = async (user: User | undefined) => {
    const { language, settings } = (await server.call(user, me, {})).body;
    return [settings.language, language];
  };
  expect(await spoken(rep)).toEqual(['en', undefined]);
  expect((await server.call(rep, changeSettings, { body: { language: 'de' } })).status).toBe(403);
  expect((await server.call(admin, changeSettings, { body: { language: 'fr' } as never })).status).toBe(400);
  expect((await server.call(admin, changeSettings, { body: { language: 'de' } })).body).toMatchObject({ language: 'de', cards: 'mine' });
  expect(await spoken(rep)).toEqual(['de', undefined]);
  const [last] = (await server.call(admin, audit, { query: { limit: 1 } })).body.items;
  expect(last).toMatchObject({ action: 'settings.change', detail: { language: 'de' } });

  expect((await server.call(rep, changeMe, { body: { language: 'fr' } as never })).status).toBe(400);
  expect((await server.call(rep, changeMe, { body: { language: 'en' } })).body).toEqual({ language: 'en' });
  expect([await spoken(rep), await spoken(marketer)]).toEqual([
    ['de', 'en'],
    ['de', undefined],
  ]);
  expect((await server.call(rep, changeMe, { body: { language: null } })).body).toEqual({});
  expect(await spoken(rep)).toEqual(['de', undefined]);
  await server.call(admin, changeSettings, { body: { language: 'en' } });
});

test('the audit tells who did it, page by page, and that nobody changed it', async () => {
  const first = await server.call(admin, audit, { query: { limit: 3 } });
  expect(first.body.brokenAt).toBeUndefined();
  expect(first.body.items).toHaveLength(3);
  const second = await server.call(admin, audit, { query: { limit: 3, before: first.body.next! } });
  expect(second.body.items[0]!.seq).toBe(first.body.items[2]!.seq - 1);
  expect(first.body.items.map((i) => i.by.name)).toContain(admin!.name);
  expect((await server.call(rep, audit, {})).status).toBe(403);
});
