import type { ReadyLead } from '../../lib/contract/routes/ready.ts';
import type { WireRule } from '../../lib/contract/routes/rules.ts';

/** Rules, and what they are made with, as the backend answers. */
const rule = (over: Partial<WireRule>): WireRule => ({
  id: 'r1',
  version: 3,
  onSince: '2026-10-02T08:00:00Z',
  name: 'Ten points in a fortnight',
  when: { kind: 'score', days: 14, least: 10, points: { form: 6, reply: 6, attended: 5, downloaded: 3, visited: 1 } },
  who: { segments: ['Mid-market'] },
  criteria: ['intent'],
  intent: 'standard',
  assign: {
    owner: true,
    segments: [
      { segment: { name: 'Austria and Germany', segments: ['Mid-market'], domains: ['.at', '.de'] }, take: { to: 'turn', team: 't1' } },
      { segment: { name: 'Heads of operations', titles: ['head', 'vp', 'operations'] }, take: { to: 'user', user: 'u2' } },
    ],
    otherwise: { to: 'pool' },
  },
  madeBy: 'Ines Okafor',
  madeAt: '2026-10-01T08:00:00Z',
  handedOver: 1204,
  answered: 1180,
  accepted: 702,
  ...over,
});
const long = 'Asked for a demonstration of Datenverarbeitungsgrundverordnungsprüfung, or for prices, in any of our five countries';
export const rules: WireRule[] = [
  rule({}),
  rule({
    id: 'r2',
    version: 1,
    name: long,
    when: { kind: 'campaign', days: 7 },
    who: { segments: ['Mid-market', 'Öffentliche Verwaltung und kommunale Versorgungsunternehmen', 'Enterprise'] },
    intent: 'high',
    assign: { owner: false, segments: [], otherwise: { to: 'turn', users: ['u1', 'u2', 'u3'] } },
    handedOver: 14,
    answered: 9,
    accepted: 8,
  }),
  { ...rule({ id: 'r3', version: 1, name: 'Webinar and a page', handedOver: 0, answered: 0, accepted: 0 }), onSince: undefined },
];
export const teams = [
  { id: 't1', name: 'North', side: 'sales', users: 4 },
  { id: 't2', name: 'Marketing', side: 'marketing', users: 3 },
];
export const campaigns = [
  { id: 'c1', name: 'Cut churn in Q4', channel: 'webinar', intent: 'standard', people: 212 },
  { id: 'c2', name: 'Ask for a demo', channel: 'search', intent: 'high', people: 48 },
  { id: 'c3', name: 'Ops benchmark', channel: 'content', intent: 'standard', people: 164 },
  { id: 'c4', name: 'Prices, answered in a day', channel: 'paid_search', intent: 'high', people: 31 },
];
const found = (lead: string, name: string, over: object = {}) => ({
  lead,
  person: { name, title: 'VP Operations', company: 'Northwind Labs' },
  at: '2026-11-19T13:05:00.000Z',
  stage: 'lead',
  score: 12,
  why: ['Filled in “Demo”', 'Attended “Cut churn in Q4”', 'Visited “Pricing”, 2 times'],
  ...over,
});
export const preview = {
  from: '2026-08-26T11:45:00.000Z',
  to: '2026-11-24T11:45:00.000Z',
  total: 240,
  alsoHandedOver: 96,
  items: [
    found('l1', 'Dana Whitfield', { handedOverAt: '2026-11-21T09:00:00.000Z', segment: 'Heads of operations' }),
    found('l2', 'Maximiliane-Eleonore von Schönburg-Hohenlohe zu Waldenburg', { stage: 'recycled', why: ['Replied'] }),
    found('l3', 'Li Na', { stage: 'subscriber', person: { name: 'Li Na' }, score: 10 }),
  ],
};

const ready = (lead: string, name: string, over: Partial<ReadyLead> = {}): ReadyLead => ({
  lead,
  person: { name, title: 'VP Operations', company: 'Northwind Labs' },
  stage: 'recycled',
  touches: 6,
  lastAt: '2026-11-23T08:10:00.000Z',
  why: ['Filled in “Demo”', 'Visited “Pricing”, 2 times'],
  returned: { times: 2, last: { reason: 'no_budget', by: 'Rep One', at: '2026-08-20T08:00:00.000Z' } },
  ...over,
});
export const readyLeads = [
  ready('l1', 'Dana Whitfield'),
  ready('l2', 'Maximiliane-Eleonore von Schönburg-Hohenlohe zu Waldenburg', {
    person: {
      name: 'Maximiliane-Eleonore von Schönburg-Hohenlohe zu Waldenburg',
      title: 'Leiterin der Abteilung für Datenverarbeitungsgrundverordnungsprüfung',
      company: 'Donaudampfschifffahrtsgesellschaft',
    },
    wakesOn: '2027-02-22',
    returned: { times: 1, last: { reason: 'bad_timing', by: 'Aleksandra Wiśniewska-Brzęczyszczykiewicz', at: '2026-08-20T08:00:00.000Z' } },
  }),
  ready('l3', 'Li Na', { person: { name: 'Li Na' }, stage: 'subscriber', touches: 0, lastAt: undefined, why: [], returned: { times: 0 } }),
];
