import { route } from '../route.ts';
import { z } from '../z.ts';
import { event } from './leads-read.ts';

/** Every kind of event there is. A reader passes over kinds that it does not know. */
export const eventKinds = [
  'decision',
  'stage',
  'handoff',
  'owner',
  'pool',
  'pause',
  'resume',
  'attempt',
  'woke',
  'opportunity',
  'feedback',
  'reply',
  'added',
  'tie',
  'untie',
  'merge',
  'unmerge',
  'erased',
  'campaign',
  'agreement',
  'digest',
] as const;
export type EventKind = (typeof eventKinds)[number];

/** In the order of commits: nothing is skipped, nothing comes twice. `next` is always there. For a user, or a read key as `Bearer`. */
export const events = route({
  method: 'GET',
  path: '/v1/events',
  summary: 'Everything that happened in the workspace, for other systems',
  tag: 'Events',
  by: 'any',
  query: z.object({ since: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(1000).default(100) }),
  answer: z.object({ items: z.array(event), next: z.string(), more: z.boolean() }),
});
