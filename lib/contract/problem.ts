import type { Facts } from '../funnel/sentences/sentence.ts';
import { z } from './z.ts';

const facts: z.ZodType<Facts> = z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())]));
/** A sentence as data, for whoever says it in another language: a stable code, and what the sentence says of this case. */
export const said = z.object({ code: z.string(), facts });

/**
 * RFC 9457 problem document. `type` is stable (`urn:baton:problem:<code>`); `detail` is the sentence to show
 * for refusals; `card` comes with a 409 so that the client can show how things stand now.
 */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  /** For 400/422 on input: which field, and what to do. */
  errors: z.array(z.object({ pointer: z.string(), detail: z.string(), said: said.optional() })).optional(),
  card: z.unknown().optional(),
  /** What `detail` says, as data. */
  refusal: said.optional(),
  /** With a 409 on a decision: who moved the lead last. */
  moved: z.object({ by: z.string(), at: z.string() }).optional(),
  person: z.unknown().optional(),
});
export type Problem = z.infer<typeof problem>;
export type WireRefusal = NonNullable<Problem['refusal']>;

export const problemCodes = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  'too-large': 413,
  'unsupported-media-type': 415,
  refused: 422,
  'key-reused': 422,
  'too-early': 425,
  'rate-limited': 429,
  internal: 500,
  unavailable: 503,
} as const;
export type ProblemCode = keyof typeof problemCodes;
