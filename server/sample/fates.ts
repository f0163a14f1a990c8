import type { Random } from './random.ts';
import { day } from './times.ts';

/**
 * What becomes of the leads that marketing hands over. Calibrated on published figures of marketplaces' and business
 * software's funnels: one in ten hand-offs is won, by the channel of the first touch between 3 and 12 percent, half
 * of the wins within two weeks, a tenth after more than five months; a third comes back.
 */
export type Group = 'organic' | 'paid' | 'social' | 'email' | 'other';
export type Fate = 'waiting' | 'sal' | 'sql' | 'opportunity' | 'won' | 'lost' | 'returned';

export const passages = 205;
const share: readonly (readonly [Group, number])[] = [
  ['organic', 0.3],
  ['paid', 0.2],
  ['social', 0.14],
  ['email', 0.14],
  ['other', 0.22],
];
export const winRate: Readonly<Record<Group, number>> = {
  organic: 0.118,
  paid: 0.123,
  social: 0.056,
  email: 0.03,
  // Webinars, fairs, partners and referrals: what makes the whole 10.5 percent.
  other: 0.15,
};
const unfinished: readonly (readonly [Fate, number])[] = [
  ['waiting', 24],
  ['sal', 22],
  ['sql', 24],
  ['opportunity', 22],
  ['lost', 25],
];

/** Quantiles of the time from hand-off to win, in days; between them it grows by a factor. */
const winDays: readonly (readonly [number, number])[] = [
  [0, 0.8],
  [0.25, 4.2],
  [0.5, 14],
  [0.75, 52],
  [0.9, 162],
  [1, 235],
];
export function winDelay(quantile: number): number {
  const i = Math.max(
    1,
    winDays.findIndex(([q]) => q >= quantile),
  );
  const [[q0, d0], [q1, d1]] = [winDays[i - 1]!, winDays[i]!];
  return d0 * (d1 / d0) ** ((quantile - q0) / (q1 - q0)) * day;
}

export interface Passage {
  group: Group;
  fate: Fate;
  /** `won`: from hand-off to win, in ms. */
  delay?: number;
  /** The passage that ended before this one began, for a lead that came back. */
  after?: Passage;
  /** Came back later, so it was returned for a reason that lets it. */
  comesBack?: true;
}

/** How many of each fate are second passages. */
const again: Partial<Record<Fate, number>> = { waiting: 5, sal: 3, sql: 3, opportunity: 2, won: 2, returned: 3 };

export function fates(chance: Random): Passage[] {
  const groups = share.flatMap(([group, part]) => Array.from({ length: Math.round(part * passages) }, () => group));
  while (groups.length > passages) groups.pop();
  while (groups.length < passages) groups.push('other');

  const wins = new Map(share.map(([group]) => [group, chance.round(groups.filter((g) => g === group).length * winRate[group])]));
  const won = [...wins.values()].reduce((a, b) => a + b, 0);
  const rest: Fate[] = unfinished.flatMap(([fate, count]) => Array.from({ length: count }, () => fate));
  while (rest.length < passages - won) rest.push('returned');
  const bag = chance.shuffle(rest);
  const delays = chance.spread(won).map(winDelay);

  const made: Passage[] = groups.map((group) => {
    const left = wins.get(group)!;
    if (left > 0) {
      wins.set(group, left - 1);
      return { group, fate: 'won', delay: delays.pop()! };
    }
    return { group, fate: bag.pop()! };
  });
  comeBack(made, chance);
  return made;
}

function comeBack(made: Passage[], chance: Random): void {
  const taken = new Set<Passage>();
  for (const [fate, count] of Object.entries(again)) {
    const seconds = chance.shuffle(made.filter((p) => p.fate === fate && (p.delay ?? 0) < 60 * day)).slice(0, count);
    for (const second of seconds) {
      const first = made.find((p) => p.fate === 'returned' && p.group === second.group && p !== second && !taken.has(p) && !p.after);
      if (!first || taken.has(second)) continue;
      taken.add(first).add(second);
      first.comesBack = true;
      second.after = first;
    }
  }
}
