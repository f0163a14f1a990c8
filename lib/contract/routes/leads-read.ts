import { channels, stages } from '../../funnel/words.ts';
import { card, touch } from '../card.ts';
import { route } from '../route.ts';
import { id, instant, z } from '../z.ts';

const params = z.object({ id });
const limit = z.coerce.number().int().min(1).max(200).default(50);

export const lead = route({
  method: 'GET',
  path: '/v1/leads/{id}',
  summary: 'One lead; 308 to the one it was merged into',
  tag: 'Leads',
  by: 'any',
  params,
  answer: card,
  problems: ['not-found', 'gone'],
});

export const touches = route({
  method: 'GET',
  path: '/v1/leads/{id}/touches',
  summary: 'The touches of a lead, newest first',
  tag: 'Leads',
  by: 'any',
  params,
  query: z.object({
    before: z.string().max(200).optional(),
    limit,
    channel: z.enum(channels).optional(),
    campaign: id.optional(),
    /** `true`: without what was sent, opened or bounced. */
    active: z.stringbool().optional(),
  }),
  answer: z.object({ items: z.array(touch), next: z.string().optional() }),
  problems: ['not-found', 'gone'],
});

/** What happened, as data; `kind` and `data` are a `LeadEvent` of the rules, or one of feedback, reply, tie, untie, merge, added. */
export const event = z.object({
  id,
  kind: z.string(),
  lead: id.optional(),
  data: z.record(z.string(), z.unknown()),
  by: z.object({ kind: z.enum(['user', 'rule', 'source']), id: z.string(), name: z.string().optional() }),
  /** When it counts, when the device says it was done, when the server got it. */
  at: instant,
  actedAt: instant.optional(),
  receivedAt: instant,
  /** Version of the agreement it was done under. */
  agreement: z.int().optional(),
});
export type Event = z.infer<typeof event>;

export const history = route({
  method: 'GET',
  path: '/v1/leads/{id}/history',
  summary: 'Everything that happened to a lead, newest first',
  tag: 'Leads',
  by: 'any',
  params,
  query: z.object({ before: z.string().max(200).optional(), limit }),
  answer: z.object({ items: z.array(event), next: z.string().optional() }),
  problems: ['not-found', 'gone'],
});

export const search = route({
  method: 'GET',
  path: '/v1/leads/search',
  summary: 'Leads by name or company, by the beginnings of words; only on the user’s own act',
  tag: 'Leads',
  by: 'any',
  query: z.object({ q: z.string().min(2).max(200), limit: z.coerce.number().int().min(1).max(50).default(20) }),
  answer: z.object({
    items: z.array(
      z.object({
        id,
        name: z.string(),
        title: z.string().optional(),
        company: z.string().optional(),
        stage: z.enum(stages),
        owner: z.string().optional(),
      }),
    ),
  }),
});
