import { BridgeError } from '../../lib/bridge/ask.ts';
import type { QueueItem } from '../../lib/bridge/scene.ts';
import type { Digest } from '../../lib/contract/routes/digests.ts';
import {
  act,
  agreement,
  ana,
  benchmark,
  churn,
  churnTouches,
  clock,
  dana,
  decided,
  manager,
  marketer,
  now,
  rep,
  uuid,
} from './fixtures.ts';
import { marketerQueue, repQueue } from './popups.tsx';
import { share, shown } from './reports.tsx';
import type { State } from './state.tsx';

/** The queue as a page, one person, and the digests. */
const news: QueueItem[] = [
  {
    kind: 'reply',
    lead: dana.id,
    title: 'Dana Whitfield',
    subtitle: '',
    feedback: { id: 'a', by: 'Robin Castellan', verdict: 'fair' },
    reply: { state: 'done', note: 'Under 20 people goes to the newsletter now.', by: marketer.name, at: '2026-11-24T08:00:00Z' },
  },
  { kind: 'digest', lead: '', title: '', subtitle: '', period: '2026-W47' },
];
const real = (items: QueueItem[]): QueueItem[] =>
  items.map((item) => (item.lead ? { ...item, lead: item.title === dana.person.name ? dana.id : uuid() } : item));
const lead = { lead: () => dana };
const queued = (items: QueueItem[], more = {}) => ({
  answers: { queue: () => ({ items: real(items), asOf: '2026-11-24T11:41:00Z', agreement }), ...lead, ...more },
});

const handed = (name: string, state: string, more: object = {}) => ({
  id: uuid(),
  lead: dana.id,
  person: { name, company: 'Northwind Labs' },
  stage: 'mql',
  state,
  openedAt: '2026-11-23T14:57:00Z',
  by: marketer.name,
  holder: rep.name,
  campaigns: [{ id: churn.id, name: churn.name, channel: 'webinar' }],
  ...more,
});
const handoffs = {
  counts: { waiting: 14, accepted: 31, qualified: 22, returned: 18 },
  next: 'more',
  items: [
    handed('Dana Whitfield', 'waiting', { clock: clock(192) }),
    handed('Dr.-Ing. Maximiliane von Hohenstein-Wartenberg', 'waiting', {
      clock: clock(-65),
      holder: undefined,
      person: { name: 'Dr.-Ing. Maximiliane von Hohenstein-Wartenberg', company: 'Donaudampfschifffahrtsgesellschaft' },
    }),
    handed('نور الهاشمي', 'accepted', { stage: 'sal', clock: clock(960, 1080), by: 'Score 50' }),
    handed('Marek Svoboda', 'returned', { stage: 'recycled', reason: 'no_budget', campaigns: [], by: undefined }),
    handed('Ruth Adeyemi', 'qualified', { stage: 'opportunity' }),
  ],
};

const person = {
  asOf: '2026-11-24T11:41:00Z',
  person: { id: dana.id, name: dana.person.name, title: dana.person.title, company: dana.person.company, stage: 'mql' },
  campaigns: [
    { ...benchmark, firstAt: '2026-02-10T08:00:00Z', firstActiveAt: '2026-03-02T09:00:00Z' },
    { ...churn, firstAt: '2026-11-12T07:00:00Z', firstActiveAt: '2026-11-16T10:18:00Z' },
    {
      id: uuid(),
      name: 'Donaudampfschifffahrtsgesellschaftskapitänsrundbrief',
      channel: 'email',
      active: 0,
      passive: 9,
      firstAt: '2026-05-02T08:00:00Z',
      lastAt: '2026-10-01T08:00:00Z',
    },
  ],
  touches: [
    {
      ...churnTouches[0]!,
      id: uuid(),
      campaign: benchmark.id,
      campaignName: benchmark.name,
      kind: 'downloaded',
      at: '2026-03-02T09:00:00Z',
    },
    { ...churnTouches[0]!, id: uuid(), campaign: undefined, campaignName: undefined, at: '2026-07-12T09:00:00Z', asset: 'Careers' },
    ...churnTouches.filter(({ active }) => active).reverse(),
  ],
  more: false,
  stages: [
    { at: '2026-03-02T09:00:00Z', to: 'lead' },
    { at: '2026-07-28T09:00:00Z', from: 'lead', to: 'mql' },
    { at: '2026-08-11T09:00:00Z', from: 'mql', to: 'recycled', reason: 'no_budget' },
    { at: '2026-11-23T14:57:00Z', from: 'recycled', to: 'mql' },
  ],
};

const promise = (id: string, team: 'marketing' | 'sales', text: string, more: object) => ({
  id,
  team,
  text,
  measured: true,
  months: [],
  ...more,
});
const stage = (name: string, entered: number, on: number) => ({
  stage: name,
  entered,
  skipped: 0,
  wentOn: share(on, entered),
  left: 0,
  open: entered - on,
  maturing: false,
  leaves: [],
});
const digest = {
  period: '2026-W47',
  grain: 'week',
  from: '2026-11-16',
  to: '2026-11-22',
  frozenAt: '2026-11-22T23:00:00Z',
  seen: { byMe: true, people: 9, of: 11 },
  comments: [
    { team: 'marketing', text: 'Proposed for agreement 4.', by: marketer.name, at: '2026-11-23T08:41:00Z' },
    { team: 'sales', text: 'Friday leads: can they open on Monday 09:00 instead?', by: ana.name, at: '2026-11-23T08:20:00Z' },
  ],
  body: {
    marketing: {
      stages: [stage('lead', 140, 48), stage('mql', 48, 25), stage('sal', 16, 7), stage('sql', 7, 2), stage('opportunity', 2, 0)],
      handoffs: { waiting: 23, accepted: 9, qualified: 7, returned: 9 },
      budget: { planned: [{ value: 1800000, currency: 'EUR' }], spent: [{ value: 1524000, currency: 'EUR' }] },
      currency: 'EUR',
      campaigns: [
        { id: churn.id, name: churn.name, sql: 3.4 },
        { id: uuid(), name: 'Donaudampfschifffahrtsgesellschaftskapitänsrundbrief', sql: 0.6 },
      ],
      feedback: { given: 11, answered: 10 },
      coming: { waking: 4, campaigns: [{ id: uuid(), name: 'Customer day Lisbon', on: '2026-11-26' }] },
    },
    sales: {
      answers: { opened: 48, inTime: share(23, 25), waiting: 23, medianMinutes: 110, p90Minutes: 400 },
      reasons: { total: 9, items: [{ reason: 'bad_timing', n: 4 }, { reason: 'not_decision_maker', n: 3 }, { n: 2 }] },
      verdicts: { strong: 8, fair: 6, poor: 4 },
      unanswered: 23,
    },
    commitments: [
      promise('m1', 'marketing', 'Hand over enough leads', { unit: 'count', target: 220, count: { n: 48, promised: 51.3 }, kept: false }),
      promise('m2', 'marketing', 'Leads that sales accepts', { unit: 'share', target: 0.6, share: share(16, 25), kept: true }),
      promise('s1', 'sales', 'Answer hand-offs in time', { unit: 'share', target: 0.9, share: share(23, 25), kept: true }),
      promise('s2', 'sales', 'Try five times before giving up', { unit: 'share', target: 0.9, share: share(3, 4) }),
    ],
  },
} as unknown as Digest;
const { body: _, ...head } = digest;
const heads = {
  items: [
    head,
    { ...head, period: '2026-W46', from: '2026-11-09', to: '2026-11-15', seen: { byMe: false, people: 3, of: 11 } },
    { ...head, period: '2026-10', grain: 'month', from: '2026-10-01', to: '2026-10-31' },
  ],
};
/** The list and one of it come by the same route; a list is what the list page is shown, and each has its body. */
const digests = { items: heads.items.map((one) => ({ ...digest, ...one })) };
const nothing = {
  ...digest,
  comments: [],
  frozenAt: undefined,
  body: {
    ...digest.body,
    marketing: {
      ...digest.body.marketing,
      stages: [],
      handoffs: { waiting: 0, accepted: 0, qualified: 0, returned: 0 },
      budget: { planned: [], spent: [] },
      campaigns: [],
      feedback: { given: 0, answered: 0 },
      coming: { waking: 0, campaigns: [] },
    },
    sales: {
      answers: { opened: 0, inTime: { n: 0, of: 0 }, waiting: 0 },
      reasons: { total: 0, items: [] },
      verdicts: { strong: 0, fair: 0, poor: 0 },
      unanswered: 0,
    },
  },
};

export const work: State[] = [
  shown('queue, rep', { page: 'queue' }, {}, { me: rep, ...queued([...repQueue, ...news]) }),
  shown('queue, rep, narrow', { page: 'queue' }, {}, { me: rep, frame: 900, ...queued([...repQueue, ...news]) }),
  shown(
    'queue, an act held',
    { page: 'queue' },
    {},
    {
      me: rep,
      ...queued(repQueue, { outbox: () => [act(decided(dana.id, { kind: 'accept' }), { heldUntil: now + 4000 })] }),
    },
  ),
  shown('queue, nothing waits', { page: 'queue' }, {}, { me: rep, ...queued([]) }),
  shown('queue, nothing of this part', { page: 'queue', group: 'pool' }, {}, { me: rep, ...queued([repQueue[0]!]) }),
  shown('queue, marketer', { page: 'queue' }, {}, { ...queued([...marketerQueue, news[1]!]) }),
  shown('queue, handed over', { page: 'queue', group: 'handed' }, { handoffs }, queued(marketerQueue)),
  shown(
    'queue, handed over, nothing',
    { page: 'queue', group: 'handed' },
    { handoffs: { items: [], counts: { waiting: 0, accepted: 0, qualified: 0, returned: 0 } } },
    queued([]),
  ),
  shown(
    'queue, handed over, offline',
    { page: 'queue', group: 'handed' },
    { handoffs: new BridgeError('offline', 'The backend cannot be reached right now.') },
    queued([]),
  ),
  shown('person', { page: 'person', lead: dana.id }, { personReport: person }),
  shown('person, narrow', { page: 'person', lead: dana.id }, { personReport: person }, { frame: 900 }),
  shown('person, untouched', { page: 'person', lead: dana.id }, { personReport: { ...person, campaigns: [], touches: [] } }),
  shown('person, nobody chosen', { page: 'person' }, {}),
  shown('digest', { page: 'digests', digest: '2026-W47' }, { digests }),
  shown('digest, rep', { page: 'digests', digest: '2026-W47' }, { digests }, { me: rep }),
  shown('digest, narrow', { page: 'digests', digest: '2026-W47' }, { digests }, { frame: 900, me: manager }),
  shown('digest, running, nothing yet', { page: 'digests', digest: 'month' }, { digests: { items: [] }, previewDigest: nothing }),
];
