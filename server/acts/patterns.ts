import { type RawBuilder, sql } from 'kysely';
import type { feedbackPatterns } from '../../lib/contract/routes/feedback.ts';
import type { z } from '../../lib/contract/z.ts';
import { type Channel, type Verdict, verdicts } from '../../lib/funnel/words.ts';
import type { Trx } from '../store/db.ts';

type Patterns = z.output<NonNullable<(typeof feedbackPatterns)['answer']>>;
type OfCampaign = Patterns['campaigns'][number];

/** Campaigns that engaged a person before an instant, each once. */
export const engagedBefore = (workspace: string, person: RawBuilder<unknown>, at: RawBuilder<unknown>) => sql`
  select distinct t.campaign from touch t
  where t.workspace = ${workspace}::uuid and t.person = ${person} and t.active and t.campaign is not null and t.at <= ${at}`;

/** What was said about each campaign, and why its leads came back: counts, from `since` (RFC 3339) on. */
export async function patterns(trx: Trx, workspace: string, since: string): Promise<OfCampaign[]> {
  const said = sql`
    select c.campaign, f.id, f.kind, f.verdict, f.reasons
    from feedback f
    cross join lateral (
      select f.campaign where f.campaign is not null
      union all
      select e.campaign from (${engagedBefore(workspace, sql`f.person`, sql`f.at`)}) as e where f.campaign is null
    ) as c
    where f.workspace = ${workspace}::uuid and f.at >= ${since}::timestamptz`;
  const [totals, reasons, returned] = await Promise.all([
    sql<{ campaign: string; kind: 'verdict' | 'insight'; verdict: Verdict | null; n: number }>`
      select campaign, kind, verdict, count(*)::int as n from (${said}) as said group by 1, 2, 3`.execute(trx),
    sql<{ campaign: string; reason: string; n: number }>`
      select campaign, reason, count(*)::int as n from (${said}) as said cross join lateral unnest(said.reasons) as reason
      where kind = 'verdict' group by 1, 2`.execute(trx),
    sql<{ campaign: string; reason: string | null; n: number }>`
      select c.campaign, h.reason, count(*)::int as n
      from handoff h cross join lateral (${engagedBefore(workspace, sql`h.person`, sql`h.opened_at`)}) as c
      where h.workspace = ${workspace}::uuid and h.state = 'returned' and h.opened_at >= ${since}::timestamptz
      group by 1, 2`.execute(trx),
  ]);
  const ids = [...new Set([...totals.rows, ...returned.rows].map(({ campaign }) => campaign))];
  if (ids.length === 0) return [];
  const names = await trx
    .selectFrom('campaign')
    .select(['id', 'name', 'channel'])
    .where('workspace', '=', workspace)
    .where('id', 'in', ids)
    .execute();
  const of = <T extends { campaign: string }>(rows: readonly T[], id: string) => rows.filter(({ campaign }) => campaign === id);
  const sum = (rows: readonly { n: number }[]) => rows.reduce((all, { n }) => all + n, 0);
  return names
    .map(({ id, name, channel }) => {
      const [here, why, back] = [of(totals.rows, id), of(reasons.rows, id), of(returned.rows, id)];
      const given = here.filter(({ kind }) => kind === 'verdict');
      const codes = new Set([...why.map(({ reason }) => reason), ...back.flatMap(({ reason }) => reason ?? [])]);
      return {
        campaign: { id, name, channel: channel as Channel },
        verdicts: Object.fromEntries(verdicts.map((one) => [one, sum(given.filter(({ verdict }) => verdict === one))])) as Record<
          Verdict,
          number
        >,
        insights: sum(here.filter(({ kind }) => kind === 'insight')),
        reasons: [...codes]
          .map((reason) => ({
            reason,
            verdicts: { n: sum(why.filter((row) => row.reason === reason)), of: sum(given) },
            returned: { n: sum(back.filter((row) => row.reason === reason)), of: sum(back) },
          }))
          .sort((a, b) => b.verdicts.n + b.returned.n - (a.verdicts.n + a.returned.n) || a.reason.localeCompare(b.reason)),
        weight: sum(here) + sum(back),
      };
    })
    .sort((a, b) => b.weight - a.weight || a.campaign.name.localeCompare(b.campaign.name))
    .map(({ weight: _, ...row }) => row);
}

/** All feedback there is, and how much of it nobody has answered, or somebody is acting on. */
export async function feedbackCounts(trx: Trx, workspace: string): Promise<Patterns['counts']> {
  const rows = await trx
    .selectFrom('feedback')
    .where('workspace', '=', workspace)
    .groupBy('replied')
    .select(['replied', ({ fn }) => fn.countAll<number>().as('n')])
    .execute();
  const n = (state: string | null) => Number(rows.find(({ replied }) => replied === state)?.n ?? 0);
  return { open: n(null), acting: n('acting'), all: rows.reduce((all, row) => all + Number(row.n), 0) };
}
