import type { Agreement, Calendar, Reason } from './agreement.ts';
import { stages } from './words.ts';

/** What is wrong with a proposed agreement, in sentences; empty when it can be signed. */
export function validate(agreement: Agreement): string[] {
  const wrong: string[] = [];
  const positive = (value: number, what: string): void => {
    if (!(value > 0 && Number.isFinite(value))) wrong.push(`${what} must be more than 0.`);
  };
  for (const stage of stages) {
    const definition = agreement.stages[stage];
    if (!definition) continue;
    if (definition.sentence.trim() === '') wrong.push(`Stage ${stage} needs a sentence that says what it means.`);
    for (const id of doubles(definition.criteria.map((c) => c.id))) wrong.push(`Stage ${stage} has two criteria with the id “${id}”.`);
    for (const criterion of definition.criteria) {
      if (!/^[a-z0-9_-]{1,40}$/.test(criterion.id))
        wrong.push(`The criterion id “${criterion.id}” of ${stage} may have small letters, digits, - and _ only.`);
      if (criterion.text.trim() === '') wrong.push(`The criterion “${criterion.id}” of ${stage} needs a text.`);
    }
  }
  for (const [stage, allowed] of Object.entries(agreement.allowed)) {
    positive(allowed.standard, `The hours allowed at ${stage}`);
    positive(allowed.high, `The hours allowed at ${stage} with high intent`);
  }
  for (const term of doubles(agreement.terms.map((t) => t.term.toLowerCase()))) wrong.push(`“${term}” is explained twice.`);
  wrong.push(...wrongReasons(agreement.reasons), ...wrongCalendar(agreement.calendar));
  if (!(agreement.escalation.graceHours >= 0) || !(agreement.escalation.poolHours >= 0))
    wrong.push('Grace and pool hours must be 0 or more.');
  for (const id of doubles(agreement.commitments.map((c) => c.id))) wrong.push(`Two commitments have the id “${id}”.`);
  for (const c of agreement.commitments) {
    if (c.unit === 'share' && !(c.target > 0 && c.target <= 1))
      wrong.push(`The goal of “${c.text}” is a share: write it between 0 and 1, 0.9 for 90 %.`);
    if (c.hours !== undefined) positive(c.hours, `The hours of “${c.text}”`);
    if (c.unit === 'count') positive(c.target, `The goal of “${c.text}”`);
  }
  if (!Number.isInteger(agreement.attemptsBeforeUnresponsive) || agreement.attemptsBeforeUnresponsive < 0)
    wrong.push('The attempts before “unresponsive” must be a whole number, 0 or more.');
  if (!Number.isInteger(agreement.lookBackMonths) || agreement.lookBackMonths < 1 || agreement.lookBackMonths > 120)
    wrong.push('Attribution must look back between 1 and 120 months.');
  return wrong;
}

function wrongReasons(reasons: Reason[]): string[] {
  const wrong = doubles(reasons.map((r) => r.code)).map((code) => `Two reasons have the code “${code}”.`);
  if (!reasons.some((r) => r.outcome === 'recycled')) wrong.push('At least one reason must return a lead to marketing.');
  if (!reasons.some((r) => r.outcome === 'disqualified')) wrong.push('At least one reason must close a lead.');
  for (const r of reasons) {
    if (!/^[a-z0-9_]{1,40}$/.test(r.code)) wrong.push(`The reason code “${r.code}” may have small letters, digits and _ only.`);
    if (r.label.trim() === '') wrong.push(`The reason “${r.code}” needs a label.`);
    if (r.outcome === 'disqualified' && r.wake !== 'never')
      wrong.push(`“${r.label}” closes the lead, so it cannot wake. Set wake to never.`);
    if (r.outcome === 'recycled' && r.wake === 'never') wrong.push(`“${r.label}” returns the lead, so it must say when it wakes.`);
    if (typeof r.wake === 'object' && !(Number.isInteger(r.wake.days) && r.wake.days >= 1 && r.wake.days <= 1825))
      wrong.push(`“${r.label}” must wake after 1 to 1825 days.`);
  }
  return wrong;
}

function wrongCalendar(calendar: Calendar): string[] {
  const wrong: string[] = [];
  try {
    new Intl.DateTimeFormat('en', { timeZone: calendar.zone });
  } catch {
    wrong.push(`“${calendar.zone}” is no time zone. Write it like Europe/Vienna.`);
  }
  let open = 0;
  for (const [weekday, spans] of Object.entries(calendar.hours)) {
    if (!/^[1-7]$/.test(weekday)) wrong.push(`“${weekday}” is no weekday: 1 is Monday, 7 is Sunday.`);
    let end = '';
    for (const [from, to] of [...spans].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
      if (!clockTime.test(from) || !(clockTime.test(to) || to === '24:00'))
        wrong.push(`“${from}–${to}” is no opening time. Write it like 08:30–17:30.`);
      else if (from >= to) wrong.push(`“${from}–${to}” ends before it begins. Split a night at 24:00.`);
      else if (from < end) wrong.push(`“${from}–${to}” overlaps the hours before it.`);
      else open++;
      end = to;
    }
  }
  if (open === 0) wrong.push('The calendar needs at least one opening time in the week.');
  for (const day of calendar.holidays) if (!isDay(day)) wrong.push(`“${day}” is no date. Write holidays as YYYY-MM-DD.`);
  for (const day of doubles(calendar.holidays)) wrong.push(`${day} is a holiday twice.`);
  if (!Number.isInteger(calendar.weekStart) || calendar.weekStart < 1 || calendar.weekStart > 7)
    wrong.push('The week starts on a weekday from 1 to 7.');
  if (!Number.isInteger(calendar.fiscalYearStart) || calendar.fiscalYearStart < 1 || calendar.fiscalYearStart > 12)
    wrong.push('The fiscal year starts in a month from 1 to 12.');
  return wrong;
}

const clockTime = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function doubles(words: string[]): string[] {
  return [...new Set(words.filter((word, i) => words.indexOf(word) !== i))];
}

/**
 * A proposal may not give a known reason code another meaning: codes stand in every history. Compared with every
 * earlier version; labels, dates and attempts may change, the group may not.
 */
export function reusedCodes(next: Agreement, earlier: readonly Agreement[]): string[] {
  const wrong: string[] = [];
  for (const reason of next.reasons) {
    const before = earlier.flatMap((a) => a.reasons).find((r) => r.code === reason.code && r.group !== reason.group);
    if (before) wrong.push(`The code “${reason.code}” meant “${before.label}” before. Use a new code for another meaning.`);
  }
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
    if (isTree(a) && isTree(b)) {
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
