import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decide } from '../../lib/contract/routes/leads.ts';
import { lead as cardOfLead } from '../../lib/contract/routes/leads-read.ts';
import { crmHealthReport } from '../../lib/contract/routes/reports-crm-health.ts';
import { sourceWrites } from '../../lib/contract/routes/sources.ts';
import type { User } from '../../server/http/user.ts';
import { hubspot } from '../../server/sources/hubspot/index.ts';
import { SealBroken, sealWith } from '../../server/sources/seal.ts';
import type { Mapping } from '../../server/sources/source.ts';
import { dealWith, queueWrites } from '../../server/sources/writes.ts';
import { newId } from '../../server/store/id.ts';
import { SimulatedClock } from '../fakes/clock.ts';
import { FakeHubspot } from '../fakes/hubspot.ts';
import { type TestServer, testServer } from '../server/harness.ts';
import { type Connected, connected } from './connected.ts';

const mapping: Mapping = {
  stageIn: {
    subscriber: 'subscriber',
    lead: 'lead',
    marketingqualifiedlead: 'mql',
    salesqualifiedlead: 'sql',
    opportunity: 'opportunity',
    customer: 'customer',
  },
  stageOut: {
    sql: { stage: 'salesqualifiedlead' },
    recycled: { stage: 'lead', status: 'BAD_TIMING' },
    opportunity: { stage: 'opportunity' },
  },
  reasonOut: {},
  fields: {},
  writeFeedback: true,
  agreed: true,
};

let server: TestServer;
let rep: User;
let clock: SimulatedClock;
let crm: FakeHubspot;
let link: string;
let pull: Connected['pull'];
let write: Connected['write'];
beforeAll(async () => {
  server = await testServer();
  rep = await server.user('rep');
});
afterAll(() => server.close());

/** A CRM of its own for each test, connected and agreed. */
async function connect(): Promise<void> {
  clock = new SimulatedClock(server.clock.now);
  crm = new FakeHubspot(clock.now);
  await server.in((trx) => trx.deleteFrom('source_link').execute());
  ({ link, pull, write } = await connected(server, hubspot, crm, clock, { mapping, credentials: { token: crm.token } }));
}
const leadOf = (email: string) =>
  server.in(async (trx) => {
    const key = await trx.selectFrom('person_key').select('person').where('value', '=', email).executeTakeFirstOrThrow();
    return trx.selectFrom('lead').selectAll().where('id', '=', key.person).executeTakeFirstOrThrow();
  });
/** A rep decides through the wire, as ever; the clocks of both sides go on together. */
async function decided(email: string, decision: object): Promise<string> {
  const lead = await leadOf(email);
  server.clock.now = clock.at;
  const key = newId();
  const answer = await server.call(rep, decide, {
    params: { id: lead.id },
    key,
    body: { ...decision, basis: lead.funnel_version, actedAt: new Date(clock.at).toISOString(), agreement: 1 } as never,
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return key;
}
const history = (email: string) =>
  server.in(async (trx) => {
    const lead = await leadOf(email);
    const rows = await trx.selectFrom('stage_change').select(['to_stage', 'by_kind']).where('person', '=', lead.id).orderBy('at').execute();
    return rows.map((r) => `${r.by_kind}:${r.to_stage}`);
  });
const writes = () => server.in((trx) => trx.selectFrom('source_write').selectAll().where('link', '=', link).orderBy('id').execute());
const pass = (ms = 600_000) => {
  clock.at += ms;
};

describe('both ways with one CRM', () => {
  test('what the CRM tells becomes people with their history; the answer goes back once, and does not come back as news', async () => {
    await connect();
    const { id } = crm.put({ email: 'dana@one.example', firstname: 'Dana', lifecyclestage: 'lead' });
    pass();
    crm.put({ lifecyclestage: 'marketingqualifiedlead' }, id);
    pass();
    expect(await pull()).toBe('done');
    expect(await leadOf('dana@one.example')).toMatchObject({ stage: 'mql' });

    pass();
    await decided('dana@one.example', { kind: 'accept' });
    pass();
    await decided('dana@one.example', { kind: 'qualify', criteria: [] });
    pass();
    expect(await write()).toBe(2);
    expect(crm.contacts.get(id)!.properties.lifecyclestage).toBe('salesqualifiedlead');
    expect(crm.notes.size).toBe(2);
    for (let i = 0; i < 3; i++) {
      pass();
      await pull();
      expect(await write()).toBe(0);
    }
    expect(await history('dana@one.example')).toEqual(['source:lead', 'source:mql', 'user:sal', 'user:sql']);
    expect(crm.contacts.get(id)!.history.lifecyclestage!.map((h) => h.value)).toEqual([
      'salesqualifiedlead',
      'marketingqualifiedlead',
      'lead',
    ]);
  });

  test('a refusal stays in the CRM’s words and holds back what came after; sent again, both arrive in order', async () => {
    await connect();
    const { id } = crm.put({ email: 'mira@two.example', lifecyclestage: 'marketingqualifiedlead' });
    pass();
    await pull();
    crm.required = [{ when: ['lifecyclestage', 'salesqualifiedlead'], needs: 'decision_date', message: 'Decision date is required' }];
    pass();
    await decided('mira@two.example', { kind: 'qualify', criteria: [] });
    pass();
    await decided('mira@two.example', { kind: 'open_opportunity' });
    pass();
    expect(await write()).toBe(0);
    expect((await writes()).map((w) => [w.state, w.sentence])).toEqual([
      ['refused', 'HubSpot: Decision date is required'],
      ['waiting', null],
    ]);
    // The same as data, wherever it is shown.
    const said = { code: 'crm-says', facts: { crm: 'HubSpot', words: 'Decision date is required', scopes: [], advice: '' } };
    const shown = await server.call(rep, sourceWrites, { params: { id: link }, query: { state: 'refused' } });
    expect(shown.body.items.map((one) => one.said)).toEqual([said]);
    const { id: lead } = await leadOf('mira@two.example');
    expect((await server.call(rep, cardOfLead, { params: { id: lead } })).body.crm).toMatchObject({ state: 'refused', said });
    const day = new Date(clock.at).toISOString().slice(0, 10);
    const health = await server.call(rep, crmHealthReport, { query: { from: '2026-11-01', to: day } });
    expect(health.body.items.flatMap((one) => one.refusals.map((two) => two.said))).toEqual([said]);
    // While ours is not written, the CRM is not believed.
    pass();
    crm.put({ lifecyclestage: 'subscriber' }, id);
    pass();
    await pull();
    expect((await leadOf('mira@two.example')).stage).toBe('opportunity');

    crm.put({ decision_date: '2026-12-01', lifecyclestage: 'marketingqualifiedlead' }, id);
    pass();
    const [first] = await writes();
    expect(await server.in((trx) => dealWith(trx, server.workspace, first!.id, 'again', () => hubspot, clock.at))).toBe(link);
    // Sent again, it waits for nothing but its turn.
    const { crm: again } = (await server.call(rep, cardOfLead, { params: { id: lead } })).body;
    expect(again).toMatchObject({ state: 'waiting' });
    expect(again).not.toHaveProperty('sentence');
    expect(await write()).toBe(2);
    pass();
    await pull();
    // Somebody set it in the CRM after the acts: theirs was the newer word.
    expect((await leadOf('mira@two.example')).stage).toBe('mql');
    expect((await writes()).map((w) => [w.state, w.kept])).toEqual([
      ['sent', ['lifecyclestage']],
      ['sent', ['lifecyclestage']],
    ]);
  });

  test('killed after any page and with answers lost, the import is whole and nothing is doubled', async () => {
    await connect();
    for (let i = 0; i < 260; i++) crm.put({ email: `p${i}@three.example`, lifecyclestage: 'lead' });
    pass();
    for (let run = 0; run < 30; run++) {
      // Every run loses one answer or is refused service for good somewhere.
      crm.trouble = [...Array.from({ length: run % 4 }, () => undefined), 'drop'];
      const end = await pull();
      crm.trouble = [];
      pass();
      if (end === 'done') break;
      expect(end).toBe('trouble');
    }
    expect(await pull()).toBe('done');
    const { n } = await server.in((trx) =>
      trx
        .selectFrom('person_key')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .where('value', 'like', '%@three.example')
        .executeTakeFirstOrThrow(),
    );
    expect(n).toBe(260);
    const twice = await server.in((trx) =>
      trx
        .selectFrom('stage_change as c')
        .innerJoin('person_key as k', 'k.person', 'c.person')
        .select(['c.person'])
        .where('k.value', 'like', '%@three.example')
        .groupBy('c.person')
        .having((eb) => eb(eb.fn.countAll(), '>', 1))
        .execute(),
    );
    expect(twice).toEqual([]);
  });

  test('two runs of one link do not overlap; a paused one and one under changed settings keep nothing', async () => {
    await connect();
    for (let i = 0; i < 120; i++) crm.put({ email: `q${i}@four.example` });
    pass();
    const ends = await Promise.all([pull(), pull()]);
    expect(ends.sort()).toEqual(['busy', 'done']);
    await server.in((trx) => trx.updateTable('source_link').set({ state: 'paused' }).where('id', '=', link).execute());
    expect(await pull()).toBe('paused');
  });

  test('a limit is waited for, a withdrawn key is told; nothing is lost', async () => {
    await connect();
    crm.put({ email: 'late@five.example' });
    pass();
    crm.limits.daily = 0;
    expect(await pull()).toBe('trouble');
    expect(await pull()).toBe('busy');
    crm.limits.daily = 1_000_000;
    pass(86_400_000);
    expect(await pull()).toBe('done');
    crm.token = 'another';
    expect(await pull()).toBe('trouble');
    const row = await server.in((trx) => trx.selectFrom('source_link').select('trouble').where('id', '=', link).executeTakeFirstOrThrow());
    expect(row.trouble).toMatchObject({
      trouble: 'signed-out',
      sentence: expect.stringContaining('Connect again'),
      said: { code: 'crm-key-withdrawn' },
    });
  });

  test('an act is queued once however often it is repeated, and not at all for a CRM nobody agreed on', async () => {
    await connect();
    const lead = await server.lead({ email: 'once@six.example' });
    const act = {
      operation: newId(),
      lead,
      body: { what: 'decision' as const, at: new Date(clock.at).toISOString() },
      note: async () => 'x',
    };
    await server.in((trx) => queueWrites(trx, server.workspace, act));
    await server.in((trx) => queueWrites(trx, server.workspace, act));
    expect(await writes()).toHaveLength(1);
    await server.in((trx) =>
      trx
        .updateTable('source_link')
        .set({ mapping: JSON.stringify({ ...mapping, agreed: false }) })
        .where('id', '=', link)
        .execute(),
    );
    expect(await server.in((trx) => queueWrites(trx, server.workspace, { ...act, operation: newId() }))).toEqual([]);
  });
});

test('credentials open only with the same key, for the same owner, unaltered', () => {
  const seal = sealWith(Buffer.alloc(32, 1));
  const box = seal.close('secret', 'a');
  expect(box.includes(Buffer.from('secret'))).toBe(false);
  expect(seal.open(box, 'a')).toBe('secret');
  expect(() => seal.open(box, 'b')).toThrow(SealBroken);
  expect(() => sealWith(Buffer.alloc(32, 2)).open(box, 'a')).toThrow(SealBroken);
  box[box.length - 1]! ^= 1;
  expect(() => seal.open(box, 'a')).toThrow(SealBroken);
});
