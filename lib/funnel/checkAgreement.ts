import type { Agreement, Calendar, Commitment, Reason } from './agreement.ts';
import { isMeasure, measures } from './measures.ts';
import { type FaultCode, faults } from './sentences/faults.ts';
import { type Given, plain, type Said, tell } from './sentences/sentence.ts';
import { stages } from './words.ts';

/** One thing that keeps an agreement from being signed. */
export interface Fault {
  /** Where, as a JSON pointer: `/reasons/3/label`. */
  at: string;
  said: Said;
  /** The same as a sentence that says what to do. */
  detail: string;
}

const fault = <C extends FaultCode>(at: string, code: C, ...[facts = {}]: Given<(typeof faults)[C]>): Fault => {
  const said = { code, facts };
  return { at, said, detail: tell(faults, said, plain)! };
};
const isMore = (value: number): boolean => value > 0 && Number.isFinite(value);

/** What is wrong with a proposed agreement; empty when it can be signed. Both the form and the backend ask this. */
export function validate(agreement: Agreement): Fault[] {
  const wrong: Fault[] = [];
  for (const stage of stages) {
    const definition = agreement.stages[stage];
    if (!definition) continue;
    const at = `/stages/${stage}`;
    if (definition.sentence.trim() === '') wrong.push(fault(`${at}/sentence`, 'agreement-sentence', { of: stage }));
    for (const [i, { id, text }] of definition.criteria.entries()) {
      if (definition.criteria.findIndex((one) => one.id === id) < i)
        wrong.push(fault(`${at}/criteria/${i}/id`, 'agreement-criterion-twice', { of: id }));
      if (!/^[a-z0-9_-]{1,40}$/.test(id)) wrong.push(fault(`${at}/criteria/${i}/id`, 'agreement-criterion-id', { of: id }));
      if (text.trim() === '') wrong.push(fault(`${at}/criteria/${i}/text`, 'agreement-criterion-text'));
    }
  }
  for (const [stage, allowed] of Object.entries(agreement.allowed))
    for (const intent of ['standard', 'high'] as const)
      if (!isMore(allowed[intent])) wrong.push(fault(`/allowed/${stage}/${intent}`, 'agreement-hours'));
  const terms = agreement.terms.map(({ term }) => term.trim().toLowerCase());
  for (const [i, { term, means }] of agreement.terms.entries()) {
    if (term.trim() === '') wrong.push(fault(`/terms/${i}/term`, 'agreement-term-name'));
    else if (terms.indexOf(terms[i]!) < i) wrong.push(fault(`/terms/${i}/term`, 'agreement-term-twice', { of: term }));
    if (means.trim() === '') wrong.push(fault(`/terms/${i}/means`, 'agreement-term-means'));
  }
  wrong.push(...wrongReasons(agreement.reasons), ...wrongCalendar(agreement.calendar));
  for (const hours of ['graceHours', 'poolHours'] as const)
    if (!(agreement.escalation[hours] >= 0)) wrong.push(fault(`/escalation/${hours}`, 'agreement-escalation'));
  wrong.push(...wrongCommitments(agreement.commitments));
  if (!Number.isInteger(agreement.attemptsBeforeUnresponsive) || agreement.attemptsBeforeUnresponsive < 0)
    wrong.push(fault('/attemptsBeforeUnresponsive', 'agreement-attempts'));
  if (!Number.isInteger(agreement.lookBackMonths) || agreement.lookBackMonths < 1 || agreement.lookBackMonths > 120)
    wrong.push(fault('/lookBackMonths', 'agreement-look-back'));
  return wrong;
}

function wrongCommitments(commitments: readonly Commitment[]): Fault[] {
  const wrong: Fault[] = [];
  for (const [i, { id, text, team, unit, measure, target, hours }] of commitments.entries()) {
    const at = `/commitments/${i}`;
    if (commitments.findIndex((one) => one.id === id) < i) wrong.push(fault(`${at}/id`, 'agreement-commitment-twice', { of: id }));
    if (text.trim() === '') wrong.push(fault(`${at}/text`, 'agreement-commitment-text'));
    if (isMeasure(measure) && (measures[measure].team !== team || measures[measure].unit !== unit))
      wrong.push(fault(`${at}/measure`, 'agreement-measure'));
    if (unit === 'share' && !(target > 0 && target <= 1)) wrong.push(fault(`${at}/target`, 'agreement-share'));
    if (unit === 'count' && !isMore(target)) wrong.push(fault(`${at}/target`, 'agreement-goal'));
    if (hours !== undefined && !isMore(hours)) wrong.push(fault(`${at}/hours`, 'agreement-within'));
  }
  return wrong;
}

function wrongReasons(reasons: readonly Reason[]): Fault[] {
  const wrong: Fault[] = [];
  for (const [i, { code, label, outcome, wake }] of reasons.entries()) {
    const at = `/reasons/${i}`;
    if (reasons.findIndex((one) => one.code === code) < i) wrong.push(fault(`${at}/code`, 'agreement-code-twice', { of: code }));
    if (!/^[a-z0-9_]{1,40}$/.test(code)) wrong.push(fault(`${at}/code`, 'agreement-code'));
    if (label.trim() === '') wrong.push(fault(`${at}/label`, 'agreement-label'));
    if (outcome === 'disqualified' && wake !== 'never') wrong.push(fault(`${at}/wake`, 'agreement-closes-and-wakes'));
    if (outcome === 'recycled' && wake === 'never') wrong.push(fault(`${at}/wake`, 'agreement-never-wakes'));
    if (typeof wake === 'object' && !(Number.isInteger(wake.days) && wake.days >= 1 && wake.days <= 1825))
      wrong.push(fault(`${at}/wake/days`, 'agreement-wake-days'));
  }
  const open = reasons.filter(({ retired }) => !retired);
  if (!open.some(({ outcome }) => outcome === 'recycled')) wrong.push(fault('/reasons', 'agreement-no-return'));
  if (!open.some(({ outcome }) => outcome === 'disqualified')) wrong.push(fault('/reasons', 'agreement-no-closing'));
  return wrong;
}

function wrongCalendar(calendar: Calendar): Fault[] {
  const wrong: Fault[] = [];
  if (!isZone(calendar.zone)) wrong.push(fault('/calendar/zone', 'agreement-zone', { of: calendar.zone }));
  let open = 0;
  for (const [weekday, spans] of Object.entries(calendar.hours)) {
    const at = `/calendar/hours/${weekday}`;
    if (!/^[1-7]$/.test(weekday)) wrong.push(fault(at, 'agreement-weekday', { of: weekday }));
    let end = '';
    for (const [from, to] of [...spans].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
      const span = to ? `${from}–${to}` : from;
      if (!clockTime.test(from) || !(clockTime.test(to) || to === '24:00')) wrong.push(fault(at, 'agreement-opening', { of: span }));
      else if (from >= to) wrong.push(fault(at, 'agreement-backwards', { of: span }));
      else if (from < end) wrong.push(fault(at, 'agreement-overlaps', { of: span }));
      else open++;
      end = to;
    }
  }
  if (open === 0) wrong.push(fault('/calendar/hours', 'agreement-never-open'));
  const { holidays } = calendar;
  for (const [i, day] of holidays.entries()) {
    if (!isDay(day)) wrong.push(fault(`/calendar/holidays/${i}`, 'agreement-holiday', { of: day }));
    else if (holidays.indexOf(day) < i) wrong.push(fault(`/calendar/holidays/${i}`, 'agreement-holiday-twice', { of: day }));
  }
  if (!Number.isInteger(calendar.weekStart) || calendar.weekStart < 1 || calendar.weekStart > 7)
    wrong.push(fault('/calendar/weekStart', 'agreement-week-start'));
  if (!Number.isInteger(calendar.fiscalYearStart) || calendar.fiscalYearStart < 1 || calendar.fiscalYearStart > 12)
    wrong.push(fault('/calendar/fiscalYearStart', 'agreement-fiscal-year'));
  return wrong;
}

/** A zone with a name and rules of its own; not an offset like `+01:00`, which knows no summer. */
function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return /^[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
}

const clockTime = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/**
 * Codes stand in every history, so a proposal may neither give a known one another meaning nor leave one out.
 * Labels, dates and attempts may change, the group may not; one that was retired comes back as what it was.
 * @param earlier every version that was in force, the newest first
 */
export function reusedCodes(next: Agreement, earlier: readonly Agreement[]): Fault[] {
  const wrong: Fault[] = [];
  for (const [i, reason] of next.reasons.entries()) {
    const before = earlier.flatMap((one) => one.reasons).filter(({ code }) => code === reason.code);
    const newest = earlier[0]?.reasons.find(({ code }) => code === reason.code);
    const gone = before.length > 0 && (newest === undefined || newest.retired);
    if (before.some(({ group }) => group !== reason.group) || (gone && !before.some(({ label }) => label === reason.label)))
      wrong.push(fault(`/reasons/${i}/code`, 'agreement-reused', { of: reason.code }));
  }
  for (const { code, label } of earlier[0]?.reasons ?? [])
    if (!next.reasons.some((reason) => reason.code === code)) wrong.push(fault('/reasons', 'agreement-left-out', { of: label }));
  return wrong;
}

export interface Difference {
  /** Where, as a path of ids: `reasons.no_budget.wake`, `stages.mql.criteria.icp.text`. */
  path: string;
  /** JSON values; absent when it is new, or gone. */
  before?: unknown;
  after?: unknown;
}

/** What differs between two agreements, so that a team sees what it signs. The version number is left out. */
export function compare(before: Agreement, after: Agreement): Difference[] {
  const found: Difference[] = [];
  const walk = (path: string, a: unknown, b: unknown): void => {
    if (Object.is(a, b)) return;
    // The hours of a day are one thing: a span has no name to compare it by.
    if (/^calendar\.hours\.\d$/.test(path)) {
      if (JSON.stringify(a) === JSON.stringify(b)) return;
    } else if (isTree(a) && isTree(b)) {
      const left = keyed(a);
      const right = keyed(b);
      for (const key of new Set([...left.keys(), ...right.keys()]))
        walk(path === '' ? key : `${path}.${key}`, left.get(key), right.get(key));
      return;
    }
    found.push({ path, ...(a !== undefined && { before: a }), ...(b !== undefined && { after: b }) });
  };
  walk('', { ...before, version: 0 }, { ...after, version: 0 });
  return found;
}

const isTree = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Things with a name are compared by it, so that a moved reason is no difference; other lists by place. */
function keyed(tree: object): Map<string, unknown> {
  if (!Array.isArray(tree)) return new Map(Object.entries(tree));
  const name = (item: unknown, i: number): string => {
    if (typeof item === 'string') return item;
    const { id, code, term } = (isTree(item) ? item : {}) as { id?: string; code?: string; term?: string };
    return id ?? code ?? term ?? String(i);
  };
  return new Map(tree.map((item, i) => [name(item, i), item]));
}
