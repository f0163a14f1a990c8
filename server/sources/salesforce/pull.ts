import type { Arrival, PersonIn } from '../../ingest/arrival.ts';
import { segmentFrom } from '../segment.ts';
import { type Link, type Mapping, type Page, type Pulled, type Sample, SourceError, type StageSeen } from '../source.ts';
import { activities, isMissing } from './activities.ts';
import { call, data, query, quoted, spare } from './api.ts';
import { type Has, hasOf } from './has.ts';
import { members } from './members.ts';
import { opportunities } from './opportunities.ts';
import { alias, instant, type Row, type Stream, text, valueAt } from './stream.ts';

/** How far a kind of record has been read: everything up to this change, and of that instant up to this id. */
interface Position {
  at: string;
  id: string;
  /** When it was last read to its end; epoch ms. */
  looked?: number;
}
interface Cursor {
  places: Record<string, Position>;
  /** Of the first import. */
  done?: number;
  of?: number;
}
const start: Position = { at: '1970-01-01T00:00:00.000Z', id: '' };
const pageSize = 2000;
/** Names a field of a contact's account, in a query and in a mapping. */
export const accountPrefix = 'Account.';
/** A transaction that began earlier may commit later with an older time: each run looks back this far. */
const overlap = 5 * 60_000;

const deleted = (object: string): Stream => ({
  name: `${object} deleted`,
  object,
  fields: ['Id', 'MasterRecordId', 'SystemModstamp'],
  by: 'SystemModstamp',
  where: 'IsDeleted = true',
  deleted: true,
  later: true,
  tells: (row) => (text(row.MasterRecordId) ? { merged: [{ from: row.Id, into: String(row.MasterRecordId) }] } : { gone: [row.Id] }),
});

/** Who it is follows with the records themselves. */
const history = (object: 'Lead' | 'Contact', field: string): Stream => ({
  object: `${object}History`,
  fields: ['Id', `${object}Id`, `${object}.CreatedDate`, 'Field', 'OldValue', 'NewValue', 'CreatedDate'],
  by: 'CreatedDate',
  where: `Field = ${quoted(field)}`,
  optional: true,
  tells(row) {
    const id = row[`${object}Id`];
    const at = instant(row.CreatedDate);
    return {
      arrivals: [{ person: { keys: [], aliases: [alias(id)] }, source: 'salesforce', sourceId: `history:${row.Id}`, at }],
      stages: seen(id, field, row.NewValue, at),
    };
  },
  // What a record began with stands in its first change only. Where a later page tells it of another change, it is older
  // than what is known of the record by then, and counts for nothing.
  tellsToo: (rows) =>
    [...Map.groupBy(rows, (row) => row[`${object}Id`])].flatMap(([id, [first]]) => {
      const began = text(valueAt(first!, `${object}.CreatedDate`));
      return began && instant(began) < instant(first!.CreatedDate) ? seen(id, field, first!.OldValue, began) : [];
    }),
});

/**
 * In this order: people before what they did, and what became of their stage before the people, who then begin with
 * it: what they are at now tells nothing new where the history told it with its time. Each is followed by time of
 * change and id, so it can stop anywhere.
 */
const streams = (mapping: Mapping, now: string, has: Has): Stream[] => {
  const stage = mapping.fields.contactStage;
  return [
    history('Lead', 'Status'),
    {
      object: 'Lead',
      fields: leadFields(mapping),
      by: 'SystemModstamp',
      counted: true,
      tells: (row, m) => ({
        arrivals: [personArrival(row, m, { segment: 'segment', company: 'Company' })],
        stages: seen(row.Id, 'Status', row.Status, row.SystemModstamp),
      }),
    },
    ...(stage ? [history('Contact', stage)] : []),
    {
      object: 'Contact',
      fields: contactFields(mapping, has),
      optional: true,
      chosen: true,
      by: 'SystemModstamp',
      counted: true,
      tells: (row, m) => ({
        arrivals: [personArrival(row, m, { segment: 'contactSegment' })],
        stages: stage ? seen(row.Id, stage, row[stage], row.SystemModstamp) : [],
      }),
    },
    ...(isOfAccount(mapping) ? [accounts(mapping)] : []),
    members,
    ...opportunities(has.currencies),
    ...activities(now),
    deleted('Lead'),
    { ...deleted('Contact'), optional: true },
  ];
};
/** The segment may be a field of the account that a contact belongs to. */
const isOfAccount = ({ fields }: Mapping): boolean => fields.contactSegment?.startsWith(accountPrefix) ?? false;
/** A contact does not change when its account does. */
const accounts = (mapping: Mapping): Stream => ({
  name: 'Accounts',
  object: 'Contact',
  fields: ['Id', ...custom(mapping, 'contactSegment'), 'Account.SystemModstamp'],
  by: 'Account.SystemModstamp',
  later: true,
  optional: true,
  chosen: true,
  tells(row) {
    const at = instant(valueAt(row, 'Account.SystemModstamp'));
    const segment = segmentIn(row, mapping, 'contactSegment');
    const person: PersonIn = { keys: [], aliases: [alias(row.Id)], ...(segment !== undefined && { segment }) };
    return { arrivals: [{ person, source: 'salesforce', sourceId: `account:${row.Id}:${at}`, at }] };
  },
});
const leadFields = (mapping: Mapping): string[] => [
  ...['Id', 'Name', 'Title', 'Company', 'Email', 'Owner.Email', 'Status', 'IsConverted', 'ConvertedContactId', 'SystemModstamp'],
  ...custom(mapping, 'linkedin'),
  ...custom(mapping, 'segment'),
];
const contactFields = (mapping: Mapping, { contactLinkedin }: Has): string[] => [
  ...['Id', 'Name', 'Title', 'Email', 'Owner.Email', 'SystemModstamp'],
  ...(contactLinkedin ? custom(mapping, 'linkedin') : []),
  ...custom(mapping, 'contactStage'),
  ...custom(mapping, 'contactSegment'),
];

export async function* pull(link: Link, saved: string | undefined): AsyncGenerator<Pulled, void> {
  const cursor: Cursor = saved === undefined ? { places: {}, ...(await sizes(link)) } : (JSON.parse(saved) as Cursor);
  const now = new Date(link.time()).toISOString();
  const all = streams(link.mapping, now, await hasOf(link));
  for (const stream of all) if (stream.later) cursor.places[placeOf(stream)] ??= { at: now, id: '' };
  const nothing: Page = { arrivals: [], stages: [], gone: [], merged: [] };
  let lookedAt = false;
  for (const stream of all) {
    const name = placeOf(stream);
    let from = cursor.places[name] ?? start;
    const looked = link.time();
    if (stream.everyMs && from.looked !== undefined && looked - from.looked < stream.everyMs) continue;
    const live = from.at !== start.at;
    // Looked back once at the start of a run, not with every page.
    if (from.id === '' && live) from = { at: new Date(Date.parse(from.at) - overlap).toISOString(), id: '' };
    for (;;) {
      spare(link);
      // The bound stands by itself: an OR around it would keep Salesforce from using its index.
      const after = [`${stream.by} >= ${from.at}`, from.id && `(${stream.by} > ${from.at} OR Id > '${from.id}')`]
        .filter(Boolean)
        .join(' AND ');
      const where = [stream.where, after].filter(Boolean).join(' AND ');
      const rows = await rowsOf(
        link,
        stream,
        `SELECT ${stream.fields.join(',')} FROM ${stream.object} WHERE ${where} ORDER BY ${stream.by}, Id LIMIT ${pageSize}`,
      );
      if (!rows) {
        cursor.places[name] = { ...(cursor.places[name] ?? start), looked };
        break;
      }
      const last = rows.at(-1);
      if (last) from = { at: instant(valueAt(last, stream.by)), id: last.Id };
      const more = rows.length === pageSize;
      // At the end of a stream the id is dropped: the next run looks back in time, not just after this id.
      cursor.places[name] = more ? from : { at: from.at, id: '', ...(stream.everyMs && { looked }) };
      if (stream.counted && cursor.of !== undefined) cursor.done = (cursor.done ?? 0) + rows.length;
      if (last)
        yield {
          ...pageOf(stream, (await stream.keeps?.(link, rows)) ?? rows, link.mapping, live),
          cursor: JSON.stringify(cursor),
          ...(cursor.of !== undefined && { done: cursor.done ?? 0, of: Math.max(cursor.of, cursor.done ?? 0) }),
        };
      if (!more) break;
    }
    lookedAt ||= stream.everyMs !== undefined;
  }
  // What was looked at and told nothing is not to be looked at again too soon.
  if (lookedAt) yield { ...nothing, cursor: JSON.stringify(cursor) };
}

/** `undefined`: it is left out here. */
async function rowsOf(link: Link, { deleted, optional, chosen }: Stream, soql: string): Promise<Row[] | undefined> {
  try {
    return await query<Row>(link, soql, { all: deleted });
  } catch (error) {
    if (optional && isMissing(error) && !(chosen && isUnknownField(error))) return undefined;
    throw error;
  }
}
const isUnknownField = (error: unknown): boolean => error instanceof SourceError && error.code === 'INVALID_FIELD';
const placeOf = ({ name, object }: Stream): string => name ?? object;

function pageOf(stream: Stream, rows: readonly Row[], mapping: Mapping, live: boolean): Page {
  const told = rows.map((row) => stream.tells(row, mapping, live));
  return {
    arrivals: told.flatMap((t) => t.arrivals ?? []),
    stages: [...(stream.tellsToo?.(rows) ?? []), ...told.flatMap((t) => t.stages ?? [])],
    readOff: told.flatMap((t) => t.readOff ?? []),
    left: told.flatMap((t) => t.left ?? []),
    gone: told.flatMap((t) => t.gone ?? []),
    merged: told.flatMap((t) => t.merged ?? []),
  };
}

/** How much there is to import. */
async function sizes(link: Link): Promise<{ of: number }> {
  let of = 0;
  for (const object of ['Lead', 'Contact', members.object]) of += (await permitted(() => countOf(link, object))) ?? 0;
  return { of };
}
/** `undefined` of what the connected user may not see. */
export async function permitted<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isMissing(error) && !isUnknownField(error)) return undefined;
    throw error;
  }
}
const countOf = async (link: Link, object: string): Promise<number> =>
  (await call<{ totalSize: number }>(link, 'GET', data(`/query?q=${encodeURIComponent(`SELECT COUNT() FROM ${object}`)}`))).totalSize;

/** Leads and contacts by id as they are now, and how they came to their stage: a record changes in much else. */
export async function read(link: Link, records: readonly string[]): Promise<Page> {
  const page: Page = { arrivals: [], stages: [], gone: [], merged: [] };
  const about = ['LeadHistory', 'Lead', 'ContactHistory', 'Contact', 'Lead deleted', 'Contact deleted'];
  const has = await hasOf(link);
  for (const stream of streams(link.mapping, new Date(link.time()).toISOString(), has)) {
    const object = stream.object.replace(/History$/, '');
    const ids = records.filter((id) => id.startsWith(prefix[object] ?? '-'));
    if (ids.length === 0 || !about.includes(placeOf(stream))) continue;
    const id = object === stream.object ? 'Id' : `${object}Id`;
    const where = [stream.where, `${id} IN (${ids.map(quoted).join(',')})`].filter(Boolean).join(' AND ');
    const soql = `SELECT ${stream.fields.join(',')} FROM ${stream.object} WHERE ${where} ORDER BY ${stream.by}`;
    const rows = (await rowsOf(link, stream, soql)) ?? [];
    const told = pageOf(stream, rows, link.mapping, true);
    for (const part of ['arrivals', 'stages', 'gone', 'merged'] as const) (page[part] as unknown[]).push(...told[part]);
  }
  return page;
}
const prefix: Record<string, string | undefined> = { Lead: '00Q', Contact: '003' };

const sampled = 500;
/** Leads that are not converted, and contacts. */
export async function sample(link: Link): Promise<Sample> {
  const stage = link.mapping.fields.contactStage;
  const leads = await sampleOf(link, 'Lead', { where: 'IsConverted = false', stage: 'Status', segment: 'segment', linkedin: true });
  const linkedin = (await hasOf(link)).contactLinkedin;
  const contacts = await permitted(() => sampleOf(link, 'Contact', { ...(stage && { stage }), segment: 'contactSegment', linkedin }));
  return { people: [...leads.people, ...(contacts?.people ?? [])], of: leads.of + (contacts?.of ?? 0) };
}

async function sampleOf(
  link: Link,
  object: 'Lead' | 'Contact',
  { where, stage, segment: named, linkedin }: { where?: string; stage?: string; segment: string; linkedin: boolean },
): Promise<Required<Sample>> {
  const from = `${object}${where ? ` WHERE ${where}` : ''}`;
  const chosen = [...(stage ? [stage] : []), ...(linkedin ? custom(link.mapping, 'linkedin') : []), ...custom(link.mapping, named)];
  const fields = [...new Set(['Id', 'Email', 'Owner.Email', ...chosen])];
  const rows = await query<Row>(link, `SELECT ${fields.join(',')} FROM ${from} ORDER BY LastModifiedDate DESC LIMIT ${sampled}`);
  const people = rows.map((row): Sample['people'][number] => {
    const owner = text((row.Owner as { Email?: string } | null)?.Email);
    const value = stage && text(row[stage]);
    const segment = segmentIn(row, link.mapping, named);
    return { keys: keysOf(row, link.mapping), ...(owner && { owner }), says: value ? [{ value }] : [], ...(segment && { segment }) };
  });
  return { people, of: rows.length < sampled ? rows.length : await countOf(link, from) };
}

const seen = (id: unknown, field: string, value: unknown, at: unknown): StageSeen[] =>
  text(value) ? [{ record: `salesforce:${id}`, field, value: String(value), at: instant(at) }] : [];
const custom = (mapping: Mapping, name: string): string[] => (mapping.fields[name] ? [mapping.fields[name]] : []);

const segmentIn = (row: Row, mapping: Mapping, name: string): string | undefined =>
  !mapping.fields[name] ? undefined : segmentFrom(valueAt(row, mapping.fields[name]));

function keysOf(row: Row, mapping: Mapping): PersonIn['keys'] {
  const email = text(row.Email);
  const linkedin = mapping.fields.linkedin && text(row[mapping.fields.linkedin]);
  return [
    ...(email ? [{ kind: 'email' as const, value: email }] : []),
    ...(linkedin ? [{ kind: 'linkedin' as const, value: linkedin }] : []),
  ];
}

function personArrival(row: Row, mapping: Mapping, fields: { segment: string; company?: string }): Arrival {
  const owner = text((row.Owner as { Email?: string } | null)?.Email);
  const segment = segmentIn(row, mapping, fields.segment);
  const person: PersonIn = {
    keys: keysOf(row, mapping),
    aliases: [alias(row.Id)],
    name: text(row.Name),
    title: text(row.Title),
    ...(fields.company && { company: text(row[fields.company]) }),
    ...(segment !== undefined && { segment }),
    ...(owner && { owner }),
  };
  const converted = text(row.ConvertedContactId);
  return {
    person,
    ...(converted && { ties: [{ from: alias(converted), to: alias(row.Id) }] }),
    source: 'salesforce',
    sourceId: `record:${row.Id}:${instant(row.SystemModstamp)}`,
    at: instant(row.SystemModstamp),
  };
}
