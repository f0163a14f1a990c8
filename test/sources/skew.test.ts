import { expect, test } from 'vitest';
import { hubspot } from '../../server/sources/hubspot/index.ts';
import { SimulatedClock } from '../fakes/clock.ts';
import { FakeHubspot } from '../fakes/hubspot.ts';
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
