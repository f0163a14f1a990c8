import type { Agreement } from '../../lib/funnel/agreement.ts';
import { problem } from '../http/problem.ts';
import type { Trx } from './db.ts';

/** The newest agreement that both teams have signed; `undefined` while there is none. */
export async function findAgreement(trx: Trx, workspace: string): Promise<Agreement | undefined> {
  const row = await trx
    .selectFrom('agreement')
    .select(['version', 'body'])
    .where('workspace', '=', workspace)
    .where('in_force_at', 'is not', null)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { ...row.body, version: row.version };
}

/** The agreement in force. @throws a refusal when the teams have not agreed on anything yet */
export async function agreementInForce(trx: Trx, workspace: string): Promise<Agreement> {
  const found = await findAgreement(trx, workspace);
  if (!found) throw problem('refused', 'No agreement is in force yet. Let both teams sign one first.');
  return found;
}
