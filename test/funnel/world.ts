import fc from 'fast-check';
import type { Agreement, Calendar } from '../../lib/funnel/agreement.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';
import type { Actor, Applied, Decision, Lead, Refusal } from '../../lib/funnel/lead.ts';
import { type DecisionKind, decisionKinds } from '../../lib/funnel/words.ts';

/** Shared by the tests of the rules: an agreement, people, leads, and generators of them. */

export const agreement: Agreement = defaultAgreement('Europe/Vienna');
/** A Monday, 10:00 in Vienna. */
export const monday = '2026-11-23T09:00:00.000Z';

export const rep: Actor = { id: 'rep-1', kind: 'user', role: 'rep', name: 'Rep One' };
export const otherRep: Actor = { id: 'rep-2', kind: 'user', role: 'rep', name: 'Rep Two' };
export const marketer: Actor = { id: 'marketer-1', kind: 'user', role: 'marketer', name: 'Ines Okafor' };
export const manager: Actor = { id: 'manager-1', kind: 'user', role: 'manager', name: 'Paul Brenner' };
export const admin: Actor = { id: 'admin-1', kind: 'user', role: 'admin', name: 'Ada Lind' };
export const rule: Actor = { id: 'rule-1', kind: 'rule' };
export const source: Actor = { id: 'crm', kind: 'source' };
export const actors = [rep, otherRep, marketer, manager, admin, rule, source];

export const lead = (over: Partial<Lead> = {}): Lead => ({
  id: 'lead-1',
  stage: 'lead',
  since: monday,
  origin: 'marketing',
  clockFrom: monday,
  paused: [],
  attempts: 0,
  intent: 'standard',
  returned: { times: 0 },
  funnelVersion: 1,
  ...over,
});

/** An mql whose hand-off waits for `holder`, opened on Monday at ten. */
export const waiting = (holder: string | null = rep.id, over: Partial<Lead> = {}): Lead =>
  lead({
    stage: 'mql',
    owner: marketer.id,
    handoff: {
      id: 'handoff-1',
      state: 'waiting',
      openedAt: monday,
      criteria: ['icp'],
      why: ['Asked for a demo'],
      ...(holder && { holder }),
    },
    ...over,
  });

export const ids = (): (() => string) => {
  let n = 0;
  return () => `id-${++n}`;
};

export function applied(result: Applied | Refusal): Applied {
  if ('refused' in result) throw new Error(`Refused: ${result.refused}: ${result.sentence}`);
  return result;
}
export function refused(result: Applied | Refusal): string {
  if (!('refused' in result)) throw new Error('It was applied.');
  return result.refused;
}

const day = fc.date({ min: new Date('2026-11-20T00:00:00Z'), max: new Date('2031-01-01T00:00:00Z'), noInvalidDate: true });
const soon = fc.date({ min: new Date('2026-11-24T00:00:00Z'), max: new Date('2027-05-01T00:00:00Z'), noInvalidDate: true });
const dateText = fc.oneof(
  day.map((d) => d.toISOString().slice(0, 10)),
  fc.constantFrom('2026-02-30', 'soon', '2099-01-01'),
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined, freq: 2 });
const criteria = fc.subarray(['icp', 'intent', 'need', 'decide', 'unknown']);
const reason = fc.constantFrom(...agreement.reasons.map((r) => r.code), 'no_such_reason');
const note = maybe(fc.constantFrom('', '  ', 'They asked for the first quarter.'));
const somebody = fc.constantFrom('rep-1', 'rep-2', 'manager-1');

const kind = <K extends Decision['kind']>(name: K): fc.Arbitrary<K> => fc.constant(name);
const amount = maybe(fc.constant({ value: 1_200_000, currency: 'EUR' }));
/** Payloads, good and bad ones, of every kind. */
export const decisionOf = {
  hand_over: fc.record({
    kind: kind('hand_over'),
    to: maybe(somebody),
    criteria,
    why: fc.constant(['Asked for a demo']),
    intent: maybe(fc.constantFrom('standard' as const, 'high' as const)),
  }),
  accept: fc.record({ kind: kind('accept') }),
  qualify: fc.record({ kind: kind('qualify'), criteria }),
  open_opportunity: fc.record({ kind: kind('open_opportunity'), amount }),
  win: fc.record({ kind: kind('win'), amount }),
  lose: fc.record({ kind: kind('lose'), reason, wakesOn: maybe(dateText), note }),
  recycle: fc.record({ kind: kind('recycle'), reason, wakesOn: maybe(dateText), note }),
  disqualify: fc.record({ kind: kind('disqualify'), reason, note }),
  assign: fc.record({ kind: kind('assign'), to: somebody }),
  pause: fc.record({
    kind: kind('pause'),
    reason: fc.constantFrom('On holiday', ' '),
    until: fc.oneof(soon, day).map((d) => d.toISOString()),
  }),
  resume: fc.record({ kind: kind('resume') }),
  attempt: fc.record({ kind: kind('attempt'), channel: fc.constantFrom('call' as const, 'mail' as const) }),
  reopen: fc.record({ kind: kind('reopen') }),
} satisfies { [K in DecisionKind]: fc.Arbitrary<Decision> };
export const decision: fc.Arbitrary<Decision> = fc.oneof(...Object.values(decisionOf));

/** One step of a history: an actor and a payload of every kind; what is offered at that moment is taken more often than not. */
export const step = fc.record({
  by: fc.constantFrom(...actors),
  minutes: fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 600 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 60_000 }) },
  ),
  payloads: fc.record(decisionOf),
  pick: fc.nat(10_000),
  lawful: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
});
export function choose(
  { payloads, pick, lawful }: { payloads: Record<DecisionKind, Decision>; pick: number; lawful: boolean },
  offered: DecisionKind[],
): Decision {
  const kinds = lawful && offered.length > 0 ? offered : decisionKinds;
  return payloads[kinds[pick % kinds.length]!];
}

const zones = [
  'Europe/Vienna',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'Africa/Casablanca',
  'Pacific/Auckland',
  'UTC',
];
const quarter = fc.integer({ min: 0, max: 96 });
const wall = (q: number): string => `${String(Math.floor(q / 4)).padStart(2, '0')}:${String((q % 4) * 15).padStart(2, '0')}`;
const spans = fc.uniqueArray(quarter, { minLength: 2, maxLength: 4 }).map((quarters) => {
  const sorted = [...quarters].sort((a, b) => a - b);
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < sorted.length; i += 2) pairs.push([wall(sorted[i]!), wall(sorted[i + 1]!)]);
  return pairs;
});

/** Any zone, any opening spans (nights and whole days among them), a few holidays. At least one open weekday. */
export const calendar: fc.Arbitrary<Calendar> = fc
  .record({
    zone: fc.constantFrom(...zones),
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
    spans: fc.array(spans, { minLength: 7, maxLength: 7 }),
    holidays: fc.uniqueArray(fc.integer({ min: 0, max: 365 }), { maxLength: 12 }),
  })
  .map(({ zone, weekdays, spans, holidays }) => ({
    zone,
    hours: Object.fromEntries(weekdays.map((weekday, i) => [String(weekday), spans[i]!])),
    holidays: holidays.map((n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10)),
    weekStart: 1,
    fiscalYearStart: 1,
  }));

/** Instants of 2026, whole minutes, with the days of clock changes drawn often. */
export const instant: fc.Arbitrary<string> = fc
  .oneof(
    fc.integer({ min: 0, max: 365 * 1440 - 1 }),
    fc
      .constantFrom('03-08', '03-29', '04-05', '09-27', '10-04', '10-25', '11-01')
      .chain((md) =>
        fc.integer({ min: -1440, max: 2880 }).map((m) => (Date.parse(`2026-${md}T00:00:00Z`) - Date.UTC(2026, 0, 1)) / 60_000 + m),
      ),
  )
  .map((minutes) => new Date(Date.UTC(2026, 0, 1) + minutes * 60_000).toISOString());
