import { createHash, randomBytes } from 'node:crypto';
import { addReadKey, readKeyPrefix, readKeys, revokeReadKey } from '../../lib/contract/routes/read-keys.ts';
import { addWriteKey, revokeWriteKey, writeKeys } from '../../lib/contract/routes/write-keys.ts';
import type { App } from '../http/app.ts';
import { noSuch } from '../http/problem.ts';
import { recordAudit } from '../store/audit.ts';
import { newId } from '../store/id.ts';
import { byOf } from './common.ts';

/** How a key is kept and found: not the key itself. It is long and random, so a fast hash is enough. */
export const keyHash = (key: string): Buffer => createHash('sha256').update(key).digest();

/** Keys of two kinds, made and revoked alike: with the one web sites and servers send events, with the other systems read them. */
const kinds = [
  { table: 'write_key', action: 'write-key', prefix: '', list: writeKeys, add: addWriteKey, revoke: revokeWriteKey },
  { table: 'read_key', action: 'read-key', prefix: readKeyPrefix, list: readKeys, add: addReadKey, revoke: revokeReadKey },
] as const;

export function routes(app: App): void {
  for (const { action, prefix, list, add, revoke, ...kind } of kinds) {
    // Both tables have the same columns.
    const table = kind.table as 'write_key';

    app.handle(list, async ({ trx, workspace }) => {
      const rows = await trx
        .selectFrom(table)
        .select(['id', 'name', 'ends_with', 'created_at', 'last_used_at', 'revoked_at'])
        .where('workspace', '=', workspace)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .execute();
      return { items: rows.map(shown) };
    });

    app.handle(add, async ({ trx, workspace, user, body, receivedAt }) => {
      const key = prefix + randomBytes(24).toString('base64url');
      const row = await trx
        .insertInto(table)
        .values({ workspace, id: newId(), name: body.name, hash: keyHash(key), ends_with: key.slice(-4), made_by: user.id })
        .returning(['id', 'name', 'ends_with', 'created_at', 'last_used_at', 'revoked_at'])
        .executeTakeFirstOrThrow();
      await recordAudit(trx, workspace, byOf(user), {
        at: receivedAt,
        action: `${action}.add`,
        subject: row.id,
        detail: { name: body.name },
      });
      return { ...shown(row), key };
    });

    app.handle(revoke, async ({ trx, workspace, user, params, receivedAt }) => {
      const row = await trx
        .selectFrom(table)
        .select('revoked_at')
        .where('workspace', '=', workspace)
        .where('id', '=', params.id)
        .forUpdate()
        .executeTakeFirst();
      if (!row) throw noSuch('key');
      if (row.revoked_at === null) {
        await trx
          .updateTable(table)
          .set({ revoked_at: receivedAt })
          .where('workspace', '=', workspace)
          .where('id', '=', params.id)
          .execute();
        await recordAudit(trx, workspace, byOf(user), { at: receivedAt, action: `${action}.revoke`, subject: params.id });
      }
      return undefined;
    });
  }
}

interface Row {
  id: string;
  name: string;
  ends_with: string;
  created_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
}
const shown = (row: Row) => ({
  id: row.id,
  name: row.name,
  endsWith: row.ends_with,
  createdAt: row.created_at,
  ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
  ...(row.revoked_at !== null && { revokedAt: row.revoked_at }),
});
