import type { Agreement, Calendar, Commitment, Reason } from './agreement.ts';
import { isMeasure, measures } from './measures.ts';
import { stages } from './words.ts';

/** One thing that keeps an agreement from being signed. */
export interface Fault {
  /** Where, as a JSON pointer: `/reasons/3/label`. */
  at: string;
  /** Absent where only the sentence is known. */
  kind?: FaultKind;
  /** What it is about, as it was written. */
  of: string;
  /** A sentence that says what to do. */
  detail: string;
}

/** Each kind of fault in a sentence; screens have the same sentences in their languages. */
const sentences = {
  sentence: (of) => `Stage ${of} needs a sentence that says what it means.`,
  criterionTwice: (of) => `Two criteria have the id “${of}”. Give each its own.`,
  criterionId: (of) => `The criterion id “${of}” may have small letters, digits, - and _ only.`,
  criterionText: (of) => `The criterion “${of}” needs a text.`,
  hours: (of) => `The hours allowed at ${of} must be more than 0.`,
  termName: () => 'A term needs its word.',
  termMeans: (of) => `“${of}” needs a sentence that says what it means.`,
  termTwice: (of) => `“${of}” is explained twice. Leave one out.`,
  codeTwice: (of) => `Two reasons have the code “${of}”. Give each its own.`,
  code: (of) => `The reason code “${of}” may have small letters, digits and _ only.`,
  label: (of) => `The reason “${of}” needs a label.`,
  closesAndWakes: (of) => `“${of}” closes the lead, so it cannot wake. Set wake to never.`,
  neverWakes: (of) => `“${of}” returns the lead, so it must say when it wakes.`,
  wakeDays: (of) => `“${of}” must wake after 1 to 1825 days.`,
  noReturn: () => 'At least one reason that can be chosen must return a lead to marketing.',
  noClosing: () => 'At least one reason that can be chosen must close a lead.',
  zone: (of) => `“${of}” is no time zone. Write it like Europe/Vienna.`,
  weekday: (of) => `“${of}” is no weekday: 1 is Monday, 7 is Sunday.`,
  opening: (of) => `“${of}” is no opening time. Write it like 08:30–17:30.`,
  backwards: (of) => `“${of}” ends before it begins. Split a night at 24:00.`,
  overlaps: (of) => `“${of}” overlaps the hours before it.`,
  neverOpen: () => 'The calendar needs at least one opening time in the week.',
  holiday: (of) => `“${of}” is no date. Write holidays as YYYY-MM-DD.`,
  holidayTwice: (of) => `${of} is a holiday twice. Leave one out.`,
  weekStart: () => 'The week starts on a weekday from 1 to 7.',
  fiscalYear: () => 'The fiscal year starts in a month from 1 to 12.',
  escalation: () => 'Grace and pool hours must be 0 or more.',
  commitmentTwice: (of) => `Two commitments have the id “${of}”. Give each its own.`,
  commitmentText: () => 'A commitment needs a sentence that says what is promised.',
  measure: (of) => `“${of}” is counted for the other team, or in another unit. Choose another measure.`,
  share: (of) => `The goal of “${of}” is a share: write it between 0 and 1, 0.9 for 90 %.`,
  goal: (of) => `The goal of “${of}” must be more than 0.`,
  within: (of) => `The hours of “${of}” must be more than 0.`,
  attempts: () => 'The attempts before “unresponsive” must be a whole number, 0 or more.',
  lookBack: () => 'Attribution must look back between 1 and 120 months.',
  reused: (of) => `The code “${of}” had another meaning before. Use a new code for another meaning.`,
  leftOut: (of) => `“${of}” stands in what was decided. Retire it instead of leaving it out.`,
} as const satisfies Record<string, (of: string) => string>;
export type FaultKind = keyof typeof sentences;

const fault = (at: string, kind: FaultKind, of = ''): Fault => ({ at, kind, of, detail: sentences[kind](of) });
const isMore = (value: number): boolean => value > 0 && Number.isFinite(value);

/** What is wrong with a proposed agreement; empty when it can be signed. Both the form and the backend ask this. */
export function validate(agreement: Agreement): Fault[] {
  const wrong: Fault[] = [];
  for (const stage of stages) {
    const definition = agreement.stages[stage];
    if (!definition) continue;
    const at = `/stages/${stage}`;
    if (definition.sentence.trim() === '') wrong.push(fault(`${at}/sentence`, 'sentence', stage));
    for (const [i, { id, text }] of definition.criteria.entries()) {
      if (definition.criteria.findIndex((one) => one.id === id) < i) wrong.push(fault(`${at}/criteria/${i}/id`, 'criterionTwice', id));
      if (!/^[a-z0-9_-]{1,40}$/.test(id)) wrong.push(fault(`${at}/criteria/${i}/id`, 'criterionId', id));
      if (text.trim() === '') wrong.push(fault(`${at}/criteria/${i}/text`, 'criterionText', id));
    }
  }
  for (const [stage, allowed] of Object.entries(agreement.allowed))
    for (const intent of ['standard', 'high'] as const)
      if (!isMore(allowed[intent]))
        wrong.push(fault(`/allowed/${stage}/${intent}`, 'hours', intent === 'high' ? `${stage} with high intent` : stage));
  const terms = agreement.terms.map(({ term }) => term.trim().toLowerCase());
  for (const [i, { term, means }] of agreement.terms.entries()) {
    if (term.trim() === '') wrong.push(fault(`/terms/${i}/term`, 'termName'));
    else if (terms.indexOf(terms[i]!) < i) wrong.push(fault(`/terms/${i}/term`, 'termTwice', term));
    if (means.trim() === '') wrong.push(fault(`/terms/${i}/means`, 'termMeans', term));
  }
  wrong.push(...wrongReasons(agreement.reasons), ...wrongCalendar(agreement.calendar));
  for (const hours of ['graceHours', 'poolHours'] as const)
    if (!(agreement.escalation[hours] >= 0)) wrong.push(fault(`/escalation/${hours}`, 'escalation'));
  wrong.push(...wrongCommitments(agreement.commitments));
  if (!Number.isInteger(agreement.attemptsBeforeUnresponsive) || agreement.attemptsBeforeUnresponsive < 0)
    wrong.push(fault('/attemptsBeforeUnresponsive', 'attempts'));
  if (!Number.isInteger(agreement.lookBackMonths) || agreement.lookBackMonths < 1 || agreement.lookBackMonths > 120)
    wrong.push(fault('/lookBackMonths', 'lookBack'));
  return wrong;
}

function wrongCommitments(commitments: readonly Commitment[]): Fault[] {
  const wrong: Fault[] = [];
  for (const [i, { id, text, team, unit, measure, target, hours }] of commitments.entries()) {
    const at = `/commitments/${i}`;
    if (commitments.findIndex((one) => one.id === id) < i) wrong.push(fault(`${at}/id`, 'commitmentTwice', id));
    if (text.trim() === '') wrong.push(fault(`${at}/text`, 'commitmentText'));
    if (isMeasure(measure) && (measures[measure].team !== team || measures[measure].unit !== unit))
      wrong.push(fault(`${at}/measure`, 'measure', measure));
    if (unit === 'share' && !(target > 0 && target <= 1)) wrong.push(fault(`${at}/target`, 'share', text));
    if (unit === 'count' && !isMore(target)) wrong.push(fault(`${at}/target`, 'goal', text));
    if (hours !== undefined && !isMore(hours)) wrong.push(fault(`${at}/hours`, 'within', text));
  }
  return wrong;
}

function wrongReasons(reasons: readonly Reason[]): Fault[] {
  const wrong: Fault[] = [];
  for (const [i, { code, label, outcome, wake }] of reasons.entries()) {
    const at = `/reasons/${i}`;
    if (reasons.findIndex((one) => one.code === code) < i) wrong.push(fault(`${at}/code`, 'codeTwice', code));
    if (!/^[a-z0-9_]{1,40}$/.test(code)) wrong.push(fault(`${at}/code`, 'code', code));
    if (label.trim() === '') wrong.push(fault(`${at}/label`, 'label', code));
    if (outcome === 'disqualified' && wake !== 'never') wrong.push(fault(`${at}/wake`, 'closesAndWakes', label));
    if (outcome === 'recycled' && wake === 'never') wrong.push(fault(`${at}/wake`, 'neverWakes', label));
    if (typeof wake === 'object' && !(Number.isInteger(wake.days) && wake.days >= 1 && wake.days <= 1825))
      wrong.push(fault(`${at}/wake/days`, 'wakeDays', label));
  }
  const open = reasons.filter(({ retired }) => !retired);
  if (!open.some(({ outcome }) => outcome === 'recycled')) wrong.push(fault('/reasons', 'noReturn'));
  if (!open.some(({ outcome }) => outcome === 'disqualified')) wrong.push(fault('/reasons', 'noClosing'));
  return wrong;
}

function wrongCalendar(calendar: Calendar): Fault[] {
  const wrong: Fault[] = [];
  if (!isZone(calendar.zone)) wrong.push(fault('/calendar/zone', 'zone', calendar.zone));
  let open = 0;
  for (const [weekday, spans] of Object.entries(calendar.hours)) {
    const at = `/calendar/hours/${weekday}`;
    if (!/^[1-7]$/.test(weekday)) wrong.push(fault(at, 'weekday', weekday));
    let end = '';
    for (const [from, to] of [...spans].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
      const span = to ? `${from}–${to}` : from;
      if (!clockTime.test(from) || !(clockTime.test(to) || to === '24:00')) wrong.push(fault(at, 'opening', span));
      else if (from >= to) wrong.push(fault(at, 'backwards', span));
      else if (from < end) wrong.push(fault(at, 'overlaps', span));
      else open++;
      end = to;
    }
  }
  if (open === 0) wrong.push(fault('/calendar/hours', 'neverOpen'));
  const { holidays } = calendar;
  for (const [i, day] of holidays.entries()) {
    if (!isDay(day)) wrong.push(fault(`/calendar/holidays/${i}`, 'holiday', day));
    else if (holidays.indexOf(day) < i) wrong.push(fault(`/calendar/holidays/${i}`, 'holidayTwice', day));
  }
  if (!Number.isInteger(calendar.weekStart) || calendar.weekStart < 1 || calendar.weekStart > 7)
    wrong.push(fault('/calendar/weekStart', 'weekStart'));
  if (!Number.isInteger(calendar.fiscalYearStart) || calendar.fiscalYearStart < 1 || calendar.fiscalYearStart > 12)
    wrong.push(fault('/calendar/fiscalYearStart', 'fiscalYear'));
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
      wrong.push(fault(`/reasons/${i}/code`, 'reused', reason.code));
  }
  for (const { code, label } of earlier[0]?.reasons ?? [])
    if (!next.reasons.some((reason) => reason.code === code)) wrong.push(fault('/reasons', 'leftOut', label));
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
