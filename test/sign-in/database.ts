import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openStore, type Store } from '../../server/store/db.ts';
import { migrate } from '../../server/store/migrate.ts';

const base = process.env.DEV_PG ?? 'postgres://postgres@127.0.0.1:54991/postgres';

/** A database of its own for one test file. */
export async function database(): Promise<{ store: Store; owner(): Promise<pg.Client>; stop(): Promise<void> }> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client(base);
  await admin.connect();
  await admin.query(`create database ${name}`);
  const url = base.replace(/\/postgres$/, `/${name}`);
  await migrate(url, { becomes: true });
  const store = openStore({ url });
  return {
    store,
    async owner() {
      const client = new pg.Client(url);
      await client.connect();
      return client;
    },
    async stop() {
      await store.close();
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}
