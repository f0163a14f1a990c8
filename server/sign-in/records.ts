import { createHash } from 'node:crypto';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type pg from 'pg';

/** Outside any workspace: what signing in may do in the database are the functions that it calls. */
export type Db = Pick<pg.Pool, 'query'>;

/** These are secrets that their holders present: a copy of the database must not contain them. */
const secret = new Set(['AuthorizationCode', 'RefreshToken']);
const stored = (kind: string, id: string) => (secret.has(kind) ? createHash('sha256').update(id).digest('base64url') : id);

/** Keeps what oidc-provider keeps. Its interface reads before it writes; where two callers could both win, the write decides. */
export function records(db: Db): (kind: string) => Adapter {
  return (kind) => {
    // Nobody stays signed in to the sign-in page: each sign-in asks who you are, and one browser never answers for another person.
    if (kind === 'Session') return { ...nothing };
    if (kind === 'ReplayDetection') return { ...nothing, upsert: (id, payload, expiresIn) => once(db, id, payload, expiresIn) };
    return kept(db, kind);
  };
}

function kept(db: Db, kind: string): Adapter {
  const found = async (id: string | undefined, text: string, value: string): Promise<AdapterPayload | undefined> => {
    const { rows } = await db.query<{ body: AdapterPayload; consumed_at: string | null }>(text, [kind, value]);
    const [row] = rows;
    if (!row) return undefined;
    const payload = id !== undefined && secret.has(kind) ? { ...row.body, jti: id } : row.body;
    return row.consumed_at ? { ...payload, consumed: Math.floor(Date.parse(row.consumed_at) / 1000) } : payload;
  };
  return {
    async upsert(id, payload, expiresIn) {
      const { jti, ...rest } = payload;
      const body = secret.has(kind) ? rest : payload;
      await db.query('select sign_in_put($1, $2, $3, $4, $5, $6, $7)', [
        kind,
        stored(kind, id),
        JSON.stringify(body),
        payload.grantId ?? null,
        payload.uid ?? null,
        payload.userCode ?? null,
        after(expiresIn),
      ]);
    },
    find: (id) => found(id, 'select body, consumed_at from sign_in_find($1, $2)', stored(kind, id)),
    findByUid: (uid) => found(undefined, 'select body, consumed_at from sign_in_find_uid($1, $2)', uid),
    findByUserCode: (code) => found(undefined, 'select body, consumed_at from sign_in_find_user_code($1, $2)', code),
    async consume(id) {
      const { rows } = await db.query<{ first: boolean }>('select sign_in_consume($1, $2) as first', [kind, stored(kind, id)]);
      if (!rows[0]?.first) throw new errors.InvalidGrant('it was used already');
    },
    async destroy(id) {
      await db.query('select sign_in_remove($1, $2)', [kind, stored(kind, id)]);
    },
    async revokeByGrantId(grant) {
      await db.query('select sign_in_revoke_grant($1)', [grant]);
    },
  };
}

/** A proof seen before is the proof's fault and not the grant's: an answer that got lost must not sign anybody out. */
async function once(db: Db, id: string, payload: AdapterPayload, expiresIn: number | undefined): Promise<void> {
  const { rows } = await db.query<{ first: boolean }>('select sign_in_put_new($1, $2, $3, $4) as first', [
    'ReplayDetection',
    id,
    JSON.stringify(payload),
    after(expiresIn),
  ]);
  if (!rows[0]?.first) throw new errors.InvalidDpopProof('DPoP proof JWT Replay detected');
}

const after = (seconds: number | undefined): Date | null => (seconds === undefined ? null : new Date(Date.now() + seconds * 1000));

const nothing: Adapter = {
  upsert: async () => undefined,
  find: async () => undefined,
  findByUid: async () => undefined,
  findByUserCode: async () => undefined,
  consume: async () => undefined,
  destroy: async () => undefined,
  revokeByGrantId: async () => undefined,
};
