import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cardsFeed } from '../../../lib/contract/routes/cards.ts';
import { events } from '../../../lib/contract/routes/events.ts';
import { addReadKey, readKeys, revokeReadKey } from '../../../lib/contract/routes/read-keys.ts';
import { decodeCursor, encodeCursor, recordChange } from '../../../server/store/change.ts';
import { recordEvents } from '../../../server/store/history.ts';
import { newId } from '../../../server/store/id.ts';
import { erasePerson } from '../../../server/store/people.ts';
import { type TestServer, testServer } from '../harness.ts';

const writers = 50;
const writesEach = 12;

let server: TestServer;
beforeAll(async () => {
  server = await testServer({ connections: writers + 5, limits: { requests: { quota: 1e6, window: 1 } } });
});
afterAll(() => server?.close());

/** Follows a feed from a cursor to its present end. */
async function follow(
  user: Awaited<ReturnType<TestServer['user']>>,
  since: string | undefined,
  scope: 'mine' | 'workspace' = 'mine',
  limit = 7,
) {
  const items: { id: string; version?: number; gone?: boolean; person?: unknown }[] = [];
  for (;;) {
    const { status, body } = await server.call(user, cardsFeed, { query: { limit, scope, ...(since !== undefined && { since }) } });
    expect(status).toBe(200);
    items.push(...body.items);
    since = body.next;
    if (!body.more) return { items, next: since };
  }
}

describe('fifty writers and one reader', () => {
  test('nothing is missed and nothing comes twice', async () => {
    const user = await server.user('rep');
    const w = server.workspace;
    const leads = await Promise.all(Array.from({ length: 25 }, () => server.lead()));
    let { next: cards } = await follow(user, undefined);
    let { next: log } = (await server.call(user, events, { query: { limit: 1000 } })).body;

    const written: string[] = [];
    let writing = true;
    const work = Promise.all(
      Array.from({ length: writers }, async (_, n) => {
        for (let i = 0; i < writesEach; i++) {
          const name = `${n}/${i}`;
          await server.in(async (trx) => {
            // Some take their place in line early and commit late: what the reader must not pass by.
            await sql`select pg_current_xact_id(), pg_sleep(${(n % 5 === 0 ? 0.05 : 0.005) * Math.random()}::double precision)`.execute(
              trx,
            );
            const lead = leads[(n * 7 + i * 3) % leads.length]!;
            await recordChange(trx, w, [lead]);
            const at = new Date().toISOString();
            await recordEvents(trx, w, { kind: 'source', id: 'test' }, { at, receivedAt: at }, [
              { person: lead, kind: 'added', data: { name } },
            ]);
            await sql`select pg_sleep(${0.01 * Math.random()}::double precision)`.execute(trx);
          });
          written.push(name);
        }
      }),
    ).finally(() => {
      writing = false;
    });

    const seen: string[] = [];
    const versions: { id: string; version?: number }[] = [];
    const read = async () => {
      const more = await follow(user, cards);
      cards = more.next;
      versions.push(...more.items);
      for (;;) {
        const { body } = await server.call(user, events, { query: { since: log, limit: 9 } });
        log = body.next;
        seen.push(...body.items.map((item) => item.data.name as string));
        if (!body.more) break;
      }
    };
    while (writing) await read();
    await work;
    await read();

    expect(written).toHaveLength(writers * writesEach);
    expect(seen.toSorted()).toEqual(written.toSorted());
    const perLead = Map.groupBy(versions, ({ id }) => id);
    const last = await server.in((trx) => trx.selectFrom('change').select(['lead', 'version']).where('workspace', '=', w).execute());
    for (const { lead, version } of last) {
      const told = (perLead.get(lead) ?? []).map((item) => item.version!);
      expect(told.at(-1), lead).toBe(version);
      // In order and each state once: a version grows with every change.
      expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
    }
  });
});

describe('what a reader gets', () => {
  test('first the cards kept ready, then changes: full for mine, stubs for others, gone for erased', async () => {
    const [rep, other] = [await server.user('rep'), await server.user('rep')];
    const mine = await server.lead({ name: 'Mine', stage: 'sal', lead: { owner: rep.id } });
    const handed = await server.lead({
      name: 'Handed to me',
      stage: 'mql',
      lead: { handoff: { id: newId(), state: 'waiting', holder: rep.id, openedAt: new Date().toISOString(), criteria: [], why: ['why'] } },
    });
    const others = await server.lead({ name: 'Other', stage: 'sal', lead: { owner: other.id } });
    const start = await follow(rep, undefined, 'mine', 1);
    expect(start.items.map(({ id }) => id).toSorted()).toEqual([mine, handed].toSorted());
    expect(start.items.every((item) => item.person !== undefined)).toBe(true);

    await server.in((trx) => recordChange(trx, server.workspace, [mine, others]));
    const then = await follow(rep, start.next);
    expect(then.items).toHaveLength(2);
    expect(then.items.find(({ id }) => id === mine)).toMatchObject({ person: { name: 'Mine' }, version: 2 });
    expect(then.items.find(({ id }) => id === others)).toEqual({ id: others, version: 2 });
    expect((await follow(rep, then.next)).items).toEqual([]);

    await server.in((trx) => erasePerson(trx, server.workspace, others));
    expect((await follow(rep, then.next)).items).toEqual([{ id: others, gone: true }]);

    const all = await follow(rep, undefined, 'workspace');
    const ids = await server.in((trx) => trx.selectFrom('lead').select('id').where('workspace', '=', server.workspace).execute());
    expect(all.items.map(({ id }) => id).toSorted()).toEqual(ids.map(({ id }) => id).toSorted());
  });

  test('changes made while the first cards are fetched come after them', async () => {
    const rep = await server.user('rep');
    const leads = await Promise.all(Array.from({ length: 3 }, () => server.lead({ stage: 'sal', lead: { owner: rep.id } })));
    const first = await server.call(rep, cardsFeed, { query: { limit: 1 } });
    const early = first.body.items[0]!.id;
    await server.in((trx) => recordChange(trx, server.workspace, [early]));
    const rest = await follow(rep, first.body.next);
    expect(rest.items.slice(0, 2).map(({ id }) => id)).toEqual(leads.toSorted().filter((id) => id !== early));
    expect(rest.items.slice(2)).toMatchObject([{ id: early, version: 2 }]);
  });

  test('a cursor of another store starts over, and one that is none is refused', async () => {
    const rep = await server.user('rep');
    const mine = await server.lead({ stage: 'sal', lead: { owner: rep.id } });
    const { next } = await follow(rep, undefined);
    const cursor = decodeCursor(next!.slice(1))!;
    const foreign = `c${encodeCursor({ ...cursor, era: newId() })}`;
    expect((await follow(rep, foreign)).items).toMatchObject([{ id: mine }]);
    for (const since of ['nonsense', 'c', `c${Buffer.from('a.b.c').toString('base64url')}`])
      expect((await server.call(rep, cardsFeed, { query: { since } })).status).toBe(400);
    expect((await server.call(rep, events, { query: { since: 'nonsense' } })).status).toBe(400);
  });
});

describe('a read key', () => {
  const with_ = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

  test('reads the events of its workspace and nothing else, until it is revoked', async () => {
    const admin = await server.user('admin');
    const rep = await server.user('rep');
    const lead = await server.lead();
    const made = await server.call(admin, addReadKey, { body: { name: 'Warehouse' } });
    expect(made.status).toBe(201);
    const { key, id } = made.body;
    const read = await server.call(undefined, events, { query: { limit: 1000 }, ...with_(key) });
    expect(read.status).toBe(200);
    expect(read.body).toEqual((await server.call(rep, events, { query: { limit: 1000 } })).body);
    expect(read.body.items.map(({ lead: of }) => of)).toContain(lead);
    // It is listed without itself, kept only as a hash, and its use is seen.
    const [listed] = (await server.call(admin, readKeys)).body.items;
    expect(listed).toMatchObject({ id, name: 'Warehouse', endsWith: key.slice(-4), lastUsedAt: expect.any(String) });
    const row = await server.in((trx) => trx.selectFrom('read_key').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
    expect(JSON.stringify({ listed, row: { ...row, hash: row.hash.toString('latin1') } })).not.toContain(key);
    expect((await server.call(rep, addReadKey, { body: { name: 'Mine' } })).status).toBe(403);

    expect((await server.call(undefined, cardsFeed, with_(key))).status).toBe(403);
    expect((await server.call(undefined, readKeys, with_(key))).status).toBe(403);
    expect((await server.call(undefined, events, with_(`${key}x`))).status).toBe(401);
    expect((await server.call(undefined, events)).status).toBe(401);
    const stranger = await server.user('admin', { workspace: await server.anotherWorkspace() });
    expect((await server.call(stranger, revokeReadKey, { params: { id } })).status).toBe(404);
    const theirs = (await server.call(stranger, addReadKey, { body: { name: 'Theirs' } })).body.key;
    const others = await server.call(undefined, events, { query: { limit: 1000 }, ...with_(theirs) });
    expect(others.body.items.map(({ lead: of }) => of)).not.toContain(lead);

    expect((await server.call(admin, revokeReadKey, { params: { id } })).status).toBe(204);
    expect((await server.call(undefined, events, with_(key))).status).toBe(401);
  });
});
