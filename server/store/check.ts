import type pg from 'pg';
import { StoreRefusal } from './migrate.ts';

/** Oldest PostgreSQL that has everything used here, as `server_version_num`. */
const leastVersion = 150_000;

/** Refuses a database that is too old, and a connection that could see across workspaces or change history. @throws StoreRefusal */
export async function checkRole(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ me: string; version: number; above: boolean; owns: boolean; open: string[] }>(
    `select current_user as me, current_setting('server_version_num')::integer as version,
            (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as above,
            exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                    where n.nspname = 'public' and c.relkind in ('r', 'p') and pg_has_role(current_user, c.relowner, 'usage')) as owns,
            array(select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace' and not a.attisdropped
                  where n.nspname = 'public' and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)) as open`,
  );
  const [row] = rows;
  if (!row) throw new StoreRefusal('The database did not say who is connected.');
  if (row.version < leastVersion)
    throw new StoreRefusal(
      `The database is PostgreSQL ${Math.floor(row.version / 10_000)}; Baton needs ${leastVersion / 10_000} or newer.`,
    );
  if (row.above || row.owns)
    throw new StoreRefusal(
      `The server would run as the database role ${row.me}, which can pass row-level security; it must be one that cannot (baton_app). Nothing was started.`,
    );
  if (row.open.length > 0)
    throw new StoreRefusal(
      `Row-level security is not forced on ${row.open.join(', ')}. Run the migrations as the owner. Nothing was started.`,
    );
}
