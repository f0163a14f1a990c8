import type { Stage } from '../../../lib/funnel/words.ts';
import type { Random } from '../../../server/sample/random.ts';
import type { Mapping, Source } from '../../../server/sources/source.ts';
import type { SimulatedClock } from '../../fakes/clock.ts';
import type { Fake } from '../../fakes/reply.ts';

export interface Size {
  people: number;
  /** What people did: mails, forms, events, campaign membership, all told. */
  activities: number;
  /** How long it goes on after the import. */
  hours: number;
  /** A run dies at one of so many points, on average; a point is a call or a transaction, before or after. */
  diesEvery: number;
}

/** A year of one CRM in its fake, and what Baton has to know of it. People are numbered, and found by `emailOf`. */
export interface Account {
  source: Source;
  fake: Fake;
  clock: SimulatedClock;
  credentials: Record<string, string>;
  mapping: Mapping;
  /** A change younger than this is not told yet, ms. */
  lagMs: number;
  people(): number;
  /** The names that touches have here. */
  touches: ReadonlySet<string>;
  /** Whether a touch belongs to a campaign. */
  hasCampaign(touch: string): boolean;
  stands(person: number): { stage: Stage; title: string | null };
  /** What the CRM remembers of a person's stages, oldest first; epoch ms. */
  past(person: number): { stage: Stage; at: number }[];
  /** The CRM does not remember what a person began with: it may be known here, from `since` on. `undefined`: of this one it does. */
  forgets?: { stage: Stage; since(person: number): number | undefined };
  /** Where the CRM has them: how many it has, and what a person is worth by them, in whole units. */
  deals?: { count(): number; worth(person: number): number | null };
  /** Somebody there moves a person to another stage, be it by a deal, changes a title, adds a person; or a person does something. */
  move(person: number): void;
  retitle(person: number, title: string): void;
  add(): void;
  act(person: number): void;
  /** What others who use the same account do in the meantime. */
  others?(): void;
  /** @throws AssertionError when more was asked for than the CRM allows, by a process that died so many times */
  within(deaths: number): void;
}

/** Makes an account at its clock's end of a year. */
export type MakeAccount = (size: Size, chance: Random) => Account;

/** How far people can get, in order. No subscribers: one who fills in a form is a lead here before the CRM says so. */
export const ladder: readonly Stage[] = ['lead', 'mql', 'sql', 'opportunity', 'customer'];
/** Where somebody may move a person while it is followed. A hand-off that came up would be Baton's to answer. */
export const moves = ladder.filter((stage) => stage !== 'mql');
export const emailOf = (person: number): string => `person${person}@year.example`;

export const minute = 60_000;
export const day = 86_400_000;
export const newYear = Date.parse('2025-11-22T00:00:00Z');
export const yearEnd = newYear + 365 * day;

export const mappingOf = (names: Readonly<Partial<Record<Stage, string>>>): Mapping => ({
  stageIn: Object.fromEntries(Object.entries(names).map(([stage, name]) => [name, stage as Stage])),
  stageOut: {},
  reasonOut: {},
  fields: { currency: 'EUR' },
  writeFeedback: false,
  agreed: true,
});

/** The instants at which a person climbs, the first being when the person came up. */
export function climb(chance: Random): number[] {
  let at = newYear + chance.int(0, 300 * day);
  const last = chance.weighted([
    [1, 6],
    [2, 3],
    [4, 2],
    [5, 1],
  ]);
  return ladder.slice(0, last).map((_, i) => {
    if (i > 0) at += chance.int(minute, 8 * day);
    return at;
  });
}
