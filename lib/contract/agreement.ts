import type { Agreement } from '../funnel/agreement.ts';
import { stages } from '../funnel/words.ts';
import { instant, z } from './z.ts';

/** The agreement as it travels. What makes sense in it is checked by the rules' `validate`; here only its shape. */

const text = z.string().max(1000);
const short = z.string().max(200);
const words = z.array(short).max(40);
const hours = z.number().min(0).max(10_000);
const stage = z.enum(stages);

export const agreement: z.ZodType<Agreement, Agreement> = z.strictObject({
  version: z.int().min(0),
  stages: z.partialRecord(stage, z.strictObject({ sentence: text, criteria: z.array(z.strictObject({ id: short, text })).max(20) })),
  terms: z.array(z.strictObject({ term: short, means: text, synonyms: z.strictObject({ marketing: words, sales: words }) })).max(100),
  reasons: z
    .array(
      z.strictObject({
        code: short,
        group: z.enum(['timing', 'interest', 'fit', 'invalid', 'data', 'other']),
        label: short,
        outcome: z.enum(['recycled', 'disqualified']),
        wake: z.union([z.strictObject({ days: z.int() }), z.enum(['strong_touch', 'at_once', 'never'])]),
        actor: z.enum(['nurture', 'scoring', 'targeting', 'product', 'suppression', 'enrichment', 'operations', 'review']),
        needsAttempts: z.literal(true).optional(),
        needsNote: z.literal(true).optional(),
        retired: z.literal(true).optional(),
      }),
    )
    .max(50),
  allowed: z.partialRecord(stage, z.strictObject({ standard: hours, high: hours })),
  calendar: z.strictObject({
    zone: short,
    hours: z.record(z.string(), z.array(z.tuple([short, short])).max(12)),
    holidays: z.array(short).max(500),
    weekStart: z.number(),
    fiscalYearStart: z.number(),
  }),
  escalation: z.strictObject({ graceHours: hours, poolHours: hours }),
  commitments: z
    .array(
      z.strictObject({
        id: short,
        team: z.enum(['marketing', 'sales']),
        text,
        measure: short,
        target: z.number(),
        unit: z.enum(['count', 'share']),
        hours: hours.optional(),
        /** Only what is about people of this segment. */
        segment: z.string().trim().min(1).max(80).optional(),
      }),
    )
    .max(50),
  attemptsBeforeUnresponsive: z.number(),
  lookBackMonths: z.number(),
});

export const signature = z.object({ team: z.enum(['marketing', 'sales']), by: z.string(), at: instant });
export type Signature = z.infer<typeof signature>;
