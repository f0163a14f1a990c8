import { intents, keyKinds, replyStates, verdicts } from '../funnel/words.ts';
import { day, id, instant, like, z } from './z.ts';

/** What a user can do, as it travels: bodies of the POST routes, and the rows of the outbox. */

const money = z.object({ value: z.int(), currency: like(/^[A-Z]{3}$/, 'EUR') });
const note = z.string().max(4000).optional();

export const decision = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('hand_over'),
    to: id.optional(),
    criteria: z.array(z.string()),
    why: z.array(z.string().max(400)).max(10),
    intent: z.enum(intents).optional(),
  }),
  z.object({ kind: z.literal('accept') }),
  z.object({ kind: z.literal('qualify'), criteria: z.array(z.string()) }),
  z.object({ kind: z.literal('open_opportunity'), amount: money.optional() }),
  z.object({ kind: z.literal('win'), amount: money.optional() }),
  z.object({ kind: z.literal('lose'), reason: z.string(), wakesOn: day.optional(), note }),
  z.object({ kind: z.literal('recycle'), reason: z.string(), wakesOn: day.optional(), note }),
  z.object({ kind: z.literal('disqualify'), reason: z.string(), note }),
  z.object({ kind: z.literal('assign'), to: id }),
  z.object({ kind: z.literal('pause'), reason: z.string().min(1).max(400), until: instant }),
  z.object({ kind: z.literal('resume') }),
  z.object({ kind: z.literal('attempt'), channel: z.enum(['call', 'mail', 'linkedin', 'other']) }),
  z.object({ kind: z.literal('reopen') }),
]);

/** The `funnelVersion` the rep saw, or the earlier act of this device that is still on its way. */
export const basis = z.union([z.int(), z.object({ after: id })]);

export const decisionBody = z.intersection(decision, z.object({ basis, actedAt: instant, agreement: z.int() }));
export type DecisionBody = z.infer<typeof decisionBody>;

export const feedbackBody = z.object({
  kind: z.enum(['verdict', 'insight']),
  verdict: z.enum(verdicts).optional(),
  reasons: z.array(z.string()).max(10).optional(),
  note,
  about: z.object({ campaign: id.optional(), touch: id.optional() }).optional(),
  actedAt: instant,
});
export type FeedbackBody = z.infer<typeof feedbackBody>;

export const replyBody = z.object({ state: z.enum(replyStates), note, actedAt: instant });
export type ReplyBody = z.infer<typeof replyBody>;

export const newKey = z.object({ kind: z.enum(keyKinds), value: z.string().min(1).max(320) });
export const tieBody = newKey.extend({ actedAt: instant });
/** `id` is chosen by the client, so that later acts can name the lead before the server has seen it. */
export const newLead = z.object({
  id,
  name: z.string().min(1).max(200),
  title: z.string().max(200).optional(),
  company: z.string().max(200).optional(),
  keys: z.array(newKey).min(1).max(10),
  actedAt: instant,
});

/** One row of the outbox: where it goes and what it carries. Its id is the Idempotency-Key. */
export const act = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('decision'), lead: id, body: decisionBody }),
  z.object({ kind: z.literal('feedback'), lead: id, body: feedbackBody }),
  z.object({ kind: z.literal('reply'), lead: id, feedback: id, body: replyBody }),
  z.object({ kind: z.literal('tie'), lead: id, body: tieBody }),
  z.object({ kind: z.literal('untie'), lead: id, key: id }),
  z.object({ kind: z.literal('add'), lead: id, body: newLead }),
]);
export type Act = z.infer<typeof act>;
