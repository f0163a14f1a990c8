import { stages } from '../../funnel/words.ts';
import { said } from '../problem.ts';
import { route } from '../route.ts';
import { id, instant, z } from '../z.ts';

/** CRMs: connecting, mapping, watching, and what they refused. */

const params = z.object({ id });
const sentence = z.string();
const finding = z.object({
  right: z.string().optional(),
  what: z.string(),
  ok: z.boolean(),
  sentence,
  /** `sentence` as data, with what is missing without the right; and `what` it is. */
  said: said.optional(),
  missing: said.optional(),
  named: said.optional(),
});
const choice = z.object({ value: z.string(), label: z.string() });
const field = choice.extend({ type: z.string(), choices: z.array(choice).optional() });

export const mapping = z.object({
  stageIn: z.record(z.string(), z.enum(stages)),
  stageOut: z.partialRecord(z.enum(stages), z.object({ stage: z.string().optional(), status: z.string().optional() })),
  reasonOut: z.record(z.string(), z.string()),
  /** Status in the campaign that engaged the person last. */
  memberOut: z.partialRecord(z.enum(stages), z.string()).optional(),
  fields: z.record(z.string(), z.string()),
  writeFeedback: z.boolean(),
  /** Nothing is read or written before somebody agreed. */
  agreed: z.boolean(),
});

export const source = z.object({
  id,
  source: z.string(),
  name: z.string(),
  state: z.enum(['running', 'paused']),
  /** As whom Baton is connected, in the CRM's words, and by which of the source's ways. */
  knownAs: z.string(),
  way: z.string(),
  importedAt: instant.optional(),
  pulledAt: instant.optional(),
  /** Seconds since the last complete pull. */
  lag: z.int().optional(),
  progress: z.object({ done: z.int().optional(), of: z.int().optional() }).optional(),
  trouble: z.object({ trouble: z.string(), sentence, said: said.optional(), at: instant, retryAt: instant.optional() }).optional(),
  /** People that both know; touches and changes of stage that were read, repeats included; writes by their state. */
  counts: z.object({ people: z.int(), touches: z.int(), stages: z.int(), waiting: z.int(), refused: z.int() }),
  mapping,
  /** Where the CRM can say that something changed, and whether the secret that it signs with is known. */
  webhook: z.object({ url: z.string(), secret: z.boolean() }).optional(),
});
export type WireSource = z.infer<typeof source>;

const kind = z.object({
  id: z.string(),
  name: z.string(),
  reads: z.array(z.string()),
  writes: z.array(z.string()),
  /** The same as data, here and below. */
  said: z.object({ reads: z.array(said), writes: z.array(said) }).optional(),
  ways: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      help: z.string(),
      said: z.object({ name: said, help: said }).optional(),
      fields: z.array(
        z.object({
          name: z.string(),
          label: z.string(),
          said: said.optional(),
          secret: z.boolean().optional(),
          optional: z.boolean().optional(),
          example: z.string().optional(),
        }),
      ),
      /** The fields alone do not open it: begin with `POST /v1/sources/sign-in`. */
      signIn: z.boolean().optional(),
    }),
  ),
});

export const sources = route({
  method: 'GET',
  path: '/v1/sources',
  summary: 'Connected CRMs, and those that could be',
  tag: 'Sources',
  by: ['admin', 'manager', 'marketer'],
  answer: z.object({
    items: z.array(source),
    kinds: z.array(kind),
    /** Addresses to be registered at a CRM that one signs in to. */
    redirects: z.array(z.string()),
  }),
});

const credentials = z.record(z.string(), z.string().max(4000));
const newSource = z.object({
  source: z.string(),
  /** Which of its ways; the first one that the credentials fit, unless told. */
  way: z.string().optional(),
  name: z.string().trim().max(200).optional(),
  credentials,
  webhookSecret: z.string().max(400).optional(),
});

export const addSource = route({
  method: 'POST',
  path: '/v1/sources',
  summary: 'Connects a CRM: checks the credentials, keeps them sealed, proposes a mapping. Nothing is read before the mapping is agreed.',
  tag: 'Sources',
  by: ['admin'],
  body: newSource,
  status: 201,
  answer: z.object({ source, findings: z.array(finding) }),
  strict: true,
  problems: ['refused', 'invalid', 'unavailable'],
});

export const startSourceSignIn = route({
  method: 'POST',
  path: '/v1/sources/sign-in',
  summary: 'Begins signing in at a CRM: answers the address to open. It returns to `redirect` with `code` and `state`.',
  tag: 'Sources',
  by: ['admin'],
  body: newSource.extend({
    /** One of `redirects` of `GET /v1/sources`. */
    redirect: z.url(),
    /** A connected source that is to be signed in to anew. */
    id: id.optional(),
  }),
  answer: z.object({ url: z.url(), state: z.string(), expiresAt: instant }),
  strict: true,
  problems: ['refused', 'invalid'],
});

/** By the admin who began it, once, within ten minutes. */
export const finishSourceSignIn = route({
  method: 'POST',
  path: '/v1/sources/sign-in/finish',
  summary: 'Ends signing in at a CRM, with what came back to the redirect address',
  tag: 'Sources',
  by: ['admin'],
  body: z.object({ state: z.string().max(200), code: z.string().max(4000).optional(), error: z.string().max(400).optional() }),
  answer: z.object({ source, findings: z.array(finding) }),
  strict: true,
  problems: ['refused', 'invalid', 'unavailable'],
});

export const checkSource = route({
  method: 'POST',
  path: '/v1/sources/{id}/check',
  summary: 'Asks the CRM whether the credentials work and what they allow',
  tag: 'Sources',
  by: ['admin'],
  params,
  answer: z.object({ findings: z.array(finding) }),
  problems: ['not-found'],
});

export const shapeOfSource = route({
  method: 'GET',
  path: '/v1/sources/{id}/shape',
  summary: 'What the CRM calls its stages, reasons and fields, and the mapping that is proposed',
  tag: 'Sources',
  by: ['admin'],
  params,
  answer: z.object({
    stages: z.array(choice),
    statuses: z.array(choice),
    deals: z.array(choice),
    members: z.array(choice),
    reasons: z.array(choice),
    fields: z.array(field),
    /** Of people of a second kind, and of the company a person belongs to, where the CRM has them. */
    contactFields: z.array(field).optional(),
    companyFields: z.array(field).optional(),
    owners: z.array(z.object({ id: z.string(), name: z.string(), email: z.string(), known: z.boolean() })),
    proposal: mapping,
  }),
  problems: ['not-found', 'unavailable'],
});

const valueThere = choice.extend({ people: z.int(), stage: z.enum(stages).optional() });

/** What would happen if this mapping were agreed on. Nothing is kept, nothing is written. */
export const dryRunSource = route({
  method: 'POST',
  path: '/v1/sources/{id}/dry-run',
  summary: 'What a mapping would change: people by stage, values that mean nothing yet, owners who are not here',
  tag: 'Sources',
  by: ['admin'],
  params,
  body: z.object({ mapping }),
  answer: z.object({
    /** How many people of the CRM were looked at, and of how many. */
    looked: z.int(),
    of: z.int().optional(),
    /** Values that people have there; without `stage` they mean nothing here. */
    stages: z.array(valueThere),
    /** The same of a second field that says it, as HubSpot's lead status. */
    statuses: z.array(valueThere).optional(),
    /** People who would move; without `from` they are not here yet. Counted among all that are known once the first import is through, before among those looked at. */
    moves: z.array(z.object({ from: z.enum(stages).optional(), to: z.enum(stages), people: z.int() })),
    /** Of those looked at, people who are not here yet and have no stage there. They come, too: at the first stage, or where their deals and forms take them. */
    stageless: z.int().optional(),
    /** Owners there who are no users here. */
    owners: z.array(z.object({ email: z.string(), people: z.int() })),
    /** Segments of those looked at; without `segment` they have none. Empty where none is read. */
    segments: z.array(z.object({ segment: z.string().optional(), people: z.int() })).optional(),
    /** What the CRM would refuse, in words. */
    problems: z.array(sentence),
    /** The same, as data. */
    said: z.array(said).optional(),
  }),
  strict: true,
  problems: ['not-found', 'invalid', 'unavailable'],
});

export const changeSource = route({
  method: 'PATCH',
  path: '/v1/sources/{id}',
  summary: 'Changes name, credentials, mapping; pauses, resumes, or reads everything again',
  tag: 'Sources',
  by: ['admin'],
  params,
  body: z.object({
    name: z.string().trim().min(1).max(200).optional(),
    way: z.string().optional(),
    credentials: credentials.optional(),
    webhookSecret: z.string().max(400).nullable().optional(),
    mapping: mapping.optional(),
    state: z.enum(['running', 'paused']).optional(),
    resync: z.literal(true).optional(),
  }),
  answer: source,
  strict: true,
  problems: ['refused', 'not-found', 'invalid', 'unavailable'],
});

export const removeSource = route({
  method: 'DELETE',
  path: '/v1/sources/{id}',
  summary:
    'Disconnects a CRM and forgets its credentials; what was still to be written there is given up. What it told of stays, or goes as far as nobody else told it and nobody here acted on it.',
  tag: 'Sources',
  by: ['admin'],
  params,
  query: z.object({ data: z.enum(['keep', 'remove']).default('keep') }),
  status: 204,
  problems: ['not-found'],
});

export const sourceWrite = z.object({
  id,
  lead: id,
  name: z.string(),
  state: z.enum(['waiting', 'sent', 'refused', 'discarded']),
  what: z.enum(['decision', 'feedback']),
  note: z.string(),
  at: instant,
  attempts: z.int(),
  sentence: sentence.optional(),
  said: said.optional(),
  changed: z.array(z.string()),
  kept: z.array(z.string()),
});

export const sourceWrites = route({
  method: 'GET',
  path: '/v1/sources/{id}/writes',
  summary: 'What was or is to be written to the CRM, newest first',
  tag: 'Sources',
  by: 'any',
  params,
  query: z.object({ state: z.enum(['waiting', 'sent', 'refused', 'discarded']).optional(), lead: id.optional() }),
  answer: z.object({ items: z.array(sourceWrite) }),
  problems: ['not-found'],
});

export const dealWithWrite = route({
  method: 'POST',
  path: '/v1/source-writes/{id}',
  summary: 'Sends a refused write again, or gives it up',
  tag: 'Sources',
  by: 'any',
  params,
  body: z.object({ do: z.enum(['again', 'discard']) }),
  status: 204,
  problems: ['not-found'],
});

export const sourceWebhook = route({
  method: 'POST',
  path: '/v1/sources/{id}/webhook',
  summary: 'Where the CRM says that something changed; checked by its signature',
  tag: 'Sources',
  by: 'public',
  params,
  status: 204,
  problems: ['unauthenticated', 'not-found'],
});
