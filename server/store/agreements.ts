import type { Agreement } from '../../lib/funnel/agreement.ts';
import { refused } from '../http/problem.ts';
import type { Trx } from './db.ts';

/** What is in force is never edited, so it is read once; the calendar that is made of it is kept with the object. */
const known = new Map<string, Agreement>();

/** The newest agreement that both teams have signed; `undefined` while there is none. */
export async function findAgreement(trx: Trx, workspace: string): Promise<Agreement | undefined> {
  const newest = await trx
    .selectFrom('agreement')
    .select(({ fn }) => fn.max('version').as('version'))
    .where('workspace', '=', workspace)
    .where('in_force_at', 'is not', null)
    .executeTakeFirst();
  return newest?.version ? readAgreement(trx, workspace, newest.version) : undefined;
}

async function readAgreement(trx: Trx, workspace: string, version: number): Promise<Agreement> {
  const name = `${workspace} ${version}`;
  const kept = known.get(name);
  if (kept) return kept;
  const row = await trx
    .selectFrom('agreement')
    .select('body')
    .where('workspace', '=', workspace)
    .where('version', '=', version)
    .executeTakeFirstOrThrow();
  const agreement: Agreement = { ...row.body, version };
  if (known.size >= 500) known.clear();
  known.set(name, agreement);
  return agreement;
}

/** The agreement in force. @throws a refusal when the teams have not agreed on anything yet */
export async function agreementInForce(trx: Trx, workspace: string): Promise<Agreement> {
  const found = await findAgreement(trx, workspace);
  if (!found) throw refused('no-agreement');
  return found;
}
