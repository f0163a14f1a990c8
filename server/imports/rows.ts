import { createHash } from 'node:crypto';
import { type CsvError, parse } from 'csv-parse';
import { inEnglish, says } from '../../lib/funnel/sentences/index.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import { type Cells, columns, type ImportKind, Refused, type Rows, readers, type Setting } from './columns.ts';

/** A row of a file: read, or refused with the line it begins on, the column, and why. */
export type Row<K extends ImportKind> =
  | { line: number; value: Rows[K] /** Names the row by its content. */; content: string }
  | { line: number; refused: { column?: string; said: Said } };

export interface Head {
  /** Columns of the file that this import does not know, as the file writes them. */
  unknown: string[];
  known: string[];
}

/** The file as a whole cannot be read; `said` says what to do. */
export class NotReadable extends Error {
  said: Said;
  constructor(said: Said) {
    super(inEnglish(said));
    this.said = said;
  }
}

/** Characters of one row at most: a quotation mark that is never closed must not swallow the file into memory. */
export const rowLimit = 64 * 1024;
const headLimit = 64 * 1024;

/**
 * Reads a CSV of any usual dialect as it streams in: comma, semicolon or tab between the values, with or without a
 * byte order mark, UTF-8 or the UTF-16 that spreadsheets write. Holds one row at a time.
 * @throws NotReadable when the head makes no sense.
 */
export async function* rowsOf<K extends ImportKind>(
  kind: K,
  bytes: AsyncIterable<Uint8Array>,
  setting: Setting,
  onHead?: (head: Head) => void,
): AsyncGenerator<Row<K>> {
  const text = decoded(bytes);
  const { head, rest } = await peek(text);
  if (head.trim() === '') throw new NotReadable(says('file-empty'));
  // Records come by callback: what a stream has buffered is lost when it ends in an error.
  const read: { record: string[]; line: number }[] = [];
  const parser = parse({
    delimiter: delimiterOf(head),
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: rowLimit,
    on_record: (record: string[], { lines }) => {
      const inside = record.reduce((count, cell) => count + cell.split('\n').length - 1, 0);
      if (record.some((cell) => cell.trim() !== '')) read.push({ record, line: lines - inside });
      line = lines;
      return null;
    },
  });
  parser.on('error', () => undefined);
  let line = 0;
  let names: (string | undefined)[] | undefined;
  const take = function* () {
    for (const { record, line } of read.splice(0)) {
      if (names) yield readRow(kind, record, names, line, setting);
      else names = readHead(kind, record, onHead);
    }
  };
  try {
    for await (const chunk of rest) {
      await new Promise<void>((done, fail) => parser.write(chunk, (error) => (error ? fail(error) : done())));
      yield* take();
    }
    await new Promise<void>((done, fail) => parser.once('error', fail).end(done));
    yield* take();
  } catch (error) {
    if (!unclosed.has((error as CsvError).code as string)) throw error;
    yield* take();
    yield {
      line: line + 1,
      refused: { said: says('row-open-quote') },
    };
  } finally {
    parser.destroy();
  }
}

const unclosed = new Set(['CSV_MAX_RECORD_SIZE', 'CSV_QUOTE_NOT_CLOSED']);

async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  for await (const chunk of bytes) {
    decoder ??= new TextDecoder(
      chunk[0] === 0xff && chunk[1] === 0xfe ? 'utf-16le' : chunk[0] === 0xfe && chunk[1] === 0xff ? 'utf-16be' : 'utf-8',
    );
    const text = decoder.decode(chunk, { stream: true });
    if (text) yield text;
  }
  const last = decoder?.decode();
  if (last) yield last;
}

/** The first line, to see what stands between the values, and everything including it. */
async function peek(text: AsyncGenerator<string>): Promise<{ head: string; rest: AsyncIterable<string> }> {
  let start = '';
  let end = -1;
  while (end < 0 && start.length < headLimit) {
    const { value, done } = await text.next();
    if (done) break;
    start += value;
    end = start.search(/\S[^\n]*\n/);
    if (end >= 0) end = start.indexOf('\n', end);
  }
  async function* rest() {
    yield start;
    yield* text;
  }
  return { head: end < 0 ? start.slice(0, headLimit) : start.slice(0, end), rest: rest() };
}

function delimiterOf(head: string): string {
  const outside = head.replace(/"(?:[^"]|"")*"/g, '');
  const count = (mark: string) => outside.split(mark).length - 1;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

const bare = (name: string) => name.toLowerCase().replace(/[\s_-]/g, '');

function readHead(kind: ImportKind, record: string[], onHead?: (head: Head) => void): (string | undefined)[] {
  const wanted = new Map<string, string>(columns[kind].map((name) => [bare(name), name]));
  const unknown: string[] = [];
  const seen = new Set<string>();
  const names = record.map((cell) => {
    const name = wanted.get(bare(cell));
    if (!name) {
      if (cell.trim()) unknown.push(cell.trim().slice(0, 100));
      return undefined;
    }
    if (seen.has(name)) throw new NotReadable(says('file-column-twice', { column: name }));
    seen.add(name);
    return name;
  });
  if (seen.size === 0) throw new NotReadable(says('file-no-columns', { kind, columns: columns[kind] }));
  onHead?.({ unknown, known: [...seen] });
  return names;
}

function readRow<K extends ImportKind>(kind: K, record: string[], names: (string | undefined)[], line: number, setting: Setting): Row<K> {
  try {
    if (record.length > names.length && record.slice(names.length).some((cell) => cell.trim() !== ''))
      throw new Refused(
        names.findLast((name) => name !== undefined) ?? '',
        says('row-values', { values: record.length, columns: names.length }),
      );
    const cells: Record<string, string | undefined> = {};
    for (const [i, name] of names.entries()) {
      const cell = name && record[i]?.trim();
      if (!cell) continue;
      if (cell.includes('\ufffd')) throw new Refused(name, says('row-not-utf8'));
      if (cell.includes('\0')) throw new Refused(name, says('row-nul'));
      cells[name] = cell;
    }
    return { line, value: readers[kind](cells, setting), content: contentOf(cells) };
  } catch (error) {
    if (error instanceof Refused) return { line, refused: { ...(error.column && { column: error.column }), said: error.said } };
    throw error;
  }
}

/** Equal for rows with the same values, whatever the order of the columns. */
function contentOf(cells: Cells): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(cells).sort()) hash.update(`${name}\0${cells[name]}\0`);
  return hash.digest('base64url');
}
