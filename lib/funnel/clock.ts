import type { Agreement, Calendar } from './agreement.ts';
import { businessCalendar } from './calendar.ts';
import type { Lead } from './lead.ts';
import type { ClockState } from './words.ts';

/**
 * The clock of a lead, as it travels on the card. Instants are RFC 3339 in UTC, minutes are business minutes.
 * `none` with `dueAt`: nothing is owed yet; from that instant on it is marketing's again.
 */
export interface Clock {
  state: ClockState;
  from?: string;
  /** When 80 % of the time is used. */
  riskAt?: string;
  dueAt?: string;
  allowedMinutes?: number;
  /** At the moment the clock was computed; negative when over. */
  leftMinutes?: number;
  /** When it goes back to the team's pool, if nobody answers. */
  poolAt?: string;
  pause?: { until: string; reason: string; by: string };
}

/** Share of the allowed time after which a clock is at risk. */
export const riskShare = 0.8;
const minute = 60_000;
const ms = (instant: string): number => Date.parse(instant);
export const iso = (epochMs: number): string => new Date(epochMs).toISOString();

/**
 * The instant at which `minutes` business minutes have passed since `from`: the earliest one, so an hour that ends
 * at closing time is due at closing time, not at the next opening.
 * @throws RangeError when the calendar has no such hours within ten years, or `minutes` is negative.
 */
export function addBusinessMinutes(calendar: Calendar, from: string, minutes: number): string {
  if (!(minutes >= 0)) throw new RangeError(`Business minutes to add must be 0 or more, not ${minutes}.`);
  const due = businessCalendar(calendar).add(ms(from), minutes * minute);
  if (due === undefined)
    throw new RangeError(`The calendar has too few business hours after ${from}. Check its opening hours and holidays.`);
  return iso(due);
}

/** Business minutes from `a` to `b`; negative when `b` is before `a`. */
export function businessMinutesBetween(calendar: Calendar, a: string, b: string): number {
  return businessCalendar(calendar).between(ms(a), ms(b)) / minute;
}

/** Business minutes the agreement allows at the lead's stage; `undefined` when nothing is owed there. */
export function allowedMinutes(lead: Lead, agreement: Agreement): number | undefined {
  const allowed = agreement.allowed[lead.stage];
  return allowed && allowed[lead.intent] * 60;
}

interface Span {
  from: number;
  to: number;
}

/** Everything that follows from the lead, its pauses and the calendar, before `now` is looked at. In epoch ms. */
export interface Deadlines {
  from: number;
  allowed: number;
  risk: number;
  due: number;
  /** When marketing's queue shows it, and when it leaves its holder. */
  grace: number;
  pool: number;
  pauses: Span[];
}

/** `undefined` when nothing is owed at this stage. */
export function deadlines(lead: Lead, agreement: Agreement): Deadlines | undefined {
  const minutes = allowedMinutes(lead, agreement);
  if (minutes === undefined) return undefined;
  const calendar = businessCalendar(agreement.calendar);
  const from = ms(lead.clockFrom ?? lead.since);
  const allowed = minutes * minute;
  const pauses = pausesOf(lead);
  const graceHours = agreement.escalation.graceHours * 60 * minute;
  const poolHours = agreement.escalation.poolHours * 60 * minute;
  const at = (used: number): number | undefined => {
    let t = calendar.add(from, used);
    for (const pause of pauses) {
      if (t === undefined || pause.from >= t) break;
      if (pause.to > from) t = calendar.add(t, calendar.between(Math.max(pause.from, from), pause.to));
    }
    return t;
  };
  const risk = at(allowed * riskShare);
  const due = at(allowed);
  const grace = at(allowed + graceHours);
  const pool = at(allowed + graceHours + poolHours);
  if (risk === undefined || due === undefined || grace === undefined || pool === undefined) return undefined;
  return { from, allowed, risk, due, grace, pool, pauses };
}

/** Ended pauses and the present one, in order and without overlap. A pause ends by itself at its `until`. */
function pausesOf(lead: Lead): Span[] {
  const spans = lead.paused.map((p) => ({ from: ms(p.from), to: ms(p.to) }));
  if (lead.pause) spans.push({ from: ms(lead.pause.from), to: ms(lead.pause.until) });
  if (spans.length < 2) return spans;
  spans.sort((a, b) => a.from - b.from);
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

/** How the clock stands at `now`. */
export function clockOf(lead: Lead, agreement: Agreement, now: string): Clock {
  const at = ms(now);
  if (lead.wakesOnStrongTouch) return { state: 'none' };
  if (lead.stage === 'recycled' && lead.clockFrom !== undefined && ms(lead.clockFrom) > at) return { state: 'none', dueAt: lead.clockFrom };
  const line = deadlines(lead, agreement);
  if (line === undefined) return lead.stage === 'sql' && lead.handoff?.state === 'qualified' ? { state: 'met' } : { state: 'none' };

  const calendar = businessCalendar(agreement.calendar);
  let used = calendar.between(line.from, Math.max(at, line.from));
  for (const pause of line.pauses) {
    const start = Math.max(pause.from, line.from);
    const end = Math.min(pause.to, at);
    if (end > start) used -= calendar.between(start, end);
  }
  const pause = isPaused(lead, now) ? lead.pause : undefined;
  const clock: Clock = {
    state: 'on_track',
    from: iso(line.from),
    riskAt: iso(line.risk),
    dueAt: iso(line.due),
    allowedMinutes: line.allowed / minute,
    leftMinutes: (line.allowed - used) / minute,
  };
  if (lead.pooledAt === undefined && holderOf(lead) !== undefined) clock.poolAt = iso(line.pool);
  if (pause) clock.pause = { until: pause.until, reason: pause.reason, by: pause.by };
  clock.state = pause ? 'paused' : stateAt(line.risk, line.due, at);
  return clock;
}

const stateAt = (risk: number, due: number, at: number): ClockState => (at >= due ? 'breached' : at >= risk ? 'at_risk' : 'on_track');

/** Who owes what is owed: the holder of an open hand-off, otherwise the owner. User id; absent in the team's pool. */
export function holderOf(lead: Lead): string | undefined {
  return lead.handoff && (lead.handoff.state === 'waiting' || lead.handoff.state === 'accepted') ? lead.handoff.holder : lead.owner;
}

/** Whether a pause stops the clock at this moment. */
export const isPaused = (lead: Lead, now: string): boolean =>
  lead.pause !== undefined && ms(lead.pause.from) <= ms(now) && ms(lead.pause.until) > ms(now);

/**
 * The same clock at a later moment, for redrawing once a minute. The state is exact. `leftMinutes` is exact with a
 * `calendar`; without one it is left as it was, and the caller shows the time of `dueAt`.
 */
export function clockAt(clock: Clock, now: string, calendar?: Calendar): Clock {
  if (clock.riskAt === undefined || clock.dueAt === undefined) return clock;
  const at = ms(now);
  if (clock.pause && ms(clock.pause.until) > at) return clock;
  const next: Clock = { ...clock, state: stateAt(ms(clock.riskAt), ms(clock.dueAt), at) };
  delete next.pause;
  if (calendar) next.leftMinutes = businessCalendar(calendar).between(at, ms(clock.dueAt)) / minute;
  return next;
}

/** What nobody's answer leads to: `breached` for the holder, `grace` for marketing's queue, `pool` back to the team. */
export type Escalation = 'none' | 'breached' | 'grace' | 'pool';
export function escalationOf(lead: Lead, agreement: Agreement, now: string): Escalation {
  if (lead.stage !== 'mql' && lead.stage !== 'sal') return 'none';
  if (isPaused(lead, now)) return 'none';
  const line = deadlines(lead, agreement);
  const at = ms(now);
  if (line === undefined || at < line.due) return 'none';
  if (at < line.grace) return 'breached';
  return at >= line.pool && lead.pooledAt === undefined && holderOf(lead) !== undefined ? 'pool' : 'grace';
}

/** The next instant at which `escalationOf` can change by time alone, for whoever schedules; `undefined` when never. */
export function nextEscalation(lead: Lead, agreement: Agreement, now: string): string | undefined {
  if (lead.stage !== 'mql' && lead.stage !== 'sal') return undefined;
  const line = deadlines(lead, agreement);
  if (line === undefined) return undefined;
  const at = ms(now);
  const ahead = [line.due, line.grace, line.pool].filter((t) => t > at);
  return ahead.length ? iso(Math.min(...ahead)) : undefined;
}
