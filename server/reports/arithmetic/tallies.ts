import { type RawBuilder, sql } from 'kysely';
import { type Window, windowFrom } from '../../../lib/funnel/attribution.ts';
import type { AttributionModel, Verdict } from '../../../lib/funnel/words.ts';
import { type Credited, giving } from './credit.ts';
import { of as among } from './passages.ts';
import { iso, type Question, type Span, type Which } from './question.ts';
import { everybody, type Marks, type Touches, these, touchesOf } from './touched.ts';

/** What one campaign did in a span, and what became of whom it engaged within the look-back; or all campaigns together. */
export interface Tally {
  /** People. */
  touched: number;
  handedOver: number;
  accepted: number;
  qualified: number;
  returned: number;
  reasons: Map<string, number>;
  verdicts: Record<Verdict, number>;
}
const tally = (): Tally => ({
  touched: 0,
  handedOver: 0,
  accepted: 0,
  qualified: 0,
  returned: 0,
  reasons: new Map(),
  verdicts: { strong: 0, fair: 0, poor: 0 },
});

export interface Tallies {
  /** By a campaign's number. */
  of: Tally[];
  /** Each person, hand-off and verdict once. */
  total: Tally;
  /** Without amounts. */
  credited?: Credited;
}

export interface TalliesAsked {
  /** Campaigns that are counted, by number; `credited` is shared among all there are. */
  isListed: Uint8Array;
  which: Pick<Which, 'owner' | 'origin' | 'segment'>;
  attribution?: AttributionModel;
}

/**
 * Everything that touches decide, from one reading of them: asked one by one, the store would go through the touches of
 * years for each figure.
 */
export async function tallies(
  question: Question,
  marked: Marks,
  span: Span,
  { isListed, which, attribution }: TalliesAsked,
): Promise<Tallies> {
  // All are on their way at once: what came is put in order here while the store works on the next. Most work first.
  const [giver, opened, given, every] = await Promise.all([
    attribution && giving(question, marked, span, which, () => [attribution], { amounts: false }),
    handoffsIn(question, span, which),
    verdictsIn(question, span, which),
    everybody(question),
  ]);
  const handoffs = Map.groupBy(opened, ({ person }) => person);
  const verdicts = Map.groupBy(given, ({ person }) => person);
  const concerned = new Set([...handoffs.keys(), ...verdicts.keys(), ...(giver?.people ?? [])]);
  // Everybody's touches are read at once where most are needed; else the store counts whom the others touched.
  const all = Object.keys(which).length === 0 && concerned.size * 3 > every.people;

  const of = marked.campaigns.map(tally);
  const total = tally();
  const engaged = engagement(isListed);
  const window: Window = { lookBackMonths: question.agreement.lookBackMonths, zone: question.agreement.calendar.zone };
  const [from, to] = [Date.parse(span.since), Math.min(Date.parse(span.until) - 1, Date.parse(question.asOf))];
  const forEach = (campaigns: readonly number[], one: (tally: Tally) => void): void => {
    for (const number of campaigns) one(of[number]!);
    if (campaigns.length > 0) one(total);
  };
  const before = (touches: Touches, at: number) => engaged(touches, windowFrom(touches.at[0]!, at, window), at);
  const since = iso(windowFrom(Number.NEGATIVE_INFINITY, from, window));
  for await (const some of touchesOf(question, marked, all ? every.stretches : these([...concerned]), since, span.until))
    for (const [person, touches] of some) {
      giver?.give(person, touches);
      forEach(engaged(touches, from, to), addPerson);
      for (const handoff of handoffs.get(person) ?? []) forEach(before(touches, handoff.at), (tally) => addHandoff(tally, handoff));
      for (const { campaign, at, verdict } of verdicts.get(person) ?? [])
        if (campaign === null) forEach(before(touches, at), (tally) => addVerdict(tally, verdict));
    }
  const numberOf = new Map(marked.campaigns.map(({ id }, number) => [id, number]));
  const listed = (id: string): number[] => [numberOf.get(id)!].filter((number) => isListed[number]);
  for (const { campaign, verdict } of given) if (campaign !== null) forEach(listed(campaign), (tally) => addVerdict(tally, verdict));
  if (!all) {
    const ids = marked.campaigns.filter((_, number) => isListed[number]).map(({ id }) => id);
    for (const { campaign, n } of await others(question, span, ids, which, [...concerned]))
      (campaign === null ? total : of[numberOf.get(campaign)!]!).touched += n;
  }
  return { of, total, ...(giver && { credited: giver.credited() }) };
}

/** Which listed campaigns engaged a person between two instants, both included, each once. The answer is good until the next. */
function engagement(isListed: Uint8Array): (touches: Touches, from: number, to: number) => readonly number[] {
  const seen = new Uint8Array(isListed.length);
  const list: number[] = [];
  return ({ n, at, of }, from, to) => {
    for (const number of list) seen[number] = 0;
    list.length = 0;
    for (let i = 0; i < n && at[i]! <= to; i++) {
      const number = of[i]!;
      if (at[i]! < from || !isListed[number] || seen[number]) continue;
      seen[number] = 1;
      list.push(number);
    }
    return list;
  };
}

const addPerson = (tally: Tally): void => void tally.touched++;

function addHandoff(tally: Tally, { accepted, qualified, returned, reason }: HandoffRow): void {
  tally.handedOver++;
  // Who qualifies without accepting has accepted: a stage that was skipped was passed.
  if (accepted || qualified) tally.accepted++;
  if (qualified) tally.qualified++;
  if (returned) tally.returned++;
  if (returned && reason !== null) tally.reasons.set(reason, (tally.reasons.get(reason) ?? 0) + 1);
}

const addVerdict = (tally: Tally, verdict: Verdict): void => void tally.verdicts[verdict]++;

const during = (at: RawBuilder<unknown>, span: Span, asOf: string) =>
  sql`${at} >= ${span.since}::timestamptz and ${at} < ${span.until}::timestamptz and ${at} <= ${asOf}::timestamptz`;

interface HandoffRow {
  person: string;
  at: number;
  accepted: boolean;
  qualified: boolean;
  returned: boolean;
  reason: string | null;
}
async function handoffsIn({ trx, workspace, asOf }: Question, span: Span, which: Which): Promise<HandoffRow[]> {
  const w = sql`${workspace}::uuid`;
  const { rows } = await sql<HandoffRow>`
    select person, date_part('epoch', opened_at) * 1000 as at, reason,
           coalesce(accepted_at <= ${asOf}::timestamptz, false) as accepted,
           coalesce(state = 'qualified' and answered_at <= ${asOf}::timestamptz, false) as qualified,
           coalesce(state = 'returned' and answered_at <= ${asOf}::timestamptz, false) as returned
    from handoff where workspace = ${w} and ${during(sql`opened_at`, span, asOf)} ${among(w, sql`handoff`, which)}`.execute(trx);
  return rows;
}

interface VerdictRow {
  person: string;
  at: number;
  /** Absent: about the lead, and so about every campaign that engaged the person before. */
  campaign: string | null;
  verdict: Verdict;
}
async function verdictsIn({ trx, workspace, asOf }: Question, span: Span, which: Which): Promise<VerdictRow[]> {
  const w = sql`${workspace}::uuid`;
  const { rows } = await sql<VerdictRow>`
    select person, date_part('epoch', at) * 1000 as at, campaign, verdict from feedback
    where workspace = ${w} and kind = 'verdict' and ${during(sql`at`, span, asOf)} ${among(w, sql`feedback`, which)}`.execute(trx);
  return rows;
}

/** How many people each of the campaigns touched in the span, all of them together under no name; but for these. */
async function others({ trx, workspace, asOf }: Question, span: Span, campaigns: string[], which: Which, but: string[]) {
  const w = sql`${workspace}::uuid`;
  const { rows } = await sql<{ campaign: string | null; n: number }>`
    with touched as materialized (
      select distinct t.campaign, t.person from touch t
      where t.workspace = ${w} and t.campaign = any (${campaigns}::uuid[]) and t.active and ${during(sql`t.at`, span, asOf)}
        and t.person <> all (${but}::uuid[]) ${among(w, sql`t`, which)}
    )
    select campaign, count(*) as n from touched group by campaign
    union all
    select null, count(*) from (select distinct person from touched) as everybody`.execute(trx);
  return rows;
}
