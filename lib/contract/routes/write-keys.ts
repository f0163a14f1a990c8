import { route } from '../route.ts';
import { id, instant, z } from '../z.ts';

/** Keys with which web sites and servers send events. */

/** A key as it is listed, of whatever kind. */
export const key = z.object({
  id,
  name: z.string(),
  /** The last four characters, to tell keys apart. */
  endsWith: z.string(),
  createdAt: instant,
  lastUsedAt: instant.optional(),
  revokedAt: instant.optional(),
});

export const writeKeys = route({
  method: 'GET',
  path: '/v1/write-keys',
  summary: 'Write keys, newest first',
  tag: 'Write keys',
  by: ['admin'],
  answer: z.object({ items: z.array(key) }),
});

/** No operation: its answer would be kept, and the key with it. Sent twice it makes two keys; revoke one. */
export const addWriteKey = route({
  method: 'POST',
  path: '/v1/write-keys',
  summary: 'A new write key; it is shown this once',
  tag: 'Write keys',
  by: ['admin'],
  body: z.object({ name: z.string().trim().min(1).max(200) }),
  status: 201,
  answer: key.extend({ key: z.string() }),
  strict: true,
});

export const revokeWriteKey = route({
  method: 'DELETE',
  path: '/v1/write-keys/{id}',
  summary: 'Revokes a write key; events sent with it are refused from now on',
  tag: 'Write keys',
  by: ['admin'],
  params: z.object({ id }),
  status: 204,
  problems: ['not-found'],
});
