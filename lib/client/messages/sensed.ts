import type { FromContent, FromPages } from '../../bridge/protocol.ts';
import type { Validators } from '../../bridge/receive.ts';
import { z } from '../../contract/z.ts';
import { keyKinds } from '../../funnel/words.ts';
import type { Sighting, SiteId } from '../../sites/site.ts';

/**
 * The messages of content scripts, and those that the card sends while it opens. Content scripts live in processes that
 * a page may have taken over, so a sighting is bounded in every direction. Unknown fields fall away.
 */
export const siteId = z.enum(['gmail', 'outlook', 'roundcube', 'linkedin', 'page'] as const satisfies readonly SiteId[]);
const seenKey = z.object({ kind: z.enum(keyKinds), value: z.string().min(1).max(2048) });
const short = z.string().max(400);

export const sighting: z.ZodType<Sighting> = z.object({
  site: siteId,
  view: z.enum(['message', 'list', 'compose', 'profile', 'search', 'conversation', 'contact-info', 'none']),
  account: z.string().max(320).optional(),
  people: z
    .array(
      z.object({
        role: z.enum(['sender', 'reply-to', 'to', 'cc', 'bcc', 'profile', 'author', 'result', 'self']),
        keys: z.array(seenKey).max(10),
        name: short.optional(),
        work: short.optional(),
      }),
    )
    .max(200),
  focus: z.int().min(0).max(199).optional(),
  matched: z.record(z.string().max(64), z.string().max(120)).refine((all) => Object.keys(all).length <= 64),
  unknown: z.enum(['conflict', 'own-address', 'group', 'several-threads', 'name-only', 'unreadable', 'none']).optional(),
});

const tab = z.int().min(0);
/** CSS px; -1: where the site says. */
export const px = z.number().min(-1).max(100_000);

type Payloads = FromContent & FromPages;
export const sensed = {
  sighting,
  begin: z.undefined().or(z.null().transform(() => undefined)),
  host: z.object({ event: z.enum(['focus', 'yield', 'restored']) }),
  scene: z.object({ tab: tab.optional() }),
  fold: z.object({ open: z.boolean() }),
  grown: z.object({ height: z.number().min(0).max(4000) }),
  move: z.object({ side: z.enum(['left', 'right']), top: px }),
} as const satisfies Partial<Validators> & { [K in keyof Payloads]?: z.ZodType };
