import { channels } from '../../funnel/words.ts';
import { route } from '../route.ts';
import { day, z } from '../z.ts';
import { answered, bucket, csvToo, leadQuery, share } from './reports-shapes.ts';

const row = z.object({
  /** People whose first active touch it was. */
  people: z.int(),
  /** To date, after that touch. */
  sql: share,
  customer: share,
  /** Months (of 30.44 days) from the first touch to the SQL: quartiles of those that came. */
  months: z.object({ p25: z.number(), median: z.number(), p75: z.number() }).optional(),
  /** SQL within so many months, of those whose first touch is that long ago; `growing` while it is not for all. */
  within: z.array(share.extend({ months: z.int(), growing: z.boolean() })),
  /** Some have had less than two years. */
  maturing: z.boolean(),
});
export type LongTermRow = z.infer<typeof row>;

/** CSV: one line a quarter and channel. */
export const longTermReport = route({
  method: 'GET',
  path: '/v1/reports/long-term',
  summary: 'Cohorts by the quarter and channel of the first touch, and what came of them over two years',
  tag: 'Reports',
  by: 'any',
  /** By channel or campaign: people whose first touch was of it, and customers that it touched before they signed. */
  query: z.object({ from: day, to: day, ...leadQuery }),
  answer: z.object({
    from: answered.from,
    to: answered.to,
    asOf: answered.asOf,
    total: row,
    quarters: z.array(bucket.extend(row.shape)),
    channels: z.array(row.extend({ channel: z.enum(channels), quarters: z.array(bucket.extend(row.shape)) })),
    /** Of the customers won in the period: content or search was their first touch, or a later one before they signed. */
    won: z.object({ began: share, assisted: share }),
  }),
  media: csvToo,
  problems: ['invalid', 'forbidden'],
});
