import type { Commitment } from './agreement.ts';
import { smallestSample, wilson } from './statistics.ts';

/** What a workspace really delivered of a promise, beside what the promise asks. */
export interface Delivered {
  /** Of a share: kept, of those due. Of a count: how many, in so many months. */
  n: number;
  of: number;
}
export interface Interval {
  /** A share, or a number a month. */
  value: number;
  low: number;
  high: number;
}

const z = 1.959963984540054;

/** Of a share Wilson's interval, of a count Byar's for a Poisson rate, both 95 %; `undefined` where there is too little. */
export function intervalOf(unit: Commitment['unit'], { n, of }: Delivered): Interval | undefined {
  if (unit === 'share') return of < smallestSample ? undefined : { value: n / of, ...wilson(n, of) };
  if (!(of > 0) || n < 1) return undefined;
  const bound = (count: number, sign: 1 | -1): number => count * (1 - 1 / (9 * count) + (sign * z) / (3 * Math.sqrt(count))) ** 3;
  return { value: n / of, low: Math.max(0, bound(n, -1)) / of, high: bound(n + 1, 1) / of };
}

/** Whether a target asks for more than was ever likely, or for less; `undefined` within the interval, or without one. */
export function targetAgainst(target: number, interval: Interval | undefined): 'above' | 'below' | undefined {
  if (!interval) return undefined;
  if (target > interval.high) return 'above';
  return target < interval.low ? 'below' : undefined;
}
