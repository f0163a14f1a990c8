import { describe, expect, it } from 'vitest';
import { clockOf } from '../../lib/funnel/clock.ts';
import type { Actor, Lead } from '../../lib/funnel/lead.ts';
import { quantile } from '../../lib/funnel/statistics.ts';
import { isActive, stages } from '../../lib/funnel/words.ts';
import { dana, known, people, strangers, users } from '../../server/sample/cast.ts';
import { winRate } from '../../server/sample/fates.ts';
import { generate, type Sample } from '../../server/sample/generate.ts';
import { replay, type Step, touchesByPerson } from '../../server/sample/replay.ts';
import { iso } from '../../server/sample/times.ts';

// A working Tuesday, a Sunday, a night in summer, and the hours around a clock change.
const moments = ['2026-11-24T11:45:00Z', '2026-11-22T03:00:00Z', '2027-06-16T23:30:00Z', '2027-03-28T01:30:00Z'].map((at) =>
  Date.parse(at),
);
const noon = moments[0]!;
const actors = new Map<string, Actor>(users.map((user) => [user.key, { id: user.key, kind: 'user', role: user.role, name: user.name }]));

function lives(sample: Sample, now: number): Step[][] {
  const by = touchesByPerson(sample);
  let count = 0;
  return sample.people.map((lead, i) => replay(`p${i}`, lead, by.get(i) ?? [], sample, actors, now, () => `h${count++}`));
}
const final = (steps: Step[]): Lead => steps.at(-1)!.applied.lead;

/** Hand-offs with what came of them, by the channel of the person's first active touch. */
function passages(sample: Sample, now: number) {
  const by = touchesByPerson(sample);
  return lives(sample, now).flatMap((steps, person) => {
    const first = (by.get(person) ?? []).find((touch) => isActive(touch.kind))?.channel;
    const found: { channel: string | undefined; returned: boolean; days?: number }[] = [];
    let opened = 0;
    for (const { applied, at } of steps)
      for (const event of applied.events) {
        if (event.kind === 'stage' && event.to === 'mql') {
          found.push({ channel: first, returned: false });
          opened = Date.parse(at);
        }
        if (event.kind === 'handoff' && event.to === 'returned') found.at(-1)!.returned = true;
        if (event.kind === 'stage' && event.to === 'customer' && opened) found.at(-1)!.days = (Date.parse(at) - opened) / 86_400_000;
      }
    return found;
  });
}

describe('the sample', () => {
  it('is the same for the same seed and moment, and another for another', () => {
    expect(generate(7, noon)).toEqual(generate(7, noon));
    expect(generate(8, noon).touches).not.toEqual(generate(7, noon).touches);
    expect(people(7)).toEqual(generate(7, noon).people.map(({ origin: _o, from: _f, acts: _a, addedBy: _b, ...person }) => person));
  });

  it.each(moments.flatMap((now) => [1, 2, 3].map((seed) => [seed, iso(now), now] as const)))(
    'of seed %i at %s holds nothing that the rules refuse, and nothing from the future',
    (seed, _, now) => {
      const sample = generate(seed, now);
      const all = lives(sample, now);
      const counts = Map.groupBy(all.map(final), ({ stage }) => stage);
      for (const stage of stages) expect(counts.get(stage)?.length ?? 0, stage).toBeGreaterThanOrEqual(5);
      expect(sample.people).toHaveLength(400);
      expect(sample.campaigns).toHaveLength(12);
      expect(
        Math.max(...sample.touches.map(({ at }) => at), ...sample.feedback.flatMap((f) => [f.at, ...f.replies.map(({ at }) => at)])),
      ).toBeLessThan(now);
      const oldest = now - 272 * 86_400_000;
      expect(Math.min(...sample.touches.map(({ at }) => at))).toBeGreaterThan(oldest);
      for (const [person, steps] of all.entries()) {
        expect(sample.people[person]!.from, 'known before anything happens').toBeLessThanOrEqual(Date.parse(steps[0]!.at));
        for (const [i, step] of steps.entries())
          if (i > 0 && step.applied.events[0]?.kind !== 'woke') expect(step.at >= steps[i - 1]!.at).toBe(true);
      }
      // Nobody is touched before the campaign began.
      const began = new Map(sample.campaigns.map((campaign) => [campaign.key, campaign.started]));
      for (const touch of sample.touches) if (touch.campaign) expect(touch.at).toBeGreaterThan(began.get(touch.campaign)! - 86_400_000);
    },
  );

  it('has somebody in every situation that a screen can show', () => {
    for (const now of moments) {
      const sample = generate(1, now);
      const leads = lives(sample, now).map(final);
      const clocks = leads.map((lead) => ({ lead, clock: clockOf(lead, sample.agreement, iso(now)) }));
      for (const stage of ['mql', 'sal'] as const)
        for (const state of ['on_track', 'at_risk', 'breached', 'paused'] as const) {
          const there = clocks.filter(({ lead, clock }) => lead.stage === stage && clock.state === state);
          expect(there.length, `${stage} ${state}`).toBeGreaterThan(0);
          if (!(stage === 'sal' && state === 'paused'))
            expect(
              there.some(({ lead }) => (lead.handoff?.holder ?? lead.owner) === 'rep'),
              `${stage} ${state} of the rep`,
            ).toBe(true);
        }
      const pooled = clocks.filter(({ lead }) => lead.stage === 'mql' && lead.handoff?.holder === undefined);
      expect(pooled.length).toBeGreaterThan(0);
      expect(leads.filter((lead) => lead.stage === 'mql' && lead.returned.times > 0).length, 'came back').toBeGreaterThan(0);
      const recycled = leads.filter(({ stage }) => stage === 'recycled');
      expect(
        recycled.some(({ wakesOn }) => wakesOn !== undefined),
        'asleep',
      ).toBe(true);
      expect(
        recycled.some(({ wakesOn, wakesOnStrongTouch }) => wakesOn === undefined && !wakesOnStrongTouch),
        'awake',
      ).toBe(true);
      expect(
        recycled.some(({ wakesOnStrongTouch }) => wakesOnStrongTouch),
        'waits for a touch',
      ).toBe(true);
      expect(new Set(leads.map(({ origin }) => origin)).size).toBe(2);
      expect(leads.filter(({ origin }) => origin === 'sales').length).toBe(22);
      expect(sample.feedback.some(({ replies }) => replies.length === 0)).toBe(true);
      expect(new Set(sample.feedback.flatMap(({ replies }) => replies.map(({ state }) => state)))).toEqual(
        new Set(['seen', 'acting', 'done', 'declined']),
      );
      expect(new Set(sample.feedback.map(({ verdict }) => verdict))).toEqual(new Set(['strong', 'fair', 'poor', undefined]));
      expect(sample.people.flatMap(({ acts }) => acts).some(({ decision }) => decision.kind === 'win' && decision.amount)).toBe(true);
      const channels = new Set(sample.touches.map(({ channel }) => channel));
      for (const channel of [
        'search',
        'content',
        'paid_search',
        'paid_social',
        'social',
        'email',
        'webinar',
        'event',
        'partner',
        'referral',
        'direct',
      ] as const)
        expect(channels, channel).toContain(channel);
      const passive = sample.touches.filter(({ kind }) => !isActive(kind)).length / sample.touches.length;
      expect(passive).toBeGreaterThan(0.25);
      expect(passive).toBeLessThan(0.7);
      const spend = sample.campaigns.flatMap((campaign) => campaign.spend);
      expect(new Set(spend.map(({ month }) => month)).size).toBeGreaterThanOrEqual(9);
      expect(
        sample.campaigns.every(
          ({ headline, points, link }) => headline && points.length > 0 && link.startsWith('https://www.ridgeway.example/'),
        ),
      ).toBe(true);
    }
  });

  it('is calibrated: conversion by channel, time to win, share that comes back', () => {
    const pooled = Array.from({ length: 40 }, (_, seed) => {
      const one = passages(generate(seed + 100, noon), noon);
      const returned = one.filter((p) => p.returned).length / one.length;
      expect(returned).toBeGreaterThan(0.2);
      expect(returned).toBeLessThan(0.4);
      const rate = one.filter((p) => p.days !== undefined).length / one.length;
      expect(rate).toBeGreaterThan(0.085);
      expect(rate).toBeLessThan(0.125);
      return one;
    }).flat();
    const rate = (of: typeof pooled) => of.filter((p) => p.days !== undefined).length / of.length;
    const among = (...channels: string[]) => pooled.filter((p) => channels.includes(p.channel ?? ''));
    const near = (actual: number, wanted: number, by: number, what: string) =>
      expect(Math.abs(actual - wanted), `${what}: ${actual}`).toBeLessThan(by);
    near(rate(pooled), 0.105, 0.005, 'all');
    near(rate(among('search', 'content')), winRate.organic, 0.01, 'organic');
    near(rate(among('paid_search')), winRate.paid, 0.01, 'paid');
    near(rate(among('social', 'paid_social')), winRate.social, 0.01, 'social');
    near(rate(among('email')), winRate.email, 0.01, 'email');
    const days = pooled.flatMap((p) => p.days ?? []);
    near(quantile(days, 0.5)!, 14, 2, 'median days to win');
    near(quantile(days, 0.9)!, 162, 15, '90th percentile of days to win');
  });

  it('names invented people at .example addresses only', () => {
    const sample = generate(1, noon);
    const addresses = [...sample.people, ...strangers, ...users].map(({ email }) => email);
    expect(new Set(addresses).size).toBe(addresses.length);
    for (const address of addresses) expect(address).toMatch(/^[a-z0-9.-]+@[a-z0-9-]+\.example$/);
    expect(JSON.stringify(sample)).not.toMatch(/https?:\/\/(?!www\.ridgeway\.example)/);
    expect(sample.people.filter(({ linkedin }) => linkedin).length).toBeGreaterThan(100);
    expect(known.some(({ name }) => /\p{Script=Arabic}/u.test(name)) && known.some(({ name }) => /\p{Script=Han}/u.test(name))).toBe(true);
  });

  it('lets Dana Whitfield wait for the sample rep', () => {
    for (const now of moments)
      for (const seed of [1, 2, 3, 20_261]) {
        const sample = generate(seed, now);
        const steps = lives(sample, now)[dana]!;
        const lead = final(steps);
        expect(sample.people[dana]).toMatchObject({
          name: 'Dana Whitfield',
          title: 'VP Operations',
          company: 'Northwind Labs',
          email: 'dana@northwind.example',
        });
        expect(lead).toMatchObject({ stage: 'mql', handoff: { state: 'waiting', holder: 'rep', criteria: ['icp', 'intent', 'role'] } });
        expect(lead.handoff!.why).toEqual([
          'Attended “Cut churn in Q4: one play each”',
          expect.stringContaining('Downloaded'),
          'Visited “Pricing”, 2 times',
        ]);
        const clock = clockOf(lead, sample.agreement, iso(now));
        expect(clock.state).toBe('on_track');
        expect(clock.leftMinutes).toBeCloseTo(192, 0);
      }
  });
});
