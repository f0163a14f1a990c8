import type { personReport } from '../../lib/contract/routes/reports-person.ts';
import type { z } from '../../lib/contract/z.ts';
import type { Trx } from '../store/db.ts';

type Answer = z.output<NonNullable<(typeof personReport)['answer']>>;

const most = 500;

/** Which campaigns somebody engaged with, in order; `undefined` when there is no such person. */
export async function person(trx: Trx, workspace: string, id: string, asOf: string): Promise<Answer | undefined> {
  const who = await trx
    .selectFrom('person as p')
    .innerJoin('lead as l', (join) => join.onRef('l.workspace', '=', 'p.workspace').onRef('l.id', '=', 'p.id'))
    .where('p.workspace', '=', workspace)
    .where('p.id', '=', id)
    .select(['p.id', 'p.name', 'p.title', 'p.company', 'l.stage'])
    .executeTakeFirst();
  if (!who) return undefined;
  const [campaigns, newest, changes] = await Promise.all([
    trx
      .selectFrom('person_campaign as pc')
      .innerJoin('campaign as c', (join) => join.onRef('c.workspace', '=', 'pc.workspace').onRef('c.id', '=', 'pc.campaign'))
      .where('pc.workspace', '=', workspace)
      .where('pc.person', '=', id)
      .select(['c.id', 'c.name', 'c.channel', 'c.headline', 'c.points', 'c.link', 'pc.active', 'pc.passive', 'pc.first_at', 'pc.last_at'])
      .select((eb) =>
        eb
          .selectFrom('touch as t')
          .where('t.workspace', '=', workspace)
          .where('t.person', '=', id)
          .where('t.active', '=', true)
          .whereRef('t.campaign', '=', 'c.id')
          .select(({ fn }) => fn.min('t.at').as('at'))
          .as('first_active'),
      )
      .execute(),
    trx
      .selectFrom('touch as t')
      .leftJoin('campaign as c', (join) => join.onRef('c.workspace', '=', 't.workspace').onRef('c.id', '=', 't.campaign'))
      .where('t.workspace', '=', workspace)
      .where('t.person', '=', id)
      .where('t.active', '=', true)
      .select(['t.id', 't.at', 't.kind', 't.active', 't.channel', 't.campaign', 'c.name', 't.asset', 't.link'])
      .orderBy('t.at', 'desc')
      .orderBy('t.id', 'desc')
      .limit(most + 1)
      .execute(),
    trx
      .selectFrom('stage_change')
      .where('workspace', '=', workspace)
      .where('person', '=', id)
      .where('superseded_by', 'is', null)
      .select(['at', 'from_stage', 'to_stage', 'reason'])
      .orderBy('at')
      .orderBy('id')
      .execute(),
  ]);
  const engaged = (row: (typeof campaigns)[number]): string => (row.first_active === null ? '~' : '') + (row.first_active ?? row.first_at);
  return {
    asOf,
    person: {
      id: who.id,
      name: who.name,
      ...(who.title !== null && { title: who.title }),
      ...(who.company !== null && { company: who.company }),
      stage: who.stage,
    },
    campaigns: campaigns
      .sort((a, b) => (engaged(a) < engaged(b) ? -1 : engaged(a) > engaged(b) ? 1 : a.name.localeCompare(b.name)))
      .map((row) => ({
        id: row.id,
        name: row.name,
        channel: row.channel,
        active: row.active,
        passive: row.passive,
        firstAt: row.first_at,
        lastAt: row.last_at,
        ...(row.first_active !== null && { firstActiveAt: row.first_active }),
        ...(row.headline !== null && {
          message: { headline: row.headline, points: row.points, ...(row.link !== null && { link: row.link }) },
        }),
      })),
    touches: newest
      .slice(0, most)
      .reverse()
      .map((row) => ({
        id: row.id,
        at: row.at,
        kind: row.kind,
        active: row.active,
        channel: row.channel,
        ...(row.campaign !== null && { campaign: row.campaign }),
        ...(row.name !== null && { campaignName: row.name }),
        ...(row.asset !== null && { asset: row.asset }),
        ...(row.link !== null && { link: row.link }),
      })),
    more: newest.length > most,
    stages: changes.map(({ at, from_stage, to_stage, reason }) => ({
      at,
      ...(from_stage !== null && { from: from_stage }),
      to: to_stage,
      ...(reason !== null && { reason }),
    })),
  };
}
