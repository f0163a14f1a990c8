import type { StageSeen } from './source.ts';

/**
 * Who is believed about a lead's stage: Baton while a hand-off is open and while a decision of its own is not yet in
 * the CRM; the CRM otherwise. Pure; one state a field of a CRM record. Every instant is by the CRM's clock.
 *
 * What Baton wrote comes back with the next pull and is no news; what somebody set in the CRM meanwhile waits and
 * counts afterwards if it is newer than Baton's last word, and is overwritten if it is older.
 */
export interface Known {
  /** What the CRM was last seen or made to say, and since when. */
  value?: string;
  at?: string;
  /**
   * When it came to say so: told again of a later instant, it still has been so since then. Of what Baton
   * wrote, when it was decided, or when it was written, where it overwrote a word that had been believed.
   */
  since?: string;
  /** Set by somebody in the CRM while Baton's word counted. */
  waiting?: Said;
  /** What Baton wrote, or tried to write when the answer was lost. */
  own?: Own[];
  /** Since when the newest of what was news stood there. */
  told?: string;
  /** Of a deal: the day that it says counts. */
  on?: string;
  amount?: StageSeen['amount'];
  /** Of a deal, while the history is first read: its news, which is told when all deals of a person are known. */
  past?: Said[];
}
export type Said = Pick<StageSeen, 'value' | 'at' | 'amount' | 'on' | 'was' | 'wasSince'>;
/** A value that Baton wrote some time between `from` and `to`. */
export interface Own {
  value: string;
  from: string;
  to: string;
  /** When it was decided. */
  decidedAt?: string;
  /** Which act's writing it was: the CRM's clock is too coarse to tell two of them apart. */
  write?: string;
  /** When exactly it was written, once the CRM has told. */
  at?: string;
}

/** The CRM's clock is known by whole seconds, and an answer takes its time. */
const slackMs = 2_000;
/** More writings of one field are not remembered: older ones lie behind `at`. */
const ownKept = 20;

const shifted = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString();
const fits = (own: Own, value: string, at: string): boolean =>
  own.value === value && (own.at === undefined ? shifted(own.from, -slackMs) <= at && at <= shifted(own.to, slackMs) : own.at === at);
/** Whether a value that stands in the CRM since `at` is one that Baton wrote. */
export const isOwn = (own: readonly Own[] | undefined, value: string, at: string): boolean =>
  (own ?? []).some((one) => fits(one, value, at));

export interface Told {
  known: Known;
  /** To be applied to the lead. */
  news?: Said;
  /** Baton itself wrote it, and with that overwrote whatever news the same pull brought before it. */
  own?: true;
}

/**
 * What a pull found, in the order of time.
 * @param decidedAt when somebody here last decided about the lead: what the CRM said before is superseded.
 */
export function pulled(known: Known, seen: Said, owned: boolean, decidedAt?: string): Told {
  // Pulls repeat the past, and the CRM may tell it in any order. Of two values of one instant the later told counts.
  if (known.at !== undefined && (seen.at < known.at || (seen.at === known.at && seen.value === known.value))) return { known };
  const { waiting, ...rest } = known;
  const since = seen.value === known.value ? (known.since ?? known.at ?? seen.at) : seen.at;
  const next: Known = { ...rest, value: seen.value, at: seen.at, since };
  const mine = known.own?.find((one) => one.at === undefined && fits(one, seen.value, seen.at));
  if (mine) {
    if (mine.decidedAt !== undefined) next.since = mine.decidedAt;
    next.own = known.own!.map((one) => (one === mine ? { ...one, at: seen.at } : one));
    // Somebody set it between our looking and our writing, and was believed before this was seen to follow.
    const last = mine.decidedAt !== undefined && mine.decidedAt >= (decidedAt ?? '') ? mine.decidedAt : undefined;
    const overtaken = last !== undefined && known.told !== undefined && known.told > last && known.told < seen.at;
    if (!overtaken || owned) return { known: next, own: true };
    return { known: { ...next, since: seen.at, told: seen.at }, news: said(seen), own: true };
  }
  // It was changed and changed back, or is told again of a later instant.
  if (seen.value === known.value) return { known: waiting?.value === seen.value ? { ...next, waiting } : next };
  if (decidedAt !== undefined && seen.at <= decidedAt) return { known: next };
  return owned ? { known: { ...next, waiting: said(seen) } } : { known: { ...next, told: seen.at }, news: said(seen) };
}

const said = ({ value, at, amount, on, was, wasSince }: Said): Said => ({
  value,
  at,
  ...(amount && { amount }),
  ...(on !== undefined && { on }),
  ...(was !== undefined && { was }),
  ...(wasSince !== undefined && { wasSince }),
});

/** How a decision came into the CRM: written, or a newer word stands there, or it said so already. None: nothing is mapped. */
export interface Writing {
  own?: Own | undefined;
  stands?: Said | undefined;
  already?: string | undefined;
}

/** A decision made at `decidedAt` is in the CRM. */
export function wrote(before: Known, decidedAt: string, { own, stands, already }: Writing): Known {
  const known = already === undefined ? before : repeated(before, already, decidedAt);
  const { waiting, ...rest } = known;
  const next: Known = waiting && waiting.at > decidedAt ? { ...rest, waiting } : rest;
  if (stands && stands.at > decidedAt && stands.at >= (waiting?.at ?? '') && stands.at > (known.told ?? '')) {
    const at = known.at !== undefined && known.at > stands.at ? known.at : stands.at;
    return { ...next, value: stands.value, at, since: stands.at, waiting: said(stands) };
  }
  if (!own) return next;
  // From here on, because what somebody sets there right after our writing must not pass for older than it.
  const at = shifted(own.from, -slackMs);
  const after = attempted(next, { ...own, decidedAt });
  // What stood there before we wrote is gone.
  if (after.waiting && after.waiting.at < own.from) delete after.waiting;
  // A pull meanwhile saw it already, or what came after it.
  if (known.at !== undefined && known.at > own.from) return after;
  return { ...after, value: own.value, at: known.at !== undefined && known.at > at ? known.at : at, since: decidedAt };
}

/** A decision repeats what Baton wrote last and nobody has told of since: that writing now is its own. */
function repeated(known: Known, value: string, decidedAt: string): Known {
  const last = known.own?.at(-1);
  if (last?.value !== value || last.at !== undefined) return known;
  return { ...known, own: [...known.own!.slice(0, -1), { ...last, decidedAt }] };
}

/**
 * A write is being sent, or was and its answer did not come: it may have arrived. Told again of the same write, that it
 * is known better by then.
 */
export function attempted(known: Known, own: Own): Known {
  const { waiting, ...rest } = known;
  const same = (one: Own): boolean =>
    own.write !== undefined && one.write === own.write && one.value === own.value && one.from === own.from;
  const before = known.own?.find(same);
  // A pull that ran meanwhile may have taken it for somebody else's.
  const mine = waiting && isOwn([own], waiting.value, waiting.at);
  const at = before?.at ?? (mine ? waiting.at : undefined);
  const entry = at === undefined ? own : { ...own, at };
  return {
    ...rest,
    ...(waiting && !mine && { waiting }),
    own: [...(known.own ?? []).filter((one) => !same(one)), entry].slice(-ownKept),
  };
}

/** Baton's word ended at `decidedAt` (its last decision): what waited counts if it is newer. */
export function released(known: Known, decidedAt: string | undefined): { known: Known; news?: Said } {
  const { waiting, ...rest } = known;
  if (!waiting) return { known };
  return decidedAt === undefined || waiting.at > decidedAt ? { known: { ...rest, told: waiting.at }, news: waiting } : { known: rest };
}
