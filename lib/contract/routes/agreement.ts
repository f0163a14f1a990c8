import { type Measure, measures } from '../../funnel/measures.ts';
import { agreement, signature } from '../agreement.ts';
import { route } from '../route.ts';
import { day, instant, z } from '../z.ts';

const difference = z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() });
const version = z.object({
  version: z.int(),
  madeAt: instant,
  madeBy: z.string().optional(),
  inForceAt: instant.optional(),
  signatures: z.array(signature),
});

export const getAgreement = route({
  method: 'GET',
  path: '/v1/agreement',
  summary: 'The agreement in force, the draft beside it, and all versions; with `version` that one',
  tag: 'Agreement',
  by: 'any',
  query: z.object({ version: z.coerce.number().int().min(1).optional() }),
  answer: z.object({
    /** Absent while nothing has been signed by both teams. */
    agreement: agreement.optional(),
    draft: z.object({ agreement, signatures: z.array(signature), differences: z.array(difference) }).optional(),
    versions: z.array(version),
  }),
  problems: ['not-found'],
});

/**
 * Proposes the next version, or changes the one that is proposed; its signatures are void then. `version` is the
 * newest one that was seen, `basedOn` when it was made: 409 when there is a newer, or it has been changed since.
 */
export const proposeAgreement = route({
  method: 'PUT',
  path: '/v1/agreement',
  summary: 'Proposes a change of the agreement',
  tag: 'Agreement',
  by: ['marketer', 'manager', 'admin'],
  query: z.object({ basedOn: instant.optional() }),
  body: agreement,
  answer: z.object({ agreement, signatures: z.array(signature), differences: z.array(difference) }),
  strict: true,
  problems: ['conflict', 'refused'],
});

export const signAgreement = route({
  method: 'POST',
  path: '/v1/agreement/{version}/signatures',
  summary: 'Signs for a team; in force once both have: a marketer signs for marketing, a manager for sales',
  tag: 'Agreement',
  by: ['marketer', 'manager'],
  params: z.object({ version: z.coerce.number().int().min(1) }),
  body: z.object({ team: z.enum(['marketing', 'sales']) }),
  status: 201,
  answer: z.object({ version: z.int(), signatures: z.array(signature), inForceAt: instant.optional() }),
  operation: true,
  strict: true,
  problems: ['refused', 'not-found'],
});

const interval = { value: z.number(), low: z.number(), high: z.number() };
export const getRecord = route({
  method: 'GET',
  path: '/v1/agreement/record',
  summary: 'What the last four whole quarters delivered of what an agreement promises, each with its 95 % interval',
  tag: 'Agreement',
  by: 'any',
  /** `version` absent: the one in force. With `measure` one promise that stands in none yet; it has the id `asked`. */
  query: z.object({
    version: z.coerce.number().int().min(1).optional(),
    measure: z.enum(Object.keys(measures) as Measure[]).optional(),
    hours: z.coerce.number().positive().max(100_000).optional(),
    segment: z.string().trim().min(1).max(80).optional(),
  }),
  answer: z.object({
    version: z.int(),
    quarters: z.array(z.object({ name: z.string(), from: day, to: day })),
    items: z.array(
      z.object({
        id: z.string(),
        /** `n` kept of `of` due; of a promised number: `n` in `of` months, and the rest by the month. */
        quarters: z.array(z.object({ n: z.int(), of: z.int(), ...z.object(interval).partial().shape })),
        record: z.object(interval).optional(),
        /** The target lies outside the interval of the record. */
        against: z.enum(['above', 'below']).optional(),
      }),
    ),
  }),
  problems: ['not-found'],
});
export type AgreementRecord = z.infer<typeof getRecord.answer>;
