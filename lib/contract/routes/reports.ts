import { attributionModels, channels, verdicts } from '../../funnel/words.ts';
import { route } from '../route.ts';
import { day, id, instant, z } from '../z.ts';
import { leadQuery } from './reports-shapes.ts';

/** Of how many, how many; the share and its Wilson 95 % interval only from twenty on. */
const share = z.object({
  n: z.int(),
  of: z.int(),
  share: z.number().optional(),
  low: z.number().optional(),
  high: z.number().optional(),
});
export type Share = z.infer<typeof share>;

const figures = z.object({
  /** People with an active touch of it in the period. */
  touched: z.int(),
  /** Hand-offs opened in the period of people it touched within the look-back before; then what became of these, to date. */
  handedOver: z.int(),
  accepted: share,
  qualified: share,
  returned: z.int(),
});
export type CampaignFigures = z.infer<typeof figures>;

const row = figures.extend({
  /** Codes of the agreement's reasons, the most frequent first. */
  reasons: z.array(z.object({ reason: z.string(), n: z.int() })),
  /** Given in the period: about the campaign itself, or about a lead that it had touched. */
  verdicts: z.record(z.enum(verdicts), z.int()),
  /** Minor units by currency, spent in the months of the period: the whole cost, also where only some leads are asked for. */
  spent: z.array(z.object({ value: z.int(), currency: z.string() })),
  /** Outcomes reached in the period, shared over campaigns by the attribution that was asked for. */
  credited: z.object({ accepted: z.number(), sql: z.number(), opportunity: z.number(), customer: z.number() }).optional(),
  /** The same figures of the period compared with. */
  before: figures.optional(),
});
export type CampaignReportRow = z.infer<typeof row>;

/** Days of the agreement's zone, both included. CSV by `Accept: text/csv`, one line a campaign. */
export const campaignsReport = route({
  method: 'GET',
  path: '/v1/reports/campaigns',
  summary: 'What each campaign brought, and what sales made of it',
  tag: 'Reports',
  by: 'any',
  query: z.object({
    from: day,
    to: day,
    /** The period of the same length before, or the same days a year before. */
    compare: z.enum(['before', 'year']).optional(),
    channel: z.enum(channels).optional(),
    campaign: leadQuery.campaign,
    owner: leadQuery.owner,
    origin: leadQuery.origin,
    segment: leadQuery.segment,
    attribution: z.enum(attributionModels).optional(),
  }),
  answer: z.object({
    from: day,
    to: day,
    compare: z.object({ from: day, to: day }).optional(),
    asOf: instant,
    items: z.array(row.extend({ campaign: z.object({ id, name: z.string(), channel: z.enum(channels) }) })),
    /** Everybody once, whatever number of campaigns touched them. */
    total: row,
  }),
  media: ['application/json', 'text/csv'],
  problems: ['invalid', 'forbidden'],
});
