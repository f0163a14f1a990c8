import type { Agreement } from '../../lib/funnel/agreement.ts';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import type { Random } from './random.ts';

/** Instants of the sample, in epoch milliseconds, around the moment it is made. */
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
/** How far back the sample reaches: nine months. */
export const span = 270 * day;

export const iso = (at: number): string => new Date(Math.round(at)).toISOString();

/** The instant before which exactly `minutes` business minutes lie until `now`. */
export function businessBefore(agreement: Agreement, now: number, minutes: number): number {
  const calendar = businessCalendar(agreement.calendar);
  let early = now - 60 * day;
  let late = now;
  while (late - early > 1000) {
    const middle = (early + late) / 2;
    if (calendar.between(middle, now) > minutes * minute) early = middle;
    else late = middle;
  }
  return late;
}

/** Local wall-clock time of a day in the agreement's zone. */
export function wall(agreement: Agreement, at: number, hours: number, minutes = 0): number {
  return Temporal.Instant.fromEpochMilliseconds(Math.round(at))
    .toZonedDateTimeISO(agreement.calendar.zone)
    .with({ hour: hours, minute: minutes, second: 0, millisecond: 0 }).epochMilliseconds;
}

/** Somewhere in the working hours of the nearest working day: people act when they are at work. */
export function atWork(agreement: Agreement, at: number, chance: Random): number {
  const zoned = Temporal.Instant.fromEpochMilliseconds(Math.round(at)).toZonedDateTimeISO(agreement.calendar.zone);
  const moved = zoned.dayOfWeek === 6 ? zoned.subtract({ days: 1 }) : zoned.dayOfWeek === 7 ? zoned.add({ days: 1 }) : zoned;
  const clock = moved.hour * 60 + moved.minute;
  if (clock >= 8 * 60 + 30 && clock < 17 * 60 + 15) return moved.epochMilliseconds;
  return wall(agreement, moved.epochMilliseconds, 9, 0) + chance.between(0, 7.5 * hour);
}
