import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { clock as wireClock } from '../../lib/contract/card.ts';
import {
  addBusinessMinutes,
  businessMinutesBetween,
  type Clock,
  clockAt,
  clockOf,
  escalationOf,
  nextEscalation,
} from '../../lib/funnel/clock.ts';
import type { Lead } from '../../lib/funnel/lead.ts';
import { agreement, calendar, instant, lead, manager, monday, waiting } from './world.ts';

test('is what travels on the card', () => {
  expectTypeOf<Clock>().toEqualTypeOf<z.infer<typeof wireClock>>();
});

describe('states', () => {
  const mql = waiting();
  test.each([
    ['2026-11-23T09:00:00.000Z', 'on_track', 480],
    ['2026-11-23T15:23:00.000Z', 'on_track', 97],
    ['2026-11-23T15:24:00.000Z', 'at_risk', 96],
    ['2026-11-24T07:59:00.000Z', 'at_risk', 1],
    ['2026-11-24T08:00:00.000Z', 'breached', 0],
    ['2026-11-24T09:00:00.000Z', 'breached', -60],
  ])('at %s: %s with %i minutes', (now, state, left) => {
    expect(clockOf(mql, agreement, now)).toMatchObject({
      state,
      leftMinutes: left,
      from: monday,
      riskAt: '2026-11-23T15:24:00.000Z',
      dueAt: '2026-11-24T08:00:00.000Z',
      allowedMinutes: 480,
      poolAt: '2026-11-24T12:00:00.000Z',
    });
  });

  test('high intent is answered sooner', () => {
    expect(clockOf(waiting('rep-1', { intent: 'high' }), agreement, monday).allowedMinutes).toBe(240);
  });

  test('nothing is owed where the agreement gives no time', () => {
    for (const stage of ['subscriber', 'lead', 'opportunity', 'customer', 'recycled', 'disqualified'] as const)
      expect(clockOf(lead({ stage }), agreement, monday).state).toBe('none');
    expect(clockOf(lead({ stage: 'sql' }), agreement, monday).state).toBe('none');
  });

  test('what was owed is met once the hand-off is qualified', () => {
    const sql = waiting('rep-1', { stage: 'sql' });
    sql.handoff = { ...sql.handoff!, state: 'qualified' };
    expect(clockOf(sql, agreement, monday)).toEqual({ state: 'met' });
  });

  test('asleep: none, with its date; awake, the agreement may give marketing a time', () => {
    const asleep = lead({ stage: 'recycled', wakesOn: '2027-02-22', clockFrom: '2027-02-21T23:00:00.000Z' });
    expect(clockOf(asleep, agreement, monday)).toEqual({ state: 'none', dueAt: '2027-02-21T23:00:00.000Z' });
    const strict = { ...agreement, allowed: { ...agreement.allowed, recycled: { standard: 9, high: 9 } } };
    expect(clockOf(asleep, strict, monday).state).toBe('none');
    expect(clockOf(asleep, strict, '2027-02-22T17:00:00Z').state).toBe('breached');
    expect(clockOf(lead({ stage: 'recycled', wakesOnStrongTouch: true }), strict, '2027-02-22T17:00:00Z')).toEqual({ state: 'none' });
  });

  test('paused: the clock rests, and runs on by itself', () => {
    const pause = { from: '2026-11-23T10:00:00.000Z', until: '2026-11-30T08:00:00.000Z', reason: 'On holiday', by: 'Rep One' };
    const paused = waiting('rep-1', { pause });
    expect(clockOf(paused, agreement, '2026-11-25T09:00:00Z')).toMatchObject({
      state: 'paused',
      leftMinutes: 420,
      pause: { until: pause.until, reason: 'On holiday', by: 'Rep One' },
      dueAt: '2026-11-30T15:00:00.000Z',
    });
    const after = clockOf(paused, agreement, '2026-11-30T09:00:00Z');
    expect(after).toMatchObject({ state: 'on_track', leftMinutes: 360 });
    expect(after.pause).toBeUndefined();
  });
});

describe('escalation', () => {
  test('holder, then marketing’s queue, then the pool; once', () => {
    const mql = waiting();
    const at = (now: string): string => escalationOf(mql, agreement, now);
    expect([at('2026-11-24T07:59:00Z'), at('2026-11-24T08:00:00Z'), at('2026-11-24T10:00:00Z'), at('2026-11-24T12:00:00Z')]).toEqual([
      'none',
      'breached',
      'grace',
      'pool',
    ]);
    expect(escalationOf({ ...mql, pooledAt: '2026-11-24T12:00:00.000Z' }, agreement, '2026-11-24T13:00:00Z')).toBe('grace');
    expect(escalationOf(waiting(null), agreement, '2026-11-24T13:00:00Z')).toBe('grace');
    expect(nextEscalation(mql, agreement, monday)).toBe('2026-11-24T08:00:00.000Z');
    expect(nextEscalation(mql, agreement, '2026-11-24T08:00:00Z')).toBe('2026-11-24T10:00:00.000Z');
    expect(nextEscalation(mql, agreement, '2026-11-24T12:00:00Z')).toBeUndefined();
  });

  test('counts no nights, weekends or holidays, and keeps its hour over a change of clocks', () => {
    // Handed over on Friday 23 Oct 2026 at 16:30 in Vienna, an hour before closing; clocks go back that Sunday, and
    // Monday 26 is a holiday: due Tuesday 15:30, grace 17:30, pool on Wednesday 10:30, all wall-clock.
    const friday = waiting('rep-1', { since: '2026-10-23T14:30:00.000Z', clockFrom: '2026-10-23T14:30:00.000Z' });
    const closed = { ...agreement, calendar: { ...agreement.calendar, holidays: ['2026-10-26'] } };
    const at = (now: string): string => escalationOf(friday, closed, now);
    expect([at('2026-10-24T20:00:00Z'), at('2026-10-26T12:00:00Z'), at('2026-10-27T14:29:00Z')]).toEqual(['none', 'none', 'none']);
    expect([at('2026-10-27T14:30:00Z'), at('2026-10-27T16:29:00Z')]).toEqual(['breached', 'breached']);
    expect([at('2026-10-27T16:30:00Z'), at('2026-10-28T05:00:00Z'), at('2026-10-28T09:29:00Z')]).toEqual(['grace', 'grace', 'grace']);
    expect(at('2026-10-28T09:30:00Z')).toBe('pool');
  });

  test('rests while the clock does, and is nobody’s from sql on', () => {
    const pause = { from: monday, until: '2026-12-30T08:00:00.000Z', reason: 'On holiday', by: manager.name! };
    expect(escalationOf(waiting('rep-1', { pause }), agreement, '2026-12-01T12:00:00Z')).toBe('none');
    expect(escalationOf(lead({ stage: 'opportunity' }), agreement, '2026-12-01T12:00:00Z')).toBe('none');
  });
});

describe('in any calendar, with any pauses', () => {
  const pausedLead: fc.Arbitrary<Lead> = fc
    .tuple(
      instant,
      fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 8000 })), { maxLength: 4 }),
      fc.boolean(),
    )
    .map(([from, spans, running]) => {
      const at = (minutes: number): string => new Date(Date.parse(from) + minutes * 60_000).toISOString();
      const pauses = spans.map(([start, length]) => ({ from: at(start), to: at(start + length) }));
      const last = running ? pauses.pop() : undefined;
      return waiting('rep-1', {
        since: from,
        clockFrom: from,
        paused: pauses,
        ...(last && { pause: { from: last.from, until: last.to, reason: 'On holiday', by: 'Rep One' } }),
      });
    });

  test('time used and time left make the time allowed, and are used up exactly when it is due', () => {
    fc.assert(
      fc.property(calendar, pausedLead, fc.integer({ min: 0, max: 60_000 }), (cal, mql, later) => {
        const own = { ...agreement, calendar: cal };
        const now = new Date(Date.parse(mql.clockFrom!) + later * 60_000).toISOString();
        const clock = clockOf(mql, own, now);
        let used = 0;
        const spans = [...mql.paused, ...(mql.pause ? [{ from: mql.pause.from, to: mql.pause.until }] : [])];
        // Minute by minute where the pauses overlap would be slow: cut at every edge instead.
        const edges = [...new Set([mql.clockFrom!, now, ...spans.flatMap((s) => [s.from, s.to])].map((t) => Date.parse(t)))].sort(
          (a, b) => a - b,
        );
        for (let i = 0; i + 1 < edges.length; i++) {
          const [a, b] = [edges[i]!, edges[i + 1]!];
          if (a < Date.parse(mql.clockFrom!) || b > Date.parse(now)) continue;
          if (spans.some((s) => Date.parse(s.from) <= a && Date.parse(s.to) >= b)) continue;
          used += businessMinutesBetween(cal, new Date(a).toISOString(), new Date(b).toISOString());
        }
        expect(clock.leftMinutes).toBeCloseTo(clock.allowedMinutes! - used, 6);
        if (clock.state !== 'paused') expect(clock.state === 'breached').toBe(used >= clock.allowedMinutes!);
        expect(Date.parse(clock.riskAt!)).toBeLessThanOrEqual(Date.parse(clock.dueAt!));
        expect(Date.parse(clock.dueAt!)).toBeLessThanOrEqual(Date.parse(clock.poolAt!));
      }),
      { numRuns: 200 },
    );
  });

  test('without pauses it is due when the allowed time has passed', () => {
    fc.assert(
      fc.property(calendar, instant, (cal, from) => {
        const clock = clockOf(waiting('rep-1', { clockFrom: from }), { ...agreement, calendar: cal }, from);
        expect(clock.dueAt).toBe(addBusinessMinutes(cal, from, 480));
      }),
    );
  });

  test('the cheap look later says what the full one says', () => {
    fc.assert(
      fc.property(
        calendar,
        pausedLead,
        fc.integer({ min: 0, max: 30_000 }),
        fc.integer({ min: 0, max: 30_000 }),
        (cal, mql, first, second) => {
          const own = { ...agreement, calendar: cal };
          const at = (m: number): string => new Date(Date.parse(mql.clockFrom!) + m * 60_000).toISOString();
          const now = at(first + second);
          const full = clockOf(mql, own, now);
          const cheap = clockAt(clockOf(mql, own, at(first)), now);
          // A pause that begins between the two looks is a change of the lead, which the cheap look cannot know.
          fc.pre(!(mql.pause && Date.parse(mql.pause.from) > Date.parse(at(first))));
          expect(cheap.state).toBe(full.state);
          expect(cheap.dueAt).toBe(full.dueAt);
        },
      ),
      { numRuns: 200 },
    );
  });
});
