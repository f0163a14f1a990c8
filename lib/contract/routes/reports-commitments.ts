import { route } from '../route.ts';
import { instant, z } from '../z.ts';
import { answered, bucket, csvToo, share, spanQuery } from './reports-shapes.ts';

const delivery = z.object({
  /** A promise of a share: of what was due, what was kept. */
  share: share.optional(),
  /** A promise of a number a month: what came, and what the days of the period make of the promise. */
  count: z.object({ n: z.int(), promised: z.number() }).optional(),
  /** Absent where it can't be told: fewer than twenty, or nothing was due. */
  kept: z.boolean().optional(),
});
export type Delivery = z.infer<typeof delivery>;

/** Promises are of whole teams, so nothing narrows them; one about a segment counts that segment alone. CSV: one line a promise and month. */
export const commitmentsReport = route({
  method: 'GET',
  path: '/v1/reports/commitments',
  summary: 'What both teams promised one another, beside what they delivered',
  tag: 'Reports',
  by: 'any',
  query: z.object(spanQuery),
  answer: z.object({
    ...answered,
    agreement: z.object({ version: z.int(), inForceAt: instant.optional() }).optional(),
    items: z.array(
      delivery.extend({
        id: z.string(),
        team: z.enum(['marketing', 'sales']),
        text: z.string(),
        /** The promise is about people of this segment alone. */
        segment: z.string().optional(),
        measure: z.string(),
        target: z.number(),
        unit: z.enum(['count', 'share']),
        hours: z.number().optional(),
        /** Baton knows how to count this promise. */
        measured: z.boolean(),
        before: delivery.optional(),
        months: z.array(bucket.extend({ ...delivery.shape, ended: z.boolean() })),
      }),
    ),
  }),
  media: csvToo,
  problems: ['invalid'],
});
