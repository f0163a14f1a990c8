import { channels, handoffStates, stages } from '../../funnel/words.ts';
import { clock } from '../card.ts';
import { route } from '../route.ts';
import { id, instant, z } from '../z.ts';

const handedOver = z.object({
  id,
  lead: id,
  person: z.object({ name: z.string(), title: z.string().optional(), company: z.string().optional() }),
  /** Of the lead now, which may have gone on or back since. */
  stage: z.enum(stages),
  state: z.enum(handoffStates),
  openedAt: instant,
  /** Who handed it over: a person, a rule, a source. Absent: it came with the history of one. */
  by: z.string().optional(),
  /** While it is open. */
  clock: clock.optional(),
  /** Absent in the pool. */
  holder: z.string().optional(),
  team: z.string().optional(),
  answeredAt: instant.optional(),
  /** `returned`: code of the reason. */
  reason: z.string().optional(),
  why: z.string().optional(),
  /** Those that engaged the lead before, the latest first; at most three. */
  campaigns: z.array(z.object({ id, name: z.string(), channel: z.enum(channels) })),
});
export type HandedOver = z.infer<typeof handedOver>;

export const handoffs = route({
  method: 'GET',
  path: '/v1/handoffs',
  summary: 'What was handed over and where it stands, the newest first',
  tag: 'Queue',
  by: 'any',
  query: z.object({
    state: z.enum(handoffStates).optional(),
    /** Whose active touch came before. */
    campaign: id.optional(),
    since: instant.optional(),
    before: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  answer: z.object({
    items: z.array(handedOver),
    next: z.string().optional(),
    /** Of those opened since `since`, by state. */
    counts: z.record(z.enum(handoffStates), z.int()),
  }),
});
