import { replyStates, stages } from '../../funnel/words.ts';
import { decisionBody, newLead, tieBody } from '../act.ts';
import { card, clock, key } from '../card.ts';
import { route } from '../route.ts';
import { day, id, instant, z } from '../z.ts';

/** What is done to leads. Every answer carries the card as it stands afterwards. */

const params = z.object({ id });
const answer = z.object({ card });

export const addLead = route({
  method: 'POST',
  path: '/v1/leads',
  summary: 'A lead that sales adds; 409 with the card when one of its keys is known already',
  tag: 'Leads',
  by: ['rep', 'manager'],
  body: newLead,
  status: 201,
  answer,
  operation: true,
  problems: ['conflict', 'refused'],
});

/**
 * `basis` is the `funnelVersion` that was seen, or the act of the same user it builds on. 409 with the card: somebody
 * else moved the lead, or the act it builds on was refused. 425: that act has not arrived yet; send again.
 */
export const decide = route({
  method: 'POST',
  path: '/v1/leads/{id}/decisions',
  summary: 'One decision about a lead',
  tag: 'Leads',
  by: 'any',
  params,
  body: decisionBody,
  status: 201,
  answer,
  operation: true,
  problems: ['conflict', 'too-early', 'refused', 'not-found', 'gone'],
});

export const tie = route({
  method: 'POST',
  path: '/v1/leads/{id}/keys',
  summary: 'Ties an address or profile to the person; 409 names the person who has it',
  tag: 'Leads',
  by: ['rep', 'marketer', 'manager'],
  params,
  body: tieBody,
  status: 201,
  answer: z.object({ card, key }),
  operation: true,
  problems: ['conflict', 'refused', 'not-found', 'gone'],
});

/** Done twice it is done once. */
export const untie = route({
  method: 'DELETE',
  path: '/v1/leads/{id}/keys/{keyId}',
  summary: 'Takes an address or profile from the person; the last one stays',
  tag: 'Leads',
  by: ['rep', 'marketer', 'manager'],
  params: z.object({ id, keyId: id }),
  answer,
  problems: ['refused', 'not-found', 'gone'],
});

export const merge = route({
  method: 'POST',
  path: '/v1/people/{id}/merge',
  summary: 'Says that this person is another one: everything moves there, and this id answers 308',
  tag: 'People',
  by: ['marketer', 'manager'],
  params,
  body: z.object({ into: id }),
  status: 201,
  answer: z.object({ card, merge: z.object({ id, from: id, into: id, at: instant, undoableUntil: instant }) }),
  operation: true,
  problems: ['refused', 'not-found', 'gone'],
});

export const unmerge = route({
  method: 'DELETE',
  path: '/v1/people/{id}/merge',
  summary: 'Takes a merge back, within 30 days; `id` is the one that was merged away',
  tag: 'People',
  by: ['marketer', 'manager'],
  params,
  answer,
  problems: ['refused', 'not-found'],
});

export const queueKinds = ['handoff', 'own', 'feedback', 'waking', 'at_once', 'breach', 'agreement', 'rejects', 'reply', 'digest'] as const;

/** One thing that waits. What is there depends on `kind`. */
export const queueItem = z.object({
  kind: z.enum(queueKinds),
  lead: id.optional(),
  person: z.object({ name: z.string(), title: z.string().optional(), company: z.string().optional() }).optional(),
  stage: z.enum(stages).optional(),
  clock: clock.optional(),
  /** By this the queue is sorted; what has no deadline comes last. */
  dueAt: instant.optional(),
  /** `handoff`: the first reason why now. */
  why: z.string().optional(),
  /** How often it was returned before. */
  returned: z.int().optional(),
  /** `breach`: who has not answered, absent in the pool. `handoff`: absent when it waits in the pool. */
  holder: z.string().optional(),
  team: z.string().optional(),
  /** `waking`, `at_once`: code of the reason for which it was returned, and the day it wakes, absent when it is awake. */
  reason: z.string().optional(),
  wakesOn: day.optional(),
  feedback: z
    .object({
      id,
      kind: z.enum(['verdict', 'insight']),
      verdict: z.string().optional(),
      reasons: z.array(z.string()),
      note: z.string().optional(),
      by: z.string(),
      at: instant,
      campaign: z.string().optional(),
    })
    .optional(),
  /** `reply`: what marketing answered last to the caller's `feedback`, within seven days. */
  reply: z.object({ state: z.enum(replyStates), note: z.string().optional(), by: z.string(), at: instant }).optional(),
  /** `digest`: the period whose report came out within two weeks, and that the caller has not seen. */
  period: z.string().optional(),
  /** `agreement`: the version to sign. */
  agreement: z.int().optional(),
  /** `rejects`: rows refused in the last seven days. */
  count: z.int().optional(),
});
export type WireQueueItem = z.infer<typeof queueItem>;

/**
 * Reps and managers: hand-offs and own leads by deadline, the team's pool among them; managers also those that nobody
 * answered. Marketers: feedback to answer, leads that wake within seven days or are awake, hand-offs past the grace.
 * What is news and owed by nobody (replies, reports that are out) comes after all of these, the newest first.
 */
export const queue = route({
  method: 'GET',
  path: '/v1/queue',
  summary: 'What waits for the caller, by deadline',
  tag: 'Queue',
  by: 'any',
  query: z.object({ state: z.enum(queueKinds).optional(), limit: z.coerce.number().int().min(1).max(500).default(200) }),
  answer: z.object({ items: z.array(queueItem), asOf: instant }),
});

export const exportPerson = route({
  method: 'GET',
  path: '/v1/people/{id}/export',
  summary: 'Everything known of a person, for that person',
  tag: 'People',
  by: ['admin'],
  params,
  answer: z.record(z.string(), z.unknown()),
  problems: ['not-found', 'gone'],
});

export const erasePerson = route({
  method: 'DELETE',
  path: '/v1/people/{id}',
  summary: 'Erases a person for good; no source brings them back',
  tag: 'People',
  by: ['admin'],
  params,
  status: 204,
  problems: ['not-found'],
});
