import { createHash } from 'node:crypto';
import jsforce from 'jsforce';
import { beforeEach, describe, expect, test } from 'vitest';
import { whyNow } from '../../lib/funnel/why.ts';
import type { Arrival } from '../../server/ingest/arrival.ts';
import { findingOnWire } from '../../server/sources/describe.ts';
import { salesforce } from '../../server/sources/salesforce/index.ts';
import type { Link, Mapping, StageSeen, Write, Wrote } from '../../server/sources/source.ts';
import { SimulatedClock } from '../fakes/clock.ts';
import { FakeSalesforce } from '../fakes/salesforce.ts';
import { testLink } from './link.ts';

const mapping: Mapping = {
  stageIn: { 'Open - Not Contacted': 'mql', 'Working - Contacted': 'sal', 'Closed - Not Converted': 'disqualified' },
  stageOut: { sal: { status: 'Working - Contacted' }, recycled: { status: 'Closed - Not Converted' } },
  reasonOut: {},
  fields: { linkedin: 'LinkedIn__c', contactStage: 'Stage__c', currency: 'EUR' },
  writeFeedback: false,
  agreed: true,
};
let clock: SimulatedClock;
let crm: FakeSalesforce;
let link: Link;
beforeEach(() => {
  clock = new SimulatedClock();
  crm = new FakeSalesforce(clock.now);
  link = makeLink();
});
const makeLink = (): Link =>
  testLink(
    crm,
    clock,
    { address: 'https://ridgeway.my.salesforce.example', clientId: crm.client.id, clientSecret: crm.client.secret },
    mapping,
  );

const stages: StageSeen[] = [];
beforeEach(() => void stages.splice(0));
async function pulled(
  store: Map<string, Arrival>,
  cursor: string | undefined,
  most = Number.POSITIVE_INFINITY,
): Promise<string | undefined> {
  let pages = 0;
  for await (const page of salesforce.pull(link, cursor)) {
    for (const arrival of page.arrivals) store.set(`${arrival.source}|${arrival.sourceId}`, arrival);
    stages.push(...page.stages);
    cursor = page.cursor;
    if (++pages === most) break;
  }
  return cursor;
}
const lead = (more = {}) =>
  crm.add('Lead', { Name: 'Dana Whitfield', Title: 'VP Operations', Company: 'Northwind Labs', Email: 'dana@northwind.example', ...more });

describe('reading', () => {
  test('leads with owner, profile and status; status history with its times', async () => {
    const owner = crm.add('User', { Name: 'Ana Petrov', Email: 'ana@ridgeway.example', IsActive: true });
    const row = lead({ OwnerId: owner.Id, LinkedIn__c: 'https://linkedin.com/in/dana-w' });
    clock.at += 3_600_000;
    crm.change('Lead', String(row.Id), { Status: 'Working - Contacted' });
    const store = new Map<string, Arrival>();
    await pulled(store, undefined);
    const all = [...store.values()];
    // What became of the status comes before the lead itself, who then begins with it.
    expect(all.map((a) => a.person?.name)).toEqual([undefined, 'Dana Whitfield']);
    expect(all[1]!.person).toEqual({
      keys: [
        { kind: 'email', value: 'dana@northwind.example' },
        { kind: 'linkedin', value: 'https://linkedin.com/in/dana-w' },
      ],
      aliases: [{ kind: 'record', value: `salesforce:${row.Id}` }],
      name: 'Dana Whitfield',
      title: 'VP Operations',
      company: 'Northwind Labs',
      owner: 'ana@ridgeway.example',
    });
    expect(stages.map((s) => [s.field, s.value, s.at])).toEqual([
      ['Status', 'Open - Not Contacted', '2026-11-22T09:00:00.000Z'],
      ['Status', 'Working - Contacted', '2026-11-22T10:00:00.000Z'],
      ['Status', 'Working - Contacted', '2026-11-22T10:00:00.000Z'],
    ]);
  });

  test('a lead began with what its first change found there, a contact too; later changes say nothing of that', async () => {
    const row = lead();
    const [empty, contact] = [undefined, 'MQL'].map((Stage__c) => crm.add('Contact', { Name: 'Kim', Stage__c }));
    for (const [Status, Stage__c] of [
      ['Working - Contacted', 'SQL'],
      ['Closed - Not Converted', 'Won'],
    ]) {
      clock.at += 3_600_000;
      crm.change('Lead', String(row.Id), { Status });
      for (const one of [empty!, contact!]) crm.change('Contact', String(one.Id), { Stage__c });
    }
    await pulled(new Map(), undefined);
    const of = (one: Record<string, unknown>) =>
      [...new Set(stages.filter((s) => s.record === `salesforce:${one.Id}`).map((s) => `${s.at.slice(11, 13)} ${s.value}`))].sort();
    expect(of(row)).toEqual(['09 Open - Not Contacted', '10 Working - Contacted', '11 Closed - Not Converted']);
    expect(of(contact!)).toEqual(['09 MQL', '10 SQL', '11 Won']);
    expect(of(empty!)).toEqual(['10 SQL', '11 Won']);
  });

  test('a converted lead and its contact are one person', async () => {
    const contact = crm.add('Contact', { Name: 'Dana Whitfield', Email: 'dana@northwind.example' });
    const row = lead({ IsConverted: true, ConvertedContactId: contact.Id });
    const store = new Map<string, Arrival>();
    await pulled(store, undefined);
    expect([...store.values()].flatMap((a) => a.ties ?? [])).toEqual([
      { from: { kind: 'record', value: `salesforce:${contact.Id}` }, to: { kind: 'record', value: `salesforce:${row.Id}` } },
    ]);
  });

  test('being in a campaign is passive, responding is active; deals bring amount and outcome', async () => {
    const webinar = crm.add('Campaign', { Name: 'Cut churn in Q4', Type: 'Webinar' });
    crm.add('CampaignMemberStatus', { CampaignId: webinar.Id, Label: 'Attended', HasResponded: true });
    const row = lead();
    crm.add('CampaignMember', { CampaignId: webinar.Id, LeadId: row.Id, Status: 'Attended', FirstRespondedDate: '2026-11-20' });
    crm.add('CampaignMember', { CampaignId: webinar.Id, LeadId: lead({ Email: 'x@y.example' }).Id, Status: 'Sent' });
    const contact = crm.add('Contact', { Name: 'Joana', Email: 'joana@atelier.example' });
    const deal = crm.add('Opportunity', { StageName: 'Closed Won', IsClosed: true, IsWon: true, Amount: 12000.5, CloseDate: '2026-11-21' });
    crm.add('OpportunityContactRole', { OpportunityId: deal.Id, ContactId: contact.Id });
    const store = new Map<string, Arrival>();
    await pulled(store, undefined);
    const all = [...store.values()];
    expect(all.filter((a) => a.touch).map((a) => [a.touch!.kind, a.touch!.channel, a.touch!.campaign!.name, a.at.slice(0, 10)])).toEqual([
      ['sent', 'webinar', 'Cut churn in Q4', '2026-11-22'],
      ['attended', 'webinar', 'Cut churn in Q4', '2026-11-20'],
      ['sent', 'webinar', 'Cut churn in Q4', '2026-11-22'],
    ]);
    expect(stages.filter((s) => s.record === `salesforce:${contact.Id}`).map((s) => [s.value, s.at, s.amount])).toEqual([
      ['Opportunity: open', '2026-11-22T09:00:00.000Z', { value: 1_200_050, currency: 'EUR' }],
      ['Opportunity: won', '2026-11-22T09:00:00.001Z', { value: 1_200_050, currency: 'EUR' }],
      ['Opportunity: open', '2026-11-22T09:00:00.000Z', { value: 1_200_050, currency: 'EUR' }],
      ['Opportunity: won', '2026-11-22T09:00:00.001Z', { value: 1_200_050, currency: 'EUR' }],
    ]);
  });

  test('stopped after any page and resumed, nothing is missing and nothing counts twice', async () => {
    for (let i = 0; i < 4100; i++) {
      lead({ Email: `p${i}@northwind.example` });
      if (i % 500 === 0) clock.at += 1000;
    }
    const whole = new Map<string, Arrival>();
    await pulled(whole, undefined);
    expect(new Set([...whole.values()].map((a) => a.person!.aliases![0]!.value)).size).toBe(4100);
    for (let stop = 1; stop < 4; stop++) {
      const store = new Map<string, Arrival>();
      await pulled(store, await pulled(store, undefined, stop));
      expect([...store.keys()].sort()).toEqual([...whole.keys()].sort());
    }
  });

  test('later runs read changes only, also those that committed late with an older time', async () => {
    for (let i = 0; i < 50; i++) lead({ Email: `p${i}@northwind.example` });
    const store = new Map<string, Arrival>();
    clock.at += 3_600_000;
    lead({ Email: 'last@northwind.example' });
    const cursor = await pulled(store, undefined);
    clock.at += 60_000;
    lead({ Email: 'late@northwind.example', SystemModstamp: new Date(clock.at - 120_000).toISOString() });
    const fresh = new Map<string, Arrival>();
    await pulled(fresh, cursor);
    expect([...fresh.values()].flatMap((a) => a.person!.keys.map((k) => k.value)).sort()).toEqual([
      'last@northwind.example',
      'late@northwind.example',
    ]);
  });

  test('a session that ended is opened again; wrong credentials are told', async () => {
    lead();
    await pulled(new Map(), undefined);
    crm.endSessions();
    const store = new Map<string, Arrival>();
    await pulled(store, undefined);
    expect(store.size).toBeGreaterThan(0);
    link = testLink(
      crm,
      clock,
      { address: 'https://ridgeway.my.salesforce.example', clientId: crm.client.id, clientSecret: 'other' },
      mapping,
    );
    await expect(pulled(new Map(), undefined)).rejects.toMatchObject({
      trouble: 'signed-out',
      message: expect.stringContaining('invalid client credentials'),
    });
  });

  test('a fifth of the day’s requests is left to others: reading stops, writing goes on', async () => {
    crm.limit = { used: 79, most: 100 };
    lead();
    await expect(pulled(new Map(), undefined)).rejects.toMatchObject({ trouble: 'limit', retryAt: clock.at + 3_600_000 });
    const at = new Date(clock.at).toISOString();
    const acted: Write = { id: 'x', emails: ['dana@northwind.example'], what: 'decision', stage: 'sal', note: 'Accepted.', at };
    expect((await salesforce.push(link, acted)).changed).toEqual(['Status', 'task']);
  });

  test('answers that come in batches are read to their end', async () => {
    crm.batch = 200;
    for (let i = 0; i < 650; i++) lead({ Email: `p${i}@northwind.example` });
    const store = new Map<string, Arrival>();
    await pulled(store, undefined);
    expect(store.size).toBe(650);
  });

  test('what members did is told by their status, in whatever words a campaign has; a later step counts as well', async () => {
    const webinar = crm.add('Campaign', { Name: 'Cut churn in Q4', Type: 'Webinar' });
    for (const [Label, HasResponded] of [
      ['Registered', true],
      ['Attended live', true],
      ['Opened', false],
      ['Bounced', false],
    ] as const)
      crm.add('CampaignMemberStatus', { CampaignId: webinar.Id, Label, HasResponded });
    const member = (Status: string) =>
      crm.add('CampaignMember', {
        CampaignId: webinar.Id,
        LeadId: lead({ Email: `${Status}@x.example` }).Id,
        Status,
        FirstRespondedDate: '2026-11-20',
      });
    const came = member('Registered');
    member('Opened');
    member('Bounced');
    const store = new Map<string, Arrival>();
    const cursor = await pulled(store, undefined);
    const kinds = (s: Map<string, Arrival>) =>
      [...s.values()].filter((a) => a.touch && a.touch.kind !== 'sent').map((a) => [a.touch!.kind, a.at.slice(0, 10)]);
    expect(kinds(store)).toEqual([
      ['form', '2026-11-20'],
      ['opened', '2026-11-22'],
      ['bounced', '2026-11-22'],
    ]);
    clock.at += 86_400_000;
    crm.change('CampaignMember', String(came.Id), { Status: 'Attended live' });
    const fresh = new Map<string, Arrival>();
    await pulled(fresh, cursor);
    expect(kinds(fresh)).toContainEqual(['attended', '2026-11-23']);
    // What they attended is the campaign, not the word for it.
    const told = [...fresh.values()].flatMap(({ touch, at }) => (touch ? [{ ...touch, at, campaignName: touch.campaign!.name! }] : []));
    expect(whyNow(told)).toEqual(['Attended “Cut churn in Q4”']);
  });

  describe('activities', () => {
    const touches = (store: Map<string, Arrival>) =>
      [...store.values()].flatMap(({ touch, at, person }) =>
        touch ? [[touch.kind, touch.channel, touch.asset, at, person!.aliases![0]!.value]] : [],
      );
    const mail = (who: unknown, more: Record<string, unknown>, type = 'ToAddress') => {
      const message = crm.add('EmailMessage', { Status: '3', MessageDate: new Date(clock.at).toISOString(), ...more });
      crm.add('EmailMessageRelation', { EmailMessageId: message.Id, RelationId: who, RelationType: type });
      return message;
    };

    test('what came from a person is active, what went to them passive; what sales did or has to do is no touch', async () => {
      const who = lead().Id;
      const me = `salesforce:${who}`;
      const user = crm.add('User', { Name: 'Ana', Email: 'ana@ridgeway.example', IsActive: true }).Id;
      const at = new Date(clock.at).toISOString();
      const done = { WhoId: who, IsClosed: true };
      crm.add('Task', { ...done, Subject: 'Asked for the price', TaskSubtype: 'Call', CallType: 'Inbound', CompletedDateTime: at });
      crm.add('Task', { ...done, Subject: 'Sent by hand', TaskSubtype: 'Email', ActivityDate: '2026-11-20' });
      crm.add('Task', { ...done, Subject: 'Called', TaskSubtype: 'Call', CallType: 'Outbound' });
      crm.add('Task', { ...done, Subject: 'Accepted [0192]', TaskSubtype: 'Task' });
      crm.add('Task', { WhoId: who, IsClosed: false, Subject: 'To be written', TaskSubtype: 'Email' });
      mail(who, { Subject: 'Our offer', Incoming: false });
      mail(who, { Subject: 'Re: Our offer', Incoming: true }, 'FromAddress');
      mail(user, { Subject: 'Re: Our offer', Incoming: true });
      mail(who, { Subject: 'From somebody else to both', Incoming: true }, 'CcAddress');
      mail(who, { Subject: 'Not sent yet', Incoming: false, Status: '5' });
      const opened = crm.add('Task', { ...done, Subject: 'News', TaskSubtype: 'Task' });
      crm.add('EmailStatus', { WhoId: who, TaskId: opened.Id, FirstOpenDate: at });
      crm.add('Event', { WhoId: who, Subject: 'Demo', EndDateTime: at });
      const store = new Map<string, Arrival>();
      await pulled(store, undefined);
      expect(touches(store)).toEqual([
        ['reply', undefined, 'Asked for the price', at, me],
        ['sent', 'email', 'Sent by hand', '2026-11-20T12:00:00.000Z', me],
        ['attended', 'event', 'Demo', at, me],
        ['sent', 'email', 'Our offer', at, me],
        ['reply', 'email', 'Re: Our offer', at, me],
        ['opened', 'email', 'News', at, me],
      ]);
    });

    test('the task about a mail does not count beside it', async () => {
      const who = lead().Id;
      const task = crm.add('Task', { WhoId: who, IsClosed: true, Subject: 'Email: Our offer', TaskSubtype: 'Email' });
      mail(who, { Subject: 'Our offer', Incoming: false, ActivityId: task.Id });
      const store = new Map<string, Arrival>();
      await pulled(store, undefined);
      expect(touches(store).map(([kind, , subject]) => [kind, subject])).toEqual([['sent', 'Our offer']]);
    });

    test('a meeting counts once it took place, a draft once it was sent, each once', async () => {
      const who = lead().Id;
      crm.add('Event', { WhoId: who, Subject: 'Demo', EndDateTime: new Date(clock.at + 7_200_000).toISOString() });
      const draft = mail(who, { Subject: 'Our offer', Incoming: false, Status: '5' });
      const store = new Map<string, Arrival>();
      let cursor = await pulled(store, undefined);
      expect(touches(store)).toEqual([]);
      clock.at += 3_600_000;
      crm.change('EmailMessage', String(draft.Id), { Status: '3' });
      cursor = await pulled(store, cursor);
      clock.at += 3_600_000;
      cursor = await pulled(store, cursor);
      // Entered afterwards, and earlier than what was read.
      crm.add('Event', { WhoId: who, Subject: 'Lunch', EndDateTime: '2026-11-02T12:00:00.000Z' });
      clock.at += 3_600_000;
      await pulled(store, cursor);
      expect(touches(store).map(([kind, , subject]) => [kind, subject])).toEqual([
        ['sent', 'Our offer'],
        ['attended', 'Demo'],
        ['attended', 'Lunch'],
      ]);
    });

    test('where they may not be seen, the rest is read all the same; once they may, they come from the beginning', async () => {
      const who = lead().Id;
      crm.add('Event', { WhoId: who, Subject: 'Demo', EndDateTime: new Date(clock.at).toISOString() });
      for (const object of ['Event', 'EmailMessageRelation', 'EmailStatus', 'EmailMessage']) crm.hidden.add(object);
      crm.add('Task', { WhoId: who, IsClosed: true, Subject: 'Sent by hand', TaskSubtype: 'Email' });
      const store = new Map<string, Arrival>();
      clock.at += 60_000;
      const cursor = await pulled(store, undefined);
      expect(touches(store).map(([kind]) => kind)).toEqual(['sent']);
      expect(
        (await salesforce.check(link))
          .filter(({ ok }) => !ok)
          .map(findingOnWire)
          .map(({ what, sentence }) => [what, sentence]),
      ).toEqual([
        ['Events', "Salesforce: sObject type 'Event' is not supported. Let the connected user see it. Meetings are missing."],
        [
          'Mails',
          "Salesforce: sObject type 'EmailMessageRelation' is not supported. Let the connected user see it. Replies are missing; mails sent are known by their tasks.",
        ],
      ]);
      crm.hidden.clear();
      clock.at += 3_600_000;
      await pulled(store, cursor);
      expect(touches(store).map(([kind]) => kind)).toEqual(['sent', 'attended']);
    });

    test('they are asked for every quarter of an hour, the people with every run', async () => {
      lead();
      let cursor = await pulled(new Map(), undefined);
      const asked = async () => {
        const before = crm.requests.length;
        cursor = await pulled(new Map(), cursor);
        return crm.requests.length - before;
      };
      clock.at += 300_000;
      const soon = await asked();
      clock.at += 900_000;
      expect((await asked()) - soon).toBe(6);
    });
  });

  test('a deal that is opened again counts again', async () => {
    const contact = crm.add('Contact', { Name: 'Joana', Email: 'joana@atelier.example' });
    const deal = crm.add('Opportunity', { StageName: 'Closed Lost', IsClosed: true, IsWon: false, Amount: 100, CloseDate: '2026-11-22' });
    crm.add('OpportunityContactRole', { OpportunityId: deal.Id, ContactId: contact.Id });
    const cursor = await pulled(new Map(), undefined);
    clock.at += 86_400_000;
    crm.change('Opportunity', String(deal.Id), { StageName: 'Prospecting', IsClosed: false });
    stages.splice(0);
    await pulled(new Map(), cursor);
    expect(stages.at(-1)).toMatchObject({ value: 'Opportunity: open', at: '2026-11-23T09:00:00.000Z' });
  });

  test('deleted and merged leads and contacts are told; what was deleted before the first run is not', async () => {
    const [a, b, c] = [lead({ Email: 'a@x.example' }), lead({ Email: 'b@x.example' }), lead({ Email: 'c@x.example' })];
    crm.remove('Lead', String(a.Id));
    clock.at += 86_400_000;
    const cursor = await pulled(new Map(), undefined);
    clock.at += 3_600_000;
    crm.remove('Lead', String(b.Id), String(c.Id));
    const contact = crm.add('Contact', { Name: 'Joana' });
    crm.remove('Contact', String(contact.Id));
    const found = { gone: [] as string[], merged: [] as object[] };
    for await (const page of salesforce.pull(link, cursor)) {
      found.gone.push(...page.gone);
      found.merged.push(...page.merged);
    }
    expect(found).toEqual({ gone: [contact.Id], merged: [{ from: b.Id, into: c.Id }] });
    const read = await salesforce.read(link, [String(a.Id), String(b.Id), String(c.Id)]);
    expect(read.gone).toEqual([a.Id]);
    expect(read.merged).toEqual([{ from: b.Id, into: c.Id }]);
    expect(read.stages.map((s) => s.record)).toEqual([`salesforce:${c.Id}`]);
  });

  test('a contact’s own stage comes with its history', async () => {
    const contact = crm.add('Contact', { Name: 'Joana', Email: 'joana@x.example', Stage__c: 'MQL' });
    clock.at += 3_600_000;
    crm.change('Contact', String(contact.Id), { Stage__c: 'SQL' });
    await pulled(new Map(), undefined);
    expect([...new Set(stages.map((s) => `${s.field} ${s.value} ${s.at}`))]).toEqual([
      'Stage__c MQL 2026-11-22T09:00:00.000Z',
      'Stage__c SQL 2026-11-22T10:00:00.000Z',
    ]);
  });

  test('how much there is, and how much of it was read', async () => {
    for (let i = 0; i < 2100; i++) lead({ Email: `p${i}@northwind.example` });
    const told: unknown[] = [];
    for await (const { done, of } of salesforce.pull(link, undefined)) told.push([done, of]);
    expect(told.slice(0, 2)).toEqual([
      [2000, 2100],
      [2100, 2100],
    ]);
  });

  test('the daily limit comes as 403 and is told as a limit, not as a missing permission', async () => {
    crm.limit = { used: 100, most: 100 };
    await expect(pulled(new Map(), undefined)).rejects.toMatchObject({ trouble: 'limit' });
  });
});

describe('writing', () => {
  const write = (more: Partial<Write> = {}): Write => ({
    id: '0192aaaa-0000-7000-8000-000000000001',
    emails: ["o'neil@northwind.example"],
    what: 'decision',
    stage: 'sal',
    note: 'Rep One accepted Dana Whitfield.\nBudget is there.',
    at: new Date(clock.at).toISOString(),
    ...more,
  });

  test('a decision becomes a status and a completed task; an address with a quote is found', async () => {
    const row = lead({ Email: "o'neil@northwind.example" });
    clock.at += 60_000;
    expect(await salesforce.push(link, write())).toMatchObject({ record: row.Id, changed: ['Status', 'task'] });
    expect(row.Status).toBe('Working - Contacted');
    const [task] = [...crm.tables.get('Task')!.values()];
    expect(task).toMatchObject({ WhoId: row.Id, Status: 'Completed', Description: 'Rep One accepted Dana Whitfield.\nBudget is there.' });
    expect(String(task!.Subject).length).toBeLessThanOrEqual(255);
  });

  test.each([1, 2, 3, 4, 5, 6])(
    'when the answer to call %i is lost and the write is repeated, there is one task and one change',
    async (lost) => {
      const row = lead({ Email: "o'neil@northwind.example" });
      clock.at += 60_000;
      crm.trouble = [...Array.from({ length: lost - 1 }, () => undefined), 'drop'];
      await salesforce.push(link, write()).catch((e) => expect(e).toMatchObject({ trouble: 'away' }));
      crm.trouble = [];
      await salesforce.push(link, write());
      expect(crm.tables.get('Task')!.size).toBe(1);
      expect([...crm.tables.get('LeadHistory')!.values()].filter((h) => h.LeadId === row.Id)).toHaveLength(1);
    },
  );

  test('a converted lead is read-only: its contact is written', async () => {
    const contact = crm.add('Contact', { Name: 'Dana', Email: 'dana@northwind.example', Stage__c: 'MQL' });
    const row = lead({ IsConverted: true, ConvertedContactId: contact.Id });
    const answer = await salesforce.push(link, write({ record: String(row.Id) }));
    expect(answer.record).toBe(contact.Id);
    expect(contact.Stage__c).toBe('Working - Contacted');
  });

  test('a lead that is converted between looking and writing is written through its contact', async () => {
    const contact = crm.add('Contact', { Name: 'Dana', Email: 'dana@northwind.example', Stage__c: 'MQL' });
    const row = lead();
    clock.at += 60_000;
    const call = link.call;
    link.call = async (url, about) => {
      if (about?.method === 'PATCH' && !row.IsConverted)
        crm.change('Lead', String(row.Id), { IsConverted: true, ConvertedContactId: contact.Id });
      return call(url, about);
    };
    expect((await salesforce.push(link, write({ record: String(row.Id) }))).record).toBe(contact.Id);
    expect(contact.Stage__c).toBe('Working - Contacted');
  });

  test('the status in the campaign that engaged the person last follows, where the campaign has it', async () => {
    const row = lead({ Email: "o'neil@northwind.example" });
    const [one, two] = ['Cut churn', 'Fair'].map((Name) => crm.add('Campaign', { Name, Type: 'Webinar' }));
    crm.add('CampaignMemberStatus', { CampaignId: one!.Id, Label: 'Accepted by sales', HasResponded: true });
    const members = [one, two].map((c) => crm.add('CampaignMember', { CampaignId: c!.Id, LeadId: row.Id, Status: 'Sent' }));
    link.mapping = { ...mapping, memberOut: { sal: 'Accepted by sales' } };
    clock.at += 60_000;
    expect((await salesforce.push(link, write({ campaign: String(one!.Id) }))).changed).toEqual(['Status', 'campaign member', 'task']);
    expect(members.map((m) => m.Status)).toEqual(['Accepted by sales', 'Sent']);
    expect(await salesforce.push(link, write({ id: 'another', campaign: String(two!.Id) }))).toMatchObject({
      changed: ['task'],
      kept: ['campaign member (Accepted by sales)'],
    });
  });

  test.each([true, false])(
    'a status that somebody changes between looking and writing is not overwritten; tracked: %s',
    async (tracked) => {
      const row = lead();
      clock.at += 60_000;
      const { call } = link;
      let changes = 1;
      const told: Wrote[][] = [];
      link.call = (url, about) => {
        if (about?.method === 'PATCH' && url.includes('/Lead/') && changes-- > 0) {
          clock.at += 2_000;
          crm.change('Lead', String(row.Id), { Status: 'Unqualified' });
          if (!tracked) crm.tables.get('LeadHistory')!.clear();
        }
        return call(url, about);
      };
      link.setting = async (fields) => void told.push(structuredClone(fields));
      expect(await salesforce.push(link, write({ record: String(row.Id) }))).toMatchObject({
        kept: ['Status'],
        stands: { field: 'Status', value: 'Unqualified', at: new Date(clock.at).toISOString() },
      });
      expect(row.Status).toBe('Unqualified');
      // Nothing was written: what stands there later is nobody's but theirs.
      expect(told.flat()[0]!.to < told.flat()[0]!.from).toBe(false);
      const last = told.flat().findLast(({ field }) => field === 'Status')!;
      expect(last.to < last.from).toBe(true);
    },
  );

  test('another field that somebody changes meanwhile is no reason to leave the status', async () => {
    const row = lead();
    clock.at += 60_000;
    const { call } = link;
    let changes = 1;
    link.call = (url, about) => {
      if (about?.method === 'PATCH' && changes-- > 0) {
        clock.at += 2_000;
        crm.change('Lead', String(row.Id), { Title: 'CFO' });
      }
      return call(url, about);
    };
    expect((await salesforce.push(link, write({ record: String(row.Id) }))).changed).toContain('Status');
    expect(row).toMatchObject({ Status: 'Working - Contacted', Title: 'CFO' });
  });

  test('an error that may have come after the change is not tried again blindly', async () => {
    const row = lead();
    clock.at += 60_000;
    const { call } = link;
    let errors = 1;
    const told: Wrote[][] = [];
    link.call = async (url, about) => {
      const answer = await call(url, about);
      return about?.method === 'PATCH' && errors-- > 0 ? { ...answer, status: 503, body: Buffer.from('') } : answer;
    };
    link.setting = async (fields) => void told.push(structuredClone(fields));
    await expect(salesforce.push(link, write({ record: String(row.Id) }))).rejects.toMatchObject({ trouble: 'away' });
    // It may have arrived, and did.
    expect(told.flat().at(-1)!.to >= told.flat().at(-1)!.from).toBe(true);
    expect(await salesforce.push(link, write({ record: String(row.Id) }))).toMatchObject({ already: [{ field: 'Status' }] });
  });

  test('a status in a campaign that somebody changes between looking and writing is not overwritten', async () => {
    const row = lead({ Email: "o'neil@northwind.example" });
    const campaign = crm.add('Campaign', { Name: 'Cut churn', Type: 'Webinar' });
    for (const Label of ['Accepted by sales', 'Attended'])
      crm.add('CampaignMemberStatus', { CampaignId: campaign.Id, Label, HasResponded: true });
    const member = crm.add('CampaignMember', { CampaignId: campaign.Id, LeadId: row.Id, Status: 'Sent' });
    link.mapping = { ...mapping, memberOut: { sal: 'Accepted by sales' } };
    clock.at += 60_000;
    const act = write({ campaign: String(campaign.Id) });
    const { call } = link;
    let changes = 1;
    const told: Wrote[][] = [];
    link.call = (url, about) => {
      if (about?.method === 'PATCH' && url.includes('CampaignMember') && changes-- > 0) {
        clock.at += 2_000;
        crm.change('CampaignMember', String(member.Id), { Status: 'Attended' });
      }
      return call(url, about);
    };
    link.found = async ({ readOff }) => readOff?.at(-1)?.at;
    link.setting = async (fields) => void told.push(structuredClone(fields));
    expect(await salesforce.push(link, act)).toMatchObject({ kept: ['campaign member (Accepted by sales)'] });
    expect(member.Status).toBe('Attended');
    // What was not written is nobody else's answer taken for Baton's own.
    const tried = told.flat().filter(({ field }) => field === `@member ${member.Id}`);
    expect(tried.at(-1)!.to < tried.at(-1)!.from).toBe(true);
  });

  test('somebody keeps changing it: it is tried again later', async () => {
    const row = lead({ Email: "o'neil@northwind.example" });
    const campaign = crm.add('Campaign', { Name: 'Cut churn', Type: 'Webinar' });
    crm.add('CampaignMemberStatus', { CampaignId: campaign.Id, Label: 'Accepted by sales', HasResponded: true });
    const member = crm.add('CampaignMember', { CampaignId: campaign.Id, LeadId: row.Id, Status: 'Sent' });
    link.mapping = { ...mapping, memberOut: { sal: 'Accepted by sales' } };
    const { call } = link;
    link.call = (url, about) => {
      clock.at += 2_000;
      if (about?.method === 'PATCH' && url.includes('CampaignMember')) crm.change('CampaignMember', String(member.Id), {});
      return call(url, about);
    };
    await expect(salesforce.push(link, write({ campaign: String(campaign.Id) }))).rejects.toMatchObject({
      trouble: 'away',
      message: 'Somebody else is changing this record in Salesforce just now. Baton tries again. (412)',
    });
  });

  test('two acts written late and one after the other both arrive: the first is not somebody else’s newer word', async () => {
    const row = lead({ Email: "o'neil@northwind.example" });
    const at = (ms: number) => new Date(clock.at + ms).toISOString();
    const [first, second] = [write({ at: at(60_000) }), write({ id: 'second', stage: 'recycled', at: at(120_000) })];
    clock.at += 3_600_000;
    const { wrote } = await salesforce.push(link, first);
    clock.at += 60_000;
    expect(await salesforce.push(link, { ...second, own: wrote })).not.toHaveProperty('kept');
    expect(row.Status).toBe('Closed - Not Converted');
  });

  test('a validation rule refuses in its own words, with the field', async () => {
    const row = lead({ Email: "o'neil@northwind.example" });
    crm.rules = [
      {
        object: 'Lead',
        when: (r) => r.Status === 'Working - Contacted' && !r.Budget__c,
        message: 'Set a budget before you work a lead.',
        fields: ['Budget__c'],
      },
    ];
    await expect(salesforce.push(link, write())).rejects.toMatchObject({
      trouble: 'refused',
      message: 'Salesforce: Set a budget before you work a lead. (Budget__c)',
    });
    expect(crm.tables.get('Task')!.size).toBe(0);
    expect(row.Status).toBe('Open - Not Contacted');
  });

  test('a status that somebody changed after the act is left alone and reported', async () => {
    const row = lead({ Email: "o'neil@northwind.example" });
    const acted = write();
    clock.at += 600_000;
    crm.change('Lead', String(row.Id), { Status: 'Closed - Not Converted' });
    expect(await salesforce.push(link, acted)).toMatchObject({ kept: ['Status'] });
    expect(row.Status).toBe('Closed - Not Converted');
  });

  test('a person who is not there is told, not made', async () => {
    await expect(salesforce.push(link, write())).rejects.toMatchObject({ trouble: 'not-found' });
    expect(crm.tables.get('Lead')!.size).toBe(0);
  });
});

describe('signing in as oneself', () => {
  const redirect = 'https://baton.example/back';
  const signedIn = async () => {
    const verifier = 'v'.repeat(43);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const credentials: Record<string, string> = {
      address: 'https://ridgeway.my.salesforce.example',
      clientId: crm.client.id,
      clientSecret: crm.client.secret,
    };
    const { code, state } = crm.consent(salesforce.signIn!.authorize(credentials, { redirect, state: 'abc', challenge }));
    expect(state).toBe('abc');
    Object.assign(credentials, await salesforce.signIn!.exchange(testLink(crm, clock, credentials, mapping), { code, redirect, verifier }));
    return credentials;
  };

  test('a refresh token that rotates is kept at each use; of many calls at once one renews', async () => {
    crm.rotates = true;
    const credentials = await signedIn();
    const own = testLink(crm, clock, credentials, mapping);
    lead();
    for (let i = 0; i < 3; i++) {
      const before = own.credentials.refreshToken;
      crm.endSessions();
      const all = await Promise.all([1, 2, 3, 4].map(() => salesforce.check(own)));
      expect(all.flat().every((f) => f.ok)).toBe(true);
      expect(own.credentials.refreshToken).not.toBe(before);
    }
    expect(crm.requests.filter((r) => r.path === '/services/oauth2/token' && r.status !== 200)).toEqual([]);
    expect(crm.requests.filter((r) => r.path === '/services/oauth2/token')).toHaveLength(4);
  });

  test('who is connected is told by user and company; access that was revoked is told', async () => {
    crm.tables.get('User')!.set('005000000000001AAA', { Id: '005000000000001AAA', Username: 'ana@ridgeway.example', IsActive: true });
    const own = testLink(crm, clock, await signedIn(), mapping);
    expect(await salesforce.account(own)).toEqual({
      id: expect.stringMatching(/^00D/),
      name: 'ana@ridgeway.example, Ridgeway',
      address: 'https://ridgeway.my.salesforce.example',
    });
    crm.revoke();
    await expect(salesforce.account(own)).rejects.toMatchObject({
      trouble: 'signed-out',
      message: 'Salesforce does not let Baton in: expired access/refresh token. Connect again.',
    });
  });
});

test('where a company keeps several currencies, an amount is in the one that its opportunity says', async () => {
  crm.described.Opportunity = [{ name: 'CurrencyIsoCode', label: 'Currency', type: 'picklist' }];
  const contact = crm.add('Contact', { Name: 'Cora', Email: 'cora@northwind.example' });
  for (const [Amount, CurrencyIsoCode] of [
    [1000, 'CHF'],
    [1000, 'JPY'],
  ]) {
    const deal = crm.add('Opportunity', { StageName: 'Prospecting', IsClosed: false, Amount, CurrencyIsoCode, CloseDate: '2027-03-01' });
    crm.add('OpportunityContactRole', { OpportunityId: deal.Id, ContactId: contact.Id });
  }
  await pulled(new Map(), undefined);
  expect(new Set(stages.filter((s) => s.amount).map((s) => `${s.amount!.value} ${s.amount!.currency}`))).toEqual(
    new Set(['100000 CHF', '1000 JPY']),
  );
});

test('a field that leads have and contacts do not keeps nobody from being read; where both have it, it is read of both', async () => {
  Object.assign(link, { mapping: { ...link.mapping, fields: { ...link.mapping.fields, linkedin: 'Profile__c' } } });
  crm.described.Lead!.push({ name: 'Profile__c', label: 'Profile', type: 'url' });
  lead({ Email: 'lee@northwind.example', Profile__c: 'https://www.linkedin.com/in/lee' });
  const cora = crm.add('Contact', { Name: 'Cora', Email: 'cora@northwind.example' });
  const keys = async () => {
    const store = new Map<string, Arrival>();
    await pulled(store, undefined);
    return [...store.values()].map(({ person }) => person!.keys.map(({ value }) => value));
  };
  expect(await keys()).toEqual([['lee@northwind.example', 'https://www.linkedin.com/in/lee'], ['cora@northwind.example']]);
  expect((await salesforce.read(link, [String(cora.Id)])).arrivals).toHaveLength(1);
  crm.described.Contact!.push({ name: 'Profile__c', label: 'Profile', type: 'url' });
  crm.change('Contact', String(cora.Id), { Profile__c: 'https://www.linkedin.com/in/cora' });
  clock.at += 86_400_000;
  expect((await keys())[1]).toEqual(['cora@northwind.example', 'https://www.linkedin.com/in/cora']);
});

test.each([
  'Contact',
  'CampaignMember',
  'LeadHistory',
  'OpportunityContactRole',
  'Opportunity',
  'User',
  'CampaignMemberStatus',
  'OpportunityStage',
])('where the connected user may not see %s, the rest is read all the same', async (object) => {
  crm.hidden.add(object);
  lead({ Email: 'lee@northwind.example' });
  const store = new Map<string, Arrival>();
  const cursor = await pulled(store, undefined);
  expect([...store.values()].map(({ person }) => person!.keys[0]!.value)).toEqual(['lee@northwind.example']);
  expect((await salesforce.sample(link)).people).toHaveLength(1);
  expect((await salesforce.shape(link)).stages.length).toBeGreaterThan(0);
  clock.at += 3_600_000;
  await pulled(store, cursor);
  expect((await salesforce.read(link, [[...crm.tables.get('Lead')!.keys()][0]!])).arrivals).toHaveLength(1);
});

test('a field of contacts that was chosen and is gone is told, not passed over', async () => {
  Object.assign(link, { mapping: { ...link.mapping, fields: { ...link.mapping.fields, contactStage: 'Gone__c' } } });
  const told = { trouble: 'refused', message: expect.stringContaining("No such column 'Gone__c' on entity 'Contact'") };
  await expect(pulled(new Map(), undefined)).rejects.toMatchObject(told);
  await expect(salesforce.sample(link)).rejects.toMatchObject(told);
});

test('some leads that are not converted, and contacts, say what they are at', async () => {
  const contact = crm.add('Contact', { Name: 'Cora', Email: 'cora@northwind.example', Stage__c: 'Sales qualified' });
  lead({ Email: 'lee@northwind.example', Status: 'Working - Contacted' });
  lead({ Email: 'cora@northwind.example', Status: 'Closed - Converted', IsConverted: true, ConvertedContactId: contact.Id });
  Object.assign(link, { mapping: { ...link.mapping, fields: { ...link.mapping.fields, contactStage: 'Stage__c' } } });
  expect(await salesforce.sample(link)).toEqual({
    people: [
      { keys: [{ kind: 'email', value: 'lee@northwind.example' }], says: [{ value: 'Working - Contacted' }] },
      { keys: [{ kind: 'email', value: 'cora@northwind.example' }], says: [{ value: 'Sales qualified' }] },
    ],
    of: 2,
  });
});

test('more users and statuses of members than an answer holds', async () => {
  for (let i = 0; i < 2_001; i++) {
    crm.add('User', { Name: `User ${i}`, Email: `user${i}@ridgeway.example`, IsActive: true });
    crm.add('CampaignMemberStatus', { CampaignId: 'c', Label: `Status ${i}`, HasResponded: false, SortOrder: i });
  }
  const shape = await salesforce.shape(link);
  expect(shape.owners.filter(({ email }) => /^user\d+@/.test(email))).toHaveLength(2_001);
  expect(shape.members.at(-1)).toEqual({ value: 'Status 2000', label: 'Status 2000' });
});

test('rights and words of this Salesforce', async () => {
  expect((await salesforce.check(link)).every((f) => f.ok)).toBe(true);
  const shape = await salesforce.shape(link);
  expect(shape.fields.find((f) => f.value === 'Status')?.choices).toEqual([{ value: 'Working - Contacted', label: 'Working' }]);
  expect(shape.statuses.map((s) => s.value)).toEqual([
    'Open - Not Contacted',
    'Working - Contacted',
    'Closed - Converted',
    'Closed - Not Converted',
  ]);
  expect(shape.fields.map((f) => f.value)).toContain('LinkedIn__c');
});

test('how far the history of the status reaches back is told, and how many leads are older', async () => {
  const told = async () => (await salesforce.check(link)).find(({ right }) => right === 'history');
  lead();
  expect(await told()).toMatchObject({ ok: true, said: { code: 'crm-history-none' } });
  lead({ Email: 'b@b.example' });
  clock.at += 86_400_000;
  const young = lead({ Email: 'c@c.example' });
  crm.change('Lead', String(young.Id), { Status: 'Working - Contacted' });
  expect(await told()).toMatchObject({ ok: true, said: { code: 'crm-history-since', facts: { day: '2026-11-23', leads: 2 } } });
  for (const { Id } of [...crm.tables.get('Lead')!.values()]) crm.change('Lead', String(Id), { CreatedDate: young.CreatedDate });
  expect(await told()).toEqual({ right: 'history', what: 'salesforce-right-history', ok: true });
});

test('the fake, driven by jsforce', async () => {
  const { url, close } = await crm.listen();
  try {
    const row = lead();
    const signedIn = await fetch(`${url}/services/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: crm.client.id, client_secret: crm.client.secret }),
    });
    const { access_token } = (await signedIn.json()) as { access_token: string };
    const conn = new jsforce.Connection({ instanceUrl: url, accessToken: access_token, version: '67.0' });
    const found = await conn.query<{ Id: string; Email: string }>(
      "SELECT Id, Email FROM Lead WHERE Email = 'dana@northwind.example' LIMIT 5",
    );
    expect(found.records.map((r) => r.Id)).toEqual([row.Id]);
    expect((await conn.sobject('Lead').find({ Email: 'dana@northwind.example' }, ['Id', 'Status'])).map((r) => r.Status)).toEqual([
      'Open - Not Contacted',
    ]);
    expect(await conn.sobject('Lead').update({ Id: String(row.Id), Status: 'Working - Contacted' })).toMatchObject({ success: true });
    expect(await conn.sobject('Task').create({ WhoId: String(row.Id), Subject: 'Call' })).toMatchObject({ success: true });
    await expect(conn.query('SELECT Id FROM Nothing')).rejects.toMatchObject({ errorCode: 'INVALID_TYPE' });
    crm.batch = 2;
    for (let i = 0; i < 5; i++) lead({ Email: `p${i}@northwind.example` });
    const all = await conn.query('SELECT Id FROM Lead', { autoFetch: true, maxFetch: 100 });
    expect(all.records).toHaveLength(6);
    crm.remove('Lead', String(row.Id));
    expect((await conn.query('SELECT Id FROM Lead WHERE IsDeleted = true', { scanAll: true })).totalSize).toBe(1);
    expect((await conn.query('SELECT COUNT() FROM Lead')).totalSize).toBe(5);
    expect(conn.limitInfo?.apiUsage).toMatchObject({ limit: 100_000 });
  } finally {
    close();
  }
});
