import { stages } from '../../funnel/words.ts';
import { route } from '../route.ts';
import { id, z } from '../z.ts';
import { answered, bucket, csvToo, grainQuery, leadQuery, share, spanQuery } from './reports-shapes.ts';

const row = z.object({
  /** Code of a reason of the agreement; absent where a source gave none. */
  reason: z.string().optional(),
  /** Of all that came back in the period. */
  share,
  recycled: z.int(),
  disqualified: z.int(),
  /** What became of them since: began a new passage, reached SQL in one. */
  back: z.int(),
  qualifiedSince: z.int(),
  /** From which stages they left. */
  from: z.array(z.object({ stage: z.enum(stages), n: z.int() })),
  /** Campaigns that had touched them, the most frequent first; at most five. */
  campaigns: z.array(z.object({ id, name: z.string(), n: z.int() })),
  before: z.int().optional(),
});
export type ReasonRow = z.infer<typeof row>;

/** By the day they left. CSV: one line a reason. */
export const reasonsReport = route({
  method: 'GET',
  path: '/v1/reports/reasons',
  summary: 'Why leads came back, from which campaigns, and what became of them since',
  tag: 'Reports',
  by: 'any',
  query: z.object({ ...spanQuery, ...grainQuery, ...leadQuery }),
  answer: z.object({
    ...answered,
    total: z.int(),
    before: z.int().optional(),
    items: z.array(row),
    series: z.array(bucket.extend({ reasons: z.record(z.string(), z.int()) })),
  }),
  media: csvToo,
  problems: ['invalid', 'forbidden'],
});
