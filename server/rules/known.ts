import { sql } from 'kysely';
import type { Known, RuleTouch } from '../../lib/funnel/rule.ts';
import type { Trx } from '../store/db.ts';

/** What rules look at: what people did, and who they are. */

export interface ReadTouch extends RuleTouch {
  person: string;
  asset?: string;
  campaignName?: string;
}

/** Active touches of these people after `since`, by person, newest first. */
export async function activeTouches(
  trx: Trx,
  workspace: string,
  people: readonly string[],
  since: string,
): Promise<Map<string, ReadTouch[]>> {
  if (people.length === 0) return new Map();
  const { rows } = await sql<{
    person: string;
    id: string;
    at: string;
    kind: ReadTouch['kind'];
    channel: ReadTouch['channel'];
    asset: string | null;
    campaign: string | null;
    name: string | null;
    intent: string | null;
  }>`
    select t.person, t.id, t.at, t.kind, t.channel, t.asset, t.campaign, c.name, c.intent
    from unnest(${[...people]}::uuid[]) as wanted (id)
    cross join lateral (
      select * from touch t
      where t.workspace = ${workspace}::uuid and t.person = wanted.id and t.active and t.at > ${since}::timestamptz
    ) t
    left join campaign c on c.workspace = ${workspace}::uuid and c.id = t.campaign
    order by t.at desc, t.id desc`.execute(trx);
  const touches = rows.map(
    ({ person, id, at, kind, channel, asset, campaign, name, intent }): ReadTouch => ({
      person,
      id,
      at,
      kind,
      channel,
      ...(asset !== null && { asset }),
      ...(campaign !== null && { campaign }),
      ...(name !== null && { campaignName: name }),
      ...(intent === 'high' && { high: true as const }),
    }),
  );
  return Map.groupBy(touches, ({ person }) => person);
}

export interface Who extends Known {
  name: string;
  companyKey?: string;
  /** Who had the person's latest hand-off, or owns the lead. User ids, the likeliest first. */
  had: string[];
}

/** Who these people are, and when their latest hand-off was opened. */
export async function peopleKnown(
  trx: Trx,
  workspace: string,
  people: readonly string[],
): Promise<Map<string, Who & { handedOverAt?: string }>> {
  if (people.length === 0) return new Map();
  const { rows } = await sql<{
    id: string;
    name: string;
    title: string | null;
    company: string | null;
    segment: string | null;
    company_key: string | null;
    domain: string | null;
    owner: string | null;
    holder: string | null;
    opened_at: string | null;
  }>`
    select p.id, p.name, p.title, p.company, p.segment, p.company_key, p.domain, l.owner, h.holder, h.opened_at
    from unnest(${[...people]}::uuid[]) as wanted (id)
    join person p on p.workspace = ${workspace}::uuid and p.id = wanted.id
    join lead l on l.workspace = ${workspace}::uuid and l.id = wanted.id
    left join lateral (
      select holder, opened_at from handoff h
      where h.workspace = ${workspace}::uuid and h.person = wanted.id order by h.opened_at desc limit 1
    ) h on true`.execute(trx);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        name: row.name,
        ...(row.title !== null && { title: row.title }),
        ...(row.company !== null && { company: row.company }),
        ...(row.segment !== null && { segment: row.segment }),
        ...(row.company_key !== null && { companyKey: row.company_key }),
        ...(row.domain !== null && { domain: row.domain }),
        ...(row.opened_at !== null && { handedOverAt: row.opened_at }),
        had: [row.owner, row.holder].filter((id) => id !== null),
      },
    ]),
  );
}
