import { sql } from 'kysely';
import { countable, sharesByModel, type Window } from '../../../lib/funnel/attribution.ts';
import { type AttributionModel, attributionModels, type Channel } from '../../../lib/funnel/words.ts';
import { entries, levelOf } from './passages.ts';
import type { Question, Span, Which } from './question.ts';

/** Outcomes that campaigns share, in this order. */
export const outcomes = ['sal', 'sql', 'opportunity', 'customer'] as const;
export type Outcome = (typeof outcomes)[number];

/**
 * What one campaign or channel was given: `weight` adds up the shares of each outcome, `squares` their squares, from
 * which its uncertainty follows. `amount` is minor units by currency: of opportunities, and of customers.
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

interface Reached {
  person: string;
  level: number;
  at: number;
  created: number | null;
  opened: number | null;
  amount: number | null;
  currency: string | null;
}

/** People whose touches are in memory at one time. */
const batch = 1000;

/** Shares every outcome that was reached in the span among the touches before it, by all models at once. */
export async function credit(question: Question, span: Span, which: Which = {}): Promise<Credited> {
  const { trx, workspace, agreement } = question;
  const w = sql`${workspace}::uuid`;
  const { rows } = await sql<Reached>`
    ${entries(question, span, which, outcomes[0])}
    select e.person, e.level, extract(epoch from e.at)::float8 * 1000 as at,
           extract(epoch from e.created_at)::float8 * 1000 as created, extract(epoch from e.opened_at)::float8 * 1000 as opened,
           l.amount_value as amount, l.amount_currency as currency
    from entry e join lead l on l.workspace = ${w} and l.id = e.person
    order by e.person`.execute(trx);
  const channelOf = new Map(
    (await trx.selectFrom('campaign').select(['id', 'channel']).where('workspace', '=', workspace).execute()).map(({ id, channel }) => [
      id,
      channel,
    ]),
  );
  const credited: Credited = {
    campaigns: new Map(),
    channels: new Map(),
    all: new Float64Array(outcomes.length),
    without: new Float64Array(outcomes.length),
    amounts: { pipeline: new Map(), won: new Map() },
  };
  const window = { lookBackMonths: agreement.lookBackMonths, zone: agreement.calendar.zone };
  const reachedBy = Map.groupBy(rows, ({ person }) => person);
  const people = [...reachedBy.keys()];
  const earliest = Temporal.Instant.from(span.since).toZonedDateTimeISO(window.zone).subtract({ months: window.lookBackMonths });
  const touchesFrom = (i: number) => touchesOf(question, people.slice(i, i + batch), earliest.toInstant().toString(), span.until);
  const giver = giving(credited, channelOf);
  // While some are shared out here, the store reads the touches of the next.
  let coming = touchesFrom(0);
  for (let i = 0; i < people.length; i += batch) {
    const touched = await coming;
    if (i + batch < people.length) {
      coming = touchesFrom(i + batch);
      coming.catch(() => undefined);
    }
    for (const person of people.slice(i, i + batch)) giver(touched.get(person) ?? [], reachedBy.get(person)!, window);
  }
  return credited;
}

interface Touched {
  at: number;
  campaign?: string;
  channel: Channel;
}

async function touchesOf({ trx, workspace }: Question, people: string[], since: string, until: string): Promise<Map<string, Touched[]>> {
  // As arrays by person: a row a touch would spend most of its time on the way.
  const { rows } = await sql<{ person: string; ats: number[]; campaigns: (string | null)[]; channels: Channel[] }>`
    select p.person, t.ats, t.campaigns, t.channels
    from unnest(${people}::uuid[]) as p (person) cross join lateral (
      select json_agg((extract(epoch from at) * 1000)::bigint) as ats, json_agg(campaign) as campaigns, json_agg(channel) as channels
      from (select at, campaign, channel from touch
            where workspace = ${workspace}::uuid and person = p.person and active and at >= ${since}::timestamptz and at < ${until}::timestamptz
            order by at, id) as one) as t
    where t.ats is not null`.execute(trx);
  return new Map(
    rows.map(({ person, ats, campaigns, channels }) => [
      person,
      ats.map((at, i) => ({ at, channel: channels[i]!, ...(campaigns[i] !== null && { campaign: campaigns[i]! }) })),
    ]),
  );
}

/** Gives the outcomes of one person to the touches before them. */
function giving(credited: Credited, channelOf: ReadonlyMap<string, Channel>) {
  /** What one outcome gives to each campaign and channel, by model: several touches of one are added up before they are squared. */
  const parts = new Map<Credit, number[]>();
  const found = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
    let value = map.get(key);
    if (value === undefined) {
      value = make();
      map.set(key, value);
    }
    return value;
  };
  const partsOf = (credit: Credit): number[] => found(parts, credit, () => attributionModels.map(() => 0));
  return (touches: readonly Touched[], outcomesReached: readonly Reached[], window: Window): void => {
    const counted = countable(touches, window);
    const receiver = (place: number) => {
      const { campaign, channel } = touches[place]!;
      return {
        campaign: campaign === undefined ? undefined : found(credited.campaigns, campaign, noCredit),
        channel: found(credited.channels, (campaign !== undefined && channelOf.get(campaign)) || channel, noCredit),
      };
    };
    for (const { level, at, created, opened, amount, currency } of outcomesReached) {
      const index = level - levelOf('sal');
      const outcome = outcomes[index]!;
      const money = amount !== null && currency !== null ? { amount, currency } : undefined;
      const sums = outcome === 'opportunity' ? 'pipeline' : outcome === 'customer' ? 'won' : undefined;
      credited.all[index]! += 1;
      if (money && sums) add(credited.amounts[sums], money.currency, money.amount);
      const places = counted(at);
      if (places.length === 0) {
        credited.without[index]! += 1;
        continue;
      }
      const known = (instant: number | null) => (instant !== null && instant <= at ? instant : undefined);
      const shares = sharesByModel(
        places.map((place) => touches[place]!.at),
        known(created),
        known(opened),
      );
      parts.clear();
      for (let i = 0; i < places.length; i++) {
        const { campaign, channel } = receiver(places[i]!);
        const toCampaign = campaign && partsOf(campaign);
        const toChannel = partsOf(channel);
        for (let m = 0; m < attributionModels.length; m++) {
          const share = shares[attributionModels[m]!][i]!;
          if (toCampaign) toCampaign[m]! += share;
          toChannel[m]! += share;
        }
      }
      for (const [credit, given] of parts)
        for (const [m, model] of attributionModels.entries()) {
          const part = given[m]!;
          if (part === 0) continue;
          credit.weight[model][index]! += part;
          credit.squares[model][index]! += part * part;
          if (money && sums) add(credit[sums][model], money.currency, money.amount * part);
        }
    }
  };
}

const add = <K>(to: Map<K, number>, key: K, value: number): void => void to.set(key, (to.get(key) ?? 0) + value);
