import { attributionModels, channels } from '../../funnel/words.ts';
import { route } from '../route.ts';
import { id, z } from '../z.ts';
import { answered, csvToo, leadQuery, money, spanQuery } from './reports-shapes.ts';

const price = z.object({ value: z.number(), low: z.number(), high: z.number() });
const outcomes = z.object({ accepted: z.number(), sql: z.number(), opportunity: z.number(), customer: z.number() });

const figures = z.object({
  /**
   * Minor units by currency; of a month that is in the period in part, the part by days. Money is divided in whole minor
   * units, so that the parts of an amount add up to it.
   */
  planned: z.array(money),
  spent: z.array(money),
  /** Outcomes reached in the period, shared among the touches before them: not whole numbers. */
  outcomes,
  pipeline: z.array(money),
  won: z.array(money),
  /** Of all that was spent in the currency of the answer; of all SQLs, pipeline and won that any touch led to. */
  shareOf: z.object({
    spent: z.number().optional(),
    sql: z.number().optional(),
    pipeline: z.number().optional(),
    won: z.number().optional(),
  }),
  /**
   * Minor units an outcome, with a 95 % interval; only from twenty outcomes on, where all was spent in the currency of
   * the answer.
   */
  costPer: z.object({ accepted: price.optional(), sql: price.optional(), customer: price.optional() }),
});
const row = figures.extend({
  /** The same SQLs by each model, and what an SQL costs by it. */
  models: z.record(z.enum(attributionModels), z.object({ sql: z.number(), costPerSql: z.number().optional() })),
  before: figures.optional(),
});
export type BudgetRow = z.infer<typeof row>;

/** CSV: one line a channel and campaign. */
export const budgetReport = route({
  method: 'GET',
  path: '/v1/reports/budget',
  summary: 'What was spent beside what sales could use, what one costs, and where the next unit is best spent',
  tag: 'Reports',
  by: 'any',
  query: z.object({
    ...spanQuery,
    /** Rows of this channel or campaign alone: what was spent on it, and what its touches were given. Shares stay parts of everything. */
    channel: leadQuery.channel,
    campaign: leadQuery.campaign,
    /**
     * Outcomes of these leads alone. What a campaign cost cannot be split among them: it is told in full of every
     * campaign that engaged one of them within the look-back, and of no other.
     */
    origin: leadQuery.origin,
    segment: leadQuery.segment,
    owner: leadQuery.owner,
    attribution: z.enum(attributionModels).default('position'),
  }),
  answer: z.object({
    ...answered,
    attribution: z.enum(attributionModels),
    /** The currency in which most was spent; nothing is converted. Absent when nothing was spent. */
    currency: z.string().optional(),
    total: figures.extend({
      /** Outcomes that no touch within the look-back led to; they are not in the shares. None of a channel's or a campaign's. */
      without: outcomes,
      before: figures.optional(),
    }),
    channels: z.array(row.extend({ channel: z.enum(channels) })),
    campaigns: z.array(row.extend({ campaign: z.object({ id, name: z.string(), channel: z.enum(channels) }) })),
    /**
     * If the next unit brings what the units before it brought: the chance of each channel to bring the most SQLs for
     * it, the highest first. Only channels with spend and twenty SQLs; empty while there are fewer than two, and where one
     * channel or campaign was asked for.
     */
    next: z.array(
      z.object({
        channel: z.enum(channels),
        chance: z.number(),
        sqlPer: z.object({ value: z.number(), low: z.number(), high: z.number() }),
      }),
    ),
  }),
  media: csvToo,
  problems: ['invalid', 'forbidden'],
});
