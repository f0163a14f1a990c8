import { channels, replyStates, stages, verdicts } from '../../funnel/words.ts';
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
    kind: z.enum(['verdict', 'insight']).optional(),
    /** Code of a reason that was given with a verdict. */
    reason: z.string().max(64).optional(),
    /** Words in the note, in the name or company of the lead, or in the name of the campaign it names. */
    q: z.string().trim().min(1).max(200).optional(),
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

const ofThese = z.object({ n: z.int(), of: z.int() });
export const feedbackPatterns = route({
  method: 'GET',
  path: '/v1/feedback/patterns',
  summary: 'What sales says again and again: by campaign and reason, with counts',
  tag: 'Feedback',
  by: 'any',
  query: z.object({ since: instant.optional() }),
  answer: z.object({
    since: instant,
    /** Of all feedback, since ever: without an answer, with the newest answer `acting`, and all of it. */
    counts: z.object({ open: z.int(), acting: z.int(), all: z.int() }),
    /** Campaigns about which something was said, or whose leads came back, the most of it first. */
    campaigns: z.array(
      z.object({
        campaign: z.object({ id, name: z.string(), channel: z.enum(channels) }),
        /** About it, or about a lead that it had engaged. */
        verdicts: z.record(z.enum(verdicts), z.int()),
        insights: z.int(),
        /** How often each reason was given: of its verdicts, and of the hand-offs that came back. Most often first. */
        reasons: z.array(z.object({ reason: z.string(), verdicts: ofThese, returned: ofThese })),
      }),
    ),
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
