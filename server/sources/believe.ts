import type { Stage } from '../../lib/funnel/words.ts';
import { type Arrival, says } from '../ingest/arrival.ts';
import type { Correction } from '../ingest/corrections.ts';
import type { Trx } from '../store/db.ts';
import { isDeal, moved, type Word } from './deals.ts';
import type { LinkRow } from './links.ts';
import { fieldKey, type KnownField, keepKnown, knownOf, type LeadOfRecord, leadsOf, saidOf, sourceName } from './records.ts';
import type { Page, StageSeen } from './source.ts';
import { type Known, pulled, type Said } from './stage-rule.ts';

/** Instants of ours by the CRM's clock, and back. */
export interface Skew {
  theirs(at: string): string;
  ours(at: string): string;
}
export const skewed = (ms: number): Skew => {
  const shift = (at: string, by: number): string => (by === 0 ? at : new Date(Date.parse(at) + by).toISOString());
  return { theirs: (at) => shift(at, ms), ours: (at) => shift(at, -ms) };
};

/** Stages to be ingested. */
export interface News {
  /** What somebody changed in the CRM. */
  crm: Arrival[];
  /** What was: the CRM's own story of a lead, told in one go. */
  history: Arrival[];
  /** What counts from another day than was told first. */
  days: Correction[];
  /** Leads that move, or of whose deals something else is said than when they were last seen; with whether any had an amount before. */
  worth: Map<string, { priced: boolean }>;
  /** Records of people who come with this page, and already have a deal. */
  dealt: Set<string>;
}

/** A field of our own: who owns the person in the CRM, by address. */
export const ownerField = '@owner';

/** Deals mean the same everywhere. */
export const deal = { open: 'Opportunity: open', won: 'Opportunity: won', lost: 'Opportunity: lost', gone: 'Opportunity: gone' } as const;
const fixed: Record<string, 'opportunity' | 'customer' | 'recycled' | undefined> = {
  [deal.open]: 'opportunity',
  [deal.won]: 'customer',
  [deal.lost]: 'recycled',
};
/** What a value of the CRM means here; `undefined` when people have not mapped it. */
export const stageFor = ({ mapping }: Pick<LinkRow, 'mapping'>, value: string): Stage | undefined => mapping.stageIn[value] ?? fixed[value];

/**
 * A stage of the CRM as an arrival.
 * @param from where it counts from later on only
 */
export function arrivalOf(
  row: LinkRow,
  { ours }: Skew,
  { record, field, said }: Heard,
  to: Stage,
  { owner, from = said.at }: { owner?: string | undefined; from?: string } = {},
): Arrival {
  return {
    person: { keys: [], aliases: [{ kind: 'record', value: record }], ...(owner && { owner }) },
    stage: { to, ...(said.amount && { amount: said.amount }), ...(said.on !== undefined && { on: ours(said.on) }) },
    source: sourceName(row),
    sourceId: namedBy(record, field, said),
    at: ours(from),
  };
}

/** What names a stage for good that a field of a record told. */
const namedBy = (record: string, field: string, { at, value }: Pick<Said, 'at' | 'value'>): string =>
  `stage:${record}:${field}:${at}:${value}`;

/** A word of the CRM about one field of a record. */
export interface Heard {
  record: string;
  field: string;
  said: Said;
}
/** What the fields of a lead's records say, by `fieldKey`, by the CRM's clock. */
export type Words = Map<string, Word & { deal: boolean }>;
export function wordsOf(row: LinkRow, fields: readonly KnownField[]): Words {
  const words: Words = new Map();
  for (const { record, field, known } of fields) {
    const stage = known.value === undefined ? undefined : stageFor(row, known.value);
    const at = known.since ?? known.at;
    if (stage && at !== undefined) words.set(fieldKey(record, field), { stage, at, deal: isDeal(field) });
  }
  return words;
}

/**
 * Where one lead's news takes it, in the order of time.
 * @param lead absent when it is not here yet
 * @param fields what they said before
 */
export function movesOf(
  row: LinkRow,
  skew: Skew,
  lead: LeadOfRecord | undefined,
  fields: readonly KnownField[],
  news: readonly Heard[],
): { heard: Heard; to: Stage; from: string }[] {
  const words = wordsOf(row, fields);
  let then: Stage | undefined;
  let at = lead && standing(skew, lead, fields, words);
  const byTime = news.toSorted((a, b) => (a.said.at < b.said.at ? -1 : a.said.at > b.said.at ? 1 : 0));
  const last = new Map(byTime.map((heard) => [fieldKey(heard.record, heard.field), heard]));
  return byTime.flatMap((heard) => {
    const { said } = heard;
    const key = fieldKey(heard.record, heard.field);
    const told = stageFor(row, said.value);
    words.delete(key);
    const ofDeal = isDeal(heard.field) && at !== undefined;
    // What was before the lead came to where it is moves nothing. Where a deal took it back to what was said longer ago
    // still, what is told just now counts since then.
    const isLate = at !== undefined && said.at < at.said;
    const held =
      ofDeal && isLate && told && last.get(key) === heard ? heldBy({ stage: told, at: said.at }, skew, words, lead, at!) : undefined;
    const isNew = !isLate || held !== undefined;
    const from = at && isNew && said.at < at.at ? new Date(Date.parse(at.at) + 1).toISOString() : said.at;
    const to = !ofDeal ? told : (held ?? (isNew ? dealMoves(row, skew, said, words, lead, at!) : movedThen(row, said, words, then)));
    if (ofDeal && to) then = to;
    if (told) words.set(key, { stage: told, at: said.at, deal: isDeal(heard.field) });
    if (!to) return [];
    if (isNew && to !== at?.stage) at = { stage: to, at: from, said: said.at };
    // What a lead is worth is reckoned by all its deals.
    const { amount: _, ...rest } = said;
    return [{ heard: lead ? { ...heard, said: rest } : heard, to, from }];
  });
}

interface Standing extends Word {
  /** Since when it is said that the lead is there: earlier, where a deal that is gone or lost took it back. */
  said: string;
}
function standing(skew: Skew, { stage, since, decidedAt, decidedTo }: LeadOfRecord, fields: readonly KnownField[], words: Words): Standing {
  const theirs = (at: string): string => skew.theirs(new Date(at).toISOString());
  const at = theirs(since);
  const tookBack = ({ record, field, known }: KnownField): boolean =>
    isDeal(field) &&
    words.get(fieldKey(record, field))?.stage !== stage &&
    Math.abs(Date.parse(known.at ?? '') - Date.parse(at)) <= slackMs;
  if (!fields.some(tookBack)) return { stage, at, said: at };
  const told = [...words.values(), ...(decidedAt === undefined ? [] : [{ stage: decidedTo, at: theirs(decidedAt) }])];
  const said = told.reduce((newest, word) => (word.stage === stage && word.at <= at && word.at > newest ? word.at : newest), '');
  return { stage, at, said };
}
/** The CRM's clock is known by whole seconds. */
const slackMs = 2_000;

/** Where the word of a deal took a lead that has gone on since: what others said later counted for nothing then. */
function movedThen(row: LinkRow, said: Said, words: Words, at: Stage | undefined): Stage | undefined {
  const told = stageFor(row, said.value);
  if (!told) return undefined;
  const before = [...words.values()].filter((one) => one.at <= said.at);
  const [newest] = before.filter((one) => !one.deal).toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const was = said.was === undefined ? undefined : stageFor(row, said.was);
  const to = moved(
    told,
    was,
    before.filter((one) => one.deal),
    newest,
    at,
  );
  return to === at ? undefined : to;
}

/** Where a deal that is told late takes a lead that another one has moved since: it would have held the lead, had it been known. */
function heldBy(late: Word, skew: Skew, words: Words, lead: LeadOfRecord | undefined, at: Word): Stage | undefined {
  const others = [...words.values()].filter(({ deal: isOne }) => isOne);
  const byDeal = others.some(({ stage, at: since }) => stage === at.stage && Math.abs(Date.parse(since) - Date.parse(at.at)) <= slackMs);
  if (!byDeal) return undefined;
  const to = moved(at.stage, at.stage, [...others, late], newestOtherwise(skew, words, lead, at.at), at.stage);
  return to === at.stage ? undefined : to;
}

/** The newest of what fields and decisions say until then. */
function newestOtherwise(skew: Skew, words: Words, lead: LeadOfRecord | undefined, until: string): Word | undefined {
  const decided = lead?.decidedAt !== undefined && { stage: lead.decidedTo!, at: skew.theirs(new Date(lead.decidedAt).toISOString()) };
  const otherwise = [...words.values(), ...(decided ? [{ ...decided, deal: false }] : [])].filter((one) => !one.deal && one.at <= until);
  return otherwise.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))[0];
}

function dealMoves(row: LinkRow, skew: Skew, said: Said, words: Words, lead: LeadOfRecord | undefined, at: Word): Stage | undefined {
  const others = [...words.values()].filter(({ deal: isOne }) => isOne);
  const newest = newestOtherwise(skew, words, lead, said.at);
  // A field that was told before, and says since then what the lead is at already, is the newer word.
  if ([...words.values()].some((one) => !one.deal && one.at > said.at && one.stage === at.stage)) return undefined;
  return moved(stageFor(row, said.value), said.was === undefined ? undefined : stageFor(row, said.was), others, newest, at.stage);
}

/**
 * Applies the rule of who is believed to what a page says about stages; what remains is to be ingested.
 * @param first the CRM's history is read for the first time
 */
export async function believe(trx: Trx, workspace: string, row: LinkRow, skew: Skew, page: Page, first: boolean): Promise<News> {
  const out: News = { crm: [], history: [], days: [], worth: new Map(), dealt: new Set() };
  if (page.stages.length === 0) return out;
  const records = [...new Set(page.stages.map((s) => s.record))];
  const leads = await leadsOf(trx, workspace, row.id, records);
  const owners = new Map<string, string>();
  const coming = new Set<string>();
  for (const arrival of page.arrivals) {
    const { person } = arrival;
    for (const { value } of person?.aliases ?? []) {
      if (person?.owner) owners.set(value, person.owner);
      // One that says nothing announces a record that comes with a later page; its stages wait for it.
      if (person && (person.keys.length > 0 || !says(arrival))) coming.add(value);
    }
  }
  const known = await knownOf(trx, workspace, row.id, records);
  const seen = again(page.stages, known);
  // Deals have a say in where their own news takes somebody, and in what news counts that is older than where they are.
  const dealsCount = seen.flatMap(({ record, field, at }) => {
    const lead = leads.get(record);
    if (!lead) return [];
    const isLate = () => {
      const { at: last = '' } = known.get(fieldKey(record, field))?.known ?? {};
      return at > last && at < skew.theirs(new Date(lead.since).toISOString());
    };
    return isDeal(field) || isLate() ? [lead.lead] : [];
  });
  const before = Map.groupBy(await saidOf(trx, workspace, row.id, [...new Set(dealsCount)]), ({ lead }) => lead);
  const changed = new Map<string, KnownField>();
  const news = new Map<string, Heard[]>();
  // Some CRMs know the time by seconds: of one instant the last word counts.
  const last = new Map(seen.map((s) => [`${fieldKey(s.record, s.field)}\0${s.at}`, s]));
  const byTime = [...last.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const newest = new Map(byTime.map((s) => [fieldKey(s.record, s.field), s]));
  for (const s of byTime) {
    const lead = leads.get(s.record);
    // Of somebody who is not here, and not coming with this page, nothing is remembered either.
    if (!lead && !coming.has(s.record)) continue;
    const key = fieldKey(s.record, s.field);
    const old: Known = known.get(key)?.known ?? {};
    const decidedAt = lead?.decidedAt && skew.theirs(lead.decidedAt);
    const result = pulled(old, isDeal(s.field) ? { ...s, ...saidBefore(old, decidedAt) } : s, ownedNow(lead, first), decidedAt);
    const { amount: _, ...rest } = isDeal(s.field) && newest.get(key) === s ? dayed(result.known, s) : result.known;
    const since = old.since ?? old.at;
    const corrected = rest.on !== old.on && s.value === old.value && since !== undefined && !result.news && !result.own;
    // Of what is still to be told, the day is corrected before.
    const untold = corrected ? old.past?.findLastIndex(({ value, at }) => value === s.value && at === since) : -1;
    if (untold !== undefined && untold >= 0) rest.past = old.past!.map((one, i) => (i === untold ? onDay(one, rest.on) : one));
    else if (lead && corrected)
      out.days.push({
        person: lead.lead,
        source: sourceName(row),
        sourceId: namedBy(s.record, s.field, { at: since, value: s.value }),
        at: skew.ours(s.on ?? since),
      });
    // Which of several deals takes somebody where can be said when all of them are known.
    const later = first && isDeal(s.field);
    const past = later && result.news && { past: [...(old.past ?? []), result.news] };
    const next = { record: s.record, field: s.field, known: { ...rest, ...(s.amount && { amount: s.amount }), ...past } };
    if (lead && !later && isDeal(s.field) && (next.known.value !== old.value || !sameMoney(old.amount, s.amount))) {
      const priced = (before.get(lead.lead) ?? []).some(({ field, known: was }) => isDeal(field) && was.amount !== undefined);
      out.worth.set(lead.lead, { priced });
    }
    if (!lead && !later && isDeal(s.field)) out.dealt.add(s.record);
    known.set(key, next);
    changed.set(key, next);
    if (result.own) news.delete(key);
    if (result.news && !later) news.set(key, [...(news.get(key) ?? []), { record: s.record, field: s.field, said: result.news }]);
  }
  await keepKnown(trx, workspace, row.id, [...changed.values()]);

  const lists = Map.groupBy([...news.values()].flat(), ({ record }) => leads.get(record)?.lead ?? record);
  for (const [who, list] of lists) {
    const lead = leads.get(list[0]!.record);
    // What is no news, because a decision came after it, stands there all the same.
    const there = new Map((before.get(who) ?? []).map((one) => [fieldKey(one.record, one.field), one as KnownField]));
    for (const [key, one] of changed) if (!news.has(key) && leads.get(one.record)?.lead === who) there.set(key, one);
    const moves = movesOf(row, skew, lead, [...there.values()], list);
    if (lead && moves.length > 0 && !out.worth.has(who)) out.worth.set(who, { priced: false });
    const arrivals = moves.map(({ heard, to, from }) => arrivalOf(row, skew, heard, to, { owner: owners.get(heard.record), from }));
    // More than one step since last time: a hand-off that came up on the way was answered on the way too.
    (first || arrivals.length > 1 ? out.history : out.crm).push(...arrivals);
  }
  return out;
}

/** What a deal said before its news: of what waits, what was told before that, unless a decision came after it. */
export function saidBefore({ value, since, at, waiting }: Known, decidedAt = ''): Pick<Said, 'was' | 'wasSince'> {
  const { was, wasSince } = waiting && waiting.at > decidedAt ? waiting : { was: value, wasSince: since ?? at };
  return { was: was ?? value, wasSince };
}

/** What the fields of a lead said until this news. */
export function until(news: readonly Heard[], fields: readonly KnownField[]): KnownField[] {
  const silent = new Set(news.map(({ record, field }) => fieldKey(record, field)));
  const before = news.flatMap(({ record, field, said: { was, wasSince } }) =>
    was !== undefined && wasSince !== undefined ? [{ record, field, known: { value: was, at: wasSince } }] : [],
  );
  return [...fields.filter(({ record, field }) => !silent.has(fieldKey(record, field))), ...before];
}

/** Counting from this day; `undefined`: from when it was said. */
function onDay<T extends { on?: string }>({ on: _, ...one }: T, on: string | undefined): Omit<T, 'on'> & { on?: string } {
  return { ...one, ...(on !== undefined && { on }) };
}

/** With the day that a deal says counts, where that is what it says now. */
function dayed(known: Known, { value, at, on }: StageSeen): Known {
  if (known.value !== value) return known;
  const { waiting, ...rest } = known;
  const next: Known = onDay(rest, on);
  if (!waiting) return next;
  return { ...next, waiting: waiting.value === value && waiting.at === at ? onDay(waiting, on) : waiting };
}

/** A deal that was gone and is there again says so from now on, whatever its own history says. */
function again(seen: readonly StageSeen[], known: ReadonlyMap<string, KnownField>): StageSeen[] {
  const last = new Map(seen.map((s) => [fieldKey(s.record, s.field), s]));
  return seen.map((s) => {
    const key = fieldKey(s.record, s.field);
    const before = known.get(key)?.known;
    if (before?.value !== deal.gone || before.at === undefined || s.value === deal.gone || last.get(key) !== s || s.at > before.at)
      return s;
    return { ...s, at: new Date(Date.parse(before.at) + 1).toISOString() };
  });
}

const sameMoney = (a: StageSeen['amount'], b: StageSeen['amount']): boolean => a?.value === b?.value && a?.currency === b?.currency;

/** While the history is read for the first time, only what a person did here makes the lead Baton's. */
export const ownedNow = (lead: LeadOfRecord | undefined, first: boolean): boolean =>
  lead?.owned === true && (!first || lead.decidedAt !== undefined);
