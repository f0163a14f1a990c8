import { card, gone, stub } from '../card.ts';
import { route } from '../route.ts';
import { like, z } from '../z.ts';

/** First 16 bytes of the keyed hash of a canonical key, base64url without padding. */
export const tag = like(/^[A-Za-z0-9_-]{21}[AQgw]$/, 'AAECAwQFBgcICQoLDA0ODw');

export const cardsBatch = route({
  method: 'POST',
  path: '/v1/cards/batch',
  summary: 'Cards by tag; unknown tags are absent from the answer',
  tag: 'Cards',
  by: 'any',
  body: z.object({ kid: z.int(), tags: z.array(tag).min(1).max(200) }),
  answer: z.object({ items: z.array(z.object({ tag, card })) }),
  problems: ['gone'],
});

/**
 * Without `since`: the cards kept ready (mine and handed to me; with `scope=workspace` all), then changes.
 * `next` is always there: it continues now while `more`, and later otherwise.
 */
export const cardsFeed = route({
  method: 'GET',
  path: '/v1/cards',
  summary: 'The change feed of cards',
  tag: 'Cards',
  by: 'any',
  query: z.object({
    since: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
    scope: z.enum(['mine', 'workspace']).default('mine'),
  }),
  answer: z.object({
    /** A full card (mine, handed to me, or `scope=workspace`), `{id, gone}`, or `{id, version}` of another's. */
    items: z.array(z.union([card, gone, stub])),
    next: z.string(),
    more: z.boolean(),
  }),
});
