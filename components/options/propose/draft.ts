import type { Agreement, Commitment, Reason, StageDefinition, Wake } from '../../../lib/funnel/agreement.ts';
import { isMeasure, measures } from '../../../lib/funnel/measures.ts';
import { type Stage, stages, type Team } from '../../../lib/funnel/words.ts';

/** A line of a list that can grow and shrink: `key` stays its own for as long as the form is open. */
export type Row<T> = T & { key: number };

export interface StageDraft {
  sentence: string;
  criteria: Row<{ id: string; text: string }>[];
  standard: string;
  high: string;
}
export interface TermDraft {
  term: string;
  means: string;
  marketing: string;
  sales: string;
}
/** What a reason does: wakes after days, on a strong touch, at once, or closes. */
export const effects = ['days', 'strong_touch', 'at_once', 'never'] as const;
export type EffectKind = (typeof effects)[number];
export interface ReasonDraft extends Omit<Reason, 'wake' | 'outcome'> {
  effect: EffectKind;
  days: string;
  /** Not in any agreement yet: its code can be chosen, and it can be left out again. */
  fresh?: true;
}
export interface CommitmentDraft {
  id: string;
  team: Team;
  text: string;
  measure: string;
  unit: Commitment['unit'];
  /** Per cent, where it is a share. */
  target: string;
  hours: string;
  /** The one kind of customer it is about; empty: everybody. */
  segment: string;
}

/** What stands in the form, as it was typed: nothing is lost because it makes no sense yet. */
export interface Draft {
  stages: Record<Stage, StageDraft>;
  terms: Row<TermDraft>[];
  reasons: Row<ReasonDraft>[];
  commitments: Row<CommitmentDraft>[];
  zone: string;
  /** By ISO weekday: `08:30–12:00, 13:00–17:30`. */
  hours: Record<string, string>;
  /** One a line. */
  holidays: string;
  weekStart: number;
  fiscalYearStart: number;
  graceHours: string;
  poolHours: string;
  attempts: string;
  lookBack: string;
}

let made = 0;
export const row = <T extends object>(it: T): Row<T> => ({ ...it, key: ++made });

const text = (value: number | undefined): string => (value === undefined || Number.isNaN(value) ? '' : String(value));
const percent = (share: number) => Math.round(share * 100_000) / 1000;

export function draftOf(agreement: Agreement): Draft {
  const { calendar, escalation } = agreement;
  return {
    stages: Object.fromEntries(
      stages.map((stage) => {
        const { sentence = '', criteria = [] } = agreement.stages[stage] ?? {};
        const allowed = agreement.allowed[stage];
        return [stage, { sentence, criteria: criteria.map(row), standard: text(allowed?.standard), high: text(allowed?.high) }];
      }),
    ) as Draft['stages'],
    terms: agreement.terms.map(({ term, means, synonyms }) =>
      row({ term, means, marketing: synonyms.marketing.join(', '), sales: synonyms.sales.join(', ') }),
    ),
    reasons: agreement.reasons.map(({ wake, outcome, ...reason }) =>
      row({
        ...reason,
        effect: outcome === 'disqualified' ? 'never' : typeof wake === 'object' ? 'days' : wake,
        days: typeof wake === 'object' ? text(wake.days) : '',
      }),
    ),
    commitments: agreement.commitments.map(({ target, hours, segment = '', ...one }) =>
      row({ ...one, segment, target: text(one.unit === 'share' ? percent(target) : target), hours: text(hours) }),
    ),
    zone: calendar.zone,
    hours: Object.fromEntries(
      [1, 2, 3, 4, 5, 6, 7].map((day) => [String(day), (calendar.hours[day] ?? []).map((span) => span.join('–')).join(', ')]),
    ),
    holidays: calendar.holidays.join('\n'),
    weekStart: calendar.weekStart,
    fiscalYearStart: calendar.fiscalYearStart,
    graceHours: text(escalation.graceHours),
    poolHours: text(escalation.poolHours),
    attempts: text(agreement.attemptsBeforeUnresponsive),
    lookBack: text(agreement.lookBackMonths),
  };
}

export const number = (typed: string): number => (typed.trim() === '' ? Number.NaN : Number(typed.replace(',', '.')));
const words = (typed: string): string[] =>
  typed
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
const lines = (typed: string): string[] =>
  typed
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
/** A piece that is no span stays whole, so that it can be named. */
export const spansOf = (typed: string): [string, string][] =>
  words(typed).map((piece) => {
    const [from = '', to = '', ...more] = piece.split(/\s*[–—-]\s*/);
    return more.length > 0 ? [piece, ''] : [from, to];
  });

/** The agreement that the form says. Numbers that are none are `NaN`; what is wrong in it stands where the form has it. */
export function agreementOf(draft: Draft, version: number): Agreement {
  const definitions: Agreement['stages'] = {};
  const allowed: Agreement['allowed'] = {};
  for (const stage of stages) {
    const { sentence, criteria, standard, high } = draft.stages[stage];
    if (sentence.trim() || criteria.length > 0)
      definitions[stage] = {
        sentence: sentence.trim(),
        criteria: criteria.map(({ id, text }) => ({ id, text: text.trim() })),
      } satisfies StageDefinition;
    if (standard.trim() || high.trim()) allowed[stage] = { standard: number(standard), high: number(high) };
  }
  return {
    version,
    stages: definitions,
    terms: draft.terms.map(({ term, means, marketing, sales }) => ({
      term: term.trim(),
      means: means.trim(),
      synonyms: { marketing: words(marketing), sales: words(sales) },
    })),
    reasons: draft.reasons.map(({ key: _, fresh: __, effect, days, label, code, ...reason }) => ({
      ...reason,
      code: code.trim(),
      label: label.trim(),
      outcome: effect === 'never' ? 'disqualified' : 'recycled',
      wake: (effect === 'days' ? { days: number(days) } : effect) satisfies Wake,
    })),
    allowed,
    calendar: {
      zone: draft.zone.trim(),
      hours: Object.fromEntries(Object.entries(draft.hours).flatMap(([day, typed]) => (typed.trim() ? [[day, spansOf(typed)]] : []))),
      holidays: lines(draft.holidays),
      weekStart: draft.weekStart,
      fiscalYearStart: draft.fiscalYearStart,
    },
    escalation: { graceHours: number(draft.graceHours), poolHours: number(draft.poolHours) },
    commitments: draft.commitments.map(({ key: _, text, target, hours, segment, ...one }) => ({
      ...one,
      text: text.trim(),
      target: one.unit === 'share' ? Math.round(number(target) * 1e6) / 1e8 : number(target),
      ...(hours.trim() && { hours: number(hours) }),
      ...(segment.trim() && { segment: segment.trim() }),
    })),
    attemptsBeforeUnresponsive: number(draft.attempts),
    lookBackMonths: number(draft.lookBack),
  };
}

/** A name for a new thing, made of its words, that nothing else has or ever had. */
export function nameFor(words: string, taken: readonly string[], joint: '_' | '-'): string {
  const plain = words
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, joint)
    .slice(0, 32);
  const base = plain.replace(new RegExp(`^${joint}+|${joint}+$`, 'g'), '') || 'n';
  let name = base;
  for (let i = 2; taken.includes(name); i++) name = `${base}${joint}${i}`;
  return name;
}

/** What a measure counts, so that team and unit follow it; one that is not counted keeps its own. */
export const unitOf = (measure: string, unit: Commitment['unit']): Commitment['unit'] =>
  isMeasure(measure) ? measures[measure].unit : unit;
