import {
  channels,
  clockStates,
  handoffStates,
  intents,
  keyKinds,
  origins,
  replyStates,
  stages,
  touchKinds,
  verdicts,
} from '../funnel/words.ts';
import { said } from './problem.ts';
import { day, id, instant, z } from './z.ts';

/** What is shown of one lead: everything the card paints without another request. */

export const key = z.object({ id, kind: z.enum(keyKinds), value: z.string() });
export type Key = z.infer<typeof key>;

export const touch = z.object({
  id,
  at: instant,
  kind: z.enum(touchKinds),
  active: z.boolean(),
  channel: z.enum(channels),
  campaign: id.optional(),
  campaignName: z.string().optional(),
  asset: z.string().optional(),
  link: z.string().optional(),
});
export type Touch = z.infer<typeof touch>;

export const campaignOnCard = z.object({
  id,
  name: z.string(),
  channel: z.enum(channels),
  /** Counts of touches. Passive ones (sent, opened, bounced) never count as engagement. */
  active: z.int(),
  passive: z.int(),
  lastAt: instant,
  message: z.object({ headline: z.string(), points: z.array(z.string()), link: z.string().optional() }).optional(),
});
export type CampaignOnCard = z.infer<typeof campaignOnCard>;

export const reply = z.object({ state: z.enum(replyStates), note: z.string().optional(), by: z.string(), at: instant });
export type Reply = z.infer<typeof reply>;

export const feedback = z.object({
  id,
  kind: z.enum(['verdict', 'insight']),
  verdict: z.enum(verdicts).optional(),
  reasons: z.array(z.string()).optional(),
  note: z.string().optional(),
  /** Absent = about the lead. */
  about: z.object({ campaign: id.optional(), touch: id.optional() }).optional(),
  by: z.string(),
  byMe: z.boolean().optional(),
  at: instant,
  replies: z.array(reply),
});
export type Feedback = z.infer<typeof feedback>;

export const handoff = z.object({
  id,
  state: z.enum(handoffStates),
  /** Display name and user id of who owes the answer; absent while it waits in the pool. */
  to: z.string().optional(),
  toId: id.optional(),
  openedAt: instant,
  attempts: z.int(),
  why: z.array(z.string()),
  criteria: z.array(z.string()),
});

/** The clock of the lead, computed at `asOf`; the client recomputes the state as time passes from `at`s alone. */
export const clock = z.object({
  state: z.enum(clockStates),
  /** When what is owed is due, when 80 % of the time is used, when it was started. Absent for `none`. */
  from: instant.optional(),
  riskAt: instant.optional(),
  dueAt: instant.optional(),
  /** Business minutes allowed, and left at `asOf`; negative when over. */
  allowedMinutes: z.number().optional(),
  leftMinutes: z.number().optional(),
  /** After a breach: when it goes back to the team's pool. */
  poolAt: instant.optional(),
  pause: z.object({ until: instant, reason: z.string(), by: z.string() }).optional(),
});

export const crmState = z.object({
  /** `none`: nothing was to be written about this lead, or no CRM is connected. */
  state: z.enum(['none', 'updated', 'waiting', 'refused']),
  /** When it was written, since when it waits, when it was refused. */
  at: instant.optional(),
  /** The CRM's words on a refusal; why it still waits; what it kept of its own. */
  sentence: z.string().optional(),
  said: said.optional(),
  /** The record in the CRM, to be opened there. */
  link: z.string().optional(),
  /** What the CRM is called here. */
  name: z.string().optional(),
  /** The write that was refused: sent again or given up by `POST /v1/source-writes/{id}`. */
  write: id.optional(),
});
export type CrmState = z.infer<typeof crmState>;

export const card = z.object({
  id,
  version: z.int(),
  funnelVersion: z.int(),
  asOf: instant,
  origin: z.enum(origins),
  person: z.object({
    name: z.string(),
    title: z.string().optional(),
    company: z.string().optional(),
    /** What kind of customer the person is, in the company's own words. */
    segment: z.string().optional(),
    keys: z.array(key),
  }),
  stage: z.enum(stages),
  part: z.enum(['top', 'middle', 'bottom', 'aside']),
  since: instant,
  /** Stages the lead has really been in, for the strip: a skipped one is outlined. */
  passed: z.array(z.enum(stages)),
  owner: z.object({ team: z.enum(['marketing', 'sales']), name: z.string().optional(), id: id.optional() }),
  intent: z.enum(intents),
  criteria: z.object({ met: z.array(z.string()), of: z.array(z.string()) }),
  handoff: handoff.optional(),
  clock,
  attempts: z.int(),
  wakesOn: day.optional(),
  wakesOnStrongTouch: z.boolean().optional(),
  campaigns: z.array(campaignOnCard),
  recent: z.array(touch),
  /** Campaigns that touched others at the same company; only filled for leads that sales added. */
  company: z.object({ people: z.int(), campaigns: z.array(campaignOnCard) }).optional(),
  returned: z.object({ times: z.int(), last: z.object({ reason: z.string(), by: z.string(), at: instant }).optional() }),
  feedback: z.array(feedback),
  amount: z.object({ value: z.int(), currency: z.string() }).optional(),
  agreement: z.int(),
  crm: crmState,
});
export type Card = z.infer<typeof card>;
/** An erased or unknown lead in the change feed. */
export const gone = z.object({ id, gone: z.literal(true) });
/** A change of a lead that is neither mine nor handed to me: fetch it by tag if you hold it. */
export const stub = z.object({ id, version: z.int() });
