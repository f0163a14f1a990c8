import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely';
import pg from 'pg';
import { isId } from './id.ts';
import type { Tables } from './tables.ts';

/** Inside one transaction of one workspace. Of no use after the function it was given to has returned. */
export type Trx = Kysely<Tables>;

export interface Store {
  /**
   * Runs `work` in one transaction that sees one workspace. Repeated when the database asks for it (serialization
   * failure, deadlock), so `work` must have no effect outside the transaction. Committed when it returns,
   * rolled back when it throws.
   */
  inWorkspace<T>(workspace: string, work: (trx: Trx) => Promise<T>): Promise<T>;
  /** Outside any workspace: row-level security leaves nothing but the look-up functions and `store_state`. */
  outside<T>(work: (db: Trx) => Promise<T>): Promise<T>;
  pool: pg.Pool;
  close(): Promise<void>;
}

/** Connections are kept few: PostgreSQL answers fastest with about two busy ones a core. */
const defaultConnections = 10;

export interface StoreOptions {
  url: string;
  connections?: number;
  /** Becomes this role at once; the default is the role that the migrations grant to. */
  role?: string;
  /** Errors of idle connections (the database went away); the next use reports it to whoever asks. */
  onIdleError?: (error: Error) => void;
}

export function openStore({ url, connections = defaultConnections, role = 'baton_app', onIdleError }: StoreOptions): Store {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    application_name: 'baton',
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    // A transaction left open holds back the change feed of every workspace.
    idle_in_transaction_session_timeout: 60_000,
    statement_timeout: 60_000,
    // Nobody keeps this on a spinning disk, which the default for random reads still expects.
    options: `-c role=${role} -c timezone=UTC -c jit=off -c random_page_cost=1.1`,
    types: { getTypeParser: typeParser },
    // Several queries may be on the wire at once; they are answered in order.
    pipeline: true,
  } as pg.PoolConfig);
  pool.on('error', (error) => onIdleError?.(error));

  async function once<T>(begin: string | undefined, work: (trx: Trx) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    const connection = new BoundConnection(client);
    let broken: Error | undefined;
    // The pool listens to connections that are idle only. One that dies between two queries of ours would otherwise
    // end the process; the next query says so too.
    const died = (error: Error) => (broken = error);
    client.on('error', died);
    try {
      // Not awaited: it travels with the first query of `work`, which saves a round trip.
      const begun = begin === undefined ? undefined : client.query(begin);
      begun?.catch(() => undefined);
      const result = await work(bind(connection));
      connection.end();
      if (begun) {
        await begun;
        const { command } = await client.query('commit');
        // PostgreSQL answers the commit of a failed transaction by rolling back, without an error.
        if (command !== 'COMMIT') throw new Error('The transaction had failed and was rolled back; an error inside it was swallowed.');
      }
      return result;
    } catch (error) {
      connection.end();
      if (begin !== undefined) await client.query('rollback').catch((e: Error) => (broken = e));
      throw error;
    } finally {
      client.off('error', died);
      client.release(broken);
    }
  }

  return {
    pool,
    outside: (work) => once(undefined, work),
    async inWorkspace(workspace, work) {
      if (!isId(workspace)) throw new TypeError(`Not a workspace id: ${JSON.stringify(workspace)}`);
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(`begin; set local baton.workspace = '${workspace}'`, work);
        } catch (error) {
          if (attempt === 5 || !wantsRepeat(error)) throw error;
          await new Promise((done) => setTimeout(done, 2 ** attempt * (5 + Math.random() * 10)));
        }
      }
    },
    close: () => pool.end(),
  };
}

/** A prepared statement inside the transaction: planned once a connection, for what runs all the time. */
export async function prepared<Row>(trx: Trx, name: string, text: string, values: readonly unknown[]): Promise<Row[]> {
  const { rows } = await trx.executeQuery<Row>({ ...CompiledQuery.raw(text, [...values]), prepared: name } as CompiledQuery<Row>);
  return rows;
}

class BoundConnection implements DatabaseConnection {
  #client: pg.PoolClient | undefined;
  constructor(client: pg.PoolClient) {
    this.#client = client;
  }
  async executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    if (!this.#client) throw new Error('This transaction is over: a query was started after its function had returned.');
    const name = (compiled as { prepared?: string }).prepared;
    const result = await this.#client.query({ text: compiled.sql, values: compiled.parameters as unknown[], ...(name && { name }) });
    return { rows: result.rows as R[], numAffectedRows: BigInt(result.rowCount ?? 0) };
  }
  // biome-ignore lint/correctness/useYield: a pipelined connection cannot hold a cursor open
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Page through rows by key instead of streaming them.');
  }
  end() {
    this.#client = undefined;
  }
}

function bind(connection: BoundConnection): Trx {
  const nested = async () => {
    throw new Error('Already in a transaction: use the one you were given.');
  };
  const driver: Driver = {
    init: async () => undefined,
    acquireConnection: async () => connection,
    beginTransaction: nested,
    commitTransaction: nested,
    rollbackTransaction: nested,
    releaseConnection: async () => undefined,
    destroy: async () => undefined,
  };
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driver,
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}

const repeatable = new Set(['40001', '40P01']);
const wantsRepeat = (error: unknown): boolean => repeatable.has(codeOf(error) ?? '');

/** The SQLSTATE or system code of an error, if it has one. */
export const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
};

/** Unique violation; with `constraint`, of that one. */
export const isTaken = (error: unknown, constraint?: string): boolean =>
  codeOf(error) === '23505' && (constraint === undefined || (error as { constraint?: string }).constraint === constraint);

/** True when the store cannot be reached or cannot take more for now: worth the same request a little later. */
export function isAway(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) {
    // 08 connection, 53 resources (disk, memory, connections), 57P shutdown and start-up, 58 system errors.
    if (/^(08|53|58)...$|^57P0[1-5]$|^57014$/.test(code) || repeatable.has(code)) return true;
    if (/^E(CONN|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOENT)/.test(code)) return true;
  }
  const message = error instanceof Error ? error.message : '';
  return /Connection terminated|timeout exceeded when trying to connect|not queryable|Cannot use a pool after calling end/.test(message);
}

const parsers: Record<number, (text: string) => unknown> = {
  // int8
  20: (text) => {
    const n = Number(text);
    if (!Number.isSafeInteger(n)) throw new RangeError(`The number ${text} is too large to be exact.`);
    return n;
  },
  // date, numeric, xid8: as text
  1082: (text) => text,
  1700: (text) => text,
  5069: (text) => text,
  // timestamptz
  1184: instantOf,
  // text[], uuid[]
  1009: listOf,
  2951: listOf,
};

/** `{one,two}`, and with anything quoted in it by the driver's own parser. Lists here hold no nulls. */
function listOf(text: string): string[] {
  if (text === '{}') return [];
  if (text.includes('"')) return pg.types.getTypeParser(1009 as never)(text) as string[];
  return text.slice(1, -1).split(',');
}

/** `2026-11-22 09:00:00.12+00` to `2026-11-22T09:00:00.120Z`, the form of `Date.prototype.toISOString`. */
export function instantOf(text: string): string {
  if (!text.endsWith('+00') || text.charCodeAt(10) !== 32) return new Date(text).toISOString();
  const fraction = text.length > 22 ? text.slice(20, -3).slice(0, 3).padEnd(3, '0') : '000';
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`;
}

const typeParser = ((oid: number, format?: 'text' | 'binary') =>
  (format === 'binary' ? undefined : parsers[oid]) ?? pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser;
