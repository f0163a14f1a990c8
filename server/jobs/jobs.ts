import type { Store, Trx } from '../store/db.ts';

/**
 * Work that is slow or periodic, kept in PostgreSQL. Every job carries its workspace and runs in it as a request
 * would; it may run more than once, so its effect must be one that can be repeated.
 */
export interface Jobs {
  /** What runs for `name`. Registered before `start`. */
  work<Data extends object = object>(name: string, run: (job: Job<Data>) => Promise<void>): void;
  /** Runs `name` for every workspace by a cron expression (UTC). Registered before `start`. */
  every(cron: string, name: string): void;
  /** Asks for one run. `key`: not again while one with the same key waits. `within`: if that transaction is committed, and only then. */
  send(workspace: string, name: string, data?: object, options?: { key?: string; startAfter?: Date; within?: Trx }): Promise<void>;
  start(): Promise<void>;
  /** Lets running jobs end, at most ten seconds. */
  stop(): Promise<void>;
}

export interface Job<Data extends object = object> {
  workspace: string;
  data: Data;
  store: Store;
  signal: AbortSignal;
}
