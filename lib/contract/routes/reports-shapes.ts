import { grains } from '../../funnel/periods.ts';
import { channels, origins } from '../../funnel/words.ts';
import { day, id, instant, z } from '../z.ts';

/** What the reports have in common. */

/** Of how many, how many; the share and its Wilson 95 % interval only from twenty on. */
export const share = z.object({
  n: z.int(),
  of: z.int(),
  share: z.number().optional(),
  low: z.number().optional(),
  high: z.number().optional(),
});

/** Minor units of a currency. */
export const money = z.object({ value: z.number(), currency: z.string() });

/** Days of the agreement's zone, both included. */
export const span = z.object({ from: day, to: day });
export const compare = z.enum(['before', 'year']);

/** A part of the period: `2026-W47`, `2026-11`, `2026-Q4`; the first and last are clipped to the period. */
export const bucket = span.extend({ name: z.string() });

export const spanQuery = {
  from: day,
  to: day,
  /** The period of the same length before, or the same days a year before. */
  compare: compare.optional(),
};
export const grainQuery = { by: z.enum(grains).optional() };
/** Which leads: a touch of the campaign or channel came before what is counted; who owns the lead now; who brought it; of which segment the person is. */
export const leadQuery = {
  channel: z.enum(channels).optional(),
  campaign: id.optional(),
  owner: id.optional(),
  origin: z.enum(origins).optional(),
  /** What kind of customer the person is, in the company's own words. */
  segment: z.string().min(1).max(80).optional(),
};

export const answered = { from: day, to: day, compare: span.optional(), asOf: instant };
export const csvToo = ['application/json', 'text/csv'] as const;
