/**
 * Days and months of one time zone by plain arithmetic: what Temporal answers, without an object for each of a million
 * questions. Instants are epoch ms.
 */
export interface ZoneClock {
  /** Days since 1 January 1970 on that zone's calendar. */
  dayOf(at: number): number;
  /** The same local time so many months (1 or more) earlier, on the last day of a month that is too short. */
  monthsBefore(at: number, months: number): number;
}

const dayMs = 86_400_000;
const byZone = new Map<string, ZoneClock>();

export function zoneClock(zone: string): ZoneClock {
  let clock = byZone.get(zone);
  if (!clock) {
    clock = compile(zone);
    byZone.set(zone, clock);
  }
  return clock;
}

/** Between two changes of the clocks; `until` is not in it. */
interface Stretch {
  since: number;
  until: number;
  offset: number;
}

function compile(zone: string): ZoneClock {
  const known: Stretch[] = [];
  let latest: Stretch = { since: 0, until: 0, offset: 0 };
  const has = ({ since, until }: Stretch, at: number): boolean => at >= since && at < until;
  const offset = (at: number): number => {
    if (!has(latest, at)) {
      const found = known.find((one) => has(one, at)) ?? stretchAt(zone, at);
      if (!known.includes(found)) known.push(found);
      latest = found;
    }
    return latest.offset;
  };
  /** As `compatible` in Temporal: the earlier of two; what clocks skip is that much later. */
  const instantOf = (wall: number): number => {
    const before = offset(wall - dayMs);
    const after = offset(wall + dayMs);
    if (offset(wall - before) !== before && offset(wall - after) === after) return wall - after;
    return wall - before;
  };
  return {
    dayOf: (at) => Math.floor((at + offset(at)) / dayMs),
    monthsBefore(at, months) {
      const wall = at + offset(at);
      const date = new Date(wall);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() - months];
      const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
      return instantOf(Date.UTC(year, month, Math.min(date.getUTCDate(), lastDay)) + (wall - Math.floor(wall / dayMs) * dayMs));
    },
  };
}

function stretchAt(zone: string, at: number): Stretch {
  const here = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  // The change before is looked for from just after, so that the instant of a change belongs to what it begins.
  const since = here.add({ milliseconds: 1 }).getTimeZoneTransition('previous');
  const until = here.getTimeZoneTransition('next');
  return {
    since: since?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    until: until?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offset: here.offsetNanoseconds / 1e6,
  };
}
