import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide, isRefusal } from '../../lib/funnel/decide.ts';
import type { Stage } from '../../lib/funnel/words.ts';
import type { Arrival } from '../../server/ingest/arrival.ts';
import { type IngestContext, ingest } from '../../server/ingest/ingest.ts';
import { handoffsIn } from '../../server/ingest/past.ts';
import { agreementInForce } from '../../server/store/agreements.ts';
import { newId } from '../../server/store/id.ts';
import { readLeads, saveLead } from '../../server/store/leads.ts';
import { erasePerson } from '../../server/store/people.ts';
import { type TestServer, testServer } from '../server/harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.close());

const receivedAt = '2026-11-22T09:00:00.000Z';
const context = (kind: IngestContext['kind'] = 'event'): IngestContext => ({
  receivedAt,
  kind,
  by: { kind: 'source', id: 'test', name: 'Test' },
});
let count = 0;
const arrive = (some: Partial<Arrival>): Arrival => ({
  source: 'test',
  sourceId: `event ${++count}`,
  at: '2026-11-20T10:00:00.000Z',
  ...some,
});
const email = (value: string) => ({ kind: 'email', value }) as const;
const device = (value: string) => ({ kind: 'anonymous', value }) as const;
const account = (value: string) => ({ kind: 'user', value }) as const;
const put = (arrivals: Arrival[], kind?: IngestContext['kind']) =>
  server.in((trx) => ingest(trx, server.workspace, arrivals, context(kind)));
/** The person of the first one. */
const one = async (arrivals: Arrival[]): Promise<string> => (await put(arrivals))[0]!.person!;
const fresh = () => `p${++count}@northwind.example`;

async function person(id: string) {
  return server.in(async (trx) => {
    const [who] = await trx.selectFrom('person').selectAll().where('workspace', '=', server.workspace).where('id', '=', id).execute();
    const keys = await trx
      .selectFrom('person_key')
      .select(['kind', 'value'])
      .where('workspace', '=', server.workspace)
      .where('person', '=', id)
      .orderBy('value')
      .execute();
    const touches = await trx
      .selectFrom('touch')
      .selectAll()
      .where('workspace', '=', server.workspace)
      .where('person', '=', id)
      .orderBy('at')
      .execute();
    const stages = await trx
      .selectFrom('stage_change')
      .selectAll()
      .where('workspace', '=', server.workspace)
      .where('person', '=', id)
      .orderBy('at')
      .execute();
    const [lead] = await trx.selectFrom('lead').selectAll().where('workspace', '=', server.workspace).where('id', '=', id).execute();
    const handoffs = await trx
      .selectFrom('handoff')
      .selectAll()
      .where('workspace', '=', server.workspace)
      .where('person', '=', id)
      .orderBy('opened_at')
      .execute();
    const tags = await trx.selectFrom('key_tag').selectAll().where('workspace', '=', server.workspace).where('person', '=', id).execute();
    const [change] = await trx.selectFrom('change').selectAll().where('workspace', '=', server.workspace).where('lead', '=', id).execute();
    return {
      who,
      keys: keys.map(({ value }) => value),
      touches,
      stages: stages.map((s) => s.to_stage),
      history: stages,
      lead,
      handoffs,
      tags,
      change,
    };
  });
}

describe('who it is about', () => {
  it('somebody new becomes a person with key, tag, words, a lead and a place in the change feed', async () => {
    const mail = fresh();
    const [outcome] = await put([
      arrive({ person: { keys: [email(mail.toUpperCase())], name: 'Dana Whitfield', title: 'VP', company: 'Northwind Labs' } }),
    ]);
    const dana = await person(outcome!.person!);
    expect(dana.who).toMatchObject({
      name: 'Dana Whitfield',
      title: 'VP',
      company: 'Northwind Labs',
      company_key: 'northwind labs',
      domain: 'northwind.example',
    });
    expect(dana.keys).toEqual([mail]);
    expect(dana.tags).toHaveLength(1);
    expect(dana.lead).toMatchObject({ stage: 'subscriber', origin: 'marketing', passed: ['subscriber'], funnel_version: 1 });
    expect(dana.change).toMatchObject({ gone: false });
  });

  it('the same keys find the same person, also written otherwise and with a +tag; free keys are added', async () => {
    const mail = fresh();
    const name = `vanity-${++count}`;
    const all = await put([
      arrive({ person: { keys: [email(mail)] } }),
      arrive({ person: { keys: [email(`<${mail.replace('p', 'P')}>`)] } }),
      arrive({ person: { keys: [email(mail.replace('@', '+news@'))] } }),
      arrive({ person: { keys: [email(mail), { kind: 'linkedin', value: `https://www.linkedin.com/in/${name}/` }] } }),
    ]);
    const again = await put([arrive({ person: { keys: [{ kind: 'linkedin', value: name.toUpperCase() }] } })]);
    expect(new Set([...all, ...again].map((o) => o.person)).size).toBe(1);
    expect((await person(all[0]!.person!)).keys).toEqual([mail, name]);
    expect((await person(all[0]!.person!)).tags).toHaveLength(2);
  });

  it('a key of somebody else stays where it is: nobody is merged, and it is said', async () => {
    const [a, b] = await put([
      arrive({ person: { keys: [email(fresh())] } }),
      arrive({ person: { keys: [{ kind: 'linkedin', value: `other-${++count}` }] } }),
    ]);
    const theirs = (await person(b!.person!)).keys[0]!;
    const [both] = await put([
      arrive({ person: { keys: [email((await person(a!.person!)).keys[0]!), { kind: 'linkedin', value: theirs }] } }),
    ]);
    expect(both).toMatchObject({
      is: 'kept',
      person: a!.person,
      notes: [{ about: 'key', said: { code: 'row-key-taken', facts: { kind: 'profile' } } }],
    });
    expect((await person(b!.person!)).keys).toEqual([theirs]);
  });

  it('later news replace fields, older news fill empty ones only', async () => {
    const mail = fresh();
    const id = await one([arrive({ at: '2026-11-10T00:00:00.000Z', person: { keys: [email(mail)], name: 'D. Whitfield' } })]);
    await put([arrive({ at: '2026-11-01T00:00:00.000Z', person: { keys: [email(mail)], name: 'Old Name', title: 'Intern' } })]);
    expect((await person(id)).who).toMatchObject({ name: 'D. Whitfield', title: 'Intern' });
    await put([
      arrive({
        at: '2026-11-12T00:00:00.000Z',
        person: { keys: [email(mail)], name: 'Dana Whitfield', title: 'VP', segment: 'Mid-market' },
      }),
    ]);
    expect((await person(id)).who).toMatchObject({ name: 'Dana Whitfield', title: 'VP', segment: 'Mid-market' });
  });

  it('an account with a new address is the same person, a device with a new address is another', async () => {
    const [one, two, three] = [fresh(), fresh(), fresh()];
    const user = account(`u${++count}`);
    const laptop = device(`d${count}`);
    const [a] = await put([arrive({ person: { keys: [email(one)], aliases: [user, laptop] } })]);
    const [b] = await put([arrive({ person: { keys: [email(two)], aliases: [user] } })]);
    expect(b!.person).toBe(a!.person);
    expect((await person(a!.person!)).keys).toEqual([one, two].sort());
    const [c] = await put([arrive({ at: '2026-11-21T10:00:00.000Z', person: { keys: [email(three)], aliases: [laptop] } })]);
    expect(c!.person).not.toBe(a!.person);
    // Who used the device last has it; what is told late about an earlier user does not take it back.
    const [d] = await put([arrive({ at: '2026-11-21T11:00:00.000Z', person: { keys: [], aliases: [laptop] } })]);
    expect(d!.person).toBe(c!.person);
    await put([arrive({ at: '2026-11-19T10:00:00.000Z', person: { keys: [email(one)], aliases: [laptop] } })]);
    const [e] = await put([arrive({ at: '2026-11-21T12:00:00.000Z', person: { keys: [], aliases: [laptop] } })]);
    expect(e!.person).toBe(c!.person);
  });

  it('erased people stay away, whatever comes', async () => {
    const mail = fresh();
    const laptop = device(`d${++count}`);
    const id = await one([arrive({ person: { keys: [email(mail)] } })]);
    await put([arrive({ person: { keys: [], aliases: [laptop] }, touch: { kind: 'read', asset: 'x' } })]);
    await server.in((trx) => erasePerson(trx, server.workspace, id));
    const outcomes = await put([
      arrive({ person: { keys: [email(mail)] }, touch: { kind: 'form' } }),
      arrive({ person: { keys: [email(mail.replace('@', '+x@'))] } }),
      arrive({ person: { keys: [email(mail), { kind: 'linkedin', value: `new-${++count}` }], aliases: [laptop] } }),
    ]);
    expect(outcomes.map(({ is }) => is)).toEqual(['erased', 'erased', 'erased']);
    const left = await server.in((trx) =>
      trx
        .selectFrom('anonymous_event')
        .select('source_id')
        .where('workspace', '=', server.workspace)
        .where('anonymous_id', '=', laptop.value)
        .execute(),
    );
    expect(left).toEqual([]);
  });
});

describe('touches', () => {
  it('the same event twice is one touch, also inside one batch', async () => {
    const mail = fresh();
    const event = arrive({
      person: { keys: [email(mail)] },
      touch: { kind: 'click', channel: 'email', asset: 'Hello', campaign: { name: `October ${count}` } },
    });
    const id = await one([event, event]);
    await put([event]);
    const { touches } = await person(id);
    expect(touches).toHaveLength(1);
    const counted = await server.in((trx) =>
      trx.selectFrom('person_campaign').selectAll().where('workspace', '=', server.workspace).where('person', '=', id).execute(),
    );
    expect(counted).toMatchObject([{ active: 1, passive: 0 }]);
  });

  it('what is read counts once a day, by the agreement’s days', async () => {
    const mail = fresh();
    const read = (at: string, asset = 'Guide') => arrive({ at, person: { keys: [email(mail)] }, touch: { kind: 'read', asset } });
    const id = await one([
      read('2026-11-18T08:00:00.000Z'),
      read('2026-11-18T17:00:00.000Z'),
      read('2026-11-18T22:59:00.000Z'),
      // After midnight in Vienna.
      read('2026-11-18T23:30:00.000Z'),
      read('2026-11-18T09:00:00.000Z', 'Another'),
    ]);
    expect((await person(id)).touches.map(({ asset, at }) => [asset, at.slice(0, 13)])).toEqual([
      ['Guide', '2026-11-18T08'],
      ['Another', '2026-11-18T09'],
      ['Guide', '2026-11-18T23'],
    ]);
  });

  it('campaigns are found by name, however written, and by the source’s own id after a rename', async () => {
    const tag = ++count;
    const mail = fresh();
    const by = (campaign: { name?: string; ref?: string }) =>
      arrive({ person: { keys: [email(mail)] }, touch: { kind: 'form', channel: 'webinar', campaign } });
    const id = await one([by({ name: `Cut Churn ${tag}`, ref: `c${tag}` }), by({ name: `  cut  churn ${tag}` })]);
    await put([by({ name: `Renamed ${tag}`, ref: `c${tag}` }), by({ ref: `c${tag}` }), by({ ref: `only id ${tag}` })]);
    const { touches } = await person(id);
    expect(new Set(touches.map(({ campaign }) => campaign)).size).toBe(2);
    const rows = await server.in((trx) =>
      trx
        .selectFrom('campaign')
        .select(['name', 'channel', 'started_on'])
        .where('workspace', '=', server.workspace)
        .where('name', 'like', `%${tag}`)
        .orderBy('name')
        .execute(),
    );
    expect(rows).toEqual([
      { name: `Campaign only id ${tag}`, channel: 'webinar', started_on: '2026-11-20' },
      { name: `Cut Churn ${tag}`, channel: 'webinar', started_on: '2026-11-20' },
    ]);
  });
});

describe('people who have not said who they are', () => {
  it('wait, and count with their own time once they do; in any order and over several requests', async () => {
    const laptop = device(`d${++count}`);
    const mail = fresh();
    const visit = (at: string, asset: string) => arrive({ at, person: { keys: [], aliases: [laptop] }, touch: { kind: 'visited', asset } });
    expect((await put([visit('2026-11-03T10:00:00.000Z', 'two'), visit('2026-11-02T10:00:00.000Z', 'one')])).map(({ is }) => is)).toEqual([
      'waiting',
      'waiting',
    ]);
    const outcomes = await put([
      visit('2026-11-04T10:00:00.000Z', 'three'),
      arrive({ at: '2026-11-05T10:00:00.000Z', person: { keys: [email(mail)], aliases: [laptop] } }),
    ]);
    expect(outcomes.map(({ is }) => is)).toEqual(['kept', 'kept']);
    const dana = await person(outcomes[1]!.person!);
    expect(dana.touches.map(({ asset, at }) => `${asset} ${at.slice(0, 10)}`)).toEqual([
      'one 2026-11-02',
      'two 2026-11-03',
      'three 2026-11-04',
    ]);
    expect(dana.lead?.since).toBe('2026-11-02T10:00:00.000Z');
    expect((await put([visit('2026-11-06T10:00:00.000Z', 'four')]))[0]!.person).toBe(outcomes[1]!.person);
  });

  it('a device that is tied to an account waits with it; the account’s address settles both', async () => {
    const [laptop, phone] = [device(`l${++count}`), device(`m${count}`)];
    const user = account(`u${count}`);
    const mail = fresh();
    await put([arrive({ person: { keys: [], aliases: [laptop] }, touch: { kind: 'visited', asset: 'before' } })]);
    await put([
      arrive({
        person: { keys: [], aliases: [user, laptop] },
        ties: [{ from: laptop, to: user }],
        touch: { kind: 'visited', asset: 'signing up' },
      }),
    ]);
    await put([arrive({ person: { keys: [], aliases: [laptop] }, touch: { kind: 'visited', asset: 'after' } })]);
    await put([arrive({ person: { keys: [], aliases: [user] }, ties: [{ from: phone, to: user }] })]);
    await put([arrive({ person: { keys: [], aliases: [phone] }, touch: { kind: 'visited', asset: 'on the phone' } })]);
    await put([arrive({ person: { keys: [], aliases: [user], name: 'Known by name only' } })]);
    const [outcome] = await put([arrive({ person: { keys: [email(mail)], aliases: [user] } })]);
    const dana = await person(outcome!.person!);
    expect(dana.touches.map(({ asset }) => asset).sort()).toEqual(['after', 'before', 'on the phone', 'signing up']);
    expect(dana.who?.name).toBe('Known by name only');
    const [later] = await put([arrive({ person: { keys: [], aliases: [phone] } })]);
    expect(later!.person).toBe(outcome!.person);
  });

  it('an event that was kept waiting twice counts once', async () => {
    const laptop = device(`d${++count}`);
    const event = arrive({ person: { keys: [], aliases: [laptop] }, touch: { kind: 'visited', asset: 'x' } });
    await put([event]);
    await put([event]);
    const [outcome] = await put([arrive({ person: { keys: [email(fresh())], aliases: [laptop] } })]);
    await put([event]);
    expect((await person(outcome!.person!)).touches).toHaveLength(1);
  });
});

describe('stages', () => {
  it('a stage that arrives at mql opens a hand-off, once', async () => {
    const rep = await server.user('rep');
    const mail = fresh();
    const event = arrive({ person: { keys: [email(mail)], owner: rep.email }, stage: { to: 'mql', intent: 'high' } });
    const [outcome] = await put([event]);
    await put([event, arrive({ person: { keys: [email(mail)] }, stage: { to: 'mql' } })]);
    const dana = await person(outcome!.person!);
    expect(dana.history.map(({ from_stage, to_stage }) => [from_stage, to_stage])).toEqual([[null, 'mql']]);
    expect(dana.lead?.passed).toEqual(['mql']);
    expect(dana.handoffs).toMatchObject([{ state: 'waiting', holder: rep.id, opened_at: '2026-11-20T10:00:00.000Z', intent: 'high' }]);
    expect(dana.lead).toMatchObject({ stage: 'mql', owes: rep.id, intent: 'high' });
    expect(dana.lead?.due_at).not.toBeNull();
  });

  it('while sales has it, nobody else moves it; and that is said', async () => {
    const mail = fresh();
    const [outcome] = await put([arrive({ person: { keys: [email(mail)] }, stage: { to: 'mql' } })]);
    const [refused] = await put([arrive({ at: '2026-11-21T10:00:00.000Z', person: { keys: [email(mail)] }, stage: { to: 'customer' } })]);
    expect(refused!.notes).toEqual([{ about: 'stage', said: { code: 'handoff-open', facts: {} } }]);
    expect((await person(outcome!.person!)).lead?.stage).toBe('mql');
  });

  it('an event moves forwards only', async () => {
    const mail = fresh();
    const [outcome] = await put([arrive({ person: { keys: [email(mail)] }, stage: { to: 'customer' } })]);
    await put([arrive({ at: '2026-11-21T10:00:00.000Z', person: { keys: [email(mail)] }, stage: { to: 'lead' } })]);
    expect((await person(outcome!.person!)).stages).toEqual(['customer']);
  });

  it('who says who they are has become a lead; a strong touch wakes who waits for one', async () => {
    const mail = fresh();
    const [outcome] = await put([
      arrive({ at: '2026-11-01T10:00:00.000Z', person: { keys: [email(mail)] }, touch: { kind: 'opened', channel: 'email' } }),
    ]);
    expect((await person(outcome!.person!)).lead?.stage).toBe('subscriber');
    await put([
      arrive({ at: '2026-11-02T10:00:00.000Z', person: { keys: [email(mail)] }, touch: { kind: 'downloaded', asset: 'Report' } }),
    ]);
    expect((await person(outcome!.person!)).lead).toMatchObject({
      stage: 'lead',
      since: '2026-11-02T10:00:00.000Z',
      passed: ['subscriber', 'lead'],
    });

    const asleep = await server.lead({
      email: fresh(),
      stage: 'recycled',
      lead: { since: '2026-11-05T00:00:00.000Z', wakesOnStrongTouch: true },
    });
    const address = (await person(asleep)).keys[0]!;
    const touch = (kind: 'visited' | 'form', at: string) => put([arrive({ at, person: { keys: [email(address)] }, touch: { kind } })]);
    await touch('visited', '2026-11-06T10:00:00.000Z');
    await touch('form', '2026-11-04T10:00:00.000Z');
    expect((await person(asleep)).lead?.wakes_on_strong_touch).toBe(true);
    await touch('form', '2026-11-07T10:00:00.000Z');
    expect((await person(asleep)).lead).toMatchObject({ stage: 'recycled', wakes_on_strong_touch: false, wakes_on: null });
  });

  it('an owner nobody knows is named, and the lead is left to the team', async () => {
    const [outcome] = await put(
      [arrive({ person: { keys: [email(fresh())], owner: 'gone@baton.example' }, stage: { to: 'mql' } })],
      'history',
    );
    expect(outcome!.notes).toEqual([{ about: 'owner', said: { code: 'row-owner-unknown', facts: {} } }]);
    expect((await person(outcome!.person!)).handoffs).toMatchObject([{ holder: null }]);
  });
});

describe('history in files', () => {
  const story: [Stage, string][] = [
    ['subscriber', '2026-01-05'],
    ['lead', '2026-02-01'],
    ['mql', '2026-02-10'],
    ['sal', '2026-02-11'],
    ['recycled', '2026-03-01'],
    ['mql', '2026-06-01'],
    ['sal', '2026-06-02'],
    ['sql', '2026-06-20'],
    ['opportunity', '2026-07-05'],
    ['customer', '2026-09-01'],
  ];
  const rows = (mail: string) =>
    story.map(([to, day]) =>
      arrive({
        at: `${day}T00:00:00.000Z`,
        source: 'csv',
        person: { keys: [email(mail)] },
        stage: { to, ...(to === 'recycled' && { reason: 'no_budget' }) },
      }),
    );

  it.each([
    ['in one file, in order', (r: Arrival[]) => [r]],
    ['in one file, from the end', (r: Arrival[]) => [r.toReversed()]],
    ['a row a file, in order', (r: Arrival[]) => r.map((row) => [row])],
    ['a row a file, from the end', (r: Arrival[]) => r.toReversed().map((row) => [row])],
    ['in three files, the middle last', (r: Arrival[]) => [r.slice(6), r.slice(0, 3), r.slice(3, 6)]],
    ['twice', (r: Arrival[]) => [r.slice(4), r, r]],
  ])('is the same however it comes: %s', async (_, files) => {
    const mail = fresh();
    let id = '';
    for (const file of files(rows(mail))) id = (await put(file, 'history'))[0]!.person!;
    const dana = await person(id);
    expect(dana.stages).toEqual(story.map(([stage]) => stage));
    expect(dana.lead).toMatchObject({ stage: 'customer', since: '2026-09-01T00:00:00.000Z' });
    expect(dana.lead?.passed).toEqual(['subscriber', 'lead', 'mql', 'sal', 'recycled', 'sql', 'opportunity', 'customer']);
    expect(
      dana.handoffs.map((h) => [h.state, h.opened_at.slice(0, 10), h.accepted_at?.slice(0, 10), h.answered_at?.slice(0, 10), h.reason]),
    ).toEqual([
      ['returned', '2026-02-10', '2026-02-11', '2026-03-01', 'no_budget'],
      ['qualified', '2026-06-01', '2026-06-02', '2026-06-20', null],
    ]);
    expect(dana.lead?.handoff).toBe(dana.handoffs[1]!.id);
  });

  it('several stages on one day count in the order of the funnel, whichever comes first', async () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
    ]) {
      const mail = fresh();
      const day = ['lead', 'mql', 'sql'] as const;
      let id = '';
      for (const i of order)
        id = (
          await put(
            [arrive({ source: 'csv', at: '2026-05-01T00:00:00.000Z', person: { keys: [email(mail)] }, stage: { to: day[i]! } })],
            'history',
          )
        )[0]!.person!;
      const dana = await person(id);
      expect(dana.lead?.stage).toBe('sql');
      expect(dana.handoffs).toMatchObject([{ state: 'qualified' }]);
    }
  });

  it('never answers what somebody here has acted on', async () => {
    const mail = fresh();
    const [outcome] = await put([arrive({ source: 'csv', person: { keys: [email(mail)] }, stage: { to: 'mql' } })], 'history');
    const rep = await server.user('rep');
    await server.in(async (trx) => {
      const lead = (await readLeads(trx, server.workspace, [outcome!.person!], { lock: true })).get(outcome!.person!)!;
      const terms = await agreementInForce(trx, server.workspace);
      const applied = decide(lead, { kind: 'accept' }, { id: rep.id, kind: 'user', role: 'rep', name: rep.name }, terms, receivedAt, newId);
      if (isRefusal(applied)) throw new Error(applied.sentence);
      applied.lead.handoff = { ...applied.lead.handoff!, actedHere: true };
      await saveLead(trx, server.workspace, lead, applied, { by: { kind: 'user', id: rep.id }, terms, at: receivedAt, receivedAt });
    });
    const [refused] = await put(
      [arrive({ source: 'csv', at: '2026-11-22T09:30:00.000Z', person: { keys: [email(mail)] }, stage: { to: 'recycled' } })],
      'history',
    );
    expect(refused!.notes).toMatchObject([{ about: 'stage' }]);
    await put(
      [
        arrive({ source: 'csv', at: '2026-01-01T00:00:00.000Z', person: { keys: [email(mail)] }, stage: { to: 'mql' } }),
        arrive({ source: 'csv', at: '2026-02-01T00:00:00.000Z', person: { keys: [email(mail)] }, stage: { to: 'recycled' } }),
      ],
      'history',
    );
    const dana = await person(outcome!.person!);
    expect(dana.lead).toMatchObject({ stage: 'sal', owner: rep.id });
    expect(dana.handoffs.map(({ state, holder }) => [state, holder])).toEqual([
      ['returned', rep.id],
      ['accepted', rep.id],
    ]);
    expect(dana.lead?.handoff).toBe(dana.handoffs[1]!.id);
  });

  it('reads hand-offs out of a history', () => {
    const at = (stage: Stage, day: number, reason: string | null = null) => ({
      stage,
      at: `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`,
      reason,
    });
    expect(handoffsIn([at('mql', 1), at('lead', 2)])).toEqual([]);
    expect(handoffsIn([at('mql', 1), at('mql', 2), at('customer', 3)])).toMatchObject([
      { state: 'qualified', opened: expect.stringMatching(/-01T/) },
    ]);
    expect(handoffsIn([at('sal', 1), at('sql', 2)])).toEqual([]);
    expect(handoffsIn([at('disqualified', 4, 'not_icp'), at('mql', 1), at('sal', 2)])).toMatchObject([
      { state: 'returned', reason: 'not_icp' },
    ]);
  });
});

describe('many at once', () => {
  it('twenty writers of the same new people make each of them once', async () => {
    const mails = Array.from({ length: 15 }, fresh);
    const name = `race ${count}`;
    const batches = Array.from({ length: 20 }, (_, i) =>
      put(
        mails
          .toSorted(() => (i % 2 ? 1 : -1))
          .map((mail) => arrive({ person: { keys: [email(mail)] }, touch: { kind: 'click', channel: 'email', campaign: { name } } })),
      ),
    );
    const outcomes = (await Promise.all(batches)).flat();
    expect(outcomes.every(({ is }) => is === 'kept')).toBe(true);
    expect(new Set(outcomes.map((o) => o.person)).size).toBe(15);
    const [row] = await server.in((trx) =>
      trx
        .selectFrom('person_campaign as p')
        .innerJoin('campaign as c', (join) => join.onRef('c.workspace', '=', 'p.workspace').onRef('c.id', '=', 'p.campaign'))
        .where('p.workspace', '=', server.workspace)
        .where('c.name', '=', name)
        .select((eb) => [eb.fn.sum<string>('p.active').as('active'), eb.fn.countAll<number>().as('people')])
        .execute(),
    );
    expect(Number(row!.active)).toBe(300);
    expect(row!.people).toBe(15);
  });

  it('stores nothing of a transaction that fails', async () => {
    const mail = fresh();
    await expect(
      server.in(async (trx) => {
        await ingest(trx, server.workspace, [arrive({ person: { keys: [email(mail)] }, touch: { kind: 'form' } })], context());
        throw new Error('the power went');
      }),
    ).rejects.toThrow('the power went');
    const left = await server.in((trx) =>
      trx.selectFrom('person_key').select('id').where('workspace', '=', server.workspace).where('value', '=', mail).execute(),
    );
    expect(left).toEqual([]);
  });
});
