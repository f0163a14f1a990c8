import { roles } from '../../funnel/words.ts';
import { route } from '../route.ts';
import { id, instant, z } from '../z.ts';

const params = z.object({ id });
const name = z.string().trim().min(1).max(200);
const side = z.enum(['marketing', 'sales']);

const user = z.object({
  id,
  name: z.string(),
  email: z.string(),
  role: z.enum(roles),
  team: z.object({ id, name: z.string() }).optional(),
  /** Hand-offs and leads this person owes something for. */
  open: z.int(),
  disabledAt: instant.optional(),
  /** How they come in, for admins: `link` until they have chosen a password by it, `none` while there is no way. */
  signsIn: z.enum(['company', 'password', 'link', 'none']).optional(),
  /** Until when the link can be used. */
  linkUntil: instant.optional(),
});
export type WireUser = z.infer<typeof user>;

export const users = route({
  method: 'GET',
  path: '/v1/users',
  summary: 'Everybody in the workspace; those who can no longer sign in only with `all`',
  tag: 'Users',
  by: 'any',
  query: z.object({ role: z.enum(roles).optional(), team: id.optional(), all: z.stringbool().optional() }),
  answer: z.object({
    items: z.array(user),
    /** How people sign in here: with passwords of this Baton, and with the company's identity provider by what people call it. */
    signIn: z.object({ passwords: z.boolean(), company: z.string().optional() }),
  }),
});

export type WireUsers = z.infer<typeof users.answer>;

export const addUser = route({
  method: 'POST',
  path: '/v1/users',
  summary: 'A new user, who signs in by the company’s identity provider, or with a password chosen by a link or set by a change',
  tag: 'Users',
  by: ['admin'],
  body: z.object({ email: z.string().max(320), name, role: z.enum(roles), team: id.optional() }),
  status: 201,
  answer: user,
  operation: true,
  strict: true,
  problems: ['conflict', 'invalid'],
});

/** A change of role, a new password and being disabled end every session. Who is disabled gives back what waits for them. */
export const changeUser = route({
  method: 'PATCH',
  path: '/v1/users/{id}',
  summary: 'Changes what is given',
  tag: 'Users',
  by: ['admin'],
  params,
  body: z.object({
    name: name.optional(),
    role: z.enum(roles).optional(),
    team: id.nullable().optional(),
    password: z.string().max(1000).optional(),
    disabled: z.boolean().optional(),
  }),
  answer: user,
  strict: true,
  problems: ['refused', 'not-found', 'invalid'],
});

/** No operation: its answer would be kept, and the link with it. Sent twice, the second link holds. */
export const addLink = route({
  method: 'POST',
  path: '/v1/users/{id}/link',
  summary: 'A link by which a user chooses a password, once, within three days; it is shown this once, and ends the one before',
  tag: 'Users',
  by: ['admin'],
  params,
  status: 201,
  answer: z.object({ url: z.url(), until: instant }),
  problems: ['refused', 'not-found'],
});

const team = z.object({ id, name: z.string(), side, users: z.int() });
export type WireTeam = z.infer<typeof team>;

export const teams = route({
  method: 'GET',
  path: '/v1/teams',
  summary: 'Teams',
  tag: 'Users',
  by: 'any',
  answer: z.object({ items: z.array(team) }),
});

export const addTeam = route({
  method: 'POST',
  path: '/v1/teams',
  summary: 'A new team',
  tag: 'Users',
  by: ['admin'],
  body: z.object({ name, side }),
  status: 201,
  answer: team,
  operation: true,
  strict: true,
});

export const changeTeam = route({
  method: 'PATCH',
  path: '/v1/teams/{id}',
  summary: 'Renames a team',
  tag: 'Users',
  by: ['admin'],
  params,
  body: z.object({ name }),
  answer: team,
  strict: true,
  problems: ['not-found'],
});

export const removeTeam = route({
  method: 'DELETE',
  path: '/v1/teams/{id}',
  summary: 'Removes a team that nobody is in',
  tag: 'Users',
  by: ['admin'],
  params,
  status: 204,
  problems: ['refused', 'not-found'],
});

export const audit = route({
  method: 'GET',
  path: '/v1/audit',
  summary: 'Who did what, newest first; each row’s hash covers the one before',
  tag: 'Users',
  by: ['admin'],
  query: z.object({ before: z.coerce.number().int().min(1).optional(), limit: z.coerce.number().int().min(1).max(500).default(100) }),
  answer: z.object({
    items: z.array(
      z.object({
        seq: z.int(),
        at: instant,
        by: z.object({ kind: z.enum(['user', 'rule', 'source']), id: z.string(), name: z.string().optional() }),
        action: z.string(),
        subject: z.string().optional(),
        detail: z.record(z.string(), z.unknown()),
        hash: z.string(),
      }),
    ),
    next: z.int().optional(),
    /** The first row that does not follow from the one before; absent while the chain holds. Only on the first page. */
    brokenAt: z.int().optional(),
  }),
});
