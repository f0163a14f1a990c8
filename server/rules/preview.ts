import { sql } from 'kysely';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { firstMatch, isAbout, mustPutRight, type Past, type RuleBody, type Stay, takeOf } from '../../lib/funnel/rule.ts';
import { whyNow } from '../../lib/funnel/why.ts';
import { activeKinds, type Stage } from '../../lib/funnel/words.ts';
import type { Trx } from '../store/db.ts';
import { activeTouches, peopleKnown } from './known.ts';

/** How far back a preview looks, and how many people it names. */
const previewDays = 90;
const named = 200;
const batch = 500;
const dayMs = 86_400_000;

/** Whom the rule would have handed over, decided by the function that decides when it is on. */
export async function preview(trx: Trx, workspace: string, rule: RuleBody, terms: Agreement, now: string) {
  const from = new Date(Date.parse(now) - previewDays * dayMs).toISOString();
  const since = new Date(Date.parse(from) - rule.when.days * dayMs).toISOString();
  const people = await candidates(trx, workspace, rule, since, from);
  const found: Awaited<ReturnType<typeof of>> = [];
  for (let i = 0; i < people.length; i += batch) found.push(...(await of(people.slice(i, i + batch))));
  found.sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || (a.lead < b.lead ? -1 : 1));
  return {
    from,
    to: now,
    total: found.length,
    alsoHandedOver: found.filter(({ handedOverAt }) => handedOverAt !== undefined).length,
    items: found.slice(0, named),
  };

  async function of(ids: readonly string[]) {
    const [touches, pasts, known] = [
      await activeTouches(trx, workspace, ids, since),
      await pastsOf(trx, workspace, ids, terms),
      await peopleKnown(trx, workspace, ids),
    ];
    return ids.flatMap((lead) => {
      const [past, who, own] = [pasts.get(lead), known.get(lead), touches.get(lead) ?? []];
      const match = past && who && isAbout(rule, who) && firstMatch(rule.when, past, own, from, now);
      if (!match) return [];
      const { name, title, company } = who;
      const { segment } = takeOf(rule.assign, { ...who, ...(match.touches[0] && { channel: match.touches[0].channel }) });
      const later = past.handoffs.map((one) => one.from).filter((at) => Date.parse(at) >= Date.parse(match.at));
      const handedOverAt = later.sort((a, b) => Date.parse(a) - Date.parse(b))[0];
      return [
        {
          lead,
          person: { name, ...(title !== undefined && { title }), ...(company !== undefined && { company }) },
          at: match.at,
          stage: match.stage,
          ...(match.score !== undefined && { score: match.score }),
          why: whyNow(own.filter(({ id }) => match.touches.some((touch) => touch.id === id))),
          ...(segment !== undefined && { segment }),
          ...(handedOverAt !== undefined && { handedOverAt }),
        },
      ];
    });
  }
}

/** Everybody who could fit at any moment, and some who don't: those with enough of what the rule counts, whenever it was. */
async function candidates(trx: Trx, workspace: string, { when, who }: RuleBody, since: string, from: string): Promise<string[]> {
  const kinds = when.kind === 'score' ? activeKinds.filter((kind) => (when.points[kind] ?? 0) > 0) : activeKinds;
  const points = kinds.map((kind) => (when.kind === 'score' ? (when.points[kind] ?? 0) : 1));
  const least = when.kind === 'score' ? when.least : 1;
  const campaigns =
    when.kind === 'score'
      ? sql``
      : when.campaigns
        ? sql`and t.campaign = any (${when.campaigns}::uuid[])`
        : sql`and t.campaign in (select id from campaign where workspace = ${workspace}::uuid and intent = 'high')`;
  const people = who
    ? sql`and exists (select from person p where p.workspace = t.workspace and p.id = t.person and p.segment = any (${who.segments}::text[]))`
    : sql``;
  const { rows } = await sql<{ person: string }>`
    select t.person from touch t
    join unnest(${kinds}::text[], ${points}::integer[]) as p (kind, points) on p.kind = t.kind
    where t.workspace = ${workspace}::uuid and t.active and t.at > ${since}::timestamptz ${campaigns} ${people}
    group by t.person having sum(p.points) >= ${least} and max(t.at) >= ${from}::timestamptz - ${`${when.days} days`}::interval
    order by t.person`.execute(trx);
  return rows.map(({ person }) => person);
}

/** What the history tells of leads, as far as a rule asks. */
async function pastsOf(trx: Trx, workspace: string, ids: readonly string[], terms: Agreement): Promise<Map<string, Past>> {
  const [changes, woke, handoffs] = [
    await sql<{ person: string; at: string; stage: Stage; reason: string | null; by: string }>`
      select person, at, to_stage as stage, reason, by_kind as by from stage_change
      where workspace = ${workspace}::uuid and person = any (${[...ids]}::uuid[]) and superseded_by is null order by at, id`.execute(trx),
    await sql<{ person: string; at: string }>`
      select person, at from lead_event
      where workspace = ${workspace}::uuid and person = any (${[...ids]}::uuid[]) and kind = 'woke' order by at`.execute(trx),
    await sql<{ person: string; from: string; to: string | null; state: string }>`
      select person, opened_at as from, answered_at as to, state from handoff
      where workspace = ${workspace}::uuid and person = any (${[...ids]}::uuid[]) order by opened_at`.execute(trx),
  ];
  const wakings = Map.groupBy(woke.rows, ({ person }) => person);
  const stays = Map.groupBy(changes.rows, ({ person }) => person);
  const passed = Map.groupBy(handoffs.rows, ({ person }) => person);
  return new Map(
    [...stays].map(([person, list]) => [
      person,
      {
        stays: list.map(({ at, stage, reason, by }, i): Stay => {
          if (stage !== 'recycled') return { stage, from: at };
          const until = list[i + 1]?.at;
          // A source names no day to come back on; what a person returned sleeps until it was woken.
          const awakeFrom =
            by === 'source' ? at : wakings.get(person)?.find((one) => one.at >= at && (until === undefined || one.at <= until))?.at;
          return {
            stage,
            from: at,
            ...(awakeFrom !== undefined && { awakeFrom }),
            ...(mustPutRight(reason ?? undefined, terms) && { putRight: true as const }),
          };
        }),
        handoffs: (passed.get(person) ?? []).map(({ from, to, state }) => ({
          from,
          ...(state !== 'waiting' && state !== 'accepted' && { to: to ?? from }),
        })),
      },
    ]),
  );
}
