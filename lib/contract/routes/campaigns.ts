import { channels, intents } from '../../funnel/words.ts';
import { route } from '../route.ts';
import { day, id, like, z } from '../z.ts';

const params = z.object({ id });
const month = like(/^\d{4}-(0[1-9]|1[0-2])$/, '2026-11');
const currency = like(/^[A-Z]{3}$/, 'EUR');
/** Minor units (cents). */
const amount = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

const fields = {
  name: z.string().trim().min(1).max(200),
  channel: z.enum(channels),
  startedOn: day.optional(),
  /** `high`: asks for sales by itself; its touches wake recycled leads before their date. */
  intent: z.enum(intents).optional(),
  /** What the campaign told the many, for the rep who speaks to the one. */
  message: z
    .object({
      headline: z.string().trim().min(1).max(300),
      points: z.array(z.string().max(500)).max(10).default([]),
      link: z
        .url({ protocol: /^https?$/ })
        .max(2000)
        .optional(),
    })
    .optional(),
};
export const campaign = z.object({
  id,
  name: z.string(),
  channel: z.enum(channels),
  startedOn: day.optional(),
  intent: z.enum(intents),
  message: z.object({ headline: z.string(), points: z.array(z.string()), link: z.string().optional() }).optional(),
  /** People with active touches. */
  people: z.int(),
});

export const campaigns = route({
  method: 'GET',
  path: '/v1/campaigns',
  summary: 'Campaigns, newest first',
  tag: 'Campaigns',
  by: 'any',
  query: z.object({
    q: z.string().max(200).optional(),
    channel: z.enum(channels).optional(),
    before: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(100),
  }),
  answer: z.object({ items: z.array(campaign), next: z.string().optional() }),
});

export const getCampaign = route({
  method: 'GET',
  path: '/v1/campaigns/{id}',
  summary: 'One campaign',
  tag: 'Campaigns',
  by: 'any',
  params,
  answer: campaign,
  problems: ['not-found'],
});

export const addCampaign = route({
  method: 'POST',
  path: '/v1/campaigns',
  summary: 'A new campaign; 409 when one has this name',
  tag: 'Campaigns',
  by: ['marketer', 'admin'],
  body: z.object(fields),
  status: 201,
  answer: campaign,
  operation: true,
  strict: true,
  problems: ['conflict'],
});

export const changeCampaign = route({
  method: 'PATCH',
  path: '/v1/campaigns/{id}',
  summary: 'Changes what is given; `null` takes it away',
  tag: 'Campaigns',
  by: ['marketer', 'admin'],
  params,
  body: z.object({
    name: fields.name.optional(),
    channel: fields.channel.optional(),
    startedOn: day.nullable().optional(),
    intent: fields.intent,
    message: fields.message.unwrap().nullable().optional(),
  }),
  answer: campaign,
  strict: true,
  problems: ['conflict', 'not-found'],
});

const spendRow = z.object({ campaign: id, month, currency, planned: amount.optional(), spent: amount.optional() });

export const spend = route({
  method: 'GET',
  path: '/v1/spend',
  summary: 'What campaigns were to cost and did cost, by month',
  tag: 'Campaigns',
  by: 'any',
  query: z.object({ campaign: id.optional(), from: month.optional(), to: month.optional() }),
  answer: z.object({ items: z.array(spendRow) }),
});

export const setSpend = route({
  method: 'PUT',
  path: '/v1/spend',
  summary: 'Sets a month of a campaign; what is left out stays, `null` takes it away',
  tag: 'Campaigns',
  by: ['marketer', 'admin'],
  body: z.object({ campaign: id, month, currency, planned: amount.nullable().optional(), spent: amount.nullable().optional() }),
  answer: spendRow,
  strict: true,
  problems: ['not-found'],
});
