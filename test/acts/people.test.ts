import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cardsBatch } from '../../lib/contract/routes/cards.ts';
import { giveFeedback } from '../../lib/contract/routes/feedback.ts';
import { addLead, decide as decideRoute, erasePerson, exportPerson, merge, tie, unmerge, untie } from '../../lib/contract/routes/leads.ts';
import { history, lead as leadRoute, search } from '../../lib/contract/routes/leads-read.ts';
import { base64url, importTagKey, tagOf } from '../../lib/funnel/tag.ts';
import type { User } from '../../server/http/user.ts';
import { newId } from '../../server/store/id.ts';
import { updatePerson } from '../../server/store/people.ts';
import { type TestServer, testServer } from '../server/harness.ts';
import { helpers } from './help.ts';

let server: TestServer;
let help: ReturnType<typeof helpers>;
let rep: User;
let marketer: User;
let manager: User;
let admin: User;
beforeAll(async () => {
  server = await testServer();
  help = helpers(server);
  rep = await server.user('rep');
  marketer = await server.user('marketer');
  manager = await server.user('manager');
  admin = await server.user('admin');
});
afterAll(() => server?.close());

const newLead = (email: string, over: object = {}) => ({
  id: newId(),
  name: 'Ruth Adeyemi',
  company: 'Halden Freight',
  keys: [{ kind: 'email' as const, value: email }],
  actedAt: help.now(),
  ...over,
});
const add = (user: User, body: ReturnType<typeof newLead>, key?: string) => server.call(user, addLead, { body, ...(key && { key }) });

/** What a client would ask for somebody with this address. */
async function cardByAddress(value: string) {
  const { kid, key } = await server.in((trx) => trx.selectFrom('leadset_key').select(['kid', 'key']).executeTakeFirstOrThrow());
  const tag = base64url(await tagOf(await importTagKey(Uint8Array.from(key)), 'email', value));
  const { body } = await server.call(rep, cardsBatch, { body: { kid, tags: [tag] } });
  return body.items[0]?.card;
}

describe('a lead that sales adds', () => {
  test('stands at SAL, is its rep’s, and is found by its address at once', async () => {
    const { status, body } = await add(rep, newLead(' Ruth@Halden.Example '));
    expect(status).toBe(201);
    expect(body.card).toMatchObject({
      origin: 'sales',
      stage: 'sal',
      owner: { id: rep.id },
      passed: ['sal'],
      clock: { state: 'on_track' },
      funnelVersion: 1,
    });
    expect(body.card.handoff).toBeUndefined();
    expect(body.card.person.keys.map((k) => k.value)).toEqual(['ruth@halden.example']);
    expect((await cardByAddress('ruth@halden.example'))?.id).toBe(body.card.id);
    const events = await server.call(rep, history, { params: { id: body.card.id } });
    expect(events.body.items.map((e) => e.kind).sort()).toEqual(['added', 'owner', 'stage']);
    expect((await server.call(rep, search, { query: { q: 'hald' } })).body.items.map((i) => i.id)).toContain(body.card.id);
  });

  test('known already: 409 with the card; two at once make one', async () => {
    const known = await server.lead({ name: 'Dana Whitfield', email: 'dana@northwind.example' });
    const { status, body } = await add(rep, newLead('DANA@northwind.example'));
    expect([status, body.card.id, body.person.name]).toEqual([409, known, 'Dana Whitfield']);

    const answers = await Promise.all([1, 2, 3, 4].map(() => add(rep, newLead('twice@halden.example'))));
    expect(answers.map((a) => a.status).sort()).toEqual([201, 409, 409, 409]);
    const made = answers.find((a) => a.status === 201)!.body.card.id;
    for (const a of answers) expect(a.body.card.id).toBe(made);
  });

  test('what is no address is said, what is for others is refused', async () => {
    const bad = await add(rep, newLead('not an address'));
    expect([bad.status, bad.body.errors[0].pointer]).toEqual([400, '/keys/0/value']);
    expect((await add(marketer, newLead('x@halden.example'))).status).toBe(403);
    const body = newLead('y@halden.example');
    expect((await add(rep, body)).status).toBe(201);
    expect((await add(rep, { ...newLead('z@halden.example'), id: body.id })).status).toBe(422);
  });

  test('shows the campaigns that touched others at the company', async () => {
    const colleague = await server.lead({ company: 'Kestrel Optics Ltd', email: 'milan@kestrel.example' });
    const campaign = await help.campaign('Roadmap webinar');
    await help.touch(colleague, campaign);
    const { body } = await add(rep, newLead('aiko@kestrel.example', { company: 'Kestrel Optics' }));
    expect(body.card.company?.campaigns.map((c) => c.name)).toEqual(['Roadmap webinar']);
  });
});

describe('keys', () => {
  const tieTo = (user: User, id: string, value: string, kind: 'email' | 'linkedin' = 'email') =>
    server.call(user, tie, { params: { id }, body: { kind, value, actedAt: help.now() } });

  test('tied in its one form, tied again the same, found by it', async () => {
    const lead = await server.lead();
    const first = await tieTo(rep, lead, 'https://www.linkedin.com/in/Dana-Whitfield/', 'linkedin');
    expect(first.status).toBe(201);
    expect(first.body.key).toMatchObject({ kind: 'linkedin', value: 'dana-whitfield' });
    const again = await tieTo(manager, lead, 'dana-whitfield', 'linkedin');
    expect([again.status, again.body.key.id]).toEqual([201, first.body.key.id]);
    expect(again.body.card.person.keys).toHaveLength(2);
    await tieTo(rep, lead, 'second@northwind.example');
    expect((await cardByAddress('second@northwind.example'))?.id).toBe(lead);
  });

  test('somebody else’s: 409 names them, and nothing moves', async () => {
    const lead = await server.lead();
    const other = await server.lead({ name: 'Aiko Tanabe', company: 'Sora Foods', email: 'aiko@sora.example' });
    const { status, body } = await tieTo(rep, lead, 'aiko@sora.example');
    expect([status, body.person, body.detail]).toEqual([
      409,
      { id: other, name: 'Aiko Tanabe', company: 'Sora Foods' },
      'This belongs to Aiko Tanabe of Sora Foods already.',
    ]);
    expect((await cardByAddress('aiko@sora.example'))?.id).toBe(other);
  });

  test('untied once or twice; the last one stays', async () => {
    const lead = await server.lead({ email: 'keep@northwind.example' });
    const { body } = await tieTo(rep, lead, 'drop@northwind.example');
    const drop = () => server.call(rep, untie, { params: { id: lead, keyId: body.key.id } });
    expect((await drop()).body.card.person.keys).toHaveLength(1);
    expect((await drop()).status).toBe(200);
    expect(await cardByAddress('drop@northwind.example')).toBeUndefined();
    const [last] = (await help.card(rep, lead)).person.keys;
    expect((await server.call(rep, untie, { params: { id: lead, keyId: last!.id } })).status).toBe(422);
  });
});

describe('merging', () => {
  test('everything moves, the old id points on, and it can be taken back', async () => {
    const campaign = await help.campaign('Cut churn in Q4');
    const from = await server.lead({ name: 'Dana W.', email: 'dana.private@mail.example' });
    const into = await server.lead({ name: 'Dana Whitfield', email: 'dana.work@northwind.example' });
    await help.touch(from, campaign);
    await help.touch(into, campaign);
    const said = await server.call(rep, giveFeedback, {
      params: { id: from },
      body: { kind: 'insight', note: 'They bill onboarding', actedAt: help.now() },
    });
    const before = { from: await help.card(rep, from), into: await help.card(rep, into) };

    const merged = await server.call(marketer, merge, { params: { id: from }, body: { into } });
    expect(merged.status).toBe(201);
    expect(merged.body.card.person.keys.map((k) => k.value).sort()).toEqual(['dana.private@mail.example', 'dana.work@northwind.example']);
    expect(merged.body.card.campaigns).toMatchObject([{ id: campaign, active: 2 }]);
    expect(merged.body.card.feedback.map((f) => f.id)).toEqual([said.body.feedback.id]);
    const moved = await server.call(rep, leadRoute, { params: { id: from } });
    expect([moved.status, moved.headers.get('location')]).toEqual([308, `/v1/leads/${into}`]);
    const act = await server.call(rep, decideRoute, {
      params: { id: from },
      body: { kind: 'qualify', criteria: [], basis: 1, actedAt: help.now(), agreement: 1 },
    });
    expect([act.status, act.headers.get('location')]).toEqual([308, `/v1/leads/${into}/decisions`]);
    expect((await cardByAddress('dana.private@mail.example'))?.id).toBe(into);

    const back = await server.call(manager, unmerge, { params: { id: from } });
    expect(back.status).toBe(200);
    const after = { from: await help.card(rep, from), into: await help.card(rep, into) };
    for (const who of ['from', 'into'] as const) {
      const still = ({ version: _v, funnelVersion: _f, asOf: _a, ...card }: typeof after.from) => card;
      expect(still(after[who])).toEqual(still(before[who]));
      expect(after[who].version).toBeGreaterThan(before[who].version);
      expect(after[who].funnelVersion).toBeGreaterThan(before[who].funnelVersion);
    }
    expect((await cardByAddress('dana.private@mail.example'))?.id).toBe(from);
    expect((await server.call(manager, unmerge, { params: { id: from } })).status).toBe(404);
  });

  test('an act sent to the old id and then to the new one is done once', async () => {
    const [from, into] = [await server.lead(), await server.lead()];
    await server.call(marketer, merge, { params: { id: from }, body: { into } });
    const { funnelVersion } = await help.card(rep, into);
    const key = newId();
    const body = { kind: 'qualify' as const, criteria: [], basis: funnelVersion, actedAt: help.now(), agreement: 1 };
    expect((await server.call(rep, decideRoute, { params: { id: from }, body, key })).status).toBe(308);
    expect((await server.call(rep, decideRoute, { params: { id: into }, body, key })).status).toBe(201);
  });

  test('the one that came further stands; an open hand-off must be answered first', async () => {
    const [from, into] = [await server.lead(), await server.lead()];
    await help.decide(rep, from, { kind: 'qualify', criteria: ['need'] });
    const { body } = await server.call(marketer, merge, { params: { id: from }, body: { into } });
    expect(body.card).toMatchObject({ id: into, stage: 'sql', owner: { id: rep.id }, criteria: { met: ['need'] } });

    const open = await server.lead();
    await help.decide(marketer, open, { kind: 'hand_over', criteria: [], why: [] });
    const refused = await server.call(marketer, merge, { params: { id: open }, body: { into } });
    expect([refused.status, refused.body.detail]).toEqual([422, expect.stringContaining('at MQL and still waits for sales')]);
    expect((await server.call(marketer, merge, { params: { id: into }, body: { into: open } })).status).toBe(422);
    expect((await server.call(marketer, merge, { params: { id: into }, body: { into } })).status).toBe(422);
  });

  test('each has its own name, company and segment again; what was changed since stays', async () => {
    const told = (id: string) =>
      server.in((trx) =>
        trx
          .selectFrom('person')
          .select(['name', 'title', 'company', 'segment', 'company_key', 'domain'])
          .where('id', '=', id)
          .executeTakeFirstOrThrow(),
      );
    const say = (id: string, fields: { title?: string; company?: string; segment?: string }) =>
      server.in((trx) => updatePerson(trx, server.workspace, id, fields));
    const found = async (id: string, text: string) =>
      (await server.call(rep, search, { query: { q: text } })).body.items.some((item) => item.id === id);
    const [from, into, other] = [await server.lead({ name: 'Dana' }), await server.lead({ name: '' }), await server.lead({ name: '' })];
    await say(from, { title: 'VP', company: 'Wexley Timber', segment: 'Large' });
    const before = { from: await told(from), into: await told(into) };

    await server.call(marketer, merge, { params: { id: from }, body: { into } });
    expect(await told(into)).toMatchObject({ name: 'Dana', title: 'VP', company: 'Wexley Timber', segment: 'Large' });
    await server.call(marketer, unmerge, { params: { id: from } });
    expect(await told(from)).toEqual(before.from);
    expect(await told(into)).toEqual(before.into);
    expect([await found(from, 'Wexley'), await found(into, 'Wexley')]).toEqual([true, false]);

    await server.call(marketer, merge, { params: { id: from }, body: { into: other } });
    await say(other, { segment: 'Small', title: 'VP' });
    await server.call(marketer, unmerge, { params: { id: from } });
    expect(await told(from)).toMatchObject({ segment: 'Large' });
    expect(await told(other)).toMatchObject({ name: '', company: null, segment: 'Small' });
  });

  test('what was decided since stays when it is taken back', async () => {
    const [from, into] = [await server.lead(), await server.lead()];
    await server.call(marketer, merge, { params: { id: from }, body: { into } });
    await help.decide(rep, into, { kind: 'qualify', criteria: [] });
    await server.call(marketer, unmerge, { params: { id: from } });
    expect([(await help.card(rep, from)).stage, (await help.card(rep, into)).stage]).toEqual(['lead', 'sql']);
  });

  test('two who merge the other way round at once: one does, and nobody is lost', async () => {
    for (let i = 0; i < 5; i++) {
      const [one, two] = [await server.lead(), await server.lead()];
      const answers = await Promise.all([
        server.call(marketer, merge, { params: { id: one }, body: { into: two } }),
        server.call(manager, merge, { params: { id: two }, body: { into: one } }),
      ]);
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      const survivor = answers[0]!.status === 201 ? two : one;
      expect((await help.card(rep, survivor)).person.keys).toHaveLength(2);
    }
  });

  test('after thirty days it stays', async () => {
    const [from, into] = [await server.lead(), await server.lead()];
    await server.call(marketer, merge, { params: { id: from }, body: { into } });
    server.clock.now += 31 * 86_400_000;
    expect((await server.call(marketer, unmerge, { params: { id: from } })).status).toBe(422);
    server.clock.now -= 31 * 86_400_000;
  });
});

describe('rights of the person', () => {
  test('an export has everything, and the audit says who took it', async () => {
    const campaign = await help.campaign('Ops benchmark');
    const lead = await server.lead({ name: 'Marek Svoboda', email: 'marek@lindqvist.example' });
    await help.touch(lead, campaign);
    await help.decide(rep, lead, { kind: 'qualify', criteria: [] });
    expect((await server.call(rep, exportPerson, { params: { id: lead } })).status).toBe(403);
    const { status, body } = await server.call(admin, exportPerson, { params: { id: lead } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      person: { name: 'Marek Svoboda' },
      lead: { stage: 'sql' },
      campaigns: [{ id: campaign, name: 'Ops benchmark' }],
    });
    expect([(body.keys as unknown[]).length, (body.touches as unknown[]).length, (body.stages as unknown[]).length]).toEqual([1, 1, 2]);
    expect(JSON.stringify(body)).not.toContain(server.workspace);
  });

  test('erased: nothing is left but a keyed hash, and nobody brings them back', async () => {
    const gone = 'forget.me@lindqvist.example';
    const added = await add(rep, newLead(gone, { name: 'Quirin Zabel' }));
    const lead = added.body.card.id as string;
    const other = await server.lead({ name: 'Quirin Double', email: 'double@lindqvist.example' });
    await help.decide(rep, lead, { kind: 'qualify', criteria: [] });
    await server.call(rep, giveFeedback, { params: { id: lead }, body: { kind: 'insight', note: 'Quirin said so', actedAt: help.now() } });
    // Their name also stands in an answer about somebody else.
    const conflict = newId();
    const clash = { params: { id: other }, body: { kind: 'email' as const, value: gone, actedAt: help.now() }, key: conflict };
    expect((await server.call(rep, tie, clash)).body.person.name).toBe('Quirin Zabel');
    const merged = await server.call(marketer, merge, { params: { id: other }, body: { into: lead } });
    expect(merged.status).toBe(201);

    expect((await server.call(manager, erasePerson, { params: { id: lead } })).status).toBe(403);
    expect((await server.call(admin, erasePerson, { params: { id: lead } })).status).toBe(204);
    expect((await server.call(admin, erasePerson, { params: { id: lead } })).status).toBe(204);
    expect((await server.call(rep, leadRoute, { params: { id: lead } })).status).toBe(410);
    expect((await server.call(rep, leadRoute, { params: { id: other } })).status).toBe(308);
    expect(await cardByAddress(gone)).toBeUndefined();
    expect((await add(rep, newLead(gone))).status).toBe(422);
    const someone = await server.lead();
    expect(
      (await server.call(rep, tie, { params: { id: someone }, body: { kind: 'email', value: gone, actedAt: help.now() } })).status,
    ).toBe(422);
    expect((await server.call(rep, tie, clash)).status).toBe(410);

    const tables = await server.in(async (trx) => {
      const dump: string[] = [];
      for (const table of [
        'person',
        'person_key',
        'person_word',
        'lead',
        'handoff',
        'touch',
        'stage_change',
        'lead_event',
        'feedback',
        'operation',
        'merge',
        'audit',
        'change',
        'ingest_reject',
        'erased',
      ] as const)
        dump.push(JSON.stringify(await trx.selectFrom(table).selectAll().execute()));
      return dump.join('\n');
    });
    expect(tables).not.toMatch(/quirin|zabel|forget\.me|double@/i);
    // Other systems hear of it once, by every id the person had, and by nothing else.
    const told = await server.in((trx) => trx.selectFrom('lead_event').select(['person', 'data']).where('kind', '=', 'erased').execute());
    expect(told.map(({ person, data }) => ({ person, leads: [...(data.leads as string[])].sort() }))).toEqual([
      { person: null, leads: [lead, other].sort() },
    ]);
    expect((await server.call(admin, erasePerson, { params: { id: newId() } })).status).toBe(404);
  });
});
