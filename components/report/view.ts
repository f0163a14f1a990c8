import { useEffect, useState } from 'react';
import { type Grain, grains } from '../../lib/funnel/periods.ts';
import { type AttributionModel, attributionModels, type Channel, channels, type Origin, origins } from '../../lib/funnel/words.ts';
import { type Group, groups } from '../queue/groups.ts';
import { type Period, periodFrom } from './period.ts';

export const pages = [
  'queue',
  'campaigns',
  'feedback',
  'person',
  'digests',
  'hand-over',
  'funnel',
  'answers',
  'reasons',
  'commitments',
  'budget',
  'long-term',
  'crm-health',
] as const;
export type Page = (typeof pages)[number];
export const sortKeys = ['name', 'touched', 'handedOver', 'accepted', 'qualified', 'returned'] as const;
export type SortKey = (typeof sortKeys)[number];
export type Compare = 'none' | 'before' | 'year';
export type State = 'open' | 'acting' | 'all';
export const feedbackKinds = ['all', 'verdict', 'insight'] as const;
export type FeedbackKind = (typeof feedbackKinds)[number];

/** Everything that decides what a report shows. It stands in the address, so that a link leads to the same view. */
export interface View {
  page: Page;
  period: Period;
  compare: Compare;
  /** In weeks, months or quarters; else in what makes a readable number of parts. */
  by?: Grain;
  channel?: Channel;
  /** Ids: only leads that this campaign engaged, or that this user owns. */
  campaign?: string;
  owner?: string;
  origin?: Origin;
  segment?: string;
  attribution?: AttributionModel;
  sort: SortKey;
  ascending: boolean;
  state: State;
  /** Feedback: one after another, or what is said again and again by campaign. */
  said: 'each' | 'campaigns';
  kind: FeedbackKind;
  reason?: string;
  words?: string;
  /** The queue's part. */
  group?: Group;
  /** Whose campaigns are shown. */
  lead?: string;
  /** `2026-W47`, or the grain of the running period. */
  digest?: string;
}
export const first: View = {
  page: 'campaigns',
  period: 'this-quarter',
  compare: 'before',
  sort: 'handedOver',
  ascending: false,
  state: 'open',
  said: 'each',
  kind: 'all',
};

/** What comes of a first touch takes longer than a quarter to see. */
export const firstPeriod = (page: Page): Period => (page === 'long-term' ? 'last-24' : first.period);

const idFrom = (text: string | null) => (text && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : undefined);
const shortText = (text: string | null) => text?.slice(0, 200) || undefined;
const oneOf = <T extends string>(known: readonly T[], text: string | null): T | undefined => known.find((one) => one === text);

export function viewFrom(hash: string): View {
  const [page = '', search = ''] = hash.replace(/^#/, '').split('?');
  const q = new URLSearchParams(search);
  const at = oneOf(pages, page) ?? first.page;
  return {
    page: at,
    period: periodFrom(q.get('period')) ?? firstPeriod(at),
    compare: oneOf(['none', 'before', 'year'], q.get('compare')) ?? first.compare,
    by: oneOf(grains, q.get('by')),
    channel: oneOf(channels, q.get('channel')),
    sort: oneOf(sortKeys, q.get('sort')) ?? first.sort,
    ascending: q.has('ascending') ? q.get('ascending') === 'yes' : first.ascending,
    state: oneOf(['open', 'acting', 'all'], q.get('state')) ?? first.state,
    campaign: idFrom(q.get('campaign')),
    owner: idFrom(q.get('owner')),
    origin: oneOf(origins, q.get('origin')),
    segment: q.get('segment')?.slice(0, 80) || undefined,
    attribution: oneOf(attributionModels, q.get('attribution')),
    said: oneOf(['each', 'campaigns'], q.get('said')) ?? first.said,
    kind: oneOf(feedbackKinds, q.get('kind')) ?? first.kind,
    reason: shortText(q.get('reason')),
    words: shortText(q.get('words')),
    group: oneOf(groups, q.get('group')),
    lead: idFrom(q.get('lead')),
    digest: /^(\d{4}-(W\d\d|Q[1-4]|\d\d)|week|month|quarter)$/.exec(q.get('digest') ?? '')?.[0],
  };
}
/** What decides a page stands in its address, and nothing else. */
type Key = Exclude<keyof View, 'page' | 'ascending'>;
const ofFigures: readonly Key[] = ['period', 'compare', 'by', 'channel', 'campaign', 'owner', 'origin', 'segment', 'attribution', 'sort'];
const keysOf: Partial<Record<Page, readonly Key[]>> = {
  queue: ['group'],
  feedback: ['state', 'said', 'kind', 'campaign', 'reason', 'words'],
  person: ['lead'],
  digests: ['digest'],
};

export function hashOf(view: View): string {
  const q = new URLSearchParams();
  for (const key of keysOf[view.page] ?? ofFigures) {
    const value = view[key];
    if (value !== undefined && value !== (key === 'period' ? firstPeriod(view.page) : first[key])) q.set(key, value);
  }
  if (view.ascending !== first.ascending) q.set('ascending', view.ascending ? 'yes' : 'no');
  return `#${view.page}${q.size ? `?${q}` : ''}`;
}

/** A period that nobody chose is not carried to a page that begins with another one. */
export function changed(view: View, change: Partial<View>): View {
  const next = { ...view, ...change };
  const chosen = change.period !== undefined || view.period !== firstPeriod(view.page);
  return chosen ? next : { ...next, period: firstPeriod(next.page) };
}

export function useView(): [View, (change: Partial<View>) => void] {
  const [view, setView] = useState(() => viewFrom(location.hash));
  useEffect(() => {
    const onChange = () => setView(viewFrom(location.hash));
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  return [
    view,
    (change) => {
      const next = changed(view, change);
      setView(next);
      const hash = hashOf(next);
      if (hash !== location.hash) history.pushState(null, '', hash);
    },
  ];
}
