import { createHash, randomBytes } from 'node:crypto';
import { addWriteKey, revokeWriteKey, writeKeys } from '../../lib/contract/routes/write-keys.ts';
import type { App } from '../http/app.ts';
import { notFound } from '../http/problem.ts';
import { recordAudit } from '../store/audit.ts';
import { newId } from '../store/id.ts';
import { byOf } from './common.ts';

/** How a write key is kept and found: not the key itself. It is long and random, so a fast hash is enough. */
export const writeKeyHash = (key: string): Buffer => createHash('sha256').update(key).digest();

export function routes(app: App): void {
  app.handle(writeKeys, async ({ trx, workspace }) => {
    const rows = await trx
      .selectFrom('write_key')
      .select(['id', 'name', 'ends_with', 'created_at', 'last_used_at', 'revoked_at'])
      .where('workspace', '=', workspace)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .execute();
    return { items: rows.map(toWriteKey) };
  });

  app.handle(addWriteKey, async ({ trx, workspace, user, body, receivedAt }) => {
    const key = randomBytes(24).toString('base64url');
    const row = await trx
      .insertInto('write_key')
      .values({ workspace, id: newId(), name: body.name, hash: writeKeyHash(key), ends_with: key.slice(-4), made_by: user.id })
      .returning(['id', 'name', 'ends_with', 'created_at', 'last_used_at', 'revoked_at'])
      .executeTakeFirstOrThrow();
    await recordAudit(trx, workspace, byOf(user), {
      at: receivedAt,
      action: 'write-key.add',
      subject: row.id,
      detail: { name: body.name },
    });
    return { ...toWriteKey(row), key };
  });

  app.handle(revokeWriteKey, async ({ trx, workspace, user, params, receivedAt }) => {
    const row = await trx
      .selectFrom('write_key')
      .select('revoked_at')
      .where('workspace', '=', workspace)
      .where('id', '=', params.id)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw notFound('There is no such write key.');
    if (row.revoked_at === null) {
      await trx
        .updateTable('write_key')
        .set({ revoked_at: receivedAt })
        .where('workspace', '=', workspace)
        .where('id', '=', params.id)
        .execute();
      await recordAudit(trx, workspace, byOf(user), { at: receivedAt, action: 'write-key.revoke', subject: params.id });
    }
    return undefined;
  });
}

interface Row {
  id: string;
  name: string;
  ends_with: string;
  created_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
}
const toWriteKey = (row: Row) => ({
  id: row.id,
  name: row.name,
  endsWith: row.ends_with,
  createdAt: row.created_at,
  ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
  ...(row.revoked_at !== null && { revokedAt: row.revoked_at }),
});
