import type { StageSeen } from './source.ts';

/**
 * Who is believed about a lead's stage: Baton while a hand-off is open and while a decision of its own is not yet in
 * the CRM; the CRM otherwise. Pure; one state a field of a CRM record.
 *
 * What Baton wrote comes back with the next pull and is no news; what somebody set in the CRM meanwhile waits and
 * counts afterwards if it is newer than Baton's last word, and is overwritten if it is older.
 */
export interface Known {
  /** What the CRM was last seen or made to say, and since when. */
  value?: string;
  at?: string;
  /** Set by somebody in the CRM while Baton's word counted. */
  waiting?: Said;
  /** Writes whose answer was lost: they may have arrived, some time between `from` and `to`. */
  tried?: { value: string; from: string; to: string }[];
}
export interface Said {
  value: string;
  at: string;
  amount?: StageSeen['amount'];
}

/**
 * What a pull found. `news` is to be applied to the lead.
 * @param decidedAt when somebody here last decided about the lead: what the CRM said before is superseded.
 */
export function pulled(known: Known, seen: Said, owned: boolean, decidedAt?: string): { known: Known; news?: Said } {
  // Pulls repeat the past, and the CRM may tell it in any order.
  if (known.at !== undefined && seen.at <= known.at) return { known };
  const tried = known.tried?.filter((t) => t.to >= seen.at);
  const next: Known = { value: seen.value, at: seen.at, ...(tried?.length && { tried }) };
  // It was changed and changed back, or it is our own writing under the CRM's clock.
  if (seen.value === known.value || tried?.some((t) => t.value === seen.value && t.from <= seen.at)) return { known: next };
  if (decidedAt !== undefined && seen.at <= decidedAt) return { known: next };
  const said: Said = { value: seen.value, at: seen.at, ...(seen.amount && { amount: seen.amount }) };
  return owned ? { known: { ...next, waiting: said } } : { known: next, news: said };
}

/**
 * Baton wrote `value` for a decision made at `decidedAt`; the CRM answered at `at`. `value` is absent when nothing
 * was changed there: a newer word was left standing, it said so already, or the mapping writes nothing for this stage.
 */
export function wrote(known: Known, value: string | undefined, decidedAt: string, at: string): Known {
  const waiting = known.waiting && known.waiting.at > decidedAt ? known.waiting : undefined;
  const { waiting: _, ...rest } = known;
  const next: Known = waiting ? { ...rest, waiting } : rest;
  return value === undefined ? next : { ...next, value, at: known.at !== undefined && known.at > at ? known.at : at };
}

/** A write was sent at `from` and its answer was given up at `to`: it may have arrived. */
export const attempted = (known: Known, value: string, from: string, to: string): Known => ({
  ...known,
  tried: [...(known.tried ?? []), { value, from, to }],
});

/** Baton's word ended at `decidedAt` (its last decision): what waited counts if it is newer. */
export function released(known: Known, decidedAt: string | undefined): { known: Known; news?: Said } {
  const { waiting, ...rest } = known;
  if (!waiting) return { known };
  return decidedAt === undefined || waiting.at > decidedAt ? { known: rest, news: waiting } : { known: rest };
}
