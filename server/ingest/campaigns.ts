import { sql } from 'kysely';
import type { Channel, Intent } from '../../lib/funnel/words.ts';
import type { Trx } from '../store/db.ts';
import { newId } from '../store/id.ts';
import type { CampaignIn } from './arrival.ts';

/** Campaigns as sources name them. */

/** What makes two spellings of a campaign the same one: case, spaces and width do not matter, accents do. */
export const campaignKey = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

export interface KnownCampaign {
  id: string;
  channel: Channel;
  intent: Intent;
}
export interface WantedCampaign extends CampaignIn {
  source: string;
  /** Local date of the first sign of it, for one that is new. */
  startedOn: string;
}

/** The campaigns meant, one for each wanted; unknown ones are made, with what is known of them. */
export async function findCampaigns(trx: Trx, workspace: string, wanted: readonly WantedCampaign[]): Promise<KnownCampaign[]> {
  if (wanted.length === 0) return [];
  const refText = (w: { source: string; ref?: string }) => `${w.source}\0${w.ref}`;
  const withRef = wanted.filter((w) => w.ref !== undefined);
  const byRef = new Map<string, KnownCampaign>();
  if (withRef.length > 0) {
    const { rows } = await sql<{ source: string; ref: string; id: string; channel: Channel; intent: Intent }>`
      select r.source, r.ref, c.id, c.channel, c.intent
      from campaign_ref r join campaign c on c.workspace = r.workspace and c.id = r.campaign
      where r.workspace = ${workspace}::uuid
        and (r.source, r.ref) in (select * from unnest(${withRef.map((w) => w.source)}::text[], ${withRef.map((w) => w.ref!)}::text[]))`.execute(
      trx,
    );
    for (const row of rows) byRef.set(refText(row), row);
  }

  const nameOf = (w: WantedCampaign) => w.name ?? `Campaign ${w.ref}`;
  const named = wanted.filter((w) => !byRef.has(refText(w)));
  const byKey = new Map<string, WantedCampaign>();
  for (const w of named) {
    const key = campaignKey(nameOf(w));
    const known = byKey.get(key);
    byKey.set(
      key,
      !known
        ? w
        : { ...known, channel: known.channel ?? w.channel, startedOn: known.startedOn < w.startedOn ? known.startedOn : w.startedOn },
    );
  }
  const keys = [...byKey.keys()].sort();
  const found = new Map<string, KnownCampaign>();
  if (keys.length > 0) {
    const rows = await trx
      .selectFrom('campaign')
      .select(['id', 'key', 'channel', 'intent'])
      .where('workspace', '=', workspace)
      .where('key', 'in', keys)
      .execute();
    for (const row of rows) found.set(row.key, row);
    const missing = keys.filter((key) => !found.has(key));
    if (missing.length > 0) {
      const made = await trx
        .insertInto('campaign')
        .values(
          missing.map((key) => {
            const { channel = 'other', startedOn, ...rest } = byKey.get(key)!;
            return { workspace, id: newId(), name: nameOf({ ...rest, startedOn }).trim(), key, channel, started_on: startedOn };
          }),
        )
        // Somebody else made it at the same moment: theirs it is.
        .onConflict((conflict) => conflict.columns(['workspace', 'key']).doUpdateSet({ key: (eb) => eb.ref('excluded.key') }))
        .returning(['id', 'key', 'channel', 'intent'])
        .execute();
      for (const row of made) found.set(row.key, row);
    }
  }

  const fresh = new Map<string, { source: string; ref: string; id: string }>();
  const answer = wanted.map((w) => {
    const known = byRef.get(refText(w)) ?? found.get(campaignKey(nameOf(w)))!;
    if (w.ref !== undefined && !byRef.has(refText(w))) fresh.set(refText(w), { source: w.source, ref: w.ref, id: known.id });
    return known;
  });
  if (fresh.size > 0) {
    const refs = [...fresh.values()];
    await sql`
      insert into campaign_ref (workspace, source, ref, campaign)
      select ${workspace}::uuid, * from unnest(${refs.map((r) => r.source)}::text[], ${refs.map((r) => r.ref)}::text[], ${refs.map((r) => r.id)}::uuid[])
      on conflict (workspace, source, ref) do nothing`.execute(trx);
  }
  return answer;
}
