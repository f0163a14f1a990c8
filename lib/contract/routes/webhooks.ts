import { said } from '../problem.ts';
import { route } from '../route.ts';
import { id, instant, z } from '../z.ts';
import { eventKinds } from './events.ts';

/** Telling other systems what happened, as Standard Webhooks. The events are those of `GET /v1/events`. */

const params = z.object({ id });
const one = z.object({ id, event: id });
const kind = z.enum(eventKinds);
const name = z.string().trim().min(1).max(200);
const url = z.string().trim().min(1).max(2000);

const webhook = z.object({
  id,
  name,
  url,
  /** Which kinds of events; none named: all. */
  kinds: z.array(kind),
  /** Whether a message carries name, company and addresses of the person. */
  person: z.boolean(),
  state: z.enum(['on', 'off']),
  /** Since when nothing was taken, and the last answer in words; or why it was turned off. */
  trouble: z.object({ since: instant, sentence: z.string(), said: said.optional() }).optional(),
  /** While a secret is replaced: until when messages are signed with the one before as well. */
  oldSecretUntil: instant.optional(),
  createdAt: instant,
  /** When a message was taken last. */
  takenAt: instant.optional(),
  counts: z.object({ waiting: z.int(), failed: z.int() }),
});
export type WireWebhook = z.infer<typeof webhook>;

const secret = z.object({ webhook, secret: z.string() });

export const webhooks = route({
  method: 'GET',
  path: '/v1/webhooks',
  summary: 'Addresses of other systems that are told what happens, oldest first',
  tag: 'Webhooks',
  by: ['admin'],
  answer: z.object({ items: z.array(webhook) }),
});

/** No operation: its answer would be kept, and the secret with it. Sent twice it makes two; remove one. */
export const addWebhook = route({
  method: 'POST',
  path: '/v1/webhooks',
  summary: 'Tells an address what happens from now on; the secret that signs is shown this once',
  tag: 'Webhooks',
  by: ['admin'],
  body: z.object({ name, url, kinds: z.array(kind).default([]), person: z.boolean().default(false) }),
  status: 201,
  answer: secret,
  strict: true,
  problems: ['refused'],
});

export const changeWebhook = route({
  method: 'PATCH',
  path: '/v1/webhooks/{id}',
  summary: 'Changes a webhook, turns it off or on; turned on it goes on where it stopped',
  tag: 'Webhooks',
  by: ['admin'],
  params,
  body: z.object({
    name: name.optional(),
    url: url.optional(),
    kinds: z.array(kind).optional(),
    person: z.boolean().optional(),
    state: z.enum(['on', 'off']).optional(),
  }),
  answer: webhook,
  strict: true,
  problems: ['not-found', 'refused'],
});

export const removeWebhook = route({
  method: 'DELETE',
  path: '/v1/webhooks/{id}',
  summary: 'Removes a webhook, and what was still to be told',
  tag: 'Webhooks',
  by: ['admin'],
  params,
  status: 204,
  problems: ['not-found'],
});

export const rotateWebhook = route({
  method: 'POST',
  path: '/v1/webhooks/{id}/rotate',
  summary: 'A new secret, shown this once; for a while messages carry signatures of both',
  tag: 'Webhooks',
  by: ['admin'],
  params,
  body: z.object({ overlapHours: z.int().min(0).max(168).default(24) }),
  answer: secret,
  strict: true,
  problems: ['not-found'],
});

export const testWebhook = route({
  method: 'POST',
  path: '/v1/webhooks/{id}/test',
  summary: 'Sends a message of type `test` at once and says what became of it',
  tag: 'Webhooks',
  by: ['admin'],
  params,
  answer: z.object({ ok: z.boolean(), status: z.int().optional(), sentence: z.string(), said: said.optional() }),
  problems: ['not-found', 'refused'],
});

/** By `since`, a cursor of `GET /v1/events`, or by `from`. The ids of the messages are those of the first time. */
export const replayWebhook = route({
  method: 'POST',
  path: '/v1/webhooks/{id}/replay',
  summary: 'Tells again everything since a cursor of `GET /v1/events`, or from a moment on',
  tag: 'Webhooks',
  by: ['admin'],
  params,
  body: z.union([z.strictObject({ since: z.string().max(200) }), z.strictObject({ from: instant })]),
  answer: webhook,
  strict: true,
  problems: ['not-found', 'invalid'],
});

const delivery = z.object({
  /** The event; it is the `webhook-id` of its message, at every try. */
  event: id,
  kind: z.string(),
  lead: id.optional(),
  name: z.string().optional(),
  at: instant,
  /** `failed`: not taken at any try; nothing more is done unless somebody asks for it. */
  state: z.enum(['waiting', 'taken', 'failed']),
  tries: z.int(),
  nextTryAt: instant.optional(),
  takenAt: instant.optional(),
  /** What the last try was answered. */
  status: z.int().optional(),
  sentence: z.string().optional(),
  said: said.optional(),
});
export type WireDelivery = z.infer<typeof delivery>;

export const webhookDeliveries = route({
  method: 'GET',
  path: '/v1/webhooks/{id}/deliveries',
  summary: 'What was or is to be told, newest first; what was taken is kept for 30 days',
  tag: 'Webhooks',
  by: ['admin'],
  params,
  query: z.object({
    state: delivery.shape.state.optional(),
    before: id.optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  answer: z.object({ items: z.array(delivery), next: id.optional() }),
  problems: ['not-found'],
});

export const redeliver = route({
  method: 'POST',
  path: '/v1/webhooks/{id}/deliveries/{event}/again',
  summary: 'Tells one event again, under the same id',
  tag: 'Webhooks',
  by: ['admin'],
  params: one,
  status: 204,
  problems: ['not-found'],
});
