import type { Link, Mapping, Page, StageSeen } from '../source.ts';

/** One kind of record, followed by time of change and id. */
export interface Stream {
  /** Names its place in the cursor; the object's name unless one object is read twice. */
  name?: string;
  object: string;
  fields: string[];
  /** What orders the stream. */
  by: string;
  where?: string;
  /** Reads deleted records. */
  deleted?: true;
  /** From the first run on: what was before is not wanted, or came with the records. */
  later?: true;
  /** Counts towards the progress of the first import. */
  counted?: true;
  /** Asked for no more often than this, to spare the day's requests; ms. */
  everyMs?: number;
  /** Left out where Salesforce does not have it, or the connected user may not see it. */
  optional?: true;
  /** Which fields are asked for is what people chose: one that is not there is told. */
  chosen?: true;
  /** Those of a page that are to be told. @throws SourceError */
  keeps?(link: Link, rows: readonly Row[]): Promise<readonly Row[]>;
  tells(row: Row, mapping: Mapping, live: boolean): Partial<Page>;
  /** What a whole page tells beyond its rows. */
  tellsToo?(rows: readonly Row[]): StageSeen[];
}
export type Row = Record<string, unknown> & { Id: string };

export const valueAt = (row: Row, path: string): unknown => path.split('.').reduce<unknown>((v, part) => (v as Row | null)?.[part], row);
export const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
export const instant = (value: unknown): string => new Date(String(value)).toISOString();
export const alias = (id: unknown) => ({ kind: 'record' as const, value: `salesforce:${id}` });
