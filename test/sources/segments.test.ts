import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeSource } from '../../lib/contract/routes/sources.ts';
import type { User } from '../../server/http/user.ts';
import { hubspot } from '../../server/sources/hubspot/index.ts';
import { mautic } from '../../server/sources/mautic/index.ts';
import { propose } from '../../server/sources/propose.ts';
import { salesforce } from '../../server/sources/salesforce/index.ts';
import type { Mapping, Source } from '../../server/sources/source.ts';
import { SimulatedClock } from '../fakes/clock.ts';
import { FakeHubspot } from '../fakes/hubspot.ts';
import { FakeMautic } from '../fakes/mautic.ts';
import type { Fake } from '../fakes/reply.ts';
import { FakeSalesforce } from '../fakes/salesforce.ts';
import { type TestServer, testServer } from '../server/harness.ts';
import { type Connected, connected } from './connected.ts';
import { testLink } from './link.ts';

/** The segment of a person, from a field of the CRM: proposed, shown before it is agreed on, read, and followed. */
let server: TestServer;
let admin: User;
beforeAll(async () => {
  server = await testServer();
  admin = await server.user('admin');
});
afterAll(() => server.close());

interface Told {
  name: string;
  source: Source;
  credentials: Record<string, string>;
  make(clock: SimulatedClock): Fake;
  /** What is proposed for the segment. */
  proposed: Record<string, string>;
  /** Somebody has this person's segment there; again changes it. */
  say(crm: Fake, email: string, segment: 'first' | 'second'): void;
  /** Somebody empties it. */
  empty(crm: Fake, email: string): void;
  /** In the words that people see. */
  words: Record<'first' | 'second', string>;
  /** What somebody chooses instead, and what it says. */
  other: { fields: Record<string, string>; says: string };
}

const hub = (crm: Fake) => crm as FakeHubspot;
const sales = (crm: Fake) => crm as FakeSalesforce;
const mau = (crm: Fake) => crm as FakeMautic;
const hubKey = { token: new FakeHubspot().token };
const salesKey = { address: 'https://ridgeway.my.salesforce.example', clientId: 'client', clientSecret: 'secret' };
const byEmail = (crm: FakeHubspot, email: string) => [...crm.contacts.values()].find((c) => c.properties.email === email);
const rowWith = (crm: FakeSalesforce, table: string, email: string) => [...crm.tables.get(table)!.values()].find((r) => r.Email === email);

const kinds: Told[] = [
  {
    name: 'HubSpot, a property of contacts',
    source: hubspot,
    credentials: hubKey,
    make: (clock) => {
      const crm = new FakeHubspot(clock.now);
      crm.custom.contacts = [
        { name: 'kundensegment', label: 'Customer segment', type: 'enumeration', options: [{ value: 'mid_1', label: 'Mid-market' }] },
        { name: 'size', label: 'Size', type: 'string' },
      ];
      return crm;
    },
    proposed: { segment: 'kundensegment' },
    say: (crm, email, segment) =>
      hub(crm).put({ email, kundensegment: segment === 'first' ? 'mid_1' : 'Enterprise', size: 'XL' }, byEmail(hub(crm), email)?.id),
    empty: (crm, email) => hub(crm).put({ kundensegment: '' }, byEmail(hub(crm), email)!.id),
    words: { first: 'Mid-market', second: 'Enterprise' },
    other: { fields: { segment: 'size' }, says: 'XL' },
  },
  {
    name: 'HubSpot, a property of companies',
    source: hubspot,
    credentials: hubKey,
    make: (clock) => {
      const crm = new FakeHubspot(clock.now);
      crm.custom.contacts = [{ name: 'industry', label: 'Industry', type: 'string' }];
      crm.custom.companies = [
        { name: 'industry', label: 'Industry', type: 'enumeration', options: [{ value: 'COMPUTER_SOFTWARE', label: 'Computer software' }] },
      ];
      return crm;
    },
    proposed: { segment: 'company.industry' },
    say: (crm, email, segment) => {
      const known = byEmail(hub(crm), email);
      const industry = segment === 'first' ? 'COMPUTER_SOFTWARE' : 'Machinery';
      const { id } = hub(crm).putCompany({ industry }, known?.properties.associatedcompanyid);
      if (!known) hub(crm).put({ email, associatedcompanyid: id, industry: 'own words' });
    },
    empty: (crm, email) => hub(crm).putCompany({ industry: '' }, byEmail(hub(crm), email)!.properties.associatedcompanyid),
    words: { first: 'Computer software', second: 'Machinery' },
    other: { fields: { segment: 'industry' }, says: 'own words' },
  },
  {
    name: 'Salesforce, a field of leads',
    source: salesforce,
    credentials: salesKey,
    make: (clock) => {
      const crm = new FakeSalesforce(clock.now);
      crm.described.Lead!.push({ name: 'Segment__c', label: 'Segment', type: 'picklist' });
      return crm;
    },
    proposed: { segment: 'Segment__c', contactSegment: 'Account.Industry' },
    say: (crm, email, segment) => {
      const known = rowWith(sales(crm), 'Lead', email);
      const Segment__c = segment === 'first' ? 'Mid-market' : 'Enterprise';
      if (known) sales(crm).change('Lead', String(known.Id), { Segment__c });
      else sales(crm).add('Lead', { Name: 'Dana', Email: email, Segment__c, Industry: 'Chemicals' });
    },
    empty: (crm, email) => sales(crm).change('Lead', String(rowWith(sales(crm), 'Lead', email)!.Id), { Segment__c: null }),
    words: { first: 'Mid-market', second: 'Enterprise' },
    other: { fields: { segment: 'Industry' }, says: 'Chemicals' },
  },
  {
    name: 'Salesforce, a field of accounts',
    source: salesforce,
    credentials: salesKey,
    make: (clock) => new FakeSalesforce(clock.now),
    proposed: { segment: 'Industry', contactSegment: 'Account.Industry' },
    say: (crm, email, segment) => {
      const known = rowWith(sales(crm), 'Contact', email);
      const Industry = segment === 'first' ? 'Chemicals' : 'Machinery';
      if (known) sales(crm).change('Account', String(known.AccountId), { Industry });
      else
        sales(crm).add('Contact', { Name: 'Dana', Email: email, AccountId: sales(crm).add('Account', { Industry }).Id, Level__c: 'Gold' });
    },
    empty: (crm, email) => sales(crm).change('Account', String(rowWith(sales(crm), 'Contact', email)!.AccountId), { Industry: null }),
    words: { first: 'Chemicals', second: 'Machinery' },
    other: { fields: { contactSegment: 'Level__c' }, says: 'Gold' },
  },
  {
    name: 'Mautic, a field of contacts',
    source: mautic,
    credentials: { address: 'https://mautic.ridgeway.example', user: 'baton', password: 'secret' },
    make: (clock) => {
      const crm = new FakeMautic(clock.now);
      crm.fields.push(
        {
          alias: 'market_segment',
          label: 'Market segment',
          type: 'select',
          properties: { list: [{ value: 'mid_1', label: 'Mid-market' }] },
        },
        { alias: 'size', label: 'Size', type: 'text' },
      );
      return crm;
    },
    proposed: { segment: 'market_segment' },
    say: (crm, email, segment) => {
      const known = [...mau(crm).contacts.values()].find((c) => c.fields.email === email);
      mau(crm).put({ email, market_segment: segment === 'first' ? 'mid_1' : 'Enterprise', size: 'XL' }, known && { id: known.id });
    },
    empty(crm, email) {
      const { id } = [...mau(crm).contacts.values()].find((c) => c.fields.email === email)!;
      mau(crm).put({ market_segment: '' }, { id });
    },
    words: { first: 'Mid-market', second: 'Enterprise' },
    other: { fields: { segment: 'size' }, says: 'XL' },
  },
];

const empty: Mapping = { stageIn: {}, stageOut: {}, reasonOut: {}, fields: {}, writeFeedback: false, agreed: true };
const segmentOf = (email: string) =>
  server.in(async (trx) => {
    const key = await trx.selectFrom('person_key').select('person').where('value', '=', email).executeTakeFirstOrThrow();
    return (await trx.selectFrom('person').select('segment').where('id', '=', key.person).executeTakeFirstOrThrow()).segment;
  });
const told = (crm: Fake, { credentials }: Told, clock: SimulatedClock, fields: Record<string, string>) =>
  testLink(crm, clock, credentials, { ...empty, fields });

let nobodyYet = 0;

describe.each(kinds)('$name', (kind) => {
  let clock: SimulatedClock;
  let crm: Fake;
  let it: Connected;
  let email: string;
  const mapped = async (fields: Record<string, string>) => {
    clock = new SimulatedClock(server.clock.now);
    crm = kind.make(clock);
    email = `dana${++nobodyYet}@northwind.example`;
    kind.say(crm, email, 'first');
    clock.at += 3_600_000;
    // Somebody younger, so that the first is not read again for having come last.
    kind.say(crm, `eve${nobodyYet}@northwind.example`, 'first');
    clock.at += 3_600_000;
    await server.in((trx) => trx.deleteFrom('source_link').execute());
    it = await connected(server, kind.source, crm, clock, { mapping: { ...empty, fields }, credentials: kind.credentials });
  };

  test('a field for it is proposed', async () => {
    await mapped({});
    const shape = await kind.source.shape(told(crm, kind, clock, {}));
    expect(propose(shape, kind.source.id).fields).toMatchObject(kind.proposed);
  });

  test('it comes with the first import and follows what changes there', async () => {
    await mapped(kind.proposed);
    expect(await it.pull()).toBe('done');
    expect(await segmentOf(email)).toBe(kind.words.first);
    clock.at += 3_600_000;
    kind.say(crm, email, 'second');
    clock.at += 600_000;
    expect(await it.pull()).toBe('done');
    expect(await segmentOf(email)).toBe(kind.words.second);
  });

  test('emptied there, it is taken back here; one from elsewhere stays', async () => {
    await mapped(kind.proposed);
    await it.pull();
    clock.at += 3_600_000;
    kind.empty(crm, email);
    clock.at += 600_000;
    await it.pull();
    expect(await segmentOf(email)).toBeNull();
    const eve = `eve${nobodyYet}@northwind.example`;
    expect(await segmentOf(eve)).toBe(kind.words.first);
    await server.in((trx) =>
      trx
        .updateTable('person')
        .set({ segment: 'From a file' })
        .where('id', 'in', (eb) => eb.selectFrom('person_key').select('person').where('value', '=', eve))
        .execute(),
    );
    kind.empty(crm, eve);
    clock.at += 600_000;
    await it.pull();
    expect(await segmentOf(eve)).toBe('From a file');
    kind.say(crm, email, 'second');
    clock.at += 600_000;
    await it.pull();
    expect(await segmentOf(email)).toBe(kind.words.second);
  });

  test('of another field everything is read again', async () => {
    await mapped(kind.proposed);
    await it.pull();
    clock.at += 3_600_000;
    await it.pull();
    const mapping = { ...empty, fields: { ...kind.proposed, ...kind.other.fields } };
    expect((await server.call(admin, changeSource, { params: { id: it.link }, body: { mapping } })).status).toBe(200);
    await it.pull();
    expect(await segmentOf(email)).toBe(kind.other.says);
  });

  test('reading a single record tells it too', async () => {
    await mapped(kind.proposed);
    const link = told(crm, kind, clock, kind.proposed);
    const ids: string[] = [];
    for await (const page of kind.source.pull(link, undefined))
      for (const { person } of page.arrivals) for (const { value } of person?.aliases ?? []) ids.push(value.split(':').at(-1)!);
    const { arrivals } = await kind.source.read(link, [...new Set(ids)]);
    expect(arrivals.map(({ person }) => person?.segment)).toEqual([kind.words.first, kind.words.first]);
  });

  test('without a field none is read', async () => {
    await mapped({});
    await it.pull();
    expect(await segmentOf(email)).not.toBe(kind.words.first);
  });
});

test.each(kinds)('$name: some people there say what the segments would be', async (kind) => {
  const clock = new SimulatedClock();
  const crm = kind.make(clock);
  for (const one of ['dana@a.example', 'eve@a.example', 'tom@a.example']) kind.say(crm, one, one === 'tom@a.example' ? 'second' : 'first');
  const { people } = await kind.source.sample(told(crm, kind, clock, kind.proposed));
  expect(people.map(({ segment }) => segment).sort()).toEqual([kind.words.first, kind.words.first, kind.words.second].sort());
});

describe('companies of HubSpot', () => {
  let clock: SimulatedClock;
  let crm: FakeHubspot;
  const link = () => testLink(crm, clock, hubKey, { ...empty, fields: { segment: 'company.industry' } });
  const read = async (cursor?: string, most = Number.POSITIVE_INFINITY) => {
    const found = new Map<string, string | undefined>();
    let at = cursor;
    let pages = 0;
    for await (const page of hubspot.pull(link(), cursor)) {
      for (const { person } of page.arrivals) found.set(person!.aliases![0]!.value, person!.segment);
      at = page.cursor;
      if (++pages === most) break;
    }
    return { found, cursor: at };
  };
  const begin = () => {
    clock = new SimulatedClock();
    crm = new FakeHubspot(clock.now);
    crm.custom.companies = [{ name: 'industry', label: 'Industry', type: 'string' }];
  };

  test('one with more people than an answer holds: stopped anywhere, all of them follow it', async () => {
    begin();
    const { id } = crm.putCompany({ industry: 'Chemicals' });
    for (let i = 0; i < 620; i++) crm.put({ email: `p${i}@northwind.example`, associatedcompanyid: id });
    clock.at += 3_600_000;
    const { cursor } = await read();
    clock.at += 3_600_000;
    await read(cursor);
    crm.putCompany({ industry: 'Machinery' }, id);
    clock.at += 600_000;
    const whole = await read(cursor);
    expect([...whole.found.values()].filter((s) => s === 'Machinery')).toHaveLength(620);
    for (const stop of [1, 5, 12]) {
      const first = await read(cursor, stop);
      const second = await read(first.cursor);
      expect(new Map([...first.found, ...second.found]).size).toBe(620);
    }
  });

  test('one that changes in anything else costs no question about its people', async () => {
    begin();
    const { id } = crm.putCompany({ industry: 'Chemicals' });
    for (let i = 0; i < 120; i++) crm.put({ email: `p${i}@northwind.example`, associatedcompanyid: id });
    clock.at += 3_600_000;
    const { cursor } = await read();
    crm.putCompany({ phone: '1' }, id);
    clock.at += 600_000;
    const before = crm.requests.length;
    expect((await read(cursor)).found.size).toBe(0);
    const asked = crm.requests.slice(before).map(({ path }) => path);
    expect(asked.filter((path) => path.includes('companies'))).toHaveLength(3);
    expect(asked.filter((path) => path.includes('contacts') && !path.endsWith('contacts/search'))).toEqual([]);
  });

  test('a key that may not read them reads contacts without a segment', async () => {
    begin();
    crm.scopes.delete('companies');
    crm.put({ email: 'p@northwind.example', associatedcompanyid: crm.putCompany({ industry: 'Chemicals' }).id });
    expect([...(await read()).found.values()]).toEqual([undefined]);
    expect((await hubspot.check(link())).find(({ what }) => what === 'hubspot-right-companies')).toMatchObject({ ok: false });
  });
});
