import { rate } from '../../../lib/funnel/statistics.ts';

export interface Share {
  n: number;
  of: number;
  share?: number;
  low?: number;
  high?: number;
}

/** Of so many, so many; from twenty on with its share and Wilson interval. */
export function share(n: number, of: number): Share {
  const found = rate(n, of);
  return { n, of, ...(found && { share: found.rate, low: found.low, high: found.high }) };
}
