import { Client } from '@hubspot/api-client';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Arrival } from '../../server/ingest/arrival.ts';
import { OutgoingError } from '../../server/outgoing/request.ts';
import { hubspot } from '../../server/sources/hubspot/index.ts';
import type { Link, Mapping, Pulled, StageSeen, Write } from '../../server/sources/source.ts';
import { SimulatedClock } from '../fakes/clock.ts';
import { FakeHubspot } from '../fakes/hubspot.ts';

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
    sal: { status: 'IN_PROGRESS' },
    sql: { stage: 'salesqualifiedlead', status: 'OPEN_DEAL' },
    recycled: { stage: 'lead', status: 'BAD_TIMING' },
  },
  reasonOut: { no_budget: 'no_budget' },
  fields: {},
  writeFeedback: true,
  agreed: true,
};
let clock: SimulatedClock;
let crm: FakeHubspot;
let link: Link;
beforeEach(() => {
  clock = new SimulatedClock();
  crm = new FakeHubspot(clock.now);
  link = {
    call: async (url, call) => {
      try {
        return await crm.outgoing(url, call);
      } catch (cause) {
        throw new OutgoingError('unreachable', 'api.hubapi.com could not be reached (ECONNRESET).', cause);
      }
    },
    credentials: { token: crm.token },
    renew: async () => {},
    mapping,
    clock,
    signal: new AbortController().signal,
  };
});

/** Pulls until the end, or until `most` pages; what a store would hold, by the name that makes an event unique. */
const stages = new Map<string, StageSeen>();
beforeEach(() => stages.clear());
async function pulled(
  store: Map<string, Arrival>,
  cursor: string | undefined,
  most = Number.POSITIVE_INFINITY,
): Promise<string | undefined> {
  let pages = 0;
  for await (const page of hubspot.pull(link, cursor) as AsyncGenerator<Pulled>) {
    for (const arrival of page.arrivals) store.set(`${arrival.source}|${arrival.sourceId}`, arrival);
    for (const s of page.stages) stages.set(`${s.record}|${s.value}|${s.at}`, s);
    cursor = page.cursor;
    if (++pages === most) break;
  }
  return cursor;
}
const people = (store: Map<string, Arrival>) => new Set([...store.values()].flatMap((a) => a.person?.aliases?.map((x) => x.value) ?? []));
const add = (n: number, from = 0) => {
  for (let i = from; i < from + n; i++) crm.put({ email: `p${i}@northwind.example`, firstname: `P${i}`, lifecyclestage: 'lead' });
};

describe('reading', () => {
  test('a contact comes with every address, its owner, each stage it went through and the forms it filled in', async () => {
    crm.owners = [{ id: '7', email: 'ana@ridgeway.example', firstName: 'Ana', lastName: 'Petrov' }];
    const { id } = crm.put({
      email: 'dana@northwind.example',
      hs_additional_emails: 'd@n.example;dw@n.example',
      firstname: 'Dana',
      lastname: 'Whitfield',
      jobtitle: 'VP Operations',
      company: 'Northwind Labs',
      hubspot_owner_id: '7',
      hs_linkedin_url: 'https://www.linkedin.com/in/dana-w/',
      lifecyclestage: 'lead',
    });
    clock.at += 86_400_000;
    crm.put({ lifecyclestage: 'marketingqualifiedlead', recent_conversion_event_name: 'Pricing page: Talk to us' }, id);
    const store = new Map<string, Arrival>();
    await pulled(store, undefined);
    const all = [...store.values()];
    expect(all[0]!.person).toEqual({
      keys: [
        { kind: 'email', value: 'dana@northwind.example' },
        { kind: 'email', value: 'd@n.example' },
        { kind: 'email', value: 'dw@n.example' },
        { kind: 'linkedin', value: 'https://www.linkedin.com/in/dana-w/' },
      ],
      aliases: [{ kind: 'record', value: `hubspot:${id}` }],
      name: 'Dana Whitfield',
      title: 'VP Operations',
      company: 'Northwind Labs',
      owner: 'ana@ridgeway.example',
    });
    expect([...stages.values()].map((s) => [s.value, s.at])).toEqual([
      ['lead', '2026-11-22T09:00:00.000Z'],
      ['marketingqualifiedlead', '2026-11-23T09:00:00.000Z'],
    ]);
    expect(all.flatMap((a) => (a.touch ? [a.touch] : []))).toEqual([{ kind: 'form', asset: 'Pricing page: Talk to us' }]);
  });

  test('mail events become touches by mail; machines’ opens and unknown types do not', async () => {
    crm.mailCampaigns.set(5, { name: 'Cut churn in Q4', subject: 'Join us' });
    const at = clock.at;
    const event = (id: string, type: string, more = {}) => ({
      id,
      created: at,
      type,
      recipient: 'dana@northwind.example',
      emailCampaignId: 5,
      ...more,
    });
    crm.mails = [
      event('1', 'SENT'),
      event('2', 'OPEN'),
      event('3', 'CLICK', { url: 'https://ridgeway.example/x' }),
      event('4', 'OPEN', { filteredEvent: true }),
      event('5', 'PROCESSED'),
      event('6', 'BOUNCE', { emailCampaignId: 6 }),
    ];
    const store = new Map<string, Arrival>();
    await pulled(store, undefined);
    expect([...store.values()].map((a) => [a.touch!.kind, a.touch!.campaign?.name, a.touch!.link])).toEqual([
      ['sent', 'Cut churn in Q4', undefined],
      ['opened', 'Cut churn in Q4', undefined],
      ['click', 'Cut churn in Q4', 'https://ridgeway.example/x'],
      ['bounced', undefined, undefined],
    ]);
  });

  test('a key without the right to mails still syncs contacts', async () => {
    crm.scopes.delete('content');
    add(3);
    const store = new Map<string, Arrival>();
    await pulled(store, undefined);
    expect(people(store).size).toBe(3);
  });

  test('stopped after any page and resumed, nothing is missing and nothing counts twice', async () => {
    add(330);
    crm.mails = Array.from({ length: 2500 }, (_, i) => ({
      id: String(i),
      created: clock.at + i,
      type: 'SENT',
      recipient: 'p1@northwind.example',
      emailCampaignId: 1,
    }));
    const whole = new Map<string, Arrival>();
    await pulled(whole, undefined);
    expect(people(whole).size).toBe(330);
    for (let stop = 1; stop < 10; stop++) {
      const store = new Map<string, Arrival>();
      const cursor = await pulled(store, undefined, stop);
      await pulled(store, cursor);
      expect([...store.keys()].sort()).toEqual([...whole.keys()].sort());
    }
  });

  test('after the first import only changes are read, in spite of the lag of search', async () => {
    add(2_000);
    clock.at += 86_400_000;
    const store = new Map<string, Arrival>();
    let cursor = await pulled(store, undefined);
    for (let round = 0; round < 5; round++) {
      clock.at += 3_600_000;
      crm.put({ lifecyclestage: 'marketingqualifiedlead' }, [...crm.contacts.keys()][round]!);
      add(2, 1000 + round * 2);
      const before = crm.requests.length;
      cursor = await pulled(store, cursor);
      expect(crm.requests.length - before).toBeLessThan(8);
    }
    clock.at += 3_600_000;
    await pulled(store, cursor);
    expect(people(store).size).toBe(2_010);
    expect([...stages.values()].filter((s) => s.value === 'marketingqualifiedlead')).toHaveLength(5);
  });

  test('more changes than one search answers, most of them in one millisecond', async () => {
    add(1);
    const store = new Map<string, Arrival>();
    const cursor = await pulled(store, undefined);
    clock.at += 3_600_000;
    add(11_000, 10);
    clock.at += 1;
    add(300, 20_000);
    clock.at += 60_000;
    await pulled(store, cursor);
    expect(people(store).size).toBe(11_301);
    expect(crm.requests.filter((r) => r.status >= 400)).toEqual([]);
  });

  test('HubSpot’s own limits are never run into; when others use them up, it waits as told', async () => {
    add(2_000);
    clock.at += 3_600_000;
    const store = new Map<string, Arrival>();
    await pulled(store, undefined);
    expect(crm.requests.filter((r) => r.status === 429)).toEqual([]);
    crm.trouble = [429, 429];
    await pulled(store, undefined);
    expect(people(store).size).toBe(2_000);
  });

  test('the daily limit stops the sync until tomorrow, and says so', async () => {
    add(500);
    crm.limits.daily = 5;
    await expect(pulled(new Map(), undefined)).rejects.toMatchObject({
      trouble: 'limit',
      message: expect.stringContaining('tomorrow'),
      retryAt: Date.parse('2026-11-23T00:00:00Z'),
    });
  });

  test.each([
    [500, 'away'],
    [404, 'not-found'],
  ])('an answer of %i that stays is told as %s', async (status, trouble) => {
    crm.trouble = [status, status, status, status];
    await expect(pulled(new Map(), undefined)).rejects.toMatchObject({ trouble });
  });
});

describe('writing', () => {
  const write = (more: Partial<Write> = {}): Write => ({
    id: '0192aaaa-0000-7000-8000-000000000001',
    emails: ['dana@northwind.example'],
    what: 'decision',
    stage: 'sql',
    note: 'Rep One qualified <Dana>: budget & need.',
    at: new Date(clock.at).toISOString(),
    ...more,
  });

  test('a decision becomes stage, status and a note', async () => {
    const { id } = crm.put({ email: 'dana@northwind.example', lifecyclestage: 'marketingqualifiedlead' });
    clock.at += 60_000;
    expect(await hubspot.push(link, write())).toMatchObject({ record: id, changed: ['lifecyclestage', 'hs_lead_status', 'note'] });
    expect(crm.contacts.get(id)!.properties).toMatchObject({ lifecyclestage: 'salesqualifiedlead', hs_lead_status: 'OPEN_DEAL' });
    expect([...crm.notes.values()][0]!.properties.hs_note_body).toContain('Rep One qualified &lt;Dana&gt;: budget &amp; need.');
  });

  test('a returned lead goes back although HubSpot does not move stages backwards by itself', async () => {
    const { id } = crm.put({ email: 'dana@northwind.example', lifecyclestage: 'salesqualifiedlead' });
    clock.at += 60_000;
    await hubspot.push(link, write({ stage: 'recycled', reason: 'no_budget' }));
    expect(crm.contacts.get(id)!.properties.lifecyclestage).toBe('lead');
  });

  test.each([1, 2, 3, 4, 5])(
    'when the answer to call %i is lost and the write is repeated, there is one note and one change',
    async (lost) => {
      const { id } = crm.put({ email: 'dana@northwind.example', lifecyclestage: 'marketingqualifiedlead' });
      clock.at += 60_000;
      crm.trouble = [...Array.from({ length: lost - 1 }, () => undefined), 'drop'];
      await hubspot.push(link, write()).catch((e) => expect(e).toMatchObject({ trouble: 'away' }));
      crm.trouble = [];
      await hubspot.push(link, write());
      expect(crm.notes.size).toBe(1);
      expect(crm.contacts.get(id)!.history.lifecyclestage!.map((h) => h.value)).toEqual(['salesqualifiedlead', 'marketingqualifiedlead']);
    },
  );

  test('an admin’s rule refuses in the CRM’s own words, and nothing is half written', async () => {
    const { id } = crm.put({ email: 'dana@northwind.example', lifecyclestage: 'marketingqualifiedlead' });
    crm.required = [{ when: ['lifecyclestage', 'salesqualifiedlead'], needs: 'decision_date', message: 'Decision date is required' }];
    clock.at += 60_000;
    await expect(hubspot.push(link, write())).rejects.toMatchObject({ trouble: 'refused', message: 'HubSpot: Decision date is required' });
    expect(crm.contacts.get(id)!.properties).not.toHaveProperty('hs_lead_status');
    expect(crm.notes.size).toBe(0);
  });

  test('what somebody changed in HubSpot after the act is left alone and reported', async () => {
    const { id } = crm.put({ email: 'dana@northwind.example', lifecyclestage: 'marketingqualifiedlead' });
    const acted = write();
    clock.at += 600_000;
    crm.put({ lifecyclestage: 'customer' }, id);
    clock.at += 1;
    expect(await hubspot.push(link, acted)).toMatchObject({ kept: ['lifecyclestage'] });
    expect(crm.contacts.get(id)!.properties.lifecyclestage).toBe('customer');
  });

  test('a person who is not there is told, not made', async () => {
    await expect(hubspot.push(link, write())).rejects.toMatchObject({ trouble: 'not-found' });
    expect(crm.contacts.size).toBe(0);
  });
});

describe('checking and signatures', () => {
  test('each right is checked and told with what is missing without it', async () => {
    crm.scopes.delete('content');
    expect((await hubspot.check(link)).map((f) => [f.what, f.ok])).toEqual([
      ['Contacts', true],
      ['Owners', true],
      ['Properties', true],
      ['Marketing mails', false],
    ]);
    expect(await hubspot.check({ ...link, credentials: { token: 'other' } })).toEqual([
      { what: 'Contacts', ok: false, sentence: 'HubSpot no longer accepts the key. Connect again with a valid one.' },
    ]);
  });

  test('the shape tells stages and statuses in HubSpot’s order', async () => {
    const shape = await hubspot.shape(link);
    expect(shape.stages.map((s) => s.value)).toEqual(crm.stages);
    expect(shape.statuses).toHaveLength(8);
  });

  const uri = 'https://baton.ridgeway.example/v1/sources/hubspot/webhook?w=a%3Ab';
  const body = Buffer.from(
    JSON.stringify([{ eventId: 1, subscriptionId: 2, occurredAt: 3, objectId: 44, subscriptionType: 'contact.propertyChange' }]),
  );
  const receive = (headers: Record<string, string>, b = body, now = clock.at) =>
    hubspot.webhook!.receive({ method: 'POST', uri, headers, body: b }, crm.secret, now);
  const signed = () => crm.sign('POST', 'https://baton.ridgeway.example/v1/sources/hubspot/webhook?w=a:b', body.toString());

  test('a signed webhook names what changed', () => expect(receive(signed())).toEqual({ ids: ['1:2:3'], records: ['44'] }));
  test('an old, changed, unsigned or foreign one is refused', () => {
    expect(receive(signed(), body, clock.at + 301_000)).toBeUndefined();
    expect(receive(signed(), body, clock.at - 301_000)).toBeUndefined();
    expect(receive(signed(), Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 1)))).toBeUndefined();
    expect(receive({})).toBeUndefined();
    expect(receive({ ...signed(), 'x-hubspot-signature-v3': 'AAAA' })).toBeUndefined();
    expect(receive({ ...signed(), 'x-hubspot-request-timestamp': String(clock.at + 1) })).toBeUndefined();
  });
});

describe('the fake, driven by HubSpot’s own client', () => {
  test('search, read, change, note and owners answer in the shapes it expects', async () => {
    const { url, close } = await crm.listen();
    try {
      crm.owners = [{ id: '7', email: 'ana@ridgeway.example', firstName: 'Ana', lastName: 'Petrov' }];
      const { id } = crm.put({ email: 'dana@northwind.example', lifecyclestage: 'lead' });
      clock.at += 60_000;
      const client = new Client({ accessToken: crm.token, basePath: url });
      const found = await client.crm.contacts.searchApi.doSearch({
        filterGroups: [{ filters: [{ propertyName: 'email', operator: 'EQ' as never, value: 'dana@northwind.example' }] }],
        properties: ['email'],
        limit: 10,
      } as never);
      expect(found.results.map((r) => r.id)).toEqual([id]);
      const one = await client.crm.contacts.basicApi.getById(id, ['email'], ['lifecyclestage']);
      expect(one.propertiesWithHistory!.lifecyclestage!.map((h) => h.value)).toEqual(['lead']);
      await client.crm.contacts.basicApi.update(id, { properties: { lifecyclestage: 'customer' } } as never);
      expect(crm.contacts.get(id)!.properties.lifecyclestage).toBe('customer');
      expect((await client.crm.owners.ownersApi.getPage()).results.map((o) => o.email)).toEqual(['ana@ridgeway.example']);
      expect((await client.crm.properties.coreApi.getByName('contacts', 'lifecyclestage')).options.map((o) => o.value)).toEqual(crm.stages);
      const page = await client.crm.contacts.basicApi.getPage(10);
      expect(page.results).toHaveLength(1);
    } finally {
      close();
    }
  });
});
