import { type Problem, type ProblemCode, problemCodes } from '../../lib/contract/problem.ts';
import type { Facts } from '../../lib/funnel/lead.ts';
import { type Trouble, type TroubleCode, troubleSentence } from '../../lib/funnel/troubles.ts';

/** An answer that is not a success: thrown anywhere in a handler, sent as an RFC 9457 document. */
export class Problematic extends Error {
  override name = 'Problematic';
  readonly code: string;
  readonly document: Problem;
  readonly headers: Readonly<Record<string, string>>;
  constructor(document: Problem, headers: Readonly<Record<string, string>> = {}) {
    super(document.detail ?? document.title);
    this.code = document.type.slice(prefix.length);
    this.document = document;
    this.headers = headers;
  }
}

const prefix = 'urn:baton:problem:';

const titles: Record<ProblemCode, string> = {
  invalid: 'Something in the request is not as it must be.',
  unauthenticated: 'Sign in first.',
  forbidden: 'Your role may not do this.',
  'not-found': 'There is no such thing here.',
  conflict: 'It has changed meanwhile.',
  gone: 'It is no longer there.',
  'too-large': 'The request is too large.',
  'unsupported-media-type': 'The content type is not understood.',
  refused: 'This is not allowed.',
  'key-reused': 'This Idempotency-Key was used for another request.',
  'too-early': 'An earlier act has not arrived yet.',
  'rate-limited': 'Too many requests.',
  internal: 'Something went wrong here.',
  unavailable: 'Not ready just now. Try again shortly.',
};

export interface ProblemExtra {
  /** Which field, and what to do. */
  errors?: Problem['errors'];
  /** How the lead stands now, for a conflict. */
  card?: unknown;
  /** A refusal as data. */
  refusal?: Problem['refusal'];
  /** Who moved it last, for a conflict. */
  moved?: Problem['moved'];
  /** Who has the key already. */
  person?: unknown;
  headers?: Record<string, string>;
  /** Another status than the code's own (405 instead of 404). */
  status?: number;
  title?: string;
}

/** `throw problem('refused', 'Only the holder may pause this hand-off.')`. `detail` is a sentence people can read. */
export function problem(code: ProblemCode, detail?: string, extra: ProblemExtra = {}): Problematic {
  const { headers, status = problemCodes[code], title = titles[code], ...fields } = extra;
  return new Problematic({ type: prefix + code, title, status, ...(detail !== undefined && { detail }), ...fields }, headers);
}

/** A refusal that screens have words for in every language; `detail` is the same in English. */
export const refused = (code: string, detail: string, facts: Facts = {}): Problematic =>
  problem('refused', detail, { refusal: { code, facts: structuredClone(facts) as never } });
/** A refusal in the words of `troubles`. */
export const troubled = (code: TroubleCode, facts: Trouble['facts'] = {}): Problematic =>
  refused(code, troubleSentence({ code, facts })!, facts);

/** The same for another kind of problem. */
export const worded = (kind: ProblemCode, code: string, detail: string, facts: Facts = {}, extra: ProblemExtra = {}): Problematic =>
  problem(kind, detail, { ...extra, refusal: { code, facts: structuredClone(facts) as never } });

export const notFound = (detail?: string): Problematic => problem('not-found', detail);
