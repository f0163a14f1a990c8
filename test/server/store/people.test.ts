import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importTagKey, tagOf } from '../../../lib/funnel/tag.ts';
import { newId } from '../../../server/store/id.ts';
import { companyDomain, companyKey, wordsOf } from '../../../server/store/names.ts';
import {
  createPerson,
  erasedAmong,
  erasePerson,
  findByKeys,
  keyText,
  tieKeys,
  untieKey,
  updatePerson,
} from '../../../server/store/people.ts';
import { addTouches } from '../../../server/store/touches.ts';
import { type TestServer, testServer } from '../harness.ts';

let server: TestServer;
let w: string;
beforeAll(async () => {
  server = await testServer();
  w = server.workspace;
});
afterAll(() => server?.close());

const dana = { kind: 'email' as const, value: 'dana@northwind.example' };

describe('keys', () => {
  test('are tied once, with the tag that the device makes of them', async () => {
    const a = await server.in((trx) => createPerson(trx, w, { name: 'Dana' }));
    const b = await server.in((trx) => createPerson(trx, w, { name: 'Not Dana' }));
    const first = await server.in((trx) => tieKeys(trx, w, a, [dana, dana], 'test'));
    expect(first.tied).toMatchObject([dana]);
    expect(await server.in((trx) => tieKeys(trx, w, a, [dana], 'test'))).toEqual({ tied: [], taken: [] });
    expect(await server.in((trx) => tieKeys(trx, w, b, [dana], 'test'))).toEqual({ tied: [], taken: [{ ...dana, person: a }] });
    await server.in(async (trx) => {
      const key = await trx.selectFrom('leadset_key').selectAll().where('workspace', '=', w).executeTakeFirstOrThrow();
      const tag = await tagOf(await importTagKey(Uint8Array.from(key.key)), dana.kind, dana.value);
      const row = await trx
        .selectFrom('key_tag')
        .selectAll()
        .where('workspace', '=', w)
        .where('tag', '=', Buffer.from(tag))
        .executeTakeFirst();
      expect(row).toMatchObject({ person: a, person_key: first.tied[0]!.id, kid: key.kid });
    });
    expect(await server.in((trx) => untieKey(trx, w, b, first.tied[0]!.id))).toBeUndefined();
    expect(await server.in((trx) => untieKey(trx, w, a, first.tied[0]!.id))).toEqual(dana);
    expect((await server.in((trx) => findByKeys(trx, w, [dana]))).size).toBe(0);
  });

  test('tied by many at once belong to one', async () => {
    const key = { kind: 'linkedin' as const, value: 'dana-w' };
    const people = await Promise.all(Array.from({ length: 8 }, () => server.in((trx) => createPerson(trx, w, {}))));
    const results = await Promise.all(people.map((person) => server.in((trx) => tieKeys(trx, w, person, [key, dana], 'test'))));
    expect(results.filter(({ tied }) => tied.length > 0)).toHaveLength(1);
    expect(results.flatMap(({ taken }) => taken)).toHaveLength(14);
  });
});

test('names are found again after they changed', async () => {
  const id = await server.in((trx) => createPerson(trx, w, { name: 'Zoë Łukasz', company: 'Ærø Söhne GmbH' }));
  const words = () =>
    server.in((trx) => trx.selectFrom('person_word').select('word').where('workspace', '=', w).where('person', '=', id).execute());
  expect((await words()).map(({ word }) => word).sort()).toEqual(['gmbh', 'lukasz', 'sohne', 'zoe', 'ærø'.replace('ø', 'o')].sort());
  expect(await server.in((trx) => updatePerson(trx, w, id, { name: 'Zoe L' }))).toBe(true);
  expect(await server.in((trx) => updatePerson(trx, w, id, { name: 'Zoe L' }))).toBe(false);
  expect((await words()).map(({ word }) => word)).toContain('l');
  expect((await words()).map(({ word }) => word)).not.toContain('lukasz');
  expect(wordsOf('田中 太郎')).toEqual(['田中', '太郎']);
  expect(companyKey('Northwind Labs, Inc.')).toBe(companyKey('NORTHWIND LABS'));
  expect(companyKey('AG')).toBe('ag');
  expect(companyDomain('dana@gmail.com')).toBeNull();
  expect(companyDomain('dana@northwind.example')).toBe('northwind.example');
});

describe('touches', () => {
  test('are counted once each, however they come, and passive ones move the card once an hour', async () => {
    const id = await server.lead({ email: 'touched@northwind.example' });
    const campaign = newId();
    await server.in((trx) =>
      trx.insertInto('campaign').values({ workspace: w, id: campaign, name: 'Q4', key: 'q4', channel: 'webinar' }).execute(),
    );
    const touch = (n: number, kind: 'opened' | 'click') => ({
      person: id,
      at: new Date(Date.UTC(2026, 10, 1, n)).toISOString(),
      kind,
      channel: 'webinar' as const,
      campaign,
      source: 'test',
      sourceId: `t${n}`,
    });
    const version = async () =>
      (
        await server.in((trx) =>
          trx.selectFrom('change').select('version').where('workspace', '=', w).where('lead', '=', id).executeTakeFirstOrThrow(),
        )
      ).version;
    const before = await version();
    // The same events from ten sides at once.
    const all = [touch(1, 'click'), touch(2, 'click'), touch(3, 'opened'), touch(1, 'click')];
    const fresh = await Promise.all(Array.from({ length: 10 }, () => server.in((trx) => addTouches(trx, w, all))));
    expect(fresh.flat()).toHaveLength(3);
    const counts = await server.in((trx) =>
      trx.selectFrom('person_campaign').selectAll().where('workspace', '=', w).where('person', '=', id).execute(),
    );
    expect(counts).toMatchObject([{ active: 2, passive: 1, first_at: '2026-11-01T01:00:00.000Z', last_at: '2026-11-01T03:00:00.000Z' }]);
    expect(await version()).toBe(before + 1);
    await server.in((trx) => addTouches(trx, w, [touch(4, 'opened')]));
    expect(await version()).toBe(before + 1);
    await server.in((trx) => addTouches(trx, w, [touch(5, 'click')]));
    expect(await version()).toBe(before + 2);
  });
});

test('an erased person leaves nothing but keyed hashes and a gap in the feed', async () => {
  const key = { kind: 'email' as const, value: 'gone@northwind.example' };
  const id = await server.lead({ name: 'Gone Girl', email: key.value });
  await server.in(async (trx) => {
    await trx.insertInto('person_alias').values({ workspace: w, kind: 'anonymous', value: 'anon-1', person: id }).execute();
    await trx
      .insertInto('anonymous_event')
      .values({
        workspace: w,
        anonymous_id: 'anon-1',
        source: 's',
        source_id: '1',
        at: new Date(),
        body: JSON.stringify({ email: key.value }),
      })
      .execute();
    await trx
      .insertInto('ingest_reject')
      .values({ workspace: w, id: newId(), source: 's', reason: 'r', body: JSON.stringify({ email: 'GONE@northwind.example' }) })
      .execute();
  });
  expect(await server.in((trx) => erasePerson(trx, w, id))).toBe(true);
  expect(await server.in((trx) => erasePerson(trx, w, id))).toBe(false);
  await server.in(async (trx) => {
    expect(await erasedAmong(trx, w, [key, dana])).toEqual(new Set([keyText(key)]));
    const change = await trx.selectFrom('change').select('gone').where('workspace', '=', w).where('lead', '=', id).executeTakeFirst();
    expect(change).toEqual({ gone: true });
    for (const table of [
      'person',
      'person_key',
      'key_tag',
      'lead',
      'person_word',
      'lead_event',
      'stage_change',
      'ingest_reject',
      'anonymous_event',
    ] as const) {
      const rows = await trx.selectFrom(table).selectAll().where('workspace', '=', w).execute();
      expect(JSON.stringify(rows), table).not.toMatch(/gone|girl/i);
    }
  });
});
