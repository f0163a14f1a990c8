import type { Link } from '../source.ts';
import { call } from './api.ts';

const atOnce = 100;

/** Everything of a list that Mautic answers a part of at a time. An object by id is what it makes of some lists. @throws SourceError */
export async function* each<T extends { id: number }>(
  link: Link,
  path: string,
  name: string,
  more: Record<string, string> = {},
): AsyncGenerator<T> {
  for (let start = 0; ; start += atOnce) {
    const query = new URLSearchParams({ start: String(start), limit: String(atOnce), orderBy: 'id', orderByDir: 'asc', ...more });
    const answer = await call<Record<string, T[] | Record<string, T>>>(link, 'GET', `${path}?${query}`);
    const part = Object.values(answer[name] ?? {});
    yield* part;
    if (part.length < atOnce) return;
  }
}
