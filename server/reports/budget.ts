import type { BudgetRow } from '../../lib/contract/routes/reports-budget.ts';
import { isEnough } from '../../lib/funnel/statistics.ts';
import { type AttributionModel, attributionModels, type Channel } from '../../lib/funnel/words.ts';
import { zoneClock } from '../../lib/funnel/zone.ts';
import { type Credit, type Credited, credit, type Models, noCredit, outcomes } from './arithmetic/credit.ts';
import { chancesToBeBest, price, spread } from './arithmetic/price.ts';
import { iso, type Question, type Span, type Which } from './arithmetic/question.ts';
import { type Spend, spendIn } from './arithmetic/spend.ts';
import { reaching } from './arithmetic/touched.ts';

export interface BudgetAsked {
  span: Span;
  compare?: Span;
  /** Rows of this channel, this campaign alone. */
  channel?: Channel;
  campaign?: string;
  which: Pick<Which, 'origin' | 'owner' | 'segment'>;
  attribution: AttributionModel;
}

/** Spend beside what sales could use, by channel and campaign. */
export async function budget(
  question: Question,
  { span, compare, channel: onlyChannel, campaign: onlyCampaign, which, attribution }: BudgetAsked,
) {
  const { trx, workspace } = question;
  // What changes under another model is said of SQLs alone.
  const models: Models = (outcome) => (outcome === 'sql' ? attributionModels : [attribution]);
  const read = async (during: Span): Promise<World> => {
    const credited = await credit(question, during, which, models);
    return { spend: await spendFor(question, during, which, credited), credited };
  };
  const now = await read(span);
  const before = compare && (await read(compare));
  const currency = mostSpent(now.spend);
  const campaigns = await trx.selectFrom('campaign').select(['id', 'name', 'channel']).where('workspace', '=', workspace).execute();
  const channelOf = new Map(campaigns.map(({ id, channel }) => [id, channel]));
  const isListed = (channel: Channel | undefined, campaign?: string) =>
    (onlyChannel === undefined || channel === onlyChannel) && (onlyCampaign === undefined || campaign === onlyCampaign);
  const inPart = onlyChannel !== undefined || onlyCampaign !== undefined;
  const whole = totals(now, attribution, currency);
  const wholeBefore = before && totals(before, attribution, currency);

  const row = (of: (world: World) => { spend: Spend[]; credit: Credit }): BudgetRow => {
    const { spend, credit } = of(now);
    const spent = inOne(spend, currency);
    return {
      ...figures(spend, credit, attribution, currency, whole),
      models: Object.fromEntries(
        attributionModels.map((model) => {
          const n = credit.weight[model][sqls]!;
          const cost = spent === undefined ? undefined : price(spent, n, credit.squares[model][sqls]!);
          return [model, { sql: n, ...(cost && { costPerSql: cost.value }) }];
        }),
      ) as BudgetRow['models'],
      ...(before && wholeBefore && { before: figures(of(before).spend, of(before).credit, attribution, currency, wholeBefore) }),
    };
  };
  const ofChannel = (channel: Channel) => (world: World) =>
    onlyCampaign === undefined
      ? { spend: world.spend.filter((one) => one.channel === channel), credit: world.credited.channels.get(channel) ?? noCredit() }
      : ofCampaign(onlyCampaign)(world);
  const ofCampaign = (id: string) => (world: World) => ({
    spend: world.spend.filter((one) => one.campaign === id),
    credit: world.credited.campaigns.get(id) ?? noCredit(),
  });
  const worlds = [now, ...(before ? [before] : [])];
  const ids = new Set(
    worlds
      .flatMap(({ spend, credited }) => [...spend.map((one) => one.campaign), ...credited.campaigns.keys()])
      .filter((id) => isListed(channelOf.get(id), id)),
  );
  const names = new Set<Channel>(
    onlyCampaign === undefined
      ? worlds
          .flatMap(({ spend, credited }) => [...spend.map((one) => one.channel), ...credited.channels.keys()])
          .filter((channel) => isListed(channel))
      : [...ids].map((id) => channelOf.get(id)!),
  );
  const bySpend = (a: BudgetRow, b: BudgetRow) =>
    amountIn(b.spent, currency) - amountIn(a.spent, currency) || b.outcomes.sql - a.outcomes.sql;
  // Of one channel, or of the channel of one campaign, there is one row at most: it is the total.
  const totalOf = (only: BudgetRow | undefined) => {
    const { models: _, ...rest } = only ?? row(() => ({ spend: [], credit: noCredit() }));
    return rest;
  };
  const channels = [...names].map((channel) => ({ channel, ...row(ofChannel(channel)) })).sort(bySpend);
  return {
    attribution,
    ...(currency !== undefined && { currency }),
    total: inPart
      ? { ...totalOf(channels[0]), without: toOutcomes(new Float64Array(outcomes.length)) }
      : {
          ...whole.figures,
          without: toOutcomes(now.credited.without),
          ...(wholeBefore && { before: wholeBefore.figures }),
        },
    channels,
    campaigns: campaigns
      .filter(({ id }) => ids.has(id))
      .map((campaign) => ({ campaign, ...row(ofCampaign(campaign.id)) }))
      .sort((a, b) => bySpend(a, b) || a.campaign.name.localeCompare(b.campaign.name)),
    next: inPart
      ? []
      : nextUnit(
          channels.map(({ channel }) => ({ channel, ...ofChannel(channel)(now) })),
          attribution,
          currency,
        ),
  };
}

interface World {
  spend: Spend[];
  credited: Credited;
}
const sqls = outcomes.indexOf('sql');

/**
 * What was spent. Where some leads alone are asked for, a campaign that engaged none of them within the look-back was
 * not meant for them: it is left out, and the others count with their whole cost, which nobody can split.
 */
async function spendFor(question: Question, during: Span, which: BudgetAsked['which'], credited: Credited): Promise<Spend[]> {
  const spend = await spendIn(question, during);
  if (Object.keys(which).length === 0) return spend;
  const { lookBackMonths, calendar } = question.agreement;
  const since = iso(zoneClock(calendar.zone).monthsBefore(Date.parse(during.since), lookBackMonths));
  const unknown = new Set(spend.map(({ campaign }) => campaign).filter((id) => !credited.campaigns.has(id)));
  const reached = await reaching(question, [...unknown], which, since, during.until);
  return spend.filter(({ campaign }) => !unknown.has(campaign) || reached.has(campaign));
}

function mostSpent(spend: readonly Spend[]): string | undefined {
  const sums = new Map<string, number>();
  for (const { currency, spent } of spend) sums.set(currency, (sums.get(currency) ?? 0) + spent);
  return [...sums].filter(([, sum]) => sum > 0).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))[0]?.[0];
}

/** What was spent if all of it was in this currency. */
function inOne(spend: readonly Spend[], currency: string | undefined): number | undefined {
  const paid = spend.filter(({ spent }) => spent > 0);
  if (currency === undefined || paid.length === 0 || paid.some((one) => one.currency !== currency)) return undefined;
  return paid.reduce((sum, { spent }) => sum + spent, 0);
}

const moneys = (sums: ReadonlyMap<string, number>) =>
  [...sums]
    .filter(([, value]) => value > 0)
    .map(([currency, value]) => ({ value, currency }))
    .sort((a, b) => b.value - a.value || a.currency.localeCompare(b.currency));
const moneyOf = (spend: readonly Spend[], what: 'planned' | 'spent') => {
  const sums = new Map<string, number>();
  for (const one of spend) sums.set(one.currency, (sums.get(one.currency) ?? 0) + one[what]);
  return moneys(sums);
};
const amountIn = (list: readonly { value: number; currency: string }[], currency: string | undefined): number =>
  list.find((one) => one.currency === currency)?.value ?? 0;
const toOutcomes = (counts: Float64Array) => ({ accepted: counts[0]!, sql: counts[1]!, opportunity: counts[2]!, customer: counts[3]! });

interface Whole {
  spent: number;
  sql: number;
  pipeline: number;
  won: number;
}

function figures(spend: Spend[], credit: Credit, model: AttributionModel, currency: string | undefined, { whole }: { whole: Whole }) {
  const weight = credit.weight[model];
  const squares = credit.squares[model];
  const spent = inOne(spend, currency);
  const cost = (index: number) => (spent === undefined ? undefined : price(spent, weight[index]!, squares[index]!));
  const [accepted, sql, customer] = [cost(0), cost(1), cost(3)];
  const part = (of: number, all: number) => (all > 0 ? of / all : undefined);
  const inCurrency = spend.filter((one) => one.currency === currency).reduce((sum, one) => sum + one.spent, 0);
  const shares = {
    spent: part(inCurrency, whole.spent),
    sql: part(weight[sqls]!, whole.sql),
    pipeline: part(sumOf(credit.pipeline[model], currency), whole.pipeline),
    won: part(sumOf(credit.won[model], currency), whole.won),
  };
  return {
    planned: moneyOf(spend, 'planned'),
    spent: moneyOf(spend, 'spent'),
    outcomes: toOutcomes(weight),
    pipeline: moneys(credit.pipeline[model]),
    won: moneys(credit.won[model]),
    shareOf: Object.fromEntries(Object.entries(shares).filter(([, value]) => value !== undefined)),
    costPer: { ...(accepted && { accepted }), ...(sql && { sql }), ...(customer && { customer }) },
  };
}
/** Amounts of deals are compared in the currency of the spend; where nothing was spent there is nothing to compare. */
const sumOf = (amounts: ReadonlyMap<string, number>, currency: string | undefined): number =>
  currency === undefined ? 0 : (amounts.get(currency) ?? 0);

function totals({ spend, credited }: World, model: AttributionModel, currency: string | undefined) {
  const whole: Whole = { spent: 0, sql: 0, pipeline: 0, won: 0 };
  for (const { currency: its, spent } of spend) if (its === currency) whole.spent += spent;
  for (const { weight, pipeline, won } of credited.channels.values()) {
    whole.sql += weight[model][sqls]!;
    whole.pipeline += sumOf(pipeline[model], currency);
    whole.won += sumOf(won[model], currency);
  }
  // Everything once: what an outcome costs over all counts those that no touch led to as well.
  const all = noCredit();
  all.weight[model].set(credited.all);
  all.squares[model].set(credited.all);
  all.pipeline[model] = credited.amounts.pipeline;
  all.won[model] = credited.amounts.won;
  const { shareOf: _, ...rest } = figures(spend, all, model, currency, { whole });
  return { whole, figures: { ...rest, shareOf: {} } };
}

function nextUnit(rows: { channel: Channel; spend: Spend[]; credit: Credit }[], model: AttributionModel, currency: string | undefined) {
  const able = rows.flatMap(({ channel, spend, credit }) => {
    const spent = inOne(spend, currency);
    const n = credit.weight[model][sqls]!;
    if (spent === undefined || !isEnough(n)) return [];
    const deviation = spread(n, credit.squares[model][sqls]!);
    const cost = price(spent, n, credit.squares[model][sqls]!)!;
    return [
      { channel, log: Math.log(n / spent), spread: deviation, sqlPer: { value: 1 / cost.value, low: 1 / cost.high, high: 1 / cost.low } },
    ];
  });
  if (able.length < 2) return [];
  const chances = chancesToBeBest(able);
  return able
    .map(({ channel, sqlPer }, i) => ({ channel, chance: chances[i]!, sqlPer }))
    .sort((a, b) => b.chance - a.chance || a.channel.localeCompare(b.channel));
}
