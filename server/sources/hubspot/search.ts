import type { Link } from '../source.ts';
import { call, objects, spare } from './api.ts';

/** HubSpot answers no more than this of one search. */
const searchCap = 10_000;
const searchPage = 100;

export interface Listed<T> {
  results: T[];
  total?: number;
  paging?: { next?: { after: string } };
}
interface Found {
  id: string;
  properties: Record<string, string | null>;
  updatedAt: string;
}

/**
 * Ids of objects changed since an instant (epoch ms), oldest change first, with the last change of each page. A search
 * ends after 10,000 results, so the window slides to the last time seen; when 10,000 share one millisecond (an import
 * does that), they are taken by id.
 * @param property where the object keeps the time of its last change
 */
export async function* changedSince(
  link: Link,
  object: 'contacts' | 'deals' | 'companies',
  property: string,
  since: number,
): AsyncGenerator<{ ids: string[]; last: number }> {
  let from = since;
  for (;;) {
    let seen = 0;
    let last = from;
    let after: string | undefined;
    do {
      spare(link);
      const answer = await find(link, object, [{ propertyName: property, operator: 'GTE', value: String(from) }], property, after);
      last = Math.max(last, ...answer.results.map((o) => Date.parse(o.properties[property] ?? o.updatedAt)));
      seen += answer.results.length;
      after = answer.paging?.next?.after;
      if (answer.results.length > 0) yield { ids: answer.results.map((o) => o.id), last };
    } while (after !== undefined && seen < searchCap);
    if (after === undefined) return;
    if (last > from) from = last;
    else {
      yield* changedAt(link, object, property, from);
      from += 1;
    }
  }
}

async function* changedAt(link: Link, object: string, property: string, at: number): AsyncGenerator<{ ids: string[]; last: number }> {
  for (let id = '0'; ; ) {
    const filters = [
      { propertyName: property, operator: 'EQ', value: String(at) },
      { propertyName: 'hs_object_id', operator: 'GT', value: id },
    ];
    const answer = await find(link, object, filters, 'hs_object_id');
    if (answer.results.length === 0) return;
    id = answer.results.at(-1)!.id;
    yield { ids: answer.results.map((o) => o.id), last: at };
  }
}

const find = (
  link: Link,
  object: string,
  filters: { propertyName: string; operator: string; value: string }[],
  sort: string,
  after?: string,
): Promise<Listed<Found>> =>
  call(link, 'POST', objects(`${object}/search`), {
    filterGroups: [{ filters }],
    sorts: [{ propertyName: sort, direction: 'ASCENDING' }],
    properties: [sort],
    limit: searchPage,
    ...(after !== undefined && { after }),
  });

/** The contact that has this address as one of its further ones. */
export async function bySecondaryEmail(link: Link, email: string): Promise<string | undefined> {
  const answer = await find(
    link,
    'contacts',
    [{ propertyName: 'hs_additional_emails', operator: 'CONTAINS_TOKEN', value: email }],
    'hs_object_id',
  );
  return answer.results[0]?.id;
}
