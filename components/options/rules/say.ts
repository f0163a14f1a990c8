import type { Assignment, RuleBody, RuleWhen, Take } from '../../../lib/funnel/rule.ts';
import type { User } from '../../card/pick-user.tsx';
import type { Format } from '../../format.ts';
import type { Words } from '../../words/words.tsx';

export interface Team {
  id: string;
  name: string;
  side: 'marketing' | 'sales';
}

const whenWords = (when: RuleWhen, r: Words['rules']): string =>
  when.kind === 'score'
    ? r.saysScore(when.least, when.days)
    : when.campaigns
      ? r.saysCampaigns(when.campaigns.length, when.days)
      : r.saysHigh(when.days);

/** "10 points in 14 days · only Large and Public sector". */
export const ruleWords = ({ when, who }: Pick<RuleBody, 'when' | 'who'>, w: Words, f: Format): string =>
  who ? `${whenWords(when, w.rules)}${w.joint}${w.rules.saysOnly(f.list(who.segments))}` : whenWords(when, w.rules);

const nameOf = (id: string, list: readonly { id: string; name: string }[]): string => list.find((one) => one.id === id)?.name ?? '–';

export function takeWords(take: Take, users: readonly User[], teams: readonly Team[], r: Words['rules']): string {
  if (take.to === 'user') return nameOf(take.user, users);
  if (take.to === 'pool') return take.team === undefined ? r.pool : r.poolOf(nameOf(take.team, teams));
  return take.users?.length ? r.turns(take.users.length) : r.turnOf(nameOf(take.team ?? '', teams));
}

/** "Owner, then 2 groups · the team’s pool". */
export function assignWords(assign: Assignment, users: readonly User[], teams: readonly Team[], w: Words): string {
  const last = takeWords(assign.otherwise, users, teams, w.rules);
  const way = assign.segments.length > 0 ? `${w.rules.andGroups(assign.segments.length)}${w.joint}${last}` : last;
  return assign.owner ? `${w.rules.ownerThen} ${w.inSentence(way)}` : way;
}
