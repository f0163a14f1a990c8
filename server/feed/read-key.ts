import { sql } from 'kysely';
import { events } from '../../lib/contract/routes/events.ts';
import { readKeyPrefix } from '../../lib/contract/routes/read-keys.ts';
import { keyHash } from '../acts/access-keys.ts';
import { problem } from '../http/problem.ts';
import type { Authenticate } from '../http/user.ts';
import type { Store } from '../store/db.ts';

/** Lets a read key ask for the events, as if it were a user; whoever else calls is asked by `others`. */
export const withReadKeys =
  (store: Store, others: Authenticate): Authenticate =>
  async (request) => {
    const key = /^bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
    if (!key?.startsWith(readKeyPrefix)) return others(request);
    if (request.method !== events.method || new URL(request.url).pathname !== events.path)
      throw problem('forbidden', `A read key reads ${events.path} and nothing else.`);
    const { rows } = await store.outside((db) =>
      sql<{ workspace: string; id: string; name: string }>`select workspace, id, name from read_key_by_hash(${keyHash(key)})`.execute(db),
    );
    const found = rows[0];
    if (!found)
      throw problem('unauthenticated', 'This read key is not known, or was revoked. An admin makes another one.', {
        headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
      });
    await store.inWorkspace(found.workspace, (trx) =>
      // Once a minute is exact enough, and spares a write for each page.
      sql`update read_key set last_used_at = now() where workspace = ${found.workspace}::uuid and id = ${found.id}::uuid
          and (last_used_at is null or last_used_at < now() - interval '1 minute')`.execute(trx),
    );
    return { id: found.id, workspace: found.workspace, role: 'marketer', name: found.name, email: '' };
  };
