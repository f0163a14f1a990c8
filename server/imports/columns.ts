import { canonical } from '../../lib/funnel/keys.ts';
import { minorDigits } from '../../lib/funnel/money.ts';
import { type Code, inEnglish, says, type sentences } from '../../lib/funnel/sentences/index.ts';
import type { Given, Said } from '../../lib/funnel/sentences/sentence.ts';
import { type Channel, channels, type Stage, stages, type TouchKind, touchKinds } from '../../lib/funnel/words.ts';
import { stageOf } from '../ingest/stage-words.ts';

/**
 * The columns of the four files: what each may hold and what is said when it holds something else.
 * The reason never repeats the value: it may be a person's.
 */
export class Refused extends Error {
  column: string;
  said: Said;
  constructor(column: string, said: Said) {
    super(inEnglish(said));
    this.column = column;
    this.said = said;
  }
}
const refused = <C extends Code>(column: string, code: C, ...facts: Given<(typeof sentences)[C]>): Refused =>
  new Refused(column, says(code, ...facts));

/** The cells of one row by column; empty ones are absent. */
export type Cells = Readonly<Record<string, string | undefined>>;

export const columns = {
  people: [
    'email',
    'linkedin',
    'name',
    'title',
    'company',
    'segment',
    'stage',
    'stageAt',
    'criteria',
    'owner',
    'amount',
    'closedAt',
    'sourceId',
  ],
  campaigns: ['name', 'channel', 'startedOn', 'headline', 'points', 'link'],
  touches: ['email', 'linkedin', 'at', 'campaign', 'channel', 'kind', 'asset', 'url', 'sourceId'],
  spend: ['campaign', 'month', 'planned', 'spent', 'currency'],
} as const;
export type ImportKind = keyof typeof columns;

export interface PersonRow {
  keys: { kind: 'email' | 'linkedin'; value: string }[];
  name?: string;
  title?: string;
  company?: string;
  segment?: string;
  stage?: Stage;
  /** RFC 3339, UTC. */
  stageAt?: string;
  /** Ids of the agreement's criteria that are met, of a stage `mql` or `sql`. */
  criteria?: string[];
  owner?: string;
  amount?: { value: number; currency: string };
  closedAt?: string;
  sourceId?: string;
}
export interface CampaignRow {
  name: string;
  channel?: Channel;
  /** `YYYY-MM-DD`. */
  startedOn?: string;
  headline?: string;
  points?: string[];
  link?: string;
}
export interface TouchRow {
  keys: { kind: 'email' | 'linkedin'; value: string }[];
  at: string;
  kind: TouchKind;
  campaign?: string;
  channel?: Channel;
  asset?: string;
  link?: string;
  sourceId?: string;
}
export interface SpendRow {
  campaign: string;
  /** First day of the month. */
  month: string;
  /** Minor units. */
  planned?: number;
  spent?: number;
  currency: string;
}
export interface Rows {
  people: PersonRow;
  campaigns: CampaignRow;
  touches: TouchRow;
  spend: SpendRow;
}

/** How times without a zone, amounts without a currency and times in the future are read. */
export interface Setting {
  /** IANA zone of times that name none. */
  zone: string;
  /** ISO 4217. */
  currency: string;
  /** Epoch milliseconds. */
  now: number;
}

export const readers: { [K in ImportKind]: (cells: Cells, setting: Setting) => Rows[K] } = {
  people(cells, setting) {
    const stage = word(cells, 'stage', stageOf, stages);
    const stageAt = past(cells, 'stageAt', setting);
    if (stageAt && !stage) throw refused('stageAt', 'row-stage-missing');
    const owner = cells.owner && canonical('email', cells.owner);
    if (cells.owner && !owner) throw refused('owner', 'row-owner');
    return lean({
      keys: keys(cells),
      name: short(cells, 'name', 200),
      title: short(cells, 'title', 200),
      company: short(cells, 'company', 200),
      segment: short(cells, 'segment', 80),
      stage,
      stageAt,
      criteria: stage && list(cells, 'criteria'),
      owner: owner || undefined,
      amount: money(cells, 'amount', setting.currency),
      closedAt: past(cells, 'closedAt', setting),
      sourceId: short(cells, 'sourceId', 255),
    });
  },
  campaigns(cells) {
    return lean({
      name: required(cells, 'name', 200),
      channel: channel(cells),
      startedOn: day(cells, 'startedOn'),
      headline: short(cells, 'headline', 400),
      points: list(cells, 'points'),
      link: address(cells, 'link'),
    });
  },
  touches(cells, setting) {
    const at = past(cells, 'at', setting);
    if (!at) throw refused('at', 'row-time-missing');
    const kind = word(cells, 'kind', kindOf, touchKinds);
    if (!kind) throw refused('kind', 'row-kind-missing', { allowed: touchKinds });
    return lean({
      keys: keys(cells),
      at,
      kind,
      campaign: short(cells, 'campaign', 200),
      channel: channel(cells),
      asset: short(cells, 'asset', 300),
      link: address(cells, 'url'),
      sourceId: short(cells, 'sourceId', 255),
    });
  },
  spend(cells, setting) {
    const currency = cells.currency?.toUpperCase() ?? setting.currency;
    if (!isCurrency(currency)) throw refused('currency', 'row-currency');
    const planned = money(cells, 'planned', currency)?.value;
    const spent = money(cells, 'spent', currency)?.value;
    if (planned === undefined && spent === undefined) throw refused('spent', 'row-spend-missing');
    return lean({ campaign: required(cells, 'campaign', 200), month: month(cells), planned, spent, currency });
  },
};

function lean<T extends object>(row: T): T {
  for (const [name, value] of Object.entries(row)) if (value === undefined) delete (row as Record<string, unknown>)[name];
  return row;
}

function keys(cells: Cells): PersonRow['keys'] {
  const found: PersonRow['keys'] = [];
  if (cells.email) {
    const value = canonical('email', cells.email);
    if (!value) throw refused('email', 'no-address');
    found.push({ kind: 'email', value });
  }
  if (cells.linkedin) {
    const value = canonical('linkedin', cells.linkedin);
    if (!value) throw refused('linkedin', 'row-linkedin');
    found.push({ kind: 'linkedin', value });
  }
  if (found.length === 0) throw refused('email', 'row-nobody');
  return found;
}

function short(cells: Cells, column: string, most: number): string | undefined {
  const value = cells[column];
  if (value !== undefined && value.length > most) throw refused(column, 'row-long', { most });
  return value;
}

/** Several in one cell. */
const list = (cells: Cells, column: string): string[] | undefined =>
  cells[column]
    ?.split('|')
    .map((one) => one.trim())
    .filter(Boolean);

function required(cells: Cells, column: string, most: number): string {
  const value = short(cells, column, most);
  if (!value) throw refused(column, 'row-empty', { column });
  return value;
}

function word<T>(cells: Cells, column: string, read: (value: string) => T | undefined, allowed: readonly string[]): T | undefined {
  const value = cells[column];
  if (value === undefined) return undefined;
  const found = read(value);
  if (found === undefined) throw refused(column, 'row-word', { allowed });
  return found;
}

const plain = (value: string) => value.toLowerCase().replace(/[\s-]+/g, '_');
const kindOf = (value: string): TouchKind | undefined =>
  (touchKinds as readonly string[]).find((kind) => kind === plain(value)) as TouchKind | undefined;
const channel = (cells: Cells): Channel | undefined =>
  word(
    cells,
    'channel',
    (value) => (channels as readonly string[]).find((known) => known === plain(value)) as Channel | undefined,
    channels,
  );

function address(cells: Cells, column: string): string | undefined {
  const value = short(cells, column, 2000);
  if (value && !(/^https?:\/\//i.test(value) && URL.canParse(value))) throw refused(column, 'row-web-address');
  return value;
}

/** A date, or a time with or without a zone. Without one it is the workspace's. */
export function instant(value: string, zone: string): number | undefined {
  const text = value.replace(/^(\d{4}-\d{2}-\d{2}) (?=\d)/, '$1T').replace(/ (?=(Z|[+-]\d))/i, '');
  try {
    if (/^\d{4}-\d{2}-\d{2}$/.test(text))
      return Temporal.PlainDate.from(text, { overflow: 'reject' }).toZonedDateTime(zone).epochMilliseconds;
    if (/(Z|[+-]\d{2}(:?\d{2})?)$/i.test(text)) return Temporal.Instant.from(text).epochMilliseconds;
    if (/^\d{4}-\d{2}-\d{2}T/.test(text))
      return Temporal.PlainDateTime.from(text, { overflow: 'reject' }).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    // Not a time after all.
  }
  return undefined;
}

/** Nothing that a file tells of is older. */
const firstYear = 1990;
function past(cells: Cells, column: string, { zone, now }: Setting): string | undefined {
  const value = cells[column];
  if (value === undefined) return undefined;
  const at = instant(value, zone);
  if (at === undefined) throw refused(column, 'row-time');
  if (at < Date.UTC(firstYear, 0, 1)) throw refused(column, 'row-time-early', { year: firstYear });
  // A day that has begun somewhere may still be ahead of this server.
  if (at > now + 86_400_000) throw refused(column, 'row-time-ahead');
  return new Date(Math.min(at, now)).toISOString();
}

function day(cells: Cells, column: string): string | undefined {
  const value = cells[column];
  if (value === undefined) return undefined;
  const at = instant(value, 'UTC');
  if (at === undefined) throw refused(column, 'row-date');
  return value.slice(0, 10);
}

function month(cells: Cells): string {
  const value = cells.month;
  if (!value) throw refused('month', 'row-empty', { column: 'month' });
  const found = /^(\d{4})-(\d{2})(-\d{2})?$/.exec(value);
  if (!found || Number(found[2]) < 1 || Number(found[2]) > 12) throw refused('month', 'row-month');
  return `${found[1]}-${found[2]}-01`;
}

const currencies = new Set(Intl.supportedValuesOf('currency'));
const isCurrency = (code: string): boolean => currencies.has(code);

/**
 * `12000`, `12000.50`, `12000,50`, `12,000.50`, `1.234.567` and `12 000,5`, with a currency before or after. Refuses
 * what can be read in two ways: 12.000 is twelve in one country and twelve thousand in another.
 */
function money(cells: Cells, column: string, currency: string): { value: number; currency: string } | undefined {
  const value = cells[column];
  if (value === undefined) return undefined;
  const wrong = () => refused(column, 'row-amount');
  const named = /^([A-Za-z]{3})?\s*(.*?)\s*([A-Za-z]{3})?$/s.exec(value.trim())!;
  const code = (named[1] ?? named[3])?.toUpperCase() ?? currency;
  if ((named[1] && named[3]) || !isCurrency(code)) throw wrong();
  const bare = named[2]!.replace(/[\s'’\u00a0\u202f]/g, '');
  if (!/^\d[\d.,]*$/.test(bare)) throw wrong();
  const marks = [...bare].filter((c) => c === '.' || c === ',');
  const last = marks.at(-1);
  let whole = bare;
  let part = '';
  if (last !== undefined && !(marks.length > 1 && marks.every((mark) => mark === last))) {
    [whole, part] = [bare.slice(0, bare.lastIndexOf(last)), bare.slice(bare.lastIndexOf(last) + 1)];
    if (marks.length === 1 && part.length === 3) throw refused(column, 'row-amount-two-ways');
  }
  const group = marks.length > 1 ? marks[0] : undefined;
  if (group && !new RegExp(`^\\d{1,3}(\\${group}\\d{3})*$`).test(whole)) throw wrong();
  const minor = minorDigits(code);
  if (/[.,]/.test(whole.replaceAll(group ?? ' ', '')) || part.length > minor) throw wrong();
  const units = Number(whole.replaceAll(group ?? ' ', '') + part.padEnd(minor, '0'));
  if (!Number.isSafeInteger(units)) throw wrong();
  return { value: units, currency: code };
}
