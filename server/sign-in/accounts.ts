import { createHash } from 'node:crypto';
import type { Role } from '../../lib/funnel/words.ts';
import { checkPassword } from './password.ts';
import type { Db } from './records.ts';

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
export const canonicalEmail = (typed: string): string => typed.trim().normalize('NFC').toLowerCase();

/** Several only when one address has accounts in several workspaces. Oldest workspace first. */
export async function accountsByEmail(db: Db, email: string): Promise<WithPassword[]> {
  const { rows } = await db.query<WithPassword>(`select ${columns}, password_hash from users_by_email($1) order by workspace limit 5`, [
    canonicalEmail(email),
  ]);
  return rows;
}

export type Tried = { account: Omit<Account, 'signed_out_at'> } | { wait: number } | 'wrong';

/**
 * What an attempt costs the one who guesses: few tries for one account from one address, more from one address over all
 * accounts, more for one account from everywhere. Counted whether the account exists or not.
 */
const limits = [
  { of: (email: string, from: string) => `both ${email} ${from}`, most: 6, span: '5 minutes' },
  { of: (_email: string, from: string) => `address ${from}`, most: 60, span: '15 minutes' },
  { of: (email: string, _from: string) => `account ${email}`, most: 60, span: '1 hour' },
] as const;

/** Checks a password. `from` is the client's address. Answers and takes the same time whether the account exists or not. */
export async function tryPassword(db: Db, typed: string, password: string, from: string): Promise<Tried> {
  const email = canonicalEmail(typed);
  const buckets = limits.map((limit) => ({
    ...limit,
    bucket: createHash('sha256')
      .update(limit.of(email, network(from)))
      .digest(),
  }));
  const waits = await Promise.all(
    buckets.map(async ({ bucket, most, span }) => {
      const { rows } = await db.query<{ wait: number }>('select sign_in_try($1, $2, $3::interval) as wait', [bucket, most, span]);
      return rows[0]?.wait ?? 0;
    }),
  );
  const wait = Math.max(...waits);
  if (wait > 0) return { wait };

  const accounts = email.length > 320 ? [] : await accountsByEmail(db, email);
  // One check at least, so that nothing can be told from how long it took.
  let right: WithPassword | undefined;
  for (const account of accounts.length > 0 ? accounts : [undefined])
    if ((await checkPassword(password, account?.password_hash)) && account) right ??= account;
  if (!right) return 'wrong';

  await Promise.all(buckets.map(({ bucket }) => db.query('select sign_in_untry($1)', [bucket])));
  const { password_hash: _hash, ...account } = right;
  return { account };
}

/** One household or office has a whole /64 of IPv6 addresses: they count as one. */
function network(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::') as [string, string?];
  const left = head.split(':').filter(Boolean);
  const right = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** Ends every sign-in of a user: their tokens stop working within seconds, their refresh tokens at once. */
export async function endSignIns(db: Db, id: string): Promise<void> {
  await db.query('select sign_in_end_account($1)', [id]);
}
