import { createHash } from 'node:crypto';
import type { Db } from './records.ts';

/** So many tries in a span of PostgreSQL's intervals. */
export interface Limit {
  /** What is counted; kept as a hash. */
  of: string;
  most: number;
  span: string;
}

/** Counts a try with each limit. Answers the seconds to wait, 0 when it may be made. */
export async function countTry(db: Db, limits: readonly Limit[]): Promise<number> {
  const waits = await Promise.all(
    limits.map(async ({ of, most, span }) => {
      const { rows } = await db.query<{ wait: number }>('select sign_in_try($1, $2, $3::interval) as wait', [bucket(of), most, span]);
      return rows[0]?.wait ?? 0;
    }),
  );
  return Math.max(...waits);
}

/** Takes back what `countTry` counted. */
export async function forgiveTry(db: Db, limits: readonly Limit[]): Promise<void> {
  await Promise.all(limits.map(({ of }) => db.query('select sign_in_untry($1)', [bucket(of)])));
}

const bucket = (of: string): Buffer => createHash('sha256').update(of).digest();
