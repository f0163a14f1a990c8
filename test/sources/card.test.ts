import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { lead as leadRoute } from '../../lib/contract/routes/leads-read.ts';
import type { User } from '../../server/http/user.ts';
import { noMapping } from '../../server/sources/links.ts';
import { queueWrites } from '../../server/sources/writes.ts';
import { newId } from '../../server/store/id.ts';
import { type TestServer, testServer } from '../server/harness.ts';

/** What a card says about the CRM. */
let server: TestServer;
let rep: User;
let lead: string;
beforeAll(async () => {
  server = await testServer();
  rep = await server.user('rep');
});
afterAll(() => server?.close());
beforeEach(async () => {
  await server.in(async (trx) => {
    await trx.deleteFrom('source_link').execute();
    await trx.deleteFrom('person_alias').execute();
  });
  lead = await server.lead();
});

const connect = (source: 'hubspot' | 'salesforce', more: { name?: string; state?: 'paused' | 'disconnected' } = {}): Promise<string> =>
  server.in(async (trx) => {
    const id = newId();
    await trx
      .insertInto('source_link')
      .values({
        workspace: server.workspace,
        id,
        source,
        name: more.name ?? (source === 'hubspot' ? 'HubSpot' : 'Salesforce'),
        account: '4711',
        address: source === 'hubspot' ? 'https://app-eu1.hubspot.com/contacts/4711' : 'https://ridgeway.my.salesforce.example',
        credentials: Buffer.alloc(1),
        mapping: JSON.stringify({ ...noMapping, agreed: true }),
        state: more.state ?? 'running',
      })
      .execute();
    return id;
  });
const record = (name: string) =>
  server.in((trx) =>
    trx.insertInto('person_alias').values({ workspace: server.workspace, kind: 'record', value: name, person: lead }).execute(),
  );
const act = async (at: string): Promise<string> => {
  const operation = newId();
  await server.in((trx) =>
    queueWrites(trx, server.workspace, { operation, lead, body: { what: 'decision', at }, note: async () => 'Accepted.' }),
  );
  const { id } = await server.in((trx) =>
    trx.selectFrom('source_write').select('id').where('operation', '=', operation).executeTakeFirstOrThrow(),
  );
  return id;
};
const write = (
  id: string,
  set: { state: 'sent' | 'refused' | 'waiting' | 'discarded'; ended_at?: string; sentence?: string; kept?: string[] },
) => server.in((trx) => trx.updateTable('source_write').set(set).where('id', '=', id).execute());
const crm = async () => (await server.call(rep, leadRoute, { params: { id: lead } })).body.crm;

describe('the last line of a card', () => {
  test('says nothing without a CRM, and where the person is in one', async () => {
    await record('hubspot:4711:12');
    expect(await crm()).toEqual({ state: 'none' });
    await connect('hubspot');
    expect(await crm()).toEqual({ state: 'none', name: 'HubSpot', link: 'https://app-eu1.hubspot.com/contacts/4711/record/0-1/12' });
  });

  test('waits from the oldest act on, with the reason; was updated by the newest', async () => {
    await connect('hubspot');
    await record('hubspot:4711:12');
    const first = await act('2026-11-22T09:00:00Z');
    const second = await act('2026-11-22T09:05:00Z');
    await write(first, { state: 'waiting', sentence: 'api.hubapi.com could not be reached (ECONNRESET).' });
    expect(await crm()).toMatchObject({ state: 'waiting', sentence: 'api.hubapi.com could not be reached (ECONNRESET).' });
    await write(first, { state: 'sent', ended_at: '2026-11-22T09:06:00.120Z' });
    expect(await crm()).toMatchObject({ state: 'waiting' });
    await write(second, { state: 'sent', ended_at: '2026-11-22T09:07:00.000Z', kept: ['lifecyclestage'] });
    expect(await crm()).toEqual({
      state: 'updated',
      at: '2026-11-22T09:07:00.000Z',
      sentence: 'HubSpot has something newer in lifecyclestage; it was left as it is.',
      said: { code: 'crm-kept', facts: { crm: 'HubSpot', fields: ['lifecyclestage'] } },
      name: 'HubSpot',
      link: 'https://app-eu1.hubspot.com/contacts/4711/record/0-1/12',
    });
    // As the CRM's users call it, once it was asked.
    const labels = JSON.stringify({ fields: { lifecyclestage: 'Lifecycle Stage' }, values: {} });
    await server.in((trx) => trx.updateTable('source_link').set({ labels }).execute());
    expect(await crm()).toMatchObject({ sentence: 'HubSpot has something newer in Lifecycle Stage; it was left as it is.' });
  });

  test('what keeps the connection from writing is why everything waits, until it goes on', async () => {
    const id = await connect('hubspot', { state: 'paused' });
    await act('2026-11-22T09:00:00Z');
    expect(await crm()).toMatchObject({ state: 'waiting', said: { code: 'crm-paused', facts: { crm: 'HubSpot' } } });
    const link = (set: object) => server.in((trx) => trx.updateTable('source_link').set(set).where('id', '=', id).execute());
    const trouble = { trouble: 'signed-out', sentence: 'HubSpot no longer accepts the key.', at: '2026-11-22T09:01:00Z' };
    await link({ state: 'running', trouble: JSON.stringify(trouble) });
    expect(await crm()).toMatchObject({ state: 'waiting', sentence: 'HubSpot no longer accepts the key.' });
    await link({ trouble: null });
    expect(await crm()).not.toHaveProperty('sentence');
  });

  test('a refusal goes before everything, of whichever CRM, until it is dealt with', async () => {
    await connect('hubspot');
    await connect('salesforce', { name: 'Salesforce EMEA' });
    await record('hubspot:4711:12');
    await record('salesforce:4711:00Q000000000001AAA');
    const operation = newId();
    await server.in((trx) =>
      queueWrites(trx, server.workspace, {
        operation,
        lead,
        body: { what: 'decision', at: '2026-11-22T09:00:00Z' },
        note: async () => 'x',
      }),
    );
    const rows = await server.in((trx) =>
      trx
        .selectFrom('source_write as w')
        .innerJoin('source_link as l', (join) => join.onRef('l.workspace', '=', 'w.workspace').onRef('l.id', '=', 'w.link'))
        .select(['w.id', 'l.source'])
        .where('w.operation', '=', operation)
        .execute(),
    );
    const of = (source: string) => rows.find((r) => r.source === source)!.id;
    await write(of('hubspot'), { state: 'sent', ended_at: '2026-11-22T09:01:00Z' });
    await write(of('salesforce'), { state: 'refused', ended_at: '2026-11-22T09:02:00Z', sentence: 'Salesforce: Budget must be known.' });
    expect(await crm()).toEqual({
      state: 'refused',
      at: '2026-11-22T09:02:00.000Z',
      sentence: 'Salesforce: Budget must be known.',
      write: of('salesforce'),
      name: 'Salesforce EMEA',
      link: 'https://ridgeway.my.salesforce.example/lightning/r/Lead/00Q000000000001AAA/view',
    });
    await write(of('salesforce'), { state: 'discarded', ended_at: '2026-11-22T09:03:00Z' });
    expect(await crm()).toMatchObject({ state: 'updated', name: 'HubSpot' });
  });

  test('of a CRM that was disconnected nothing is said', async () => {
    await connect('hubspot', { state: 'disconnected' });
    await record('hubspot:4711:12');
    const id = await act('2026-11-22T09:00:00Z').catch(() => undefined);
    expect(id).toBeUndefined();
    expect(await crm()).toEqual({ state: 'none' });
  });
});
