/** When a message that was not taken is tried again, and when an address is given up. Pure. */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits after the first, second, … try, in ms: three days in all. */
const waits = [5 * second, minute, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];

/** How long an address may take nothing before it is turned off. */
export const patience = 5 * 24 * hour;

/** More failures in a row than a single message can cause. */
export const manyFailures = 5 * waits.length;

export const longestWait = 24 * hour;

/**
 * How long (ms) to wait after `tries` tries; `undefined` when that was the last. Between half and all of the step, so
 * that what failed together does not come back together.
 * @param asked ms that the receiver asked for by `Retry-After`
 * @param random in [0, 1)
 */
export function waitAfter(tries: number, random: number, asked = 0): number | undefined {
  const wait = waits[tries - 1];
  if (wait === undefined) return undefined;
  return Math.max(wait * (0.5 + random / 2), Math.min(asked, longestWait));
}

/** The same for the whole address after so many failures in a row: it is asked about once an hour at the least. */
export const restAfter = (failures: number, random: number, asked = 0): number =>
  Math.max(Math.min(waits[Math.min(failures, waits.length) - 1]!, hour) * (0.5 + random / 2), Math.min(asked, longestWait));

/** `Retry-After` in ms: seconds, or a date. 0 when absent or not to be read. */
export function asked(header: string | undefined, now: number): number {
  if (header === undefined) return 0;
  if (/^\d+$/.test(header)) return Number(header) * second;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now);
}
