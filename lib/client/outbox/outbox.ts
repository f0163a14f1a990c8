import { v7 } from 'uuid';
import type { Act } from '../../contract/act.ts';
import type { Card } from '../../contract/card.ts';
import type { WireRefusal } from '../../contract/problem.ts';
import { refusal } from '../../funnel/sentences/refusals.ts';
import type { Row, Store } from './store.ts';
import { ahead, backoffSpan, holdFor, leaseFor, oldAfter, rememberFor, retryAt } from './times.ts';

/**
 * Every act of the user goes through here: on disk before the screen says saved, then to the backend until it has
 * answered. In order per lead, side by side across leads. The worker may die between any two lines: all that counts
 * stands in the rows, and the backend applies each id once however often it is sent.
 */
export interface Outbox {
  /** Resolves when the act is on disk. Rejects with `NotSaved`, and then it is not. */
  add(wanted: Wanted): Promise<Row>;
  /** Takes an act back that can't have reached the backend; otherwise gives the row as it is. */
  undo(id: string): Promise<Row>;
  /** Sends it now. A refused act becomes a new one (with a new id), because the backend has answered the old one. */
  retry(id: string, again: Again): Promise<Row>;
  /** The user has dealt with it: a refused, an old or a finished act goes from the list. */
  discard(id: string): Promise<void>;
  /** What the present user should see, in order: everything not over, and what is over since a short while. */
  list(): Promise<Row[]>;
  /** Sends what is due. `eager`: also what is backing off. Never rejects; resolves when nothing more can be done now. */
  flush(eager?: boolean): Promise<void>;
  /** When something will be due next (ms), if anything will. */
  nextDue(): Promise<number | undefined>;
  /** Everything of everybody goes, sent or not: the user has asked for exactly that. */
  forget(): Promise<void>;
}

export interface Wanted {
  lead: string;
  name: string;
  /** The act; for decisions without `basis`, which depends on what is still on its way. `id` is the operation's. */
  act(basis: Basis, id: string): Act;
  /** The lead's funnelVersion that the user saw. */
  seen?: number;
  /** RFC 3339, by the server's clock. */
  at: string;
  /** Sent at once, without the time to undo. */
  now?: true;
}
export type Basis = number | { after: string };
/** What a refused act is made anew with. */
export interface Again {
  seen?: number;
  at: string;
  renew(act: Act, basis: Basis, at: string): Act;
}

export type Outcome =
  | { is: 'done'; card?: Card }
  | { is: 'refused'; code: string; sentence: string; card?: Card; moved?: { by: string; at: string }; refusal?: WireRefusal }
  /** Trouble that passes; `asked`: ms the backend wants to be left alone. */
  | { is: 'later'; asked?: number }
  /** Nothing more can be sent now: no network, nobody signed in. */
  | { is: 'stopped' };

export interface OutboxWorld {
  store: Store;
  /** Device clock, ms. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  /** Backend and user that are signed in, or were last. `ready`: acts can be sent for them now. */
  user(): Promise<{ id: string; ready: boolean } | undefined>;
  /** Sends one act under its id. Never rejects. */
  send(row: Row): Promise<Outcome>;
  /** A card that came with an answer. It is stored before the act counts as done. */
  arrived(card: Card, row: Row): Promise<void>;
  /** These leads' acts have changed. */
  changed(leads: string[]): void;
  onFault(error: unknown): void;
}

export class NotSaved extends Error {
  override name = 'NotSaved';
  readonly full: boolean;
  constructor(cause: unknown) {
    super('The act could not be saved on this device.', { cause });
    this.full = cause instanceof Error && cause.name === 'QuotaExceededError';
  }
}
export class NoSuchAct extends Error {
  override name = 'NoSuchAct';
}
export class NotNow extends Error {
  override name = 'NotNow';
}

/** Who made an act, as rows have it. */
export const userAt = (backend: string, id: string): string => `${backend} ${id}`;
export const idOfUser = (user: string): string => user.slice(user.lastIndexOf(' ') + 1);

const atOnce = 4;

export const isOver = (row: Row): boolean => row.status === 'done' || row.status === 'undone' || row.status === 'refused';
/** Once found old it stays so, even when the clock is set back: what was made after it may have been sent meanwhile. */
export const isOld = (row: Row, now: number): boolean =>
  !isOver(row) && !row.released && (row.aged === true || (!isLeased(row, now) && now - row.madeAt > oldAfter));
const isHeld = (row: Row, now: number): boolean => row.status === 'held' && ahead(row.heldUntil, now, holdFor);
const isLeased = (row: Row, now: number): boolean => row.status === 'sending' && ahead(row.lease?.until, now, leaseFor);
const isBackingOff = (row: Row, now: number): boolean => row.status === 'queued' && ahead(row.notBefore, now, backoffSpan);

/** The acts that build on this one: those that name it, and everything about a lead that it was to create. */
function successors(of: Row, rows: readonly Row[]): Row[] {
  const found = new Set([of.id]);
  const list: Row[] = [];
  for (const row of rows) {
    if (row.user !== of.user || row.lead !== of.lead || row.seq <= of.seq || isOver(row)) continue;
    const after = row.act.kind === 'decision' && typeof row.act.body.basis === 'object' ? row.act.body.basis.after : undefined;
    if (of.act.kind !== 'add' && !(after !== undefined && found.has(after))) continue;
    found.add(row.id);
    list.push(row);
  }
  return list;
}

/** The first act of each lead that may be sent now; the ones behind it wait for it. */
export function due(rows: readonly Row[], user: string, now: number, eager: boolean): Row[] {
  const blocked = new Set<string>();
  const waiting = new Set<string>();
  const ready: Row[] = [];
  for (const row of rows) {
    if (row.user !== user || isOver(row)) continue;
    if (isOld(row, now)) {
      waiting.add(row.id);
      if (row.act.kind === 'add') blocked.add(row.lead);
      continue;
    }
    if (blocked.has(row.lead)) continue;
    const after = row.act.kind === 'decision' && typeof row.act.body.basis === 'object' ? row.act.body.basis.after : undefined;
    if (after !== undefined && waiting.has(after)) {
      waiting.add(row.id);
      continue;
    }
    blocked.add(row.lead);
    if (isHeld(row, now) || isLeased(row, now) || (!eager && isBackingOff(row, now))) continue;
    ready.push(row);
  }
  return ready;
}

export function outbox(world: OutboxWorld): Outbox {
  const { store, now, random } = world;
  const me = crypto.randomUUID();
  let running: Promise<void> | undefined;
  let again: { eager: boolean } | undefined;

  async function saved<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof NoSuchAct || error instanceof NotNow) throw error;
      throw new NotSaved(error);
    }
  }

  /** What a new decision builds on: the latest act still on its way, else the newest state that the user can have seen. */
  function basisFor(rows: readonly Row[], user: string, seen: number | undefined): Basis {
    const at = now();
    let basis: Basis = seen ?? 0;
    for (const row of rows.toSorted((a, b) => a.seq - b.seq)) {
      if (row.user !== user || (row.act.kind !== 'decision' && row.act.kind !== 'add')) continue;
      if (row.status === 'done') {
        if (typeof basis === 'number' && row.result !== undefined) basis = Math.max(basis, row.result);
      } else if (!isOver(row) && !isOld(row, at)) basis = { after: row.id };
    }
    return basis;
  }

  async function oneRound(eager: boolean): Promise<boolean> {
    const user = await world.user();
    if (!user?.ready) return false;
    // Most of the time there is nothing to send, and then nothing is written either.
    const seen = await store.all();
    const ages = seen.some((row) => row.user === user.id && !row.aged && isOld(row, now()));
    if (!ages && !due(seen, user.id, now(), eager).length) return false;
    const taken = await store.change(async (change) => {
      const at = now();
      const all = await change.all();
      for (const row of all) {
        if (row.user !== user.id || row.aged || !isOld(row, at)) continue;
        row.aged = true;
        await change.put(row);
      }
      const rows = due(all, user.id, at, eager).slice(0, atOnce);
      for (const row of rows) {
        row.status = 'sending';
        row.lease = { owner: me, until: at + leaseFor };
        row.attempts++;
        delete row.heldUntil;
        delete row.notBefore;
        await change.put(row);
      }
      return rows;
    });
    if (!taken.length) return false;
    world.changed(taken.map((row) => row.lead));
    const outcomes = await Promise.all(
      taken.map(async (row) => {
        const outcome = await world.send(row);
        if ((outcome.is === 'done' || outcome.is === 'refused') && outcome.card) {
          // Losing the card costs a moment of an older picture; the feed brings it again.
          await world.arrived(outcome.card, row).catch(world.onFault);
        }
        await settle(row, outcome);
        return outcome.is;
      }),
    );
    return !outcomes.includes('stopped');
  }

  async function settle(sent: Row, outcome: Outcome): Promise<void> {
    const leads = await store.change(async (change) => {
      const row = await change.byId(sent.id);
      if (!row || isOver(row)) return [];
      const at = now();
      switch (outcome.is) {
        case 'done':
          row.status = 'done';
          row.endedAt = at;
          if (outcome.card) row.result = outcome.card.funnelVersion;
          delete row.lease;
          break;
        case 'refused': {
          row.status = 'refused';
          row.endedAt = at;
          row.refusal = {
            code: outcome.code,
            sentence: outcome.sentence,
            ...(outcome.card && { card: outcome.card }),
            ...(outcome.moved && { moved: outcome.moved }),
            ...(outcome.refusal && { said: outcome.refusal }),
          };
          delete row.lease;
          await refuseAfter(row, change, at);
          break;
        }
        default:
          // Somebody else has taken it over meanwhile: it is theirs to put back.
          if (row.lease?.owner !== me) return [];
          row.status = 'queued';
          row.notBefore = retryAt(at, row.attempts, random(), outcome.is === 'later' ? outcome.asked : 0);
          delete row.lease;
      }
      await change.put(row);
      return [row.lead];
    });
    if (leads.length) world.changed(leads);
  }

  async function refuseAfter(row: Row, change: { all(): Promise<Row[]>; put(row: Row): Promise<void> }, at: number): Promise<void> {
    for (const next of successors(row, await change.all())) {
      next.status = 'refused';
      next.endedAt = at;
      const { refused: code, sentence } = refusal('predecessor');
      next.refusal = { code, sentence, said: { code, facts: {} } };
      delete next.heldUntil;
      await change.put(next);
    }
  }

  async function prune(): Promise<void> {
    const over = (row: Row) =>
      (row.status === 'done' || row.status === 'undone') && !ahead((row.endedAt ?? 0) + rememberFor, now(), rememberFor);
    if (!(await store.all()).some(over)) return;
    await store.change(async (change) => {
      for (const row of await change.all()) if (over(row)) await change.remove(row);
    });
  }

  async function run(eager: boolean): Promise<void> {
    try {
      // What was tried eagerly is not tried again in the same breath: only the first round ignores back-off.
      for (let first = eager; await oneRound(first); first = false);
      await prune();
    } catch (error) {
      world.onFault(error);
    }
  }

  return {
    async add(wanted) {
      const user = await world.user();
      if (!user) throw new NotSaved(new Error('Nobody has signed in on this device.'));
      const row = await saved(() =>
        store.change(async (change) => {
          const at = now();
          const id = v7({ msecs: Math.max(0, at) });
          const basis = basisFor(await change.byLead(wanted.lead), user.id, wanted.seen);
          const made: Omit<Row, 'seq'> = {
            id,
            user: user.id,
            lead: wanted.lead,
            act: wanted.act(basis, id),
            name: wanted.name,
            at: wanted.at,
            madeAt: at,
            status: wanted.now ? 'queued' : 'held',
            ...(wanted.now ? {} : { heldUntil: at + holdFor }),
            attempts: 0,
          };
          await change.add(made);
          return made as Row;
        }),
      );
      world.changed([row.lead]);
      return row;
    },

    async undo(id) {
      const row = await saved(() =>
        store.change(async (change) => {
          const row = await change.byId(id);
          if (!row) throw new NoSuchAct(id);
          if (row.attempts > 0 || (row.status !== 'held' && row.status !== 'queued')) return row;
          row.status = 'undone';
          row.endedAt = now();
          delete row.heldUntil;
          await change.put(row);
          await refuseAfter(row, change, now());
          return row;
        }),
      );
      world.changed([row.lead]);
      return row;
    },

    async retry(id, { seen, at, renew }) {
      const user = await world.user();
      const row = await saved(() =>
        store.change(async (change) => {
          const row = await change.byId(id);
          if (!row) throw new NoSuchAct(id);
          if (!isOver(row)) {
            // Somebody is sending it right now.
            if (isLeased(row, now())) return row;
            if (isOld(row, now())) row.released = true;
            row.status = 'queued';
            delete row.notBefore;
            delete row.heldUntil;
            delete row.lease;
            await change.put(row);
            return row;
          }
          if (row.status !== 'refused') return row;
          if (row.user !== user?.id) throw new NotNow(id);
          await change.remove(row);
          const made: Omit<Row, 'seq'> = {
            id: v7({ msecs: Math.max(0, now()) }),
            user: row.user,
            lead: row.lead,
            act: renew(row.act, basisFor(await change.byLead(row.lead), row.user, seen), at),
            name: row.name,
            at,
            madeAt: now(),
            status: 'queued',
            attempts: 0,
            renews: row.id,
          };
          await change.add(made);
          return made as Row;
        }),
      );
      world.changed([row.lead]);
      return row;
    },

    async discard(id) {
      const lead = await saved(() =>
        store.change(async (change) => {
          const row = await change.byId(id);
          if (!row) return undefined;
          if (!isOver(row) && !isOld(row, now())) throw new NotNow(id);
          await change.remove(row);
          if (!isOver(row)) await refuseAfter(row, change, now());
          return row.lead;
        }),
      );
      if (lead) world.changed([lead]);
    },

    async list() {
      const user = await world.user();
      return user ? (await store.all()).filter((row) => row.user === user.id) : [];
    },

    flush(eager = false) {
      if (running) {
        again = { eager: eager || (again?.eager ?? false) };
        return running;
      }
      const loop = async () => {
        await run(eager);
        while (again) {
          const next = again;
          again = undefined;
          await run(next.eager);
        }
      };
      running = loop().finally(() => {
        running = undefined;
      });
      return running;
    },

    async forget() {
      await store.change(async (change) => {
        for (const row of await change.all()) await change.remove(row);
      });
    },

    async nextDue() {
      const user = await world.user();
      if (!user) return undefined;
      const at = now();
      let next: number | undefined;
      for (const row of await store.all()) {
        if (row.user !== user.id || isOver(row) || isOld(row, at)) continue;
        const time = isHeld(row, at) ? row.heldUntil! : isLeased(row, at) ? row.lease!.until : isBackingOff(row, at) ? row.notBefore! : at;
        next = Math.min(next ?? time, time);
      }
      return next;
    },
  };
}
