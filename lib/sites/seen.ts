import { plain, same } from './address.ts';
import type { PersonRole, SeenKey, SeenPerson, Sighting, SiteId, UnknownReason, View } from './site.ts';

/**
 * Gathers one Sighting. A person is named once: who is met again under the same key keeps the first role and, if it
 * had none, gets the name. Bounded, whatever the page holds.
 */
export class Seen {
  readonly people: SeenPerson[] = [];
  readonly matched: Record<string, string> = {};
  readonly own: string[] = [];
  // Lists name hundreds of people, so that looking each of them up among all the others would be most of a reading.
  private readonly byKey = new Map<string, SeenPerson>();
  private readonly nameless = new Map<string, SeenPerson>();
  readonly site: SiteId;
  view: View;
  account?: string;
  focus?: SeenPerson;
  unknown?: UnknownReason;

  constructor(site: SiteId, view: View) {
    this.site = site;
    this.view = view;
  }

  /** Adds a person by one mail address, or by name alone. Without either there is nobody to add. */
  mail(role: PersonRole, email: string | undefined, name?: string): SeenPerson | undefined {
    return this.person(role, email ? [{ kind: 'email', value: email }] : [], name === email ? undefined : name);
  }

  person(role: PersonRole, keys: SeenKey[], name?: string): SeenPerson | undefined {
    const short = shorten(name);
    if (!keys.length && !short) return undefined;
    const known = keys.length ? this.knownBy(keys) : this.nameless.get(short!);
    if (known) {
      if (short && !known.name) known.name = short;
      this.learn(known, keys);
      return known;
    }
    if (this.people.length >= most) return undefined;
    const person: SeenPerson = { role, keys: [], ...(short ? { name: short } : {}) };
    this.learn(person, keys);
    if (!keys.length) this.nameless.set(short!, person);
    this.people.push(person);
    return person;
  }

  /** Of everybody who has one of the keys, whoever was met first. */
  private knownBy(keys: readonly SeenKey[]): SeenPerson | undefined {
    const found = keys.flatMap((key) => this.byKey.get(one(key)) ?? []);
    return found.length > 1 ? this.people.find((person) => found.includes(person)) : found[0];
  }

  private learn(person: SeenPerson, keys: readonly SeenKey[]): void {
    for (const key of keys) {
      if (person.keys.length >= mostKeys) return;
      const name = one(key);
      if (this.byKey.get(name) === person) continue;
      person.keys.push(key);
      if (!this.byKey.has(name)) this.byKey.set(name, person);
    }
  }

  /** What a page says of somebody's work, wherever it stands; said once each. */
  work(person: SeenPerson | undefined, said: readonly string[]): void {
    const words = shorten([...new Set(said.filter(Boolean))].join(' · '));
    if (person && words) person.work = words;
  }

  /** An address that the page shows to be the user's own. */
  mine(email: string | undefined): void {
    if (email && !this.isMine(email)) this.own.push(email);
  }

  isMine(email: string | undefined): boolean {
    return email !== undefined && this.own.some((own) => same(own, email));
  }

  /** The first candidate that finds something; the field then knows which one it was. */
  first<T>(field: string, candidates: readonly (readonly [name: string, find: () => T | null | undefined])[]): T | undefined {
    for (const [name, find] of candidates) {
      const found = find();
      if (found === undefined || found === null) continue;
      this.matched[field] = name;
      return found;
    }
    return undefined;
  }

  sighting(): Sighting {
    const index = this.focus ? this.people.indexOf(this.focus) : -1;
    const unknown =
      this.unknown ?? (index >= 0 && !this.people[index]!.keys.length ? 'name-only' : this.people.length ? undefined : 'none');
    const others = this.own.filter((own) => !this.account || !same(own, this.account));
    return {
      site: this.site,
      view: this.view,
      ...(this.account ? { account: this.account } : {}),
      people: [...this.people, ...others.map((own): SeenPerson => ({ role: 'self', keys: [{ kind: 'email', value: own }] }))],
      ...(index >= 0 && (!unknown || unknown === 'name-only') ? { focus: index } : {}),
      matched: this.matched,
      ...(unknown ? { unknown } : {}),
    };
  }
}

/** Nothing to read here. */
export const nothing = (site: SiteId): Sighting => ({ site, view: 'none', people: [], matched: {}, unknown: 'none' });

const most = 100;
const mostKeys = 10;
const longestName = 256;
const shorten = (name: string | undefined) => {
  const value = name?.replace(/\s+/g, ' ').trim();
  if (!value || value.length <= longestName) return value || undefined;
  return [...value.slice(0, 2 * longestName)].slice(0, longestName).join('');
};
const one = ({ kind, value }: SeenKey): string => `${kind} ${kind === 'email' ? plain(value) : value}`;
