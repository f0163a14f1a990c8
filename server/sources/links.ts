import type { Selectable } from 'kysely';
import type { Outgoing } from '../outgoing/request.ts';
import type { Trx } from '../store/db.ts';
import type { Tables } from '../store/tables.ts';
import type { Seal } from './seal.ts';
import type { Clock, Link, Mapping } from './source.ts';

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
};

export const findLink = (trx: Trx, workspace: string, id: string): Promise<LinkRow | undefined> =>
  trx.selectFrom('source_link').selectAll().where('workspace', '=', workspace).where('id', '=', id).executeTakeFirst();

export const credentialsOf = (seal: Seal, row: Pick<LinkRow, 'workspace' | 'id' | 'credentials'>): Record<string, string> =>
  JSON.parse(seal.open(row.credentials, ownerOf(row))) as Record<string, string>;

export const sealed = (seal: Seal, row: { workspace: string; id: string }, credentials: Record<string, string>): Buffer =>
  seal.close(JSON.stringify(credentials), ownerOf(row));

const ownerOf = (row: { workspace: string; id: string }): string => `${row.workspace}/${row.id}`;

/** What a source works with, for one run. @throws SealBroken */
export function linkOf(world: World, row: LinkRow, signal: AbortSignal, keep: (credentials: Buffer) => Promise<void>): Link {
  let credentials = credentialsOf(world.seal, row);
  return {
    call: world.call,
    get credentials() {
      return credentials;
    },
    async renew(changed) {
      credentials = { ...credentials, ...changed };
      await keep(sealed(world.seal, row, credentials));
    },
    mapping: row.mapping,
    clock: world.clock,
    signal,
  };
}

export const noMapping: Mapping = { stageIn: {}, stageOut: {}, reasonOut: {}, fields: {}, writeFeedback: false, agreed: false };
