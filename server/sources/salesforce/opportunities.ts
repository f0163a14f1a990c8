import { inMinor } from '../../../lib/funnel/money.ts';
import { deal } from '../believe.ts';
import { dealField } from '../deals.ts';
import type { Link, Mapping, StageSeen } from '../source.ts';
import { isMissing } from './activities.ts';
import { query, quoted, spare } from './api.ts';
import { alias, instant, type Row, type Stream, text } from './stream.ts';

/** Opportunities are told by the contacts who have a role in them. */
interface Opportunity {
  Id: string;
  StageName: string;
  IsClosed: boolean;
  IsWon: boolean;
  Amount: number | null;
  /** Where the company keeps several currencies. */
  CurrencyIsoCode?: string;
  CloseDate: string;
  CreatedDate: string;
  SystemModstamp: string;
}
/** A stage that an opportunity was at, what it means, and since when. */
interface Past {
  stage: string;
  means: string;
  at: number;
}
type Told = Row & { past?: Past[] };

const opportunityFields = ['Id', 'StageName', 'IsClosed', 'IsWon', 'Amount', 'CloseDate', 'CreatedDate', 'SystemModstamp'];
const role = (currencies: boolean) =>
  ({
    object: 'OpportunityContactRole',
    fields: [
      'Id',
      'ContactId',
      ...[...opportunityFields, ...(currencies ? ['CurrencyIsoCode'] : [])].map((field) => `Opportunity.${field}`),
      'SystemModstamp',
    ],
    optional: true,
    keeps: withPast,
    tells: (row: Row, mapping: Mapping) => ({ stages: stagesOf(row, mapping) }),
  }) satisfies Partial<Stream>;
const removed = { by: 'SystemModstamp', where: 'IsDeleted = true', deleted: true, later: true, optional: true } as const;

/** @param currencies amounts are in several, and say in which */
export const opportunities = (currencies: boolean): Stream[] => [
  // A role does not change when its opportunity does, nor the other way round.
  { ...role(currencies), name: 'Roles', by: 'SystemModstamp' },
  { ...role(currencies), name: 'Opportunities', by: 'Opportunity.SystemModstamp' },
  {
    ...removed,
    name: 'Roles deleted',
    object: 'OpportunityContactRole',
    fields: ['Id', 'ContactId', 'OpportunityId', 'SystemModstamp'],
    keeps: withoutAnother,
    tells: ({ ContactId, OpportunityId, SystemModstamp }) => ({
      left: [{ field: dealField(String(OpportunityId)), record: alias(ContactId).value, at: instant(SystemModstamp) }],
    }),
  },
  {
    ...removed,
    name: 'Opportunity deleted',
    object: 'Opportunity',
    fields: ['Id', 'SystemModstamp'],
    tells: ({ Id, SystemModstamp }) => ({ left: [{ field: dealField(Id), at: instant(SystemModstamp) }] }),
  },
];

const iso = (ms: number): string => new Date(ms).toISOString();

/** As many ids as an address has room for. */
const askedAtOnce = 200;
async function about<T>(link: Link, ids: readonly string[], soql: (list: string) => string): Promise<T[]> {
  const found: T[] = [];
  const all = [...new Set(ids)];
  for (let i = 0; i < all.length; i += askedAtOnce) {
    spare(link);
    found.push(
      ...(await query<T>(
        link,
        soql(
          all
            .slice(i, i + askedAtOnce)
            .map(quoted)
            .join(','),
        ),
      )),
    );
  }
  return found;
}

/** Roles with the stages that their opportunities went through. Where these may not be seen, only the last change is known. */
async function withPast(link: Link, rows: readonly Row[]): Promise<Told[]> {
  const ids = rows.flatMap((row) => (row.Opportunity as Opportunity | null)?.Id ?? []);
  try {
    const all = await about<{ OpportunityId: string; StageName: string; CreatedDate: string }>(
      link,
      ids,
      (list) =>
        `SELECT Id,OpportunityId,StageName,CreatedDate FROM OpportunityHistory WHERE OpportunityId IN (${list}) ORDER BY CreatedDate, Id`,
    );
    const past = Map.groupBy(all, ({ OpportunityId }) => OpportunityId);
    const stages = await query<{ ApiName: string; IsClosed: boolean; IsWon: boolean }>(
      link,
      'SELECT ApiName,IsClosed,IsWon FROM OpportunityStage',
    );
    const meanings = new Map(stages.map((one) => [one.ApiName, meaning(one)]));
    return rows.map((row) => ({
      ...row,
      past: changesIn(past.get((row.Opportunity as Opportunity | null)?.Id ?? '') ?? [], (stage) => meanings.get(stage) ?? deal.open),
    }));
  } catch (error) {
    if (!isMissing(error)) throw error;
    return [...rows];
  }
}
/** A row stands there for each change of amount, date or stage. */
const changesIn = (rows: readonly { StageName: string; CreatedDate: string }[], means: (stage: string) => string): Past[] =>
  rows.flatMap(({ StageName: stage, CreatedDate }, i) =>
    rows[i - 1]?.StageName === stage ? [] : [{ stage, means: means(stage), at: Date.parse(CreatedDate) }],
  );
const meaning = ({ IsClosed, IsWon }: { IsClosed: boolean; IsWon: boolean }): string =>
  !IsClosed ? deal.open : IsWon ? deal.won : deal.lost;

/** Who has a second role in the same opportunity is still in it. */
async function withoutAnother(link: Link, rows: readonly Row[]): Promise<Row[]> {
  const live = await about<Row>(
    link,
    rows.flatMap(({ OpportunityId }) => text(OpportunityId) ?? []),
    (list) => `SELECT Id,ContactId,OpportunityId FROM OpportunityContactRole WHERE OpportunityId IN (${list})`,
  );
  const held = new Set(live.map(({ ContactId, OpportunityId }) => `${OpportunityId} ${ContactId}`));
  return rows.filter(({ ContactId, OpportunityId }) => !held.has(`${OpportunityId} ${ContactId}`));
}

/** Opened when it was made; then at each stage that people mapped; won or lost when that was said, and counted from its close date. */
function stagesOf(row: Told, mapping: Mapping): StageSeen[] {
  const o = row.Opportunity as Opportunity | null;
  if (!o || typeof row.ContactId !== 'string') return [];
  // Whole units in Salesforce, minor units here.
  const currency = o.CurrencyIsoCode || mapping.fields.currency || 'USD';
  const amount = o.Amount === null ? undefined : { value: inMinor(o.Amount, currency), currency };
  const base = { record: alias(row.ContactId).value, field: dealField(o.Id), ...(amount && { amount }) };
  const mapped = (stage: string): boolean => mapping.stageIn[stage] !== undefined;
  const opened = Date.parse(o.CreatedDate);
  const after = (ms: number): number => Math.max(ms, opened + 1);
  const past = row.past ?? [];
  const last = past.at(-1);
  const since = after(last?.stage === o.StageName ? last.at : Date.parse(o.SystemModstamp));
  const stands = mapped(o.StageName) ? o.StageName : meaning(o);
  // A close date is a day and may lie ahead: noon keeps it on that day in most zones.
  const closedOn = o.IsClosed ? Date.parse(`${o.CloseDate}T12:00:00Z`) : Number.NaN;
  return [
    { ...base, value: deal.open, at: instant(o.CreatedDate) },
    ...past
      .slice(0, last?.stage === o.StageName ? -1 : undefined)
      .map(({ stage, means, at }) => ({ ...base, value: mapped(stage) ? stage : means, at: iso(after(at)) })),
    { ...base, value: stands, at: iso(since), ...(closedOn < since && { on: iso(closedOn) }) },
  ];
}
