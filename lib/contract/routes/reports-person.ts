import { stages } from '../../funnel/words.ts';
import { campaignOnCard, touch } from '../card.ts';
import { route } from '../route.ts';
import { id, instant, z } from '../z.ts';

export const personReport = route({
  method: 'GET',
  path: '/v1/reports/person/{id}',
  summary: 'Which campaigns a person engaged with, in order, with the message each carried',
  tag: 'Reports',
  by: 'any',
  params: z.object({ id }),
  answer: z.object({
    asOf: instant,
    person: z.object({ id, name: z.string(), title: z.string().optional(), company: z.string().optional(), stage: z.enum(stages) }),
    /** By the first engagement; campaigns that only sent something come last, by the first they sent. */
    campaigns: z.array(campaignOnCard.extend({ firstAt: instant, firstActiveAt: instant.optional() })),
    /** Active touches, the oldest first; the newest five hundred when there are more. */
    touches: z.array(touch),
    more: z.boolean(),
    stages: z.array(z.object({ at: instant, from: z.enum(stages).optional(), to: z.enum(stages), reason: z.string().optional() })),
  }),
  media: ['application/json', 'text/csv'],
  problems: ['not-found', 'gone'],
});
