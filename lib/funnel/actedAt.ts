/** How long before its receipt an act may have happened and still count from when it happened. */
export const longestDelayHours = 72;

/**
 * The instant of an act that the clock uses: when it was done on the device, but not before what it answers began,
 * not more than 72 hours before the backend received it, and not after. Order is by receipt all the same.
 * `began`: when the lead's present clock started (for a waiting hand-off, its opening).
 */
export function countedAt(actedAt: string, receivedAt: string, began: string | undefined): string {
  const received = Date.parse(receivedAt);
  const earliest = Math.max(received - longestDelayHours * 3_600_000, began === undefined ? Number.NEGATIVE_INFINITY : Date.parse(began));
  const acted = Date.parse(actedAt);
  return new Date(Math.min(Math.max(Number.isNaN(acted) ? received : acted, earliest), received)).toISOString();
}
