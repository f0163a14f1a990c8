import { handoffStates, ladder } from '../../funnel/words.ts';
import { route } from '../route.ts';
import { z } from '../z.ts';
import { answered, bucket, csvToo, grainQuery, leadQuery, share, spanQuery } from './reports-shapes.ts';

const cohort = z.object({
  /** Passages that entered the stage in the period, those that skipped it on their way included. */
  entered: z.int(),
  skipped: z.int(),
  /** Of these, to date: went on to a higher stage; left for marketing or for good; are still there. */
  wentOn: share,
  left: z.int(),
  open: z.int(),
  /** More than a tenth is still open: the share will grow. */
  maturing: z.boolean(),
  /** Of these, to date, however long it took. Absent for stages above. */
  toSql: share.optional(),
  toCustomer: share.optional(),
  /** Days until it went on or left, of those that did and did not skip it. */
  medianDays: z.number().optional(),
});
export type Cohort = z.infer<typeof cohort>;

const reason = z.object({ to: z.enum(['recycled', 'disqualified']), reason: z.string().optional(), n: z.int() });

/** CSV: one line a stage. */
export const funnelReport = route({
  method: 'GET',
  path: '/v1/reports/funnel',
  summary: 'Who entered each stage, how many went on, how long it took, where and why leads leave',
  tag: 'Reports',
  by: 'any',
  query: z.object({ ...spanQuery, ...grainQuery, ...leadQuery }),
  answer: z.object({
    ...answered,
    stages: z.array(cohort.extend({ stage: z.enum(ladder), leaves: z.array(reason), before: cohort.optional() })),
    /** By date: entries into each stage, and hand-offs by the day they were opened and how they stand now. */
    series: z.array(bucket.extend({ entered: z.record(z.enum(ladder), z.int()), handoffs: z.record(z.enum(handoffStates), z.int()) })),
  }),
  media: csvToo,
  problems: ['invalid', 'forbidden'],
});
