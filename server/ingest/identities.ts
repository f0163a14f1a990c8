import { sql } from 'kysely';
import { candidates, canonical } from '../../lib/funnel/keys.ts';
import type { Trx } from '../store/db.ts';
import { newId } from '../store/id.ts';
import { erasedAmong, findByKeys, type Key, keyText } from '../store/people.ts';
import type { Alias, Arrival } from './arrival.ts';

/**
 * Who an arrival is about. The rules, in this order:
 * 1. Keys (address, then LinkedIn) decide. The first one that is known names the person; the others are tied to that
 *    person if they are free, and left with whom they belong to if they are not. Nobody is ever merged here.
 * 2. An account that states a new address is still the same account: the address is tied to its person. A device that
 *    states a new address is somebody else from then on: devices are shared.
 * 3. Without a key, the account is believed before the device.
 * 4. Who is named by none of these waits, under account or device, until somebody says who it is.
 * Erased people stay away: a key of theirs makes and finds nobody.
 */
export interface Resolved {
  arrival: Arrival;
  /** Canonical. */
  keys: Key[];
  /** Absent: waits, or is erased. */
  person?: string;
  /** Under what it waits. */
  waitsFor?: Alias;
  erased?: true;
  /** Keys that belong to somebody else. */
  taken: Key[];
}

export interface Identities {
  resolved: Resolved[];
  /** Ids made for people who were unknown, with the keys that name them. */
  newcomers: Map<string, Key[]>;
  /** Keys that people who were known get in addition. */
  added: Map<string, Key[]>;
  /** Names under which a person was not known before: what waits under them is theirs. */
  tied: { alias: Alias; person: string; at: string }[];
  /** Names of people who are not known yet. */
  linked: { from: Alias; to: Alias }[];
  /** Names of erased people: nothing may wait under them. */
  gone: Alias[];
}

export const aliasText = ({ kind, value }: Alias): string => `${kind}\0${value}`;
const distinct = (keys: Key[]): Key[] => [...new Map(keys.map((key) => [keyText(key), key])).values()];

export async function identify(trx: Trx, workspace: string, arrivals: readonly Arrival[]): Promise<Identities> {
  const stated = arrivals.map((arrival) => ({
    arrival,
    keys: distinct(
      (arrival.person?.keys ?? []).flatMap(({ kind, value }) => {
        const one = canonical(kind, value);
        return one === null ? [] : [{ kind, value: one }];
      }),
    ),
    aliases: arrival.person?.aliases ?? [],
    ties: arrival.ties ?? [],
  }));

  const wanted = distinct(stated.flatMap(({ keys }) => keys.flatMap(secondTries)));
  const owners = new Map([...(await findByKeys(trx, workspace, wanted))].map(([key, { person }]) => [key, person]));
  const erased = await erasedAmong(
    trx,
    workspace,
    wanted.filter((key) => !owners.has(keyText(key))),
  );
  const names = stated.flatMap(({ aliases, ties }) => [...aliases, ...ties.flatMap(({ from, to }) => [from, to])]);
  const { people, links } = await findAliases(trx, workspace, names);

  const found: Identities = { resolved: [], newcomers: new Map(), added: new Map(), tied: [], linked: [], gone: [] };
  const byAlias = (alias: Alias): string | undefined => {
    const direct = people.get(aliasText(alias))?.person;
    if (direct) return direct;
    const to = links.get(aliasText(alias));
    return to && people.get(aliasText(to))?.person;
  };
  const tie = (alias: Alias, person: string, at: string) => {
    const known = people.get(aliasText(alias));
    // Who used a device last has it.
    if (known && (known.person === person || Date.parse(known.at) > Date.parse(at))) return;
    people.set(aliasText(alias), { person, at });
    found.tied.push({ alias, person, at });
    for (const [from, to] of links) {
      if (aliasText(to) !== aliasText(alias)) continue;
      links.delete(from);
      const [kind, value] = from.split('\0') as [Alias['kind'], string];
      tie({ kind, value }, person, at);
    }
  };

  for (const { arrival, keys, aliases, ties } of stated) {
    const free = keys.filter((key) => !secondTries(key).some((one) => erased.has(keyText(one))));
    const owner = (key: Key) =>
      secondTries(key)
        .map((one) => owners.get(keyText(one)))
        .find(Boolean);
    let person = free.map(owner).find(Boolean);
    if (!person && free.length < keys.length) {
      found.gone.push(...aliases);
      found.resolved.push({ arrival, keys, erased: true, taken: [] });
      continue;
    }
    if (!person && free.length > 0) {
      person = aliases
        .filter(({ kind }) => kind !== 'anonymous')
        .map(byAlias)
        .find(Boolean);
      if (!person) {
        person = newId();
        found.newcomers.set(person, []);
      }
    }
    person ??= aliases.map(byAlias).find(Boolean);

    const taken: Key[] = [];
    if (person)
      for (const key of free) {
        const has = owner(key);
        if (has && has !== person) taken.push(key);
        if (has) continue;
        owners.set(keyText(key), person);
        const list = found.newcomers.get(person) ?? found.added.get(person) ?? [];
        list.push(key);
        if (!found.newcomers.has(person)) found.added.set(person, list);
      }
    if (person) {
      for (const alias of aliases) tie(alias, person, arrival.at);
      for (const { from, to } of ties) {
        tie(to, person, arrival.at);
        tie(from, person, arrival.at);
      }
    } else {
      for (const { from, to } of ties) {
        const known = byAlias(from) ?? byAlias(to);
        if (known) {
          tie(to, known, arrival.at);
          tie(from, known, arrival.at);
        } else if (aliasText(from) !== aliasText(to) && !links.has(aliasText(from))) {
          links.set(aliasText(from), to);
          found.linked.push({ from, to });
        }
      }
      person = aliases.map(byAlias).find(Boolean);
    }
    const [first] = aliases;
    found.resolved.push({
      arrival,
      keys: free,
      taken,
      ...(person ? { person } : first && { waitsFor: links.get(aliasText(first)) ?? first }),
    });
  }

  // An identify later in the same batch tells who the earlier ones were.
  for (const one of found.resolved) {
    if (one.person || one.erased) continue;
    const person = (one.arrival.person?.aliases ?? []).map(byAlias).find(Boolean);
    if (person) {
      one.person = person;
      delete one.waitsFor;
    }
  }
  return found;
}

/** An address is also known without its `+tag`. */
const secondTries = ({ kind, value }: Key): Key[] => candidates(kind, value).map((one) => ({ kind, value: one }));

async function findAliases(trx: Trx, workspace: string, names: readonly Alias[]) {
  const people = new Map<string, { person: string; at: string }>();
  const links = new Map<string, Alias>();
  if (names.length === 0) return { people, links };
  const unique = [...new Map(names.map((name) => [aliasText(name), name])).values()];
  const { rows: linked } = await sql<{ kind: Alias['kind']; value: string; to_kind: Alias['kind']; to_value: string }>`
    select l.kind, l.value, l.to_kind, l.to_value
    from unnest(${unique.map((n) => n.kind)}::text[], ${unique.map((n) => n.value)}::text[]) as w (kind, value)
    join alias_link l on l.workspace = ${workspace}::uuid and
      ((l.kind = w.kind and l.value = w.value) or (l.to_kind = w.kind and l.to_value = w.value))`.execute(trx);
  for (const row of linked) links.set(aliasText(row), { kind: row.to_kind, value: row.to_value });
  const all = [...unique, ...linked.map((row): Alias => ({ kind: row.to_kind, value: row.to_value }))];
  const { rows } = await sql<{ kind: Alias['kind']; value: string; person: string; at: string }>`
    select a.kind, a.value, a.person, a.created_at as at
    from unnest(${all.map((n) => n.kind)}::text[], ${all.map((n) => n.value)}::text[]) as w (kind, value)
    join person_alias a on a.workspace = ${workspace}::uuid and a.kind = w.kind and a.value = w.value`.execute(trx);
  for (const row of rows) people.set(aliasText(row), { person: row.person, at: row.at });
  return { people, links };
}

/** Writes names of people, and names that belong together without a person yet. */
export async function writeAliases(trx: Trx, workspace: string, { tied, linked }: Pick<Identities, 'tied' | 'linked'>): Promise<void> {
  const last = [...new Map(tied.map((one) => [aliasText(one.alias), one])).values()].sort((a, b) =>
    aliasText(a.alias) < aliasText(b.alias) ? -1 : 1,
  );
  if (last.length > 0) {
    await sql`
      insert into person_alias (workspace, kind, value, person, created_at)
      select ${workspace}::uuid, * from unnest(${last.map((t) => t.alias.kind)}::text[], ${last.map((t) => t.alias.value)}::text[],
        ${last.map((t) => t.person)}::uuid[], ${last.map((t) => t.at)}::timestamptz[])
      on conflict (workspace, kind, value) do update set person = excluded.person, created_at = excluded.created_at
      where person_alias.created_at <= excluded.created_at`.execute(trx);
    await sql`
      delete from alias_link l using unnest(${last.map((t) => t.alias.kind)}::text[], ${last.map((t) => t.alias.value)}::text[]) as t (kind, value)
      where l.workspace = ${workspace}::uuid and l.kind = t.kind and l.value = t.value`.execute(trx);
  }
  const known = new Set(last.map(({ alias }) => aliasText(alias)));
  const fresh = linked.filter(({ from }) => !known.has(aliasText(from)));
  if (fresh.length > 0)
    await sql`
      insert into alias_link (workspace, kind, value, to_kind, to_value)
      select ${workspace}::uuid, * from unnest(${fresh.map((l) => l.from.kind)}::text[], ${fresh.map((l) => l.from.value)}::text[],
        ${fresh.map((l) => l.to.kind)}::text[], ${fresh.map((l) => l.to.value)}::text[])
      on conflict (workspace, kind, value) do nothing`.execute(trx);
}
