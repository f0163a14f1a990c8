import { stages } from '../../funnel/words.ts';
import { route } from '../route.ts';
import { day, id, instant, z } from '../z.ts';
import { leadQuery } from './reports-shapes.ts';

const ready = z.object({
  lead: id,
  person: z.object({ name: z.string(), title: z.string().optional(), company: z.string().optional() }),
  stage: z.enum(stages),
  /** Active touches of the last thirty days; the latest of all; what a hand-off would say of why now. */
  touches: z.int(),
  lastAt: instant.optional(),
  why: z.array(z.string()),
  returned: z.object({ times: z.int(), last: z.object({ reason: z.string(), by: z.string(), at: instant }).optional() }),
  /** Of a recycled lead that sleeps. */
  wakesOn: day.optional(),
  wakesOnStrongTouch: z.boolean().optional(),
});
export type ReadyLead = z.infer<typeof ready>;

/** Leads that marketing could hand over: those with an open hand-off, or with sales already, are not among them. */
export const readyLeads = route({
  method: 'GET',
  path: '/v1/ready',
  summary: 'Leads that marketing could hand over: awake again, most active lately, or touched by a campaign',
  tag: 'Leads',
  by: ['marketer', 'manager', 'admin'],
  query: z.object({
    of: z.enum(['waking', 'active', 'campaign']),
    campaign: id.optional(),
    /** Only people of this segment. */
    segment: leadQuery.segment,
    limit: z.coerce.number().int().min(1).max(200).default(100),
  }),
  answer: z.object({ items: z.array(ready), more: z.boolean() }),
  problems: ['invalid'],
});
