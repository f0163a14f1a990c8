import { parseArgs } from 'node:util';
import { ConfigError, configFromEnv } from '../server/config.ts';
import { commandLineToken, minutes } from '../server/sign-in/token.ts';
import { codeOf, openStore } from '../server/store/db.ts';
import { lockData, runningEmbedded, startEmbedded } from '../server/store/embedded.ts';
import { StoreRefusal } from '../server/store/migrate.ts';

/**
 * `npm run token -- --as EMAIL` prints an access token of an hour for the backend on this computer. Whoever may read its
 * data folder may act as anybody, and needs no password for it.
 */
const usage = 'Usage: npm run token -- --as EMAIL';

/** The database of the Baton here: its own, or the one that is named; started for as long as it takes when nobody runs it. */
async function withDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const { data, databaseUrl } = configFromEnv(process.env);
  if (databaseUrl) return work(databaseUrl);
  const running = await runningEmbedded(data);
  if (running) return work(running.url);
  const lock = await lockData(data);
  try {
    const embedded = await startEmbedded({ data });
    try {
      return await work(embedded.url);
    } finally {
      await embedded.stop();
    }
  } finally {
    await lock.release();
  }
}

try {
  const { values } = parseArgs({ options: { as: { type: 'string' } } });
  if (!values.as) throw new ConfigError(usage);
  const url = new URL(configFromEnv(process.env).url);
  const token = await withDatabase(async (database) => {
    const store = openStore({ url: database, connections: 1 });
    try {
      return await commandLineToken(store.pool, url, values.as!);
    } finally {
      await store.close();
    }
  });
  console.log(token);
  console.error(`\nFor ${url.origin}, for ${minutes} minutes:\n  curl -H "Authorization: Bearer $TOKEN" ${url.origin}/v1/me`);
} catch (error) {
  const empty = codeOf(error) === '42883' || codeOf(error) === '3D000';
  const misspelt = codeOf(error)?.startsWith('ERR_PARSE_ARGS');
  if (!empty && !misspelt && !(error instanceof ConfigError) && !(error instanceof StoreRefusal)) throw error;
  console.error(empty ? 'There is no data here yet. Start the backend once: npm start' : misspelt ? usage : (error as Error).message);
  process.exitCode = 1;
}
