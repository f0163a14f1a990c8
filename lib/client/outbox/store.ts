import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Act } from '../../contract/act.ts';
import type { Card } from '../../contract/card.ts';
import type { WireRefusal } from '../../contract/problem.ts';
import { yieldTo } from '../cache.ts';

/**
 * One act of the user on its way to the backend.
 * `held`: can still be undone. `queued`: to be sent. `sending`: somebody sends it, until the lease ends.
 * `done`, `undone`: over, kept a while so that a screen can say so. `refused`: over, and stays until the user deals with it.
 */
export interface Row {
  /** Order in which the acts were made on this device. */
  seq: number;
  /** UUIDv7; the Idempotency-Key. */
  id: string;
  /** Who made it, at which backend: it is never sent for anybody else. */
  user: string;
  lead: string;
  act: Act;
  /** The person's name, for lists. */
  name: string;
  /** RFC 3339, by the server's clock as far as it was known. */
  at: string;
  /** Device clock, ms since epoch: how old it is. */
  madeAt: number;
  status: 'held' | 'queued' | 'sending' | 'done' | 'refused' | 'undone';
  heldUntil?: number;
  lease?: { owner: string; until: number };
  /** How often it was handed to the network; 0 = it can't have reached the backend. */
  attempts: number;
  /** Not before this time (ms): backing off. */
  notBefore?: number;
  /** It was found too old to be sent unasked; `released`: the user asked for it all the same. */
  aged?: true;
  released?: true;
  endedAt?: number;
  /** Made anew from a refused act, which it replaces: that one's id. */
  renews?: string;
  /** `done` decisions: the lead's funnelVersion after it. */
  result?: number;
  refusal?: { code: string; sentence: string; card?: Card; moved?: { by: string; at: string }; said?: WireRefusal };
}

interface OutboxSchema extends DBSchema {
  acts: { key: number; value: Row; indexes: { id: string; lead: string } };
}

/** The rows within one transaction. Everything written is on disk when `change` resolves, or nothing is. */
export interface Change {
  all(): Promise<Row[]>;
  byId(id: string): Promise<Row | undefined>;
  byLead(lead: string): Promise<Row[]>;
  add(row: Omit<Row, 'seq'>): Promise<void>;
  put(row: Row): Promise<void>;
  remove(row: Row): Promise<void>;
}
export interface Store {
  /** In order. */
  all(): Promise<Row[]>;
  byId(id: string): Promise<Row | undefined>;
  /** `work` may await nothing but the change itself. When it throws, nothing is written. */
  change<T>(work: (change: Change) => Promise<T>): Promise<T>;
}

type Database = IDBPDatabase<OutboxSchema>;

/** An upgrade may add stores and indexes; it never drops the acts. `version` is another one in tests of exactly that. */
export const openOutbox =
  (name = 'baton-outbox', version = 1) =>
  (closed: () => void): Promise<Database> =>
    openDB<OutboxSchema>(name, version, {
      upgrade(db, before) {
        if (before >= 1) return;
        const acts = db.createObjectStore('acts', { keyPath: 'seq', autoIncrement: true });
        acts.createIndex('id', 'id', { unique: true });
        acts.createIndex('lead', 'lead');
      },
      blocking: (_current, _blocked, event) => yieldTo(event, closed),
      terminated: closed,
    });

export const idbStore = (database: () => Promise<Database>): Store => ({
  all: async () => (await database()).getAll('acts'),
  byId: async (id) => (await database()).getFromIndex('acts', 'id', id),
  async change(work) {
    const tx = (await database()).transaction('acts', 'readwrite', { durability: 'strict' });
    const acts = tx.store;
    try {
      const result = await work({
        all: () => acts.getAll(),
        byId: (id) => acts.index('id').get(id),
        byLead: (lead) => acts.index('lead').getAll(lead),
        add: async (row) => {
          await acts.add(row as Row);
        },
        put: async (row) => {
          await acts.put(row);
        },
        remove: (row) => acts.delete(row.seq),
      });
      await tx.done;
      return result;
    } catch (error) {
      // Both fail when a write does; the first reason is the one worth telling.
      tx.done.catch(() => undefined);
      try {
        tx.abort();
      } catch {
        // It has aborted itself.
      }
      throw error;
    }
  },
});
