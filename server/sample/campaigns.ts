import type { Agreement } from '../../lib/funnel/agreement.ts';
import type { Channel } from '../../lib/funnel/words.ts';
import type { Random } from './random.ts';
import { atWork, day, iso, wall } from './times.ts';

export interface SampleCampaign {
  key: CampaignKey;
  name: string;
  channel: Channel;
  /** Epoch ms. */
  started: number;
  headline: string;
  points: string[];
  link: string;
  /** Minor units of EUR by month (`YYYY-MM`). */
  spend: { month: string; planned: number; spent: number }[];
}

export type CampaignKey =
  | 'churn'
  | 'renewals'
  | 'benchmark'
  | 'scale'
  | 'explained'
  | 'search-churn'
  | 'search-onboarding'
  | 'fair'
  | 'monthly'
  | 'voices'
  | 'leaders'
  | 'partners';

const site = 'https://www.ridgeway.example';

interface Plan {
  key: CampaignKey;
  name: string;
  channel: Channel;
  daysAgo: number;
  /** EUR planned a month; `once` is paid in the first month only. */
  monthly: number;
  once?: number;
  headline: string;
  points: string[];
  path: string;
}

const plans = (year: number): Plan[] => [
  {
    key: 'churn',
    name: 'Cut churn in Q4',
    channel: 'webinar',
    daysAgo: 36,
    monthly: 2400,
    once: 3800,
    headline: 'Cut churn before the quarter ends',
    points: [
      'See which accounts go quiet, eight weeks ahead',
      'One play each for price, product and people',
      'A template you can use the same afternoon',
    ],
    path: '/webinars/cut-churn',
  },
  {
    key: 'renewals',
    name: 'Renewals without surprises',
    channel: 'webinar',
    daysAgo: 232,
    monthly: 1100,
    headline: 'No renewal should surprise you',
    points: ['Ninety, sixty, thirty days: what to ask when', 'How three support teams share one calendar'],
    path: '/webinars/renewals',
  },
  {
    key: 'benchmark',
    name: `Ops benchmark ${year}`,
    channel: 'content',
    daysAgo: 154,
    monthly: 900,
    once: 9500,
    headline: 'How 412 operations teams work',
    points: ['Tickets per agent, by size of company', 'What the fastest quarter does differently', 'Your own numbers beside theirs'],
    path: '/reports/ops-benchmark',
  },
  {
    key: 'scale',
    name: 'Support at scale',
    channel: 'content',
    daysAgo: 264,
    monthly: 2600,
    headline: 'Support that grows slower than your customers',
    points: ['Fourteen guides, from the first ticket to the hundred-thousandth', 'Written by people who ran support'],
    path: '/guides/support-at-scale',
  },
  {
    key: 'explained',
    name: 'Churn, explained',
    channel: 'search',
    daysAgo: 258,
    monthly: 1400,
    headline: 'What churn is, and what moves it',
    points: ['The formula, with a sheet to copy', 'Why net and gross tell different stories'],
    path: '/learn/churn',
  },
  {
    key: 'search-churn',
    name: 'Search: churn software',
    channel: 'paid_search',
    daysAgo: 244,
    monthly: 4200,
    headline: 'Churn software that support teams keep using',
    points: ['Live in a week, without a project', 'Works with the helpdesk you have'],
    path: '/churn-software',
  },
  {
    key: 'search-onboarding',
    name: 'Search: onboarding tools',
    channel: 'paid_search',
    daysAgo: 126,
    monthly: 2300,
    headline: 'Onboarding your customers finish',
    points: ['Plans that both sides see', 'Reminders that are not another mail'],
    path: '/onboarding',
  },
  {
    key: 'fair',
    name: 'Trade fair Nuremberg',
    channel: 'event',
    daysAgo: 78,
    monthly: 0,
    once: 18_500,
    headline: 'Meet us in hall 4',
    points: ['Ten minutes, your own data, one answer', 'Coffee that is worth the walk'],
    path: '/nuremberg',
  },
  {
    key: 'monthly',
    name: 'Ridgeway Monthly',
    channel: 'email',
    daysAgo: 266,
    monthly: 450,
    headline: 'One mail a month, one idea in it',
    points: ['Short enough for the tram', 'Always with something to copy'],
    path: '/monthly',
  },
  {
    key: 'voices',
    name: 'Customer voices',
    channel: 'social',
    daysAgo: 186,
    monthly: 700,
    headline: 'What customers say when we are not in the room',
    points: ['Two minutes each, unedited', 'From freight to clinics'],
    path: '/stories',
  },
  {
    key: 'leaders',
    name: 'Ops leaders on LinkedIn',
    channel: 'paid_social',
    daysAgo: 98,
    monthly: 3100,
    headline: 'For people who answer for operations',
    points: ['The five numbers boards ask for', 'A one-page view of all of them'],
    path: '/ops-leaders',
  },
  {
    key: 'partners',
    name: 'Partner days',
    channel: 'partner',
    daysAgo: 212,
    monthly: 600,
    headline: 'Bring a customer, share the work',
    points: ['Joint workshops with implementation partners', 'Clear roles from the first day'],
    path: '/partners',
  },
];

export function campaigns(agreement: Agreement, now: number, chance: Random): SampleCampaign[] {
  const year = Number(iso(now - 154 * day).slice(0, 4));
  return plans(year).map((plan) => {
    const started = atWork(agreement, now - plan.daysAgo * day, chance);
    return {
      key: plan.key,
      name: plan.name,
      channel: plan.channel,
      started,
      headline: plan.headline,
      points: plan.points,
      link: `${site}${plan.path}`,
      spend: months(started, now).flatMap((month, i) => {
        const planned = (plan.monthly + (i === 0 ? (plan.once ?? 0) : 0)) * 100;
        if (planned === 0) return [];
        return [{ month, planned, spent: Math.round((planned * chance.between(0.82, 1.14)) / 500) * 500 }];
      }),
    };
  });
}

function months(from: number, to: number): string[] {
  const found: string[] = [];
  for (let at = Temporal.PlainYearMonth.from(iso(from).slice(0, 7)); at.toString() <= iso(to).slice(0, 7); at = at.add({ months: 1 }))
    found.push(at.toString());
  return found;
}

/** When something took place that many people attended. */
export interface Calendar {
  sessions: { campaign: 'churn' | 'renewals'; name: string; at: number }[];
  /** First and last moment of the fair. */
  fair: { from: number; to: number };
  issues: { name: string; at: number }[];
}

export function happenings(agreement: Agreement, now: number, chance: Random): Calendar {
  const afternoon = (daysAgo: number) => wall(agreement, atWork(agreement, now - daysAgo * day, chance), 15);
  const fair = wall(agreement, now - 72 * day, 9);
  return {
    sessions: [
      { campaign: 'renewals', name: 'Renewals without surprises, first edition', at: afternoon(216) },
      { campaign: 'renewals', name: 'Renewals without surprises, for support leads', at: afternoon(161) },
      { campaign: 'renewals', name: 'Renewals without surprises, questions and answers', at: afternoon(99) },
      { campaign: 'churn', name: 'Cut churn in Q4: find the quiet accounts', at: afternoon(27) },
      { campaign: 'churn', name: 'Cut churn in Q4: one play each', at: afternoon(5) },
    ],
    fair: { from: fair, to: fair + 2 * day + 8 * 3_600_000 },
    issues: issueTitles.map((name, i) => ({ name, at: wall(agreement, atWork(agreement, now - (262 - i * 29) * day, chance), 9, 10) })),
  };
}

const issueTitles = [
  'Ask before you answer',
  'The ticket nobody closes',
  'What a quiet account sounds like',
  'Fewer meetings with more in them',
  'Three ways to say no',
  'Renewals are made in week two',
  'Numbers your board understands',
  'The handbook nobody reads',
  'Before the year turns',
];

/** Pages and pieces people read, by the campaign they belong to. */
export const pieces = {
  scale: [
    'Ten thousand tickets later',
    'Who answers first',
    'When to hire the next agent',
    'Tags that mean something',
    'The night shift question',
    'A queue is a promise',
  ],
  explained: [
    'What is churn?',
    'Gross and net churn',
    'The churn formula',
    'Churn by cohort, step by step',
    'Logo churn or revenue churn?',
  ],
  benchmark: ['Ops benchmark: the report', 'Ops benchmark: compare yourself'],
  voices: ['Freight, two minutes', 'A clinic answers', 'What changed after a year'],
} as const;
export const pages = { pricing: `${site}/pricing`, product: `${site}/product`, security: `${site}/security` } as const;
export const links = { site };
