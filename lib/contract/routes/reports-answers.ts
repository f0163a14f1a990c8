import { route } from '../route.ts';
import { id, z } from '../z.ts';
import { answered, bucket, csvToo, grainQuery, leadQuery, share, spanQuery } from './reports-shapes.ts';

const times = z.object({
  /** Hand-offs opened in the period that had a time to answer. */
  opened: z.int(),
  /** Of those answered or already due: answered by then. */
  inTime: share,
  /** Neither answered nor due yet. */
  waiting: z.int(),
  /** Business minutes from opening to the first answer; absent while nothing was answered. */
  medianMinutes: z.number().optional(),
  p90Minutes: z.number().optional(),
});
export type AnswerTimes = z.infer<typeof times>;

/** A rep gets the own figures, everybody else those of teams: nobody can ask for somebody else's by name. CSV: one line a team. */
export const answerTimesReport = route({
  method: 'GET',
  path: '/v1/reports/answer-times',
  summary: 'How many hand-offs were answered in time, and how fast',
  tag: 'Reports',
  by: 'any',
  query: z.object({
    ...spanQuery,
    ...grainQuery,
    channel: leadQuery.channel,
    campaign: leadQuery.campaign,
    origin: leadQuery.origin,
    segment: leadQuery.segment,
  }),
  answer: z.object({
    ...answered,
    of: z.enum(['mine', 'teams']),
    total: times.extend({ before: times.optional() }),
    byIntent: z.object({ standard: times, high: times }),
    /** Absent for a rep. Without `id`: hand-offs that no team had. */
    teams: z.array(times.extend({ team: z.object({ id: id.optional(), name: z.string().optional() }), before: times.optional() })),
    series: z.array(bucket.extend({ times })),
  }),
  media: csvToo,
  problems: ['invalid'],
});
