import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, isRefusal } from '../../lib/funnel/decide.ts';
import type { Actor, Lead } from '../../lib/funnel/lead.ts';
import {
  type Assignment,
  firstMatch,
  inSegment,
  isAbout,
  matchOf,
  nextInTurn,
  type Past,
  type RuleBody,
  type RuleSubject,
  type RuleTouch,
  type RuleWhen,
  subjectAt,
  subjectOf,
  takeOf,
  wrongInRule,
} from '../../lib/funnel/rule.ts';
import { wakeByDate, wakeByTouch } from '../../lib/funnel/wake.ts';
import { whyNow } from '../../lib/funnel/why.ts';
import { activeKinds, isActive, passiveKinds, stages, touchKinds } from '../../lib/funnel/words.ts';
import { agreement, ids, lead, monday, rule as ruleActor } from './world.ts';

const day = 86_400_000;
const minute = 60_000;
const at = (offset: number): string => new Date(Date.parse(monday) + offset).toISOString();
const touch = (over: Partial<RuleTouch> = {}): RuleTouch => ({ id: 't1', at: at(-day), kind: 'form', channel: 'content', ...over });
const score: RuleWhen = { kind: 'score', days: 14, least: 10, points: { form: 6, attended: 5, visited: 1 } };
const any: RuleWhen = { kind: 'campaign', days: 14 };
const subject = (over: Partial<RuleSubject> = {}): RuleSubject => ({ stage: 'lead', since: at(-100 * day), open: false, ...over });

describe('a score', () => {
  test('adds the points of what was done within the days, and says upon what', () => {
    const touches = [
      touch(),
      touch({ id: 't2', kind: 'attended', at: at(-2 * day) }),
      touch({ id: 't3', kind: 'attended', at: at(-15 * day) }),
    ];
    expect(matchOf(score, subject(), touches, monday)).toMatchObject({ score: 11, touches: [{ id: 't1' }, { id: 't2' }] });
    expect(matchOf(score, subject(), [touches[0]!, touches[2]!], monday)).toBeUndefined();
  });
  test('what happens later, what is worth nothing and what is only received do not count', () => {
    const both = [touch(), touch({ id: 't2', at: at(minute) })];
    expect(matchOf(score, subject(), both, monday)).toBeUndefined();
    expect(matchOf(score, subject(), both, at(minute))).toBeDefined();
    for (const kind of passiveKinds) expect(matchOf({ ...score, least: 1 }, subject(), [touch({ kind })], monday)).toBeUndefined();
    expect(matchOf({ ...score, least: 1 }, subject(), [touch({ kind: 'read' })], monday)).toBeUndefined();
  });
});

describe('a campaign', () => {
  test('one that is named, or any of high intent', () => {
    expect(matchOf(any, subject(), [touch({ campaign: 'c1', high: true })], monday)).toMatchObject({ touches: [{ id: 't1' }] });
    expect(matchOf(any, subject(), [touch({ campaign: 'c1' })], monday)).toBeUndefined();
    const c1: RuleWhen = { ...any, campaigns: ['c1'] };
    expect(matchOf(c1, subject(), [touch({ campaign: 'c1' })], monday)).toBeDefined();
    expect(matchOf(c1, subject(), [touch({ campaign: 'c2', high: true }), touch()], monday)).toBeUndefined();
  });
});

describe('whom a rule leaves alone', () => {
  const enough = [touch(), touch({ id: 't2' })];
  test.each(stages)('%s', (stage) => {
    const found = matchOf(score, subject({ stage, ...(stage === 'recycled' && { sleep: 'awake' }) }), enough, monday);
    expect(found !== undefined).toBe(['subscriber', 'lead', 'recycled'].includes(stage));
  });
  test('who has an open hand-off', () => expect(matchOf(score, subject({ open: true }), enough, monday)).toBeUndefined());
  test('who was handed over upon the same', () => {
    expect(matchOf(score, subject({ handedOverAt: at(-day) }), enough, monday)).toBeUndefined();
    expect(matchOf(score, subject({ handedOverAt: at(-day - minute) }), enough, monday)).toBeDefined();
  });
  test('a recycled one before its date, but for a campaign of high intent', () => {
    const asleep = subject({ stage: 'recycled', sleep: 'asleep', since: at(-3 * day) });
    expect(matchOf(score, asleep, enough, monday)).toBeUndefined();
    expect(matchOf(score, asleep, [...enough, touch({ id: 't3', high: true, kind: 'click' })], monday)).toBeDefined();
    expect(matchOf(score, asleep, [...enough, touch({ id: 't3', high: true, kind: 'opened' })], monday)).toBeUndefined();
    expect(matchOf(score, { ...asleep, since: at(-day) }, enough, monday)).toBeUndefined();
  });
  test('one whose data marketing must put right, whatever it did', () => {
    const bad = lead({ stage: 'recycled', returned: { times: 1, last: { reason: 'bad_contact_data', by: 'Rep One', at: monday } } });
    expect(subjectOf(bad, undefined, agreement, monday).sleep).toBe('never');
    expect(matchOf(score, { ...subjectOf(bad, undefined, agreement, monday), since: at(-9 * day) }, enough, monday)).toBeUndefined();
  });
});

const acts = [
  'hand_over',
  'hand_over',
  'accept',
  'unresponsive',
  'no_budget',
  'low_intent',
  'bad_contact_data',
  'not_icp',
  'reopen',
] as const;
/* Histories: what one person did and what became of it, in steps of some hours. */
const kind = fc.constantFrom(...touchKinds);
const events = fc.array(
  fc.record({
    minutes: fc.integer({ min: 1, max: 5 * 1440 }),
    does: fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind, campaign: fc.constantFrom('c1', 'c2', undefined), high: fc.boolean() }) },
      { weight: 2, arbitrary: fc.constantFrom(...acts) },
    ),
  }),
  { maxLength: 40 },
);
const when: fc.Arbitrary<RuleWhen> = fc.oneof(
  fc.record({
    kind: fc.constant('score' as const),
    days: fc.integer({ min: 1, max: 30 }),
    least: fc.integer({ min: 1, max: 12 }),
    points: fc.dictionary(fc.constantFrom(...activeKinds), fc.integer({ min: 0, max: 6 })),
  }),
  fc.record({ kind: fc.constant('campaign' as const), days: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant('campaign' as const), days: fc.integer({ min: 1, max: 30 }), campaigns: fc.constant<string[]>(['c1']) }),
);

interface Lived {
  touches: RuleTouch[];
  past: Past;
  handedOver: { at: string; touches: RuleTouch[] }[];
}
/** Lives through a history with the rule on or off, as the backend would. */
function live(rule: RuleWhen | undefined, steps: typeof events extends fc.Arbitrary<infer T> ? T : never): Lived {
  const rep = { id: 'rep-1', kind: 'user' as const, role: 'rep' as const, name: 'Rep One' };
  const marketer = { id: 'm-1', kind: 'user' as const, role: 'marketer' as const };
  const newId = ids();
  let now = Date.parse(monday);
  let one: Lead = lead({ since: monday });
  let handedOverAt: string | undefined;
  const lived: Lived = { touches: [], past: { stays: [{ stage: 'lead', from: monday }], handoffs: [] }, handedOver: [] };
  const stay = (time: string, reason?: string) => {
    lived.past.stays.push({ stage: one.stage, from: time, ...(reason === 'bad_contact_data' && { putRight: true, awakeFrom: time }) });
    const open = one.handoff?.state === 'waiting' || one.handoff?.state === 'accepted';
    const last = lived.past.handoffs.at(-1);
    if (last && !open && last.to === undefined) last.to = time;
  };
  const look = (time: string) => {
    const match = rule && matchOf(rule, subjectOf(one, handedOverAt, agreement, time), lived.touches, time);
    if (!match) return;
    lived.handedOver.push({ at: time, touches: match.touches });
    give(ruleActor, time);
  };
  const give = (by: Actor, time: string) => {
    const result = decide(one, { kind: 'hand_over', criteria: [], why: [] }, by, agreement, time, newId);
    if (isRefusal(result)) {
      if (by === ruleActor) throw new Error(result.sentence);
      return;
    }
    one = { ...result.lead, attempts: 9 };
    handedOverAt = time;
    lived.past.handoffs.push({ from: time });
    stay(time);
  };
  steps.forEach(({ minutes, does }, i) => {
    now += minutes * minute;
    const dawn = wakeByDate(one, agreement, new Date(now).toISOString());
    if (dawn) {
      const time = one.clockFrom!;
      one = dawn.lead;
      lived.past.stays.at(-1)!.awakeFrom = time;
      look(time);
    }
    const time = new Date(now).toISOString();
    if (typeof does !== 'string') {
      const { campaign, high } = does;
      const done: RuleTouch = {
        id: `t${i}`,
        at: time,
        kind: does.kind,
        channel: 'email',
        ...(campaign && { campaign, ...(high && { high: true as const }) }),
      };
      lived.touches.push(done);
      const woken = wakeByTouch(one, { at: time, kind: done.kind, ...(done.high && { high: true }) }, time);
      if (woken) {
        one = woken.lead;
        lived.past.stays.at(-1)!.awakeFrom = time;
      }
    } else if (does === 'hand_over') give(marketer, time);
    else {
      const decision =
        does === 'accept' || does === 'reopen'
          ? { kind: does }
          : does === 'not_icp'
            ? { kind: 'disqualify' as const, reason: does }
            : { kind: 'recycle' as const, reason: does };
      const result = decide(one, decision, does === 'reopen' ? marketer : rep, agreement, time, newId);
      if (!isRefusal(result)) {
        one = result.lead;
        stay(time, does);
      }
    }
    look(time);
  });
  return lived;
}

describe('over any history', () => {
  test('no touch leads to two hand-offs, none of them is passive, and the rules of the hand-off allow every one', () => {
    fc.assert(
      fc.property(when, events, (rule, steps) => {
        const { handedOver } = live(rule, steps);
        const used = handedOver.flatMap(({ touches }) => touches);
        expect(used.every((one) => isActive(one.kind))).toBe(true);
        expect(new Set(used.map(({ id }) => id)).size).toBe(used.length);
        expect(handedOver.every(({ touches }) => touches.length > 0)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
  test('the preview names the moment at which the rule would have taken the lead', () => {
    fc.assert(
      fc.property(when, events, (rule, steps) => {
        const off = live(undefined, steps);
        const on = live(rule, steps);
        const previewed = firstMatch(rule, off.past, off.touches, monday, at(400 * day));
        expect(previewed?.at).toBe(on.handedOver[0]?.at);
        expect(previewed?.touches).toEqual(on.handedOver[0]?.touches);
      }),
      { numRuns: 400 },
    );
  });
  test('who did enough while asleep is taken when awake, not before', () => {
    const past: Past = {
      stays: [
        { stage: 'lead', from: at(-90 * day) },
        { stage: 'recycled', from: at(-40 * day), awakeFrom: at(-10 * day) },
      ],
      handoffs: [{ from: at(-50 * day), to: at(-40 * day) }],
    };
    const slept = [touch({ at: at(-12 * day) }), touch({ id: 't2', at: at(-11 * day) })];
    expect(firstMatch(score, past, slept, at(-90 * day), monday)).toMatchObject({ at: at(-10 * day) });
    expect(subjectAt(past, at(-11 * day))).toMatchObject({ sleep: 'asleep', open: false, handedOverAt: at(-50 * day) });
    expect(subjectAt(past, at(-45 * day))).toMatchObject({ stage: 'lead', open: true });
  });
  test('and outside its days it names nobody', () => {
    const touches = [touch({ kind: 'form', at: at(-200 * day) }), touch({ id: 't2', at: at(-199 * day) })];
    const past: Past = { stays: [{ stage: 'lead', from: at(-300 * day) }], handoffs: [] };
    expect(firstMatch(score, past, touches, at(-90 * day), monday)).toBeUndefined();
    expect(firstMatch(score, past, touches, at(-250 * day), monday)).toMatchObject({ at: at(-199 * day) });
    expect(subjectAt(past, at(-301 * day))).toBeUndefined();
  });
});

describe('who takes it', () => {
  test('the first segment that fits, else the last line', () => {
    const assign: Assignment = {
      owner: false,
      segments: [
        { segment: { name: 'Austria', domains: ['.at'] }, take: { to: 'user', user: 'u1' } },
        { segment: { name: 'Labs', companies: ['labs'], titles: ['head', 'vp'] }, take: { to: 'turn', team: 't1' } },
      ],
      otherwise: { to: 'pool' },
    };
    expect(takeOf(assign, { domain: 'linz.at' })).toMatchObject({ segment: 'Austria' });
    expect(takeOf(assign, { domain: 'northwind.example', company: 'Northwind Labs', title: 'VP Operations' })).toMatchObject({
      segment: 'Labs',
    });
    expect(takeOf(assign, { company: 'Northwind Labs', title: 'Intern' })).toEqual({ take: { to: 'pool' } });
    expect(takeOf(assign, { domain: 'bat' })).toEqual({ take: { to: 'pool' } });
  });
  test('people of a segment, in the rule and in a group', () => {
    expect([{}, { who: { segments: ['Large'] } }].map((rule) => isAbout(rule, {}))).toEqual([true, false]);
    expect(['Large', 'large', 'Small'].map((segment) => isAbout({ who: { segments: ['Large'] } }, { segment }))).toEqual([
      true,
      false,
      false,
    ]);
    const group = { name: 'Big in Austria', segments: ['Large', 'Public sector'], domains: ['.at'] };
    expect(inSegment(group, { segment: 'Public sector', domain: 'linz.at' })).toBe(true);
    expect(
      [{ domain: 'linz.at' }, { segment: 'Large' }, { segment: 'Small', domain: 'linz.at' }].some((one) => inSegment(group, one)),
    ).toBe(false);
  });
  test('a domain is that company and its branches, not one that ends alike', () => {
    const segment = { name: 'N', domains: ['northwind.example'] };
    expect([{ domain: 'northwind.example' }, { domain: 'uk.northwind.example' }].every((one) => inSegment(segment, one))).toBe(true);
    expect([{ domain: 'notnorthwind.example' }, {}].some((one) => inSegment(segment, one))).toBe(false);
  });
  test('turns are fair whoever is away when: nobody who was always there is more than one turn behind', () => {
    fc.assert(
      fc.property(fc.array(fc.subarray(['a', 'b', 'c', 'd'], { minLength: 0 }), { minLength: 1, maxLength: 60 }), (present) => {
        const turns = new Map<string, number>();
        const had = new Map<string, number>();
        present.forEach((some, i) => {
          // Two are always here, the others come and go.
          const one = nextInTurn(['x', 'y', ...some], turns)!;
          turns.set(one, i + 1);
          had.set(one, (had.get(one) ?? 0) + 1);
        });
        expect(Math.abs((had.get('x') ?? 0) - (had.get('y') ?? 0))).toBeLessThanOrEqual(1);
      }),
    );
    expect(nextInTurn([], new Map())).toBeUndefined();
  });
});

describe('a rule that makes no sense is told so', () => {
  const good: RuleBody = {
    name: 'Score',
    when: score,
    criteria: ['intent'],
    intent: 'high',
    assign: { owner: true, segments: [], otherwise: { to: 'pool' } },
  };
  test('a good one', () => expect(wrongInRule(good, agreement)).toEqual([]));
  test.each<[string, Partial<RuleBody>, RegExp]>([
    ['no name', { name: ' ' }, /needs a name/],
    ['days', { when: { ...score, days: 120 } }, /1 to 90 days/],
    ['no points', { when: { kind: 'score', days: 3, least: 1, points: { form: 0 } } }, /worth points/],
    ['half points', { when: { kind: 'score', days: 3, least: 1, points: { form: 0.5 } } }, /whole numbers/],
    ['no campaign', { when: { kind: 'campaign', days: 3, campaigns: [] } }, /Name a campaign/],
    ['no segment', { who: { segments: [] } }, /Name a segment/],
    ['criterion', { criteria: ['rich'] }, /“rich” is no criterion/],
    [
      'segment of everybody',
      { assign: { ...good.assign, segments: [{ segment: { name: 'All' }, take: { to: 'pool' } }] } },
      /whom it is about/,
    ],
    ['turns of nobody', { assign: { ...good.assign, otherwise: { to: 'turn' } } }, /who takes turns/],
  ])('%s', (_, over, sentence) =>
    expect(
      wrongInRule({ ...good, ...over }, agreement)
        .map((fault) => fault.sentence)
        .join(' '),
    ).toMatch(sentence),
  );
});

describe('why now', () => {
  test('the strongest active touches, the same one once, three at most; passive ones never', () => {
    expect(
      whyNow([
        { kind: 'click', at: at(0), campaignName: 'Cut churn' },
        { kind: 'visited', at: at(-day), asset: 'Pricing' },
        { kind: 'visited', at: at(-2 * day), asset: 'Pricing' },
        { kind: 'form', at: at(-3 * day), asset: 'Demo' },
        { kind: 'opened', at: at(0), asset: 'Newsletter' },
        { kind: 'reply', at: at(-3 * day) },
      ]),
    ).toEqual(['Filled in “Demo”', 'Replied', 'Visited “Pricing”, 2 times']);
    expect(
      whyNow([
        { kind: 'opened', at: at(0) },
        { kind: 'sent', at: at(0) },
      ]),
    ).toEqual([]);
  });
});
