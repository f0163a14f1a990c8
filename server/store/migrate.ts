import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { codeOf } from './db.ts';
import { newId } from './id.ts';

/** Trouble that a person has to solve; the message is the whole story. */
export class StoreRefusal extends Error {}

export interface Migration {
  id: string;
  sql: string;
  checksum: string;
}

/** The migrations of this Baton, in order. */
export async function migrations(folder = new URL('./migrations/', import.meta.url)): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file) => {
      const sql = await readFile(new URL(file, folder), 'utf8');
      return { id: file.slice(0, -4), sql, checksum: createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex') };
    }),
  );
}

export interface MigrateOptions {
  all?: Migration[];
  /** The server will connect with the owner's address and become baton_app. */
  becomes?: boolean;
}

/**
 * Brings the database at `ownerUrl` up to this Baton, as its owner: each migration in a transaction of its own,
 * one process at a time. Returns the ids of those that were applied now.
 * Throws `StoreRefusal` when the database is newer than this Baton or an applied migration was edited.
 */
export async function migrate(ownerUrl: string, { all, becomes = false }: MigrateOptions = {}): Promise<string[]> {
  const wanted = all ?? (await migrations());
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'baton migrate', connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await ensureRole(client);
    if (becomes) await ensureMember(client);
    await ensureLedger(client);
    const done: string[] = [];
    for (const migration of wanted) if (await apply(client, migration, wanted)) done.push(migration.id);
    await ensureEra(client);
    return done;
  } finally {
    await client.end();
  }
}

/** The server's role: it may use the tables, within a workspace, and nothing more. */
async function ensureRole(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query(`select 1 from pg_roles where rolname = 'baton_app'`);
  if (!rowCount) {
    try {
      await client.query('create role baton_app nologin nosuperuser nocreatedb nocreaterole nobypassrls');
    } catch (error) {
      if (codeOf(error) === '42501')
        throw new StoreRefusal(
          'The database user may not create roles. Let an administrator run once: ' +
            'CREATE ROLE baton_app NOLOGIN NOBYPASSRLS; GRANT baton_app TO the user in DATABASE_URL;',
        );
      if (codeOf(error) !== '42710' && codeOf(error) !== '23505') throw error;
    }
  }
}

/** Lets the owner's connections become the server's role, for servers that are given one address for both. */
async function ensureMember(client: pg.Client): Promise<void> {
  try {
    await client.query('set role baton_app');
    await client.query('reset role');
  } catch {
    const { rows } = await client.query<{ me: string }>('select current_user as me');
    const me = client.escapeIdentifier(rows[0]?.me ?? '');
    try {
      await client.query(`grant baton_app to ${me}`);
    } catch {
      throw new StoreRefusal(`The database user ${me} may not become baton_app. Let an administrator run once: GRANT baton_app TO ${me};`);
    }
  }
}

async function ensureLedger(client: pg.Client): Promise<void> {
  for (;;) {
    try {
      await client.query(
        `create table if not exists migration (id text collate "C" primary key, checksum text not null, at timestamptz(3) not null default now());
         insert into migration (id, checksum) values ('', '') on conflict do nothing`,
      );
      return;
    } catch (error) {
      // Two processes creating the same table: one loses on a catalog index, then finds the table.
      if (codeOf(error) !== '23505' && codeOf(error) !== '42P07') throw error;
    }
  }
}

/** Whether it was applied now. The row with the empty id is the lock: another process waits here. */
async function apply(client: pg.Client, migration: Migration, all: Migration[]): Promise<boolean> {
  await client.query('begin');
  try {
    await client.query(`select 1 from migration where id = '' for update`);
    const { rows } = await client.query<{ id: string; checksum: string }>(`select id, checksum from migration where id <> ''`);
    const unknown = rows.filter((row) => !all.some((m) => m.id === row.id)).map((row) => row.id);
    if (unknown.length > 0)
      throw new StoreRefusal(
        `The data was written by a newer Baton (it knows ${unknown.join(', ')}). Start that version, or point this one at other data; nothing was changed.`,
      );
    const known = rows.find((row) => row.id === migration.id);
    if (known && known.checksum !== migration.checksum)
      throw new StoreRefusal(
        `The migration ${migration.id} is not the one that made this database. Start the Baton that made it, or point this one at other data; nothing was changed.`,
      );
    if (!known) {
      await client.query(migration.sql);
      await client.query('insert into migration (id, checksum) values ($1, $2)', [migration.id, migration.checksum]);
    }
    await client.query('commit');
    return !known;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/**
 * Feed cursors are transaction ids, which mean nothing in another cluster. When a dump has been restored into
 * one, every row moves to the present and the era changes, so that readers start over.
 */
async function ensureEra(client: pg.Client): Promise<void> {
  await client.query('begin');
  try {
    const { rows } = await client.query<{ system: string; was: string | null }>(
      `select (select system_identifier from pg_control_system())::text as system, (select system from store_state for update) as was`,
    );
    const [now] = rows;
    if (now && now.was !== now.system) {
      if (now.was !== null)
        await client.query(
          `alter table change no force row level security;
           alter table lead_event no force row level security;
           alter table leadset no force row level security;
           alter table leadset_touched no force row level security;
           update change set xid = pg_current_xact_id();
           update lead_event set xid = pg_current_xact_id();
           update leadset set xid = '0';
           update leadset_touched set xid = pg_current_xact_id();
           alter table change force row level security;
           alter table lead_event force row level security;
           alter table leadset force row level security;
           alter table leadset_touched force row level security`,
        );
      await client.query(
        `insert into store_state (system, era) values ($1, $2) on conflict (only_row) do update set system = excluded.system, era = excluded.era`,
        [now.system, newId()],
      );
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
