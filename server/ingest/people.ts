import { sql } from 'kysely';
import { recordChange } from '../store/change.ts';
import type { Trx } from '../store/db.ts';
import { newId } from '../store/id.ts';
import { companyDomain, companyKey, wordsOf } from '../store/names.ts';
import { type Key, keyText, tieKeys, updatePerson, writeTags } from '../store/people.ts';

/** People by the hundred: what `createPerson` and `updatePerson` do for one. */

export interface Fields {
  name?: string;
  title?: string;
  company?: string;
  segment?: string;
}
export interface Newcomer extends Fields {
  id: string;
  keys: Key[];
  /** When this was true. */
  at: string;
}

/**
 * Two transactions met the same new person. The one that lost starts over and finds the other's.
 * Serialization failures are repeated by whoever runs the transaction.
 */
class Overtaken extends Error {
  readonly code = '40001';
}

export async function createPeople(trx: Trx, workspace: string, people: readonly Newcomer[], source: string): Promise<void> {
  if (people.length === 0) return;
  const column = <T>(pick: (person: Newcomer) => T) => people.map(pick);
  const domains = column(({ keys }) => keys.flatMap((key) => (key.kind === 'email' ? (companyDomain(key.value) ?? []) : []))[0] ?? null);
  await sql`
    insert into person (workspace, id, name, title, company, segment, company_key, domain, created_at, updated_at)
    select ${workspace}::uuid, p.id, p.name, p.title, p.company, p.segment, p.company_key, p.domain, now(), p.at from unnest(
      ${column((p) => p.id)}::uuid[], ${column((p) => p.name ?? '')}::text[], ${column((p) => p.title ?? null)}::text[],
      ${column((p) => p.company ?? null)}::text[], ${column((p) => p.segment ?? null)}::text[], ${column((p) => companyKey(p.company))}::text[], ${domains}::text[],
      ${column((p) => p.at)}::timestamptz[]) as p (id, name, title, company, segment, company_key, domain, at)`.execute(trx);

  const words = people.flatMap(({ id, name, company }) => wordsOf(name, company).map((word) => ({ id, word })));
  if (words.length > 0)
    await sql`
      insert into person_word (workspace, word, person)
      select ${workspace}::uuid, * from unnest(${words.map((w) => w.word)}::text[], ${words.map((w) => w.id)}::uuid[])`.execute(trx);

  const keys = people
    .flatMap((person) => person.keys.map((key) => ({ ...key, person: person.id, id: newId() })))
    .sort((a, b) => (keyText(a) < keyText(b) ? -1 : 1));
  const { rows } = await sql<{ id: string }>`
    insert into person_key (workspace, id, person, kind, value, source)
    select ${workspace}::uuid, k.*, ${source} from unnest(${keys.map((k) => k.id)}::uuid[], ${keys.map((k) => k.person)}::uuid[],
      ${keys.map((k) => k.kind)}::text[], ${keys.map((k) => k.value)}::text[]) as k
    on conflict (workspace, kind, value) do nothing
    returning id`.execute(trx);
  if (rows.length < keys.length) throw new Overtaken('Somebody else made the same person at the same moment.');
  await writeTags(trx, workspace, keys);
}

/** Keys that known people get in addition. */
export async function addKeys(trx: Trx, workspace: string, added: ReadonlyMap<string, Key[]>, source: string): Promise<void> {
  for (const [person, keys] of [...added].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { taken } = await tieKeys(trx, workspace, person, keys, source);
    if (taken.length > 0) throw new Overtaken('Somebody else got the same key at the same moment.');
  }
  await recordChange(trx, workspace, [...added.keys()]);
}

/**
 * What is said of known people. A field that is empty is filled; one that is not is replaced by what is true later
 * than what stands there.
 */
export async function updatePeople(trx: Trx, workspace: string, stated: readonly (Fields & { id: string; at: string })[]): Promise<void> {
  const told = stated.filter(({ name, title, company, segment }) => name || title || company || segment);
  if (told.length === 0) return;
  const rows = await trx
    .selectFrom('person')
    .select(['id', 'name', 'title', 'company', 'segment', 'updated_at'])
    .where('workspace', '=', workspace)
    .where('id', 'in', [...new Set(told.map(({ id }) => id))])
    .execute();
  const known = new Map(rows.map((row) => [row.id, { ...row, at: row.updated_at, changed: false }]));
  for (const one of [...told].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const row = known.get(one.id);
    if (!row) continue;
    const newer = Date.parse(one.at) >= Date.parse(row.at);
    for (const field of ['name', 'title', 'company', 'segment'] as const) {
      const value = one[field];
      if (!value || value === row[field] || (row[field] && !newer)) continue;
      row[field] = value;
      row.changed = true;
    }
    if (newer) row.at = one.at;
  }
  for (const row of [...known.values()].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    if (!row.changed) continue;
    await updatePerson(trx, workspace, row.id, { name: row.name, title: row.title, company: row.company, segment: row.segment });
    await sql`update person set updated_at = ${row.at}::timestamptz where workspace = ${workspace}::uuid and id = ${row.id}::uuid`.execute(
      trx,
    );
  }
}
