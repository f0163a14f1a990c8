import { sql } from 'kysely';
import { slice } from '../../../lib/funnel/money.ts';
import type { Stage } from '../../../lib/funnel/words.ts';
import type { AmountDeals } from '../../store/tables.ts';
import { levelOf, movesOf, type Walked, walk } from './passages.ts';
import type { Question } from './question.ts';

/** What one lead adds to the sums of amounts, when it opens an opportunity and when it is won; whole minor units. */
export interface Worth {
  pipeline: number;
  won: number;
  currency: string;
}
interface Owned {
  id: string;
  /** Where the lead is now. */
  stage: Stage;
  deals: AmountDeals | null;
}
const both = ['pipeline', 'won'] as const;
type Sum = (typeof both)[number];
const sums: Record<Sum, number> = { pipeline: levelOf('opportunity'), won: levelOf('customer') };

/**
 * What each lead adds. Several people may be in one deal of a CRM: its amount counts once, in equal parts for those of
 * them who ever got to that stage, each at the time when they did, the last time if several. So sums over owners, segments and periods add up to
 * it, to the cent, and each campaign that brought one of them has a part. Of a customer who won no deal there somebody said it here.
 * An amount that is no deal's counts whole.
 */
export async function worths(question: Question, walked: readonly Walked[]): Promise<ReadonlyMap<string, Worth>> {
  const { trx, workspace } = question;
  const adding = walked.filter(({ entered }) => entered.some(({ level }) => level >= sums.pipeline)).map(({ person }) => person);
  const { rows } = await sql<Owned & { amount: number; currency: string }>`
    select id, stage, amount_value as amount, amount_currency as currency, amount_deals as deals from lead
    where workspace = ${workspace}::uuid and id = any (${adding}::uuid[]) and amount_value is not null and amount_currency is not null`.execute(
    trx,
  );
  const held = await holders(
    question,
    rows.flatMap(({ deals }) => (deals ? both.flatMap((sum) => Object.keys(deals[sum])) : [])),
  );
  const worthOf = (one: (typeof rows)[number]): Worth => {
    const { amount, currency, deals } = one;
    if (!deals) return { pipeline: amount, won: amount, currency };
    const worth = { pipeline: 0, won: 0, currency };
    for (const sum of both)
      for (const [deal, value] of Object.entries(partsOf(one, sum))) {
        const among = held.get(deal)?.[sum] ?? [];
        const place = among.indexOf(one.id);
        // Who never got there has no part.
        if (place >= 0) worth[sum] += slice(value, place, place + 1, among.length);
      }
    return worth;
  };
  return new Map(rows.map((one) => [one.id, worthOf(one)]));
}

function partsOf({ deals, stage }: Owned, sum: Sum): Record<string, number> {
  if (!deals) return {};
  return sum === 'won' && stage === 'customer' && Object.keys(deals.won).length === 0 ? deals.pipeline : deals[sum];
}

/** By deal: who ever got to each stage, among whom it is divided. In an order that stays: the store keeps none. */
async function holders(question: Question, asked: readonly string[]): Promise<Map<string, Record<Sum, string[]>>> {
  const held = new Map<string, Record<Sum, string[]>>();
  if (asked.length === 0) return held;
  const { trx, workspace } = question;
  // All who are in any deal: to look each of thousands of deals up in the store would take longer.
  const { rows } = await sql<Owned & { deals: AmountDeals }>`
    select id, stage, amount_deals as deals from lead where workspace = ${workspace}::uuid and amount_deals is not null order by id`.execute(
    trx,
  );
  const wanted = new Set(asked);
  const inOne = rows.filter(({ deals }) => both.some((sum) => Object.keys(deals[sum]).some((deal) => wanted.has(deal))));
  const ever = { least: sums.pipeline, since: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
  const told = await movesOf(question, sql`and person = any (${inOne.map(({ id }) => id)}::uuid[])`);
  const levels = new Map(told.map(({ person, moves }) => [person, new Set(walk(moves, ever).map(({ level }) => level))]));
  for (const one of inOne)
    for (const sum of both)
      if (levels.get(one.id)?.has(sums[sum]))
        for (const deal of Object.keys(partsOf(one, sum))) {
          const among = held.get(deal) ?? { pipeline: [], won: [] };
          among[sum].push(one.id);
          held.set(deal, among);
        }
  return held;
}
