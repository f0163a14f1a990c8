import { said } from '../problem.ts';
import { route } from '../route.ts';
import { id, instant, z } from '../z.ts';

/**
 * Events as Segment's HTTP API takes them, so that its SDKs and those of RudderStack work unchanged. The write key
 * comes as the user of Basic authentication, as a Bearer token, or as `writeKey` in the body; the body is JSON
 * whatever its Content-Type says, compressed or not.
 *
 * Answers 200 for everything that can be read: an event that is wrong is put aside with its reason (see
 * `GET /v1/ingest/rejects`) and the others are kept. Libraries drop a batch on 400, 401 and 413, and send it again on
 * 503: so these are used for what will never be better, and for what will.
 */
const call = z.looseObject({
  messageId: z.string().optional().meta({ description: 'Names the event: sent twice it counts once' }),
  userId: z.string().optional(),
  anonymousId: z.string().optional(),
  timestamp: z.string().optional(),
  sentAt: z.string().optional(),
  context: z.record(z.string(), z.unknown()).optional(),
});
const answer = z.object({ success: z.literal(true) });
const shared = {
  method: 'POST',
  tag: 'Ingest',
  by: 'write-key',
  answer,
  problems: ['invalid', 'unauthenticated', 'too-large', 'unavailable'],
} as const;

export const ingestIdentify = route({
  ...shared,
  path: '/v1/identify',
  summary: 'Who somebody is: traits email, name, title, company, linkedin, stage',
  body: call.extend({ traits: z.record(z.string(), z.unknown()).optional() }),
});
export const ingestTrack = route({
  ...shared,
  path: '/v1/track',
  summary: 'What somebody did',
  body: call.extend({ event: z.string(), properties: z.record(z.string(), z.unknown()).optional() }),
});
const seen = call.extend({ name: z.string().optional(), properties: z.record(z.string(), z.unknown()).optional() });
export const ingestPage = route({ ...shared, path: '/v1/page', summary: 'What page somebody saw', body: seen });
export const ingestScreen = route({ ...shared, path: '/v1/screen', summary: 'What screen of an app somebody saw', body: seen });
export const ingestGroup = route({
  ...shared,
  path: '/v1/group',
  summary: 'Which company somebody belongs to',
  body: call.extend({ groupId: z.string(), traits: z.record(z.string(), z.unknown()).optional() }),
});
export const ingestAlias = route({
  ...shared,
  path: '/v1/alias',
  summary: 'That two ids are one person',
  body: call.extend({ previousId: z.string() }),
});
export const ingestBatch = route({
  ...shared,
  path: '/v1/batch',
  summary: 'Many calls at once, each with its `type`: 32 KB a call, 500 KB a batch',
  body: z.object({ batch: z.array(call), sentAt: z.string().optional(), writeKey: z.string().optional() }),
});

export const ingestRejects = route({
  method: 'GET',
  path: '/v1/ingest/rejects',
  summary: 'Events that were put aside, newest first; kept 30 days',
  tag: 'Ingest',
  by: ['admin'],
  query: z.object({ before: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  answer: z.object({
    items: z.array(
      z.object({
        id,
        at: instant,
        /** The write key's name. */
        source: z.string(),
        reason: z.string(),
        /** The same as data, for words in another language. */
        said: said.optional(),
        /** As it was sent; as text where it could not be kept as JSON. */
        event: z.unknown().optional(),
      }),
    ),
    next: z.string().optional(),
  }),
});
