import { Client } from '@hubspot/api-client';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Arrival } from '../../server/ingest/arrival.ts';
import { findingOnWire } from '../../server/sources/describe.ts';
import { hubspot } from '../../server/sources/hubspot/index.ts';
import { propose } from '../../server/sources/propose.ts';
import type { Link, Mapping, Pulled, StageSeen, Write } from '../../server/sources/source.ts';
import { SimulatedClock } from '../fakes/clock.ts';
import { FakeHubspot } from '../fakes/hubspot.ts';
import { testLink } from './link.ts';

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
  link = testLink(crm, clock, { token: crm.token }, mapping);
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
    crm.scopes.delete('forms');
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
      expect(crm.requests.length - before).toBeLessThan(10);
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

  test('a tenth of the day’s requests is left to others: reading stops, writing goes on', async () => {
    add(500);
    crm.limits.daily = 10;
    await expect(pulled(new Map(), undefined)).rejects.toMatchObject({
      trouble: 'limit',
      message: 'Most of HubSpot’s requests for today are used; the rest is left to others. It goes on in an hour.',
      retryAt: clock.at + 3_600_000,
    });
    crm.limits.daily = 20;
    const acted: Write = { id: 'a', emails: ['p1@northwind.example'], what: 'decision', note: 'x', at: new Date(clock.at).toISOString() };
    expect((await hubspot.push(link, acted)).changed).toEqual(['note']);
  });

  test.each([
    [500, 'away'],
    [404, 'not-found'],
  ])('an answer of %i that stays is told as %s', async (status, trouble) => {
    crm.trouble = [status, status, status, status];
    await expect(pulled(new Map(), undefined)).rejects.toMatchObject({ trouble });
  });
});

describe('reading more than contacts', () => {
  const touches = (store: Map<string, Arrival>) =>
    [...store.values()].flatMap((a) => (a.touch ? [[a.touch.kind, a.touch.campaign?.name ?? null, a.touch.asset ?? null, a.at]] : []));

  test('deals bring amount and outcome to everybody they name; one that is opened again counts again', async () => {
    const { id } = crm.put({ email: 'dana@northwind.example', lifecyclestage: 'opportunity' });
    const opened = clock.at;
    const deal = crm.putDeal({ dealname: 'Northwind', dealstage: 'contractsent', amount: '48000', deal_currency_code: 'EUR' }, [id]);
    clock.at += 86_400_000;
    let cursor = await pulled(new Map(), undefined);
    const deals = () =>
      [...stages.values()].filter((s) => s.field === `Opportunity ${deal.id}`).map((s) => [s.record, s.value, s.amount?.value, s.at]);
    expect(deals()).toEqual([
      [`hubspot:${id}`, 'Opportunity: open', 4_800_000, new Date(opened).toISOString()],
      [`hubspot:${id}`, 'Opportunity: open', 4_800_000, new Date(opened + 1).toISOString()],
    ]);
    const closed = clock.at;
    crm.putDeal({ hs_is_closed: 'true', hs_is_closed_won: 'true', closedate: '2027-02-01T00:00:00Z', amount: '52000' }, undefined, deal.id);
    clock.at += 3_600_000;
    stages.clear();
    cursor = await pulled(new Map(), cursor);
    expect(deals().at(-1)).toEqual([`hubspot:${id}`, 'Opportunity: won', 5_200_000, new Date(closed).toISOString()]);
    crm.putDeal({ hs_is_closed: 'false' }, undefined, deal.id);
    const again = clock.at;
    clock.at += 3_600_000;
    stages.clear();
    await pulled(new Map(), cursor);
    expect(deals().at(-1)!.slice(1)).toEqual(['Opportunity: open', 5_200_000, new Date(again).toISOString()]);
  });

  test('pages that contacts visited are touches, each once, however the reading stops; without Enterprise the rest is read', async () => {
    const { id } = crm.put({ email: 'dana@northwind.example' });
    const visit = (n: number, title = '') =>
      crm.visits.push({ id: `v${n}`, contact: id, url: `https://ridgeway.example/pricing?n=${n}`, title, at: clock.at });
    for (let n = 0; n < 250; n++) {
      visit(n, n === 0 ? 'Pricing' : '');
      if (n % 125 === 0) clock.at += 1000;
    }
    clock.at += 3_600_000;
    const seen = (store: Map<string, Arrival>) => [...store.keys()].filter((key) => key.includes('|visit:'));
    for (let stop = 1; stop < 6; stop++) {
      const store = new Map<string, Arrival>();
      const cursor = await pulled(store, await pulled(store, undefined, stop));
      expect(seen(store)).toHaveLength(250);
      expect(store.get('hubspot|visit:v0')).toMatchObject({
        person: { aliases: [{ kind: 'record', value: `hubspot:${id}` }] },
        touch: { kind: 'visited', channel: 'content', asset: 'Pricing', link: 'https://ridgeway.example/pricing?n=0' },
      });
      expect(store.get('hubspot|visit:v1')!.touch!.asset).toBe('/pricing');
      if (stop < 5) continue;
      clock.at += 3_600_000;
      visit(250);
      const later = new Map<string, Arrival>();
      await pulled(later, cursor);
      expect(seen(later)).toContain('hubspot|visit:v250');
    }
    crm.scopes.delete('visits');
    const store = new Map<string, Arrival>();
    await pulled(store, undefined);
    expect([seen(store).length, store.size]).toEqual([0, 1]);
  });

  test('a deal of more contacts than an answer holds names all of them, listed and changed', async () => {
    const ids = Array.from({ length: 620 }, (_, i) => crm.put({ email: `p${i}@northwind.example` }).id);
    const deal = crm.putDeal({ dealstage: 'contractsent' }, ids);
    const named = (left: readonly { field: string; except?: string[] }[]) => [...new Set(left.flatMap(({ except = [] }) => except))].sort();
    const told = async (cursor: string | undefined) => {
      const left: { field: string; except?: string[] }[] = [];
      for await (const page of hubspot.pull(link, cursor)) {
        cursor = page.cursor;
        left.push(...(page.left ?? []));
      }
      return { cursor, named: named(left) };
    };
    const all = ids.map((id) => `hubspot:${id}`).sort();
    clock.at += 60_000;
    const first = await told(undefined);
    expect(first.named).toEqual(all);
    clock.at += 600_000;
    crm.putDeal({ amount: '100' }, undefined, deal.id);
    clock.at += 60_000;
    expect((await told(first.cursor)).named).toEqual(all);
  });

  test('forms are read one by one to their last submission, and later only what is new', async () => {
    const submit = (form: number, n: number) =>
      crm.forms[form]!.submissions.push({
        conversionId: `c${form}-${n}`,
        submittedAt: clock.at,
        email: `p${n}@northwind.example`,
        pageUrl: 'https://ridgeway.example/pricing',
      });
    crm.forms = ['a', 'b'].map((id) => ({ id, name: `Form ${id}`, submissions: [] }));
    for (let n = 0; n < 120; n++) {
      clock.at += 60_000;
      submit(n % 2, n);
    }
    const whole = new Map<string, Arrival>();
    let cursor = await pulled(whole, undefined);
    expect(touches(whole)).toHaveLength(120);
    for (let stop = 1; stop < 6; stop++) {
      const store = new Map<string, Arrival>();
      await pulled(store, await pulled(store, undefined, stop));
      expect(touches(store)).toHaveLength(120);
    }
    clock.at += 86_400_000;
    submit(1, 500);
    crm.put({ email: 'p500@northwind.example', recent_conversion_date: new Date(clock.at).toISOString() });
    clock.at += 60_000;
    const before = crm.requests.length;
    const fresh = new Map<string, Arrival>();
    cursor = await pulled(fresh, cursor);
    expect([...fresh.values()].filter((a) => a.touch && a.person!.keys[0]!.value === 'p500@northwind.example')).toHaveLength(1);
    expect(crm.requests.slice(before).filter((r) => r.path.startsWith('/form-integrations')).length).toBe(2);
  });

  test('a form that was filled in counts once, whether forms or only contacts may be read, and when that changes', async () => {
    const { id } = crm.put({ email: 'dana@northwind.example' });
    crm.forms = [{ id: 'a', name: 'Talk to us', submissions: [] }];
    const fill = (n: number) => {
      clock.at += 3_600_000;
      crm.put({ recent_conversion_event_name: `Pricing: Talk to us ${n}`, recent_conversion_date: new Date(clock.at).toISOString() }, id);
      crm.forms[0]!.submissions.push({ conversionId: `c${n}`, submittedAt: clock.at, email: 'dana@northwind.example' });
      clock.at += 600_000;
    };
    crm.scopes.delete('forms');
    const store = new Map<string, Arrival>();
    fill(1);
    let cursor = await pulled(store, undefined);
    fill(2);
    crm.scopes.add('forms');
    cursor = await pulled(store, cursor);
    fill(3);
    cursor = await pulled(store, cursor);
    crm.scopes.delete('forms');
    fill(4);
    cursor = await pulled(store, cursor);
    crm.scopes.add('forms');
    fill(5);
    cursor = await pulled(store, cursor);
    fill(6);
    await pulled(store, cursor);
    expect(touches(store).map(([, , asset]) => asset)).toHaveLength(6);
    expect(new Set(touches(store).map(([, , , at]) => at)).size).toBe(6);
  });

  test('registering for an event and attending it are two touches of its campaign', async () => {
    const { id } = crm.put({ email: 'dana@northwind.example' });
    const person = { id: 'p1', contactId: id, email: 'dana@northwind.example', occurredAt: clock.at };
    crm.events = [
      {
        objectId: '77',
        eventName: 'Cut churn live',
        eventType: 'Webinar',
        startDateTime: new Date(clock.at).toISOString(),
        participants: [{ ...person, state: 'REGISTERED' }],
      },
      {
        objectId: '78',
        eventName: 'Fair',
        eventType: 'Trade show',
        startDateTime: new Date(clock.at).toISOString(),
        participants: [{ ...person, id: 'p2', state: 'NO_SHOW' }],
      },
    ];
    crm.campaigns = [{ id: 'g1', name: 'Cut churn in Q4', assets: { MARKETING_EVENT: ['77'], MARKETING_EMAIL: ['900'], FORM: ['a'] } }];
    crm.forms = [
      { id: 'a', name: 'Sign up', submissions: [{ conversionId: 'c', submittedAt: clock.at, email: 'dana@northwind.example' }] },
    ];
    crm.mailCampaigns.set(5, { name: 'Invitation', subject: 'Join us', contentId: 900 });
    crm.mails = [{ id: '1', created: clock.at, type: 'CLICK', recipient: 'dana@northwind.example', emailCampaignId: 5 }];
    const store = new Map<string, Arrival>();
    let cursor = await pulled(store, undefined);
    const start = new Date(clock.at).toISOString();
    expect(touches(store)).toEqual([
      ['click', 'Cut churn in Q4', 'Invitation', start],
      ['form', 'Cut churn in Q4', 'Sign up', start],
      ['form', 'Cut churn in Q4', 'Cut churn live', start],
    ]);
    clock.at += 3 * 3_600_000;
    Object.assign(crm.events[0]!.participants[0]!, { state: 'ATTENDED', occurredAt: clock.at });
    cursor = await pulled(store, cursor);
    expect(touches(store).at(-1)).toEqual(['attended', 'Cut churn in Q4', 'Cut churn live', new Date(clock.at).toISOString()]);
    const before = crm.requests.length;
    clock.at += 300_000;
    await pulled(store, cursor);
    expect(crm.requests.slice(before).filter((r) => /marketing-events|campaigns/.test(r.path))).toEqual([]);
  });

  test('being in a list of a campaign is passive; who comes later is found where the list ended, other lists touch nobody', async () => {
    const members = Array.from({ length: 600 }, (_, i) => ({ contact: String(5000 + i), since: clock.at + i }));
    crm.lists.set('12', { name: 'Invited', members });
    crm.lists.set('13', { name: 'Everybody', members: [{ contact: '1', since: 1 }] });
    crm.campaigns = [{ id: 'c1', name: 'Cut churn in Q4', assets: { OBJECT_LIST: ['12', 'gone'] } }];
    clock.at += 3_600_000;
    const whole = new Map<string, Arrival>();
    const cursor = await pulled(whole, undefined);
    expect(whole.size).toBe(600);
    expect(whole.get('hubspot|list:12:5003')).toMatchObject({
      person: { keys: [], aliases: [{ kind: 'record', value: 'hubspot:5003' }] },
      touch: { kind: 'sent', campaign: { name: 'Cut churn in Q4', ref: 'hubspot:campaign:c1' }, asset: 'Invited' },
      at: '2026-11-22T09:00:00.003Z',
    });
    for (let stop = 1; stop < 4; stop++) {
      const store = new Map<string, Arrival>();
      await pulled(store, await pulled(store, undefined, stop));
      expect(store.size).toBe(600);
    }
    const asked = () => crm.requests.filter((r) => r.path.includes('/lists/')).length;
    let before = asked();
    clock.at += 600_000;
    await pulled(new Map(), cursor);
    expect(asked() - before).toBe(0);
    members.push({ contact: '9000', since: clock.at });
    clock.at += 3_600_000;
    before = asked();
    const later = new Map<string, Arrival>();
    await pulled(later, cursor);
    expect([...later.keys()]).toContain('hubspot|list:12:9000');
    // Its last page, and the list that is no longer there.
    expect(asked() - before).toBe(2);
  });

  test('a key that may read contacts alone reads contacts', async () => {
    crm.scopes = new Set(['contacts']);
    add(3);
    const store = new Map<string, Arrival>();
    const cursor = await pulled(store, undefined);
    await pulled(store, cursor);
    expect(people(store).size).toBe(3);
  });
});

describe('records that go', () => {
  test('a merged contact leads to the one it went up in, told by the pull and by reading', async () => {
    add(3);
    const [a, b, c] = [...crm.contacts.keys()] as [string, string, string];
    let cursor = await pulled(new Map(), undefined);
    clock.at += 3_600_000;
    crm.merge(b, a);
    clock.at += 60_000;
    const found: Pulled[] = [];
    for await (const page of hubspot.pull(link, cursor)) {
      found.push(page);
      cursor = page.cursor;
    }
    expect(found.flatMap((p) => p.merged)).toEqual([{ from: b, into: a }]);
    const winner = found.flatMap((p) => p.arrivals).find((arrival) => arrival.person!.aliases![0]!.value === `hubspot:${a}`);
    expect(winner!.person!.keys.map((k) => k.value)).toEqual(['p0@northwind.example', 'p1@northwind.example']);
    crm.archive(c);
    const read = await hubspot.read(link, [a, b, c, '999999']);
    expect(read.merged).toEqual([{ from: b, into: a }]);
    expect(read.gone).toEqual([c, '999999']);
    expect(read.arrivals).toHaveLength(1);
  });

  test('every id that is there is listed', async () => {
    add(230);
    crm.archive([...crm.contacts.keys()][7]!);
    const ids: string[] = [];
    for await (const page of hubspot.ids!(link)) ids.push(...page);
    expect(ids).toHaveLength(229);
  });

  test('a contact that is deleted between being found and being read is told as gone', async () => {
    add(2);
    const cursor = await pulled(new Map(), undefined);
    clock.at += 3_600_000;
    const [a] = [...crm.contacts.keys()] as [string];
    crm.put({ jobtitle: 'CEO' }, a);
    clock.at += 60_000;
    const call = link.call;
    link.call = async (url, about) => {
      if (url.endsWith('/contacts/batch/read')) crm.archive(a);
      return call(url, about);
    };
    const gone: string[] = [];
    for await (const page of hubspot.pull(link, cursor)) gone.push(...page.gone);
    expect(gone).toEqual([a]);
  });
});

describe('an app of one’s own', () => {
  const ask = { redirect: 'https://baton.example/back', state: 's', challenge: 'wrong' };
  const signedIn = async () => {
    const verifier = 'v'.repeat(43);
    const { createHash } = await import('node:crypto');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const credentials: Record<string, string> = { clientId: crm.client.id, clientSecret: crm.client.secret };
    const own = testLink(crm, clock, credentials, mapping);
    const { code } = crm.consent(hubspot.signIn!.authorize(credentials, { ...ask, challenge }));
    Object.assign(credentials, await hubspot.signIn!.exchange(own, { code, redirect: ask.redirect, verifier }));
    return testLink(crm, clock, credentials, mapping);
  };

  test('the code opens it, once and with its verifier alone; tokens are renewed before they end and when they are refused', async () => {
    const own = await signedIn();
    expect(await hubspot.account(own)).toEqual({
      id: '4711',
      name: 'HubSpot 4711',
      address: 'https://app-eu1.hubspot.com/contacts/4711',
    });
    const first = own.credentials.accessToken;
    clock.at += 1_790_000;
    await hubspot.account(own);
    expect(own.credentials.accessToken).not.toBe(first);
    const { code } = crm.consent(hubspot.signIn!.authorize({ clientId: crm.client.id }, ask));
    await expect(hubspot.signIn!.exchange(own, { code, redirect: ask.redirect, verifier: 'another' })).rejects.toMatchObject({
      trouble: 'signed-out',
      message: 'HubSpot does not let Baton in: missing or unknown auth code. Connect again.',
    });
    crm.revoke();
    await expect(hubspot.account(own)).rejects.toMatchObject({ trouble: 'signed-out', message: expect.stringContaining('Connect again.') });
  });

  test('it may read all that the account’s products have; an account that has less can sign in all the same', async () => {
    const missing = async () => (await hubspot.check(await signedIn())).filter(({ ok }) => !ok).map(({ right }) => right);
    expect(await missing()).toEqual([]);
    for (const scope of ['visits', 'campaigns', 'deals']) {
      crm.scopes.delete(scope);
      expect(await missing()).toEqual([scope]);
      crm.scopes.add(scope);
    }
    crm.scopes.delete('contacts');
    await expect(signedIn()).rejects.toThrow('error page');
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

  test.each([1, 2, 3, 4, 5, 6, 7])(
    'going back, with the answer to call %i lost, it arrives and is not taken for somebody else’s word',
    async (lost) => {
      const { id } = crm.put({ email: 'dana@northwind.example', lifecyclestage: 'salesqualifiedlead' });
      clock.at += 60_000;
      const back = write({ stage: 'recycled' });
      clock.at += 60_000;
      crm.trouble = [...Array.from({ length: lost - 1 }, () => undefined), 'drop'];
      const tried = await hubspot.push(link, back).then(
        () => [],
        (e) => e.tried ?? [],
      );
      crm.trouble = [];
      await hubspot.push(link, { ...back, own: tried });
      expect(crm.contacts.get(id)!.properties.lifecyclestage).toBe('lead');
      expect(crm.notes.size).toBe(1);
    },
  );

  test('two acts written late and one after the other both arrive: the first is not somebody else’s newer word', async () => {
    const { id } = crm.put({ email: 'dana@northwind.example', lifecyclestage: 'marketingqualifiedlead' });
    const [first, second] = [
      write({ stage: 'recycled', at: new Date(clock.at + 60_000).toISOString() }),
      write({ id: 'second', at: new Date(clock.at + 120_000).toISOString() }),
    ];
    clock.at += 3_600_000;
    const { wrote } = await hubspot.push(link, first);
    clock.at += 60_000;
    expect(await hubspot.push(link, { ...second, own: wrote })).not.toHaveProperty('kept');
    expect(crm.contacts.get(id)!.properties.lifecyclestage).toBe('salesqualifiedlead');
  });

  test('a further address of the contact finds it too', async () => {
    const { id } = crm.put({ email: 'dana@northwind.example', hs_additional_emails: 'd@n.example;dw@n.example' });
    clock.at += 60_000;
    expect((await hubspot.push(link, write({ emails: ['dw@n.example'] }))).record).toBe(id);
  });

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
    expect((await hubspot.check(link)).map(findingOnWire).map((f) => [f.what, f.ok])).toEqual([
      ['Contacts', true],
      ['Owners', true],
      ['Properties', true],
      ['Deals', true],
      ['Companies', true],
      ['Marketing mails', false],
      ['Forms', true],
      ['Visited pages', true],
      ['Events', true],
      ['Lists', true],
      ['Campaigns', true],
    ]);
    expect((await hubspot.check(testLink(crm, clock, { token: 'other' }, mapping))).map(findingOnWire)).toMatchObject([
      {
        what: 'Contacts',
        ok: false,
        sentence: 'HubSpot no longer accepts the key: it was withdrawn or replaced. Connect again with a valid one.',
      },
    ]);
  });

  test('visited pages that only an Enterprise edition tells are named as missing, with the scope', async () => {
    crm.scopes.delete('visits');
    const pages = (await hubspot.check(link)).map(findingOnWire).find(({ what }) => what === 'Visited pages');
    expect(pages).toMatchObject({
      ok: false,
      sentence:
        'HubSpot: This app hasn’t been granted all required scopes to make this call. Read more about required scopes here. One or more of the following scopes are required. It needs: business-intelligence. Pages that people visited are missing; HubSpot tells them from Enterprise on.',
    });
  });

  test('the shape tells stages and statuses in HubSpot’s order', async () => {
    const shape = await hubspot.shape(link);
    // What a field for reasons can hold is known before anybody chose one.
    expect(link.mapping.fields.reason).toBeUndefined();
    expect(shape.fields.find((f) => f.value === 'hs_lead_status')?.choices?.map((o) => o.value)).toContain('BAD_TIMING');
    expect(shape.fields.find((f) => f.value === 'email')).not.toHaveProperty('choices');
    expect(shape.stages.map((s) => s.value)).toEqual(crm.stages);
    expect(shape.statuses).toHaveLength(8);
  });

  test('statuses that end it are proposed to be read, and none of them to be written as a stage', async () => {
    const { stageIn, stageOut } = propose(await hubspot.shape(link), 'hubspot');
    expect(stageIn).toMatchObject({ lead: 'lead', BAD_TIMING: 'recycled', UNQUALIFIED: 'disqualified' });
    expect(stageIn).not.toHaveProperty('IN_PROGRESS');
    expect(stageOut).toMatchObject({ recycled: { status: 'BAD_TIMING' }, disqualified: { status: 'UNQUALIFIED' } });
    expect(stageOut.recycled).not.toHaveProperty('stage');
  });

  test('what a rep says by the lead status is told with its time', async () => {
    const { id } = crm.put({ email: 'dana@northwind.example', lifecyclestage: 'lead', hs_lead_status: 'NEW' });
    clock.at += 60_000;
    crm.put({ hs_lead_status: 'UNQUALIFIED' }, id);
    const at = new Date(clock.at).toISOString();
    clock.at += 60_000;
    crm.put({ jobtitle: 'CEO' }, id);
    const { stages: told } = await hubspot.read(link, [id]);
    expect(told.at(-1)).toEqual({ record: `hubspot:${id}`, field: 'hs_lead_status', value: 'UNQUALIFIED', at });
  });

  test('owners and deals that may not be read leave the rest to be mapped', async () => {
    for (const scope of ['owners', 'deals', 'companies']) crm.scopes.delete(scope);
    const shape = await hubspot.shape(link);
    expect([shape.owners, shape.deals, shape.companyFields]).toEqual([[], [], []]);
    expect(shape.stages.map((s) => s.value)).toEqual(crm.stages);
  });

  test('all owners are known, however many there are', async () => {
    crm.owners = Array.from({ length: 230 }, (_, i) => ({ id: String(i), email: `o${i}@b.example`, firstName: 'O', lastName: String(i) }));
    expect((await hubspot.shape(link)).owners).toHaveLength(230);
  });

  const uri = 'https://baton.ridgeway.example/v1/sources/hubspot/webhook?w=a%3Ab';
  const body = Buffer.from(
    JSON.stringify([{ eventId: 1, subscriptionId: 2, occurredAt: 3, objectId: 44, subscriptionType: 'contact.propertyChange' }]),
  );
  const receive = (headers: Record<string, string>, b = body, now = clock.at) =>
    hubspot.webhook!.receive({ method: 'POST', uri, headers, body: b }, crm.secret, now, '4711');
  const signed = () => crm.sign('POST', 'https://baton.ridgeway.example/v1/sources/hubspot/webhook?w=a:b', body.toString());

  test('a signed webhook names what changed', () => expect(receive(signed())).toEqual({ ids: ['1:2:3'], records: ['44'] }));
  test('what happens to a deal, and whom it names, is read of the deal', async () => {
    const about = (...events: object[]) => {
      const text = JSON.stringify(events.map((e, i) => ({ eventId: i, subscriptionId: 2, occurredAt: 3, portalId: 4711, ...e })));
      return receive(crm.sign('POST', 'https://baton.ridgeway.example/v1/sources/hubspot/webhook?w=a:b', text), Buffer.from(text))!.records;
    };
    const tied = { fromObjectId: 44, toObjectId: 9, associationRemoved: true };
    expect(about({ subscriptionType: 'contact.associationChange', associationType: 'CONTACT_TO_DEAL', ...tied })).toEqual(['deal:9']);
    expect(
      about(
        { subscriptionType: 'deal.associationChange', associationType: 'DEAL_TO_CONTACT', fromObjectId: 9, toObjectId: 44 },
        { subscriptionType: 'object.associationChange', fromObjectTypeId: '0-1', toObjectTypeId: '0-3', ...tied, toObjectId: 10 },
        { subscriptionType: 'deal.propertyChange', objectId: 11 },
        { subscriptionType: 'object.deletion', objectTypeId: '0-3', objectId: 12 },
        { subscriptionType: 'company.propertyChange', objectId: 13 },
        { subscriptionType: 'contact.associationChange', associationType: 'CONTACT_TO_COMPANY', fromObjectId: 45, toObjectId: 13 },
      ),
    ).toEqual(['deal:9', 'deal:10', 'deal:11', 'deal:12', '45']);
    const { id } = crm.put({ email: 'dana@northwind.example' });
    const deal = crm.putDeal({ dealstage: 'contractsent', amount: '10' }, [id]);
    const page = await hubspot.read(link, [id, `deal:${deal.id}`, 'deal:12']);
    expect(page.stages.map(({ record, field }) => [record, field])).toContainEqual([`hubspot:${id}`, `Opportunity ${deal.id}`]);
    expect(page.left).toEqual([{ field: `Opportunity ${deal.id}`, except: [`hubspot:${id}`] }, { field: 'Opportunity 12' }]);
    crm.scopes.delete('deals');
    expect((await hubspot.read(link, [id, `deal:${deal.id}`])).arrivals).toHaveLength(1);
  });
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
      const deal = crm.putDeal({ dealname: 'Northwind', amount: '100' }, [id]);
      const deals = await client.crm.deals.basicApi.getPage(10, undefined, ['amount'], undefined, ['contacts']);
      expect(deals.results[0]!.properties.amount).toBe('100');
      expect(deals.results[0]!.associations!.contacts!.results.map((r) => r.id)).toEqual([id]);
      const ties = await client.crm.associations.v4.batchApi.getPage('deals', 'contacts', { inputs: [{ id: deal.id }] });
      expect(ties.results[0]!.to.map((t) => String(t.toObjectId))).toEqual([id]);
      const many = Array.from({ length: 510 }, (_, i) => crm.put({ email: `m${i}@northwind.example` }).id);
      crm.tie(deal.id, many);
      const [full] = (await client.crm.deals.basicApi.getPage(10, undefined, ['amount'], undefined, ['contacts'])).results;
      expect(full!.associations!.contacts!.paging!.next!.after).toBe(many[99]);
      const first = await client.crm.associations.v4.batchApi.getPage('deals', 'contacts', { inputs: [{ id: deal.id }] });
      const next = { id: deal.id, after: first.results[0]!.paging!.next!.after };
      const rest = await client.crm.associations.v4.batchApi.getPage('deals', 'contacts', { inputs: [next] });
      expect([first, rest].flatMap(({ results }) => results[0]!.to.map((t) => String(t.toObjectId)))).toEqual(many);
      crm.forms = [{ id: 'f1', name: 'Talk to us', submissions: [] }];
      expect((await client.marketing.forms.formsApi.getPage()).results.map((f) => f.name)).toEqual(['Talk to us']);
      crm.events = [
        {
          objectId: '77',
          eventName: 'Cut churn live',
          eventType: 'Webinar',
          startDateTime: new Date(clock.at).toISOString(),
          participants: [{ id: 'p', contactId: id, email: 'dana@northwind.example', state: 'ATTENDED', occurredAt: clock.at }],
        },
      ];
      const events = await client.marketing.events.basicApi.getAll();
      expect(events.results.map((e) => [e.objectId, e.eventName])).toEqual([['77', 'Cut churn live']]);
      const came = await client.marketing.events.retrieveParticipantStateApi.getParticipationsBreakdownByMarketingEventId(77);
      expect(came.results.map((p) => [p.properties.attendanceState, p.associations.contact.contactId])).toEqual([['ATTENDED', id]]);
      crm.lists.set('12', { name: 'Invited', members: [{ contact: id, since: clock.at }] });
      const invited = await client.crm.lists.membershipsApi.getPageOrderedByAddedToListDate('12', undefined, undefined, 250);
      expect(invited.results.map((one) => [one.recordId, one.membershipTimestamp.getTime()])).toEqual([[id, clock.at]]);
      crm.visits = [{ id: 'v', contact: id, url: 'https://ridgeway.example/pricing', title: 'Pricing', at: clock.at }];
      const visited = await client.events.eventsApi.getPage(undefined, 'e_visited_page', undefined, undefined, 100, ['occurredAt']);
      expect(visited.results.map((one) => [one.objectId, one.occurredAt.getTime(), one.properties!.hs_url])).toEqual([
        [id, clock.at, 'https://ridgeway.example/pricing'],
      ]);
      expect((await client.crm.pipelines.pipelinesApi.getAll('deals')).results[0]!.stages.map((s) => s.id)).toContain('closedwon');
      await client.crm.contacts.batchApi.read({
        inputs: [{ id }],
        properties: ['email'],
        propertiesWithHistory: ['lifecyclestage'],
      } as never);
    } finally {
      close();
    }
  });
});
