import { Report } from '../../components/report/page.tsx';
import { first, type View } from '../../components/report/view.ts';
import { WorldProvider } from '../../components/world.tsx';
import { BridgeError } from '../../lib/bridge/ask.ts';
import type { Me } from '../../lib/bridge/scene.ts';
import type { CampaignFigures, Share } from '../../lib/contract/routes/reports.ts';
import type { CrmHealthRow } from '../../lib/contract/routes/reports-crm-health.ts';
import type { Channel } from '../../lib/funnel/words.ts';
import { agreement, ana, churn, marketer, now, rep, uuid } from './fixtures.ts';
import { presses, stands } from './hand.ts';
import { status } from './popups.tsx';
import { campaigns, readyLeads } from './rules.ts';
import { type State, waits } from './state.tsx';
import { type Answers, fixtureWorld } from './world.ts';

/** Wilson's interval, as the backend prints it. */
export function share(n: number, of: number): Share {
  if (of < 20) return { n, of };
  const z = 1.96;
  const p = n / of;
  const middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of);
  return { n, of, share: p, low: middle - half, high: middle + half };
}
const figures = (touched: number, handedOver: number, accepted: number, qualified: number, returned: number): CampaignFigures => ({
  touched,
  handedOver,
  accepted: share(accepted, handedOver),
  qualified: share(qualified, handedOver),
  returned,
});
const row = (
  name: string,
  channel: Channel,
  now: CampaignFigures,
  before: CampaignFigures,
  reason: string,
  verdicts: [number, number, number],
) => ({
  campaign: { id: uuid(), name, channel },
  ...now,
  before,
  reasons: [{ reason, n: Math.max(1, Math.round(now.returned / 2)) }],
  verdicts: { strong: verdicts[0], fair: verdicts[1], poor: verdicts[2] },
  spent: [{ value: 1250000, currency: 'EUR' }],
});
const items = [
  row('Cut churn in Q4', 'webinar', figures(212, 96, 71, 44, 22), figures(180, 84, 60, 38, 20), 'bad_timing', [31, 28, 9]),
  row('Ops benchmark 2026', 'content', figures(304, 88, 53, 27, 30), figures(280, 92, 61, 30, 28), 'not_decision_maker', [18, 26, 14]),
  row('Support at scale', 'content', figures(188, 61, 49, 31, 9), figures(190, 40, 30, 18, 9), 'no_budget', [27, 12, 4]),
  row('Trade fair Nuremberg', 'event', figures(271, 74, 36, 12, 34), figures(0, 0, 0, 0, 0), 'not_icp', [8, 14, 23]),
  row('Search: churn software', 'paid_search', figures(143, 48, 34, 20, 11), figures(120, 40, 25, 16, 12), 'no_budget', [14, 11, 5]),
  row(
    'Donaudampfschifffahrtsgesellschaftskapitänsrundbrief',
    'email',
    figures(66, 21, 15, 8, 5),
    figures(60, 25, 14, 8, 6),
    'bad_timing',
    [5, 6, 2],
  ),
  row('بودكاست الموسم الثاني', 'other', figures(41, 14, 9, 6, 2), figures(20, 9, 5, 2, 2), 'no_need', [4, 2, 1]),
  row('Careers fair', 'event', figures(59, 10, 1, 0, 8), figures(0, 0, 0, 0, 0), 'student_or_jobseeker', [0, 1, 7]),
];
const total = {
  ...figures(1284, 412, 268, 148, 114),
  before: figures(1198, 431, 241, 128, 121),
  reasons: [
    { reason: 'bad_timing', n: 31 },
    { reason: 'no_budget', n: 27 },
    { reason: 'not_icp', n: 18 },
    { reason: 'unresponsive', n: 14 },
    { reason: 'not_decision_maker', n: 11 },
    { reason: 'bad_contact_data', n: 7 },
    { reason: 'student_or_jobseeker', n: 3 },
    { reason: 'other', n: 3 },
  ],
  verdicts: { strong: 107, fair: 100, poor: 65 },
  spent: [{ value: 18960000, currency: 'EUR' }],
};
const report = {
  from: '2026-10-01',
  to: '2026-11-24',
  compare: { from: '2026-08-07', to: '2026-09-30' },
  asOf: '2026-11-24T11:41:00Z',
  items: items.map((row, i) => ({
    ...row,
    credited: { accepted: 12.4 / (i + 1), sql: 5.2 / (i + 1), opportunity: 3 / (i + 1), customer: 0 },
  })),
  total,
};
const feedback = {
  items: [
    {
      id: uuid(),
      kind: 'verdict',
      verdict: 'poor',
      reasons: ['not_icp', 'low_intent'],
      note: '11 people. “We only came for the checklist.” Friendly, but there is no ops team to speak of.',
      by: ana.name,
      at: '2026-11-20T14:45:00Z',
      replies: [{ state: 'seen', by: marketer.name, at: '2026-11-23T08:00:00Z' }],
      lead: { id: uuid(), name: 'Dana Whitfield', company: 'Northwind Labs', stage: 'sal' },
      campaigns: [
        { id: churn.id, name: churn.name },
        { id: uuid(), name: 'Ops benchmark' },
      ],
      dueAt: '2026-11-24T15:00:00Z',
    },
    {
      id: uuid(),
      kind: 'insight',
      note: 'Your competitor starts at half, but bills onboarding.',
      by: ana.name,
      at: '2026-11-24T08:00:00Z',
      replies: [],
      lead: { id: uuid(), name: 'Marek Svoboda', stage: 'mql' },
      campaigns: [],
      dueAt: '2026-11-26T15:00:00Z',
    },
    {
      id: uuid(),
      kind: 'verdict',
      verdict: 'strong',
      by: 'Rep One',
      at: '2026-11-17T08:00:00Z',
      replies: [],
      lead: { id: uuid(), name: 'نور الهاشمي', stage: 'sql' },
      campaigns: [{ id: uuid(), name: 'Support at scale' }],
    },
  ],
};
export const agreed = { agreement, versions: [{ version: 3, inForceAt: '2026-07-01T06:00:00Z', signatures: [] }] };
const reasonsOf = (reason: string, n: number, of: number, back = 0, ofBack = 0) => ({
  reason,
  verdicts: { n, of },
  returned: { n: back, of: ofBack },
});
export const patterns = {
  since: '2026-08-26T11:45:00Z',
  counts: { open: 3, acting: 5, all: 65 },
  campaigns: [
    {
      campaign: { id: churn.id, name: churn.name, channel: 'webinar' },
      verdicts: { strong: 31, fair: 28, poor: 9 },
      insights: 4,
      reasons: [reasonsOf('not_decision_maker', 9, 68, 7, 12), reasonsOf('not_icp', 5, 68, 1, 12), reasonsOf('no_budget', 0, 68, 4, 12)],
    },
    {
      campaign: { id: uuid(), name: 'Donaudampfschifffahrtsgesellschaftskapitänsrundbrief', channel: 'email' },
      verdicts: { strong: 0, fair: 1, poor: 4 },
      insights: 0,
      reasons: [reasonsOf('student_or_jobseeker', 3, 5)],
    },
    {
      campaign: { id: uuid(), name: 'بودكاست الموسم الثاني', channel: 'other' },
      verdicts: { strong: 0, fair: 0, poor: 0 },
      insights: 1,
      reasons: [],
    },
  ],
};

const named = { items: items.map(({ campaign }) => campaign) };

export interface Shown {
  me?: Me;
  frame?: number;
  after?: State['after'];
  answers?: Answers;
}
export const shown = (
  name: string,
  view: Partial<View>,
  routes: Record<string, unknown>,
  { me = marketer, frame = 1280, after, answers = {} }: Shown = {},
): State => ({
  group: 'Report',
  name,
  frame,
  render: () => (
    <WorldProvider
      value={fixtureWorld(
        {
          api: ({ route }) => {
            const body = {
              getAgreement: agreed,
              feedbackInbox: feedback,
              feedbackPatterns: patterns,
              campaignsReport: report,
              campaigns: named,
              segments: {
                items: [
                  { segment: 'Enterprise', people: 412 },
                  { segment: 'Donaudampfschifffahrtsgesellschaften', people: 21 },
                ],
              },
              ...routes,
            }[route];
            if (body instanceof Error) throw body;
            if (body instanceof Promise) return body as unknown as Promise<never>;
            const failed = typeof body === 'object' && body !== null && 'status' in body;
            return { status: failed ? 503 : 200, body, type: 'application/json' };
          },
          queue: () => ({ items: [], agreement }),
          outbox: () => [],
          status: () => ({ ...status, me }),
          users: () => ({ items: [{ id: ana.id, name: ana.name, role: 'rep' }] }),
          ...answers,
        },
        { now: () => now },
      )}
    >
      <Report status={{ ...status, me }} view={{ ...first, ...view }} onChange={() => {}} />
    </WorldProvider>
  ),
  after,
});
const state = (name: string, view: Partial<View>, routes: Record<string, unknown>, frame = 1280, after?: State['after']): State =>
  shown(name, view, routes, { frame, after });
const openTables = async (root: HTMLElement) => {
  await stands(root, 'details');
  for (const details of root.querySelectorAll('details')) details.open = true;
};

const ofCrm = (name: string, more: Partial<CrmHealthRow>): CrmHealthRow => ({
  source: { id: uuid(), source: name.toLowerCase(), name, state: 'running' },
  acts: 148,
  written: share(131, 148),
  waiting: 4,
  refused: 11,
  givenUp: 2,
  medianMinutes: 1.4,
  people: { known: 48210, withoutStage: 312 },
  fields: [
    { field: 'lifecyclestage', label: 'Lifecycle Stage', times: 120, last: '2026-11-24T10:12:00Z' },
    { field: 'hs_lead_status', label: 'Lead Status', times: 0 },
    { field: 'return_reason', times: 0 },
  ],
  refusals: [
    {
      sentence: 'Property values were not valid: “close_reason” is required when lead status is “Bad timing”.',
      trouble: 'refused',
      n: 9,
      last: '2026-11-24T09:02:00Z',
      leads: ['Dana Whitfield', 'Alexandrine von Hohenfels-Krautheim', 'Ove Lind', 'Marek Svoboda', 'نور الهاشمي'].map((name) => ({
        id: uuid(),
        name,
      })),
    },
    {
      sentence: 'HubSpot has no contact with this person’s addresses. Add one there, and Baton sends it again.',
      said: { code: 'crm-no-person', facts: { crm: 'HubSpot', kind: 'contact' } },
      n: 2,
      last: '2026-11-20T09:02:00Z',
      leads: [{ id: uuid(), name: 'Tom Hale' }],
    },
  ],
  kept: [{ field: 'lifecyclestage', label: 'Lifecycle Stage', n: 3, leads: [{ id: uuid(), name: 'Marek Svoboda' }] }],
  unread: [
    {
      field: 'lifecyclestage',
      label: 'Lifecycle Stage',
      value: '1084412',
      valueLabel: 'Vorqualifiziert durch Innendienst (Donaudampfschifffahrt)',
      people: 1204,
      last: '2026-11-24T10:12:00Z',
    },
    { field: 'hs_lead_status', label: 'Lead Status', value: 'ATTEMPTED_TO_CONTACT', people: 37, last: '2026-11-20T10:12:00Z' },
  ],
  before: { acts: 130, written: share(101, 130), waiting: 0, refused: 20, givenUp: 9 },
  ...more,
});
const health = {
  from: report.from,
  to: report.to,
  compare: report.compare,
  asOf: report.asOf,
  items: [
    ofCrm('HubSpot', {}),
    ofCrm('Salesforce', {
      acts: 9,
      written: share(9, 9),
      waiting: 0,
      refused: 0,
      givenUp: 0,
      medianMinutes: 0.3,
      fields: [{ field: 'Status', label: 'Lead Status', times: 9, last: '2026-11-24T10:12:00Z' }],
      refusals: [],
      kept: [],
      people: { known: 310, withoutStage: 0 },
    }),
  ],
};

export const reports: State[] = [
  state('campaigns', {}, {}),
  state('campaigns, tables open', { compare: 'none' }, { campaignsReport: { ...report, compare: undefined } }, 1280, openTables),
  state('campaigns, narrow', {}, {}, 900),
  state('own period', { period: '2026-10-01..2026-11-15' }, {}),
  state('empty', {}, { campaignsReport: { ...report, items: [] } }),
  state('first day', { period: 'last-12' }, { campaignsReport: { ...report, items: [] } }),
  state('refused', {}, { campaignsReport: { type: 'urn:baton:problem:unavailable', title: 'store not ready', status: 503 } }),
  state('offline', {}, { campaignsReport: new BridgeError('offline', 'The backend cannot be reached right now.') }),
  state('signed out', {}, { campaignsReport: new BridgeError('signed-out', 'Sign in first.') }),
  waits(state('loading', {}, { campaignsReport: new Promise(() => {}) })),
  state('in the CRM', { page: 'crm-health' }, { crmHealthReport: health }),
  state('in the CRM, none', { page: 'crm-health' }, { crmHealthReport: { ...health, items: [] } }),
  state(
    'a list to hand over',
    { page: 'hand-over' },
    { campaigns: { items: campaigns }, readyLeads: { items: readyLeads, more: true } },
    1280,
    presses('.ready tbody input', '.ready .entry'),
  ),
  shown('hand over, sent to a rep', { page: 'hand-over' }, {}, { me: rep, frame: 900 }),
  state('nobody to hand over', { page: 'hand-over' }, { campaigns: { items: [] }, readyLeads: { items: [], more: false } }, 900),
  state('feedback', { page: 'feedback' }, {}),
  state('feedback, narrowed', { page: 'feedback', kind: 'verdict', reason: 'not_decision_maker', campaign: churn.id, words: 'check' }, {}),
  state('feedback by campaign', { page: 'feedback', said: 'campaigns' }, {}),
  state(
    'feedback by campaign, nothing said',
    { page: 'feedback', said: 'campaigns' },
    { feedbackPatterns: { ...patterns, campaigns: [], counts: { open: 0, acting: 0, all: 0 } } },
  ),
  state('feedback, all answered', { page: 'feedback' }, { feedbackInbox: { items: [] } }),
];
