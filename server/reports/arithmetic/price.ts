import { isEnough } from '../../../lib/funnel/statistics.ts';

/** The 97.5th percentile of the normal distribution. */
const z = 1.959963984540054;

/**
 * How uncertain a sum of shares is, as the standard deviation of its logarithm: outcomes come by chance one by one, so
 * the variance of their weighted sum is the sum of the squared weights.
 */
export const spread = (weight: number, squares: number): number => Math.sqrt(squares) / weight;

export interface Price {
  value: number;
  low: number;
  high: number;
}
/** What one of `weight` cost, with its 95 % interval; `undefined` of fewer than twenty. */
export function price(spent: number, weight: number, squares: number): Price | undefined {
  if (!isEnough(weight)) return undefined;
  const factor = Math.exp(z * spread(weight, squares));
  return { value: spent / weight, low: spent / weight / factor, high: (spent / weight) * factor };
}

/**
 * For each of several log-normal yields, the chance that it is the largest: the density of one times the chance that
 * all others are below, summed over a fine grid. Chances sum to 1.
 */
export function chancesToBeBest(yields: readonly { log: number; spread: number }[]): number[] {
  if (yields.length < 2) return yields.map(() => 1);
  const low = Math.min(...yields.map(({ log, spread }) => log - 8 * spread));
  const high = Math.max(...yields.map(({ log, spread }) => log + 8 * spread));
  const finest = Math.min(...yields.map(({ spread }) => spread));
  const steps = Math.min(20_000, Math.ceil(((high - low) / finest) * 20));
  const chances = yields.map(() => 0);
  for (let i = 0; i < steps; i++) {
    const x = low + ((i + 0.5) * (high - low)) / steps;
    const below = yields.map(({ log, spread }) => normal((x - log) / spread));
    for (const [k, { log, spread }] of yields.entries()) {
      const u = (x - log) / spread;
      const density = Math.exp((-u * u) / 2) / spread;
      if (density > 0) chances[k]! += density * below.reduce((product, p, j) => (j === k ? product : product * p), 1);
    }
  }
  const sum = chances.reduce((a, b) => a + b, 0);
  return chances.map((chance) => chance / sum);
}

/** The normal distribution function, to seven digits (Abramowitz and Stegun 26.2.17). */
function normal(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x >= 0 ? 1 - tail : tail;
}
