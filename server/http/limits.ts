import { worded } from './problem.ts';

/** So many per window, refilled evenly; unused ones add up to one window's worth. */
export interface Policy {
  quota: number;
  /** Seconds. */
  window: number;
}

export const policies = {
  /** Requests of one user in one workspace. */
  requests: { quota: 1200, window: 60 },
  /** Tags asked for: reading a workspace card by card takes as long as it takes. */
  tags: { quota: 20_000, window: 3600 },
  /** Searches by name. */
  searches: { quota: 60, window: 60 },
} as const satisfies Record<string, Policy>;
export type PolicyName = keyof typeof policies;
export type Policies = Record<PolicyName, Policy>;

interface Bucket {
  left: number;
  at: number;
}

/** How a user stands with one policy, as the RateLimit fields say it. */
export interface Standing {
  policy: PolicyName;
  quota: number;
  window: number;
  remaining: number;
  /** Seconds until the quota is whole again. */
  reset: number;
}

/**
 * Counts in this process alone: with several behind a balancer each allows as much.
 * Keyed by workspace and user, whatever tokens or addresses they use.
 */
export class Limits {
  readonly #policies: Policies;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(now: () => number, some: Partial<Policies> = {}) {
    this.#now = now;
    this.#policies = { ...policies, ...some };
  }

  /** @throws `rate-limited` with Retry-After, and takes nothing then */
  take(who: string, policy: PolicyName, cost = 1): Standing {
    const { quota, window } = this.#policies[policy];
    const now = this.#now();
    const rate = quota / (window * 1000);
    const key = `${policy} ${who}`;
    const before = this.#buckets.get(key);
    const left = before ? Math.min(quota, before.left + Math.max(0, now - before.at) * rate) : quota;
    const enough = left >= cost;
    const rest = enough ? left - cost : left;
    // Oldest first, so that the sweep can stop early.
    this.#buckets.delete(key);
    this.#buckets.set(key, { left: rest, at: now });
    this.#sweep(now);
    const standing: Standing = { policy, quota, window, remaining: Math.floor(rest), reset: Math.ceil((quota - rest) / rate / 1000) };
    if (!enough)
      throw worded(
        'rate-limited',
        'too-much',
        {},
        {
          headers: { 'retry-after': String(Math.max(1, Math.ceil((cost - left) / rate / 1000))), ...limitFields(standing) },
        },
      );
    return standing;
  }

  /** Forgets buckets that are full again. */
  #sweep(now: number): void {
    for (const [key, { at }] of this.#buckets) {
      const { window } = this.#policies[key.slice(0, key.indexOf(' ')) as PolicyName];
      if (now - at < window * 1000) return;
      this.#buckets.delete(key);
    }
  }
}

export const limitFields = ({ policy, quota, window, remaining, reset }: Standing): Record<string, string> => ({
  'ratelimit-policy': `"${policy}";q=${quota};w=${window}`,
  ratelimit: `"${policy}";r=${remaining};t=${reset}`,
});
