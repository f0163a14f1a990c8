import { canonical } from '../../lib/funnel/keys.ts';
import type { Role } from '../../lib/funnel/words.ts';
import { network } from './address.ts';
import { checkPassword } from './password.ts';
import type { Db } from './records.ts';
import { countTry, forgiveTry, type Limit } from './tries.ts';

/** A user who may sign in, as the store has them now. */
export interface Account {
  workspace: string;
  id: string;
  email: string;
  name: string;
  role: Role;
  team: string | null;
  /** Nothing issued before it counts. RFC 3339. */
  signed_out_at: string | null;
}

const columns = 'workspace, id, email, name, role, team';

export async function accountById(db: Db, id: string): Promise<Account | undefined> {
  const { rows } = await db.query<Account>(`select ${columns}, signed_out_at from user_by_id($1)`, [id]);
  return rows[0];
}

/** As things are now; nobody when the user is disabled or gone, or `grant` was ended. */
export async function accountOfToken(db: Db, workspace: string, id: string, grant: string | undefined): Promise<Account | undefined> {
  const { rows } = await db.query<Account>(`select ${columns}, signed_out_at from user_signed_in($1, $2, $3)`, [
    workspace,
    id,
    grant ?? null,
  ]);
  return rows[0];
}

interface WithPassword extends Omit<Account, 'signed_out_at'> {
  password_hash: string | null;
}

/** As the store has addresses. */
export const canonicalEmail = (typed: string): string => canonical('email', typed) ?? typed.trim().toLowerCase();

/** Several only when one address has accounts in several workspaces. Oldest workspace first. */
export async function accountsByEmail(db: Db, email: string): Promise<WithPassword[]> {
  const { rows } = await db.query<WithPassword>(`select ${columns}, password_hash from users_by_email($1) order by workspace limit 5`, [
    canonicalEmail(email),
  ]);
  return rows;
}

export type Tried = { account: Omit<Account, 'signed_out_at'> } | { wait: number } | 'wrong';

/**
 * What guessing is limited by: few tries for one account from one address, more from one address over all accounts, more
 * for one account from everywhere. Counted whether the account exists or not.
 */
const limitsFor = (email: string, from: string): Limit[] => [
  { of: `both ${email} ${from}`, most: 6, span: '5 minutes' },
  { of: `address ${from}`, most: 60, span: '15 minutes' },
  { of: `account ${email}`, most: 60, span: '1 hour' },
];

/** Checks a password. `from` is the client's address. Answers and takes the same time whether the account exists or not. */
export async function tryPassword(db: Db, typed: string, password: string, from: string): Promise<Tried> {
  const email = canonicalEmail(typed);
  const limits = limitsFor(email, network(from));
  const wait = await countTry(db, limits);
  if (wait > 0) return { wait };

  const accounts = email.length > 320 ? [] : await accountsByEmail(db, email);
  // One check at least, so that nothing can be told from how long it took.
  let right: WithPassword | undefined;
  for (const account of accounts.length > 0 ? accounts : [undefined])
    if ((await checkPassword(password, account?.password_hash)) && account) right ??= account;
  if (!right) return 'wrong';

  await forgiveTry(db, limits);
  const { password_hash: _hash, ...account } = right;
  return { account };
}

/** Whether something issued at `iat` (seconds) was ended since by signing out everywhere. */
export const isOver = (account: Account, iat: number | undefined): boolean =>
  account.signed_out_at !== null && iat !== undefined && (iat + 1) * 1000 <= Date.parse(account.signed_out_at);
