import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkRole } from '../../../server/store/check.ts';
import { codeOf, type Trx } from '../../../server/store/db.ts';
import { newId } from '../../../server/store/id.ts';
import { StoreRefusal } from '../../../server/store/migrate.ts';
import { type TestServer, testServer } from '../harness.ts';

let server: TestServer;
let other: string;
let tables: string[];

beforeAll(async () => {
  // One connection, so that whatever a transaction leaves behind meets the next one.
  server = await testServer({ connections: 1 });
  await server.lead();
  other = await server.anotherWorkspace();
  await server.lead({ workspace: other });
  const owner = new pg.Client({ connectionString: server.ownerUrl });
  await owner.connect();
  const { rows } = await owner.query<{ name: string }>(
    `select c.relname as name from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace' and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`,
  );
  await owner.end();
  tables = rows.map(({ name }) => name);
});
afterAll(() => server?.close());

const count = async (trx: Trx, table: string): Promise<number> =>
  (await sql<{ n: number }>`select count(*)::integer as n from ${sql.table(table)}`.execute(trx)).rows[0]!.n;

describe('row-level security', () => {
  test('stands on every table of a workspace', async () => {
    expect(tables).toEqual(expect.arrayContaining(['person', 'lead', 'touch', 'operation', 'app_user', 'audit', 'key_tag']));
    const owner = new pg.Client({ connectionString: server.ownerUrl });
    await owner.connect();
    const { rows } = await owner.query(
      `select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace' and not a.attisdropped
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)`,
    );
    await owner.end();
    expect(rows).toEqual([]);
  });

  test('without a workspace there is an error or nothing, also on a connection that had one before', async () => {
    const look = async () => {
      for (const table of tables) {
        const seen = await server.store.outside((db) => count(db, table)).catch((error) => codeOf(error));
        // 42704: the setting is not there; 22P02: it is empty; 42501: no right to the table at all.
        expect([0, '42704', '22P02', '42501'], table).toContain(seen);
      }
    };
    await look();
    await server.in((trx) => trx.selectFrom('person').selectAll().execute());
    await look();
  });

  test('one workspace does not see, change or write into another', async () => {
    await server.in(async (trx) => {
      for (const table of tables) {
        const foreign = await sql<{
          n: number;
        }>`select count(*)::integer as n from ${sql.table(table)} where workspace <> ${server.workspace}::uuid`
          .execute(trx)
          .catch((error) => {
            throw new Error(`${table}: ${error.message}`);
          });
        expect(foreign.rows[0]!.n, table).toBe(0);
      }
      const changed = await trx.updateTable('person').set({ name: 'Mallory' }).where('workspace', '=', other).executeTakeFirst();
      expect(changed.numUpdatedRows).toBe(0n);
      const deleted = await trx.deleteFrom('person').where('workspace', '=', other).executeTakeFirst();
      expect(deleted.numDeletedRows).toBe(0n);
    });
    const written = server.in((trx) => trx.insertInto('person').values({ workspace: other, id: newId(), name: 'Mallory' }).execute());
    await expect(written).rejects.toMatchObject({ code: '42501' });
  });

  test('a transaction that is over cannot be used in the next one’s workspace', async () => {
    let stale: Trx | undefined;
    await server.in(async (trx) => {
      stale = trx;
    });
    const next = server.store.inWorkspace(other, async () => stale!.selectFrom('person').selectAll().execute());
    await expect(next).rejects.toThrow('This transaction is over');
  });

  test('a transaction cannot be begun inside one', async () => {
    await expect(server.in((trx) => trx.transaction().execute(async () => 1))).rejects.toThrow('use the one you were given');
  });

  test('a workspace that is none is refused before the database is asked', async () => {
    await expect(server.store.inWorkspace(`x'; drop table person; --`, async () => 1)).rejects.toThrow('Not a workspace id');
  });

  test('a swallowed error does not look like a success', async () => {
    const work = server.in(async (trx) => {
      await sql`select 1 / 0`.execute(trx).catch(() => undefined);
    });
    await expect(work).rejects.toThrow('rolled back');
  });
});

describe('the server’s role', () => {
  test('is refused when it could pass row-level security', async () => {
    for (const url of [server.adminUrl, server.ownerUrl]) {
      const pool = new pg.Pool({ connectionString: url, max: 1 });
      await expect(checkRole(pool)).rejects.toThrow(StoreRefusal);
      await pool.end();
    }
    await checkRole(server.store.pool);
  });

  test('reads what stands before the workspaces by exact match alone', async () => {
    const user = await server.user('rep');
    await server.store.outside(async (db) => {
      const found = await sql<{ id: string }>`select id from users_by_email(${user.email})`.execute(db);
      expect(found.rows).toEqual([{ id: user.id }]);
      expect((await sql`select id from users_by_email('%')`.execute(db)).rows).toEqual([]);
    });
    for (const table of ['secret', 'sign_in_record'])
      await expect(server.store.outside((db) => count(db, table))).rejects.toMatchObject({ code: '42501' });
  });
});

describe('answers of the database', () => {
  test('come as the types say', async () => {
    await server.in(async (trx) => {
      const { rows } = await sql`
        select 12::bigint as big, '2026-11-22 09:00:00.12+00'::timestamptz as at, '2026-11-22 09:00:00+00'::timestamptz as whole,
               '2026-11-22'::date as day, 1.50::numeric as exact, array['a', 'b c', 'q"o,te'] as list, '{}'::text[] as none,
               '{"a":[1]}'::jsonb as json, '\\x00ff'::bytea as bytes`.execute(trx);
      expect(rows[0]).toEqual({
        big: 12,
        at: '2026-11-22T09:00:00.120Z',
        whole: '2026-11-22T09:00:00.000Z',
        day: '2026-11-22',
        exact: '1.50',
        list: ['a', 'b c', 'q"o,te'],
        none: [],
        json: { a: [1] },
        bytes: Buffer.from([0, 255]),
      });
      await expect(sql`select 9007199254740993::bigint`.execute(trx)).rejects.toThrow('too large to be exact');
    });
  });
});
