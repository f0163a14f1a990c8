import { expect, test } from 'vitest';
import { hubspot } from '../../server/sources/hubspot/index.ts';
import { salesforce } from '../../server/sources/salesforce/index.ts';
import { SimulatedClock } from '../fakes/clock.ts';
import { FakeHubspot } from '../fakes/hubspot.ts';
import { FakeSalesforce } from '../fakes/salesforce.ts';
import { testLink } from './link.ts';

const mapping = { stageIn: {}, stageOut: {}, reasonOut: {}, fields: {}, writeFeedback: false, agreed: true };

test('a CRM whose clock differs is known by one difference, although its answers tell whole seconds; a clock that is set anew is noticed', async () => {
  const clock = new SimulatedClock();
  let ahead = -180_000;
  const crm = new FakeHubspot(() => clock.at + ahead);
  const link = testLink(crm, clock, { token: crm.token }, mapping);
  const differences = new Set<number>();
  for (let i = 0; i < 60; i++) {
    await hubspot.account(link);
    differences.add(link.skew);
    clock.at += 137;
  }
  expect([...differences]).toHaveLength(1);
  expect(Math.abs([...differences][0]! - ahead)).toBeLessThanOrEqual(500);
  const at = new Date(clock.at).toISOString();
  expect(Math.abs(Date.parse(link.theirs(at)) - (clock.at + ahead))).toBeLessThanOrEqual(500);

  ahead = 0;
  await hubspot.account(link);
  expect(link.theirs(at)).toBe(at);
});

/** Else what changes there within the difference would lie before it, and never be told. */
test('the first import begins to follow changes at the CRM’s own time, where that is well behind', async () => {
  const clock = new SimulatedClock();
  const theirs = () => clock.at - 420_000;
  const hub = new FakeHubspot(theirs);
  hub.put({ email: 'dana@one.example' });
  const force = new FakeSalesforce(theirs);
  force.add('Lead', { Name: 'Dana', Email: 'dana@one.example' });
  const address = 'https://ridgeway.my.salesforce.example';
  const first = async (pages: ReturnType<typeof hubspot.pull>) => {
    const { value } = await pages.next();
    return JSON.parse(value!.cursor);
  };
  const contacts = (await first(hubspot.pull(testLink(hub, clock, { token: hub.token }, mapping), undefined))).contacts;
  const signedIn = { address, clientId: force.client.id, clientSecret: force.client.secret };
  const { places } = await first(salesforce.pull(testLink(force, clock, signedIn, mapping), undefined));
  for (const from of [contacts.began ?? contacts.since, Date.parse(places['Lead deleted'].at)])
    expect(from).toBeLessThanOrEqual(theirs() + 500);
});
