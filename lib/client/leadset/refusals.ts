import { type Area, item } from '../area.ts';

/** Lead sets that came and were refused: kept on this device for whoever looks into it, and told to nobody. */
export interface Refusal {
  /** RFC 3339, device clock. */
  at: string;
  why: string;
}

/** More than these would say nothing that these do not. */
const kept = 20;

export interface Refusals {
  /** Newest last. */
  list(): Promise<Refusal[]>;
  note(why: string): Promise<void>;
}

export function refusals(local: Area, now: () => number): Refusals {
  const stored = item<Refusal[]>(local, 'leadset.refused');
  const list = async () => (await stored.get()) ?? [];
  return {
    list,
    note: async (why) => stored.set([...(await list()), { at: new Date(now()).toISOString(), why }].slice(-kept)),
  };
}
