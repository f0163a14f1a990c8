import { during, localDay, type Narrow, narrowed, ratio, type World } from './common.ts';

/** The campaigns report once more, by plain loops: of one campaign, or of all together when none is named. */

const active = new Set(['form', 'reply', 'click', 'attended', 'downloaded', 'read', 'visited']);
type Days = { from: string; to: string };

export function campaigns(
  world: World,
  lookBackMonths: number,
  span: Days,
  channel?: string,
  narrow: Pick<Narrow, 'owner' | 'origin' | 'segment'> = {},
  only?: string,
) {
  const { raw } = world;
  const fits = narrowed(world, narrow);
  const chosen = raw.campaigns.filter((one) => (!channel || one.channel === channel) && (!only || one.id === only)).map(({ id }) => id);
  const touchesOf = Map.groupBy(
    raw.touches.filter(
      (touch) => active.has(touch.kind) && touch.campaign && chosen.includes(touch.campaign) && fits(touch.person, touch.at),
    ),
    ({ person }) => person,
  );
  const engaged = (person: string, at: number): Set<string> => {
    const since = Temporal.Instant.fromEpochMilliseconds(at)
      .toZonedDateTimeISO(world.zone)
      .subtract({ months: lookBackMonths }).epochMilliseconds;
    return new Set((touchesOf.get(person) ?? []).filter((touch) => touch.at <= at && touch.at >= since).map(({ campaign }) => campaign!));
  };
  const opened = raw.handoffs
    .filter((handoff) => during(world, handoff.opened, span) && fits(handoff.person, handoff.opened))
    .map((handoff) => ({ ...handoff, by: engaged(handoff.person, handoff.opened) }));
  const given = raw.feedback
    .filter((one) => one.kind === 'verdict' && during(world, one.at, span) && fits(one.person, one.at))
    .map((one) => ({
      ...one,
      by: one.campaign ? new Set([one.campaign].filter((id) => chosen.includes(id))) : engaged(one.person, one.at),
    }));
  const today = localDay(world.asOf, world.zone);

  /** Together they cost what those of `shown` did. */
  return (campaign?: string, shown: ReadonlySet<string> = new Set(chosen)) => {
    const has = (by: Set<string>) => (campaign ? by.has(campaign) : by.size > 0);
    const people = new Set<string>();
    for (const [person, touches] of touchesOf)
      for (const touch of touches) if ((!campaign || touch.campaign === campaign) && during(world, touch.at, span)) people.add(person);
    const mine = opened.filter(({ by }) => has(by));
    const done = (at: number | null) => at !== null && at <= world.asOf;
    const qualified = mine.filter((h) => h.state === 'qualified' && done(h.answered));
    const returned = mine.filter((h) => h.state === 'returned' && done(h.answered));
    const accepted = mine.filter((h) => done(h.accepted) || qualified.includes(h));
    const reasons: Record<string, number> = {};
    for (const { reason } of returned) if (reason) reasons[reason] = (reasons[reason] ?? 0) + 1;
    const verdicts: Record<string, number> = { strong: 0, fair: 0, poor: 0 };
    for (const { verdict, by } of given) if (has(by)) verdicts[verdict!]!++;
    const spent: Record<string, number> = {};
    for (const row of raw.spend) {
      if (!(campaign ? row.campaign === campaign : shown.has(row.campaign))) continue;
      const first = Temporal.PlainDate.from(row.month);
      let days = Array.from({ length: first.daysInMonth }, (_, i) => first.add({ days: i }).toString());
      if (days.includes(today)) days = days.filter((day) => day <= today);
      let gone = 0;
      for (const [i, day] of days.entries()) {
        const until = Math.round(((row.spent ?? 0) * (i + 1)) / days.length);
        if (day >= span.from && day <= span.to) spent[row.currency] = (spent[row.currency] ?? 0) + until - gone;
        gone = until;
      }
    }
    return {
      touched: people.size,
      handedOver: mine.length,
      accepted: ratio(accepted.length, mine.length),
      qualified: ratio(qualified.length, mine.length),
      returned: returned.length,
      reasons,
      verdicts,
      spent,
    };
  };
}
