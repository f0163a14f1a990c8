import { type Problem, type ProblemCode, problemCodes } from '../../lib/contract/problem.ts';
import type { Refusal } from '../../lib/funnel/lead.ts';
import { type Code, inEnglish, says, type sentences } from '../../lib/funnel/sentences/index.ts';
import type { Thing } from '../../lib/funnel/sentences/inputs.ts';
import type { FactsOf, Given, Said } from '../../lib/funnel/sentences/sentence.ts';

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

/** What only programs meet, in English: `problem('unsupported-media-type', 'Send the body as JSON.')`. Whatever people may meet is `worded`. */
export function problem(code: ProblemCode, detail?: string, extra: ProblemExtra = {}): Problematic {
  const { headers, status = problemCodes[code], title = titles[code], ...fields } = extra;
  return new Problematic({ type: prefix + code, title, status, ...(detail !== undefined && { detail }), ...fields }, headers);
}

type Rest<S> = S extends () => string ? [facts?: Record<string, never>, extra?: ProblemExtra] : [facts: FactsOf<S>, extra?: ProblemExtra];

/** What was said in words of another: a source's trouble, a refusal of the rules. */
export const told = (kind: ProblemCode, said: Said, detail: string, extra: ProblemExtra = {}): Problematic =>
  problem(kind, detail, { ...extra, refusal: said });

/** A problem in words that screens have in every language: `worded('conflict', 'rule-newer', { newest, version })`. */
export function worded<C extends Code>(kind: ProblemCode, code: C, ...[facts, extra]: Rest<(typeof sentences)[C]>): Problematic {
  const said = (says as (code: Code, facts: unknown) => Said)(code, facts);
  return told(kind, said, inEnglish(said)!, extra);
}

/** The same for what is not allowed. */
export const refused = <C extends Code>(code: C, ...rest: Rest<(typeof sentences)[C]>): Problematic => worded('refused', code, ...rest);

/** What the rules refuse. */
export const refusedBy = (refusal: Refusal): Problematic => told('refused', saidBy(refusal), refusal.sentence);
export const saidBy = ({ refused: code, facts = {} }: Pick<Refusal, 'refused' | 'facts'>): Said => ({ code, facts });

/** What is wrong at one place of the input. */
export function invalidAt<C extends Code>(pointer: string, code: C, ...facts: Given<(typeof sentences)[C]>): Problematic {
  return invalid(pointer, says(code, ...facts));
}
export function invalid(pointer: string, said: Said): Problematic {
  const detail = inEnglish(said)!;
  return told('invalid', said, detail, { errors: [{ pointer, detail, said }] });
}

export const noSuch = (what: Thing): Problematic => worded('not-found', 'no-such', { what });
export const notFound = (detail?: string): Problematic => problem('not-found', detail);
