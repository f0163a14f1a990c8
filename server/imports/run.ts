import { setTimeout as sleep } from 'node:timers/promises';
import { inEnglish, says } from '../../lib/funnel/sentences/index.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import type { Log } from '../http/log.ts';
import { told, worded } from '../http/problem.ts';
import { termsOf } from '../ingest/ingest.ts';
import { isAway, type Store, type Trx } from '../store/db.ts';
import type { ImportKind, Rows, Setting } from './columns.ts';
import { type Head, NotReadable, rowsOf } from './rows.ts';
import { type Importing, type Note, type Numbered, storeCampaigns, storePeople, storeSpend, storeTouches } from './store.ts';

/** Rows of one transaction: enough to be fast, few enough to be small in memory and short under lock. */
const together = 500;
/** Refused rows that are listed; beyond this they are only counted. */
export const listed = 10_000;
/** The store may be away for a moment in the middle of a file. In ms. */
const patience = [250, 1000, 4000, 10_000];

/** Of one line, with the sentence in English. */
interface Told {
  line: number;
  column?: string;
  why: string;
  said: Said;
}
export interface Imported {
  rows: number;
  kept: number;
  refused: Told[];
  unlisted: number;
  notes: Told[];
  unknownColumns: string[];
}

type Storing = { [K in ImportKind]: (trx: Trx, importing: Importing, rows: readonly Numbered<Rows[K]>[]) => Promise<Note[]> };
const storing: Storing = { people: storePeople, campaigns: storeCampaigns, touches: storeTouches, spend: storeSpend };

/**
 * Reads a file and stores its rows, some hundred in a transaction, while the rest is still on its way.
 * @throws `invalid` when it is no such file, `unavailable` when the store stays away; what was stored until then stays,
 * and the same file sent again goes on where this one ended.
 */
export async function runImport<K extends ImportKind>(
  store: Store,
  log: Log,
  kind: K,
  bytes: AsyncIterable<Uint8Array>,
  importing: Importing,
): Promise<Imported> {
  const { workspace } = importing;
  const setting = await settingOf(store, importing);
  const done: Imported = { rows: 0, kept: 0, refused: [], unlisted: 0, notes: [], unknownColumns: [] };
  const refuse = (line: number, refused: { column?: string; said: Said }) => {
    if (done.refused.length < listed) done.refused.push(inWords({ line, ...refused }));
    else done.unlisted++;
  };
  const put = (rows: readonly Numbered<Rows[K]>[]) =>
    patiently(() => store.inWorkspace(workspace, (trx) => storing[kind](trx, importing, rows)));
  const keep = (rows: readonly Numbered<Rows[K]>[], notes: readonly Note[]) => {
    done.kept += rows.length;
    done.notes.push(...notes.slice(0, listed - done.notes.length).map(inWords));
  };

  let waiting: Numbered<Rows[K]>[] = [];
  const flush = async () => {
    const rows = waiting;
    waiting = [];
    if (rows.length === 0) return;
    try {
      keep(rows, await put(rows));
    } catch (error) {
      if (isAway(error)) throw away(rows[0]!.line);
      // One of them cannot be stored for a reason nobody thought of; it must not take the others with it.
      log.error({ error, kind }, 'rows cannot be stored together');
      for (const row of rows) {
        try {
          keep([row], await put([row]));
        } catch (inner) {
          if (isAway(inner)) throw away(row.line);
          log.error({ error: inner, kind }, 'row cannot be stored');
          refuse(row.line, { said: says('row-not-stored') });
        }
      }
    }
  };

  try {
    const onHead = ({ unknown }: Head) => {
      done.unknownColumns = unknown;
    };
    for await (const row of rowsOf(kind, bytes, setting, onHead)) {
      done.rows++;
      if ('refused' in row) refuse(row.line, row.refused);
      else if (waiting.push(row) >= together) await flush();
    }
    await flush();
  } catch (error) {
    if (error instanceof NotReadable) throw told('invalid', error.said, error.message);
    throw error;
  }
  done.refused.sort((a, b) => a.line - b.line);
  return done;
}

/** Tries again while the store is away for a moment. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (const wait of patience) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error)) throw error;
      await sleep(wait);
    }
  }
  return work();
}

const inWords = <T extends { said: Said }>(one: T) => ({ ...one, why: inEnglish(one.said)! });

const away = (line: number) => worded('unavailable', 'file-interrupted', { line }, { headers: { 'retry-after': '10' } });

async function settingOf(store: Store, { workspace, receivedAt }: Importing): Promise<Setting> {
  return store.inWorkspace(workspace, async (trx) => {
    const { calendar } = await termsOf(trx, workspace);
    const row = await trx.selectFrom('workspace').select('settings').where('workspace', '=', workspace).executeTakeFirstOrThrow();
    const currency = row.settings.currency;
    return { zone: calendar.zone, currency: typeof currency === 'string' ? currency : 'EUR', now: Date.parse(receivedAt) };
  });
}
