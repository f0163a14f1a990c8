import type { TouchForRules } from './lead.ts';
import { type AttributionModel, attributionModels, isActive } from './words.ts';

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
  const counted = count(touches, outcome, window);
  if (counted.length === 0) return { used: model, shares: [] };
  return shared(counted, model, outcome);
}

/** The same by every model at once, of touches that are known to be active; `at` in epoch ms. */
export function attributeAll(
  touches: readonly { at: number; campaign?: string }[],
  outcome: Outcome,
  window: Window,
): Record<AttributionModel, Attribution> {
  const counted = counts(
    touches.map(({ at, campaign }, touch) => ({ touch, at, campaign })),
    outcome,
    window,
  );
  return Object.fromEntries(
    attributionModels.map((model) => [model, counted.length === 0 ? { used: model, shares: [] } : shared(counted, model, outcome)]),
  ) as Record<AttributionModel, Attribution>;
}

function shared(counted: Counted[], model: AttributionModel, outcome: Outcome): Attribution {
  const { used, weights } = weigh(counted, model, outcome);
  const sum = weights.reduce((a, b) => a + b, 0);
  return { used, shares: counted.map(({ touch }, i) => ({ touch, share: weights[i]! / sum })).filter(({ share }) => share > 0) };
}

interface Counted {
  touch: number;
  at: number;
}

function count(touches: readonly TouchForRules[], outcome: Outcome, window: Window): Counted[] {
  const active = touches
    .map(({ at, kind, campaign }, touch) => ({ touch, at: Date.parse(at), kind, campaign }))
    .filter(({ kind }) => isActive(kind));
  return counts(active, outcome, window);
}

/** Longer than any day, so that only neighbours need to be asked which day it was. */
const twoDays = 172_800_000;

function counts(active: (Counted & { campaign?: string })[], outcome: Outcome, { lookBackMonths, zone }: Window): Counted[] {
  const until = Date.parse(outcome.at);
  const since = Temporal.Instant.fromEpochMilliseconds(until)
    .toZonedDateTimeISO(zone)
    .subtract({ months: lookBackMonths }).epochMilliseconds;
  const dayOf = (at: number): string => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString();
  const last = new Map<string, number>();
  return active
    .filter(({ at }) => at >= since && at <= until)
    .sort((a, b) => a.at - b.at || a.touch - b.touch)
    .filter(({ at, campaign }) => {
      if (campaign === undefined) return true;
      const before = last.get(campaign);
      if (before !== undefined && at - before < twoDays && dayOf(at) === dayOf(before)) return false;
      last.set(campaign, at);
      return true;
    });
}

function weigh(counted: Counted[], model: AttributionModel, outcome: Outcome): { used: AttributionModel; weights: number[] } {
  const last = counted.length - 1;
  switch (model) {
    case 'first':
      return { used: model, weights: counted.map((_, i) => (i === 0 ? 1 : 0)) };
    case 'last':
      return { used: model, weights: counted.map((_, i) => (i === last ? 1 : 0)) };
    case 'linear':
      return { used: model, weights: counted.map(() => 1) };
    case 'time_decay': {
      // Measured from the last touch: the same shares as from the outcome, without vanishing weights.
      const end = counted[last]!.at;
      return { used: model, weights: counted.map(({ at }) => 2 ** (-(end - at) / (halfLifeDays * 86_400_000))) };
    }
    case 'position':
      return { used: model, weights: anchored(counted.length, [0, last], 0.4) };
    case 'u_shaped': {
      const lead = creator(counted, outcome.leadCreatedAt);
      return lead === undefined ? weigh(counted, 'position', outcome) : { used: model, weights: anchored(counted.length, [0, lead], 0.4) };
    }
    case 'w_shaped': {
      const lead = creator(counted, outcome.leadCreatedAt);
      const opportunity = creator(counted, outcome.opportunityCreatedAt);
      return lead === undefined || opportunity === undefined
        ? weigh(counted, 'u_shaped', outcome)
        : { used: model, weights: anchored(counted.length, [0, lead, opportunity], 0.3) };
    }
  }
}

/** The touch that brought something about: the last one up to its instant. */
function creator(counted: Counted[], instant: string | undefined): number | undefined {
  if (instant === undefined) return undefined;
  const at = Date.parse(instant);
  const index = counted.findLastIndex((t) => t.at <= at);
  return index < 0 ? undefined : index;
}

function anchored(length: number, anchors: number[], each: number): number[] {
  const weights: number[] = new Array(length).fill(0);
  const others = length - new Set(anchors).size;
  const rest = 1 - each * anchors.length;
  for (const anchor of anchors) weights[anchor]! += others > 0 ? each : each + rest / anchors.length;
  if (others > 0) for (let i = 0; i < length; i++) if (!anchors.includes(i)) weights[i] = rest / others;
  return weights;
}
