import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { hubspot } from '../../server/sources/hubspot/index.ts';
import { abandoned } from '../../server/sources/lease.ts';
import { runPull } from '../../server/sources/pull.ts';
import { newId } from '../../server/store/id.ts';
import { SimulatedClock } from '../fakes/clock.ts';
import { FakeHubspot } from '../fakes/hubspot.ts';
import { type TestServer, testServer } from '../server/harness.ts';
import { type Connected, connected } from './connected.ts';
import { mortal, untilDeath } from './mortal.ts';

/** Of all processes one reads; when it dies another goes on about a minute later, and not while it lives. */
let server: TestServer;
let clock: SimulatedClock;
let crm: FakeHubspot;
let one: Connected;
let name: string;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server?.close());
beforeEach(async () => {
  clock = new SimulatedClock();
  crm = new FakeHubspot(clock.now);
  name = newId();
  const mapping = { stageIn: {}, stageOut: {}, reasonOut: {}, fields: {}, writeFeedback: false, agreed: true };
  one = await connected(server, hubspot, crm, clock, { mapping, credentials: { token: crm.token } });
  for (let i = 0; i < 260; i++) crm.put({ email: `p${i}@${name}.example` });
  clock.at += 60_000;
});
const left = () => server.in((trx) => abandoned(trx, server.workspace, clock.at));
const told = () =>
  server.in((trx) =>
    trx.selectFrom('source_link').select(['people', 'cursor', 'lease_until']).where('id', '=', one.link).executeTakeFirstOrThrow(),
  );

test('a run that died holds the others up for less than a minute', async () => {
  expect(await untilDeath(() => runPull(mortal(one.run(), { beforeCall: (n) => (n === 4 ? 'die' : undefined) })))).toBeUndefined();
  expect(await one.pull()).toBe('busy');
  await clock.pass(30_000);
  expect(await left()).not.toContain(one.link);
  expect(await one.pull()).toBe('busy');
  await clock.pass(30_000);
  expect(await left()).toContain(one.link);
  expect(await one.pull()).toBe('done');
  expect(await told()).toMatchObject({ people: 260, lease_until: null });
  expect(await left()).not.toContain(one.link);
});

test('however slowly the CRM answers, a run that lives is not taken for dead', async () => {
  const others: string[] = [];
  const slow = mortal(one.run(), {
    async call(n, go) {
      if (n <= 4) {
        await clock.pass(70_000);
        expect(await left()).not.toContain(one.link);
        others.push(await one.pull());
      }
      return go();
    },
  });
  expect(await runPull(slow)).toBe('done');
  expect(others).toEqual(['busy', 'busy', 'busy', 'busy']);
  expect((await told()).people).toBe(260);
});

test('one that was taken for dead and wakes again keeps nothing of what it read, and leaves the other’s place', async () => {
  let asleep = false;
  const sleeper = mortal(one.run(), {
    async call(n, go) {
      const answer = await go();
      if (n !== 4) return answer;
      // The machine stood still: nothing of this process ran, and time went by.
      clock.at += 60_000;
      asleep = true;
      expect(await one.pull()).toBe('done');
      return answer;
    },
  });
  expect(await runPull(sleeper)).toBe('busy');
  expect(asleep).toBe(true);
  const before = await told();
  expect(before).toMatchObject({ people: 260, lease_until: null });
  expect(await one.pull()).toBe('done');
  expect(await told()).toMatchObject({ people: 260 });
});

test('what a dead process left is taken up by whoever runs jobs', async () => {
  const gone = { lease_until: new Date(Date.now() - 1_000), leased_by: newId() };
  await server.in((trx) => trx.updateTable('source_link').set(gone).where('id', '=', one.link).execute());
  await server.jobs.start();
  await server.jobs.send(server.workspace, 'source.takeover');
  // There is no HubSpot outside of this test: that it ended in trouble is proof enough that somebody asked in its place.
  await vi.waitUntil(async () => (await told()).lease_until === null, { timeout: 20_000 });
  const counted = await (await server.app.fetch(new Request(`${server.config.url}/metrics`))).text();
  expect(counted).toMatch(/^baton_source_runs_total\{source="hubspot",run="pull",end="trouble"\} 1$/m);
});
