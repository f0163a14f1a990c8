import type { Arrival } from '../../ingest/arrival.ts';
import { type Link, SourceError } from '../source.ts';
import { call, lists } from './api.ts';
import type { CampaignOf } from './campaigns.ts';
import type { Listed } from './search.ts';

/**
 * Who is in a list that belongs to a campaign: being in it is no engagement, but says whom the campaign was meant for.
 * Other lists sort people for somebody's own purposes and touch nobody.
 */
export interface ListsRead {
  /** When they were looked through last; epoch ms. */
  at: number;
  /** Of each list the place of the page that was its last. People stand in it in the order in which they came. */
  after: Record<string, string>;
}
export const listsEveryMs = 3_600_000;
const atOnce = 250;

interface Membership {
  recordId: string;
  membershipTimestamp: string;
}

/** One page of a list; nothing of one that is no longer there. @throws SourceError */
export async function members(
  link: Link,
  list: { id: string; name: string },
  after: string | undefined,
  campaignOf: CampaignOf,
): Promise<{ arrivals: Arrival[]; more?: string }> {
  const query = new URLSearchParams({ limit: String(atOnce), ...(after && { after }) });
  try {
    const answer = await call<Listed<Membership>>(link, 'GET', `${lists}/${encodeURIComponent(list.id)}/memberships/join-order?${query}`);
    const more = answer.paging?.next?.after;
    return { arrivals: answer.results.map((one) => arrivalOf(list, one, campaignOf)), ...(more !== undefined && { more }) };
  } catch (error) {
    if (error instanceof SourceError && error.trouble === 'not-found') return { arrivals: [] };
    throw error;
  }
}

function arrivalOf(list: { id: string; name: string }, { recordId, membershipTimestamp }: Membership, campaignOf: CampaignOf): Arrival {
  const campaign = campaignOf('OBJECT_LIST', list.id);
  return {
    person: { keys: [], aliases: [{ kind: 'record', value: `hubspot:${recordId}` }] },
    touch: { kind: 'sent', ...(campaign && { campaign }), ...(list.name && { asset: list.name }) },
    source: 'hubspot',
    sourceId: `list:${list.id}:${recordId}`,
    at: new Date(membershipTimestamp).toISOString(),
  };
}
