import { type AttributionModel, attributionModels, type Channel, ladder } from '../../lib/funnel/words.ts';
import { churn, manager, uuid } from './fixtures.ts';
import { share, shown } from './reports.tsx';
import { type State, waits } from './state.tsx';

/** Every report of figures: with much, with little, and with nothing. */
const head = {
  from: '2026-10-01',
  to: '2026-11-24',
  compare: { from: '2026-08-07', to: '2026-09-30' },
  asOf: '2026-11-24T11:41:00Z',
};
const weeks = ['2026-W40', '2026-W41', '2026-W42', '2026-W43', '2026-W44', '2026-W45', '2026-W46', '2026-W47', '2026-W48'];
const long = 'Donaudampfschifffahrtsgesellschaftskapitänsrundbrief';

/** Numbers of a company of some size, or of one in its first week. */
const funnel = (size: number) => {
  const n = (value: number) => Math.round(value * size);
  const rows: [(typeof ladder)[number], number, number, number][] = [
    ['subscriber', 640, 402, 700],
    ['lead', 1284, 412, 1198],
    ['mql', 412, 268, 431],
    ['sal', 268, 151, 241],
    ['sql', 151, 84, 128],
    ['opportunity', 84, 19, 79],
    ['customer', 19, 0, 27],
  ];
  const cohort = (entered: number, on: number, young: boolean) => ({
    entered,
    skipped: Math.round(entered / 12),
    wentOn: share(on, entered),
    left: Math.round((entered - on) / 2),
    open: entered - on - Math.round((entered - on) / 2),
    maturing: young,
    toSql: share(Math.round(on / 2), entered),
    toCustomer: share(Math.round(on / 6), entered),
    medianDays: 3.4,
  });
  return {
    ...head,
    stages: rows.map(([stage, entered, on, before]) => ({
      stage,
      ...cohort(n(entered), n(on), stage === 'opportunity'),
      leaves:
        stage === 'mql'
          ? [
              { to: 'recycled', reason: 'bad_timing', n: n(31) },
              { to: 'recycled', reason: 'no_budget', n: n(27) },
              { to: 'disqualified', reason: 'student_or_jobseeker', n: n(18) },
              { to: 'recycled', n: n(3) },
            ].filter((one) => one.n > 0)
          : [],
      before: cohort(n(before), n(on * 0.9), false),
    })),
    series: weeks.map((name, i) => ({
      name,
      from: head.from,
      to: head.to,
      entered: Object.fromEntries(ladder.map((stage) => [stage, 3])),
      handoffs: {
        qualified: n(18 - i),
        accepted: n(20),
        returned: n(12),
        waiting: i > 6 ? n(14) : 0,
      },
    })),
  };
};

const times = (opened: number, inTime: number, minutes: number) => ({
  opened,
  inTime: share(inTime, opened),
  waiting: 4,
  medianMinutes: minutes,
  p90Minutes: minutes * 3.3,
});
const answers = {
  ...head,
  of: 'teams',
  total: { ...times(412, 354, 130), before: times(431, 349, 160) },
  byIntent: { standard: times(300, 270, 150), high: times(112, 84, 50) },
  teams: [
    { team: { id: uuid(), name: 'North' }, ...times(214, 190, 120), before: times(200, 150, 150) },
    { team: { id: uuid(), name: long }, ...times(180, 150, 140) },
    { team: {}, ...times(12, 9, 300) },
  ],
  series: weeks.map((name, i) => ({ name, from: head.from, to: head.to, times: times(40 + i, 30 + i, 120) })),
};
const mine = {
  ...answers,
  of: 'mine',
  total: times(14, 11, 95),
  byIntent: { standard: times(9, 8, 90), high: times(5, 3, 40) },
  teams: [],
};

const reason = (code: string | undefined, n: number) => ({
  ...(code && { reason: code }),
  share: share(n, 114),
  recycled: n,
  disqualified: 0,
  back: Math.round(n / 3),
  qualifiedSince: Math.round(n / 9),
  from: [{ stage: 'mql', n }],
  campaigns: [
    { id: churn.id, name: churn.name, n: Math.ceil(n / 2) },
    { id: uuid(), name: long, n: 1 },
  ],
  before: n + 2,
});
const reasons = {
  ...head,
  total: 114,
  before: 121,
  items: [
    reason('bad_timing', 31),
    reason('no_budget', 27),
    reason('not_icp', 18),
    reason('unresponsive', 14),
    reason('not_decision_maker', 11),
    reason('bad_contact_data', 7),
    reason('student_or_jobseeker', 3),
    reason(undefined, 3),
  ],
  series: [],
};

const delivery = (kept: boolean | undefined) => ({ share: share(86, 100), ...(kept !== undefined && { kept }) });
const promises = {
  ...head,
  agreement: { version: 3 },
  items: [
    {
      id: 'mqls',
      team: 'marketing',
      text: 'MQLs that meet 3 of 4 criteria, per month',
      measure: 'mqls_meeting_criteria',
      target: 220,
      unit: 'count',
      measured: true,
      count: { n: 412, promised: 396.4 },
      kept: true,
      months: [],
    },
    {
      id: 'answered',
      team: 'marketing',
      text: 'Feedback answered within 2 working days',
      measure: 'feedback_answered',
      target: 0.9,
      unit: 'share',
      measured: true,
      ...delivery(false),
      before: delivery(true),
      months: [],
    },
    {
      id: 'time',
      team: 'sales',
      text: 'Hand-offs answered in time',
      measure: 'answered_in_time',
      target: 0.9,
      unit: 'share',
      measured: true,
      share: share(9, 14),
      months: [],
    },
    {
      id: 'word',
      team: 'sales',
      text: 'Nobody says “the leads are bad” without a verdict, in any meeting, also not in the hallway',
      measure: 'word',
      target: 1,
      unit: 'share',
      measured: false,
      months: [],
    },
  ],
};

const eur = (value: number) => [{ value: value * 100, currency: 'EUR' }];
const cost = (money: number, n: number) => ({ value: (money * 100) / n, low: (money * 80) / n, high: (money * 130) / n });
const spent = (planned: number, money: number, sql: number, ofSpend: number, ofSql: number) => ({
  planned: eur(planned),
  spent: eur(money),
  outcomes: { accepted: sql * 1.8, sql, opportunity: sql * 0.6, customer: sql * 0.15 },
  pipeline: eur(sql * 9000),
  won: eur(sql * 2100),
  shareOf: { spent: ofSpend, sql: ofSql, pipeline: ofSql, won: ofSql },
  costPer: {
    ...(sql * 1.8 >= 20 && { accepted: cost(money, sql * 1.8) }),
    ...(sql >= 20 && { sql: cost(money, sql) }),
    ...(sql * 0.15 >= 20 && { customer: cost(money, sql * 0.15) }),
  },
  models: Object.fromEntries(
    attributionModels.map((model: AttributionModel, i) => [
      model,
      { sql: sql * (0.8 + i * 0.06), ...(sql >= 20 && { costPerSql: 120000 }) },
    ]),
  ),
});
const channelRow = (channel: Channel, ...of: Parameters<typeof spent>) => ({ channel, ...spent(...of) });
const budget = {
  ...head,
  attribution: 'position',
  currency: 'EUR',
  total: { ...spent(210000, 189600, 148, 1, 1), without: { accepted: 12, sql: 7, opportunity: 3, customer: 1 } },
  channels: [
    channelRow('event', 70000, 68400, 22, 0.36, 0.15),
    channelRow('paid_search', 50000, 47100, 31, 0.25, 0.21),
    channelRow('webinar', 40000, 36200, 48, 0.19, 0.32),
    channelRow('content', 30000, 21900, 40, 0.12, 0.27),
    channelRow('email', 20000, 16000, 7, 0.08, 0.05),
  ],
  campaigns: [
    { campaign: { id: churn.id, name: churn.name, channel: 'webinar' }, ...spent(40000, 36200, 44, 0.19, 0.3) },
    { campaign: { id: uuid(), name: long, channel: 'email' }, ...spent(20000, 16000, 7, 0.08, 0.05) },
  ],
  next: [
    { channel: 'content', chance: 0.71, sqlPer: { value: 1.8e-5, low: 1.3e-5, high: 2.5e-5 } },
    { channel: 'webinar', chance: 0.26, sqlPer: { value: 1.3e-5, low: 1e-5, high: 1.8e-5 } },
    { channel: 'paid_search', chance: 0.03, sqlPer: { value: 6.6e-6, low: 4.6e-6, high: 9.4e-6 } },
  ],
};

const within = (top: number) =>
  [1, 3, 6, 9, 12, 18, 24].map((months) => ({
    months,
    ...share(Math.round((top * 400 * months) / (months + 7)), 400),
    growing: months > 12,
  }));
const cohort = (people: number, top: number) => ({
  people,
  sql: share(Math.round(people * top * 0.7), people),
  customer: share(Math.round(people * top * 0.1), people),
  months: { p25: 2.1, median: 5.6, p75: 9.4 },
  within: within(top),
  maturing: true,
});
const longTerm = {
  from: '2025-12-01',
  to: '2026-11-24',
  asOf: head.asOf,
  total: cohort(4210, 0.16),
  quarters: ['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4'].map((name, i) => ({
    name,
    from: head.from,
    to: head.to,
    ...cohort(1200 - i * 200, 0.17 - i * 0.03),
  })),
  channels: (
    [
      ['content', 0.24],
      ['webinar', 0.2],
      ['search', 0.19],
      ['event', 0.09],
      ['paid_social', 0.05],
    ] as const
  ).map(([channel, top]) => ({ channel, ...cohort(900, top), quarters: [] })),
  won: { began: share(31, 84), assisted: share(52, 84) },
};

const page = (
  name: string,
  view: Parameters<typeof shown>[1],
  routes: Record<string, unknown>,
  more?: Parameters<typeof shown>[3],
): State => shown(name, { compare: 'before', ...view }, routes, { me: manager, ...more });

export const figures: State[] = [
  page('funnel', { page: 'funnel' }, { funnelReport: funnel(1) }),
  page('funnel, narrow', { page: 'funnel' }, { funnelReport: funnel(1) }, { frame: 900 }),
  page('funnel, little', { page: 'funnel', campaign: churn.id, origin: 'marketing' }, { funnelReport: funnel(0.02) }),
  page('funnel, nothing', { page: 'funnel' }, { funnelReport: funnel(0) }),
  page('answer times', { page: 'answers' }, { answerTimesReport: answers }),
  page('answer times, a rep’s own', { page: 'answers' }, { answerTimesReport: mine }),
  page('reasons', { page: 'reasons' }, { reasonsReport: reasons }),
  page('reasons, nothing', { page: 'reasons', period: 'last-12' }, { reasonsReport: { ...reasons, total: 0, items: [] } }),
  page('commitments', { page: 'commitments' }, { commitmentsReport: promises }),
  page('budget', { page: 'budget' }, { budgetReport: budget }),
  page('budget, narrow', { page: 'budget' }, { budgetReport: budget }, { frame: 900 }),
  page(
    'budget, little',
    { page: 'budget' },
    {
      budgetReport: { ...budget, channels: [channelRow('email', 900, 800, 2, 1, 1)], campaigns: [], next: [] },
    },
  ),
  page(
    'budget, of one channel and segment',
    { page: 'budget', channel: 'webinar', segment: 'Enterprise' },
    {
      budgetReport: {
        ...budget,
        total: { ...spent(40000, 36200, 48, 0.19, 0.32), without: { accepted: 0, sql: 0, opportunity: 0, customer: 0 } },
        channels: budget.channels.slice(2, 3),
        campaigns: budget.campaigns.slice(0, 1),
        next: [],
      },
    },
  ),
  page('budget, nothing', { page: 'budget', period: 'last-12' }, { budgetReport: { ...budget, channels: [], campaigns: [], next: [] } }),
  page('long-term', { page: 'long-term', period: 'last-12' }, { longTermReport: longTerm }),
  page(
    'long-term, of one campaign',
    { page: 'long-term', period: 'last-12', campaign: churn.id },
    { longTermReport: { ...longTerm, channels: longTerm.channels.slice(1, 2) } },
  ),
  page(
    'long-term, nothing',
    { page: 'long-term', period: 'last-12' },
    { longTermReport: { ...longTerm, total: cohort(0, 0), quarters: [], channels: [] } },
  ),
  page('commitments, none promised', { page: 'commitments' }, { commitmentsReport: { ...promises, items: [] } }),
  page(
    'answer times, nothing',
    { page: 'answers', period: 'last-12' },
    { answerTimesReport: { ...answers, total: times(0, 0, 0), teams: [] } },
  ),
  waits(page('long-term, waiting', { page: 'long-term' }, { longTermReport: new Promise(() => {}) })),
];
