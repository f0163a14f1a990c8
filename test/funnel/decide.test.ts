import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clockOf, holderOf } from '../../lib/funnel/clock.ts';
import { addBySales, allowed, backToPool, decide, isRefusal, table } from '../../lib/funnel/decide.ts';
import type { Actor, Decision, Lead } from '../../lib/funnel/lead.ts';
import { reasonOf } from '../../lib/funnel/reasons.ts';
import { decisionKinds, type Stage, stages } from '../../lib/funnel/words.ts';
import {
  actors,
  admin,
  agreement,
  applied,
  choose,
  decision,
  ids,
  lead,
  manager,
  marketer,
  monday,
  otherRep,
  refused,
  rep,
  rule,
  source,
  step,
  waiting,
} from './world.ts';

const tuesday = '2026-11-24T09:00:00.000Z';
const run = (on: Lead, what: Decision, by: Actor = rep, now = tuesday) => decide(on, what, by, agreement, now, ids());
const accepted = (holder = rep.id, over: Partial<Lead> = {}): Lead => {
  const from = waiting(holder);
  return { ...from, stage: 'sal', owner: holder, handoff: { ...from.handoff!, state: 'accepted', holder }, ...over };
};
const qualified = (over: Partial<Lead> = {}): Lead => {
  const from = accepted();
  return { ...from, stage: 'sql', handoff: { ...from.handoff!, state: 'qualified' }, ...over };
};
/** A payload that is right for the kind wherever the table lets it through. */
const plain: { [K in Decision['kind']]: Extract<Decision, { kind: K }> } = {
  hand_over: { kind: 'hand_over', criteria: [], why: [] },
  accept: { kind: 'accept' },
  qualify: { kind: 'qualify', criteria: ['need'] },
  open_opportunity: { kind: 'open_opportunity' },
  win: { kind: 'win' },
  lose: { kind: 'lose', reason: 'no_budget' },
  recycle: { kind: 'recycle', reason: 'no_budget' },
  disqualify: { kind: 'disqualify', reason: 'not_icp' },
  assign: { kind: 'assign', to: 'rep-9' },
  pause: { kind: 'pause', reason: 'On holiday', until: '2026-11-30T08:00:00.000Z' },
  resume: { kind: 'resume' },
  attempt: { kind: 'attempt', channel: 'call' },
  reopen: { kind: 'reopen' },
};

/** A lead of every stage, as it comes to be there; at mql and sal held by Rep One, and resting when it shall resume. */
function at(stage: Stage, kind: Decision['kind']): Lead {
  const pause =
    kind === 'resume' ? { pause: { from: monday, until: '2026-11-30T08:00:00.000Z', reason: 'On holiday', by: 'Rep One' } } : {};
  if (stage === 'mql') return waiting(rep.id, pause);
  if (stage === 'sal') return accepted(rep.id, pause);
  if (stage === 'sql' || stage === 'opportunity' || stage === 'customer') return qualified({ stage });
  return lead({ stage });
}

describe('the table', () => {
  // Written out once more by hand: who may do what from where.
  const may: Record<Decision['kind'], [from: Stage[], by: Actor[]]> = {
    hand_over: [
      ['subscriber', 'lead', 'recycled'],
      [marketer, rule, source],
    ],
    accept: [['mql'], [rep, otherRep, manager]],
    qualify: [
      ['lead', 'mql', 'sal'],
      [rep, otherRep, manager],
    ],
    open_opportunity: [['sql'], [rep, otherRep, manager, source]],
    win: [['opportunity'], [rep, otherRep, manager, source]],
    lose: [['opportunity'], [rep, otherRep, manager, source]],
    recycle: [
      ['mql', 'sal', 'sql', 'opportunity'],
      [rep, otherRep, manager],
    ],
    disqualify: [
      ['mql', 'sal', 'sql', 'opportunity'],
      [rep, otherRep, manager],
    ],
    assign: [
      ['mql', 'sal'],
      [rep, marketer, manager],
    ],
    pause: [
      ['mql', 'sal'],
      [rep, manager],
    ],
    resume: [
      ['mql', 'sal'],
      [rep, manager],
    ],
    attempt: [
      ['mql', 'sal'],
      [rep, otherRep, manager],
    ],
    reopen: [
      ['recycled', 'disqualified'],
      [rep, otherRep, manager, marketer],
    ],
  };
  const cells = decisionKinds.flatMap((kind) => stages.map((stage) => [kind, stage] as const));

  test.each(cells)('%s from %s', (kind, stage) => {
    for (const actor of actors) {
      const [from, by] = may[kind];
      const result = run(at(stage, kind), plain[kind], actor);
      const expected = from.includes(stage) ? (by.includes(actor) ? 'applied' : 'wrong-role') : 'wrong-stage';
      expect(isRefusal(result) ? result.refused : 'applied', `${actor.id}`).toBe(expected);
      expect(allowed(at(stage, kind), actor, agreement, tuesday).includes(kind), `offered to ${actor.id}`).toBe(expected === 'applied');
    }
  });

  test('an admin sets Baton up and decides nothing', () => {
    for (const stage of stages) expect(allowed(at(stage, 'accept'), admin, agreement, tuesday)).toEqual([]);
  });
});

describe('handing over', () => {
  test('opens a hand-off that waits for somebody, and starts its clock', () => {
    const { lead: next, events } = applied(
      run(
        lead(),
        { kind: 'hand_over', to: rep.id, criteria: ['icp', 'intent', 'icp'], why: ['Pricing page, twice'], intent: 'high' },
        marketer,
      ),
    );
    expect(next).toMatchObject({
      stage: 'mql',
      since: tuesday,
      clockFrom: tuesday,
      owner: marketer.id,
      intent: 'high',
      handoff: {
        id: 'id-1',
        state: 'waiting',
        holder: rep.id,
        openedAt: tuesday,
        criteria: ['icp', 'intent'],
        why: ['Pricing page, twice'],
      },
      funnelVersion: 2,
    });
    expect(events).toEqual([
      { kind: 'stage', from: 'lead', to: 'mql' },
      { kind: 'handoff', id: 'id-1', to: 'waiting', holder: rep.id },
      { kind: 'owner', to: marketer.id },
    ]);
  });

  test('to nobody: it waits in the pool; by a rule it keeps its owner', () => {
    const { lead: next } = applied(run(lead({ owner: marketer.id }), plain.hand_over, rule));
    expect(next.handoff?.holder).toBeUndefined();
    expect(next.owner).toBe(marketer.id);
  });

  test('again after a return: a new hand-off, attempts begin anew, the return is remembered', () => {
    const back = applied(run(accepted(rep.id, { attempts: 2 }), plain.recycle)).lead;
    const again = applied(run(back, plain.hand_over, marketer)).lead;
    expect(again).toMatchObject({
      attempts: 0,
      returned: { times: 1, last: { reason: 'no_budget', by: 'Rep One' } },
      handoff: { id: 'id-1', state: 'waiting' },
    });
    expect(again.wakesOn).toBeUndefined();
  });

  test('criteria are those of the agreement', () => {
    expect(refused(run(lead(), { kind: 'hand_over', criteria: ['need'], why: [] }, marketer))).toBe('unknown-criterion');
    expect(refused(run(accepted(), { kind: 'qualify', criteria: ['icp'] }))).toBe('unknown-criterion');
  });
});

describe('accepting and qualifying', () => {
  test('any rep may accept, and becomes holder and owner', () => {
    const { lead: next, events } = applied(run(waiting(rep.id), plain.accept, otherRep));
    expect(next).toMatchObject({
      stage: 'sal',
      owner: otherRep.id,
      clockFrom: tuesday,
      handoff: { state: 'accepted', holder: otherRep.id },
    });
    expect(events).toEqual([
      { kind: 'stage', from: 'mql', to: 'sal' },
      { kind: 'handoff', id: 'handoff-1', from: 'waiting', to: 'accepted', holder: otherRep.id },
      { kind: 'owner', from: marketer.id, to: otherRep.id },
    ]);
  });

  test('accepting ends a pause: the next clock is a new one', () => {
    const paused = waiting(rep.id, { pause: { from: monday, until: '2026-11-30T08:00:00.000Z', reason: 'On holiday', by: 'Rep One' } });
    expect(applied(run(paused, plain.accept)).lead).not.toHaveProperty('pause');
  });

  test('qualifying without accepting answers the hand-off; a manager who records it does not take it', () => {
    expect(applied(run(waiting(rep.id), plain.qualify, otherRep)).lead).toMatchObject({
      stage: 'sql',
      owner: otherRep.id,
      handoff: { state: 'qualified', holder: otherRep.id },
    });
    expect(applied(run(accepted(), plain.qualify, manager)).lead).toMatchObject({ owner: rep.id, handoff: { holder: rep.id } });
  });

  test('a lead that was never handed over can be qualified, without a hand-off', () => {
    expect(applied(run(lead(), plain.qualify)).lead).toMatchObject({ stage: 'sql', owner: rep.id });
    expect(applied(run(lead(), plain.qualify)).lead.handoff).toBeUndefined();
  });

  test('on to the end, with the amount in the history', () => {
    const amount = { value: 1_200_000, currency: 'EUR' };
    const open = applied(run(qualified(), { kind: 'open_opportunity', amount }, source));
    expect(open.events).toEqual([
      { kind: 'stage', from: 'sql', to: 'opportunity' },
      { kind: 'opportunity', amount },
    ]);
    expect(applied(run(open.lead, { kind: 'win', amount }, source)).lead).toMatchObject({
      stage: 'customer',
      handoff: { state: 'qualified' },
    });
  });
});

describe('giving back', () => {
  test('an open hand-off is returned; from sql on it stays qualified', () => {
    expect(applied(run(waiting(), plain.recycle)).lead.handoff?.state).toBe('returned');
    expect(applied(run(accepted(), plain.disqualify)).lead.handoff?.state).toBe('returned');
    expect(applied(run(qualified(), plain.recycle)).lead.handoff?.state).toBe('qualified');
    expect(applied(run(qualified({ stage: 'opportunity' }), plain.lose, source)).lead.handoff?.state).toBe('qualified');
  });

  test('it is marketing’s again, asleep until its date', () => {
    const { lead: next, events } = applied(run(accepted(), { ...plain.recycle, note: ' asked for Q1 ' }));
    expect(next).toMatchObject({ stage: 'recycled', wakesOn: '2027-02-22', clockFrom: '2027-02-21T23:00:00.000Z' });
    expect(next.owner).toBeUndefined();
    expect(events[0]).toEqual({ kind: 'stage', from: 'sal', to: 'recycled', reason: 'no_budget', note: 'asked for Q1' });
    expect(clockOf(next, agreement, tuesday).state).toBe('none');
  });

  test('every reason does what it says', () => {
    for (const reason of agreement.reasons) {
      const decision: Decision = { kind: reason.outcome === 'recycled' ? 'recycle' : 'disqualify', reason: reason.code, note: 'said so' };
      const next = applied(run(accepted(rep.id, { attempts: 3 }), decision)).lead;
      expect(next.stage).toBe(reason.outcome);
      expect(next.wakesOnStrongTouch ?? false).toBe(reason.wake === 'strong_touch');
      expect(next.wakesOn !== undefined).toBe(typeof reason.wake === 'object');
      expect(next.returned).toEqual({ times: 1, last: { reason: reason.code, by: 'Rep One', at: tuesday } });
    }
  });

  test('lose goes where its reason says', () => {
    const open = qualified({ stage: 'opportunity' });
    expect(applied(run(open, { kind: 'lose', reason: 'chose_competitor' })).lead.stage).toBe('recycled');
    expect(applied(run(open, { kind: 'lose', reason: 'not_icp' })).lead.stage).toBe('disqualified');
  });

  test('refusals say what can be done', () => {
    const sal = accepted();
    const code = (what: Decision): string => refused(run(sal, what));
    expect(code({ kind: 'recycle', reason: 'not_icp' })).toBe('reason-outcome');
    expect(code({ kind: 'disqualify', reason: 'no_budget' })).toBe('reason-outcome');
    expect(code({ kind: 'recycle', reason: 'because' })).toBe('unknown-reason');
    expect(code({ kind: 'recycle', reason: 'unresponsive' })).toBe('attempts-missing');
    expect(code({ kind: 'recycle', reason: 'other', note: '  ' })).toBe('note-missing');
    expect(code({ kind: 'recycle', reason: 'no_budget', wakesOn: '2026-11-24' })).toBe('date-past');
    expect(code({ kind: 'recycle', reason: 'no_budget', wakesOn: '2206-02-20' })).toBe('date-too-far');
    expect(code({ kind: 'recycle', reason: 'no_budget', wakesOn: '2026-02-30' })).toBe('no-such-date');
    expect(refused(run(qualified({ stage: 'opportunity' }), { kind: 'lose', reason: 'not_icp', wakesOn: '2027-01-01' }))).toBe(
      'no-way-back',
    );
    expect(run(sal, { kind: 'recycle', reason: 'unresponsive' })).toMatchObject({
      sentence: '“No answer” needs 3 attempts, and 0 are recorded. Record the others, or choose another reason.',
    });
  });

  test('“no answer” may be chosen after the agreed attempts', () => {
    let sal = accepted();
    for (let i = 0; i < 3; i++) sal = applied(run(sal, plain.attempt, otherRep)).lead;
    expect(sal.attempts).toBe(3);
    expect(applied(run(sal, { kind: 'recycle', reason: 'unresponsive' })).lead.stage).toBe('recycled');
  });

  test('“today” is the agreement’s, not the server’s', () => {
    // 23:30 UTC is the next morning in Vienna.
    expect(refused(run(accepted(), { ...plain.recycle, wakesOn: '2026-11-25' }, rep, '2026-11-24T23:30:00.000Z'))).toBe('date-past');
  });
});

describe('holders and clocks', () => {
  test('assign: at mql the holder changes, at sal the owner too', () => {
    expect(applied(run(waiting(), plain.assign, marketer)).lead).toMatchObject({
      owner: marketer.id,
      handoff: { holder: 'rep-9', state: 'waiting' },
    });
    expect(applied(run(accepted(), plain.assign)).lead).toMatchObject({ owner: 'rep-9', handoff: { holder: 'rep-9' }, clockFrom: monday });
    expect(refused(run(waiting(), { kind: 'assign', to: rep.id }, marketer))).toBe('already-holder');
  });

  test('leads that sales added or reopened can be assigned and paused too', () => {
    const own = applied(addBySales('lead-9', rep, monday)).lead;
    expect(own).toMatchObject({ stage: 'sal', origin: 'sales', owner: rep.id, clockFrom: monday });
    expect(own.handoff).toBeUndefined();
    expect(applied(run(own, plain.assign)).lead.owner).toBe('rep-9');
    expect(applied(run(own, plain.pause)).lead.pause?.reason).toBe('On holiday');
    expect(refused(run(own, plain.pause, otherRep))).toBe('wrong-role');
    const back = applied(run(applied(run(own, plain.recycle)).lead, plain.reopen)).lead;
    expect(applied(run(back, plain.assign)).lead.owner).toBe('rep-9');
  });

  test('only sales adds leads', () => {
    expect(refused(addBySales('lead-9', marketer, monday))).toBe('sales-adds');
    expect(applied(addBySales('lead-9', manager, monday)).lead.owner).toBe(manager.id);
  });

  test('pause and resume: the time between does not count', () => {
    const paused = applied(run(waiting(), plain.pause, rep, monday)).lead;
    expect(paused.pause).toEqual({ from: monday, until: '2026-11-30T08:00:00.000Z', reason: 'On holiday', by: 'Rep One' });
    expect(refused(run(paused, plain.pause))).toBe('already-paused');
    const resumed = applied(run(paused, plain.resume, manager)).lead;
    expect(resumed).toMatchObject({ paused: [{ from: monday, to: tuesday }] });
    expect(resumed.pause).toBeUndefined();
    expect(clockOf(resumed, agreement, tuesday).leftMinutes).toBe(480);
    expect(refused(run(resumed, plain.resume))).toBe('not-paused');
  });

  test('a pause ends by itself, and another may follow', () => {
    const paused = applied(run(waiting(), plain.pause, rep, monday)).lead;
    const later = '2026-11-30T09:00:00.000Z';
    expect(refused(run(paused, plain.resume, rep, later))).toBe('not-paused');
    const again = applied(run(paused, { kind: 'pause', reason: 'Ill', until: '2026-12-02T08:00:00.000Z' }, rep, later)).lead;
    expect(again.paused).toEqual([{ from: monday, to: '2026-11-30T08:00:00.000Z' }]);
  });

  test('a pause needs a reason and an end', () => {
    const code = (reason: string, until: string): string => refused(run(waiting(), { kind: 'pause', reason, until }));
    expect(code(' ', '2026-11-30T08:00:00.000Z')).toBe('reason-missing');
    expect(code('Ill', monday)).toBe('until-past');
    expect(code('Ill', '2028-11-30T08:00:00.000Z')).toBe('until-too-far');
  });

  test('unanswered: back to the pool, where any rep can take it', () => {
    const pooled = backToPool(waiting(), tuesday);
    expect(pooled.lead.handoff).toMatchObject({ state: 'waiting' });
    expect(pooled.lead.handoff?.holder).toBeUndefined();
    expect(pooled.lead).toMatchObject({ owner: marketer.id, pooledAt: tuesday });
    expect(pooled.events[0]).toEqual({ kind: 'pool', from: rep.id });
    expect(applied(run(pooled.lead, plain.accept, otherRep)).lead.pooledAt).toBeUndefined();

    const sal = backToPool(accepted(), tuesday).lead;
    expect(sal.owner).toBeUndefined();
    expect(allowed(sal, otherRep, agreement, tuesday)).toContain('assign');
    expect(refused(run(sal, plain.assign, otherRep))).toBe('pool-only-oneself');
    expect(applied(run(sal, { kind: 'assign', to: otherRep.id }, otherRep)).lead.owner).toBe(otherRep.id);
  });
});

describe('reopening', () => {
  const closed = applied(run(accepted(), plain.disqualify)).lead;
  test('by a rep: sal, theirs, without a hand-off', () => {
    const { lead: next } = applied(run(closed, plain.reopen, otherRep, '2026-12-01T09:00:00.000Z'));
    expect(next).toMatchObject({ stage: 'sal', owner: otherRep.id, clockFrom: '2026-12-01T09:00:00.000Z', returned: { times: 1 } });
    expect(next.handoff).toBeUndefined();
    expect(clockOf(next, agreement, '2026-12-01T09:00:00.000Z').state).toBe('on_track');
  });
  test('by a marketer: lead', () => {
    expect(applied(run(closed, plain.reopen, marketer)).lead).toMatchObject({ stage: 'lead', owner: marketer.id });
  });
});

test('every refusal is a sentence for people', () => {
  fc.assert(
    fc.property(decision, fc.constantFrom(...actors), fc.constantFrom(...stages), (what, actor, stage) => {
      const result = run(at(stage, what.kind), what, actor);
      if (!isRefusal(result)) return;
      expect(result.refused).toMatch(/^[a-z][a-z-]+$/);
      expect(result.sentence).toMatch(/^[A-Z“0-9].*\.$/);
      expect(result.sentence.replace('no_such_reason', '')).not.toMatch(/undefined|_|\bnull\b|NaN/);
    }),
    { numRuns: 2000 },
  );
});

test('random histories keep the rules', () => {
  const pause = { from: monday, until: '2026-12-24T08:00:00.000Z', reason: 'On holiday', by: 'Rep One' };
  const start = fc.constantFrom<Lead>(
    lead(),
    lead({ stage: 'subscriber' }),
    waiting(),
    waiting(null),
    waiting(rep.id, { pause }),
    accepted(rep.id, { pause }),
    qualified({ stage: 'opportunity' }),
    applied(addBySales('lead-1', rep, monday)).lead,
  );
  const reached = new Set<string>();
  fc.assert(
    fc.property(start, fc.array(step, { minLength: 5, maxLength: 40 }), (first, steps) => {
      let current = first;
      let now = Date.parse(monday);
      const newId = ids();
      for (const each of steps) {
        const { by } = each;
        now += each.minutes * 60_000;
        const at = new Date(now).toISOString();
        const before = structuredClone(current);
        const offered = allowed(current, by, agreement, at);
        const what = choose(each, offered);
        const result = decide(current, what, by, agreement, at, newId);
        expect(current, 'the given lead is not touched').toEqual(before);
        if (isRefusal(result)) continue;
        const { lead: next, events } = result;
        reached.add(`${before.stage} ${what.kind}`);

        expect(offered).toContain(what.kind);
        expect(table[what.kind].from).toContain(before.stage);
        expect(next.funnelVersion).toBe(before.funnelVersion + (what.kind === 'attempt' ? 0 : 1));
        expect(events.length).toBeGreaterThan(0);

        // The events tell the whole change.
        const stage = events.find((e) => e.kind === 'stage');
        expect(stage ? stage.to : before.stage).toBe(next.stage);
        if (stage) expect([stage.from, next.since, next.paused, next.pause]).toEqual([before.stage, at, [], undefined]);
        const owner = events.find((e) => e.kind === 'owner');
        expect(owner ? owner.to : before.owner).toBe(next.owner);
        const handoff = events.find((e) => e.kind === 'handoff');
        if (handoff)
          expect([next.handoff?.id, next.handoff?.state, next.handoff?.holder]).toEqual([handoff.id, handoff.to, handoff.holder]);
        else if (next.handoff) expect(next.handoff).toEqual(before.handoff);

        // One owner, one stage, one clock.
        const open = next.handoff?.state === 'waiting' || next.handoff?.state === 'accepted';
        if (next.stage === 'mql') expect(next.handoff?.state).toBe('waiting');
        if (next.handoff?.state === 'accepted') expect([next.stage, next.handoff.holder]).toEqual(['sal', next.owner]);
        if (['sal', 'sql', 'opportunity', 'customer'].includes(next.stage)) expect(next.owner).toBeDefined();
        if (['recycled', 'disqualified'].includes(next.stage)) expect([next.owner, open]).toEqual([undefined, false]);
        if (before.handoff?.state === 'qualified' && next.handoff?.id === before.handoff.id) expect(next.handoff?.state).toBe('qualified');
        if (next.handoff?.state === 'returned') expect(['recycled', 'disqualified']).toContain(next.stage);
        if (next.wakesOn !== undefined || next.wakesOnStrongTouch) expect(next.stage).toBe('recycled');
        if (next.stage === 'recycled' || next.stage === 'disqualified') {
          const reason = reasonOf(agreement, next.returned.last!.reason)!;
          expect(reason.outcome).toBe(next.stage);
          expect(next.returned.times).toBe(before.returned.times + 1);
        }
        const clock = clockOf(next, agreement, at);
        if ((next.stage === 'mql' || next.stage === 'sal') && what.kind !== 'assign') expect(['none', 'met']).not.toContain(clock.state);
        if (stage && (next.stage === 'mql' || next.stage === 'sal'))
          expect([clock.state, clock.leftMinutes]).toEqual(['on_track', clock.allowedMinutes]);
        if (open && what.kind === 'accept') expect(holderOf(next)).toBe(by.id);
        current = next;
      }
    }),
    { numRuns: 1500 },
  );
  // The walk is no proof if it never gets anywhere: every cell of the table was reached.
  expect([...reached].sort()).toEqual(decisionKinds.flatMap((kind) => table[kind].from.map((from) => `${from} ${kind}`)).sort());
});
