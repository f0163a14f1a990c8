import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countedAt } from '../../lib/funnel/actedAt.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { newcomer, type SourceKind, stageFromSource } from '../../lib/funnel/arrive.ts';
import { compare, reusedCodes, validate } from '../../lib/funnel/checkAgreement.ts';
import { decide } from '../../lib/funnel/decide.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';
import { languages } from '../../lib/funnel/language.ts';
import type { Lead } from '../../lib/funnel/lead.ts';
import { effectOf, returnKind, shippedReasons, verdictReasons } from '../../lib/funnel/reasons.ts';
import { isAwake, wakeByDate, wakeByTouch } from '../../lib/funnel/wake.ts';
import { activeKinds, passiveKinds, stages } from '../../lib/funnel/words.ts';
import { agreement, applied, calendar, ids, lead, marketer, monday, refused, rep, waiting } from './world.ts';

describe('the instant that counts', () => {
  const opened = '2026-11-20T10:00:00.000Z';
  const received = '2026-11-24T10:00:00.000Z';
  test.each([
    ['between opening and receipt', '2026-11-24T09:00:00Z', '2026-11-24T09:00:00.000Z'],
    ['a device that is ahead', '2026-11-24T11:00:00Z', received],
    ['more than 72 hours ago', '2026-11-21T09:00:00Z', '2026-11-21T10:00:00.000Z'],
    ['another offset', '2026-11-24T10:30:00+01:00', '2026-11-24T09:30:00.000Z'],
  ])('%s', (_, acted, counted) => expect(countedAt(acted, received, opened)).toBe(counted));
  test('before the hand-off was opened', () => {
    expect(countedAt('2026-11-23T08:00:00Z', received, monday)).toBe(monday);
    expect(countedAt('2026-11-23T08:00:00Z', received, undefined)).toBe('2026-11-23T08:00:00.000Z');
    expect(countedAt('rubbish', received, undefined)).toBe(received);
  });
});

describe('reasons', () => {
  test('twelve and other, each code once', () => {
    expect(shippedReasons).toHaveLength(13);
    expect(new Set(shippedReasons.map((r) => r.code)).size).toBe(13);
  });
  test('each says its effect', () => {
    const effect = (code: string) => effectOf(shippedReasons.find((r) => r.code === code)!, '2026-11-24');
    expect(effect('bad_timing')).toEqual({ outcome: 'recycled', wakesOn: '2027-02-22' });
    expect(effect('low_intent')).toEqual({ outcome: 'recycled', strongTouch: true });
    expect(effect('duplicate')).toEqual({ outcome: 'recycled', atOnce: true });
    expect(effect('not_icp')).toEqual({ outcome: 'disqualified', never: true });
    expect(shippedReasons.map(returnKind).filter((k) => k === 'disqualify')).toHaveLength(3);
  });
});

describe('waking', () => {
  const asleep = lead({ stage: 'recycled', wakesOnStrongTouch: true });
  const after = '2026-11-25T09:00:00.000Z';
  test('a strong touch after the return wakes a lead that waits for one', () => {
    const woken = applied(wakeByTouch(asleep, { at: after, kind: 'attended' }, after)!);
    expect(woken).toMatchObject({
      lead: { stage: 'recycled', clockFrom: after, funnelVersion: 1 },
      events: [{ kind: 'woke', cause: 'touch' }],
    });
    expect(isAwake(woken.lead, agreement, after)).toBe(true);
    expect(wakeByTouch(woken.lead, { at: after, kind: 'attended' }, after)).toBeUndefined();
  });
  test('reading, opening, an old touch or another lead do not', () => {
    for (const kind of [...passiveKinds, 'read', 'visited', 'click', 'downloaded'] as const)
      expect(wakeByTouch(asleep, { at: after, kind }, after)).toBeUndefined();
    expect(wakeByTouch(asleep, { at: monday, kind: 'form' }, after)).toBeUndefined();
    expect(wakeByTouch(lead({ stage: 'recycled', wakesOn: '2027-02-22' }), { at: after, kind: 'form' }, after)).toBeUndefined();
    expect(activeKinds).toContain('form');
  });
  test('a date comes at local midnight', () => {
    const dated = lead({ stage: 'recycled', wakesOn: '2027-02-22', clockFrom: '2027-02-21T23:00:00.000Z' });
    expect(wakeByDate(dated, agreement, '2027-02-21T22:59:00Z')).toBeUndefined();
    expect(wakeByDate(dated, agreement, '2027-02-21T23:00:00Z')).toMatchObject({
      lead: { clockFrom: '2027-02-21T23:00:00.000Z' },
      events: [{ kind: 'woke', cause: 'date' }],
    });
    expect(isAwake(lead({ stage: 'recycled' }), agreement, monday)).toBe(true);
    expect(isAwake(lead(), agreement, monday)).toBe(false);
  });
});

describe('stages from outside', () => {
  const tuesday = '2026-11-24T09:00:00.000Z';
  const from = (on: Lead, stage: Lead['stage'], kind: SourceKind, at = tuesday, owner?: string) =>
    stageFromSource(on, { stage, at, source: 'crm', ...(owner && { owner }) }, kind, ids());

  test('a hand-off is opened when it arrives at mql', () => {
    const { lead: next, events } = applied(from(lead(), 'mql', 'event', tuesday, rep.id));
    expect(next).toMatchObject({
      stage: 'mql',
      clockFrom: tuesday,
      handoff: { id: 'id-1', state: 'waiting', holder: rep.id, openedAt: tuesday },
    });
    expect(events.map((e) => e.kind)).toEqual(['stage', 'handoff']);
  });

  test('Baton owns the stage while a hand-off is open', () => {
    expect(refused(from(waiting(), 'sal', 'crm'))).toBe('handoff-open');
    expect(refused(from(waiting(), 'sal', 'event'))).toBe('handoff-open');
    const sal = applied(decide(waiting(), { kind: 'accept' }, rep, agreement, tuesday, ids())).lead;
    for (const kind of ['crm', 'event', 'history'] as const)
      expect(refused(from(sal, 'customer', kind, '2026-11-25T09:00:00Z'))).toBe('handoff-open');
  });

  test('the newest word counts: older ones are history', () => {
    expect(refused(from(lead(), 'sql', 'crm', '2026-11-22T09:00:00Z'))).toBe('older');
    expect(refused(from(lead(), 'lead', 'crm'))).toBe('same-stage');
  });

  test('a CRM may correct backwards, an event may not', () => {
    const customer = lead({ stage: 'customer', owner: rep.id });
    expect(applied(from(customer, 'opportunity', 'crm')).lead.stage).toBe('opportunity');
    expect(refused(from(customer, 'lead', 'event'))).toBe('backwards');
    expect(refused(from(customer, 'recycled', 'event'))).toBe('backwards');
    expect(refused(from(lead({ stage: 'disqualified' }), 'mql', 'event'))).toBe('backwards');
    expect(refused(from(lead({ stage: 'recycled' }), 'lead', 'event'))).toBe('backwards');
    expect(applied(from(lead({ stage: 'recycled' }), 'mql', 'event')).lead.handoff?.state).toBe('waiting');
  });

  test('a file of history answers the hand-offs it opened, and only those', () => {
    const mql = applied(from(lead(), 'mql', 'history')).lead;
    const sal = applied(from(mql, 'sal', 'history', '2026-11-24T12:00:00.000Z', rep.id));
    expect(sal.lead).toMatchObject({ stage: 'sal', owner: rep.id, handoff: { state: 'accepted', holder: rep.id } });
    const sql = applied(from(sal.lead, 'sql', 'history', '2026-11-25T12:00:00.000Z')).lead;
    expect(sql).toMatchObject({ stage: 'sql', owner: rep.id, handoff: { state: 'qualified' } });
    expect(applied(from(mql, 'recycled', 'history', '2026-11-25T12:00:00.000Z')).lead).toMatchObject({
      returned: { times: 1 },
      handoff: { state: 'returned' },
    });
    const byHand = applied(decide(lead(), { kind: 'hand_over', criteria: [], why: [] }, marketer, agreement, tuesday, ids())).lead;
    expect(refused(from(byHand, 'sal', 'history', '2026-11-25T12:00:00.000Z'))).toBe('handoff-open');
  });

  test('whatever arrives, the lead stays whole', () => {
    const arrival = fc.record({
      stage: fc.constantFrom(...stages),
      minutes: fc.integer({ min: -100, max: 5000 }),
      kind: fc.constantFrom<SourceKind>('crm', 'event', 'history'),
      owner: fc.option(fc.constantFrom('rep-1', 'rep-2'), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 30 }), (arrivals) => {
        let current = newcomer('lead-1', 'lead', monday).lead;
        let now = Date.parse(monday);
        const newId = ids();
        for (const { stage, minutes, kind, owner } of arrivals) {
          now += minutes * 60_000;
          const result = stageFromSource(
            current,
            { stage, at: new Date(now).toISOString(), source: 'crm', ...(owner && { owner }) },
            kind,
            newId,
          );
          if ('refused' in result) continue;
          const next = result.lead;
          expect(next.stage).toBe(stage);
          expect(next.funnelVersion).toBe(current.funnelVersion + 1);
          const open = next.handoff?.state === 'waiting' || next.handoff?.state === 'accepted';
          if (stage === 'mql') expect(next.handoff?.state).toBe('waiting');
          else if (open) expect([stage, next.handoff?.state]).toEqual(['sal', 'accepted']);
          if (kind === 'event') expect(stage === 'subscriber' && current.stage !== 'subscriber').toBe(false);
          current = next;
        }
      }),
    );
  });
});

describe('agreements', () => {
  test('the one to start from can be signed, in any zone', () => {
    fc.assert(
      fc.property(calendar, (cal) => {
        expect(validate({ ...defaultAgreement(cal.zone), calendar: { ...cal } })).toEqual([]);
      }),
    );
    for (const language of languages) expect(validate(defaultAgreement('Europe/Vienna', language))).toEqual([]);
  });

  test('what is wrong is said', () => {
    const wrong = structuredClone(agreement);
    wrong.calendar.zone = 'Mars/Olympus';
    wrong.calendar.hours = { 1: [['17:30', '08:30']], 8: [['8', '9']] };
    wrong.calendar.holidays = ['2026-02-30'];
    wrong.reasons[0]!.wake = 'never';
    wrong.reasons.push({ ...wrong.reasons[1]! });
    wrong.allowed.mql = { standard: 0, high: 4 };
    wrong.commitments[1]!.target = 90;
    wrong.stages.mql!.criteria.push({ id: 'icp', text: 'again' });
    expect(validate(wrong).map(({ detail }) => detail)).toEqual([
      'Two criteria have the id “icp”. Give each its own.',
      'Hours are a number over 0. Leave both empty where nothing is owed.',
      'Say when the lead comes back.',
      'Another reason has the code “no_budget”. Choose another one.',
      '“Mars/Olympus” is no time zone. Choose one of the list, like Europe/Vienna.',
      '“17:30–08:30” ends before it begins. Split a night at 24:00.',
      '“8” is no weekday: 1 is Monday, 7 is Sunday.',
      '“8–9” is no opening time. Write it like 08:30–17:30.',
      'Give at least one day of the week its hours.',
      '“2026-02-30” is no date. Write it like 2026-12-25.',
      'Per cent are over 0, and 100 at most.',
    ]);
    // Each says where it is, so that a form can say it there.
    expect(validate(wrong).map(({ at }) => at)).toEqual([
      '/stages/mql/criteria/4/id',
      '/allowed/mql/standard',
      '/reasons/0/wake',
      `/reasons/${wrong.reasons.length - 1}/code`,
      '/calendar/zone',
      '/calendar/hours/1',
      '/calendar/hours/8',
      '/calendar/hours/8',
      '/calendar/hours',
      '/calendar/holidays/0',
      '/commitments/1/target',
    ]);
  });

  test('a zone is a place, not an offset that knows no summer', () => {
    const of = (zone: string) => validate({ ...agreement, calendar: { ...agreement.calendar, zone } }).map(({ said }) => said.code);
    expect([of('Europe/Vienna'), of('UTC'), of('+01:00'), of('Europe'), of('')]).toEqual([
      [],
      [],
      ['agreement-zone'],
      ['agreement-zone'],
      ['agreement-zone'],
    ]);
  });

  test('a code is never used again for another meaning', () => {
    const next = structuredClone(agreement);
    next.reasons[0]!.label = 'Not now';
    expect(reusedCodes(next, [agreement])).toEqual([]);
    next.reasons[0]!.group = 'fit';
    const said = (earlier: Agreement[]) => reusedCodes(next, earlier).map(({ at, said: { code } }) => `${at} ${code}`);
    expect(said([agreement])).toEqual(['/reasons/0/code agreement-reused']);

    // One that was decided with is retired, not left out; and comes back only as what it was.
    next.reasons = agreement.reasons.filter(({ code }) => code !== 'no_budget');
    expect(said([agreement])).toEqual(['/reasons agreement-left-out']);
    next.reasons = agreement.reasons.map((reason) => (reason.code === 'no_budget' ? { ...reason, retired: true } : reason));
    expect(said([agreement])).toEqual([]);
    const retired = structuredClone(next);
    next.reasons = structuredClone(agreement.reasons);
    expect(said([retired, agreement])).toEqual([]);
    next.reasons.find(({ code }) => code === 'no_budget')!.label = 'Too dear';
    expect(said([retired, agreement])).toEqual(['/reasons/1/code agreement-reused']);
  });

  test('a retired reason can no longer be chosen, and keeps its name', () => {
    const without = { ...agreement, reasons: agreement.reasons.map((r) => (r.code === 'no_need' ? { ...r, retired: true as const } : r)) };
    const given = (under: Agreement) => decide(waiting(), { kind: 'recycle', reason: 'no_need' }, rep, under, monday, ids());
    expect('refused' in given(agreement)).toBe(false);
    expect(given(without)).toMatchObject({ refused: 'unknown-reason' });
    expect(verdictReasons('poor', agreement)).toContain('no_need');
    expect(verdictReasons('poor', without)).not.toContain('no_need');
    expect(
      validate({ ...agreement, reasons: agreement.reasons.map((r) => ({ ...r, retired: true as const })) }).map(({ said }) => said.code),
    ).toEqual(['agreement-no-return', 'agreement-no-closing']);
  });

  test('a difference is named by what it is about', () => {
    const next = structuredClone(agreement);
    next.version = 2;
    next.reasons.reverse();
    next.reasons.find((r) => r.code === 'no_budget')!.wake = { days: 60 };
    next.calendar.holidays.push('2026-12-25');
    next.calendar.hours[5] = [['08:30', '13:00']];
    next.stages.mql!.criteria = next.stages.mql!.criteria.filter((c) => c.id !== 'reply');
    expect(compare(agreement, next)).toEqual([
      { path: 'stages.mql.criteria.reply', before: { id: 'reply', text: 'Answered a person' } },
      { path: 'reasons.no_budget.wake.days', before: 90, after: 60 },
      { path: 'calendar.hours.5', before: [['08:30', '17:30']], after: [['08:30', '13:00']] },
      { path: 'calendar.holidays.2026-12-25', after: '2026-12-25' },
    ]);
    expect(compare(agreement, structuredClone(agreement))).toEqual([]);
  });
});
