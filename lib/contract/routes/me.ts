import { roles } from '../../funnel/words.ts';
import { route } from '../route.ts';
import { id, z } from '../z.ts';

/** Sites that a reader may be switched off for, by the names that the extension has for them. */
export const siteNames = ['gmail', 'outlook', 'roundcube', 'linkedin', 'page'] as const;

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
      /** Sites on which the extension does nothing, for everybody here. Absent from backends before it was known. */
      sitesOff: z.array(z.string()).optional(),
    }),
    /** Version of the agreement in force; 0 while there is none. */
    agreement: z.int(),
    api: z.int(),
    version: z.string(),
  }),
});

export const changeSettings = route({
  method: 'PATCH',
  path: '/v1/settings',
  summary: 'Changes what holds for the whole workspace; what is not named stays',
  tag: 'Account',
  by: ['admin'],
  /** `cards`: whether devices keep the cards of their user's leads ready, or those of the whole workspace. */
  body: z.object({ sitesOff: z.array(z.enum(siteNames)).max(siteNames.length), cards: z.enum(['mine', 'workspace']) }).partial(),
  answer: z.object({ sitesOff: z.array(z.enum(siteNames)), cards: z.enum(['mine', 'workspace']) }),
  strict: true,
});
