import { createHash } from 'node:crypto';
import type { Trx } from './db.ts';
import type { By } from './tables.ts';

/** What is hashed of a row, in this order and form. */
const hashOf = (
  prev: Buffer,
  row: { workspace: string; seq: number; at: string; by: By; action: string; subject: string | null; detail: string },
) =>
  createHash('sha256')
    .update(prev)
    .update(JSON.stringify([row.workspace, row.seq, row.at, row.by.kind, row.by.id, row.action, row.subject, row.detail]))
    .digest();

/** JSON with sorted keys: what the database gives back is in another order than what it was given. */
const stable = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/**
 * Adds a row to the workspace's audit. Writers of one workspace wait for each other, so it is for what an auditor
 * asks about (roles, keys, exports, erasures, agreements, sign-in), not for every touch.
 */
export async function recordAudit(
  trx: Trx,
  workspace: string,
  by: By,
  entry: { at: string; action: string; subject?: string; detail?: Record<string, unknown> },
): Promise<void> {
  await trx
    .insertInto('audit_head')
    .values({ workspace, seq: 0, hash: Buffer.alloc(32) })
    .onConflict((conflict) => conflict.column('workspace').doNothing())
    .execute();
  const head = await trx.selectFrom('audit_head').selectAll().where('workspace', '=', workspace).forUpdate().executeTakeFirstOrThrow();
  const detail = stable(entry.detail ?? {});
  const row = {
    workspace,
    seq: head.seq + 1,
    at: new Date(entry.at).toISOString(),
    by,
    action: entry.action,
    subject: entry.subject ?? null,
    detail,
  };
  const hash = hashOf(head.hash, row);
  await trx
    .insertInto('audit')
    .values({
      workspace,
      seq: row.seq,
      at: row.at,
      by_kind: by.kind,
      by_id: by.id,
      action: row.action,
      subject: row.subject,
      detail,
      prev: head.hash,
      hash,
    })
    .execute();
  await trx.updateTable('audit_head').set({ seq: row.seq, hash }).where('workspace', '=', workspace).execute();
}

/** The first row whose hash does not follow from the one before, or that is missing; `undefined` when the chain holds. */
export async function findAuditBreak(trx: Trx, workspace: string): Promise<number | undefined> {
  let prev: Buffer = Buffer.alloc(32);
  let seq = 0;
  for (;;) {
    const rows = await trx
      .selectFrom('audit')
      .selectAll()
      .where('workspace', '=', workspace)
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(1000)
      .execute();
    if (rows.length === 0) break;
    for (const row of rows) {
      const by: By = { kind: row.by_kind, id: row.by_id };
      const expected = hashOf(prev, {
        workspace,
        seq: row.seq,
        at: row.at,
        by,
        action: row.action,
        subject: row.subject,
        detail: stable(row.detail),
      });
      if (row.seq !== seq + 1 || !row.prev.equals(prev) || !row.hash.equals(expected)) return seq + 1;
      prev = row.hash;
      seq = row.seq;
    }
  }
  const head = await trx.selectFrom('audit_head').select('seq').where('workspace', '=', workspace).executeTakeFirst();
  return (head?.seq ?? 0) === seq ? undefined : seq + 1;
}
