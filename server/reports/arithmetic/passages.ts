import { type RawBuilder, sql } from 'kysely';
import { ladder, type Stage } from '../../../lib/funnel/words.ts';
import { instantWidth, readInstant } from './packed.ts';
import type { Question, Span, Which } from './question.ts';

/**
 * Passages, the unit of every conversion. A passage begins with a lead's first stage, or with its first stage after
 * it stood aside (recycled, disqualified), and ends when it stands aside again. Within one, a stage is entered once:
 * when the lead first reaches it or a higher one. Stages between two that it was in count as passed at the moment they
 * were skipped; those below the one it began with do not count, because it never had the chance to leave them.
 *
 * Levels are places on the ladder: 1 subscriber to 7 customer; 0 stands aside.
 */

export const levelOf = (stage: Stage): number => (ladder as readonly string[]).indexOf(stage) + 1;
export const stageAt = (level: number): (typeof ladder)[number] => ladder[level - 1]!;

/**
 * `with` clauses up to `entry (person, passage, level, at, skipped, next_at, next_level, next_stage, next_reason, best,
 * created_at, opened_at)`:
 * one row for every stage that a passage entered within the span, or, without a span, ever. `next_*` is what came after
 * it to date: null while it is still there, level 0 when it left. `best` is the highest level of its passage, `opened_at` when that
 * reached opportunity, `created_at` when the person first was a lead. With `from`, only stages from that one upwards.
 */
export function entries(
  { workspace, asOf }: Question,
  span: Span | undefined,
  which: Which = {},
  from: (typeof ladder)[number] = ladder[0],
): RawBuilder<unknown> {
  const w = sql`${workspace}::uuid`;
  const least = levelOf(from);
  const during = span ? sql`and k.at >= ${span.since}::timestamptz and k.at < ${span.until}::timestamptz` : sql``;
  return sql`
    with moved as (
      select person, at, id, to_stage, reason, coalesce(array_position(${[...ladder]}::text[], to_stage), 0) as level
      from stage_change where workspace = ${w} and at <= ${asOf}::timestamptz and superseded_by is null ${span ? movers(w, span, from) : sql``}
    ), begun as (
      select *, level > 0 and coalesce(lag(level) over (partition by person order by at, id), 0) = 0 as begins from moved
    ), told as (
      select *, count(*) filter (where begins) over (partition by person order by at, id rows unbounded preceding) as passage,
             min(at) filter (where level >= ${levelOf('lead')}) over (partition by person) as created_at
      from begun
    ), climbed as (
      select *, max(level) over (partition by person, passage order by at, id
                                 rows between unbounded preceding and 1 preceding) as reached
      from told where passage > 0
    ), kept as (
      select *, lead(at) over p as next_at, lead(level) over p as next_level, lead(to_stage) over p as next_stage,
             lead(reason) over p as next_reason, max(level) over (partition by person, passage) as best,
             min(at) filter (where level >= ${levelOf('opportunity')}) over (partition by person, passage) as opened_at
      from climbed where level = 0 or level > coalesce(reached, 0)
      window p as (partition by person, passage order by at, id)
    ), entry as (
      select k.person, k.passage, s.level, k.at, s.level < k.level as skipped, k.best, k.created_at, k.opened_at,
             case when s.level < k.level then k.at else k.next_at end as next_at,
             case when s.level < k.level then s.level + 1 else k.next_level end as next_level,
             case when s.level < k.level then null else k.next_stage end as next_stage,
             case when s.level < k.level then null else k.next_reason end as next_reason
      from kept k cross join lateral generate_series(coalesce(k.reached + 1, k.level), k.level) as s (level)
      where k.level >= ${least} and s.level >= ${least} ${during} ${of(w, sql`k`, which)}
    )`;
}

/** Only who moved in the span, and that high, can have entered anything in it. */
const movers = (workspace: RawBuilder<unknown>, span: Span, from: (typeof ladder)[number]): RawBuilder<unknown> => sql`
  and person in (select person from stage_change where workspace = ${workspace} and to_stage = any (${ladder.slice(levelOf(from) - 1)}::text[])
                 and at >= ${span.since}::timestamptz and at < ${span.until}::timestamptz and superseded_by is null)`;

/** A stage that a passage entered, as a row of `entry`; instants in epoch ms. */
export interface Entered {
  level: number;
  at: number;
  created: number | undefined;
  opened: number | undefined;
  /** It has not been entered again since, in a later passage. */
  latest: boolean;
}
export interface Walked {
  person: string;
  entered: Entered[];
}

/**
 * By the same rules in memory, person by person: where everybody's passages are asked for, the windows of `entries` take
 * longer than the walk. Only who entered a stage from `from` upwards within the span.
 */
export async function walks(
  { trx, workspace, asOf }: Question,
  span: Span,
  which: Pick<Which, 'owner' | 'origin' | 'segment'>,
  from: (typeof ladder)[number],
): Promise<Walked[]> {
  const w = sql`${workspace}::uuid`;
  const { rows } = await sql<{ person: string; moves: Buffer }>`
    select * from (${packed({ workspace, asOf }, movers(w, span, from))}) h where true ${of(w, sql`h`, which)}`.execute(trx);
  const during = { least: levelOf(from), since: Date.parse(span.since), until: Date.parse(span.until) };
  const walked: Walked[] = [];
  for (const { person, moves } of rows) {
    const entered = walk(moves, during);
    if (entered.length > 0) walked.push({ person, entered });
  }
  return walked;
}

/** Everything that these people ever went through, for `walk`. */
export async function movesOf(question: Question, which: RawBuilder<unknown>): Promise<{ person: string; moves: Buffer }[]> {
  return (await sql<{ person: string; moves: Buffer }>`${packed(question, which)}`.execute(question.trx)).rows;
}
const packed = ({ workspace, asOf }: Pick<Question, 'workspace' | 'asOf'>, which: RawBuilder<unknown>): RawBuilder<unknown> => sql`
      select person, string_agg(
        timestamptz_send(at) || substring(int4send(coalesce(array_position(${[...ladder]}::text[], to_stage), 0)) from 4), '' order by at, id) as moves
      from stage_change where workspace = ${workspace}::uuid and at <= ${asOf}::timestamptz and superseded_by is null ${which}
      group by person`;

const [asLead, asOpportunity] = [levelOf('lead'), levelOf('opportunity')];
/** What was entered in a span, from a level upwards. */
export function walk(moves: Buffer, { least, since, until }: { least: number; since: number; until: number }): Entered[] {
  const all: Entered[] = [];
  // By level, where it lies in the span.
  const latest: (Entered | undefined)[] = [];
  let [before, reached, begun] = [0, 0, 0];
  let created: number | undefined;
  let opened: number | undefined;
  // When a deal was opened is known of the whole passage, also of what it entered at the same moment.
  const end = () => {
    for (let i = begun; i < all.length; i++) all[i]!.opened = opened;
    begun = all.length;
  };
  for (let place = 0; place < moves.length; place += instantWidth + 1) {
    const at = readInstant(moves, place);
    const level = moves[place + instantWidth]!;
    if (level >= asLead) created ??= at;
    if (level > 0 && before === 0) {
      end();
      [reached, opened] = [level - 1, undefined];
    }
    if (level >= asOpportunity) opened ??= at;
    const counts = at >= since && at < until;
    for (let entered = Math.max(reached + 1, least); entered <= level; entered++) {
      const one: Entered | undefined = counts ? { level: entered, at, created, opened: undefined, latest: false } : undefined;
      latest[entered] = one;
      if (one) all.push(one);
    }
    reached = Math.max(reached, level);
    before = level;
  }
  end();
  for (const one of latest) if (one) one.latest = true;
  return all;
}

/** Narrows rows with `person` and `at` to the leads that are asked for. */
export function of(
  workspace: RawBuilder<unknown>,
  row: RawBuilder<unknown>,
  { channel, campaign, owner, origin, segment }: Which,
): RawBuilder<unknown> {
  const lead =
    owner === undefined && origin === undefined
      ? sql``
      : sql`and exists (select from lead l where l.workspace = ${workspace} and l.id = ${row}.person
                        ${owner === undefined ? sql`` : sql`and l.owner = ${owner}::uuid`}
                        ${origin === undefined ? sql`` : sql`and l.origin = ${origin}`})`;
  const touch =
    channel === undefined && campaign === undefined
      ? sql``
      : sql`and exists (select from touch t where t.workspace = ${workspace} and t.person = ${row}.person and t.active and t.at <= ${row}.at
                        ${channel === undefined ? sql`` : sql`and t.channel = ${channel}`}
                        ${campaign === undefined ? sql`` : sql`and t.campaign = ${campaign}::uuid`})`;
  const person =
    segment === undefined
      ? sql``
      : sql`and exists (select from person p where p.workspace = ${workspace} and p.id = ${row}.person and p.segment = ${segment})`;
  return sql`${lead} ${touch} ${person}`;
}
