import type { Agreement } from '../../../lib/funnel/agreement.ts';
import type { RawLead, RawTouch } from '../history.ts';
import { during, type Entered, height, lives, localDay, middle, type Narrow, narrowed, ratio, type World } from './common.ts';

type Days = { from: string; to: string };
const activeKinds = new Set(['form', 'reply', 'click', 'attended', 'downloaded', 'read', 'visited']);
export const models = ['first', 'last', 'linear', 'position', 'u_shaped', 'w_shaped', 'time_decay'] as const;
type Model = (typeof models)[number];

/** Touches before an outcome that share it: active, within the look-back, one a day of each campaign. */
function counting(touches: RawTouch[], at: number, months: number, zone: string): RawTouch[] {
  const since = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).subtract({ months }).epochMilliseconds;
  const seen = new Set<string>();
  return touches
    .filter((one) => activeKinds.has(one.kind) && one.at <= at && one.at >= since)
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    .filter((one) => {
      if (one.campaign === null) return true;
      const key = `${one.campaign} ${localDay(one.at, zone)}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}

/** In whole numbers, but for time decay: the amounts that are divided by them have exact halves, which parts of 1 would miss. */
function weights(list: RawTouch[], model: Model, created: number | undefined, opened: number | undefined): number[] {
  const n = list.length;
  const before = (at: number | undefined) => {
    let index = -1;
    if (at !== undefined) for (let i = 0; i < n; i++) if (list[i]!.at <= at) index = i;
    return index;
  };
  const lead = before(created);
  const deal = before(opened);
  if (model === 'w_shaped' && (lead < 0 || deal < 0)) return weights(list, 'u_shaped', created, opened);
  if (model === 'u_shaped' && lead < 0) return weights(list, 'position', created, opened);
  const out = new Array<number>(n).fill(0);
  if (model === 'first') out[0] = 1;
  else if (model === 'last') out[n - 1] = 1;
  else if (model === 'linear') out.fill(1);
  else if (model === 'time_decay') for (let i = 0; i < n; i++) out[i] = 0.5 ** ((list[n - 1]!.at - list[i]!.at) / 604_800_000);
  else {
    const anchors = model === 'position' ? [0, n - 1] : model === 'u_shaped' ? [0, lead] : [0, lead, deal];
    const percent = model === 'w_shaped' ? 30 : 40;
    const others = [...out.keys()].filter((i) => !anchors.includes(i));
    for (const i of anchors) out[i]! += others.length > 0 ? percent * others.length : 1;
    for (const i of others) out[i] = 100 - percent * anchors.length;
  }
  return out;
}

/** Whole cents along such weights: a cent that a border goes through belongs to the side where most of it lies. */
function divided(cents: number, list: number[]): number[] {
  const whole = list.reduce((a, b) => a + b, 0);
  let weight = 0;
  let gone = 0;
  return list.map((one) => {
    weight += one;
    const until = Math.round((cents * weight) / whole);
    const part = until - gone;
    gone = until;
    return part;
  });
}

const levels = ['sal', 'sql', 'opportunity', 'customer'] as const;
const names = { sal: 'accepted', sql: 'sql', opportunity: 'opportunity', customer: 'customer' } as const;

interface Part {
  share: number;
  pipeline: number;
  won: number;
}
export interface Given {
  sum: Record<string, number>;
  squares: Record<string, number>;
  pipeline: number;
  won: number;
}

/** Outcomes of the span shared by each model; `pipeline` and `won` in cents of the only currency deals have. */
export function credit(world: World, agreement: Agreement, span: Days, narrow: Narrow, all: Entered[] = lives(world)) {
  const fits = narrowed(world, narrow);
  const touches = Map.groupBy(world.raw.touches, ({ person }) => person);
  // Who ever opened, and who won: among these a deal is divided.
  const ever = (stage: string) => new Set(all.filter((one) => one.stage === stage).map(({ person }) => person));
  const amounts = Object.fromEntries(
    ['opportunity', 'customer'].map((stage) => {
      const those = ever(stage);
      const dealsOf = (lead: RawLead): Record<string, number> | null => {
        if (!lead.deals || stage === 'opportunity') return lead.deals?.pipeline ?? null;
        const saidHere = lead.stage === 'customer' && Object.keys(lead.deals.won).length === 0;
        return saidHere ? lead.deals.pipeline : lead.deals.won;
      };
      const parts = new Map<string, string[]>();
      for (const lead of world.raw.leads)
        if (those.has(lead.id)) for (const deal of Object.keys(dealsOf(lead) ?? {})) parts.set(deal, [...(parts.get(deal) ?? []), lead.id]);
      for (const people of parts.values()) people.sort();
      const worth = (lead: RawLead): number => {
        const deals = dealsOf(lead);
        if (!deals) return lead.amount ?? 0;
        let sum = 0;
        for (const [deal, value] of Object.entries(deals)) {
          const people = parts.get(deal)!;
          sum += divided(value, new Array<number>(people.length).fill(1))[people.indexOf(lead.id)]!;
        }
        return sum;
      };
      return [stage, new Map(world.raw.leads.filter(({ id }) => those.has(id)).map((lead) => [lead.id, worth(lead)]))];
    }),
  );
  const sums = { pipeline: 0, won: 0 };
  /** Of these, what no touch led to. */
  const alone = { pipeline: 0, won: 0 };
  // Somebody who came to a stage in several passages is worth something once: in the last of them.
  const last = new Map(all.map((one) => [`${one.person} ${one.stage}`, one]));
  const worthOf = (one: Entered, stage: 'opportunity' | 'customer'): number =>
    one.stage === stage && last.get(`${one.person} ${stage}`) === one ? amounts[stage]!.get(one.person)! : 0;
  const channelOf = new Map(world.raw.campaigns.map(({ id, channel }) => [id, channel]));
  const created = new Map<string, number>();
  for (const { person, to, at } of world.raw.changes)
    if (height(to) >= 1 && at <= world.asOf) created.set(person, Math.min(at, created.get(person) ?? at));
  const opened = new Map<object, number>();
  for (const one of all)
    if (one.stage === 'opportunity' || one.stage === 'customer')
      opened.set(one.passage, Math.min(one.at, opened.get(one.passage) ?? one.at));

  const campaigns = new Map<string, Given>();
  const channels = new Map<string, Given>();
  const whole: Record<string, number> = { accepted: 0, sql: 0, opportunity: 0, customer: 0 };
  const without: Record<string, number> = { accepted: 0, sql: 0, opportunity: 0, customer: 0 };
  for (const model of models)
    for (const one of all) {
      if (!levels.includes(one.stage as never) || !during(world, one.at, span) || !fits(one.person, one.at)) continue;
      const name: string = names[one.stage as (typeof levels)[number]];
      const list = counting(touches.get(one.person) ?? [], one.at, agreement.lookBackMonths, world.zone);
      if (model === 'first') {
        whole[name]!++;
        sums.pipeline += worthOf(one, 'opportunity');
        sums.won += worthOf(one, 'customer');
        if (list.length === 0) {
          without[name]!++;
          alone.pipeline += worthOf(one, 'opportunity');
          alone.won += worthOf(one, 'customer');
        }
      }
      if (list.length === 0) continue;
      const lead = created.get(one.person);
      const deal = opened.get(one.passage);
      const heavy = weights(
        list,
        model,
        lead !== undefined && lead <= one.at ? lead : undefined,
        deal !== undefined && deal <= one.at ? deal : undefined,
      );
      const sum = heavy.reduce((a, b) => a + b, 0);
      const pipeline = divided(worthOf(one, 'opportunity'), heavy);
      const won = divided(worthOf(one, 'customer'), heavy);
      const mine = { campaign: new Map<string, Part>(), channel: new Map<string, Part>() };
      for (const [i, weight] of heavy.entries()) {
        const { campaign, channel } = list[i]!;
        const give = (to: Map<string, Part>, key: string) => {
          const had = to.get(key) ?? { share: 0, pipeline: 0, won: 0 };
          to.set(key, { share: had.share + weight / sum, pipeline: had.pipeline + pipeline[i]!, won: had.won + won[i]! });
        };
        if (campaign !== null) give(mine.campaign, campaign);
        give(mine.channel, campaign === null ? channel : channelOf.get(campaign)!);
      }
      for (const [to, from] of [
        [campaigns, mine.campaign],
        [channels, mine.channel],
      ] as const)
        for (const [key, part] of from) {
          let given = to.get(`${model} ${key}`);
          if (!given) {
            given = {
              sum: { accepted: 0, sql: 0, opportunity: 0, customer: 0 },
              squares: { accepted: 0, sql: 0, opportunity: 0, customer: 0 },
              pipeline: 0,
              won: 0,
            };
            to.set(`${model} ${key}`, given);
          }
          given.sum[name]! += part.share;
          given.squares[name]! += part.share ** 2;
          given.pipeline += part.pipeline;
          given.won += part.won;
        }
    }
  return { campaigns, channels, whole, without, sums, alone };
}

/** Campaigns that engaged somebody of these leads in the span or within the look-back before it. */
export function meant(world: World, agreement: Agreement, span: Days, narrow: Narrow): Set<string> {
  const fits = narrowed(world, narrow);
  const since = Temporal.PlainDate.from(span.from).toZonedDateTime(world.zone).subtract({ months: agreement.lookBackMonths });
  const found = new Set<string>();
  for (const { kind, at, person, campaign } of world.raw.touches)
    if (campaign !== null && activeKinds.has(kind) && at >= since.epochMilliseconds && at <= world.asOf && fits(person, at))
      if (localDay(at, world.zone) <= span.to) found.add(campaign);
  return found;
}

/** What was planned and spent in the span, day by day, in whole cents. */
export function spent(world: World, span: Days, which: (campaign: string) => boolean): Record<string, { planned: number; spent: number }> {
  const today = localDay(world.asOf, world.zone);
  const sums: Record<string, { planned: number; spent: number }> = {};
  for (const row of world.raw.spend) {
    if (!which(row.campaign)) continue;
    const days: string[] = [];
    for (let day = Temporal.PlainDate.from(row.month); day.toString().slice(0, 7) === row.month.slice(0, 7); day = day.add({ days: 1 }))
      days.push(day.toString());
    const past = days[0]! <= today ? days.filter((day) => day <= today) : days;
    const sum = sums[row.currency] ?? { planned: 0, spent: 0 };
    sums[row.currency] = sum;
    for (const [what, those] of [
      ['planned', days],
      ['spent', past],
    ] as const) {
      const daily = divided(row[what] ?? 0, new Array<number>(those.length).fill(1));
      for (const [i, day] of those.entries()) if (day >= span.from && day <= span.to) sum[what] += daily[i]!;
    }
  }
  return sums;
}

export function longTerm(world: World, span: Days, quarters: Days[], narrow: Narrow) {
  const fits = narrowed(world, narrow);
  const first = new Map<string, RawTouch>();
  for (const touch of world.raw.touches) {
    if (!activeKinds.has(touch.kind)) continue;
    const known = first.get(touch.person);
    if (!known || touch.at < known.at || (touch.at === known.at && touch.id < known.id)) first.set(touch.person, touch);
  }
  const changes = Map.groupBy(
    world.raw.changes.filter(({ at }) => at <= world.asOf),
    ({ person }) => person,
  );
  const month = (365.25 / 12) * 86_400_000;
  const people = [...first.values()]
    .filter((touch) => during(world, touch.at, span) && fits(touch.person, touch.at))
    .map((touch) => {
      const later = (stage: string) => {
        const times = (changes.get(touch.person) ?? [])
          .filter(({ to, at }) => at >= touch.at && height(to) >= height(stage as never))
          .map(({ at }) => at);
        return times.length > 0 ? (Math.min(...times) - touch.at) / month : undefined;
      };
      return {
        at: touch.at,
        channel: touch.channel,
        sql: later('sql'),
        customer: later('customer'),
        seen: (world.asOf - touch.at) / month,
      };
    });
  const row = (some: typeof people) => {
    const months = some.flatMap(({ sql }) => (sql === undefined ? [] : [sql]));
    const within = [3, 6, 9, 12, 15, 18, 21, 24].map((limit) => {
      const enough = some.filter(({ seen }) => seen >= limit);
      return {
        months: limit,
        ...ratio(enough.filter(({ sql }) => sql !== undefined && sql <= limit).length, enough.length),
        growing: enough.length < some.length,
      };
    });
    return {
      people: some.length,
      sql: ratio(months.length, some.length),
      customer: ratio(some.filter(({ customer }) => customer !== undefined).length, some.length),
      ...(months.length > 0 && { months: { p25: middle(months, 0.25)!, median: middle(months)!, p75: middle(months, 0.75)! } }),
      within: within.filter(({ of }) => of > 0),
      maturing: within.at(-1)!.growing,
    };
  };
  const split = (some: typeof people) => quarters.map((quarter) => row(some.filter(({ at }) => during(world, at, quarter))));
  const won = lives(world).filter((one) => one.stage === 'customer' && during(world, one.at, span) && fits(one.person, one.at));
  let began = 0;
  let assisted = 0;
  const touches = Map.groupBy(world.raw.touches, ({ person }) => person);
  for (const { person, at } of won) {
    const path = (touches.get(person) ?? [])
      .filter((touch) => activeKinds.has(touch.kind) && touch.at <= at)
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
      .map(({ channel }) => channel === 'content' || channel === 'search');
    if (path[0]) began++;
    else if (path.includes(true)) assisted++;
  }
  return {
    total: row(people),
    quarters: split(people),
    channel: (channel: string) => ({
      ...row(people.filter((one) => one.channel === channel)),
      quarters: split(people.filter((one) => one.channel === channel)),
    }),
    won: { began: ratio(began, won.length), assisted: ratio(assisted, won.length) },
  };
}
