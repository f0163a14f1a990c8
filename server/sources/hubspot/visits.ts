import type { Arrival } from '../../ingest/arrival.ts';
import type { Link } from '../source.ts';
import { call, occurrences } from './api.ts';
import type { Listed } from './search.ts';

/** Pages that contacts visited, in the order in which they did; HubSpot tells them from its Enterprise editions on. */
interface Visit {
  id: string;
  objectId: string;
  objectType: string;
  occurredAt: string;
  properties?: Record<string, string | null>;
}
const visitsAtOnce = 100;

/** One page of what happened since an instant, epoch ms; `more` is where to go on. @throws SourceError */
export async function visits(
  link: Link,
  { since, after }: { since: number; after?: string },
): Promise<{ arrivals: Arrival[]; last: number; more?: string }> {
  const query = new URLSearchParams({
    eventType: 'e_visited_page',
    sort: 'occurredAt',
    limit: String(visitsAtOnce),
    ...(since > 0 && { occurredAfter: new Date(since).toISOString() }),
    ...(after && { after }),
  });
  const { results, paging } = await call<Listed<Visit>>(link, 'GET', `${occurrences}?${query}`);
  const more = paging?.next?.after;
  return {
    arrivals: results.flatMap((visit) => arrivalOf(visit) ?? []),
    last: Math.max(since, ...results.map(({ occurredAt }) => Date.parse(occurredAt))),
    ...(more !== undefined && { more }),
  };
}

function arrivalOf({ id, objectId, objectType, occurredAt, properties = {} }: Visit): Arrival | undefined {
  // Visits of others than contacts are nobody's.
  if (!/^(contact|0-1)$/i.test(objectType)) return undefined;
  const { hs_url: url, hs_title: title } = properties;
  return {
    person: { keys: [], aliases: [{ kind: 'record', value: `hubspot:${objectId}` }] },
    touch: {
      kind: 'visited',
      channel: 'content',
      ...((title || url) && { asset: title || pathOf(url!) }),
      ...(url && { link: url }),
    },
    source: 'hubspot',
    sourceId: `visit:${id}`,
    at: new Date(occurredAt).toISOString(),
  };
}
const pathOf = (url: string): string => URL.parse(url)?.pathname ?? url;
