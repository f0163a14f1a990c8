import { randomBytes, randomInt } from 'node:crypto';
import { sql } from 'kysely';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { canonVersion } from '../../lib/funnel/keys.ts';
import type { Role, Team as Side } from '../../lib/funnel/words.ts';
import type { Store, Trx } from './db.ts';
import { newId } from './id.ts';

export interface NewWorkspace {
  id?: string;
  name: string;
  sample?: boolean;
  settings?: Record<string, unknown>;
  /** In force from the start, as version 1. */
  agreement?: Agreement;
}

/** A new, empty workspace with its keys. In the transaction of that workspace. */
export async function createWorkspace(
  store: Store,
  { id = newId(), name, sample = false, settings = {}, agreement }: NewWorkspace,
): Promise<string> {
  await store.inWorkspace(id, async (trx) => {
    await trx
      .insertInto('workspace')
      .values({ workspace: id, name, sample, settings: JSON.stringify(settings), erasure_key: randomBytes(32) })
      .execute();
    await addLeadsetKey(trx, id, { ready: true });
    if (agreement)
      await trx
        .insertInto('agreement')
        .values({ workspace: id, version: 1, body: JSON.stringify({ ...agreement, version: 1 }), in_force_at: sql<string>`now()` })
        .execute();
  });
  return id;
}

/**
 * Makes a lead set key. Its number is random, so that it tells nothing about how many there were.
 * @param ready offered at once: nobody is here yet who would have to get a tag under it first
 */
export async function addLeadsetKey(trx: Trx, workspace: string, { ready = false }: { ready?: boolean } = {}): Promise<number> {
  const kid = randomInt(1, 2 ** 31);
  await trx
    .insertInto('leadset_key')
    .values({ workspace, kid, key: randomBytes(32), canon: canonVersion, ...(ready && { ready_at: sql<string>`now()` }) })
    .execute();
  return kid;
}

export async function createTeam(
  trx: Trx,
  workspace: string,
  { id = newId(), name, side }: { id?: string; name: string; side: Side },
): Promise<string> {
  await trx.insertInto('team').values({ workspace, id, name, side }).execute();
  return id;
}

/** `email` canonical; `passwordHash` absent for people who sign in elsewhere. */
export async function createUser(
  trx: Trx,
  workspace: string,
  user: { id?: string; email: string; name: string; role: Role; team?: string; passwordHash?: string },
): Promise<string> {
  const id = user.id ?? newId();
  await trx
    .insertInto('app_user')
    .values({
      workspace,
      id,
      email: user.email,
      name: user.name,
      role: user.role,
      team: user.team ?? null,
      password_hash: user.passwordHash ?? null,
    })
    .execute();
  return id;
}
