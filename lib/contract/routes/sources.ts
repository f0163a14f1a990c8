import { stages } from '../../funnel/words.ts';
import { route } from '../route.ts';
import { id, instant, z } from '../z.ts';

/** CRMs: connecting, mapping, watching, and what they refused. */

const params = z.object({ id });
const sentence = z.string();
const finding = z.object({ what: z.string(), ok: z.boolean(), sentence });
const choice = z.object({ value: z.string(), label: z.string() });

export const mapping = z.object({
  stageIn: z.record(z.string(), z.enum(stages)),
  stageOut: z.partialRecord(z.enum(stages), z.object({ stage: z.string().optional(), status: z.string().optional() })),
  reasonOut: z.record(z.string(), z.string()),
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
  importedAt: instant.optional(),
  pulledAt: instant.optional(),
  /** Seconds since the last complete pull. */
  lag: z.int().optional(),
  progress: z.object({ done: z.int().optional(), of: z.int().optional() }).optional(),
  trouble: z.object({ trouble: z.string(), sentence, at: instant, retryAt: instant.optional() }).optional(),
  counts: z.object({ people: z.int(), touches: z.int(), stages: z.int(), waiting: z.int(), refused: z.int() }),
  mapping,
  /** Whether webhooks are checked with a secret. */
  webhook: z.boolean(),
});
export type WireSource = z.infer<typeof source>;

const kind = z.object({
  id: z.string(),
  name: z.string(),
  reads: z.array(z.string()),
  writes: z.array(z.string()),
  ways: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      help: z.string(),
      fields: z.array(
        z.object({
          name: z.string(),
          label: z.string(),
          secret: z.boolean().optional(),
          optional: z.boolean().optional(),
          example: z.string().optional(),
        }),
      ),
    }),
  ),
});

export const sources = route({
  method: 'GET',
  path: '/v1/sources',
  summary: 'Connected CRMs, and those that could be',
  tag: 'Sources',
  by: ['admin', 'manager', 'marketer'],
  answer: z.object({ items: z.array(source), kinds: z.array(kind) }),
});

const credentials = z.record(z.string(), z.string().max(4000));

export const addSource = route({
  method: 'POST',
  path: '/v1/sources',
  summary: 'Connects a CRM: checks the credentials, keeps them sealed, proposes a mapping. Nothing is read before the mapping is agreed.',
  tag: 'Sources',
  by: ['admin'],
  body: z.object({
    source: z.string(),
    name: z.string().trim().max(200).optional(),
    credentials,
    webhookSecret: z.string().max(400).optional(),
  }),
  status: 201,
  answer: z.object({ source, findings: z.array(finding) }),
  strict: true,
  problems: ['refused', 'invalid'],
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
    reasons: z.array(choice),
    fields: z.array(choice.extend({ type: z.string() })),
    owners: z.array(z.object({ id: z.string(), name: z.string(), email: z.string(), known: z.boolean() })),
    proposal: mapping,
  }),
  problems: ['not-found', 'unavailable'],
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
    credentials: credentials.optional(),
    webhookSecret: z.string().max(400).nullable().optional(),
    mapping: mapping.optional(),
    state: z.enum(['running', 'paused']).optional(),
    resync: z.literal(true).optional(),
  }),
  answer: source,
  strict: true,
  problems: ['refused', 'not-found', 'invalid'],
});

export const removeSource = route({
  method: 'DELETE',
  path: '/v1/sources/{id}',
  summary: 'Disconnects a CRM and forgets its credentials. People and history that it told of stay.',
  tag: 'Sources',
  by: ['admin'],
  params,
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
  by: ['rep', 'manager', 'admin'],
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
