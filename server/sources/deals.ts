import type { Money } from '../../lib/funnel/lead.ts';
import { ladder, partOf, type Stage } from '../../lib/funnel/words.ts';
import type { AmountDeals } from '../store/tables.ts';

/**
 * What several deals say of one person. Each is a voice of its own, and the newest word counts, as between the fields of
 * a record; but a deal that is lost, or opened beside one that was won, takes nobody back behind another of theirs which
 * is further and still holds: nobody has said since, in a field of the record or by a decision, that they are less far.
 * Pure; instants are by the CRM's clock.
 */

/** What the name of a deal's field begins with. */
export const dealPrefix = 'Opportunity ';
/** Deals stand among the fields of a person's record by this name. */
export const dealField = (id: string): string => dealPrefix + id;
/** The CRM's own id of a deal, by its field. */
export const dealIn = (field: string): string => field.slice(dealPrefix.length);
export const isDeal = (field: string): boolean => field.startsWith(dealPrefix);

/** Where somebody stands by one voice, and since when it says so. */
export interface Word {
  stage: Stage;
  at: string;
}
const far = (stage: Stage): number => (ladder as readonly Stage[]).indexOf(stage);

/**
 * Where the newest word of a deal takes a lead; `undefined`: nowhere.
 * @param says absent when the deal is gone
 * @param was what it said before
 * @param others what the person's other deals say
 * @param word the newest of what was said otherwise, in a field or by a decision
 * @param at where the lead is
 */
export function moved(
  says: Stage | undefined,
  was: Stage | undefined,
  others: readonly Word[],
  word: Word | undefined,
  at: Stage | undefined,
): Stage | undefined {
  const [best] = others
    .filter((other) => word === undefined || word.at <= other.at || far(word.stage) >= far(other.stage))
    .toSorted((a, b) => far(b.stage) - far(a.stage));
  if (says && !(best && far(best.stage) > far(says))) return says;
  // What this deal had done is taken back, and what is left counts.
  if (was !== at) return undefined;
  return best && !(word && word.at > best.at) ? best.stage : word?.stage;
}

/**
 * What a person is worth by their deals: the sum of those that stand where the lead does, else of those that got
 * furthest, in the currency of the newest of them. Of lost ones only the newest. `undefined`: none has an amount.
 * With the part of each by the name that it has, and all that were won.
 */
export function worth(
  deals: readonly (Word & { name: string; amount?: Money })[],
  stage: Stage,
): (Money & { deals: AmountDeals }) | undefined {
  const priced = deals.filter((deal): deal is (typeof deals)[number] & { amount: Money } => deal.amount !== undefined);
  const top = Math.max(...priced.map((deal) => far(deal.stage)));
  const here = priced.filter((deal) => deal.stage === stage);
  const those = here.length > 0 ? here : priced.filter((deal) => far(deal.stage) === top);
  const newest = those.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))[0];
  if (!newest) return undefined;
  const { currency } = newest.amount;
  const parts = (list: typeof priced): Record<string, number> =>
    Object.fromEntries(list.filter(({ amount }) => amount.currency === currency).map(({ name, amount }) => [name, amount.value]));
  const pipeline = parts(partOf[newest.stage] === 'aside' ? [newest] : those);
  return {
    value: Object.values(pipeline).reduce((sum, value) => sum + value, 0),
    currency,
    deals: { pipeline, won: parts(priced.filter((deal) => deal.stage === 'customer')) },
  };
}
