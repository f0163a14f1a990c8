import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { z } from '../../lib/contract/z.ts';
import type { Trx } from '../store/db.ts';

/**
 * A link that lets one user choose a password, once. It is long and random and kept as a hash; who has it is that user, so it
 * is shown to an admin alone, who hands it on. Each user has one at most: a new one ends the one before.
 */
const kind = 'Link';
const lastsMs = 3 * 24 * 60 * 60 * 1000;

const record = z.object({ workspace: z.uuid(), user: z.uuid(), until: z.iso.datetime() });

export interface Link {
  token: string;
  /** RFC 3339. */
  until: string;
}

export async function makeLink(trx: Trx, workspace: string, user: string, now: string): Promise<Link> {
  const token = randomBytes(32).toString('base64url');
  const until = new Date(Date.parse(now) + lastsMs).toISOString();
  const body = JSON.stringify({ workspace, user, until } satisfies z.infer<typeof record>);
  await endLinks(trx, user);
  await sql`select sign_in_put(${kind}, ${stored(token)}, ${body}::jsonb, ${grantOf(user)}, ${user}, null, ${until}::timestamptz)`.execute(
    trx,
  );
  return { token, until };
}

export const endLinks = (trx: Trx, user: string): Promise<unknown> => sql`select sign_in_revoke_grant(${grantOf(user)})`.execute(trx);

/** Whose link it is; nothing when it was used, was followed by another, or is too old. */
export async function linkOf(db: Trx, token: string): Promise<{ workspace: string; user: string } | undefined> {
  const { rows } = await sql<{ body: unknown }>`select body from sign_in_find(${kind}, ${stored(token)}) where consumed_at is null`.execute(
    db,
  );
  return record.safeParse(rows[0]?.body).data;
}

/** True for the one caller that used it first. */
export async function takeLink(trx: Trx, token: string): Promise<boolean> {
  const { rows } = await sql<{ first: boolean }>`select sign_in_consume(${kind}, ${stored(token)}) as first`.execute(trx);
  return rows[0]?.first === true;
}

/** Until when the link of a user (a column of the query around it) can be used; null where there is none. */
export const linkUntil = (user: string) =>
  sql<string | null>`(select l.body->>'until' from sign_in_find_uid(${kind}, ${sql.ref(user)}::text) as l)`;

const grantOf = (user: string): string => `link ${user}`;
const stored = (token: string): string => createHash('sha256').update(token).digest('base64url');
