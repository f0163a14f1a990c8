import type { ActState, Connection, Me, Scene, ScenePerson } from '../../lib/bridge/scene.ts';
import type { Act } from '../../lib/contract/act.ts';
import type { CampaignOnCard, Card, Touch } from '../../lib/contract/card.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { addBusinessMinutes, businessMinutesBetween } from '../../lib/funnel/clock.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';
import type { Stage } from '../../lib/funnel/words.ts';

/** Everything the gallery shows happens at one moment, at an invented company. */
export const now = Date.parse('2026-11-24T12:45:00+01:00');
const at = (text: string) => new Date(text).toISOString();
let counted = 0;
export const uuid = () => `01928000-0000-7000-8000-${String(++counted).padStart(12, '0')}`;

export const agreement: Agreement = { ...defaultAgreement('Europe/Vienna'), version: 3 };
export const rep: Me = {
  id: uuid(),
  name: 'Rep One',
  email: 'rep.one@ridgeway.example',
  role: 'rep',
  team: 'North',
  workspace: 'Ridgeway',
  backend: 'https://baton.ridgeway.example',
};
export const marketer: Me = {
  ...rep,
  id: uuid(),
  name: 'Ines Okafor',
  email: 'ines.okafor@ridgeway.example',
  role: 'marketer',
  team: 'Growth',
};
export const manager: Me = { ...rep, id: uuid(), name: 'Paul Brenner', email: 'paul.brenner@ridgeway.example', role: 'manager' };
export const admin: Me = { ...rep, id: uuid(), name: 'Ada Admin', email: 'admin@ridgeway.example', role: 'admin' };
export const ana = { id: uuid(), name: 'Ana Petrov' };

export const live: Connection = {
  state: 'live',
  syncedAt: at('2026-11-24T12:41:00+01:00'),
  leads: 48210,
  backend: 'https://baton.ridgeway.example',
};

export const churn: CampaignOnCard = {
  id: uuid(),
  name: 'Cut churn in Q4',
  channel: 'webinar',
  active: 4,
  passive: 6,
  lastAt: at('2026-11-24T09:10:00+01:00'),
  message: {
    headline: 'Keep the customers you already won',
    points: ['Churn shows 60 days before it happens', 'Three signals every ops team already has', 'Live in two weeks, no data team needed'],
    link: 'https://ridgeway.example/cut-churn',
  },
};
export const benchmark: CampaignOnCard = {
  id: uuid(),
  name: 'Ops benchmark',
  channel: 'content',
  active: 2,
  passive: 3,
  lastAt: at('2026-11-10T10:00:00+01:00'),
};

const touch = (kind: Touch['kind'], when: string, campaign: CampaignOnCard, asset?: string): Touch => ({
  id: uuid(),
  at: at(when),
  kind,
  active: !['sent', 'opened', 'bounced'].includes(kind),
  channel: campaign.channel,
  campaign: campaign.id,
  campaignName: campaign.name,
  ...(asset && { asset }),
});
export const churnTouches: Touch[] = [
  touch('visited', '2026-11-24T09:10:00+01:00', churn, 'Pricing page'),
  touch('attended', '2026-11-19T16:00:00+01:00', churn),
  touch('form', '2026-11-16T11:20:00+01:00', churn, 'Save my seat'),
  touch('click', '2026-11-16T11:18:00+01:00', churn, 'October newsletter'),
  touch('opened', '2026-11-16T11:17:00+01:00', churn, 'October newsletter'),
  touch('sent', '2026-11-16T08:00:00+01:00', churn, 'October newsletter'),
  touch('sent', '2026-11-12T08:00:00+01:00', churn, 'Invitation'),
  touch('opened', '2026-11-12T09:00:00+01:00', churn, 'Invitation'),
  touch('sent', '2026-11-18T08:00:00+01:00', churn, 'Reminder'),
  touch('sent', '2026-11-20T08:00:00+01:00', churn, 'Recording'),
];

const waiting: NonNullable<Card['handoff']> = {
  id: uuid(),
  state: 'waiting',
  to: rep.name,
  toId: rep.id,
  openedAt: at('2026-11-23T15:57:00+01:00'),
  attempts: 0,
  why: ['Attended “Cut churn in Q4”', 'Pricing page, twice this week', 'Asked for the rollout checklist'],
  criteria: ['icp', 'intent', 'role'],
};
/** An 8 h clock of which this many business minutes are left now. */
export const clock = (leftMinutes: number, allowedMinutes = 480): Card['clock'] => ({
  state: leftMinutes <= 0 ? 'breached' : leftMinutes <= allowedMinutes * 0.2 ? 'at_risk' : 'on_track',
  from: shift(leftMinutes - allowedMinutes),
  riskAt: shift(leftMinutes - allowedMinutes * 0.2),
  dueAt: shift(leftMinutes),
  allowedMinutes,
  leftMinutes,
  poolAt: shift(leftMinutes + 240),
});

/** The instant that lies this many business minutes after the gallery's moment; before it, when they are negative. */
function shift(minutes: number): string {
  const { calendar } = agreement;
  const long = new Date(now - 90 * 86_400_000).toISOString();
  return addBusinessMinutes(calendar, long, businessMinutesBetween(calendar, long, new Date(now).toISOString()) + minutes);
}

export const dana: Card = {
  id: uuid(),
  version: 117,
  funnelVersion: 41,
  asOf: at('2026-11-24T12:41:00+01:00'),
  origin: 'marketing',
  person: {
    name: 'Dana Whitfield',
    title: 'VP Operations',
    company: 'Northwind Labs',
    segment: 'Enterprise',
    keys: [
      { id: uuid(), kind: 'email', value: 'dana@northwind.example' },
      { id: uuid(), kind: 'linkedin', value: 'dana-whitfield' },
    ],
  },
  stage: 'mql',
  part: 'middle',
  since: at('2026-11-23T15:57:00+01:00'),
  passed: ['subscriber', 'lead', 'mql'],
  owner: { team: 'marketing', name: marketer.name, id: marketer.id },
  intent: 'standard',
  criteria: { met: ['icp', 'intent', 'role'], of: ['icp', 'intent', 'role', 'reply'] },
  handoff: waiting,
  clock: clock(192),
  attempts: 0,
  campaigns: [churn, benchmark],
  recent: [...churnTouches, touch('form', '2026-11-24T08:30:00+01:00', benchmark, 'rollout checklist')],
  returned: { times: 0 },
  feedback: [],
  agreement: 3,
  crm: { state: 'updated', at: at('2026-11-24T12:43:00+01:00') },
};
const passedTo: Partial<Record<Stage, Stage[]>> = {
  subscriber: ['subscriber'],
  lead: ['subscriber', 'lead'],
  mql: ['subscriber', 'lead', 'mql'],
  sal: ['subscriber', 'lead', 'mql', 'sal'],
  sql: ['subscriber', 'lead', 'mql', 'sal', 'sql'],
  opportunity: ['subscriber', 'lead', 'mql', 'sal', 'sql', 'opportunity'],
  customer: ['subscriber', 'lead', 'mql', 'sal', 'sql', 'opportunity', 'customer'],
  recycled: ['subscriber', 'lead', 'mql'],
  disqualified: ['subscriber', 'lead', 'mql', 'sal'],
};
const parts: Record<Stage, Card['part']> = {
  subscriber: 'top',
  lead: 'top',
  mql: 'middle',
  sal: 'middle',
  sql: 'middle',
  opportunity: 'bottom',
  customer: 'bottom',
  recycled: 'aside',
  disqualified: 'aside',
};
export const atStage = (card: Card, stage: Stage, more: Partial<Card> = {}): Card => ({
  ...card,
  id: uuid(),
  stage,
  part: parts[stage],
  passed: passedTo[stage] ?? [],
  ...more,
});
const mine = { team: 'sales' as const, name: rep.name, id: rep.id };
export const accepted = atStage(dana, 'sal', {
  owner: mine,
  handoff: { ...waiting, state: 'accepted', attempts: 1 },
  clock: clock(540 + 360, 1080),
  attempts: 1,
});
export const person = (card: Card, more: Partial<ScenePerson> = {}): ScenePerson => ({
  role: 'sender',
  name: card.person.name,
  keys: card.person.keys.map(({ kind, value }) => ({ kind, value })),
  known: 'lead',
  card,
  cardState: 'here',
  ...more,
});

let tabs = 0;
export function scene(more: Partial<Scene> = {}): Scene {
  return {
    tab: ++tabs,
    site: 'gmail',
    view: 'message',
    people: [],
    me: rep,
    agreement,
    connection: live,
    acts: [],
    settings: { language: 'en', theme: 'system', opensByItself: true },
    open: true,
    place: { side: 'right', top: 96 },
    ...more,
  };
}
export const of = (card: Card, more: Partial<Scene> = {}): Scene => scene({ people: [person(card)], focus: 0, ...more });

export const act = (what: Act, more: Partial<ActState> = {}): ActState => ({
  id: uuid(),
  act: what,
  status: 'held',
  name: 'Dana Whitfield',
  at: new Date(now - 1000).toISOString(),
  heldUntil: now + 5000,
  attempts: 0,
  ...more,
});
export const decided = (lead: string, body: object): Act =>
  ({ kind: 'decision', lead, body: { ...body, basis: 41, actedAt: new Date(now).toISOString(), agreement: 3 } }) as Act;

export const marek: Card = {
  ...dana,
  id: uuid(),
  person: {
    name: 'Marek Svoboda',
    title: 'Head of Support',
    company: 'Lindqvist AB',
    keys: [{ id: uuid(), kind: 'email', value: 'marek@lindqvist.example' }],
  },
  criteria: { met: ['icp', 'intent', 'role', 'reply'], of: ['icp', 'intent', 'role', 'reply'] },
  campaigns: [
    { id: uuid(), name: 'Support at scale', channel: 'content', active: 5, passive: 2, lastAt: at('2026-11-23T10:00:00+01:00') },
    { id: uuid(), name: 'Budget season', channel: 'email', active: 1, passive: 4, lastAt: at('2026-11-24T08:00:00+01:00') },
  ],
  recent: [],
  returned: { times: 1, last: { reason: 'no_budget', by: 'Ana', at: at('2026-08-11T10:00:00+02:00') } },
};
marek.recent = [
  touch('form', '2026-11-24T08:00:00+01:00', marek.campaigns[1]!, 'approved for Q1'),
  touch('read', '2026-11-23T10:00:00+01:00', marek.campaigns[0]!),
];
export const joana: Card = atStage(
  {
    ...dana,
    person: {
      name: 'Joana Ferreira',
      title: 'COO',
      company: 'Atelier Meridian',
      keys: [{ id: uuid(), kind: 'email', value: 'joana@meridian.example' }],
    },
  },
  'customer',
  {
    owner: mine,
    handoff: undefined,
    clock: { state: 'none' },
    since: at('2026-09-03T10:00:00+02:00'),
    amount: { value: 4200000, currency: 'EUR' },
    campaigns: [
      { id: uuid(), name: 'Customer day Lisbon', channel: 'event', active: 2, passive: 1, lastAt: at('2026-10-03T10:00:00+02:00') },
      { id: uuid(), name: 'Release letter', channel: 'email', active: 3, passive: 9, lastAt: at('2026-10-01T10:00:00+02:00') },
      { id: uuid(), name: 'Ops benchmark', channel: 'content', active: 1, passive: 0, lastAt: at('2026-03-03T10:00:00+01:00') },
    ],
    crm: { state: 'updated', at: at('2026-11-24T11:40:00+01:00') },
  },
);
export const ruth: Card = atStage(
  {
    ...dana,
    person: {
      name: 'Ruth Adeyemi',
      title: 'Procurement',
      company: 'Halden Freight',
      keys: [{ id: uuid(), kind: 'email', value: 'ruth@halden.example' }],
    },
  },
  'sal',
  {
    origin: 'sales',
    passed: ['sal'],
    owner: mine,
    handoff: undefined,
    clock: clock(540 + 420, 1080),
    criteria: { met: [], of: [] },
    campaigns: [],
    recent: [],
    company: {
      people: 2,
      campaigns: [
        { id: uuid(), name: 'Freight outlook 2027', channel: 'content', active: 3, passive: 1, lastAt: at('2026-10-20T10:00:00+02:00') },
      ],
    },
    crm: { state: 'waiting' },
  },
);
