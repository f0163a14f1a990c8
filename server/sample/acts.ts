import type { Agreement } from '../../lib/funnel/agreement.ts';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import type { Decision, Money } from '../../lib/funnel/lead.ts';
import type { Intent } from '../../lib/funnel/words.ts';
import { marketers, reps } from './cast.ts';
import type { Group, Passage } from './fates.ts';
import type { Random } from './random.ts';
import { atWork, businessBefore, day, hour, iso, minute } from './times.ts';

/** Who did it: a user's key, a hand-off rule, or a CRM. */
export type By = string | 'rule' | 'source';
export interface Act {
  /** Epoch ms. */
  at: number;
  by: By;
  decision: Decision;
}

/** A passage with its moments; what was done in it, in order. The first act is the hand-off; its `why` is filled in from the touches. */
export interface Played {
  opened: number;
  /** When it was over, for one that was returned or lost. */
  ended?: number;
  holder: string;
  intent: Intent;
  acts: Act[];
}

const reasonsFor: Record<Group, readonly (readonly [string, number])[]> = {
  organic: [
    ['not_decision_maker', 4],
    ['low_intent', 4],
    ['no_budget', 2],
    ['bad_timing', 2],
    ['unresponsive', 3],
    ['student_or_jobseeker', 2],
    ['no_need', 1],
  ],
  paid: [
    ['no_budget', 4],
    ['unresponsive', 4],
    ['bad_timing', 2],
    ['not_icp', 2],
    ['chose_competitor', 2],
    ['bad_contact_data', 1],
  ],
  social: [
    ['low_intent', 4],
    ['student_or_jobseeker', 3],
    ['not_decision_maker', 2],
    ['unresponsive', 3],
    ['not_icp', 1],
  ],
  email: [
    ['unresponsive', 4],
    ['no_need', 3],
    ['bad_timing', 2],
    ['low_intent', 3],
    ['duplicate', 1],
  ],
  other: [
    ['not_icp', 4],
    ['bad_timing', 4],
    ['competitor_or_partner', 2],
    ['no_budget', 2],
    ['unresponsive', 2],
    ['other', 1],
  ],
};
const closes = new Set(['not_icp', 'competitor_or_partner', 'student_or_jobseeker']);
const lostReasons: readonly (readonly [string, number])[] = [
  ['no_budget', 4],
  ['chose_competitor', 5],
  ['bad_timing', 4],
  ['no_need', 2],
  ['not_icp', 1],
];
const notes: Record<string, readonly string[]> = {
  bad_timing: ['Asked to talk after the reorganisation.', 'New contract with their helpdesk until spring.'],
  no_budget: ['Budget is frozen until the new year.', 'Wants it, finance does not.'],
  not_decision_maker: ['Sends everything to her head of support.', 'Collects offers for somebody else.'],
  other: ['Moves to another company next month.'],
  chose_competitor: ['Signed with somebody else last week.'],
};

/** Where a passage is played. */
export interface Stage {
  agreement: Agreement;
  now: number;
  chance: Random;
}

/** Business minutes used when the sample is made, by how the clock shall stand. */
export type Clockwork = 'on_track' | 'at_risk' | 'late' | 'pool' | 'paused';
function used(clockwork: Clockwork, allowed: number, chance: Random): number {
  switch (clockwork) {
    case 'at_risk':
      return allowed * chance.between(0.83, 0.96);
    case 'late':
      return allowed + chance.between(8, 200);
    case 'pool':
      return allowed + chance.between(250, 400);
    default:
      return allowed * chance.between(0.06, 0.68);
  }
}

/** How the clocks of the open ones stand, the sample rep's first: some of each for whoever looks at the queue. */
export const waitingClocks: readonly [holder: string | undefined, clock: Clockwork][] = [
  ['rep', 'on_track'],
  ['rep', 'at_risk'],
  ['rep', 'late'],
  ['rep', 'on_track'],
  ['rep', 'at_risk'],
  ['rep', 'on_track'],
  ['rep', 'paused'],
  [undefined, 'pool'],
  [undefined, 'on_track'],
  [undefined, 'late'],
];
export const acceptedClocks: readonly [holder: string | undefined, clock: Clockwork][] = [
  ['rep', 'on_track'],
  ['rep', 'late'],
  ['rep', 'at_risk'],
  ['rep', 'on_track'],
  ['ana', 'paused'],
  [undefined, 'late'],
  [undefined, 'at_risk'],
];

export interface Wish {
  holder?: string;
  clock?: Clockwork;
  /** Business minutes since the hand-off, exactly. */
  used?: number;
  intent?: Intent;
  criteria?: string[];
  /** The earliest it may open: the person was nobody before. */
  notBefore: number;
}

export function play(passage: Passage, wish: Wish, stage: Stage): Played {
  const { agreement, now, chance } = stage;
  const intent: Intent = wish.intent ?? (chance.chance(0.18) ? 'high' : 'standard');
  const holder = wish.holder ?? chance.weighted(reps.map((rep) => [rep, rep === 'rep' ? 1.3 : 1] as const));
  const work = (at: number) => atWork(agreement, at, chance);
  const calendar = businessCalendar(agreement.calendar);
  const answer = agreement.allowed.mql![intent] * 60;
  const qualify = agreement.allowed.sal![intent] * 60;
  const acts: Act[] = [];
  const add = (at: number, by: By, decision: Decision): number => {
    // Never two at once, never in the future, never before the one before.
    const t = Math.round(Math.min(Math.max(at, (acts.at(-1)?.at ?? 0) + 4 * minute), now - minute));
    acts.push({ at: t, by, decision });
    return t;
  };
  const accepted = (opened: number, within = Number.POSITIVE_INFINITY): number => {
    const minutes = chance.chance(0.86) ? chance.between(0.03, 0.9) * answer : answer + chance.between(10, 220);
    return Math.min(calendar.add(opened, minutes * minute) ?? opened + hour, opened + within);
  };
  const clock = wish.clock ?? 'on_track';

  const opened = openedAt();
  const toPool = clock === 'pool' || (wish.clock === undefined && chance.chance(0.05));
  const others = reps.filter((rep) => rep !== holder);
  const first = wish.clock === undefined && !toPool && chance.chance(0.08) ? chance.pick(others) : holder;
  const criteria = wish.criteria ?? [
    'icp',
    ...(chance.chance(0.75) ? ['intent'] : []),
    ...(chance.chance(0.6) ? ['role'] : []),
    ...(chance.chance(0.25) ? ['reply'] : []),
  ];
  add(
    opened,
    chance.weighted([
      [chance.pick(marketers), 6],
      ['rule', 3],
      ['source', 1],
    ] as const),
    { kind: 'hand_over', criteria, why: [], intent, ...(!toPool && { to: first }) },
  );
  if (first !== holder) add(opened + chance.between(6, 25) * minute, chance.pick(['manager', 'marketer']), { kind: 'assign', to: holder });
  const played: Played = { opened, holder, intent, acts };

  switch (passage.fate) {
    case 'waiting':
      if (clock === 'paused')
        add(opened + 40 * minute, holder, { kind: 'pause', reason: 'On holiday, back next week', until: iso(now + 5 * day) });
      else if (chance.chance(0.3) && !toPool) add(opened + 30 * minute, holder, { kind: 'attempt', channel: 'mail' });
      break;
    case 'sal': {
      const at = add(businessBefore(agreement, now, used(clock, qualify, chance)), holder, { kind: 'accept' });
      if (chance.chance(0.6)) add(at + 25 * minute, holder, { kind: 'attempt', channel: chance.pick(['call', 'mail', 'linkedin']) });
      if (clock === 'paused')
        add(at + 50 * minute, holder, { kind: 'pause', reason: 'Waits for their new head of support', until: iso(now + 9 * day) });
      break;
    }
    case 'sql':
      toSql(opened, now - opened);
      break;
    case 'opportunity':
      toSql(opened, (now - opened) * 0.5);
      add(work(opened + (now - opened) * chance.between(0.55, 0.9)), holder, { kind: 'open_opportunity', amount: amount() });
      break;
    case 'won': {
      const money = amount();
      const delay = passage.delay!;
      toSql(opened, delay * 0.45);
      add(within(opened + delay * chance.between(0.5, 0.7), opened + delay), holder, { kind: 'open_opportunity', amount: money });
      played.ended = add(opened + delay, chance.chance(0.15) ? 'source' : holder, {
        kind: 'win',
        amount: { ...money, value: Math.round((money.value * chance.between(0.75, 1.1)) / 10_000) * 10_000 },
      });
      break;
    }
    case 'lost': {
      const total = Math.min(chance.between(20, 110) * day, (now - opened) * 0.9);
      toSql(opened, total * 0.4);
      const reason = chance.weighted(lostReasons);
      if (chance.chance(0.2)) {
        played.ended = giveBack(work(opened + total), reason);
      } else {
        add(work(opened + total * 0.6), holder, { kind: 'open_opportunity', amount: amount() });
        played.ended = add(work(opened + total), holder, { kind: 'lose', reason, ...note(reason) });
      }
      break;
    }
    case 'returned': {
      const reason = passage.comesBack
        ? chance.pick(['bad_timing', 'no_budget', 'low_intent'])
        : chance.weighted(reasonsFor[passage.group]);
      const takes = reason === 'unresponsive' || chance.chance(0.62);
      const start = takes ? add(accepted(opened), holder, { kind: 'accept' }) : opened;
      if (reason === 'unresponsive')
        for (let i = 0; i < agreement.attemptsBeforeUnresponsive; i++)
          add(work(start + (i * 2 + 0.3) * day), holder, { kind: 'attempt', channel: chance.pick(['call', 'mail', 'call', 'linkedin']) });
      const takesDays = reason === 'unresponsive' ? chance.between(6, 11) : takes ? chance.between(0.4, 6) : chance.between(0.1, 1.2);
      played.ended = giveBack(work(start + takesDays * day), reason);
      break;
    }
  }
  return played;

  function openedAt(): number {
    const latest = (ended: number) => Math.max(wish.notBefore, now - ended * day);
    const any = (from: number, to: number) =>
      work(Math.max(wish.notBefore, chance.between(Math.max(wish.notBefore, from), Math.max(wish.notBefore, to))));
    switch (passage.fate) {
      case 'waiting':
        return businessBefore(agreement, now, wish.used ?? used(clock, answer, chance));
      case 'sal':
        // Opened in the hours before it was accepted; the acceptance itself is placed by its clock.
        return businessBefore(
          agreement,
          now,
          used(clock, qualify, chance) + (clock === 'late' ? 620 : 1120) + chance.between(20, answer * 0.8),
        );
      case 'sql':
        return any(now - 75 * day, now - 6 * day);
      case 'opportunity':
        return any(now - 140 * day, now - 12 * day);
      case 'won':
        return any(now - 250 * day, now - passage.delay! - 3 * hour);
      case 'lost':
        return any(now - 245 * day, latest(40));
      case 'returned':
        return passage.comesBack ? any(now - 235 * day, now - 130 * day) : any(now - 245 * day, latest(passage.after ? 14 : 15));
    }
  }
  /** Between the last act and `end`: in working hours where there is room for it. */
  function within(at: number, end: number): number {
    const there = work(at);
    return there < end ? there : Math.min(at, end - 10 * minute);
  }
  function toSql(from: number, room: number): void {
    const skips = chance.chance(0.12);
    if (!skips) add(accepted(from, room * 0.5), holder, { kind: 'accept' });
    if (chance.chance(0.5) && !skips) add(acts.at(-1)!.at + 30 * minute, holder, { kind: 'attempt', channel: 'call' });
    const last = acts.at(-1)!.at;
    const at = Math.min(last + chance.between(0.6, 6) * day, from + room);
    add(within(Math.max(at, last), from + room), holder, {
      kind: 'qualify',
      criteria: ['need', ...(chance.chance(0.7) ? ['decide'] : [])],
    });
  }
  function giveBack(at: number, reason: string): number {
    return add(at, holder, { kind: closes.has(reason) ? 'disqualify' : 'recycle', reason, ...note(reason) });
  }
  function note(reason: string): { note?: string } {
    const words = notes[reason];
    return words && (reason === 'other' || chance.chance(0.5)) ? { note: chance.pick(words) } : {};
  }
  function amount(): Money {
    return { value: Math.round(9000 * Math.exp(chance.between(-0.4, 1.9)) * 0.01) * 10_000, currency: 'EUR' };
  }
}
