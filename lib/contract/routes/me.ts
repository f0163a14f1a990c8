import { roles } from '../../funnel/words.ts';
import { route } from '../route.ts';
import { id, z } from '../z.ts';

export const me = route({
  method: 'GET',
  path: '/v1/me',
  summary: 'Who is signed in, and where',
  tag: 'Account',
  by: 'any',
  answer: z.object({
    id,
    name: z.string(),
    email: z.string(),
    role: z.enum(roles),
    team: z.string().optional(),
    workspace: z.object({ id, name: z.string(), sample: z.boolean().optional() }),
    settings: z.object({
      /** Which cards a client keeps ready: the user's own, or the whole workspace's (an admin's switch). */
      cards: z.enum(['mine', 'workspace']),
      /** Mail domains of the company itself: their addresses are never looked up. */
      ownDomains: z.array(z.string()),
    }),
    /** Version of the agreement in force; 0 while there is none. */
    agreement: z.int(),
    api: z.int(),
    version: z.string(),
  }),
});
