import { beforeEach, describe, expect, test } from 'vitest';
import { type ConnectionKeeper, connectionKeeper } from '../../lib/client/connection.ts';
import type { SessionStatus } from '../../lib/client/session/world.ts';
import { area, start } from './world.ts';

let now: number;
let status: SessionStatus;
let local: ReturnType<typeof area>;
let changes: number;
const open = (): ConnectionKeeper =>
  connectionKeeper({
    local,
    now: () => now,
    language: async () => 'en',
    status: async () => status,
    leads: async () => 48210,
    changed: () => void changes++,
  });
const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  now = start;
  local = area();
  changes = 0;
  status = { state: 'signed-in', backend: 'https://baton.ridgeway.example', user: 'u', since: '' };
});

describe('the connection', () => {
  test('says whether somebody signed out or the backend ended it', async () => {
    const out = { state: 'signed-out' as const, backend: 'https://baton.ridgeway.example', user: 'u' };
    status = { ...out, why: 'asked' };
    expect(await open().get()).toMatchObject({ state: 'signed-out', sentence: expect.stringMatching(/^You are signed out/) });
    status = { ...out, why: 'ended' };
    expect(await open().get()).toMatchObject({ state: 'signed-out', sentence: expect.stringMatching(/ended this sign-in.*is kept/) });
  });

  test('says how many entries this version cannot show, until the same call brings none of them', async () => {
    const keeper = open();
    keeper.answered(200, undefined);
    keeper.leftOut('GET /v1/queue', 2);
    await settled();
    keeper.answered(200, undefined);
    keeper.leftOut('GET /v1/users', 0);
    await settled();
    expect(await open().get()).toMatchObject({ state: 'live', leftOut: 2, sentence: expect.stringContaining('2 entries') });
    keeper.leftOut('GET /v1/queue', 0);
    await settled();
    expect((await open().get()).sentence).toBe(undefined);
  });

  test('is live after an answer, and cached when the last one is old', async () => {
    const keeper = open();
    keeper.answered(200, undefined);
    await settled();
    expect(await keeper.get()).toMatchObject({ state: 'live', leads: 48210, syncedAt: new Date(start).toISOString() });
    now += 10 * 60_000;
    expect(await open().get()).toMatchObject({ state: 'cached', syncedAt: new Date(start).toISOString() });
  });

  test('a refusal is an answer: the backend is there', async () => {
    const keeper = open();
    keeper.answered(422, undefined);
    await settled();
    expect((await keeper.get()).state).toBe('live');
  });

  test('says since when it is offline, not since the last try', async () => {
    const keeper = open();
    keeper.failed();
    await settled();
    now += 60_000;
    keeper.failed();
    await settled();
    expect(await open().get()).toMatchObject({ state: 'offline', offlineSince: new Date(start).toISOString() });
    keeper.answered(200, undefined);
    await settled();
    expect((await keeper.get()).state).toBe('live');
  });

  test('is paused for as long as the backend asked, and says so', async () => {
    const keeper = open();
    keeper.answered(429, 30_000);
    await settled();
    expect(await keeper.get()).toMatchObject({ state: 'paused', sentence: expect.any(String) });
    now += 30_001;
    expect((await keeper.get()).state).toBe('cached');
  });

  test('trouble of the backend is told apart from no network', async () => {
    const keeper = open();
    keeper.answered(500, undefined);
    await settled();
    expect(await keeper.get()).toMatchObject({ state: 'cached', sentence: expect.stringContaining('trouble') });
  });

  test.each<[string, (keeper: ConnectionKeeper) => void, string]>([
    ['no network', (keeper) => keeper.failed(), 'offline'],
    ['the browser says so', (keeper) => keeper.lost(), 'offline'],
    ['500', (keeper) => keeper.answered(500, undefined), 'cached'],
    ['a page of a hotel’s network', (keeper) => keeper.answered(502, undefined), 'cached'],
    ['away for a while', (keeper) => keeper.answered(503, 30_000), 'paused'],
    ['too many requests', (keeper) => keeper.answered(429, undefined), 'paused'],
    ['a token that could not be renewed just now', (keeper) => keeper.answered(401, undefined), 'live'],
    ['a refusal', (keeper) => keeper.answered(403, undefined), 'live'],
  ])('%s is no sign-out, and is told as what it is', async (_what, meet, state) => {
    const keeper = open();
    keeper.answered(200, undefined);
    await settled();
    meet(keeper);
    await settled();
    const told = await keeper.get();
    expect(told.state).toBe(state);
    // What is wrong has a sentence; what is not has none.
    expect(told.sentence !== undefined).toBe(state !== 'live');
  });

  test('signed out and not connected come before everything', async () => {
    const keeper = open();
    keeper.failed();
    status = { state: 'signed-out', backend: 'https://b.example', user: 'u', why: 'ended' };
    expect(await keeper.get()).toMatchObject({ state: 'signed-out', backend: 'https://b.example' });
    status = { state: 'not-connected' };
    expect(await keeper.get()).toEqual({ state: 'not-connected' });
  });

  test('tells a change of state once', async () => {
    const keeper = open();
    for (const httpStatus of [200, 200, 422]) keeper.answered(httpStatus, undefined);
    await settled();
    expect(changes).toBe(1);
    keeper.failed();
    keeper.failed();
    await settled();
    expect(changes).toBe(2);
  });
});
