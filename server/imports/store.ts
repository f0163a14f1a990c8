import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { says } from '../../lib/funnel/sentences/index.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import type { Arrival } from '../ingest/arrival.ts';
import { campaignKey, findCampaigns } from '../ingest/campaigns.ts';
import { ingest, type Outcome } from '../ingest/ingest.ts';
import { recordChange } from '../store/change.ts';
import type { Trx } from '../store/db.ts';
import { newId } from '../store/id.ts';
import type { By } from '../store/tables.ts';
import type { CampaignRow, PersonRow, SpendRow, TouchRow } from './columns.ts';

/** Rows that could be read, on their way into the store: some hundred at a time, in the caller's transaction. */

export interface Importing {
  workspace: string;
  receivedAt: string;
  by: By;
}
export interface Numbered<Row> {
  line: number;
  value: Row;
  /** Names the row when it has no id of its own. */
  content: string;
}
/** What was kept and had not the whole effect. */
export interface Note {
  line: number;
  column: string;
  said: Said;
}

/** All files are one source: a row that stands in two of them is one. */
const source = 'csv';
const columnOf = { key: 'linkedin', owner: 'owner', stage: 'stage' } as const;

export async function storePeople(
  trx: Trx,
  { workspace, receivedAt, by }: Importing,
  rows: readonly Numbered<PersonRow>[],
): Promise<Note[]> {
  const arrivals = rows.map(({ value, content }): Arrival => {
    const { keys, name, title, company, segment, owner, stage, stageAt, criteria, closedAt, amount, sourceId } = value;
    const ended = stage === 'customer' || stage === 'recycled' || stage === 'disqualified' ? closedAt : undefined;
    return {
      source,
      // A record of another system is in several files, once for every stage it was at.
      sourceId: createHash('sha256')
        .update([sourceId ?? content, stage, stageAt ?? closedAt].join('\0'))
        .digest('base64url'),
      at: stageAt ?? ended ?? receivedAt,
      person: {
        keys,
        ...(name && { name }),
        ...(title && { title }),
        ...(company && { company }),
        ...(segment && { segment }),
        ...(owner && { owner }),
      },
      ...(stage && { stage: { to: stage, ...(criteria && { criteria }), ...(amount && { amount }) } }),
    };
  });
  return notesOf(rows, await ingest(trx, workspace, arrivals, { receivedAt, kind: 'history', by }));
}

export async function storeTouches(
  trx: Trx,
  { workspace, receivedAt, by }: Importing,
  rows: readonly Numbered<TouchRow>[],
): Promise<Note[]> {
  const arrivals = rows.map(({ value, content }): Arrival => {
    const { keys, at, kind, campaign, channel, asset, link, sourceId } = value;
    return {
      source,
      sourceId: sourceId ?? content,
      at,
      person: { keys },
      touch: {
        kind,
        ...(channel && { channel }),
        ...(campaign && { campaign: { name: campaign } }),
        ...(asset && { asset }),
        ...(link && { link }),
      },
    };
  });
  return notesOf(rows, await ingest(trx, workspace, arrivals, { receivedAt, kind: 'history', by }));
}

const notesOf = (rows: readonly { line: number }[], outcomes: readonly Outcome[]): Note[] =>
  outcomes.flatMap(({ is, notes }, i) => [
    ...(is === 'erased' ? [{ line: rows[i]!.line, column: 'email', said: says('row-erased') }] : []),
    ...notes.map(({ about, said }) => ({ line: rows[i]!.line, column: columnOf[about], said })),
  ]);

/** New ones are made; of known ones what the row says is changed and the rest stays. */
export async function storeCampaigns(
  trx: Trx,
  { workspace, receivedAt }: Importing,
  rows: readonly Numbered<CampaignRow>[],
): Promise<Note[]> {
  // One statement cannot change a row twice: the last line about a campaign completes the ones before.
  const byKey = new Map<string, CampaignRow>();
  for (const { value } of rows) byKey.set(campaignKey(value.name), { ...byKey.get(campaignKey(value.name)), ...value });
  const all = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1));
  const column = <T>(pick: (row: CampaignRow) => T) => all.map(([, row]) => pick(row));
  const points = column(({ points }) => (points ? JSON.stringify(points) : null));
  const { rows: written } = await sql<{ id: string; made: boolean }>`
    insert into campaign (workspace, id, name, key, channel, started_on, headline, points, link, updated_at)
    select ${workspace}::uuid, c.id, c.name, c.key, coalesce(c.channel, 'other'), c.started_on, c.headline,
      coalesce(array(select jsonb_array_elements_text(c.points)), '{}'), c.link, ${receivedAt}::timestamptz
    from unnest(${all.map(() => newId())}::uuid[], ${column((r) => r.name)}::text[], ${all.map(([key]) => key)}::text[],
      ${column((r) => r.channel ?? null)}::text[], ${column((r) => r.startedOn ?? null)}::date[], ${column((r) => r.headline ?? null)}::text[],
      ${points}::jsonb[], ${column((r) => r.link ?? null)}::text[]) as c (id, name, key, channel, started_on, headline, points, link)
    on conflict (workspace, key) do update set
      name = excluded.name,
      channel = case when excluded.channel = 'other' then campaign.channel else excluded.channel end,
      started_on = coalesce(excluded.started_on, campaign.started_on),
      headline = coalesce(excluded.headline, campaign.headline),
      points = case when excluded.points = '{}' then campaign.points else excluded.points end,
      link = coalesce(excluded.link, campaign.link),
      updated_at = excluded.updated_at
    where (campaign.name, campaign.channel, campaign.started_on, campaign.headline, campaign.points, campaign.link) is distinct from
      (excluded.name, case when excluded.channel = 'other' then campaign.channel else excluded.channel end,
       coalesce(excluded.started_on, campaign.started_on), coalesce(excluded.headline, campaign.headline),
       case when excluded.points = '{}' then campaign.points else excluded.points end, coalesce(excluded.link, campaign.link))
    returning id, xmax = 0 as made`.execute(trx);
  const changed = written.filter(({ made }) => !made).map(({ id }) => id);
  if (changed.length > 0) {
    // It stands on the card of everybody it touched.
    const touched = await trx
      .selectFrom('person_campaign')
      .select('person')
      .where('workspace', '=', workspace)
      .where('campaign', 'in', changed)
      .execute();
    await recordChange(trx, workspace, touched.map(({ person }) => person)); // biome-ignore format: short
  }
  return [];
}

export async function storeSpend(trx: Trx, { workspace, receivedAt }: Importing, rows: readonly Numbered<SpendRow>[]): Promise<Note[]> {
  const names = [...new Map(rows.map(({ value }) => [campaignKey(value.campaign), value.campaign])).values()];
  const found = await findCampaigns(
    trx,
    workspace,
    names.map((name) => ({
      name,
      source,
      startedOn: rows.reduce((first, { value }) => (value.month < first ? value.month : first), receivedAt.slice(0, 10)),
    })),
  );
  const campaigns = new Map(names.map((name, i) => [campaignKey(name), found[i]!.id]));
  const months = new Map<string, SpendRow & { id: string }>();
  for (const { value } of rows) {
    const id = campaigns.get(campaignKey(value.campaign))!;
    const key = [id, value.month, value.currency].join(' ');
    months.set(key, { ...months.get(key), ...value, id });
  }
  const all = [...months].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  await sql`
    insert into spend (workspace, campaign, month, planned, spent, currency)
    select ${workspace}::uuid, * from unnest(${all.map((r) => r.id)}::uuid[], ${all.map((r) => r.month)}::date[],
      ${all.map((r) => r.planned ?? null)}::bigint[], ${all.map((r) => r.spent ?? null)}::bigint[], ${all.map((r) => r.currency)}::text[])
    on conflict (workspace, campaign, month, currency) do update set
      planned = coalesce(excluded.planned, spend.planned), spent = coalesce(excluded.spent, spend.spent)`.execute(trx);
  return [];
}
