import { createHash } from 'node:crypto';
import type { Store, Trx } from '../store/db.ts';
import { isId } from '../store/id.ts';
import { Reply } from './app.ts';
import { Problematic, problem, worded } from './problem.ts';
import type { User } from './user.ts';

/** Answers of acts are kept this long; a client gives up earlier. */
export const keptDays = 45;

/** The id of an act. @throws `invalid` */
export function operationId(request: Request): string {
  // The header is a structured field: a string in quotes. Bare ones are taken too.
  const given = request.headers
    .get('idempotency-key')
    ?.trim()
    .replace(/^"(.*)"$/, '$1');
  if (!given || !isId(given))
    throw problem('invalid', 'Send an Idempotency-Key: a UUID that is the same when this request is sent again.', {
      errors: [{ pointer: 'Idempotency-Key', detail: given ? 'This is not a UUID.' : 'It is missing.' }],
    });
  return given.toLowerCase();
}

export const fingerprintOf = (method: string, path: string, body: Uint8Array): Buffer =>
  createHash('sha256').update(`${method} ${path}\n`).update(body).digest();

/** Answers that are final for an act: sent again, it gets the same. Everything else may end differently later. */
const isFinal = (status: number): boolean => status < 300 || status === 409 || status === 410 || status === 422;

export interface Operation {
  id: string;
  fingerprint: Buffer;
  /** The lead it is about, where the address names it. */
  lead?: string;
}

/**
 * Does an act once. The record of it is in the transaction that does it: a second request with the same id waits for
 * the first and gets its answer. A refusal leaves nothing but its record.
 */
export async function once(
  store: Store,
  user: User,
  { id, fingerprint, lead }: Operation,
  act: (trx: Trx) => Promise<Reply>,
): Promise<Reply> {
  const { workspace } = user;
  try {
    return await store.inWorkspace(workspace, async (trx) => {
      const earlier = await claim(trx);
      if (earlier) return earlier;
      const reply = await act(trx);
      await keep(trx, reply.status, reply.body);
      return reply;
    });
  } catch (error) {
    if (!(error instanceof Problematic) || !isFinal(error.document.status) || error instanceof Reused) throw error;
    const refusal = error;
    return store.inWorkspace(workspace, async (trx) => {
      const earlier = await claim(trx);
      if (earlier) return earlier;
      await keep(trx, refusal.document.status, refusal.document);
      return new Reply(refusal.document.status, refusal.document, { 'content-type': 'application/problem+json', ...refusal.headers });
    });
  }

  async function claim(trx: Trx): Promise<Reply | undefined> {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('operation')
      .values({ workspace, by_user: user.id, id, fingerprint, lead: lead ?? null })
      .onConflict((conflict) => conflict.columns(['workspace', 'by_user', 'id']).doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 1n) return undefined;
    const row = await trx
      .selectFrom('operation')
      .select(['fingerprint', 'status', 'answer'])
      .where('workspace', '=', workspace)
      .where('by_user', '=', user.id)
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    if (!row.fingerprint.equals(fingerprint)) throw new Reused();
    if (row.status === null || row.answer === null) throw worded('gone', 'answer-erased');
    return new Reply(row.status, row.answer, row.status >= 400 ? { 'content-type': 'application/problem+json' } : {});
  }

  async function keep(trx: Trx, status: number, answer: unknown): Promise<void> {
    // Whose card is in the answer: it goes when the person is erased.
    const about = (answer as { card?: { id?: unknown } } | null | undefined)?.card?.id ?? lead;
    await trx
      .updateTable('operation')
      .set({ status, answer: JSON.stringify(answer ?? null), ...(typeof about === 'string' && { lead: about }) })
      .where('workspace', '=', workspace)
      .where('by_user', '=', user.id)
      .where('id', '=', id)
      .execute();
  }
}

/** The key belongs to another request, whose record stays as it is. */
class Reused extends Problematic {
  constructor() {
    const { document } = worded('key-reused', 'key-used');
    super(document);
  }
}
