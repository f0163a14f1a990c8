import type { Link } from '../source.ts';
import { associations, call } from './api.ts';

interface Told {
  results: { from: { id: string }; to: { toObjectId: number | string }[]; paging?: { next?: { after: string } } }[];
}
/** HubSpot takes no more objects at once. */
const atOnce = 100;

/** What each of these objects is tied to, by its id, however much that is: HubSpot answers a part at a time. @throws SourceError */
export async function associated(link: Link, from: string, to: string, ids: readonly string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, Set<string>>();
  for (let i = 0; i < ids.length; i += atOnce)
    for (let inputs: { id: string; after?: string }[] = ids.slice(i, i + atOnce).map((id) => ({ id })); inputs.length > 0; ) {
      const { results } = await call<Told>(link, 'POST', associations(from, to), { inputs });
      for (const one of results) {
        const all = found.get(one.from.id) ?? new Set();
        // One that is tied by several labels is told with each.
        for (const { toObjectId } of one.to) all.add(String(toObjectId));
        found.set(one.from.id, all);
      }
      inputs = results.flatMap(({ from: { id }, paging }) => (paging?.next ? [{ id, after: paging.next.after }] : []));
    }
  return new Map([...found].map(([id, all]) => [id, [...all]]));
}
