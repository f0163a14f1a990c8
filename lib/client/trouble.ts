import type { Problem } from '../contract/problem.ts';

/** How a call of the backend can go wrong. */
export class SignedOut extends Error {
  override name = 'SignedOut';
  constructor(sentence = 'You are signed out.') {
    super(sentence);
  }
}

/** The backend could not be reached, or did not answer in time. */
export class Offline extends Error {
  override name = 'Offline';
}
/** The backend answered with a problem, or with something that the contract does not know. */
export class Refused extends Error {
  override name = 'Refused';
  readonly status: number;
  /** The stable end of the problem's `type`, for example `conflict`; empty when it sent none. */
  readonly code: string;
  readonly problem: Problem;
  /** ms to wait before asking again, when the backend said so. */
  readonly retryAfter?: number;
  constructor(status: number, problem: Problem, retryAfter?: number) {
    super(problem.detail ?? problem.title);
    this.status = status;
    this.problem = problem;
    this.code = /^urn:baton:problem:(.+)$/.exec(problem.type)?.[1] ?? '';
    this.retryAfter = retryAfter;
  }
}
export type Trouble = Offline | Refused | SignedOut;
