import { route } from '../route.ts';
import { id, z } from '../z.ts';
import { key } from './write-keys.ts';

/** Keys with which other systems read `GET /v1/events`, and nothing else. Sent as `Authorization: Bearer`. */
export const readKeyPrefix = 'bre_';

export const readKeys = route({
  method: 'GET',
  path: '/v1/read-keys',
  summary: 'Keys that read the events, newest first',
  tag: 'Events',
  by: ['admin'],
  answer: z.object({ items: z.array(key) }),
});

/** No operation: its answer would be kept, and the key with it. Sent twice it makes two keys; revoke one. */
export const addReadKey = route({
  method: 'POST',
  path: '/v1/read-keys',
  summary: 'A new key that reads the events; it is shown this once',
  tag: 'Events',
  by: ['admin'],
  body: z.object({ name: z.string().trim().min(1).max(200) }),
  status: 201,
  answer: key.extend({ key: z.string() }),
  strict: true,
});

export const revokeReadKey = route({
  method: 'DELETE',
  path: '/v1/read-keys/{id}',
  summary: 'Revokes a key that reads the events',
  tag: 'Events',
  by: ['admin'],
  params: z.object({ id }),
  status: 204,
  problems: ['not-found'],
});
