import { parseArgs } from 'node:util';
import { ConfigError, configFromEnv } from '../server/config.ts';
import { commandLineToken, minutes } from '../server/sign-in/token.ts';
import { codeOf, openStore } from '../server/store/db.ts';
import { StoreRefusal } from '../server/store/migrate.ts';
import { withDatabase } from './parts/database.ts';

/**
 * `npm run token -- --as EMAIL` prints an access token of an hour for the backend on this computer. Whoever may read its
 * data folder may act as anybody, and needs no password for it.
 */
const usage = 'Usage: npm run token -- --as EMAIL';

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
