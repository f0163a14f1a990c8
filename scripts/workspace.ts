import { parseArgs } from 'node:util';
import { type Language, languages, usualLanguage } from '../lib/funnel/language.ts';
import { ConfigError } from '../server/config.ts';
import { beginWorkspace } from '../server/sign-in/begin.ts';
import { codeOf, openStore } from '../server/store/db.ts';
import { StoreRefusal } from '../server/store/migrate.ts';
import { withDatabase } from './parts/database.ts';

/** `npm run workspace -- --name COMPANY --admin EMAIL` makes a company's workspace and its first admin, who makes the others. */
const usage = `Usage: npm run workspace -- --name COMPANY --admin EMAIL [--language ${languages.join('|')}]`;

try {
  const { values } = parseArgs({ options: { name: { type: 'string' }, admin: { type: 'string' }, language: { type: 'string' } } });
  const { name, admin, language = usualLanguage } = values;
  if (!name || !admin || !languages.includes(language as Language)) throw new ConfigError(usage);
  const begun = await withDatabase(async (url) => {
    const store = openStore({ url, connections: 2 });
    try {
      return await beginWorkspace(store, { name, admin, language: language as Language });
    } finally {
      await store.close();
    }
  });
  console.log(`${name} has a workspace. ${begun.email} is its admin, with the password\n\n  ${begun.password}\n`);
  console.log('It is not shown again, and not needed where people sign in with your identity provider.');
} catch (error) {
  const empty = codeOf(error) === '42883' || codeOf(error) === '3D000';
  const misspelt = codeOf(error)?.startsWith('ERR_PARSE_ARGS');
  if (!empty && !misspelt && !(error instanceof ConfigError) && !(error instanceof StoreRefusal)) throw error;
  console.error(
    empty ? 'There are no tables there yet. Start the backend once: npm run serve' : misspelt ? usage : (error as Error).message,
  );
  process.exitCode = 1;
}
