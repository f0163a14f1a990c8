import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { sql } from 'kysely';
import { isLoopback } from '../lib/contract/loopback.ts';
import { importKinds, importRows } from '../lib/contract/routes/imports.ts';
import type { z } from '../lib/contract/z.ts';
import { ConfigError, configFromEnv } from '../server/config.ts';
import { commandLineToken } from '../server/sign-in/token.ts';
import { openStore } from '../server/store/db.ts';
import { runningEmbedded } from '../server/store/embedded.ts';
import { StoreRefusal } from '../server/store/migrate.ts';

/**
 * `npm run import -- people file.csv [more.csv …]`: sends files to a running backend, and lists every row that it
 * refused. For the backend on this computer no token is needed by whoever may read its data folder.
 */
const usage = `Usage: npm run import -- ${importKinds.join('|')} FILE.csv … [--backend URL] [--token TOKEN] [--as EMAIL]

  --backend  address of the backend; the one on this computer by default
  --token    access token (or BATON_TOKEN); made from the data folder for a backend on this computer
  --as       whose token that is; an admin's by default`;

type Answer = z.output<typeof importRows.answer>;
type Kind = (typeof importKinds)[number];

/** Trouble to be told in one sentence. */
class Trouble extends Error {}

async function tokenFromData(backend: URL, email: string | undefined): Promise<string> {
  if (!isLoopback(backend.hostname)) throw new Trouble(`Name a token for ${backend.origin} with --token, or put it into BATON_TOKEN.`);
  const { data, databaseUrl } = configFromEnv(process.env);
  const url = databaseUrl ?? (await runningEmbedded(data))?.url;
  if (!url) throw new Trouble(`No backend runs on the data in ${data}. Start it with npm start, or name one with --backend and --token.`);
  const store = openStore({ url, connections: 1 });
  try {
    return await commandLineToken(store.pool, backend, email ?? (await anAdmin(store)));
  } finally {
    await store.close();
  }
}

async function anAdmin(store: ReturnType<typeof openStore>): Promise<string> {
  const { rows } = await store.outside((db) => sql<{ workspace: string }>`select workspace from workspaces()`.execute(db));
  if (rows.length !== 1) throw new Trouble('There are several workspaces here. Say with --as EMAIL whose one is meant.');
  const { workspace } = rows[0]!;
  const admin = await store.inWorkspace(workspace, (trx) =>
    trx
      .selectFrom('app_user')
      .select('email')
      .where('workspace', '=', workspace)
      .where('role', '=', 'admin')
      .where('disabled_at', 'is', null)
      .orderBy('created_at')
      .limit(1)
      .executeTakeFirst(),
  );
  if (!admin) throw new Trouble('There is no admin here. Say with --as EMAIL who imports.');
  return admin.email;
}

/** The problem's own words, or what HTTP says. */
async function refusal(response: Response): Promise<Trouble> {
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; title?: string };
  return new Trouble(problem.detail ?? problem.title ?? `The backend answered ${response.status} ${response.statusText}.`);
}

async function call(url: URL, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(url, init);
    if (!response.ok) throw await refusal(response);
    return response;
  } catch (error) {
    if (error instanceof Trouble) throw error;
    throw new Trouble(`The backend at ${url.origin} cannot be reached. Is it running? Start it with npm start.`);
  }
}

async function send(kind: Kind, file: string, backend: URL, token: string): Promise<Answer> {
  const { size } = await stat(file).catch(() => {
    throw new Trouble(`There is no file ${file}.`);
  });
  const bar = new SingleBar({
    format: `${basename(file)} {bar} {percentage} %, {duration_formatted}`,
    clearOnComplete: false,
    hideCursor: true,
    stream: process.stderr,
    noTTYOutput: false,
  });
  bar.start(size, 0);
  const counted = new Transform({
    transform(chunk: Buffer, _, next) {
      bar.increment(chunk.length);
      next(null, chunk);
    },
  });
  try {
    const response = await call(new URL(importRows.path.replace('{kind}', kind), backend), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
      body: Readable.toWeb(createReadStream(file).pipe(counted)) as ReadableStream,
      duplex: 'half',
    } as RequestInit);
    return (await response.json()) as Answer;
  } finally {
    bar.stop();
  }
}

const number = new Intl.NumberFormat('en');
function report(file: string, answer: Answer): void {
  const { rows, kept, refused, unlisted, notes, unknownColumns } = answer;
  const no = refused.length + unlisted;
  console.log(`${basename(file)}: ${number.format(rows)} rows, ${number.format(kept)} kept, ${number.format(no)} refused.`);
  if (unknownColumns.length > 0) console.log(`  Columns that mean nothing here and were left out: ${unknownColumns.join(', ')}.`);
  const list = (what: string, lines: Answer['refused']) => {
    if (lines.length === 0) return;
    console.log(`  ${what}`);
    for (const { line, column, why } of lines) console.log(`    line ${line}${column ? `, ${column}` : ''}: ${why}`);
  };
  list('Refused:', refused);
  if (unlisted > 0) console.log(`    and ${number.format(unlisted)} more`);
  list('Kept, but:', notes);
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { backend: { type: 'string' }, token: { type: 'string' }, as: { type: 'string' } },
  });
  const [kind, ...files] = positionals;
  if (!importKinds.includes(kind as Kind) || files.length === 0) throw new Trouble(usage);
  const backend = URL.parse(values.backend ?? configFromEnv(process.env).url);
  if (!backend || !/^https?:$/.test(backend.protocol))
    throw new Trouble(`--backend must be an address like http://127.0.0.1:8787, not “${values.backend}”.`);
  await call(new URL('/healthz', backend), {});
  const token = values.token ?? process.env.BATON_TOKEN ?? (await tokenFromData(backend, values.as));
  // Whether the token works is better known before a large file is on its way.
  await call(new URL('/v1/me', backend), { headers: { authorization: `Bearer ${token}` } });
  for (const file of files) {
    const answer = await send(kind as Kind, file, backend, token);
    report(file, answer);
    if (answer.refused.length > 0) process.exitCode = 1;
  }
} catch (error) {
  const misspelt = String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');
  if (!misspelt && !(error instanceof Trouble) && !(error instanceof ConfigError) && !(error instanceof StoreRefusal)) throw error;
  console.error(misspelt ? usage : (error as Error).message);
  process.exitCode = 1;
}
