import type { ReplyState, Verdict } from '../../lib/funnel/words.ts';
import type { Played } from './acts.ts';
import type { CampaignKey } from './campaigns.ts';
import { marketers } from './cast.ts';
import type { Fate } from './fates.ts';
import type { SampleTouch } from './journeys.ts';
import type { Random } from './random.ts';
import { day, hour, minute } from './times.ts';

export interface SampleFeedback {
  person: number;
  /** Epoch ms. */
  at: number;
  by: string;
  kind: 'verdict' | 'insight';
  verdict?: Verdict;
  reasons?: string[];
  note?: string;
  /** Absent: about the lead. */
  campaign?: CampaignKey;
  replies: { at: number; by: string; state: ReplyState; note?: string }[];
}

const verdictBy: Record<Exclude<Fate, 'waiting'>, readonly (readonly [Verdict, number])[]> = {
  won: [
    ['strong', 8],
    ['fair', 2],
  ],
  opportunity: [
    ['strong', 6],
    ['fair', 3],
  ],
  sql: [
    ['strong', 4],
    ['fair', 5],
    ['poor', 1],
  ],
  sal: [
    ['strong', 2],
    ['fair', 4],
    ['poor', 1],
  ],
  lost: [
    ['strong', 2],
    ['fair', 5],
    ['poor', 2],
  ],
  returned: [
    ['fair', 3],
    ['poor', 7],
  ],
};
const said: Record<Verdict, readonly string[]> = {
  strong: [
    'Knew what they wanted and who signs.',
    'Had the webinar sheet open when I called.',
    'Asked about the contract in the first call.',
  ],
  fair: ['Right company, early days.', 'Interested, no date.', 'Good talk, needs somebody from finance.'],
  poor: ['Wanted the report, not us.', 'Had forgotten the form.', 'Too small for what we sell.'],
};
const insights = [
  'They count a customer as lost after two quiet quarters, not after the contract ends.',
  'Their board asks for net churn only. Gross is nobody’s number.',
  'They tried a spreadsheet for a year; it died with the person who kept it.',
  'The benchmark was printed and lay on the table in their weekly meeting.',
  'They compare us with hiring one more person.',
  'Security questionnaire comes before any demo there.',
  'They read our guides in English and decide in German.',
  'Support reports to finance since summer.',
  'The webinar’s second half was what they talked about for a week.',
  'They do not want another login. Single sign-on decides.',
  'Onboarding is done by their customers’ IT, not by their customers.',
  'Everybody there forwards the newsletter; nobody is subscribed.',
];
const answers: Record<ReplyState, readonly string[]> = {
  seen: [''],
  acting: [
    'We are narrowing the audience from next month.',
    'Rewriting the form so that it asks for the role.',
    'Added to the follow-up after the webinar.',
  ],
  done: [
    'Companies under 50 people no longer see it.',
    'The sheet is now in the second mail as well.',
    'Changed the headline; thank you for this.',
  ],
  declined: ['We keep it for now: the others from there went well.', 'The title in the form is free text; we cannot filter on it.'],
};

/** What reps said after a passage, and what marketing answered. */
export function verdict(
  person: number,
  fate: Fate,
  played: Played,
  touches: readonly SampleTouch[],
  now: number,
  chance: Random,
): SampleFeedback | undefined {
  if (fate === 'waiting' || !chance.chance(0.55)) return undefined;
  const begun = played.acts.find(
    ({ decision }) => decision.kind !== 'hand_over' && decision.kind !== 'assign' && decision.kind !== 'attempt',
  )?.at;
  if (begun === undefined) return undefined;
  const at = Math.min((played.ended ?? begun) + chance.between(0.05, 3) * day, now - 8 * minute);
  if (at <= begun) return undefined;
  const value = chance.weighted(verdictBy[fate]);
  const reason = played.acts.flatMap(({ decision }) => ('reason' in decision && decision.kind !== 'pause' ? [decision.reason] : [])).at(-1);
  const campaign = chance.chance(0.3) ? lastCampaign(touches, played.opened) : undefined;
  return {
    person,
    at,
    by: played.holder,
    kind: 'verdict',
    verdict: value,
    ...(value === 'poor' && reason && { reasons: [reason] }),
    ...(chance.chance(0.5) && { note: chance.pick(said[value]) }),
    ...(campaign && { campaign }),
    replies: replies(at, now, chance),
  };
}

/** What customers said, told by whoever spoke with them. */
export function insightsOf(
  spoken: readonly { person: number; played: Played; touches: readonly SampleTouch[] }[],
  now: number,
  chance: Random,
): SampleFeedback[] {
  return chance
    .shuffle(spoken)
    .slice(0, insights.length)
    .map(({ person, played, touches }, i) => {
      const after = played.acts.at(-1)!.at;
      const at = Math.min(after + chance.between(0.1, 2) * hour, now - 7 * minute);
      const campaign = lastCampaign(touches, played.opened);
      return {
        person,
        at,
        by: played.holder,
        kind: 'insight',
        note: insights[i]!,
        ...(campaign && { campaign }),
        replies: replies(at, now, chance),
      };
    });
}

const lastCampaign = (touches: readonly SampleTouch[], before: number): CampaignKey | undefined =>
  touches.findLast(
    (touch) => touch.at <= before && touch.campaign && touch.kind !== 'sent' && touch.kind !== 'opened' && touch.kind !== 'bounced',
  )?.campaign;

function replies(at: number, now: number, chance: Random): SampleFeedback['replies'] {
  const made: SampleFeedback['replies'] = [];
  const by = chance.pick(marketers);
  const first = at + chance.between(2, 60) * hour;
  if (first > now - 5 * minute || !chance.chance(0.68)) return made;
  const add = (when: number, state: ReplyState) => {
    if (when > now - 5 * minute) return;
    const note = chance.pick(answers[state]);
    made.push({ at: when, by, state, ...(note && { note }) });
  };
  const state = chance.weighted([
    ['seen', 3],
    ['acting', 4],
    ['done', 3],
    ['declined', 1],
  ] as const);
  add(first, state);
  if (state === 'acting' && chance.chance(0.5)) add(first + chance.between(3, 20) * day, 'done');
  return made;
}
