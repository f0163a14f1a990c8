import { countable, type Window, weightsBy } from '../../../lib/funnel/attribution.ts';
import { slice } from '../../../lib/funnel/money.ts';
import { type AttributionModel, attributionModels, type Channel, channels } from '../../../lib/funnel/words.ts';
import { zoneClock } from '../../../lib/funnel/zone.ts';
import { levelOf, walks } from './passages.ts';
import { iso, type Question, type Span, type Which } from './question.ts';
import { worths } from './shared-deals.ts';
import { campaignOf, type Marks, marks, type Touches, these, touchesOf } from './touched.ts';

/** Outcomes that campaigns share, in this order. */
export const outcomes = ['sal', 'sql', 'opportunity', 'customer'] as const;
export type Outcome = (typeof outcomes)[number];

/**
 * What one campaign or channel was given: `weight` adds up the shares of each outcome, `squares` their squares, from
 * which its uncertainty follows. `pipeline` and `won` are whole minor units by currency: of opportunities, and of customers.
 */
export interface Credit {
  weight: Record<AttributionModel, Float64Array>;
  squares: Record<AttributionModel, Float64Array>;
  pipeline: Record<AttributionModel, Map<string, number>>;
  won: Record<AttributionModel, Map<string, number>>;
}
const byModel = <T>(make: () => T): Record<AttributionModel, T> =>
  Object.fromEntries(attributionModels.map((model) => [model, make()])) as Record<AttributionModel, T>;
export const noCredit = (): Credit => ({
  weight: byModel(() => new Float64Array(outcomes.length)),
  squares: byModel(() => new Float64Array(outcomes.length)),
  pipeline: byModel(() => new Map()),
  won: byModel(() => new Map()),
});

export interface Credited {
  campaigns: Map<string, Credit>;
  /** A touch of a campaign counts for the campaign's channel. */
  channels: Map<Channel, Credit>;
  /** Every outcome of the span once, and those that no touch led to. */
  all: Float64Array;
  without: Float64Array;
  amounts: { pipeline: Map<string, number>; won: Map<string, number> };
}

/** Which models an outcome is shared by. The others stay at nothing. */
export type Models = (outcome: Outcome) => readonly AttributionModel[];

/** Shares every outcome that was reached in the span among the touches before it. */
export async function credit(
  question: Question,
  span: Span,
  which: Pick<Which, 'owner' | 'origin' | 'segment'>,
  models: Models,
): Promise<Credited> {
  const marked = await marks(question);
  const giver = await giving(question, marked, span, which, models);
  for await (const some of touchesOf(question, marked, these(giver.people), giver.since, span.until))
    for (const [person, touches] of some) giver.give(person, touches);
  return giver.credited();
}

/** Gives outcomes to touches, one person after the other. */
export interface Giver {
  /** Who reached something in the span. */
  people: string[];
  /** The first instant at which a touch may count. */
  since: string;
  /** All touches of a person between `since` and the end of the span. */
  give(person: string, touches: Touches): void;
  /** Whoever was not given has no touches. */
  credited(): Credited;
}

/** @param amounts whether it is also shared what the outcomes are worth; who needs no money saves the reading of deals. */
export async function giving(
  question: Question,
  marked: Marks,
  span: Span,
  which: Pick<Which, 'owner' | 'origin' | 'segment'>,
  models: Models,
  { amounts = true }: { amounts?: boolean } = {},
): Promise<Giver> {
  const { agreement } = question;
  const walked = await walks(question, span, which, outcomes[0]);
  const worthOf: Awaited<ReturnType<typeof worths>> = amounts ? await worths(question, walked) : new Map();
  const credited: Credited = {
    campaigns: new Map(),
    channels: new Map(),
    all: new Float64Array(outcomes.length),
    without: new Float64Array(outcomes.length),
    amounts: { pipeline: new Map(), won: new Map() },
  };
  const window: Window = { lookBackMonths: agreement.lookBackMonths, zone: agreement.calendar.zone };
  const enteredBy = new Map(walked.map(({ person, entered }) => [person, entered]));
  for (const [person, entered] of enteredBy) {
    const worth = worthOf.get(person);
    for (const { level, latest } of entered) {
      const [index, sums] = [placeOf(level), latest ? sumsOf(level) : undefined];
      credited.all[index]! += 1;
      credited.without[index]! += 1;
      if (sums && worth) add(credited.amounts[sums], worth.currency, worth[sums]);
    }
  }
  const toCampaigns = receivers(marked.campaigns.length, (number) => found(credited.campaigns, marked.campaigns[number]!.id, noCredit));
  const toChannels = receivers(channels.length, (place) => found(credited.channels, channels[place]!, noCredit));
  return {
    people: [...enteredBy.keys()],
    since: iso(zoneClock(window.zone).monthsBefore(Date.parse(span.since), window.lookBackMonths)),
    credited: () => credited,
    give(person, touches) {
      const entered = enteredBy.get(person);
      if (!entered) return;
      const worth = worthOf.get(person);
      const { at: instants, of } = touches;
      const counted = countable(touches, (place) => campaignOf(marked, of[place]!), window);
      for (const { level, at, created, opened, latest } of entered) {
        const places = counted(at);
        if (places.length === 0) continue;
        const [index, sums] = [placeOf(level), latest ? sumsOf(level) : undefined];
        credited.without[index]! -= 1;
        const known = (instant: number | undefined) => (instant !== undefined && instant <= at ? instant : undefined);
        const before = places.map((place) => instants[place]!);
        for (const model of models(outcomes[index]!)) {
          const { weights, sum } = weightsBy(model, before, known(created), known(opened));
          const amount = sums && worth ? worth[sums] : 0;
          for (let i = 0, upTo = 0; i < places.length; i++) {
            const number = of[places[i]!]!;
            const part = weights[i]! / sum;
            // Most outcomes are worth no money.
            const money = amount === 0 ? 0 : slice(amount, upTo, upTo + weights[i]!, sum);
            upTo += weights[i]!;
            if (campaignOf(marked, number) !== undefined) toCampaigns.add(number, part, money);
            toChannels.add(marked.channelOf[number]!, part, money);
          }
          const given = (credit: Credit, part: number, money: number): void => {
            credit.weight[model][index]! += part;
            credit.squares[model][index]! += part * part;
            if (sums && worth) add(credit[sums][model], worth.currency, money);
          };
          toCampaigns.flush(given);
          toChannels.flush(given);
        }
      }
    },
  };
}

/** What one outcome gives to each: several touches of one are added up before they are squared. */
function receivers(count: number, creditOf: (number: number) => Credit) {
  const parts = new Float64Array(count);
  const moneys = new Float64Array(count);
  const touched: number[] = [];
  const credits = new Array<Credit | undefined>(count);
  return {
    add(number: number, part: number, money: number): void {
      // Named even where a model gives it nothing.
      credits[number] ??= creditOf(number);
      if (part === 0) return;
      if (parts[number] === 0) touched.push(number);
      parts[number]! += part;
      moneys[number]! += money;
    },
    flush(given: (credit: Credit, part: number, money: number) => void): void {
      for (const number of touched) {
        given(credits[number]!, parts[number]!, moneys[number]!);
        parts[number] = 0;
        moneys[number] = 0;
      }
      touched.length = 0;
    },
  };
}

const placeOf = (level: number): number => level - levelOf(outcomes[0]);
/** Which sum of amounts an outcome adds to. */
const sumsOf = (level: number): 'pipeline' | 'won' | undefined =>
  level === levelOf('opportunity') ? 'pipeline' : level === levelOf('customer') ? 'won' : undefined;

function found<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
const add = <K>(to: Map<K, number>, key: K, value: number): void => void to.set(key, (to.get(key) ?? 0) + value);
