import { beforeEach, describe, expect, test } from 'vitest';
import type { Arrival } from '../../server/ingest/arrival.ts';
import { findingOnWire } from '../../server/sources/describe.ts';
import { mautic } from '../../server/sources/mautic/index.ts';
import type { Link, Mapping, StageSeen, Write } from '../../server/sources/source.ts';
import { SimulatedClock } from '../fakes/clock.ts';
import { FakeMautic } from '../fakes/mautic.ts';
import { testLink } from './link.ts';

const mapping: Mapping = {
  stageIn: { '1': 'lead', '2': 'mql', '3': 'sql', Lead: 'lead', MQL: 'mql', SQL: 'sql' },
  stageOut: { sql: { stage: 'SQL' }, recycled: { stage: 'Lead' } },
  reasonOut: {},
  fields: { reason: 'return_reason' },
  writeFeedback: false,
  agreed: true,
};
let clock: SimulatedClock;
let crm: FakeMautic;
let link: Link;
beforeEach(() => {
  clock = new SimulatedClock();
  crm = new FakeMautic(clock.now);
  link = testLink(crm, clock, { address: 'https://mautic.ridgeway.example/', user: 'baton', password: 'secret' }, mapping);
});
const stages: StageSeen[] = [];
async function pulled(
  store: Map<string, Arrival>,
  cursor: string | undefined,
  most = Number.POSITIVE_INFINITY,
): Promise<string | undefined> {
  let pages = 0;
  for await (const page of mautic.pull(link, cursor)) {
    for (const arrival of page.arrivals) store.set(`${arrival.source}|${arrival.sourceId}`, arrival);
    stages.push(...page.stages);
    cursor = page.cursor;
    if (++pages === most) break;
  }
  return cursor;
}

describe('reading', () => {
  test('people, their stage and what they did', async () => {
    const dana = crm.put(
      {
        email: 'dana@northwind.example',
        firstname: 'Dana',
        lastname: 'Whitfield',
        position: 'VP Operations',
        company: 'Northwind Labs',
        linkedin: 'dana-w',
      },
      { stage: { id: 2, name: 'MQL' }, owner: { id: 9, username: 'ana', email: 'ana@ridgeway.example', firstName: 'Ana', lastName: 'P' } },
    );
    crm.did(dana, 'page.hit', 'Pricing', { hit: { url: 'https://ridgeway.example/pricing' } });
    crm.did(dana, 'email.sent', 'Cut churn in Q4');
    crm.did(dana, 'email.read', 'Cut churn in Q4');
    crm.did(dana, 'asset.download', 'Ops benchmark');
    crm.did(dana, 'stage.changed', 'MQL');
    crm.did(dana, 'point.gained', '10');
    const store = new Map<string, Arrival>();
    await pulled(store, undefined);
    const all = [...store.values()];
    // Changes of stage come before the contacts, who then begin with them.
    expect(all[0]!.person).toEqual({ keys: [], aliases: [{ kind: 'record', value: `mautic:${dana.id}` }] });
    expect(all[1]!.person).toMatchObject({
      name: 'Dana Whitfield',
      title: 'VP Operations',
      owner: 'ana@ridgeway.example',
      keys: [
        { kind: 'email', value: 'dana@northwind.example' },
        { kind: 'linkedin', value: 'dana-w' },
      ],
    });
    expect(all.flatMap((a) => (a.touch ? [[a.touch.kind, a.touch.campaign?.name ?? a.touch.asset]] : []))).toEqual([
      ['visited', 'Pricing'],
      ['sent', 'Cut churn in Q4'],
      ['opened', 'Cut churn in Q4'],
      ['downloaded', 'Ops benchmark'],
    ]);
    expect([...new Set(stages.map((s) => `${s.value} ${s.at}`))]).toEqual(['MQL 2026-11-22T09:00:00.000Z']);
  });

  const touchesIn = (store: ReadonlyMap<string, Arrival>) =>
    [...store.values()].flatMap((a) => (a.touch ? [{ ...a.touch, of: a.person!.aliases![0]!.value, at: a.at }] : []));

  test('who is in a campaign is one that it was meant for; what its mails and forms did is its', async () => {
    const churn = crm.campaign('Cut churn in Q4', { mails: [7, 8], forms: [3] });
    crm.campaign('Nurture', { mails: [8] });
    const dana = crm.put({ email: 'dana@northwind.example' });
    const lee = crm.put({ email: 'lee@northwind.example' });
    crm.join(dana, churn);
    crm.join(lee, churn);
    crm.leave(lee, churn);
    crm.did(dana, 'email.sent', 'Invitation', { stat: { email_id: '7' } });
    crm.did(dana, 'page.hit', 'Webinar', { hit: { url: 'https://ridgeway.example/webinar', source: 'email', sourceId: '7' } });
    crm.did(dana, 'form.submitted', 'Save my seat', { form: { id: 3 } });
    crm.did(dana, 'email.replied', 'Email reply: Invitation');
    // Two campaigns send it.
    crm.did(dana, 'email.sent', 'Our newsletter', { stat: { email_id: '8' } });
    const store = new Map<string, Arrival>();
    let cursor = await pulled(store, undefined);
    const campaign = { name: 'Cut churn in Q4', ref: `mautic:campaign:${churn.id}` };
    const of = `mautic:${dana.id}`;
    const at = '2026-11-22T09:00:00.000Z';
    expect(touchesIn(store)).toEqual([
      { kind: 'sent', campaign, of, at },
      { kind: 'sent', channel: 'email', campaign, asset: 'Invitation', of, at },
      { kind: 'visited', channel: 'content', campaign, asset: 'Webinar', link: 'https://ridgeway.example/webinar', of, at },
      { kind: 'form', campaign, asset: 'Save my seat', of, at },
      { kind: 'reply', channel: 'email', asset: 'Email reply: Invitation', of, at },
      { kind: 'sent', channel: 'email', campaign: { name: 'Our newsletter', channel: 'email' }, of, at },
    ]);
    // Once more through it is a touch of its own; who came in meanwhile is read, and nobody twice.
    clock.at += 3_600_000;
    crm.join(dana, churn);
    crm.join(crm.put({ email: 'new@northwind.example' }), churn);
    const fresh = new Map<string, Arrival>();
    cursor = await pulled(fresh, cursor);
    expect([...fresh.keys()].filter((key) => key.includes('|member:'))).toEqual([
      `mautic|member:${churn.id}:${dana.id}:2`,
      `mautic|member:${churn.id}:${[...crm.contacts.keys()].at(-1)}`,
    ]);
    clock.at += 3_600_000;
    cursor = await pulled(new Map(), cursor);
    const none = new Map<string, Arrival>();
    await pulled(none, cursor);
    expect(touchesIn(none)).toEqual([]);
  });

  test('more who came into a campaign in one second than an answer holds; stopped anywhere, nobody is missing or twice', async () => {
    const churn = crm.campaign('Cut churn in Q4');
    const nurture = crm.campaign('Nurture');
    for (let i = 0; i < 1_250; i++) {
      if (i === 20 || i === 1_200) clock.at += 1000;
      crm.join(crm.put({ email: `p${i}@northwind.example` }), i % 3 === 0 ? nurture : churn);
    }
    const keys = crm.members.map((one) => `mautic|member:${one.campaign_id}:${one.lead_id}`).sort();
    for (let stop = 12; stop < 18; stop++) {
      const told: string[] = [];
      const tell = async (cursor: string | undefined, most: number) => {
        let pages = 0;
        for await (const page of mautic.pull(link, cursor)) {
          told.push(...page.arrivals.flatMap((a) => (a.touch ? [`${a.source}|${a.sourceId}`] : [])));
          cursor = page.cursor;
          if (++pages === most) break;
        }
        return cursor;
      };
      await tell(await tell(undefined, stop), Number.POSITIVE_INFINITY);
      // What was read to its end just now is looked at again: it may have been in the middle of a second.
      expect([...new Set(told)].sort()).toEqual(keys);
    }
  });

  test('campaigns that may not be read are left out, and read from the beginning once they may be', async () => {
    const churn = crm.campaign('Cut churn in Q4', { mails: [7] });
    const dana = crm.put({ email: 'dana@northwind.example' });
    crm.join(dana, churn);
    crm.did(dana, 'email.sent', 'Invitation', { stat: { email_id: '7' } });
    crm.forbidden.add('/campaigns');
    const store = new Map<string, Arrival>();
    const cursor = await pulled(store, undefined);
    expect(touchesIn(store).map(({ campaign }) => campaign)).toEqual([{ name: 'Invitation', channel: 'email' }]);
    expect((await mautic.check(link)).filter((one) => !one.ok).map(findingOnWire)).toMatchObject([
      { what: 'Campaigns', sentence: expect.stringContaining('Nobody is known to be in a campaign') },
    ]);
    crm.forbidden.clear();
    clock.at += 3_600_000;
    const later = new Map<string, Arrival>();
    await pulled(later, cursor);
    expect([...later.keys()]).toContain(`mautic|member:${churn.id}:${dana.id}`);
  });

  test('that it may not be seen who is in a campaign is said inside a 200: it is left out, and told as what it is', async () => {
    const churn = crm.campaign('Cut churn in Q4', { mails: [7] });
    const dana = crm.put({ email: 'dana@northwind.example' });
    crm.join(dana, churn);
    crm.did(dana, 'email.sent', 'Invitation', { stat: { email_id: '7' } });
    const answers = link.call;
    const words = 'You do not have the view permission to load data from the lead table';
    Object.assign(link, {
      call: (url: string, about?: Parameters<typeof answers>[1]) =>
        url.includes('/stats/')
          ? Promise.resolve({ status: 200, headers: {}, body: Buffer.from(JSON.stringify({ errors: [{ message: words, code: 403 }] })) })
          : answers(url, about),
    });
    const store = new Map<string, Arrival>();
    const cursor = await pulled(store, undefined);
    expect(touchesIn(store).map(({ asset, campaign }) => [asset, campaign!.name])).toEqual([['Invitation', 'Cut churn in Q4']]);
    expect((await mautic.check(link)).filter((one) => !one.ok).map(findingOnWire)).toMatchObject([
      { what: 'Contacts in campaigns', sentence: expect.stringContaining(words) },
    ]);
    Object.assign(link, { call: answers });
    clock.at += 3_600_000;
    const later = new Map<string, Arrival>();
    await pulled(later, cursor);
    expect([...later.keys()]).toContain(`mautic|member:${churn.id}:${dana.id}`);
  });

  test('owners are known by the address that users have, or sign in by', async () => {
    const owner = (id: number, username: string) => ({ id, username, email: `${id}@ridgeway.example`, firstName: 'Ana', lastName: 'P' });
    crm.put({ email: 'dana@northwind.example' }, { owner: owner(150, 'ana') });
    crm.put({ email: 'lee@northwind.example' }, { owner: owner(160, 'ben@ridgeway.example') });
    for (let id = 1; id <= 100; id++) crm.users.push(owner(id, `user${id}`));
    const owners = async () => {
      const store = new Map<string, Arrival>();
      await pulled(store, undefined);
      return [...store.values()].map(({ person }) => person?.owner);
    };
    expect(await owners()).toEqual(['150@ridgeway.example', '160@ridgeway.example']);
    expect((await mautic.shape(link)).owners).toHaveLength(102);
    crm.forbidden.add('/users');
    expect(await owners()).toEqual([undefined, 'ben@ridgeway.example']);
    expect((await mautic.shape(link)).owners).toEqual([]);
  });

  test('what the connected user may not see is empty, and people are read all the same', async () => {
    Object.assign(link, { mapping: { ...mapping, fields: { segment: 'industry' } } });
    crm.put({ email: 'dana@northwind.example' });
    for (const path of ['/stages', '/users', '/campaigns', '/contacts/list/fields']) crm.forbidden.add(path);
    expect(await mautic.shape(link)).toMatchObject({ stages: [], owners: [], fields: [] });
    const store = new Map<string, Arrival>();
    await pulled(store, undefined);
    expect(store.size).toBe(1);
    expect((await mautic.sample(link)).people).toHaveLength(1);
  });

  test('more stages than an answer holds', async () => {
    crm.stages = Array.from({ length: 201 }, (_, i) => ({ id: i + 1, name: `Stage ${i + 1}`, weight: 201 - i }));
    const { stages } = await mautic.shape(link);
    expect(stages).toHaveLength(201);
    expect(stages[0]!.value).toBe('Stage 201');
  });

  test('stopped after any page and resumed, nothing is missing and nothing counts twice', async () => {
    for (let i = 0; i < 350; i++) crm.did(crm.put({ email: `p${i}@northwind.example` }), 'form.submitted', 'Talk to us');
    const whole = new Map<string, Arrival>();
    await pulled(whole, undefined);
    expect(whole.size).toBe(700);
    for (let stop = 1; stop < 9; stop++) {
      const store = new Map<string, Arrival>();
      await pulled(store, await pulled(store, undefined, stop));
      expect([...store.keys()].sort()).toEqual([...whole.keys()].sort());
    }
  });

  test('later runs read changes and new activity only', async () => {
    for (let i = 0; i < 1000; i++) crm.put({ email: `p${i}@northwind.example` });
    clock.at += 3_600_000;
    const store = new Map<string, Arrival>();
    let cursor = await pulled(store, undefined);
    clock.at += 3_600_000;
    crm.did(crm.put({ position: 'CEO' }, { id: 5 }), 'form.submitted', 'Talk to us');
    clock.at += 3_600_000;
    const before = crm.requests.length;
    const fresh = new Map<string, Arrival>();
    cursor = await pulled(fresh, cursor);
    expect(crm.requests.length - before).toBe(7);
    expect([...fresh.values()].map((a) => a.person?.title ?? a.touch?.asset)).toEqual(['CEO', 'Talk to us']);
  });

  test('a Mautic whose clock is behind loses nothing: its time is known by its first answer', async () => {
    crm.now = () => clock.at - 180_000;
    const dana = crm.put({ email: 'dana@northwind.example' });
    const cursor = await pulled(new Map(), undefined);
    clock.at += 30_000;
    crm.move(dana, 'SQL');
    stages.length = 0;
    await pulled(new Map(), cursor);
    expect(stages.map(({ value }) => value)).toContain('SQL');
  });

  test('people who come or change while they are read are not passed over', async () => {
    for (let i = 0; i < 350; i++) crm.put({ email: `p${i}@northwind.example` });
    clock.at += 3_600_000;
    let cursor = await pulled(new Map(), undefined);
    for (let i = 1; i <= 250; i++) {
      clock.at += 1000;
      crm.put({ position: 'CEO' }, { id: i });
    }
    clock.at += 1000;
    const store = new Map<string, Arrival>();
    for await (const page of mautic.pull(link, cursor)) {
      for (const arrival of page.arrivals) store.set(String(arrival.person!.aliases![0]!.value), arrival);
      cursor = page.cursor;
      // One of those at the front moves to the end while the next page is asked for.
      clock.at += 1000;
      crm.put({ position: 'CTO' }, { id: 100 + store.size });
    }
    crm.put({ email: 'new@northwind.example' });
    clock.at += 120_000;
    for await (const page of mautic.pull(link, cursor))
      for (const arrival of page.arrivals) store.set(String(arrival.person!.aliases![0]!.value), arrival);
    for (let i = 1; i <= 250; i++) expect(store.get(`mautic:${i}`)?.person?.title).toMatch(/CEO|CTO/);
    expect([...store.values()].some((a) => a.person!.keys[0]!.value === 'new@northwind.example')).toBe(true);
  });

  test('more that happened in one second than an answer holds', async () => {
    const dana = crm.put({ email: 'dana@northwind.example' });
    for (let i = 0; i < 350; i++) {
      crm.did(dana, 'page.hit', `Page ${i}`);
      if (i === 30 || i === 320) clock.at += 1000;
    }
    const store = new Map<string, Arrival>();
    await pulled(store, undefined);
    expect([...store.values()].filter((a) => a.touch)).toHaveLength(350);
  });

  test('merged and deleted contacts are told by reading; every id is listed', async () => {
    for (let i = 0; i < 150; i++) crm.put({ email: `p${i}@northwind.example` });
    crm.merge(5, 6);
    crm.remove(7);
    const read = await mautic.read(link, ['5', '6', '7']);
    expect(read.merged).toEqual([{ from: '5', into: '6' }]);
    expect(read.gone).toEqual(['7']);
    expect(read.arrivals).toHaveLength(1);
    const ids: string[] = [];
    for await (const page of mautic.ids!(link)) ids.push(...page);
    expect(ids).toHaveLength(148);
  });

  test('read by itself, somebody is at a stage since they came to it, not since something else of them changed', async () => {
    const dana = crm.put({ email: 'dana@northwind.example' });
    const noah = crm.put({ email: 'noah@northwind.example' });
    crm.move(dana, 'Lead');
    clock.at += 3_600_000;
    crm.move(dana, 'SQL');
    const moved = new Date(clock.at).toISOString();
    clock.at += 3_600_000;
    crm.put({ position: 'CTO' }, { id: dana.id });
    const read = await mautic.read(link, [String(dana.id), String(noah.id)]);
    expect(read.stages).toEqual([{ record: `mautic:${dana.id}`, field: 'stage', value: 'SQL', at: moved }]);
  });

  test('API credentials: a token is asked for, renewed before it ends and when it is refused', async () => {
    crm.put({ email: 'dana@northwind.example' });
    const own = testLink(crm, clock, { address: 'https://mautic.ridgeway.example', clientId: 'public', clientSecret: 'private' }, mapping);
    const asked = () => crm.requests.filter((r) => r.path === '/oauth/v2/token').length;
    expect((await mautic.check(own)).every((f) => f.ok)).toBe(true);
    expect(asked()).toBe(1);
    clock.at += 3_590_000;
    await mautic.check(own);
    expect(asked()).toBe(2);
    crm.endTokens();
    await mautic.check(own);
    expect(asked()).toBe(3);
    const wrong = testLink(crm, clock, { address: 'https://mautic.ridgeway.example', clientId: 'public', clientSecret: 'other' }, mapping);
    expect((await mautic.check(wrong)).map(findingOnWire)).toMatchObject([
      {
        what: 'Contacts',
        ok: false,
        sentence: 'Mautic does not let Baton in: The client credentials are invalid. Check both keys under Settings, API Credentials.',
      },
    ]);
  });

  const answering = (text: string) => () =>
    Object.assign(link, { call: async () => ({ status: 200, headers: {}, body: Buffer.from(text) }) });
  test.each([
    [() => Object.assign(crm, { apiEnabled: false }), 'forbidden', 'API disabled'],
    [() => Object.assign(crm.user, { password: 'changed' }), 'signed-out', 'Basic authentication'],
    [() => Object.assign(crm, { trouble: [500, 500, 500, 500] }), 'away', 'trouble itself (500)'],
    [answering('<html>'), 'unexpected', 'not like a Mautic'],
    [answering('{"errors":[{"code":400,"message":"Bad filter."}]}'), 'refused', 'Bad filter.'],
  ])('trouble %# is told in words', async (make, trouble, words) => {
    make();
    await expect(pulled(new Map(), undefined)).rejects.toMatchObject({ trouble, message: expect.stringContaining(words) });
  });
});

describe('writing', () => {
  const write = (more: Partial<Write> = {}): Write => ({
    id: '0192aaaa-0000-7000-8000-000000000001',
    emails: ['nobody@northwind.example', 'dana@northwind.example'],
    what: 'decision',
    stage: 'sql',
    note: 'Rep One qualified Dana.',
    at: new Date(clock.at).toISOString(),
    ...more,
  });

  test('a decision becomes a stage, a field and a note', async () => {
    const dana = crm.put({ email: 'dana@northwind.example' }, { stage: { id: 3, name: 'SQL' } });
    expect(await mautic.push(link, write({ stage: 'recycled', reason: 'no_budget' }))).toMatchObject({
      record: String(dana.id),
      changed: ['stage', 'return_reason', 'note'],
    });
    expect(crm.contacts.get(dana.id)).toMatchObject({ stage: { id: 1 }, fields: { return_reason: 'no_budget' } });
  });

  test.each([1, 2, 3, 4, 5, 6, 7])(
    'when the answer to call %i is lost and the write is repeated, there is one note and one change',
    async (lost) => {
      crm.put({ email: 'dana@northwind.example' });
      crm.trouble = [...Array.from({ length: lost - 1 }, () => undefined), 'drop'];
      await mautic.push(link, write()).catch((e) => expect(e).toMatchObject({ trouble: 'away' }));
      crm.trouble = [];
      await mautic.push(link, write());
      expect(crm.notes).toHaveLength(1);
      expect(crm.events.filter((e) => e.event === 'stage.changed')).toHaveLength(1);
    },
  );

  test('a stage that was changed there after the act is left alone and reported', async () => {
    const dana = crm.put({ email: 'dana@northwind.example' });
    const acted = write();
    clock.at += 600_000;
    crm.put({}, { id: dana.id, stage: { id: 2, name: 'MQL' } });
    crm.did(dana, 'stage.changed', 'MQL');
    expect(await mautic.push(link, acted)).toMatchObject({ kept: ['stage'] });
    expect(crm.contacts.get(dana.id)!.stage!.id).toBe(2);
  });
});

test('a signed webhook names who changed; an unsigned or altered one is refused', () => {
  const body = JSON.stringify({ 'mautic.lead_post_save_update': [{ contact: { id: 5 } }, { contact: { id: 6 } }], timestamp: 'x' });
  const receive = (headers: Record<string, string>, text = body) =>
    mautic.webhook!.receive(
      { method: 'POST', uri: 'https://baton.example/x', headers, body: Buffer.from(text) },
      crm.secret,
      clock.at,
      'mautic.ridgeway.example',
    );
  expect(receive(crm.sign(body))).toMatchObject({ records: ['5', '6'] });
  const gone = JSON.stringify({ 'mautic.lead_post_delete': [{ id: 7, contact: { id: null } }] });
  expect(receive(crm.sign(gone), gone)).toMatchObject({ records: ['7'] });
  expect(receive(crm.sign(body), `${body} `)).toBeUndefined();
  expect(receive({})).toBeUndefined();
});

test('rights and words of this Mautic', async () => {
  expect((await mautic.check(link)).every((f) => f.ok)).toBe(true);
  expect((await mautic.shape(link)).stages).toEqual([
    { value: 'Lead', label: 'Lead' },
    { value: 'MQL', label: 'MQL' },
    { value: 'SQL', label: 'SQL' },
  ]);
});

test.each([
  [
    {
      list: [
        { value: 'no_money', label: 'No money' },
        { value: 7, label: 'Seven' },
      ],
    },
    [
      ['no_money', 'No money'],
      ['7', 'Seven'],
    ],
  ],
  [
    { list: ['No money', 'Too late'] },
    [
      ['No money', 'No money'],
      ['Too late', 'Too late'],
    ],
  ],
  [{ list: { no_money: 'No money' } }, [['no_money', 'No money']]],
  [
    { list: 'No money|Too late' },
    [
      ['No money', 'No money'],
      ['Too late', 'Too late'],
    ],
  ],
  [[], undefined],
])('what can be chosen for a reason is told, however this Mautic keeps it: %j', async (properties, choices) => {
  crm.fields.push({ alias: 'return_reason', label: 'Return reason', type: 'select', properties });
  const shape = await mautic.shape(link);
  const field = shape.fields.find(({ value }) => value === 'return_reason')!;
  expect(field.choices?.map(({ value, label }) => [value, label])).toEqual(choices);
  expect(shape.reasons).toEqual(field.choices ?? []);
});

test('the two words of a yes-or-no field are no choices', async () => {
  crm.fields.push({ alias: 'vip', label: 'VIP', type: 'boolean', properties: { no: 'No', yes: 'Yes' } });
  expect((await mautic.shape(link)).fields.at(-1)).toEqual({ value: 'vip', label: 'VIP', type: 'boolean' });
});
