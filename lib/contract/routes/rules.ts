import type { RuleBody, Take } from '../../funnel/rule.ts';
import { activeKinds, channels, intents, stages } from '../../funnel/words.ts';
import { route } from '../route.ts';
import { id, instant, z } from '../z.ts';

/** Rules that hand over by themselves. What makes sense in one is checked by the rules' `wrongInRule`; here its shape. */

const name = z.string().trim().max(200);
const words = z.array(z.string().trim().min(1).max(200)).max(200);
/** What kinds of customer, in the company's own words. */
const segmentNames = z.array(z.string().trim().min(1).max(80)).max(200);
const take: z.ZodType<Take, Take> = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('pool'), team: id.optional() }),
  z.strictObject({ to: z.literal('user'), user: id }),
  z.strictObject({ to: z.literal('turn'), team: id.optional(), users: z.array(id).max(200).optional() }),
]);
const body = {
  name,
  when: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('score'),
      days: z.number(),
      least: z.number(),
      points: z.partialRecord(z.enum(activeKinds), z.number()),
    }),
    /** Without `campaigns`: every campaign that is marked as high intent. */
    z.strictObject({ kind: z.literal('campaign'), days: z.number(), campaigns: z.array(id).max(200).optional() }),
  ]),
  /** Only people of these segments, as they are now; absent: everybody. */
  who: z.strictObject({ segments: segmentNames }).optional(),
  /** Ids of MQL's criteria that count as met. */
  criteria: z.array(z.string().max(200)).max(20),
  intent: z.enum(intents),
  assign: z.strictObject({
    owner: z.boolean(),
    segments: z
      .array(
        z.strictObject({
          segment: z.strictObject({
            name,
            segments: segmentNames.optional(),
            domains: words.optional(),
            companies: words.optional(),
            titles: words.optional(),
            channels: z.array(z.enum(channels)).max(20).optional(),
          }),
          take,
        }),
      )
      .max(50),
    otherwise: take,
  }),
};
export const ruleBody: z.ZodType<RuleBody, RuleBody> = z.strictObject(body);

const rule = z.object({
  id,
  version: z.int(),
  /** Since when it is on; absent while it is off. */
  onSince: instant.optional(),
  ...body,
  madeBy: z.string(),
  madeAt: instant,
  /** Hand-offs it made, how many of them were answered, and with yes. */
  handedOver: z.int(),
  answered: z.int(),
  accepted: z.int(),
});
export type WireRule = z.infer<typeof rule>;

const params = z.object({ id });
const editors = ['marketer', 'admin'] as const;

export const rules = route({
  method: 'GET',
  path: '/v1/rules',
  summary: 'Rules that hand over by themselves, oldest first; where several fit, the oldest one takes the lead',
  tag: 'Rules',
  by: 'any',
  answer: z.object({ items: z.array(rule) }),
});

export const ruleVersions = route({
  method: 'GET',
  path: '/v1/rules/{id}/versions',
  summary: 'All versions of a rule, newest first',
  tag: 'Rules',
  by: 'any',
  params,
  answer: z.object({ items: z.array(z.object({ version: z.int(), ...body, madeBy: z.string(), madeAt: instant })) }),
  problems: ['not-found'],
});

export const addRule = route({
  method: 'POST',
  path: '/v1/rules',
  summary: 'A new rule; it is off until it is switched on',
  tag: 'Rules',
  by: editors,
  body: ruleBody,
  status: 201,
  answer: rule,
  operation: true,
  strict: true,
  problems: ['invalid', 'refused'],
});

/** `version` is the newest one that was seen: 409 when there is a newer. The one before is kept. */
export const changeRule = route({
  method: 'PUT',
  path: '/v1/rules/{id}',
  summary: 'The next version of a rule',
  tag: 'Rules',
  by: editors,
  params,
  body: z.strictObject({ version: z.int(), rule: ruleBody }),
  answer: rule,
  strict: true,
  problems: ['invalid', 'conflict', 'not-found', 'refused'],
});

/** When it is switched on, it looks at everybody at once, and from then on at whoever does something. */
export const switchRule = route({
  method: 'PATCH',
  path: '/v1/rules/{id}',
  summary: 'Switches a rule on or off',
  tag: 'Rules',
  by: editors,
  params,
  body: z.strictObject({ on: z.boolean() }),
  answer: rule,
  strict: true,
  problems: ['not-found'],
});

/** Changes nothing, so it needs no key; it is a POST because a rule does not fit into an address. */
export const previewRule = route({
  method: 'POST',
  path: '/v1/rules/preview',
  summary: 'Whom a rule would have handed over in the last 90 days, had it been on',
  tag: 'Rules',
  by: ['marketer', 'manager', 'admin'],
  body: z.strictObject({ rule: ruleBody }),
  answer: z.object({
    from: instant,
    to: instant,
    total: z.int(),
    /** Of them: those who were handed over afterwards in fact. */
    alsoHandedOver: z.int(),
    /** At most 200, the latest first. */
    items: z.array(
      z.object({
        lead: id,
        person: z.object({ name: z.string(), title: z.string().optional(), company: z.string().optional() }),
        at: instant,
        stage: z.enum(stages),
        score: z.int().optional(),
        why: z.array(z.string()),
        /** Name of the segment that decides who takes it; absent: the last line does. */
        segment: z.string().optional(),
        /** When it was handed over in fact, after that moment. */
        handedOverAt: instant.optional(),
      }),
    ),
  }),
  strict: true,
  problems: ['invalid', 'refused'],
});
