import type { Assignment, RuleWhen, Take } from '../../../lib/funnel/rule.ts';
import type { User } from '../../card/pick-user.tsx';
import type { Words } from '../../words/words.tsx';

export interface Team {
  id: string;
  name: string;
  side: 'marketing' | 'sales';
}

export const whenWords = (when: RuleWhen, r: Words['rules']): string =>
  when.kind === 'score'
    ? r.saysScore(when.least, when.days)
    : when.campaigns
      ? r.saysCampaigns(when.campaigns.length, when.days)
      : r.saysHigh(when.days);

const nameOf = (id: string, list: readonly { id: string; name: string }[]): string => list.find((one) => one.id === id)?.name ?? '–';

export function takeWords(take: Take, users: readonly User[], teams: readonly Team[], r: Words['rules']): string {
  if (take.to === 'user') return nameOf(take.user, users);
  if (take.to === 'pool') return take.team === undefined ? r.pool : r.poolOf(nameOf(take.team, teams));
  return take.users?.length ? r.turns(take.users.length) : r.turnOf(nameOf(take.team ?? '', teams));
}

/** "Owner, then 2 segments · the team’s pool". */
export function assignWords(assign: Assignment, users: readonly User[], teams: readonly Team[], w: Words): string {
  const last = takeWords(assign.otherwise, users, teams, w.rules);
  const way = assign.segments.length > 0 ? `${w.rules.andSegments(assign.segments.length)}${w.joint}${last}` : last;
  return assign.owner ? `${w.rules.ownerThen} ${w.inSentence(way)}` : way;
}
