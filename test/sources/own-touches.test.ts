import { afterAll, beforeAll, expect, test } from 'vitest';
import { decide } from '../../lib/contract/routes/leads.ts';
import { salesforce } from '../../server/sources/salesforce/index.ts';
import type { Mapping } from '../../server/sources/source.ts';
import { newId } from '../../server/store/id.ts';
import { SimulatedClock } from '../fakes/clock.ts';
import { FakeSalesforce } from '../fakes/salesforce.ts';
import { type TestServer, testServer } from '../server/harness.ts';
import { connected } from './connected.ts';

const mapping: Mapping = {
  stageIn: { 'Open - Not Contacted': 'mql' },
  stageOut: { sql: { status: 'Working - Contacted' } },
  memberOut: { sql: 'Responded' },
  reasonOut: {},
  fields: {},
  writeFeedback: true,
  agreed: true,
};
let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server?.close());

/** Somebody who registered for a webinar, as Baton knows it, and a rep who can decide about them. */
async function registered(email: string) {
  const clock = new SimulatedClock(server.clock.now);
  const crm = new FakeSalesforce(clock.now);
  const credentials = { address: 'https://ridgeway.my.salesforce.example', clientId: crm.client.id, clientSecret: crm.client.secret };
  const row = crm.add('Lead', { Name: 'Dana', Email: email });
  const campaign = crm.add('Campaign', { Name: 'Cut churn', Type: 'Webinar' });
  for (const Label of ['Registered', 'Responded', 'Attended'])
    crm.add('CampaignMemberStatus', { CampaignId: campaign.Id, Label, HasResponded: true });
  const member = crm.add('CampaignMember', { CampaignId: campaign.Id, LeadId: row.Id, Status: 'Registered' });
  const { pull, write, link } = await connected(server, salesforce, crm, clock, { mapping, credentials });
  const kinds = () =>
    server.in(async (trx) => {
      const rows = await trx
        .selectFrom('touch')
        .select('source_id')
        .where('source', '=', `salesforce:${link}`)
        .orderBy('source_id')
        .execute();
      return rows.map(({ source_id }) => source_id.replace(`:${member.Id}`, ''));
    });
  const told = () => server.in((trx) => trx.selectFrom('source_link').select('touches').where('id', '=', link).executeTakeFirstOrThrow());
  const qualify = async () => {
    const { person } = await server.in((trx) =>
      trx.selectFrom('person_key').select('person').where('value', '=', email).executeTakeFirstOrThrow(),
    );
    const lead = await server.in((trx) => trx.selectFrom('lead').selectAll().where('id', '=', person).executeTakeFirstOrThrow());
    server.clock.now = clock.at;
    const answer = await server.call(await server.user('rep'), decide, {
      params: { id: person },
      key: newId(),
      body: { kind: 'qualify', criteria: [], basis: lead.funnel_version, actedAt: new Date(clock.at).toISOString(), agreement: 1 } as never,
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  };
  const answers = (Status: string) => crm.change('CampaignMember', String(member.Id), { Status });
  const kept = () =>
    server.in((trx) => trx.selectFrom('source_write').select(['state', 'kept']).where('link', '=', link).executeTakeFirstOrThrow());
  await pull();
  expect(await kinds()).toEqual(['member', 'responded:Registered']);
  return { clock, crm, row, member, pull, write, kinds, told, qualify, answers, kept };
}

test('a status in a campaign that Baton set does not come back as something the person did; what they do next counts', async () => {
  const { clock, crm, member, pull, write, kinds, qualify, answers } = await registered('dana@members.example');
  clock.at += 600_000;
  await qualify();
  await write();
  expect(member.Status).toBe('Responded');
  clock.at += 600_000;
  await pull();
  expect(await kinds()).toEqual(['member', 'responded:Registered']);

  // Something else of the membership changes, and it is told again with a later time.
  crm.change('CampaignMember', String(member.Id), { Description: 'By the window' });
  clock.at += 600_000;
  await pull();
  expect(await kinds()).toEqual(['member', 'responded:Registered']);

  for (const Status of ['Attended', 'Responded']) {
    answers(Status);
    clock.at += 600_000;
    await pull();
  }
  expect(await kinds()).toEqual(['member', 'responded:Attended', 'responded:Registered', 'responded:Responded']);
});

test('what a person did since the last pull is taken in before Baton sets their status', async () => {
  const { clock, member, pull, write, kinds, told, qualify, answers, kept } = await registered('erin@members.example');
  clock.at += 60_000;
  answers('Attended');
  clock.at += 60_000;
  await qualify();
  await write();
  expect(member.Status).toBe('Responded');
  expect(await kept()).toEqual({ state: 'sent', kept: [] });
  const all = ['member', 'responded:Attended', 'responded:Registered'];
  expect(await kinds()).toEqual(all);
  clock.at += 600_000;
  await pull();
  expect(await kinds()).toEqual(all);
  expect(await told()).toEqual({ touches: all.length });
});

test('what a person did after the act is the newer word, pulled or not: their status stays, and counts once', async () => {
  for (const isPulled of [false, true]) {
    const { clock, crm, member, pull, write, kinds, told, qualify, answers, kept } = await registered(`after${isPulled}@members.example`);
    clock.at += 60_000;
    await qualify();
    clock.at += 60_000;
    answers('Attended');
    clock.at += 60_000;
    if (isPulled) await pull();
    crm.change('CampaignMember', String(member.Id), { Description: 'By the window' });
    await write();
    expect(member.Status).toBe('Attended');
    expect(await kept()).toEqual({ state: 'sent', kept: ['campaign member (Responded)'] });
    await pull();
    const all = ['member', 'responded:Attended', 'responded:Registered'];
    expect(await kinds()).toEqual(all);
    expect(await told()).toEqual({ touches: all.length });
  }
});

test('a member that changed after the act in something else than what the person did is set all the same', async () => {
  const { clock, crm, member, write, qualify, kept } = await registered('finn@members.example');
  clock.at += 60_000;
  await qualify();
  clock.at += 60_000;
  crm.change('CampaignMember', String(member.Id), { Description: 'By the window' });
  await write();
  expect(member.Status).toBe('Responded');
  expect(await kept()).toEqual({ state: 'sent', kept: [] });
});

test('where the record changes at each attempt, the write waits, and is made later', async () => {
  const { crm, clock, row, write, qualify } = await registered('ever@changing.example');
  clock.at += 600_000;
  await qualify();
  let stirred = 0;
  const handle = crm.handle.bind(crm);
  crm.handle = (method, ...rest) => {
    if (method === 'PATCH' && stirred < 3) {
      clock.at += 2_000;
      crm.change('Lead', String(row.Id), { Title: `CFO ${++stirred}` });
    }
    return handle(method, ...rest);
  };
  expect(await write()).toBe(0);
  expect(row.Status).not.toBe('Working - Contacted');
  clock.at += 600_000;
  expect(await write()).toBe(1);
  expect(row).toMatchObject({ Status: 'Working - Contacted', Title: 'CFO 3' });
});
