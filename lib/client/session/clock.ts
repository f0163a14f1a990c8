/** The server's time as this device can know it, from the `Date` of its answers. */
export interface ServerClock {
  /** ms since epoch. */
  now(): number;
  /** Takes an answer and the device times (ms) between which it was made; tells whether the correction changed. */
  learn(date: string | null, sentAt: number, receivedAt: number): boolean;
  /** Server minus device, ms. */
  skew: number;
}

/**
 * `Date` has whole seconds, so each answer says only between which two values the skew lies. Answers that agree narrow
 * that down to less than a round trip; one that contradicts means that a clock was set, and starts anew.
 */
export function serverClock(now: () => number, skew = 0): ServerClock {
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  return {
    skew,
    now() {
      return now() + this.skew;
    },
    learn(date, sentAt, receivedAt) {
      const at = date === null ? Number.NaN : Date.parse(date);
      if (!Number.isFinite(at) || receivedAt < sentAt) return false;
      const from = at - receivedAt;
      const to = at + 1000 - sentAt;
      low = Math.max(low, from);
      high = Math.min(high, to);
      if (low > high) {
        low = from;
        high = to;
      }
      // What is known already stays while it fits, so that the corrected clock does not tremble.
      if (this.skew >= low && this.skew <= high) return false;
      this.skew = Math.round((low + high) / 2);
      return true;
    },
  };
}
