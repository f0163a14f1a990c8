import type { Stage } from '../../../lib/funnel/words.ts';
import type { Random } from '../../../server/sample/random.ts';
import { day, minute } from './account.ts';

/**
 * Deals of a year, and what they say of whom they name: plain rules, written down once more. Buyers move by their deals
 * alone: customers while one is won, else at opportunity while one is open, else back with marketing.
 */
export interface YearDeal {
  id: string;
  people: number[];
  is: 'open' | 'won' | 'lost';
  /** Whole units; 0: nobody knows. */
  amount: number;
  changed: number;
}
type State = Pick<YearDeal, 'is' | 'amount'>;

export class YearDeals {
  readonly all: YearDeal[] = [];
  readonly #of = new Map<number, YearDeal[]>();
  readonly #past = new Map<number, { stage: Stage; at: number }[]>();
  readonly #chance: Random;
  readonly #clock: { at: number };
  readonly #make: (people: number[], state: State) => string;
  readonly #change: (id: string, state: State) => void;

  constructor(
    chance: Random,
    clock: { at: number },
    there: { make(people: number[], state: State): string; change(id: string, state: State): void },
  ) {
    this.#chance = chance;
    this.#clock = clock;
    this.#make = there.make;
    this.#change = there.change;
  }

  /** Every fifth person is a buyer. */
  isBuyer = (person: number): boolean => person % 5 === 4;

  /** One deal of a buyer's year, with a second person in every third: opened, priced, closed or not. */
  year(person: number, from: number, until: number): void {
    if (!this.#chance.chance(0.7)) return;
    const other = person - 5;
    const people = other >= 0 && !this.#of.has(other) && this.#chance.chance(0.33) ? [other, person] : [person];
    if (people.some((one) => this.#of.has(one))) return;
    const at = this.#chance.int(from, until - 60 * day);
    this.#clock.at = at;
    const deal = this.open(people);
    for (let n = this.#chance.int(0, 2); n >= 0; n--) {
      this.#clock.at += this.#chance.int(minute, 20 * day);
      this.step(deal);
    }
  }

  open(people: number[]): YearDeal {
    const state: State = { is: 'open', amount: this.#chance.chance(0.6) ? this.#chance.int(1, 500) * 100 : 0 };
    const deal: YearDeal = { id: this.#make(people, state), people, ...state, changed: this.#clock.at };
    this.all.push(deal);
    for (const person of people) this.#of.set(person, [...(this.#of.get(person) ?? []), deal]);
    this.#tell(deal);
    return deal;
  }

  /** Something happens to an open deal. */
  step(deal: YearDeal): void {
    if (deal.is !== 'open') return;
    const what = this.#chance.next();
    if (what < 0.4) deal.amount = this.#chance.int(1, 500) * 100;
    else deal.is = what < 0.7 ? 'won' : 'lost';
    deal.changed = this.#clock.at;
    this.#change(deal.id, deal);
    this.#tell(deal);
  }

  /** While it is followed: an open deal goes on, or there is a further one. */
  live(person: number): void {
    const open = this.of(person).find(({ is }) => is === 'open');
    if (open && this.#chance.chance(0.7)) this.step(open);
    else this.open([person]);
  }

  of = (person: number): readonly YearDeal[] => this.#of.get(person) ?? [];
  /** Where deals took a person, oldest first. */
  past = (person: number): readonly { stage: Stage; at: number }[] => this.#past.get(person) ?? [];

  stage(person: number): Stage {
    const deals = this.of(person);
    if (deals.length === 0) return 'lead';
    return deals.some(({ is }) => is === 'won') ? 'customer' : deals.some(({ is }) => is === 'open') ? 'opportunity' : 'recycled';
  }

  /** Whole units; null: no amount is known. */
  worth(person: number): number | null {
    const state = ({ customer: 'won', opportunity: 'open', recycled: 'lost' } as Partial<Record<Stage, YearDeal['is']>>)[
      this.stage(person)
    ];
    const priced = this.of(person).filter(({ amount }) => amount > 0);
    const here = priced.filter(({ is }) => is === state);
    const those = here.length > 0 ? here : this.#furthest(priced);
    if (those.length === 0) return null;
    // Of lost ones the last to be lost counts.
    if (those[0]!.is === 'lost') return those.toSorted((a, b) => b.changed - a.changed)[0]!.amount;
    return those.reduce((sum, { amount }) => sum + amount, 0);
  }
  #furthest(priced: readonly YearDeal[]): readonly YearDeal[] {
    return (['won', 'open', 'lost'] as const).map((is) => priced.filter((deal) => deal.is === is)).find((list) => list.length > 0) ?? [];
  }

  #tell({ people }: YearDeal): void {
    for (const person of people) {
      const past = this.#past.get(person) ?? [];
      const stage = this.stage(person);
      if (stage !== (past.at(-1)?.stage ?? 'lead')) past.push({ stage, at: this.#clock.at });
      this.#past.set(person, past);
    }
  }
}
