import { sql } from 'kysely';
import { handoffs } from '../../lib/contract/routes/handoffs.ts';
import { clockOf } from '../../lib/funnel/clock.ts';
import { type Channel, type HandoffState, handoffStates } from '../../lib/funnel/words.ts';
import type { App } from '../http/app.ts';
import { decode, encode } from '../http/cursor.ts';
import { findAgreement } from '../store/agreements.ts';
import type { Trx } from '../store/db.ts';
import { readLeads } from '../store/leads.ts';
import { whoOf } from './who.ts';

const campaignsShown = 3;

export function routes(app: App): void {
  app.handle(handoffs, async ({ trx, workspace, query, receivedAt }) => {
    const before = query.before === undefined ? undefined : decode(query.before, 'before');
    const ofCampaign = (campaign: string) => sql<boolean>`exists (
      select from touch t where t.workspace = ${workspace}::uuid and t.person = h.person and t.active
        and t.campaign = ${campaign}::uuid and t.at <= h.opened_at)`;
    const which = () =>
      trx
        .selectFrom('handoff as h')
        .where('h.workspace', '=', workspace)
        .$if(query.since !== undefined, (q) => q.where('h.opened_at', '>=', query.since!))
        .$if(query.campaign !== undefined, (q) => q.where(ofCampaign(query.campaign!)));
    const [rows, counted, terms] = await Promise.all([
      which()
        .innerJoin('person as p', (join) => join.onRef('p.workspace', '=', 'h.workspace').onRef('p.id', '=', 'h.person'))
        .innerJoin('lead as l', (join) => join.onRef('l.workspace', '=', 'h.workspace').onRef('l.id', '=', 'h.person'))
        .leftJoin('app_user as u', (join) => join.onRef('u.workspace', '=', 'h.workspace').onRef('u.id', '=', 'h.holder'))
        .leftJoin('team as t', (join) =>
          join.onRef('t.workspace', '=', 'h.workspace').on((eb) => eb('t.id', '=', eb.fn.coalesce('u.team', 'h.team'))),
        )
        .$if(query.state !== undefined, (q) => q.where('h.state', '=', query.state!))
        .$if(before !== undefined, (q) => q.where(sql<boolean>`(h.opened_at, h.id) < (${before!.at}::timestamptz, ${before!.id}::uuid)`))
        .select(['h.id', 'h.person', 'h.state', 'h.opened_at as at', 'h.opened_by', 'h.answered_at', 'h.reason', 'h.why'])
        .select(['p.name', 'p.title', 'p.company', 'l.stage', 'l.handoff as current', 'u.name as holder', 't.name as team'])
        .orderBy('h.opened_at', 'desc')
        .orderBy('h.id', 'desc')
        .limit(query.limit + 1)
        .execute(),
      which()
        .groupBy('h.state')
        .select(['h.state', ({ fn }) => fn.countAll<number>().as('n')])
        .execute(),
      findAgreement(trx, workspace),
    ]);
    const items = rows.slice(0, query.limit);
    const last = items.at(-1);
    const isOpen = (row: (typeof rows)[number]) => row.current === row.id && (row.state === 'waiting' || row.state === 'accepted');
    const [leads, campaigns] = await Promise.all([
      readLeads(
        trx,
        workspace,
        items.filter(isOpen).map(({ person }) => person),
      ),
      campaignsBefore(trx, workspace, items),
    ]);
    return {
      items: items.map((row) => {
        const lead = isOpen(row) ? leads.get(row.person) : undefined;
        return {
          id: row.id,
          lead: row.person,
          person: whoOf(row),
          stage: row.stage,
          state: row.state,
          openedAt: row.at,
          ...(row.opened_by.name !== undefined && { by: row.opened_by.name }),
          ...(lead && terms && { clock: clockOf(lead, terms, receivedAt) }),
          ...(row.holder !== null && { holder: row.holder }),
          ...(row.team !== null && { team: row.team }),
          ...(row.answered_at !== null && { answeredAt: row.answered_at }),
          ...(row.reason !== null && { reason: row.reason }),
          ...(row.why[0] !== undefined && { why: row.why[0] }),
          campaigns: campaigns.get(row.id) ?? [],
        };
      }),
      counts: Object.fromEntries(
        handoffStates.map((state) => [state, Number(counted.find((row) => row.state === state)?.n ?? 0)]),
      ) as Record<HandoffState, number>,
      ...(rows.length > query.limit && last && { next: encode(last) }),
    };
  });
}

/** The campaigns that engaged each lead before it was handed over, the latest first. */
async function campaignsBefore(trx: Trx, workspace: string, items: readonly { id: string; person: string; at: string }[]) {
  type Named = { id: string; name: string; channel: Channel };
  if (items.length === 0) return new Map<string, Named[]>();
  const { rows } = await sql<{ handoff: string } & Named>`
    select h.handoff, c.id, c.name, c.channel
    from unnest(${items.map(({ id }) => id)}::uuid[], ${items.map(({ person }) => person)}::uuid[], ${items.map(({ at }) => at)}::timestamptz[])
      as h (handoff, person, at)
    cross join lateral (
      select t.campaign, max(t.at) as last from touch t
      where t.workspace = ${workspace}::uuid and t.person = h.person and t.active and t.campaign is not null and t.at <= h.at
      group by 1 order by 2 desc limit ${campaignsShown}
    ) as of
    join campaign c on c.workspace = ${workspace}::uuid and c.id = of.campaign
    order by h.handoff, of.last desc`.execute(trx);
  return new Map(
    [...Map.groupBy(rows, (row) => row.handoff)].map(([handoff, list]) => [
      handoff,
      list.map(({ id, name, channel }) => ({ id, name, channel })),
    ]),
  );
}
