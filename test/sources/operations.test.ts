import { afterAll, beforeAll, expect, test } from 'vitest';
import { giveFeedback } from '../../lib/contract/routes/feedback.ts';
import { decide } from '../../lib/contract/routes/leads.ts';
import { crmHealthReport } from '../../lib/contract/routes/reports-crm-health.ts';
import { removeSource, sources } from '../../lib/contract/routes/sources.ts';
import type { Decision } from '../../lib/funnel/lead.ts';
import type { User } from '../../server/http/user.ts';
import { hubspot } from '../../server/sources/hubspot/index.ts';
import { runLabels } from '../../server/sources/labels.ts';
import { runRemove } from '../../server/sources/remove.ts';
import type { Mapping } from '../../server/sources/source.ts';
import { SimulatedClock } from '../fakes/clock.ts';
import { FakeHubspot } from '../fakes/hubspot.ts';
import { type TestServer, testServer } from '../server/harness.ts';
import { type Connected, connected } from './connected.ts';

const mapping: Mapping = {
  stageIn: { lead: 'lead', marketingqualifiedlead: 'mql' },
  stageOut: { sql: { stage: 'salesqualifiedlead' }, recycled: { status: 'BAD_TIMING' } },
  reasonOut: {},
  fields: { reason: 'return_reason' },
  writeFeedback: true,
  agreed: true,
};
let server: TestServer;
let rep: User;
let admin: User;
beforeAll(async () => {
  server = await testServer();
  [rep, admin] = [await server.user('rep'), await server.user('admin')];
});
afterAll(() => server?.close());

let clock: SimulatedClock;
let crm: FakeHubspot;
let link: Connected;
async function connect(): Promise<void> {
  clock = new SimulatedClock(server.clock.now);
  crm = new FakeHubspot(clock.now);
  await server.in((trx) => trx.deleteFrom('source_link').execute());
  link = await connected(server, hubspot, crm, clock, { mapping, credentials: { token: crm.token } });
}
const pass = (): void => {
  clock.at += 600_000;
  server.clock.now = clock.at;
};
const idOf = async (email: string): Promise<string> =>
  (await server.in((trx) => trx.selectFrom('person_key').select('person').where('value', '=', email).executeTakeFirstOrThrow())).person;
const qualify = (email: string): Promise<void> => act(rep, email, { kind: 'qualify', criteria: [] });
async function act(user: User, email: string, decision: Decision): Promise<void> {
  const id = await idOf(email);
  const { funnel_version } = await server.in((trx) =>
    trx.selectFrom('lead').select('funnel_version').where('id', '=', id).executeTakeFirstOrThrow(),
  );
  const body = {
    ...decision,
    basis: funnel_version,
    actedAt: new Date(clock.at).toISOString(),
    agreement: 1,
  };
  expect((await server.call(user, decide, { params: { id }, body })).status).toBe(201);
}
const report = async () => {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const query = { from: day(clock.at - 86_400_000), to: day(clock.at + 86_400_000) };
  const { status, body } = await server.call(rep, crmHealthReport, { query });
  expect(status).toBe(200);
  const table = await server.call(rep, crmHealthReport, { query, headers: { accept: 'text/csv' } });
  return { ...body.items[0]!, table: new TextDecoder().decode(table.bytes) };
};

test('the report says what reaches the CRM, what never does, and what it refused in which words', async () => {
  await connect();
  for (const name of ['dana', 'mira', 'theo', 'noah'])
    crm.put({ email: `${name}@health.example`, firstname: name, lifecyclestage: 'marketingqualifiedlead' });
  crm.put({ email: 'quiet@health.example', firstname: 'Quiet' });
  pass();
  await link.pull();
  expect(await report()).toMatchObject({ acts: 0, people: { known: 5, withoutStage: 1 }, refusals: [], kept: [] });

  pass();
  await qualify('dana@health.example');
  const theirs = [...crm.contacts.values()].find((c) => c.properties.email === 'noah@health.example')!;
  await qualify('noah@health.example');
  pass();
  crm.put({ lifecyclestage: 'customer' }, theirs.id);
  await link.write();
  crm.required = [{ when: ['lifecyclestage', 'salesqualifiedlead'], needs: 'decision_date', message: 'Decision date is required' }];
  await qualify('mira@health.example');
  await qualify('theo@health.example');
  await link.write();

  const found = await report();
  expect(found).toMatchObject({
    source: { source: 'hubspot', name: 'HubSpot', state: 'running' },
    acts: 4,
    written: { n: 2, of: 4 },
    refused: 2,
    waiting: 0,
    fields: [
      { field: 'lifecyclestage', times: 1 },
      { field: 'hs_lead_status', times: 0 },
      { field: 'return_reason', times: 0 },
      { field: 'note', times: 2 },
    ],
    refusals: [{ sentence: 'HubSpot: Decision date is required', trouble: 'refused', n: 2, leads: [{ name: 'theo' }, { name: 'mira' }] }],
    kept: [{ field: 'lifecyclestage', n: 1, leads: [{ name: 'noah' }] }],
  });
  expect(found.fields[1]).not.toHaveProperty('last');
  expect(found.table).toContain('HubSpot,refused,HubSpot: Decision date is required,2,');
  expect(found.table).toContain('HubSpot,field,hs_lead_status,0,');
});

test('a stage that was added in the CRM after the mapping was agreed on is shown, with how many people stand there', async () => {
  await connect();
  crm.stages.push('presales');
  for (const name of ['ada', 'bea']) crm.put({ email: `${name}@unread.example`, lifecyclestage: 'presales' });
  // What Baton itself writes of a recycled lead is nothing new to it.
  crm.put({ email: 'cleo@unread.example', lifecyclestage: 'marketingqualifiedlead', hs_lead_status: 'BAD_TIMING' });
  pass();
  await link.pull();
  const { unread, table } = await report();
  expect(unread).toMatchObject([{ field: 'lifecyclestage', value: 'presales', people: 2 }]);
  expect(table).toContain('HubSpot,not mapped,lifecyclestage: presales,2,');
});

test('the report says fields and values as the CRM’s users call them, as far as they are another name', async () => {
  await connect();
  crm.stages.push('1084412');
  crm.labels['1084412'] = 'Pre-sales';
  crm.put({ email: 'eve@labels.example', lifecyclestage: '1084412' });
  pass();
  await link.pull();
  expect((await report()).unread).toMatchObject([{ field: 'lifecyclestage', value: '1084412' }]);
  await runLabels(link.run());
  // What it does not answer takes no name away.
  crm.trouble = [500, 500, 500, 500, 500];
  await runLabels(link.run());
  crm.trouble = [];
  const found = await report();
  expect(found.unread).toMatchObject([{ field: 'lifecyclestage', label: 'Lifecycle Stage', value: '1084412', valueLabel: 'Pre-sales' }]);
  expect(found.fields[0]).toMatchObject({ field: 'lifecyclestage', label: 'Lifecycle Stage' });
  expect(found.fields.at(-1)).toEqual({ field: 'note', times: 0 });
});

test('the notes of acts tell people in the CRM to whom, upon what and how much, in the workspace’s language and the order they were done', async () => {
  await connect();
  const noah = crm.put({ email: 'noah@notes.example', firstname: 'Noah', lifecyclestage: 'lead' });
  pass();
  await link.pull();
  const marketer = await server.user('marketer', { name: 'Mira Sandoval' });
  await act(marketer, 'noah@notes.example', { kind: 'hand_over', to: rep.id, criteria: ['icp'], why: ['Asked for a demo'] });
  await qualify('noah@notes.example');
  await server.in((trx) =>
    trx
      .updateTable('workspace')
      .set({ settings: JSON.stringify({ language: 'de' }) })
      .execute(),
  );
  await act(rep, 'noah@notes.example', { kind: 'open_opportunity', amount: { value: 1_200_000, currency: 'EUR' } });
  await act(rep, 'noah@notes.example', { kind: 'lose', reason: 'low_intent', note: 'Asked for Q1.' });
  await server.in((trx) => trx.updateTable('workspace').set({ settings: '{}' }).execute());
  pass();
  await link.write();
  const notes = [...crm.notes.values()].filter((n) => n.contact === noah.id).map((n) => n.properties.hs_note_body!);
  expect(notes.map((note) => note.replace(/<br>Baton [\da-f-]{36}$/, ''))).toEqual([
    `Mira Sandoval handed the lead over to ${rep.name}.<br>Criteria met: Company of the size and country we sell to.<br>Why now: Asked for a demo.`,
    `${rep.name} qualified the lead.`,
    `${rep.name} hat eine Chance eröffnet, 12.000,00 EUR.`,
    `${rep.name} hat das Geschäft verloren: Liest nur, zurück, wenn die Person deutliches Interesse zeigt.<br>Asked for Q1.`,
  ]);
});

test('feedback reaches the CRM as a note once, where that is wished', async () => {
  await connect();
  const dana = crm.put({ email: 'dana@feedback.example', lifecyclestage: 'marketingqualifiedlead' });
  pass();
  await link.pull();
  const give = async (note: string) => {
    const body = {
      kind: 'verdict' as const,
      verdict: 'strong' as const,
      reasons: ['had_budget'],
      note,
      actedAt: new Date(clock.at).toISOString(),
    };
    expect((await server.call(rep, giveFeedback, { params: { id: await idOf('dana@feedback.example') }, body })).status).toBe(201);
  };
  await give('Knew our prices.');
  await server.in((trx) =>
    trx
      .updateTable('source_link')
      .set({ mapping: JSON.stringify({ ...mapping, writeFeedback: false }) })
      .execute(),
  );
  await give('For us alone.');
  crm.trouble = [undefined, undefined, 'drop'];
  await link.write();
  pass();
  await link.write();
  const notes = [...crm.notes.values()].filter((n) => n.contact === dana.id).map((n) => n.properties.hs_note_body);
  expect(notes).toEqual([expect.stringContaining('found the lead strong: had a budget.<br>Knew our prices.')]);
  expect(dana.properties.lifecyclestage).toBe('marketingqualifiedlead');
});

/** People of the CRM alone, one with whom a rep did something, and one whom Baton knew before. */
async function imported(name: string): Promise<void> {
  await connect();
  await server.lead({ name: 'Known', email: `known@${name}.example` });
  for (const who of ['known', 'acted', 'one', 'two'])
    crm.put({ email: `${who}@${name}.example`, firstname: who, lifecyclestage: 'marketingqualifiedlead' });
  for (const [i, who] of ['known', 'acted', 'one'].entries())
    crm.mails.push({ id: `${name}${i}`, created: clock.at, type: 'CLICK', recipient: `${who}@${name}.example`, emailCampaignId: 7 });
  crm.mailCampaigns.set(7, { name: `Mail ${name}`, subject: 'Hello' });
  pass();
  await link.pull();
  pass();
  const body = { kind: 'verdict' as const, verdict: 'fair' as const, actedAt: new Date(clock.at).toISOString(), agreement: 1 };
  expect((await server.call(rep, giveFeedback, { params: { id: await idOf(`acted@${name}.example`) }, body })).status).toBe(201);
}
const emailsOf = (name: string) =>
  server.in(async (trx) => {
    const rows = await trx.selectFrom('person_key').select('value').where('value', 'like', `%@${name}.example`).orderBy('value').execute();
    return rows.map(({ value }) => value.split('@')[0]);
  });
const touchesOf = (name: string) =>
  server.in(async (trx) => {
    const { n } = await trx
      .selectFrom('touch as t')
      .innerJoin('person_key as k', 'k.person', 't.person')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('k.value', 'like', `%@${name}.example`)
      .executeTakeFirstOrThrow();
    return n;
  });
const campaignsOf = (name: string) =>
  server.in((trx) => trx.selectFrom('campaign').select('id').where('name', '=', `Mail ${name}`).execute());

test('disconnected and kept, people and touches stay, and nothing of the credentials does', async () => {
  await imported('keep');
  expect((await server.call(admin, removeSource, { params: { id: link.link }, query: {} })).status).toBe(204);
  expect((await server.call(admin, sources)).body.items).toEqual([]);
  expect(await emailsOf('keep')).toEqual(['acted', 'known', 'one', 'two']);
  expect(await touchesOf('keep')).toBe(3);
  expect(await link.pull()).toBe('paused');
});

test('disconnected with its data, what nobody else knows of goes, whom somebody acted on stays; killed in between it goes on', async () => {
  await imported('remove');
  const query = { data: 'remove' as const };
  expect((await server.call(admin, removeSource, { params: { id: link.link }, query })).status).toBe(204);
  const killed = new AbortController();
  killed.abort();
  await expect(runRemove(server.store, server.workspace, link.link, killed.signal)).rejects.toThrow();
  await runRemove(server.store, server.workspace, link.link, new AbortController().signal);
  await runRemove(server.store, server.workspace, link.link, new AbortController().signal);
  expect(await emailsOf('remove')).toEqual(['acted', 'known']);
  expect(await touchesOf('remove')).toBe(0);
  expect(await campaignsOf('remove')).toEqual([]);
  const counts = await server.in((trx) =>
    trx.selectFrom('person_campaign').select('person').where('person', '=', sqlPerson(trx, 'acted@remove.example')).execute(),
  );
  expect(counts).toEqual([]);
  expect(await server.in((trx) => trx.selectFrom('source_link').select('id').execute())).toEqual([]);

  // Connected anew, it tells everything again.
  link = await connected(server, hubspot, crm, clock, { mapping, credentials: { token: crm.token } });
  pass();
  await link.pull();
  expect(await emailsOf('remove')).toEqual(['acted', 'known', 'one', 'two']);
  expect(await touchesOf('remove')).toBe(3);
});

type Trx = Parameters<Parameters<TestServer['in']>[0]>[0];
const sqlPerson = (trx: Trx, email: string) => trx.selectFrom('person_key').select('person').where('value', '=', email);
