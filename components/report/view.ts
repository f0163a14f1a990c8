import { useEffect, useState } from 'react';
import { type Channel, channels } from '../../lib/funnel/words.ts';
import { type Period, periodFrom } from './period.ts';

export const pages = ['campaigns', 'feedback', 'funnel', 'answers', 'reasons', 'commitments', 'budget', 'long-term', 'crm-health'] as const;
export type Page = (typeof pages)[number];
export const sortKeys = ['name', 'touched', 'handedOver', 'accepted', 'qualified', 'returned'] as const;
export type SortKey = (typeof sortKeys)[number];
export type Compare = 'none' | 'before' | 'year';
export type State = 'open' | 'acting' | 'all';

/** Everything that decides what a report shows. It stands in the address, so that a link leads to the same view. */
export interface View {
  page: Page;
  period: Period;
  compare: Compare;
  channel?: Channel;
  sort: SortKey;
  ascending: boolean;
  state: State;
}
export const first: View = {
  page: 'campaigns',
  period: 'this-quarter',
  compare: 'before',
  sort: 'handedOver',
  ascending: false,
  state: 'open',
};

const oneOf = <T extends string>(known: readonly T[], text: string | null): T | undefined => known.find((one) => one === text);

export function viewFrom(hash: string): View {
  const [page = '', search = ''] = hash.replace(/^#/, '').split('?');
  const q = new URLSearchParams(search);
  return {
    page: oneOf(pages, page) ?? first.page,
    period: periodFrom(q.get('period')) ?? first.period,
    compare: oneOf(['none', 'before', 'year'], q.get('compare')) ?? first.compare,
    channel: oneOf(channels, q.get('channel')),
    sort: oneOf(sortKeys, q.get('sort')) ?? first.sort,
    ascending: q.has('ascending') ? q.get('ascending') === 'yes' : first.ascending,
    state: oneOf(['open', 'acting', 'all'], q.get('state')) ?? first.state,
  };
}
export function hashOf(view: View): string {
  const q = new URLSearchParams();
  for (const key of ['period', 'compare', 'channel', 'sort', 'state'] as const) {
    const value = view[key];
    if (value !== undefined && value !== first[key]) q.set(key, value);
  }
  if (view.ascending !== first.ascending) q.set('ascending', view.ascending ? 'yes' : 'no');
  return `#${view.page}${q.size ? `?${q}` : ''}`;
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
      const next = { ...view, ...change };
      setView(next);
      const hash = hashOf(next);
      if (hash !== location.hash) history.pushState(null, '', hash);
    },
  ];
}
