import { languages } from '../../funnel/language.ts';
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
    /** In which mails to this user are written: as the client last told. Absent: in the workspace's. */
    language: z.enum(languages).optional(),
    workspace: z.object({ id, name: z.string(), sample: z.boolean().optional() }),
    settings: z.object({
      /** Which cards a client keeps ready: the user's own, or the whole workspace's (an admin's switch). */
      cards: z.enum(['mine', 'workspace']),
      /** Mail domains of the company itself: their addresses are never looked up. */
      ownDomains: z.array(z.string()),
      /** Sites on which the extension does nothing, for everybody here. Absent from backends before it was known. */
      sitesOff: z.array(z.string()).optional(),
      /** Of what is written for the whole workspace. Absent from backends that write English only, and ask nobody for their language. */
      language: z.enum(languages).optional(),
    }),
    /** Version of the agreement in force; 0 while there is none. */
    agreement: z.int(),
    api: z.int(),
    version: z.string(),
  }),
});

export const changeMe = route({
  method: 'PATCH',
  path: '/v1/me',
  summary: 'In which language mails to the user are written; `null` leaves it to the workspace',
  tag: 'Account',
  by: 'any',
  body: z.object({ language: z.enum(languages).nullable() }),
  answer: z.object({ language: z.enum(languages).optional() }),
  strict: true,
});

const settings = z.object({
  sitesOff: z.array(z.enum(siteNames)).max(siteNames.length),
  cards: z.enum(['mine', 'workspace']),
  language: z.enum(languages),
});

export const changeSettings = route({
  method: 'PATCH',
  path: '/v1/settings',
  summary: 'Changes what holds for the whole workspace; what is not named stays',
  tag: 'Account',
  by: ['admin'],
  /**
   * `cards`: whether devices keep the cards of their user's leads ready, or those of the whole workspace. `language`: of
   * notes in CRMs, and of mails to users whose own is not known.
   */
  body: settings.partial(),
  answer: settings,
  strict: true,
});
