/** Below this a rate says more about chance than about work, and is not printed. */
export const smallestSample = 20;
/** Twenty or more: the sum of shares that make twenty may miss it by a hair. */
export const isEnough = (n: number): boolean => n > smallestSample - 1e-9;

export interface Rate {
  /** `k / n`, and the Wilson 95 % interval around it; all between 0 and 1. */
  rate: number;
  low: number;
  high: number;
}

// The 97.5th percentile of the normal distribution.
const z = 1.959963984540054;

/**
 * Wilson score interval: honest near 0 and 1 and for small `n`, where the usual one is not.
 * @throws RangeError unless 0 ≤ k ≤ n and n > 0
 */
export function wilson(k: number, n: number): { low: number; high: number } {
  if (!(n > 0 && k >= 0 && k <= n)) throw new RangeError(`No interval for ${k} of ${n}.`);
  const p = k / n;
  const zz = z * z;
  const middle = p + zz / (2 * n);
  const spread = z * Math.sqrt((p * (1 - p) + zz / (4 * n)) / n);
  const scale = 1 + zz / n;
  // The exact bounds at the ends are 0 and 1; rounding must not pass them.
  return {
    low: k === 0 ? 0 : Math.max(0, (middle - spread) / scale),
    high: k === n ? 1 : Math.min(1, (middle + spread) / scale),
  };
}

/** The rate with its interval; `undefined` under 20. */
export function rate(k: number, n: number): Rate | undefined {
  return n < smallestSample ? undefined : { rate: k / n, ...wilson(k, n) };
}

/** Quantile `q` (0 to 1), interpolated between neighbours as most tools do; `undefined` of nothing. The input is not changed. */
export function quantile(values: readonly number[], q: number): number | undefined {
  if (values.length === 0) return undefined;
  if (!(q >= 0 && q <= 1)) throw new RangeError(`A quantile is between 0 and 1, not ${q}.`);
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * q;
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (place - below);
}

export const median = (values: readonly number[]): number | undefined => quantile(values, 0.5);
