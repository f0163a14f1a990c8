import { mediaType } from '../../funnel/leadset.ts';
import { route } from '../route.ts';
import { instant, z } from '../z.ts';

const kid = z
  .int()
  .min(1)
  .max(2 ** 32 - 1);
const tagKey = z.object({
  /** Names the key; never used again. */
  kid,
  /** 32 bytes, base64url: import as a non-extractable HMAC-SHA256 key and forget. */
  key: z.string(),
  /** Version of the canonical form that the tags are made of. */
  canon: z.int(),
  /** Fetch the key again by then. */
  notAfter: instant,
});

export const leadsetKey = route({
  method: 'GET',
  path: '/v1/leadset/key',
  summary: 'The key that turns an address into a tag on the device',
  tag: 'Lead set',
  by: 'any',
  /** `next` is there while the key is being replaced: fetch its set, then change over. */
  answer: tagKey.extend({ next: tagKey.optional() }),
});

export const leadset = route({
  method: 'GET',
  path: '/v1/leadset',
  summary: 'The tags of everybody who is a lead, or what changed since a version; 204 when nothing did',
  tag: 'Lead set',
  by: 'any',
  query: z.object({
    kid: z.coerce.number().pipe(kid),
    /** The version the client has; absent or too old: the whole set. */
    have: z.coerce.number().int().min(0).optional(),
  }),
  media: [mediaType],
  problems: ['gone'],
});
