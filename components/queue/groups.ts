import { isNews } from '../../lib/bridge/news.ts';
import type { QueueItem } from '../../lib/bridge/scene.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { clockAt } from '../../lib/funnel/clock.ts';
import type { Role } from '../../lib/funnel/words.ts';

export const groups = ['all', 'mine', 'pool', 'late', 'feedback', 'waking', 'breach', 'news', 'handed'] as const;
export type Group = (typeof groups)[number];

/** The parts of the queue that each role is offered. */
export const groupsOf: Record<Role, readonly Group[]> = {
  rep: ['all', 'mine', 'pool', 'late', 'news'],
  manager: ['all', 'mine', 'pool', 'late', 'breach', 'handed', 'news'],
  marketer: ['all', 'feedback', 'waking', 'breach', 'handed', 'news'],
  admin: ['all', 'handed', 'news'],
};

/** Whether an item belongs to a part of the queue. `now` in RFC 3339. */
export function isOf(group: Group, item: QueueItem, now: string, agreement?: Agreement): boolean {
  switch (group) {
    case 'all':
      return true;
    case 'mine':
      return item.kind === 'own' || (item.kind === 'handoff' && item.holder !== undefined);
    case 'pool':
      return item.kind === 'handoff' && item.holder === undefined;
    case 'late': {
      const state = item.clock && clockAt(item.clock, now, agreement?.calendar).state;
      return state === 'breached' || state === 'at_risk';
    }
    case 'waking':
      return item.kind === 'waking' || item.kind === 'at_once';
    case 'feedback':
    case 'breach':
      return item.kind === group;
    case 'news':
      return isNews(item);
    case 'handed':
      return false;
  }
}
