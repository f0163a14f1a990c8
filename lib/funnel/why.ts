import { touchIn } from './names.ts';
import type { TouchKind } from './words.ts';

/** Active kinds, what says most first. A hand-off keeps its lines in English; `readWhy` tells what they say, for other languages. */
const strength: readonly TouchKind[] = ['form', 'reply', 'attended', 'downloaded', 'visited', 'read', 'click'];
const lines = 3;

/**
 * Why now, in up to three lines: the strongest active touches, the same one once with how often. Passive touches are
 * no reason. Newest first among equals.
 */
export function whyNow(touches: readonly { kind: TouchKind; at: string; asset?: string; campaignName?: string }[]): string[] {
  const found = new Map<string, { times: number; rank: number; at: number }>();
  for (const { kind, at, asset, campaignName } of touches) {
    const rank = strength.indexOf(kind);
    if (rank < 0) continue;
    const words = touchIn.en[kind](asset ?? campaignName);
    const line = found.get(words) ?? { times: 0, rank, at: 0 };
    found.set(words, { ...line, times: line.times + 1, at: Math.max(line.at, Date.parse(at)) });
  }
  return [...found]
    .sort(([, a], [, b]) => a.rank - b.rank || b.at - a.at)
    .slice(0, lines)
    .map(([words, { times }]) => (times > 1 ? `${words}, ${times} times` : words).slice(0, 400));
}

/** A line that `whyNow` made, as what it says; nothing for what somebody wrote. `of` is the asset or the campaign. */
export function readWhy(line: string): { kind: TouchKind; of?: string; times: number } | undefined {
  const [, many, count] = /^(.*), (\d+) times$/s.exec(line) ?? [];
  // An asset may end like that itself, but then it is in quotes.
  const words = many ?? line;
  const of = /“(.*)”$/s.exec(words)?.[1];
  for (const kind of strength)
    if (touchIn.en[kind](of) === words) return { kind, ...(of !== undefined && { of }), times: Number(count ?? 1) };
  return undefined;
}
