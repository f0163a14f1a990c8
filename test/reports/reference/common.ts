import type { Stage } from '../../../lib/funnel/words.ts';
import type { RawChange, RawHistory } from '../history.ts';

/** The reports once more, by plain loops over the rows: slow, obvious, and sharing no line with the real ones. */

export interface World {
  raw: RawHistory;
  zone: string;
  asOf: number;
}
export interface Narrow {
  channel?: string;
  campaign?: string;
  owner?: string;
  origin?: string;
  segment?: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const days = new Map<string, Map<number, string>>();
/** Local date of an instant, by what the runtime prints. */
export function localDay(at: number, zone: string): string {
  // Days change at full quarters of an hour, so one answer serves them all.
  const quarter = Math.floor(at / 900_000);
  const known = days.get(zone) ?? new Map<number, string>();
  days.set(zone, known);
  let found = known.get(quarter);
  if (found === undefined) {
    const format =
      formats.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(zone, format);
    found = format.format(at);
    known.set(quarter, found);
  }
  return found;
}
export const during = (world: World, at: number, { from, to }: { from: string; to: string }): boolean => {
  const day = localDay(at, world.zone);
  return at <= world.asOf && day >= from && day <= to;
};

export function ratio(n: number, of: number) {
  if (of < 20) return { n, of };
  // Wilson's bounds as the roots of (p - x)² = z² x (1 - x) / n.
  const z = 1.959963984540054;
  const p = n / of;
  const a = 1 + (z * z) / of;
  const b = -(2 * p + (z * z) / of);
  const c = p * p;
  const root = Math.sqrt(Math.max(0, b * b - 4 * a * c));
  return { n, of, share: p, low: n === 0 ? 0 : (-b - root) / (2 * a), high: n === of ? 1 : (-b + root) / (2 * a) };
}

export function middle(values: number[], q = 0.5): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * q;
  const low = sorted[Math.floor(place)]!;
  const high = sorted[Math.ceil(place)]!;
  return low + (high - low) * (place % 1);
}

const order: Stage[] = ['subscriber', 'lead', 'mql', 'sal', 'sql', 'opportunity', 'customer'];
export const height = (stage: Stage): number => order.indexOf(stage);

export interface Entered {
  person: string;
  stage: Stage;
  at: number;
  skipped: boolean;
  /** Everything that happened to its passage so far. */
  passage: Passage;
  /** When it reached a higher stage, or stepped aside. */
  onAt?: number;
}
export interface Passage {
  top: number;
  left?: { at: number; to: Stage; reason: string | null };
}

export function changesBy(world: World): Map<string, RawChange[]> {
  const byPerson = new Map<string, RawChange[]>();
  for (const change of world.raw.changes) {
    if (change.at > world.asOf) continue;
    const list = byPerson.get(change.person);
    if (list) list.push(change);
    else byPerson.set(change.person, [change]);
  }
  for (const list of byPerson.values()) list.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return byPerson;
}

/** Walks through every life, stage by stage. */
export function lives(world: World): Entered[] {
  const all: Entered[] = [];
  for (const [person, changes] of changesBy(world)) {
    let passage: Passage | undefined;
    let standing: Entered[] = [];
    for (const { at, to, reason } of changes) {
      const now = height(to);
      if (now < 0) {
        if (passage) passage.left = { at, to, reason };
        for (const one of standing) one.onAt = at;
        passage = undefined;
        standing = [];
        continue;
      }
      if (passage && now <= passage.top) continue;
      const first: number = passage ? passage.top + 1 : now;
      passage ??= { top: now };
      passage.top = now;
      for (const one of standing) one.onAt = at;
      standing = [];
      for (let level = first; level <= now; level++) {
        const one: Entered = { person, stage: order[level]!, at, skipped: level < now, passage };
        if (one.skipped) one.onAt = at;
        else standing.push(one);
        all.push(one);
      }
    }
  }
  return all;
}

/** Which people are asked for: who owns them, who brought them, what touched them before. */
export function narrowed(world: World, narrow: Narrow): (person: string, at: number) => boolean {
  const leads = new Map(world.raw.leads.map((lead) => [lead.id, lead]));
  const first = new Map<string, number>();
  const active = new Set(['form', 'reply', 'click', 'attended', 'downloaded', 'read', 'visited']);
  if (narrow.channel || narrow.campaign)
    for (const touch of world.raw.touches) {
      if (!active.has(touch.kind)) continue;
      if (narrow.channel && touch.channel !== narrow.channel) continue;
      if (narrow.campaign && touch.campaign !== narrow.campaign) continue;
      if (touch.at < (first.get(touch.person) ?? Number.POSITIVE_INFINITY)) first.set(touch.person, touch.at);
    }
  return (person, at) => {
    const lead = leads.get(person)!;
    if (narrow.owner && lead.owner !== narrow.owner) return false;
    if (narrow.origin && lead.origin !== narrow.origin) return false;
    if (narrow.segment && lead.segment !== narrow.segment) return false;
    if (narrow.channel || narrow.campaign) return (first.get(person) ?? Number.POSITIVE_INFINITY) <= at;
    return true;
  };
}
