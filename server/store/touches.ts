import { sql } from 'kysely';
import { type Channel, isActive, type TouchKind } from '../../lib/funnel/words.ts';
import { recordChange } from './change.ts';
import type { Trx } from './db.ts';
import { newId } from './id.ts';

export interface NewTouch {
  person: string;
  at: string;
  kind: TouchKind;
  channel: Channel;
  campaign?: string;
  asset?: string;
  link?: string;
  source: string;
  sourceId: string;
}

/**
 * Writes touches with the counts on the card, and tells the change feed. One that is there already, by its source and
 * the source's id, is left alone. Answers those that are new, with their ids.
 */
export async function addTouches(trx: Trx, workspace: string, touches: readonly NewTouch[]): Promise<(NewTouch & { id: string })[]> {
  if (touches.length === 0) return [];
  const rows = touches.map((touch) => ({ ...touch, id: newId(), active: isActive(touch.kind) }));
  const column = <T>(pick: (row: (typeof rows)[number]) => T) => rows.map(pick);
  const { rows: written } = await sql<{ id: string }>`
    insert into touch (workspace, person, at, id, kind, active, channel, campaign, asset, link, source, source_id)
    select ${workspace}::uuid, * from unnest(
      ${column((r) => r.person)}::uuid[], ${column((r) => r.at)}::timestamptz[], ${column((r) => r.id)}::uuid[],
      ${column((r) => r.kind)}::text[], ${column((r) => r.active)}::boolean[], ${column((r) => r.channel)}::text[],
      ${column((r) => r.campaign ?? null)}::uuid[], ${column((r) => r.asset ?? null)}::text[], ${column((r) => r.link ?? null)}::text[],
      ${column((r) => r.source)}::text[], ${column((r) => r.sourceId)}::text[])
    on conflict (workspace, source, source_id) do nothing
    returning id`.execute(trx);
  const ids = new Set(written.map(({ id }) => id));
  const fresh = rows.filter((row) => ids.has(row.id));
  await count(trx, workspace, fresh);
  await recordChange(
    trx,
    workspace,
    fresh.filter((row) => row.active).map((row) => row.person),
  );
  await recordChange(
    trx,
    workspace,
    fresh.filter((row) => !row.active).map((row) => row.person),
    { passive: true },
  );
  return fresh;
}

async function count(trx: Trx, workspace: string, touches: readonly (NewTouch & { active: boolean })[]): Promise<void> {
  const sums = new Map<string, { person: string; campaign: string; active: number; passive: number; first: string; last: string }>();
  for (const { person, campaign, active, at } of touches) {
    if (campaign === undefined) continue;
    const key = person + campaign;
    const sum = sums.get(key) ?? { person, campaign, active: 0, passive: 0, first: at, last: at };
    sums.set(key, sum);
    if (active) sum.active++;
    else sum.passive++;
    if (Date.parse(at) < Date.parse(sum.first)) sum.first = at;
    if (Date.parse(at) > Date.parse(sum.last)) sum.last = at;
  }
  if (sums.size === 0) return;
  // In one order for all writers, so that they wait for one another instead of for each other.
  const all = [...sums.values()].sort((a, b) => (a.person + a.campaign < b.person + b.campaign ? -1 : 1));
  await sql`
    insert into person_campaign (workspace, person, campaign, active, passive, first_at, last_at)
    select ${workspace}::uuid, * from unnest(
      ${all.map((s) => s.person)}::uuid[], ${all.map((s) => s.campaign)}::uuid[], ${all.map((s) => s.active)}::integer[],
      ${all.map((s) => s.passive)}::integer[], ${all.map((s) => s.first)}::timestamptz[], ${all.map((s) => s.last)}::timestamptz[])
    on conflict (workspace, person, campaign) do update set
      active = person_campaign.active + excluded.active,
      passive = person_campaign.passive + excluded.passive,
      first_at = least(person_campaign.first_at, excluded.first_at),
      last_at = greatest(person_campaign.last_at, excluded.last_at)`.execute(trx);
}
