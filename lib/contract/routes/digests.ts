import { grains } from '../../funnel/periods.ts';
import { verdicts } from '../../funnel/words.ts';
import { route } from '../route.ts';
import { day, id, instant, like, z } from '../z.ts';
import { answerTimesReport } from './reports-answers.ts';
import { budgetReport } from './reports-budget.ts';
import { commitmentsReport } from './reports-commitments.ts';
import { funnelReport } from './reports-funnel.ts';
import { csvToo } from './reports-shapes.ts';

/** The numbers are those of the reports of the same days, in the same shapes. */
const funnel = funnelReport.answer.shape;
const body = z.object({
  /** Marketing to sales: leads, spend, what is coming. */
  marketing: z.object({
    stages: funnel.stages,
    handoffs: funnel.series.element.shape.handoffs,
    budget: budgetReport.answer.shape.total,
    currency: z.string().optional(),
    /** Most SQLs first; at most five. */
    campaigns: z.array(z.object({ id, name: z.string(), sql: z.number() })),
    feedback: z.object({ given: z.int(), answered: z.int() }),
    /** In the period of the same length that follows: recycled leads that wake, campaigns that start. */
    coming: z.object({ waking: z.int(), campaigns: z.array(z.object({ id, name: z.string(), on: day })) }),
  }),
  /** Sales to marketing: what became of them, reasons, unanswered. */
  sales: z.object({
    answers: answerTimesReport.answer.shape.total,
    reasons: z.object({ total: z.int(), items: z.array(z.object({ reason: z.string().optional(), n: z.int() })) }),
    verdicts: z.record(z.enum(verdicts), z.int()),
    /** Hand-offs of the period that still wait. */
    unanswered: z.int(),
  }),
  commitments: commitmentsReport.answer.shape.items,
});
export type DigestBody = z.infer<typeof body>;

const period = like(/^\d{4}-(W\d\d|Q[1-4]|\d\d)$/, '2026-W47');
const head = z.object({
  /** `2026-W47`, `2026-11` or `2026-Q4`. */
  period,
  grain: z.enum(grains),
  from: day,
  to: day,
  /** Absent in a preview. */
  frozenAt: instant.optional(),
  seen: z.object({ byMe: z.boolean(), people: z.int(), of: z.int() }),
  comments: z.array(z.object({ team: z.enum(['marketing', 'sales']), text: z.string(), by: z.string(), at: instant })),
});
export type DigestHead = z.infer<typeof head>;
const digest = head.extend({ body });
export type Digest = z.infer<typeof digest>;

export const digests = route({
  method: 'GET',
  path: '/v1/digests',
  summary: 'The frozen report of a period; without a period the newest of all, without their numbers',
  tag: 'Digests',
  by: 'any',
  query: z.object({ period: period.optional() }),
  answer: z.object({ items: z.array(head.extend({ body: body.optional() })) }),
  /** CSV of one period; without a period one line for each. */
  media: csvToo,
  problems: ['not-found'],
});

export const previewDigest = route({
  method: 'GET',
  path: '/v1/digests/preview',
  summary: 'What the report of the present period would say if it ended now',
  tag: 'Digests',
  by: 'any',
  query: z.object({ grain: z.enum(grains).default('week') }),
  answer: digest,
  media: csvToo,
});

export const commentDigest = route({
  method: 'POST',
  path: '/v1/digests/{period}/comments',
  summary: 'What a team says about a period: one comment a team, the last one stands',
  tag: 'Digests',
  by: ['rep', 'marketer', 'manager'],
  params: z.object({ period }),
  body: z.object({ text: z.string().trim().min(1).max(2000) }),
  status: 201,
  answer: head,
  operation: true,
  problems: ['not-found'],
});

export const seeDigest = route({
  method: 'POST',
  path: '/v1/digests/{period}/seen',
  summary: 'Says that the caller has read the report of a period',
  tag: 'Digests',
  by: 'any',
  params: z.object({ period }),
  status: 201,
  answer: head,
  operation: true,
  problems: ['not-found'],
});
