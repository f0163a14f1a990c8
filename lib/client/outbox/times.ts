/** The times of the outbox, in ms. The device clock may jump, so no time is believed that lies further ahead than it can. */
export const holdFor = 6_000;
/** Longer than a request may take, so that a lease outlives its sender only when that was killed. */
export const leaseFor = 30_000;
/** Older acts are shown and not sent unasked. The backend knows an operation's id for 45 days. */
export const oldAfter = 30 * 24 * 3600_000;
/** How long something that is over can still be asked about. */
export const rememberFor = 3600_000;

const firstDelay = 2_000;
const longestDelay = 10 * 60_000;
const longestAsked = 3600_000;

/** Whether `time` is still to come, within what can be: further away than `span` it is a leftover of another clock. */
export const ahead = (time: number | undefined, now: number, span: number): boolean =>
  time !== undefined && time > now && time - now <= span;

/**
 * When to try again after the `attempts`-th failure: exponential with full jitter, at least as long as the backend asked for.
 * `random` in [0, 1).
 */
export function retryAt(now: number, attempts: number, random: number, asked = 0): number {
  const ceiling = Math.min(longestDelay, firstDelay * 2 ** Math.min(attempts - 1, 20));
  return now + Math.max(ceiling / 2 + (random * ceiling) / 2, Math.min(asked, longestAsked));
}
/** No back-off lies further ahead than this. */
export const backoffSpan = longestAsked;
