import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Channel, channels, type TouchKind } from '../../lib/funnel/words.ts';
import { everybody, marks, type Stretches, these, touchesOf } from '../../server/reports/arithmetic/touched.ts';
import { newId } from '../../server/store/id.ts';
import { addTouches } from '../../server/store/touches.ts';
import { type TestServer, testServer } from '../server/harness.ts';

/** Touches come back from their packing as they were written. */

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server?.close());

const since = '2026-01-01T00:00:00.000Z';
const until = '2026-07-01T00:00:00.000Z';
const question = (trx: Parameters<Parameters<TestServer['in']>[0]>[0]) =>
  ({ trx, workspace: server.workspace }) as Parameters<typeof marks>[0];

async function campaign(id: string, channel: Channel): Promise<string> {
  await server.in((trx) => trx.insertInto('campaign').values({ workspace: server.workspace, id, name: id, key: id, channel }).execute());
  return id;
}
async function touch(person: string, at: string, some: { campaign?: string; channel?: Channel; kind?: TouchKind } = {}): Promise<void> {
  const { channel = 'other', kind = 'click', campaign } = some;
  const sourceId = newId();
  await server.in((trx) =>
    addTouches(trx, server.workspace, [{ person, at, kind, channel, source: 'test', sourceId, ...(campaign && { campaign }) }]),
  );
}

/** By person: when, and of what. */
const read = (stretches: (trx: Parameters<Parameters<TestServer['in']>[0]>[0]) => Promise<Stretches>) =>
  server.in(async (trx) => {
    const marked = await marks(question(trx));
    const found = new Map<string, string[]>();
    for await (const some of touchesOf(question(trx), marked, await stretches(trx), since, until))
      for (const [person, { n, at, of }] of some)
        found.set(
          person,
          Array.from({ length: n }, (_, i) => {
            const number = of[i]!;
            const what = marked.campaigns[number]?.id ?? 'none';
            return `${new Date(at[i]!).toISOString()} ${what} ${channels[marked.channelOf[number]!]}`;
          }),
        );
    return found;
  });

test('to the millisecond, in order, of the right campaign or channel; active ones of the span alone, of these people or of all', async () => {
  const [one, two, three] = [await server.lead(), await server.lead(), await server.lead()];
  const [first, second] = [await campaign(newId(), 'webinar'), await campaign(newId(), 'content')];
  await touch(one, since, { campaign: first, channel: 'email' });
  await touch(one, '2026-03-29T00:59:59.999Z', { campaign: second });
  await touch(one, '2026-03-29T00:59:59.998Z', { channel: 'paid_search' });
  await touch(one, '2025-12-31T23:59:59.999Z', { campaign: first });
  await touch(one, until, { campaign: first });
  await touch(one, '2026-04-01T00:00:00.000Z', { campaign: first, kind: 'opened' });
  const hours = Array.from({ length: 150 }, (_, i) => new Date(Date.parse('2026-02-01T00:00:00.001Z') + i * 3_600_000).toISOString());
  for (const [i, at] of hours.entries()) await touch(two, at, { channel: channels[i % channels.length]! });
  const expected = new Map([
    [one, [`${since} ${first} webinar`, '2026-03-29T00:59:59.998Z none paid_search', `2026-03-29T00:59:59.999Z ${second} content`]],
    [two, hours.map((at, i) => `${at} none ${channels[i % channels.length]}`)],
  ]);
  expect(await read(async () => these([two, one, three]))).toEqual(expected);
  expect(await read(async (trx) => (await everybody(question(trx))).stretches)).toEqual(expected);
  expect(await read(async () => these([one]))).toEqual(new Map([...expected].slice(0, 1)));
  expect(await read(async () => these([]))).toEqual(new Map());
});

test('campaigns whose ids end alike are told apart by what stands before, and from channels', async () => {
  const person = await server.lead();
  // The second ends as the first, the third is of one time with both, the last ends as a number would.
  const ids = [
    '0199aaaa-0001-7001-8001-0a0b0c0d0e0f',
    '0199aaaa-0002-7002-8001-0a0b0c0d0e0f',
    '0199aaaa-0002-7001-8002-0a0b0c0d0e0f',
    '0199aaaa-0003-7001-8003-000000000003',
  ];
  for (const [i, id] of ids.entries())
    await touch(person, `2026-05-0${i + 1}T00:00:00.000Z`, { campaign: await campaign(id, channels[i]!) });
  await touch(person, '2026-05-05T00:00:00.000Z', { channel: channels[3] });
  expect((await read(async () => these([person]))).get(person)).toEqual([
    ...ids.map((id, i) => `2026-05-0${i + 1}T00:00:00.000Z ${id} ${channels[i]}`),
    `2026-05-05T00:00:00.000Z none ${channels[3]}`,
  ]);
});
