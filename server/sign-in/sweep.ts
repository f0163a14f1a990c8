import type { Db } from './records.ts';

/** Removes what has expired. Safe to run anywhere, any time. */
export async function sweep(db: Db): Promise<void> {
  await db.query('select sign_in_sweep(), sign_in_attempt_sweep()');
}
