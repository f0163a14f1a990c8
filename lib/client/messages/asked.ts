import type { FromPages } from '../../bridge/protocol.ts';
import type { Validators } from '../../bridge/receive.ts';
import { decision } from '../../contract/act.ts';
import { id, z } from '../../contract/z.ts';
import { replyStates, verdicts } from '../../funnel/words.ts';
import { px, type sensed, siteId } from './sensed.ts';

/** What the extension's own pages ask. Lengths are bounded by what the backend takes. */
const nothing = z.undefined().or(z.null().transform(() => undefined));
const tab = z.int().min(0);
const note = z.string().max(4000).optional();
const text = z.string().min(1).max(2048);
const site = z.object({
  on: z.boolean(),
  opensByItself: z.boolean(),
  side: z.enum(['left', 'right']).optional(),
  top: px.optional(),
  mode: z.enum(['overlay', 'panel', 'ask', 'off']).optional(),
});

const settingsPatch = z
  .object({
    language: z.enum(['en', 'de', 'auto']),
    theme: z.enum(['system', 'light', 'dark']),
    notify: z.boolean(),
    sites: z.partialRecord(siteId, site),
    origins: z.array(z.object({ origin: z.string().max(300), site: siteId })).max(200),
    ownDomains: z.array(z.string().max(253)).max(200),
  })
  .partial();

const strings = z.record(z.string().max(64), z.string().max(2000));

export const asked = {
  focusPerson: z.object({ tab: tab.optional(), index: z.int().min(0).max(199) }),
  decide: z.object({ lead: id, decision }),
  feedback: z.object({
    lead: id,
    kind: z.enum(['verdict', 'insight']),
    verdict: z.enum(verdicts).optional(),
    reasons: z.array(z.string().max(64)).max(10).optional(),
    note,
    campaign: id.optional(),
    touch: id.optional(),
  }),
  reply: z.object({ lead: id, feedback: id, state: z.enum(replyStates), note }),
  add: z.object({
    name: z.string().min(1).max(200),
    company: z.string().max(200).optional(),
    title: z.string().max(200).optional(),
    keys: z
      .array(z.object({ kind: z.string().max(32), value: text }))
      .min(1)
      .max(10),
  }),
  tie: z.object({ lead: id, kind: z.string().max(32), value: text }),
  untie: z.object({ lead: id, key: id }),
  undo: z.object({ id }),
  retry: z.object({ id }),
  discard: z.object({ id }),
  sendToCrm: z.object({ lead: id, write: id }),
  outbox: nothing,
  queue: nothing,
  check: z.object({ value: z.string().max(2048) }),
  find: z.object({ text: z.string().min(2).max(200) }),
  lead: z.object({ id }),
  touches: z.object({ lead: id, before: z.string().max(200).optional(), campaign: id.optional() }),
  history: z.object({ lead: id }),
  users: nothing,
  status: nothing,
  probe: z.object({ backend: z.string().max(2048) }),
  connect: z.object({ backend: z.string().max(2048) }),
  signOut: nothing,
  sync: nothing,
  forget: nothing,
  settings: settingsPatch,
  lookHere: z.object({ tab }),
  addHost: z.object({ origin: z.string().max(300), site: siteId }),
  diagnosis: nothing,
  api: z.object({
    route: z.string().max(64),
    params: strings.optional(),
    query: strings.optional(),
    body: z.unknown().optional(),
    accept: z.string().max(100).optional(),
  }),
} as const satisfies Omit<Validators, keyof typeof sensed> & { [K in Exclude<keyof FromPages, keyof typeof sensed>]: z.ZodType };
