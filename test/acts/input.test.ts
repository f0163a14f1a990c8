import { afterAll, beforeAll, expect, test } from 'vitest';
import { giveFeedback } from '../../lib/contract/routes/feedback.ts';
import { addLead, decide } from '../../lib/contract/routes/leads.ts';
import type { User } from '../../server/http/user.ts';
import { newId } from '../../server/store/id.ts';
import { type TestServer, testServer } from '../server/harness.ts';
import { helpers } from './help.ts';

let server: TestServer;
let help: ReturnType<typeof helpers>;
let rep: User;
beforeAll(async () => {
  server = await testServer();
  help = helpers(server);
  rep = await server.user('rep');
});
afterAll(() => server?.close());

test('characters that no store keeps are named, not tripped over', async () => {
  const lead = await server.lead();
  for (const note of ['a\0b', 'a\ud800b']) {
    const { status, body } = await server.call(rep, giveFeedback, {
      params: { id: lead },
      body: { kind: 'insight', note, actedAt: help.now() },
    });
    expect([status, body.errors[0].pointer]).toEqual([400, '/note']);
  }
  const added = { id: newId(), name: 'Zoë 🚀 王', keys: [{ kind: 'email' as const, value: `${newId()}@x.example` }], actedAt: help.now() };
  expect((await server.call(rep, addLead, { body: added })).body.card.person.name).toBe('Zoë 🚀 王');
});

test('ids may come in capitals', async () => {
  const id = newId();
  const add = await server.call(rep, addLead, {
    body: { id: id.toUpperCase(), name: 'Ruth', keys: [{ kind: 'email', value: 'ruth@x.example' }], actedAt: help.now() },
  });
  expect([add.status, add.body.card?.id]).toEqual([201, id]);
  const act = await server.call(rep, decide, {
    params: { id: id.toUpperCase() },
    body: { kind: 'qualify', criteria: [], basis: 1, agreement: 1, actedAt: help.now() },
  });
  expect(act.status).toBe(201);
});
