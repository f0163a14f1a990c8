import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decide } from '../../lib/contract/routes/leads.ts';
import { budgetReport } from '../../lib/contract/routes/reports-budget.ts';
import { changeSource } from '../../lib/contract/routes/sources.ts';
import { stages } from '../../lib/funnel/words.ts';
import type { User } from '../../server/http/user.ts';
import { type Heard, movesOf, saidBefore, skewed, until } from '../../server/sources/believe.ts';
import { dealField, moved, worth } from '../../server/sources/deals.ts';
import { hubspot } from '../../server/sources/hubspot/index.ts';
import type { LinkRow } from '../../server/sources/links.ts';
import { runPull, runRead } from '../../server/sources/pull.ts';
import { salesforce } from '../../server/sources/salesforce/index.ts';
import type { Mapping } from '../../server/sources/source.ts';
import { type Known, pulled } from '../../server/sources/stage-rule.ts';
import { newId } from '../../server/store/id.ts';
import { SimulatedClock } from '../fakes/clock.ts';
import { FakeHubspot } from '../fakes/hubspot.ts';
import { FakeSalesforce } from '../fakes/salesforce.ts';
import { type TestServer, testServer } from '../server/harness.ts';
import { type Connected, connected } from './connected.ts';
import { mortal, untilDeath } from './mortal.ts';

/** Several deals of one person: which of them counts, what they are worth, and what becomes of it when one goes. */
const minute = 60_000;
const day = 86_400_000;
const mapping: Mapping = {
  stageIn: Object.fromEntries(stages.map((stage) => [`At ${stage}`, stage])),
  stageOut: {},
  reasonOut: {},
  fields: { currency: 'EUR' },
  writeFeedback: false,
  agreed: true,
};

describe('the rule', () => {
  const open = { stage: 'opportunity', at: '2026-11-02' } as const;
  const sql = (at: string) => ({ stage: 'sql', at }) as const;
  test('one that is lost takes nobody back while another is open, unless somebody said since that they are less far', () => {
    expect(moved('recycled', 'opportunity', [open], sql('2026-11-01'), 'opportunity')).toBe('opportunity');
    expect(moved('recycled', undefined, [open], sql('2026-11-01'), 'opportunity')).toBeUndefined();
    expect(moved('recycled', 'opportunity', [open], sql('2026-11-03'), 'sql')).toBe('recycled');
    expect(moved('recycled', 'opportunity', [], undefined, 'opportunity')).toBe('recycled');
    expect(moved('opportunity', undefined, [{ stage: 'customer', at: '2026-11-01' }], undefined, 'customer')).toBeUndefined();
  });
  test('without a deal a lead stands where the newest of what is left has it, and stays where nothing is left', () => {
    expect(moved(undefined, 'opportunity', [], sql('2026-11-01'), 'opportunity')).toBe('sql');
    expect(moved(undefined, 'customer', [open], sql('2026-11-01'), 'customer')).toBe('opportunity');
    expect(moved(undefined, 'opportunity', [], undefined, 'opportunity')).toBeUndefined();
    expect(moved(undefined, 'customer', [], sql('2026-11-01'), 'opportunity')).toBeUndefined();
  });
  test('worth is the sum of those that stand where the lead does, in one currency', () => {
    const euros = (value: number) => ({ value, currency: 'EUR' });
    const won = { name: 'a', stage: 'customer', at: '2026-11-01', amount: euros(100) } as const;
    const priced = { name: 'b', ...open, amount: euros(40) };
    const of = (value: number, pipeline: Record<string, number>, won = {}) => ({ ...euros(value), deals: { pipeline, won } });
    expect(worth([won, priced], 'customer')).toEqual(of(100, { a: 100 }, { a: 100 }));
    const small = { name: 'c', ...open, amount: euros(2) };
    expect(worth([won, priced, small], 'opportunity')).toEqual(of(42, { b: 40, c: 2 }, { a: 100 }));
    expect(worth([priced, { ...small, stage: 'recycled' }], 'recycled')).toEqual(of(2, { c: 2 }));
    expect(worth([won, priced], 'sql')).toEqual(of(100, { a: 100 }, { a: 100 }));
    const dollars = { ...won, amount: { value: 5, currency: 'USD' } };
    expect(worth([dollars, { ...won, name: 'd', at: '2026-11-03' }], 'customer')).toEqual(of(100, { d: 100 }, { d: 100 }));
    expect(worth([{ name: 'e', ...open }], 'opportunity')).toBeUndefined();
  });
});

/** A CRM with one person, seen by Baton. */
interface Told {
  name: string;
  connect(email: string): Promise<{ connection: Connected; clock: SimulatedClock; deals: Deals }>;
}
interface Deals {
  stage(stage: string): void;
  open(amount?: number): string;
  change(id: string, what: { is?: 'open' | 'won' | 'lost'; amount?: number; closes?: string }): void;
  remove(id: string): void;
  restore(id: string): void;
  /** The person is no longer named by it. */
  leave(id: string): void;
}
let server: TestServer;
let admin: User;
beforeAll(async () => {
  server = await testServer();
  admin = await server.user('admin');
});
afterAll(() => server.close());

const kinds: Told[] = [
  {
    name: 'HubSpot',
    async connect(email) {
      const clock = new SimulatedClock(Date.parse('2026-11-22T09:00:00Z'));
      const crm = new FakeHubspot(clock.now);
      crm.stages = stages.map((stage) => `At ${stage}`);
      const { id } = crm.put({ email, lifecyclestage: 'At lead' });
      const is = (state: string) => ({
        hs_is_closed: String(state !== 'open'),
        hs_is_closed_won: String(state === 'won'),
        dealstage: state,
      });
      return {
        clock,
        connection: await connected(server, hubspot, crm, clock, { mapping, credentials: { token: crm.token } }),
        deals: {
          stage: (lifecyclestage) => crm.put({ lifecyclestage }, id),
          open: (amount) => crm.putDeal({ ...is('open'), ...(amount && { amount: String(amount) }) }, [id]).id,
          change: (deal, { is: state, amount, closes }) =>
            crm.putDeal(
              {
                ...(state && is(state)),
                ...(amount !== undefined && { amount: amount === 0 ? '' : String(amount) }),
                ...(closes && { closedate: closes }),
              },
              undefined,
              deal,
            ),
          remove: (deal) => crm.archiveDeal(deal),
          restore: (deal) => crm.restoreDeal(deal),
          leave: (deal) => crm.putDeal({}, [], deal),
        },
      };
    },
  },
  {
    name: 'Salesforce',
    async connect(email) {
      const clock = new SimulatedClock(Date.parse('2026-11-22T09:00:00Z'));
      const crm = new FakeSalesforce(clock.now);
      const lead = crm.add('Lead', { Name: email, Email: email, Status: 'At lead' });
      const contact = crm.add('Contact', { Name: email, Email: email });
      const credentials = { address: 'https://ridgeway.my.salesforce.example', clientId: crm.client.id, clientSecret: crm.client.secret };
      const is = (state: 'open' | 'won' | 'lost') => ({
        StageName: { open: 'Prospecting', won: 'Closed Won', lost: 'Closed Lost' }[state],
        IsClosed: state !== 'open',
        IsWon: state === 'won',
      });
      return {
        clock,
        connection: await connected(server, salesforce, crm, clock, { mapping, credentials }),
        deals: {
          stage: (Status) => crm.change('Lead', String(lead.Id), { Status }),
          open(amount) {
            const made = crm.add('Opportunity', { ...is('open'), Amount: amount ?? null, CloseDate: '2027-03-01' });
            crm.add('OpportunityContactRole', { OpportunityId: made.Id, ContactId: contact.Id });
            return String(made.Id);
          },
          change: (deal, { is: state, amount, closes }) =>
            crm.change('Opportunity', deal, {
              ...(state && is(state)),
              ...(amount !== undefined && { Amount: amount || null }),
              ...(closes && { CloseDate: closes.slice(0, 10) }),
            }),
          remove: (deal) => crm.remove('Opportunity', deal),
          restore: (deal) => crm.undelete('Opportunity', deal),
          leave(deal) {
            const role = [...crm.tables.get('OpportunityContactRole')!.values()].find((row) => row.OpportunityId === deal)!;
            crm.remove('OpportunityContactRole', String(role.Id));
          },
        },
      };
    },
  },
];

describe.each(kinds)('deals of $name', ({ name, connect }) => {
  let n = 0;
  async function begun() {
    const email = `deal${n++}@${name.toLowerCase()}.example`;
    const { connection, clock, deals } = await connect(email);
    const pull = async () => {
      clock.at += 20 * minute;
      expect(await connection.pull()).toBe('done');
      clock.at += 20 * minute;
    };
    const lead = async () =>
      server.in((trx) =>
        trx
          .selectFrom('lead as l')
          .innerJoin('person_key as k', (join) => join.onRef('k.workspace', '=', 'l.workspace').onRef('k.person', '=', 'l.id'))
          .select(['l.id', 'l.stage', 'l.amount_value as amount'])
          .where('k.value', '=', email)
          .executeTakeFirstOrThrow(),
      );
    await pull();
    return { connection, clock, deals, pull, lead };
  }

  test('an amount that is filled in, changed and taken away later is followed; a further deal adds to it', async () => {
    const { deals, pull, lead } = await begun();
    const first = deals.open();
    await pull();
    expect(await lead()).toMatchObject({ stage: 'opportunity', amount: null });
    deals.change(first, { amount: 500 });
    await pull();
    expect(await lead()).toMatchObject({ amount: 50_000 });
    const second = deals.open(20);
    await pull();
    expect(await lead()).toMatchObject({ amount: 52_000 });
    deals.change(first, { amount: 0 });
    await pull();
    expect(await lead()).toMatchObject({ amount: 2_000 });
    deals.change(second, { amount: 0 });
    await pull();
    expect(await lead()).toMatchObject({ stage: 'opportunity', amount: null });
  });

  test('a customer stays one whatever becomes of a further deal; of two open ones, the lost one moves nobody', async () => {
    const { deals, pull, lead } = await begun();
    const first = deals.open(100);
    const second = deals.open(10);
    await pull();
    deals.change(second, { is: 'lost' });
    await pull();
    expect(await lead()).toMatchObject({ stage: 'opportunity', amount: 10_000 });
    deals.change(first, { is: 'won' });
    await pull();
    const third = deals.open(7);
    await pull();
    expect(await lead()).toMatchObject({ stage: 'customer', amount: 10_000 });
    deals.change(third, { is: 'lost' });
    await pull();
    expect(await lead()).toMatchObject({ stage: 'customer', amount: 10_000 });
    // Who is said to have gone, and gets a new deal, is an opportunity again.
    deals.stage('At recycled');
    await pull();
    deals.open(3);
    await pull();
    expect(await lead()).toMatchObject({ stage: 'opportunity', amount: 300 });
  });

  test('won with a close date of last week, after it was touched this morning, it is won, and counts from last week', async () => {
    const { deals, pull, lead, clock } = await begun();
    const deal = deals.open(100);
    clock.at += 20 * day;
    deals.change(deal, { amount: 120 });
    await pull();
    clock.at += 6 * 3_600_000;
    const closes = new Date(clock.at - 7 * day).toISOString();
    deals.change(deal, { is: 'won', closes });
    await pull();
    const { id, ...now } = await lead();
    expect(now).toMatchObject({ stage: 'customer', amount: 12_000 });
    const rows = await server.in((trx) =>
      trx.selectFrom('stage_change').select('at').where('person', '=', id).where('to_stage', '=', 'customer').execute(),
    );
    expect(rows.map(({ at }) => new Date(at).toISOString().slice(0, 10))).toEqual([closes.slice(0, 10)]);
    // What was said before that was told is older, though later than the close date.
    deals.change(deal, { amount: 130 });
    await pull();
    expect(await lead()).toMatchObject({ stage: 'customer', amount: 13_000 });
    // Opened again, and won again with the close date it had: the later word counts, not the earlier day.
    deals.change(deal, { is: 'open' });
    await pull();
    expect(await lead()).toMatchObject({ stage: 'opportunity' });
    deals.change(deal, { is: 'won', closes });
    await pull();
    expect(await lead()).toMatchObject({ stage: 'customer' });
  });

  test('what a stage of deals is said to mean later, and another currency, hold for deals that were read before', async () => {
    const { connection, deals, pull, lead } = await begun();
    deals.open(100);
    await pull();
    expect(await lead()).toMatchObject({ stage: 'opportunity', amount: 10_000 });
    const mapped = async (next: Mapping) => {
      const { status } = await server.call(admin, changeSource, { params: { id: connection.link }, body: { mapping: next } });
      expect(status).toBe(200);
      await pull();
      return lead();
    };
    const raw = name === 'HubSpot' ? 'open' : 'Prospecting';
    const next: Mapping = { ...mapping, stageIn: { ...mapping.stageIn, [raw]: 'sql' } };
    expect(await mapped(next)).toMatchObject({ stage: 'sql', amount: 10_000 });
    expect(await mapped({ ...next, fields: { currency: 'JPY' } })).toMatchObject({ amount: 100 });
    // What nobody's deal can be about does not make it read everything again.
    const cursor = () =>
      server.in((trx) => trx.selectFrom('source_link').select('cursor').where('id', '=', connection.link).executeTakeFirstOrThrow());
    const before = await cursor();
    const { status } = await server.call(admin, changeSource, {
      params: { id: connection.link },
      body: { mapping: { ...next, fields: { currency: 'JPY' }, stageIn: { ...next.stageIn, 'At lead': 'subscriber' } } },
    });
    expect([status, await cursor()]).toEqual([200, before]);
  });

  test('a close date that is corrected later moves the day that the win counts from; what was told first stays beside it', async () => {
    const { deals, pull, lead, clock, connection } = await begun();
    clock.at += 30 * day;
    const deal = deals.open(100);
    clock.at += 20 * day;
    const told = clock.at;
    const date = (days: number) => new Date(told + days * day).toISOString();
    deals.change(deal, { is: 'won', closes: date(-7) });
    await pull();
    const { id } = await lead();
    const wins = async () => {
      const rows = await server.in((trx) =>
        trx
          .selectFrom('stage_change')
          .select(['at', 'superseded_by'])
          .where('person', '=', id)
          .where('to_stage', '=', 'customer')
          .orderBy('id')
          .execute(),
      );
      const counts = rows.filter((row) => row.superseded_by === null).map(({ at }) => at.slice(0, 10));
      return { counts, told: rows.map(({ at }) => at.slice(0, 10)) };
    };
    const first = date(-7).slice(0, 10);
    expect(await wins()).toEqual({ counts: [first], told: [first] });
    for (const [closes, counts] of [
      [date(-3), date(-3)],
      // Not before it was opened, nor later than it was said.
      [date(-400), date(-20)],
      [date(100), date(0)],
      [date(-7), date(-7)],
    ] as const) {
      deals.change(deal, { closes });
      await pull();
      await pull();
      expect((await wins()).counts, closes).toEqual([counts.slice(0, 10)]);
    }
    expect((await wins()).told).toEqual([first, date(-3), date(-20), date(0), date(-7)].map((at) => at.slice(0, 10)));
    const events = await server.in((trx) =>
      trx.selectFrom('lead_event').select('data').where('person', '=', id).where('kind', '=', 'stage').orderBy('id').execute(),
    );
    expect(events.at(-1)!.data).toMatchObject({
      to: 'customer',
      from: 'opportunity',
      past: true,
      corrects: expect.stringContaining(date(0).slice(0, 10)),
    });
    // Everything is read again, and nothing is told twice.
    await server.in((trx) => trx.updateTable('source_link').set({ cursor: null }).where('id', '=', connection.link).execute());
    await pull();
    expect((await wins()).told).toHaveLength(5);
    expect(await lead()).toMatchObject({ stage: 'customer', amount: 10_000 });
  });

  test('a close date that is corrected while the history is still being read is the day that the win counts from', async () => {
    const email = `deal${n++}@${name.toLowerCase()}.example`;
    const { connection, clock, deals } = await connect(email);
    const deal = deals.open(100);
    clock.at += 20 * day;
    const told = clock.at;
    const date = (days: number) => new Date(told + days * day).toISOString();
    deals.change(deal, { is: 'won', closes: date(-7) });
    clock.at += day;
    const about = () =>
      server.in((trx) =>
        trx.selectFrom('source_stage').selectAll().where('link', '=', connection.link).where('field', 'like', 'Opp%').execute(),
      );
    const wins = () =>
      server.in((trx) =>
        trx
          .selectFrom('stage_change as c')
          .innerJoin('person_key as k', (join) => join.onRef('k.workspace', '=', 'c.workspace').onRef('k.person', '=', 'c.person'))
          .select('c.at')
          .where('k.value', '=', email)
          .where('c.to_stage', '=', 'customer')
          .execute(),
      );
    // The process dies as soon as the deal was read, once with each date that it has meanwhile.
    for (const days of [-7, -3, 100, -5]) {
      deals.change(deal, { closes: date(days) });
      clock.at += day;
      const before = JSON.stringify(await about());
      const dying = mortal(connection.run(), {
        beforeCall: async () => (JSON.stringify(await about()) !== before ? 'die' : undefined),
      });
      expect(await untilDeath(() => runPull(dying))).toBeUndefined();
      expect(await wins()).toEqual([]);
    }
    clock.at += day;
    expect(await connection.pull()).toBe('done');
    expect((await wins()).map(({ at }) => at.slice(0, 10))).toEqual([date(-5).slice(0, 10)]);
  });

  test('a deleted deal, and one that the person no longer has, are taken back; restored, it counts again', async () => {
    const { deals, pull, lead } = await begun();
    deals.stage('At sql');
    await pull();
    const first = deals.open(100);
    await pull();
    expect(await lead()).toMatchObject({ stage: 'opportunity', amount: 10_000 });
    deals.remove(first);
    await pull();
    expect(await lead()).toMatchObject({ stage: 'sql', amount: null });
    await pull();
    deals.restore(first);
    await pull();
    expect(await lead()).toMatchObject({ stage: 'opportunity', amount: 10_000 });
    deals.leave(first);
    await pull();
    expect(await lead()).toMatchObject({ stage: 'sql', amount: null });
  });
});

test('whom a deal of HubSpot names is found out though the deal does not change: at once by a webhook, else within hours', async () => {
  const clock = new SimulatedClock(Date.parse('2026-11-22T09:00:00Z'));
  const crm = new FakeHubspot(clock.now);
  const { pull, run } = await connected(server, hubspot, crm, clock, { mapping, credentials: { token: crm.token } });
  const [dana, lee] = ['dana', 'lee'].map((name) => crm.put({ email: `${name}@untied.example`, lifecyclestage: 'At lead' }).id) as [
    string,
    string,
  ];
  const deal = crm.putDeal({ dealstage: 'open', hs_is_closed: 'false', amount: '100', deal_currency_code: 'EUR' }, [dana]).id;
  const go = async (ms = 20 * minute) => {
    clock.at += ms;
    expect(await pull()).toBe('done');
  };
  const worth = async () => {
    const rows = await server.in((trx) =>
      trx
        .selectFrom('lead as l')
        .innerJoin('person_key as k', (join) => join.onRef('k.workspace', '=', 'l.workspace').onRef('k.person', '=', 'l.id'))
        .select('l.amount_value as amount')
        .where('k.value', 'like', '%@untied.example')
        .orderBy('k.value')
        .execute(),
    );
    return rows.map(({ amount }) => amount);
  };
  await go();
  expect(await worth()).toEqual([10_000, null]);
  crm.tie(deal, [lee]);
  await go();
  expect(await worth()).toEqual([10_000, null]);
  expect(await runRead(run(), [`deal:${deal}`])).toBe('done');
  expect(await worth()).toEqual([null, 10_000]);
  crm.tie(deal, [dana, lee]);
  await go(6 * 60 * minute);
  expect(await worth()).toEqual([10_000, 10_000]);
  const before = crm.requests.length;
  await go(5 * minute);
  expect(crm.requests.slice(before).filter(({ path }) => path.endsWith('/objects/2026-09/deals'))).toEqual([]);
});

test('two contacts of HubSpot that become one are worth both their deals, and lose none of them', async () => {
  const clock = new SimulatedClock(Date.parse('2026-11-22T09:00:00Z'));
  const crm = new FakeHubspot(clock.now);
  const { pull, link } = await connected(server, hubspot, crm, clock, { mapping, credentials: { token: crm.token } });
  const put = (email: string) => crm.put({ email, lifecyclestage: 'At lead' }).id;
  const [a, b] = [put('one@merged.example'), put('other@merged.example')];
  const deal = (contact: string, amount: string) =>
    crm.putDeal({ dealstage: 'open', hs_is_closed: 'false', amount, deal_currency_code: 'EUR' }, [contact]);
  const [first] = [deal(a, '100'), deal(b, '30')];
  const go = async () => {
    clock.at += 20 * minute;
    await pull();
    clock.at += 20 * minute;
  };
  const lead = () =>
    server.in((trx) =>
      trx
        .selectFrom('lead as l')
        .innerJoin('person_key as k', (join) => join.onRef('k.workspace', '=', 'l.workspace').onRef('k.person', '=', 'l.id'))
        .select(['l.stage', 'l.amount_value as amount'])
        .where('k.value', '=', 'one@merged.example')
        .executeTakeFirstOrThrow(),
    );
  await go();
  crm.merge(a, b);
  await go();
  expect(await lead()).toMatchObject({ stage: 'opportunity', amount: 13_000 });
  crm.putDeal({ dealstage: 'lost', hs_is_closed: 'true' }, undefined, first!.id);
  await go();
  expect(await lead()).toMatchObject({ stage: 'opportunity', amount: 3_000 });
  const fields = await server.in((trx) => trx.selectFrom('source_stage').select(['record', 'field']).where('link', '=', link).execute());
  expect(fields.filter(({ field }) => field.startsWith('Opportunity ')).map(({ record }) => record.split(':').at(-1))).toEqual([b, b]);
});

describe('a deal of several contacts', () => {
  async function begun() {
    const clock = new SimulatedClock(Date.parse('2026-11-22T09:00:00Z'));
    const crm = new FakeHubspot(clock.now);
    crm.stages = stages.map((stage) => `At ${stage}`);
    const { pull } = await connected({ store: server.store, workspace }, hubspot, crm, clock, {
      mapping,
      credentials: { token: crm.token },
    });
    const put = (email: string) => crm.put({ email, lifecyclestage: 'At lead' }).id;
    const go = async () => {
      clock.at += 20 * minute;
      expect(await pull()).toBe('done');
      clock.at += 20 * minute;
      server.clock.now = clock.at;
    };
    const sums = async () => {
      const { status, body } = await server.call(manager, budgetReport, { query: { from: '2026-11-01', to: '2026-11-30' } });
      expect(status).toBe(200);
      const of = (list: { value: number; currency: string }[]) => list.find(({ currency }) => currency === 'EUR')?.value ?? 0;
      return { pipeline: of(body.total.pipeline), won: of(body.total.won), n: body.total.outcomes.opportunity };
    };
    return { crm, put, go, sums };
  }
  let workspace: string;
  let manager: User;
  beforeEach(async () => {
    workspace = await server.anotherWorkspace();
    manager = await server.user('manager', { workspace });
  });
  const euros = (state: 'open' | 'won', amount: string) => ({
    dealstage: state,
    hs_is_closed: String(state === 'won'),
    hs_is_closed_won: String(state === 'won'),
    amount,
    deal_currency_code: 'EUR',
  });

  test('adds its amount to the reports once, whoever comes to it, wins with it, leaves it or is one with another', async () => {
    const { crm, put, go, sums } = await begun();
    const [a, b, c] = [put('a@several.example'), put('b@several.example'), put('c@several.example')];
    const deal = crm.putDeal(euros('open', '900'), [a]).id;
    crm.putDeal(euros('open', '50'), [b]);
    await go();
    expect(await sums()).toEqual({ pipeline: 95_000, won: 0, n: 2 });
    crm.putDeal({}, [a, b, c], deal);
    await go();
    expect(await sums()).toEqual({ pipeline: 95_000, won: 0, n: 3 });
    crm.putDeal(euros('won', '900'), undefined, deal);
    await go();
    // Whose other deal is open is worth what was won; the open one is no longer what they stand for.
    expect(await sums()).toEqual({ pipeline: 90_000, won: 90_000, n: 3 });
    crm.merge(a, c);
    await go();
    expect(await sums()).toMatchObject({ pipeline: 90_000, won: 90_000 });
    crm.putDeal({}, [c], deal);
    await go();
    expect(await sums()).toMatchObject({ pipeline: 95_000, won: 90_000 });
  });

  test('who comes to Baton together with several deals is worth all of them', async () => {
    const { crm, put, go, sums } = await begun();
    put('first@several.example');
    await go();
    const late = put('late@several.example');
    crm.putDeal(euros('open', '100'), [late]);
    crm.putDeal(euros('open', '20'), [late]);
    await go();
    expect(await sums()).toEqual({ pipeline: 12_000, won: 0, n: 1 });
  });
});

test.each([
  ['a deal', 'opportunity', (_: FakeHubspot, open: () => string) => void open()],
  ['a stage', 'sql', (crm: FakeHubspot, _: () => string, id: string) => void crm.put({ lifecyclestage: 'At sql' }, id)],
] as const)('%s that is told only after a deal was gone counts', async (_, stands, say) => {
  const clock = new SimulatedClock(Date.parse('2026-11-22T09:00:00Z'));
  const crm = new FakeHubspot(clock.now);
  crm.stages = stages.map((stage) => `At ${stage}`);
  const { pull, run } = await connected(server, hubspot, crm, clock, { mapping, credentials: { token: crm.token } });
  const email = `${stands}@late-told.example`;
  const { id } = crm.put({ email, lifecyclestage: 'At lead' });
  clock.at += 20 * minute;
  expect(await pull()).toBe('done');
  const open = () =>
    crm.putDeal({ dealstage: 'open', hs_is_closed: 'false', hs_is_closed_won: 'false', closedate: '2027-03-01T00:00:00Z' }, [id]).id;
  clock.at += minute;
  const first = open();
  clock.at += minute;
  expect(await runRead(run(), [`deal:${first}`])).toBe('done');
  clock.at += minute;
  say(crm, open, id);
  // A webhook tells of the deal alone that no longer names them.
  clock.at += minute;
  crm.putDeal({}, [], first);
  expect(await runRead(run(), [`deal:${first}`])).toBe('done');
  const stage = () =>
    server.in((trx) =>
      trx
        .selectFrom('lead as l')
        .innerJoin('person_key as k', (join) => join.onRef('k.workspace', '=', 'l.workspace').onRef('k.person', '=', 'l.id'))
        .select('l.stage')
        .where('k.value', '=', email)
        .executeTakeFirstOrThrow(),
    );
  expect(await stage()).toEqual({ stage: 'lead' });
  clock.at += 20 * minute;
  expect(await pull()).toBe('done');
  expect(await stage()).toEqual({ stage: stands });
  // That it is told again changes nothing.
  clock.at += 20 * minute;
  expect(await runRead(run(), [id])).toBe('done');
  expect(await stage()).toEqual({ stage: stands });
});

test('a webhook of a deal that was lost takes nobody back whom another one holds that no pull has told of yet', async () => {
  const clock = new SimulatedClock(Date.parse('2026-11-22T09:00:00Z'));
  const crm = new FakeHubspot(clock.now);
  crm.stages = stages.map((stage) => `At ${stage}`);
  const { pull, run } = await connected(server, hubspot, crm, clock, { mapping, credentials: { token: crm.token } });
  const email = 'dana@held.example';
  const { id } = crm.put({ email, lifecyclestage: 'At lead' });
  clock.at += 20 * minute;
  expect(await pull()).toBe('done');
  const put = (state: 'won' | 'lost') => {
    clock.at += minute;
    return crm.putDeal({ dealstage: state, hs_is_closed: 'true', hs_is_closed_won: String(state === 'won') }, [id]).id;
  };
  const stage = () =>
    server.in((trx) =>
      trx
        .selectFrom('lead as l')
        .innerJoin('person_key as k', (join) => join.onRef('k.workspace', '=', 'l.workspace').onRef('k.person', '=', 'l.id'))
        .select('l.stage')
        .where('k.value', '=', email)
        .executeTakeFirstOrThrow(),
    );
  put('won');
  const lost = put('lost');
  clock.at += minute;
  expect(await runRead(run(), [`deal:${lost}`])).toBe('done');
  expect(await stage()).toEqual({ stage: 'customer' });
  clock.at += 20 * minute;
  expect(await pull()).toBe('done');
  expect(await stage()).toEqual({ stage: 'customer' });
});

test('a deal that was won holds who is on it, though it is told only after another one was lost', () => {
  const at = (minutes: number) => new Date(Date.parse('2026-11-22T09:00:00Z') + minutes * minute).toISOString();
  const field = (id: string, value: string, minutes: number) => ({
    record: 'hubspot:1:7',
    field: dealField(id),
    known: { value, at: at(minutes), since: at(minutes) },
  });
  const late = (value: string) => ({ record: 'hubspot:1:7', field: dealField('late'), said: { value, at: at(1) } });
  const lead = { lead: 'l', owned: false, stage: 'recycled' as const, since: at(3) };
  const row = { mapping } as LinkRow;
  const lost = [field('lost', 'Opportunity: lost', 3)];
  const moves = (news: Heard[], fields = lost) => movesOf(row, skewed(0), lead, fields, news).map(({ to, from }) => ({ to, from }));
  expect(moves([late('Opportunity: won')])).toEqual([{ to: 'customer', from: new Date(Date.parse(at(3)) + 1).toISOString() }]);
  // Where it was not a deal that moved the lead, what is told late is the past.
  expect(moves([late('Opportunity: won')], [])).toEqual([{ to: 'customer', from: at(1) }]);
  expect(moves([late('Opportunity: lost')])).toEqual([{ to: 'recycled', from: at(1) }]);
});

test('what waited while Baton owned the lead is told in the order of time: a deal that is gone by now held them when another was lost', async () => {
  const clock = new SimulatedClock(Date.parse('2026-11-22T09:00:00Z'));
  const crm = new FakeHubspot(clock.now);
  crm.stages = stages.map((stage) => `At ${stage}`);
  const stageOut = Object.fromEntries(stages.map((stage) => [stage, { stage: `At ${stage}` }]));
  const { pull, run, write, link } = await connected(server, hubspot, crm, clock, {
    mapping: { ...mapping, stageOut, writeFeedback: true },
    credentials: { token: crm.token },
  });
  const email = 'dana@waited.example';
  const { id } = crm.put({ email, lifecyclestage: 'At lead' });
  const put = (state: 'open' | 'lost', contacts = [id], deal?: string) => {
    clock.at += minute;
    return crm.putDeal({ dealstage: state, hs_is_closed: String(state === 'lost'), hs_is_closed_won: 'false' }, contacts, deal).id;
  };
  const lead = () =>
    server.in((trx) =>
      trx
        .selectFrom('lead as l')
        .innerJoin('person_key as k', (join) => join.onRef('k.workspace', '=', 'l.workspace').onRef('k.person', '=', 'l.id'))
        .select(['l.id', 'l.stage', 'l.funnel_version as basis'])
        .where('k.value', '=', email)
        .executeTakeFirstOrThrow(),
    );
  const go = async () => {
    clock.at += 20 * minute;
    expect(await pull()).toBe('done');
    clock.at += minute;
  };
  await go();
  const held = put('open');
  await go();
  const { id: dana, basis } = await lead();
  server.clock.now = clock.at;
  const { status } = await server.call(await server.user('rep'), decide, {
    params: { id: dana },
    key: newId(),
    body: { kind: 'win', basis, actedAt: new Date(clock.at).toISOString(), agreement: 1 },
  });
  expect(status).toBe(201);
  // All of it is told before Baton's word is there.
  put('lost');
  put('open', [], held);
  expect(await runRead(run(), [`deal:${held}`])).toBe('done');
  await go();
  const waiting = await server.in((trx) =>
    trx.selectFrom('source_stage').select('known').where('link', '=', link).where('field', 'like', 'Opportunity %').execute(),
  );
  expect(waiting.map(({ known }) => (known as Known).waiting?.value).sort()).toEqual(['Opportunity: gone', 'Opportunity: lost']);
  await write();
  expect(await lead()).toMatchObject({ stage: 'customer' });
});

test('until a deal tells its news it says what it did before, where that was told', () => {
  const at = (minutes: number) => new Date(Date.parse('2026-11-22T09:00:00Z') + minutes * minute).toISOString();
  const one = { record: 'hubspot:1:7', field: dealField('1') };
  const other = { record: 'hubspot:1:7', field: dealField('2'), known: { value: 'Opportunity: lost', at: at(3) } };
  const heard = (said: Partial<Heard['said']>): Heard => ({ ...one, said: { value: 'Opportunity: gone', at: at(9), ...said } });
  const now = { ...one, known: { value: 'Opportunity: gone', at: at(9) } };
  expect(until([heard({ was: 'Opportunity: open', wasSince: at(1) })], [now, other])).toEqual([
    other,
    { ...one, known: { value: 'Opportunity: open', at: at(1) } },
  ]);
  expect(until([heard({ was: 'Opportunity: open' })], [now, other])).toEqual([other]);
  expect(until([heard({})], [now, other])).toEqual([other]);
  const lost = { value: 'Opportunity: lost', at: at(4), since: at(3) };
  expect(saidBefore(lost)).toEqual({ was: lost.value, wasSince: at(3) });
  const waiting = { value: lost.value, at: at(3), was: 'Opportunity: open', wasSince: at(1) };
  expect(saidBefore({ ...lost, waiting }, at(2))).toEqual({ was: 'Opportunity: open', wasSince: at(1) });
  expect(saidBefore({ ...lost, waiting: { value: lost.value, at: at(3) } }, at(2))).toEqual({ was: lost.value });
  // What was waiting is no news any more.
  expect(saidBefore({ ...lost, waiting }, at(3))).toEqual({ was: lost.value, wasSince: at(3) });
});

test('a deal moves nobody of whom the CRM said something else since, which Baton overwrote before it knew', () => {
  const at = (minutes: number) => new Date(Date.parse('2026-11-22T09:00:00Z') + minutes * minute).toISOString();
  // Decided in the first minute; somebody set another stage in the fifth, right before Baton wrote.
  const own = [{ value: 'At sql', from: at(5.1), to: at(5.1), decidedAt: at(1) }];
  const theirs = pulled({ value: 'At sql', at: at(0), own }, { value: 'At lead', at: at(5) }, false, at(1));
  const ours = pulled(theirs.known, { value: 'At sql', at: at(5.1) }, false, at(1));
  expect([theirs.news?.value, ours.news?.value]).toEqual(['At lead', 'At sql']);
  const lead = { lead: 'l', owned: false, stage: 'sql' as const, since: at(1), decidedAt: at(1), decidedTo: 'sql' as const };
  const field = { record: 'hubspot:1:7', field: 'lifecyclestage', known: ours.known };
  const won = (minutes: number) => ({ record: 'hubspot:1:7', field: dealField('1'), said: { value: 'Opportunity: won', at: at(minutes) } });
  const moves = (minutes: number) => movesOf({ mapping } as LinkRow, skewed(0), lead, [field], [won(minutes)]).map(({ to }) => to);
  expect([moves(3), moves(6)]).toEqual([[], ['customer']]);
});

test('who was taken off a deal of Salesforce, came back and was taken off again between two looks is off it since the last time', async () => {
  const clock = new SimulatedClock(Date.parse('2026-11-22T09:00:00Z'));
  const crm = new FakeSalesforce(clock.now);
  const { Id: contact } = crm.add('Contact', { Name: 'Dana', Email: 'dana@twice-off.example' });
  const { Id: deal } = crm.add('Opportunity', { StageName: 'Prospecting', IsClosed: false, IsWon: false, CloseDate: '2027-03-01' });
  const come = () => String(crm.add('OpportunityContactRole', { OpportunityId: deal, ContactId: contact }).Id);
  const credentials = { address: 'https://ridgeway.my.salesforce.example', clientId: crm.client.id, clientSecret: crm.client.secret };
  const { pull, link } = await connected(server, salesforce, crm, clock, { mapping, credentials });
  let role = come();
  clock.at += 20 * minute;
  expect(await pull()).toBe('done');
  let off = 0;
  for (let times = 0; times < 2; times++) {
    clock.at += minute;
    off = clock.at;
    crm.remove('OpportunityContactRole', role);
    clock.at += minute;
    if (times === 0) role = come();
  }
  clock.at += 20 * minute;
  expect(await pull()).toBe('done');
  const rows = await server.in((trx) =>
    trx.selectFrom('source_stage').select('known').where('link', '=', link).where('field', 'like', 'Opportunity %').execute(),
  );
  expect(rows.map(({ known }) => known)).toMatchObject([{ value: 'Opportunity: gone', at: new Date(off).toISOString() }]);
});

test('history that is first read tells of deals on many pages; one that is lost takes nobody back while another was won', async () => {
  const clock = new SimulatedClock(Date.parse('2026-03-02T09:00:00Z'));
  const crm = new FakeHubspot(clock.now);
  crm.stages = stages.map((stage) => `At ${stage}`);
  const { pull, link } = await connected(server, hubspot, crm, clock, { mapping, credentials: { token: crm.token } });
  const [dana, other] = ['dana@pages.example', 'other@pages.example'].map((email) => crm.put({ email, lifecyclestage: 'At lead' }).id);
  const put = (state: 'open' | 'won' | 'lost', contact: string, amount: string, id?: string) => {
    clock.at += day;
    const is = { dealstage: state, hs_is_closed: String(state !== 'open'), hs_is_closed_won: String(state === 'won') };
    return crm.putDeal({ ...is, amount, deal_currency_code: 'EUR' }, [contact], id).id;
  };
  const lost = put('open', dana!, '50');
  for (let n = 0; n < 120; n++) put('open', other!, '1');
  const won = put('open', dana!, '900');
  put('won', dana!, '900', won);
  put('lost', dana!, '50', lost);
  clock.at += day;
  expect(await pull()).toBe('done');
  const { rows } = await server.in((trx) =>
    sql<{ to_stage: string; amount: number }>`
      select c.to_stage, l.amount_value as amount
      from stage_change c join lead l on l.workspace = c.workspace and l.id = c.person
      join person_key k on k.workspace = c.workspace and k.person = c.person
      where k.value = 'dana@pages.example' order by c.at, c.id`.execute(trx),
  );
  expect(rows.map((row) => row.to_stage)).toEqual(['lead', 'opportunity', 'customer']);
  expect(rows.at(-1)).toMatchObject({ amount: 90_000 });
  const left = await server.in((trx) => trx.selectFrom('source_stage').select('known').where('link', '=', link).execute());
  expect(left.filter(({ known }) => 'past' in known)).toEqual([]);
});
