import type { Agreement } from './agreement.ts';
import type { Lead, Refusal } from './lead.ts';
import { reasonOf } from './reasons.ts';
import { refusal } from './sentences/refusals.ts';
import { isAwake } from './wake.ts';
import { activeKinds, type Channel, type Intent, type Stage, type TouchKind } from './words.ts';

/**
 * Rules that hand over by themselves. One pure function says whether a rule takes a lead at a moment; what happens and
 * what a preview shows both come from it. Instants are RFC 3339 strings in UTC.
 */

export type ActiveKind = (typeof activeKinds)[number];

export type RuleWhen =
  /** Active touches of so many days, each worth its points, together worth at least so many. */
  | { kind: 'score'; days: number; least: number; points: Partial<Record<ActiveKind, number>> }
  /** An active touch of a campaign: of the named ones, or of any that is marked as high intent. */
  | { kind: 'campaign'; days: number; campaigns?: string[] };

/** To whom: the pool (of a team), one user, or users in turn (named ones, or the reps of a team). */
export type Take = { to: 'pool'; team?: string } | { to: 'user'; user: string } | { to: 'turn'; team?: string; users?: string[] };

/** People who are alike for assignment: everything that is given must hold, of each list one. On screen it is a group. */
export interface Segment {
  name: string;
  /** What kind of customer the person is, in the company's own words. */
  segments?: string[];
  /** `northwind.example`, or an ending with a dot in front: `.at`. */
  domains?: string[];
  /** Words that the company's name or the title contains; case does not matter. */
  companies?: string[];
  titles?: string[];
  /** Channel of the touch that met the rule last. */
  channels?: Channel[];
}

export interface Assignment {
  /** Who had the person last, or has somebody of the same company, comes first. */
  owner: boolean;
  /** The first segment that fits decides. */
  segments: { segment: Segment; take: Take }[];
  otherwise: Take;
}

export interface RuleBody {
  name: string;
  when: RuleWhen;
  /** Only people of these segments, as they are now; absent: everybody. */
  who?: { segments: string[] };
  /** Criteria of MQL that a lead has met when the rule takes it. */
  criteria: string[];
  /** Decides which time to answer runs. */
  intent: Intent;
  assign: Assignment;
}

export interface RuleTouch {
  id: string;
  at: string;
  kind: TouchKind;
  channel: Channel;
  campaign?: string;
  /** Its campaign is marked as high intent. */
  high?: true;
}

/** What a rule must know of a lead at one moment. */
export interface RuleSubject {
  stage: Stage;
  since: string;
  /** A hand-off waits or is worked on. */
  open: boolean;
  /** When the latest hand-off was opened, by whomever: what led to it is used up. */
  handedOverAt?: string;
  /** Of a recycled lead. `never`: marketing has to put something right first. */
  sleep?: 'awake' | 'asleep' | 'never';
}

export interface Match {
  /** The touches that met it, newest first. */
  touches: RuleTouch[];
  /** Of a score. */
  score?: number;
}

const handable: readonly Stage[] = ['subscriber', 'lead', 'recycled'];
const dayMs = 86_400_000;
const isActiveKind = (kind: TouchKind): kind is ActiveKind => (activeKinds as readonly string[]).includes(kind);

/** Whether the rule takes the lead at `now`, and upon what. `touches` may be any of the person's, in any order. */
export function matchOf(when: RuleWhen, subject: RuleSubject, touches: readonly RuleTouch[], now: string): Match | undefined {
  if (!handable.includes(subject.stage) || subject.open || subject.sleep === 'never') return undefined;
  const at = Date.parse(now);
  const after = Math.max(
    at - when.days * dayMs,
    subject.handedOverAt === undefined ? Number.NEGATIVE_INFINITY : Date.parse(subject.handedOverAt),
    // What led to the passage before says nothing new.
    subject.stage === 'recycled' ? Date.parse(subject.since) : Number.NEGATIVE_INFINITY,
  );
  const fresh = touches
    .filter((touch) => isActiveKind(touch.kind) && Date.parse(touch.at) > after && Date.parse(touch.at) <= at)
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || (a.id < b.id ? 1 : -1));
  // Before its date only a campaign that asks for it by name brings a lead back.
  if (subject.sleep === 'asleep' && !fresh.some(({ high }) => high)) return undefined;
  if (when.kind === 'campaign') {
    const counted = fresh.filter(({ campaign, high }) =>
      when.campaigns ? campaign !== undefined && when.campaigns.includes(campaign) : high,
    );
    return counted.length > 0 ? { touches: counted } : undefined;
  }
  const counted = fresh.filter(({ kind }) => pointsOf(when, kind) > 0);
  const score = counted.reduce((sum, { kind }) => sum + pointsOf(when, kind), 0);
  return score >= when.least ? { touches: counted, score } : undefined;
}

const pointsOf = (when: RuleWhen & { kind: 'score' }, kind: TouchKind): number => when.points[kind as ActiveKind] ?? 0;

/** The lead as it is. `handedOverAt`: of its latest hand-off, also one before it was reopened. */
export function subjectOf(lead: Lead, handedOverAt: string | undefined, agreement: Agreement, now: string): RuleSubject {
  const { stage, since, handoff } = lead;
  return {
    stage,
    since,
    open: handoff?.state === 'waiting' || handoff?.state === 'accepted',
    ...(handedOverAt !== undefined && { handedOverAt }),
    ...(stage === 'recycled' && {
      sleep: mustPutRight(lead.returned.last?.reason, agreement) ? 'never' : isAwake(lead, agreement, now) ? 'awake' : 'asleep',
    }),
  };
}

/** Reasons upon which marketing has something to do before the lead goes anywhere: wrong data, a duplicate. */
export const mustPutRight = (reason: string | undefined, agreement: Agreement): boolean =>
  reason !== undefined && reasonOf(agreement, reason)?.wake === 'at_once';

/** One stage of a lead's history, and what a rule must know of it. */
export interface Stay {
  stage: Stage;
  from: string;
  /** Of a recycled one: since when it was awake; absent while it slept. */
  awakeFrom?: string;
  putRight?: true;
}
export interface Past {
  /** In the order of time. */
  stays: Stay[];
  /** Hand-offs; `to` is absent while one is open. */
  handoffs: { from: string; to?: string }[];
}

/** The lead as it was at a moment, or just before what changed it then; `undefined` before it was one. */
export function subjectAt({ stays, handoffs }: Past, now: string, when: 'after' | 'before' = 'after'): RuleSubject | undefined {
  const at = Date.parse(now);
  const begun = ({ from }: { from: string }): boolean => (when === 'after' ? Date.parse(from) <= at : Date.parse(from) < at);
  const stay = stays.findLast(begun);
  if (!stay) return undefined;
  const opened = handoffs.filter(begun);
  const last = opened
    .map(({ from }) => from)
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1);
  const awake = stay.awakeFrom !== undefined && Date.parse(stay.awakeFrom) <= at;
  return {
    stage: stay.stage,
    since: stay.from,
    open: opened.some(({ to }) => to === undefined || Date.parse(to) > at),
    ...(last !== undefined && { handedOverAt: last }),
    ...(stay.stage === 'recycled' && { sleep: stay.putRight ? 'never' : awake ? 'awake' : 'asleep' }),
  };
}

/**
 * The first moment between `from` and `to` at which the rule would have taken the lead, had it been on. Only a touch, a
 * change of stage or waking can make a rule fit, so only these moments are looked at.
 */
export function firstMatch(
  when: RuleWhen,
  past: Past,
  touches: readonly RuleTouch[],
  from: string,
  to: string,
): (Match & { at: string; stage: Stage }) | undefined {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const moments = [
    ...touches.map(({ at }) => at),
    ...past.stays.flatMap((stay) => [stay.from, ...(stay.awakeFrom === undefined ? [] : [stay.awakeFrom])]),
  ]
    .filter((at) => Date.parse(at) >= start && Date.parse(at) <= end)
    .sort((a, b) => Date.parse(a) - Date.parse(b));
  // Before as well: where the rule was on, its own hand-off stands at that very moment.
  for (const at of moments)
    for (const side of ['before', 'after'] as const) {
      const subject = subjectAt(past, at, side);
      const match = subject && matchOf(when, subject, touches, at);
      if (match) return { ...match, at, stage: subject.stage };
    }
  return undefined;
}

/** What is known of a person when it is decided whether and to whom a lead goes. */
export interface Known {
  segment?: string;
  domain?: string;
  company?: string;
  title?: string;
  channel?: Channel;
}

/** Whether the rule is about this person at all. */
export const isAbout = ({ who }: Pick<RuleBody, 'who'>, { segment }: Known): boolean => !who || isOneOf(who.segments, segment);

const isOneOf = <T>(list: readonly T[], one: T | undefined): boolean => one !== undefined && list.includes(one);

export function inSegment(segment: Segment, { domain, company, title, channel, segment: kind }: Known): boolean {
  const contains = (list: readonly string[] | undefined, text: string | undefined): boolean =>
    !list?.length || list.some((word) => text?.toLowerCase().includes(word.trim().toLowerCase()));
  const ends = (wanted: string): boolean => {
    const ending = wanted.trim().toLowerCase();
    return domain !== undefined && (ending.startsWith('.') ? domain.endsWith(ending) : domain === ending || domain.endsWith(`.${ending}`));
  };
  return (
    (!segment.domains?.length || segment.domains.some(ends)) &&
    contains(segment.companies, company) &&
    contains(segment.titles, title) &&
    (!segment.segments?.length || isOneOf(segment.segments, kind)) &&
    (!segment.channels?.length || isOneOf(segment.channels, channel))
  );
}

/** Every way of an assignment to give a lead to somebody. */
export const takesOf = ({ segments, otherwise }: Assignment): Take[] => [...segments.map(({ take }) => take), otherwise];

/** Teams that an assignment names. */
export const teamsOf = (assignment: Assignment): string[] =>
  takesOf(assignment).flatMap((take) => (take.to !== 'user' && take.team !== undefined ? [take.team] : []));

/** Which take decides, the owner aside: of the first segment that fits, else the last one; with the segment's name. */
export function takeOf({ segments, otherwise }: Assignment, known: Known): { take: Take; segment?: string } {
  const found = segments.find(({ segment }) => inSegment(segment, known));
  return found ? { take: found.take, segment: found.segment.name } : { take: otherwise };
}

/**
 * Whose turn it is: who had the latest turn longest ago, newcomers first; of equals the first in the list. `turns` are
 * the numbers of the turns that each had last. `undefined` when there is nobody.
 */
export function nextInTurn(candidates: readonly string[], turns: ReadonlyMap<string, number>): string | undefined {
  let next: string | undefined;
  for (const one of candidates) if (next === undefined || (turns.get(one) ?? 0) < (turns.get(next) ?? 0)) next = one;
  return next;
}

/** Longest time over which a rule may count. */
export const longestRuleDays = 90;

/** What is wrong with a rule; empty when it can be kept. */
export function wrongInRule(rule: RuleBody, agreement: Agreement): Refusal[] {
  const wrong: Refusal[] = [];
  const { when, assign } = rule;
  if (rule.name.trim() === '') wrong.push(refusal('rule-name'));
  if (!(Number.isInteger(when.days) && when.days >= 1 && when.days <= longestRuleDays))
    wrong.push(refusal('rule-days', { most: longestRuleDays }));
  if (when.kind === 'score') {
    if (!(Number.isInteger(when.least) && when.least >= 1)) wrong.push(refusal('rule-least'));
    const points = Object.values(when.points);
    if (points.some((n) => !(Number.isInteger(n) && n >= 0 && n <= 100))) wrong.push(refusal('rule-points'));
    if (!points.some((n) => n > 0)) wrong.push(refusal('rule-worthless'));
  } else if (when.campaigns?.length === 0) wrong.push(refusal('rule-campaigns'));
  if (rule.who?.segments.length === 0) wrong.push(refusal('rule-segments'));
  const known = agreement.stages.mql?.criteria.map(({ id }) => id) ?? [];
  for (const id of rule.criteria)
    if (!known.includes(id)) wrong.push(refusal('unknown-criterion', { criterion: id, stage: 'mql', agreement: agreement.version, known }));
  for (const { segment } of assign.segments) {
    const { name } = segment;
    if (name.trim() === '') wrong.push(refusal('rule-segment-name'));
    if (![segment.segments, segment.domains, segment.companies, segment.titles, segment.channels].some((list) => list?.length))
      wrong.push(refusal('rule-segment-empty', { name }));
  }
  for (const take of [...assign.segments.map((one) => one.take), assign.otherwise])
    if (take.to === 'turn' && !take.users?.length && take.team === undefined) wrong.push(refusal('rule-turns'));
  return wrong;
}
