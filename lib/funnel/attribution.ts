import type { TouchForRules } from './lead.ts';
import { type AttributionModel, isActive } from './words.ts';
import { zoneClock } from './zone.ts';

/**
 * Shares one outcome among the touches that led to it. What counts: active touches inside the look-back, not after the
 * outcome; of one campaign on one day only the first.
 *
 * | model | weights |
 * |---|---|
 * | `first`, `last` | all on that touch |
 * | `linear` | equal |
 * | `position` | 40 first, 40 last, 20 on those between |
 * | `u_shaped` | 40 first, 40 on the touch that created the lead, 20 on the others |
 * | `w_shaped` | 30 first, 30 lead creation, 30 opportunity creation, 10 on the others |
 * | `time_decay` | halves with every 7 days before the outcome |
 *
 * A touch that is several anchors gets the sum of their shares; where there are no others, their share is spread
 * evenly over the anchors. An anchor that is not known drops the model to the next simpler one, and `used` says so:
 * w_shaped → u_shaped → position.
 */
export interface Outcome {
  /** When the outcome came: nothing after it counts. */
  at: string;
  leadCreatedAt?: string;
  opportunityCreatedAt?: string;
}
export interface Window {
  lookBackMonths: number;
  /** IANA zone: what "one day" is. */
  zone: string;
}
export interface Attribution {
  used: AttributionModel;
  /** Index into the touches that were given, and its share. Shares sum to 1, or the list is empty. In order of time. */
  shares: { touch: number; share: number }[];
}

export const halfLifeDays = 7;

export function attribute(touches: readonly TouchForRules[], model: AttributionModel, outcome: Outcome, window: Window): Attribution {
  const active = touches
    .map(({ at, kind, campaign }, touch) => ({ touch, at: Date.parse(at), kind, campaign }))
    .filter(({ kind }) => isActive(kind))
    .sort((a, b) => a.at - b.at || a.touch - b.touch);
  const counted = countable(
    { n: active.length, at: active.map(({ at }) => at) },
    (place) => active[place]!.campaign,
    window,
  )(Date.parse(outcome.at)).map((place) => active[place]!);
  if (counted.length === 0) return { used: model, shares: [] };
  const { used, weights } = weigh(
    counted.map(({ at }) => at),
    model,
    ms(outcome.leadCreatedAt),
    ms(outcome.opportunityCreatedAt),
  );
  const sum = total(weights);
  return { used, shares: counted.map(({ touch }, i) => ({ touch, share: weights[i]! / sum })).filter(({ share }) => share > 0) };
}

const ms = (instant: string | undefined): number | undefined => (instant === undefined ? undefined : Date.parse(instant));

/** Longer than any day, so that only neighbours need to be asked which day it was. */
const twoDays = 172_800_000;
/** No month, less a day for whatever clocks do, is shorter; ms. */
const shortestMonth = 27 * 86_400_000;

/** Where the window before an instant opens, or anywhere before `first` where all from there on is inside it; epoch ms. */
export const windowFrom = (first: number, until: number, { lookBackMonths, zone }: Window): number =>
  first < until - lookBackMonths * shortestMonth ? zoneClock(zone).monthsBefore(until, lookBackMonths) : Number.NEGATIVE_INFINITY;

/**
 * Which of one person's active touches, given in the order of time (epoch ms) with what names the campaign of each,
 * count for an outcome at an instant: their places in the list, in the same order. What the outcomes of one person have
 * in common is worked out once.
 */
export function countable(
  { n, at }: { n: number; at: ArrayLike<number> },
  campaignOf: (place: number) => string | number | undefined,
  window: Window,
): (until: number) => number[] {
  const clock = zoneClock(window.zone);
  const sameDay = (a: number, b: number) => a === b || (b - a < twoDays && clock.dayOf(a) === clock.dayOf(b));
  const firstsOfDay = (from: number): number[] => {
    const last = new Map<string | number, number>();
    const places: number[] = [];
    for (let i = from; i < n; i++) {
      const campaign = campaignOf(i);
      if (campaign !== undefined) {
        const before = last.get(campaign);
        if (before !== undefined && sameDay(before, at[i]!)) continue;
        last.set(campaign, at[i]!);
      }
      places.push(i);
    }
    return places;
  };
  let all: number[] | undefined;
  return (until) => {
    let from = 0;
    const since = n > 0 ? windowFrom(at[0]!, until, window) : 0;
    while (from < n && at[from]! < since) from++;
    // A window that opens in the middle makes other touches the first of their day.
    if (from === 0) all ??= firstsOfDay(0);
    const places = (from === 0 && all) || firstsOfDay(from);
    let end = places.length;
    while (end > 0 && at[places[end - 1]!]! > until) end--;
    return end === places.length ? places : places.slice(0, end);
  };
}

/**
 * What the touches that count weigh, by one model, and all of them; `at` are their instants, all in epoch ms and in the
 * order of time.
 */
export function weightsBy(
  model: AttributionModel,
  at: readonly number[],
  leadCreatedAt?: number,
  opportunityCreatedAt?: number,
): { weights: number[]; sum: number } {
  if (at.length === 0) return { weights: [], sum: 0 };
  const { weights } = weigh(at, model, leadCreatedAt, opportunityCreatedAt);
  return { weights, sum: total(weights) };
}
const total = (weights: readonly number[]): number => weights.reduce((a, b) => a + b, 0);

interface Weighed {
  used: AttributionModel;
  /** Whole numbers, but for `time_decay`: what is divided by them is divided exactly. */
  weights: number[];
}

function weigh(at: readonly number[], model: AttributionModel, lead: number | undefined, opportunity: number | undefined): Weighed {
  const last = at.length - 1;
  switch (model) {
    case 'first':
      return { used: model, weights: at.map((_, i) => (i === 0 ? 1 : 0)) };
    case 'last':
      return { used: model, weights: at.map((_, i) => (i === last ? 1 : 0)) };
    case 'linear':
      return { used: model, weights: at.map(() => 1) };
    case 'time_decay': {
      // Measured from the last touch: the same shares as from the outcome, without vanishing weights.
      const end = at[last]!;
      return { used: model, weights: at.map((one) => 2 ** (-(end - one) / (halfLifeDays * 86_400_000))) };
    }
    case 'position':
      return { used: model, weights: anchored(at.length, [0, last], 4) };
    case 'u_shaped': {
      const first = creator(at, lead);
      return first === undefined ? weigh(at, 'position', lead, opportunity) : { used: model, weights: anchored(at.length, [0, first], 4) };
    }
    case 'w_shaped': {
      const first = creator(at, lead);
      const second = creator(at, opportunity);
      return first === undefined || second === undefined
        ? weigh(at, 'u_shaped', lead, opportunity)
        : { used: model, weights: anchored(at.length, [0, first, second], 3) };
    }
  }
}

/** The touch that brought something about: the last one up to its instant. */
function creator(at: readonly number[], instant: number | undefined): number | undefined {
  if (instant === undefined) return undefined;
  let index = at.length - 1;
  while (index >= 0 && at[index]! > instant) index--;
  return index < 0 ? undefined : index;
}

/** @param each tenths of the whole; the others have what is left of it. */
function anchored(length: number, anchors: readonly number[], each: number): number[] {
  const others = length - new Set(anchors).size;
  const weights: number[] = new Array(length).fill(10 - each * anchors.length);
  for (const anchor of anchors) weights[anchor] = 0;
  for (const anchor of anchors) weights[anchor]! += others > 0 ? each * others : 1;
  return weights;
}
