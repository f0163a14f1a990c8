import type { CampaignIn } from '../../ingest/arrival.ts';
import { type Link, permitted } from '../source.ts';
import { call, campaigns } from './api.ts';
import type { Listed } from './search.ts';

/** HubSpot's campaigns, by the mails, forms, events and lists that belong to them. */
const assetTypes = ['MARKETING_EMAIL', 'FORM', 'MARKETING_EVENT', 'OBJECT_LIST'] as const;
export type AssetType = (typeof assetTypes)[number];
export type CampaignOf = (type: AssetType, asset: string) => CampaignIn | undefined;

/** As it is kept with the place of a pull: campaigns by id, and the campaign of each asset. */
export interface CampaignsRead {
  at: number;
  names: Record<string, string>;
  of: Record<string, string>;
  /** Names of lists by id. Absent in what was kept before they were followed. */
  lists?: Record<string, string>;
}
/** What belongs to a campaign changes seldom. */
const staleMs = 6 * 3_600_000;

/** Nothing where the key may not read campaigns: touches then belong to the mail, form or event itself. */
export async function readCampaigns(link: Link, known: CampaignsRead | undefined): Promise<CampaignsRead> {
  const now = link.clock.now();
  if (known?.lists && now - known.at < staleMs) return known;
  const lists: Record<string, string> = {};
  const read: CampaignsRead = { at: now, names: {}, of: {}, lists };
  await permitted(async () => {
    for await (const { id, properties } of all<{ id: string; properties: { hs_name?: string } }>(link, campaigns, {
      properties: 'hs_name',
    })) {
      read.names[id] = properties.hs_name ?? '';
      for (const type of assetTypes)
        for await (const asset of all<{ id: string; name?: string }>(link, `${campaigns}/${id}/assets/${type}`, {})) {
          read.of[`${type}:${asset.id}`] = id;
          if (type === 'OBJECT_LIST') lists[asset.id] = asset.name ?? '';
        }
    }
  }, undefined);
  return read;
}

export const campaignOf =
  (read: CampaignsRead | undefined): CampaignOf =>
  (type, asset) => {
    const id = read?.of[`${type}:${asset}`];
    return id === undefined ? undefined : { ref: `hubspot:campaign:${id}`, ...(read?.names[id] && { name: read.names[id] }) };
  };

/** Every item of a list that HubSpot answers in pages. */
export async function* all<T>(link: Link, path: string, query: Record<string, string>): AsyncGenerator<T> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const ask: URLSearchParams = new URLSearchParams({ limit: '100', ...query, ...(after && { after }) });
    const answer: Listed<T> = await call<Listed<T>>(link, 'GET', `${path}?${ask}`);
    yield* answer.results;
    after = answer.paging?.next?.after;
  }
}
