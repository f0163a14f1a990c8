import { type Selectable, sql } from 'kysely';
import type { Outgoing } from '../outgoing/request.ts';
import type { Store, Trx } from '../store/db.ts';
import type { Tables } from '../store/tables.ts';
import type { Seal } from './seal.ts';
import type { Clock, Link, Mapping, Wrote } from './source.ts';

export type LinkRow = Selectable<Tables['source_link']>;

/** What runs of a source need from the server. */
export interface World {
  seal: Seal;
  call: Outgoing;
  clock: Clock;
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) =>
    new Promise((done, fail) => {
      signal.throwIfAborted();
      const timer = setTimeout(end, ms);
      const stop = () => {
        clearTimeout(timer);
        fail(signal.reason);
      };
      function end() {
        signal.removeEventListener('abort', stop);
        done();
      }
      signal.addEventListener('abort', stop, { once: true });
    }),
  every(ms, act) {
    const timer = setInterval(() => void act().catch(() => {}), ms);
    return () => clearInterval(timer);
  },
};

export const noMapping: Mapping = { stageIn: {}, stageOut: {}, reasonOut: {}, fields: {}, writeFeedback: false, agreed: false };

export const findLink = (trx: Trx, workspace: string, id: string): Promise<LinkRow | undefined> =>
  trx.selectFrom('source_link').selectAll().where('workspace', '=', workspace).where('id', '=', id).executeTakeFirst();

/**
 * The link, kept from other runs until the transaction ends: what is known of stages is read and written under this
 * lock. Acts of users do not wait for it.
 */
export const lockLink = (trx: Trx, workspace: string, id: string): Promise<LinkRow | undefined> =>
  trx.selectFrom('source_link').selectAll().where('workspace', '=', workspace).where('id', '=', id).forNoKeyUpdate().executeTakeFirst();

export const updateLink = (trx: Trx, workspace: string, id: string) =>
  trx.updateTable('source_link').where('workspace', '=', workspace).where('id', '=', id);

export const credentialsOf = (seal: Seal, row: Pick<LinkRow, 'workspace' | 'id' | 'credentials'>): Record<string, string> =>
  JSON.parse(seal.open(row.credentials, ownerOf(row))) as Record<string, string>;

export const sealed = (seal: Seal, row: { workspace: string; id: string }, credentials: Record<string, string>): Buffer =>
  seal.close(JSON.stringify(credentials), ownerOf(row));

export const ownerOf = (row: { workspace: string; id: string }): string => `${row.workspace}/${row.id}`;

/** Where credentials are kept while one of several runs renews them. */
export interface Renewal {
  /** Takes the right to renew. `undefined`: somebody else has it. */
  begin(): Promise<Record<string, string> | undefined>;
  /** Gives it back, with what is to be kept from now on. */
  end(credentials?: Record<string, string>): Promise<void>;
}

export interface LinkParts {
  id: string;
  call: Outgoing;
  clock: Clock;
  credentials: Record<string, string>;
  mapping: Mapping;
  renewal: Renewal;
  signal: AbortSignal;
  /** Keeps what is about to be set, before it is. */
  setting?: (fields: Wrote[]) => Promise<void>;
  /** Keeps what is about to be overwritten. */
  found?: Link['found'];
  /** How far the CRM's clock was ahead of ours when last asked, ms. */
  skew?: number;
}
/** A link whose idea of the CRM's clock can be kept. */
export type TimedLink = Link & { readonly skew: number };

/** The clock of an answer is told in whole seconds and a little late: less than this is no difference. */
const sameTimeMs = 2_000;
const renewPollMs = 500;

export function makeLink({
  id,
  call,
  clock,
  mapping,
  renewal,
  signal,
  setting = async () => {},
  found = async () => undefined,
  ...parts
}: LinkParts): TimedLink {
  let { credentials, skew = 0 } = parts;
  const link: TimedLink = {
    id,
    mapping,
    clock,
    signal,
    setting,
    found,
    get credentials() {
      return credentials;
    },
    get skew() {
      return skew;
    },
    async call(url, about) {
      const answer = await call(url, about);
      const theirs = Date.parse(answer.headers.date ?? '');
      if (!Number.isNaN(theirs)) {
        const ahead = theirs + 500 - clock.now();
        // What is known stays as long as it fits: two instants are compared by one and the same difference.
        if (Math.abs(ahead - skew) >= sameTimeMs) skew = Math.abs(ahead) < sameTimeMs ? 0 : ahead;
      }
      return answer;
    },
    async renew(stale, ask) {
      for (;;) {
        const kept = await renewal.begin();
        if (kept === undefined) {
          await clock.sleep(renewPollMs, signal);
          continue;
        }
        let changed: Record<string, string> | undefined;
        try {
          credentials = kept;
          if (kept.accessToken !== stale) return;
          changed = { ...kept, ...(await ask()) };
          credentials = changed;
        } finally {
          await renewal.end(changed);
        }
        return;
      }
    },
    time: () => clock.now() + skew,
    theirs: (at) => (skew === 0 ? at : new Date(Date.parse(at) + skew).toISOString()),
  };
  return link;
}

/** For credentials that are not kept yet. */
export function unkept(credentials: Record<string, string>): Renewal {
  let busy = false;
  return {
    async begin() {
      if (busy) return undefined;
      busy = true;
      return { ...credentials };
    },
    async end(changed) {
      busy = false;
      if (changed) Object.assign(credentials, changed);
    },
  };
}

/** Whoever died while renewing has the right to it no longer than this. */
const renewLeaseSeconds = 60;

/** What a source works with, for one run. @throws SealBroken */
export function linkOf(
  store: Store,
  world: World,
  row: LinkRow,
  signal: AbortSignal,
  parts: Pick<LinkParts, 'setting' | 'found'> = {},
): TimedLink {
  const { workspace, id } = row;
  const renewal: Renewal = {
    begin: () =>
      store.inWorkspace(workspace, async (trx) => {
        const now = new Date(world.clock.now());
        const { rows } = await sql<{ credentials: Buffer }>`
          update source_link set renewing_until = ${now}::timestamptz + ${`${renewLeaseSeconds} seconds`}::interval
          where workspace = ${workspace}::uuid and id = ${id}::uuid and (renewing_until is null or renewing_until <= ${now}::timestamptz)
          returning credentials`.execute(trx);
        return rows[0] && credentialsOf(world.seal, { workspace, id, credentials: rows[0].credentials });
      }),
    end: (credentials) =>
      store.inWorkspace(workspace, async (trx) => {
        if (credentials)
          await updateLink(trx, workspace, id)
            .set({ credentials: sealed(world.seal, row, credentials) })
            // An admin may have entered others meanwhile.
            .where('version', '=', row.version)
            .execute();
        await updateLink(trx, workspace, id).set({ renewing_until: null }).execute();
      }),
  };
  return makeLink({
    id,
    call: world.call,
    clock: world.clock,
    credentials: credentialsOf(world.seal, row),
    mapping: row.mapping,
    renewal,
    signal,
    skew: row.skew_ms,
    ...parts,
  });
}
