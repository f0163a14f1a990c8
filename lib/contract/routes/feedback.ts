import { replyStates, stages } from '../../funnel/words.ts';
import { feedbackBody, replyBody } from '../act.ts';
import { card, feedback } from '../card.ts';
import { route } from '../route.ts';
import { id, instant, z } from '../z.ts';

const params = z.object({ id });

export const giveFeedback = route({
  method: 'POST',
  path: '/v1/leads/{id}/feedback',
  summary: 'What a lead, a campaign or a touch was worth, or what the customer said',
  tag: 'Feedback',
  by: ['rep', 'manager'],
  params,
  body: feedbackBody,
  status: 201,
  /** The feedback has the id of the operation. */
  answer: z.object({ card, feedback }),
  operation: true,
  problems: ['refused', 'not-found', 'gone'],
});

export const feedbackInbox = route({
  method: 'GET',
  path: '/v1/feedback',
  summary: 'Feedback with its replies, newest first',
  tag: 'Feedback',
  by: 'any',
  query: z.object({
    /** `open`: nobody at marketing has answered; otherwise the state of the newest reply. */
    state: z.enum(['open', ...replyStates]).optional(),
    campaign: id.optional(),
    since: instant.optional(),
    before: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  answer: z.object({
    items: z.array(
      feedback.extend({
        lead: z.object({ id, name: z.string(), company: z.string().optional(), stage: z.enum(stages) }),
        /** What it is about: the campaign named, or those that touched the lead, most engaged first. */
        campaigns: z.array(z.object({ id, name: z.string() })),
        /** When marketing promised to have answered; absent once answered, or without such a promise. */
        dueAt: instant.optional(),
      }),
    ),
    next: z.string().optional(),
  }),
});

export const replyToFeedback = route({
  method: 'POST',
  path: '/v1/feedback/{id}/replies',
  summary: 'What marketing does about it',
  tag: 'Feedback',
  by: ['marketer'],
  params,
  body: replyBody,
  status: 201,
  answer: z.object({ card, feedback }),
  operation: true,
  problems: ['not-found', 'gone'],
});
