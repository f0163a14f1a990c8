import { recordAudit } from '../store/audit.ts';
import type { Store } from '../store/db.ts';
import type { Account } from './accounts.ts';

/** Writes down who signed in or out, and how. */
export async function auditSignIn(
  store: Store,
  { workspace, id, name }: Pick<Account, 'workspace' | 'id' | 'name'>,
  action: 'sign_in' | 'sign_out',
  detail: { how?: 'password' | 'company' } = {},
): Promise<void> {
  const at = new Date().toISOString();
  await store.inWorkspace(workspace, (trx) => recordAudit(trx, workspace, { kind: 'user', id, name }, { at, action, subject: id, detail }));
}
