import type { Channel, TouchKind } from '../../../lib/funnel/words.ts';
import type { Arrival, PersonIn } from '../../ingest/arrival.ts';
import type { Link, Mapping, Pulled, StageSeen } from '../source.ts';
import { query } from './api.ts';

/** How far each kind of record has been read: everything up to this change, and of that instant up to this id. */
type Position = { at: string; id: string };
type Cursor = Record<string, Position>;
const start: Position = { at: '1970-01-01T00:00:00.000Z', id: '' };
const pageSize = 2000;
/** A transaction that began earlier may commit later with an older time: each run looks back this far. */
const overlap = 5 * 60_000;

interface Stream {
  /** Names its place in the cursor; the object's name unless one object is read twice. */
  name?: string;
  object: string;
  fields: string[];
  /** What orders the stream. */
  by: string;
  where?: string;
  arrivals?(row: Row, mapping: Mapping): Arrival[];
  stages?(row: Row, mapping: Mapping): StageSeen[];
}
type Row = Record<string, unknown> & { Id: string };

const role = {
  object: 'OpportunityContactRole',
  fields: [
    'Id',
    'ContactId',
    ...['Id', 'StageName', 'IsClosed', 'IsWon', 'Amount', 'CloseDate', 'CreatedDate', 'SystemModstamp'].map((f) => `Opportunity.${f}`),
    'SystemModstamp',
  ],
  stages: opportunityStages,
};

/** In this order: people before what they did. Each is followed by time of change and id, so it can stop anywhere. */
const streams = (mapping: Mapping): Stream[] => [
  {
    object: 'Lead',
    fields: [
      ...['Id', 'Name', 'Title', 'Company', 'Email', 'Owner.Email', 'IsConverted', 'ConvertedContactId', 'SystemModstamp'],
      ...custom(mapping, 'linkedin'),
    ],
    by: 'SystemModstamp',
    arrivals: (row, m) => [personArrival(row, m, 'Company')],
  },
  {
    object: 'Contact',
    fields: [
      ...['Id', 'Name', 'Title', 'Email', 'Owner.Email', 'SystemModstamp'],
      ...custom(mapping, 'linkedin'),
      ...custom(mapping, 'contactStage'),
    ],
    by: 'SystemModstamp',
    arrivals: (row, m) => [personArrival(row, m)],
    stages: (row, m) => (m.fields.contactStage ? seen(row.Id, m.fields.contactStage, row[m.fields.contactStage], row.SystemModstamp) : []),
  },
  {
    object: 'LeadHistory',
    fields: ['Id', 'LeadId', 'Field', 'NewValue', 'CreatedDate'],
    by: 'CreatedDate',
    where: "Field = 'Status'",
    stages: (row) => seen(row.LeadId, 'Status', row.NewValue, row.CreatedDate),
  },
  {
    // After the history: the present status tells nothing new where the history told it with its time.
    name: 'Status',
    object: 'Lead',
    fields: ['Id', 'Status', 'SystemModstamp'],
    by: 'SystemModstamp',
    stages: (row) => seen(row.Id, 'Status', row.Status, row.SystemModstamp),
  },
  {
    object: 'CampaignMember',
    fields: [
      ...['Id', 'CampaignId', 'Campaign.Name', 'Campaign.Type', 'Status', 'HasResponded', 'FirstRespondedDate', 'CreatedDate'],
      ...['LeadId', 'ContactId', 'SystemModstamp'],
    ],
    by: 'SystemModstamp',
    arrivals: memberArrivals,
  },
  // A role does not change when its opportunity does, nor the other way round.
  { ...role, name: 'Roles', by: 'SystemModstamp' },
  { ...role, name: 'Opportunities', by: 'Opportunity.SystemModstamp' },
];

export async function* pull(link: Link, saved: string | undefined): AsyncGenerator<Pulled, void> {
  const cursor: Cursor = saved === undefined ? {} : (JSON.parse(saved) as Cursor);
  for (const stream of streams(link.mapping)) {
    const name = stream.name ?? stream.object;
    let from = cursor[name] ?? start;
    // Looked back once at the start of a run, not with every page.
    if (from.id === '' && from.at !== start.at) from = { at: new Date(Date.parse(from.at) - overlap).toISOString(), id: '' };
    for (;;) {
      const after =
        from.id === '' ? `${stream.by} >= ${from.at}` : `(${stream.by} > ${from.at} OR (${stream.by} = ${from.at} AND Id > '${from.id}'))`;
      const where = [stream.where, after].filter(Boolean).join(' AND ');
      const rows = await query<Row>(
        link,
        `SELECT ${stream.fields.join(',')} FROM ${stream.object} WHERE ${where} ORDER BY ${stream.by}, Id LIMIT ${pageSize}`,
      );
      const last = rows.at(-1);
      if (last) from = { at: instant(read(last, stream.by)), id: last.Id };
      const more = rows.length === pageSize;
      // At the end of a stream the id is dropped: the next run looks back in time, not just after this id.
      cursor[name] = more ? from : { at: from.at, id: '' };
      if (last)
        yield {
          arrivals: rows.flatMap((row) => stream.arrivals?.(row, link.mapping) ?? []),
          stages: rows.flatMap((row) => stream.stages?.(row, link.mapping) ?? []),
          gone: [],
          cursor: JSON.stringify(cursor),
        };
      if (!more) break;
    }
  }
}

const read = (row: Row, path: string): unknown => path.split('.').reduce<unknown>((v, part) => (v as Row | null)?.[part], row);
const seen = (id: unknown, field: string, value: unknown, at: unknown): StageSeen[] =>
  text(value) ? [{ record: `salesforce:${id}`, field, value: String(value), at: instant(at) }] : [];
const custom = (mapping: Mapping, name: string): string[] => (mapping.fields[name] ? [mapping.fields[name]] : []);
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const instant = (value: unknown): string => new Date(String(value)).toISOString();
const alias = (id: unknown) => ({ kind: 'record' as const, value: `salesforce:${id}` });

function personArrival(row: Row, mapping: Mapping, company?: string): Arrival {
  const email = text(row.Email);
  const linkedin = mapping.fields.linkedin && text(row[mapping.fields.linkedin]);
  const owner = text((row.Owner as { Email?: string } | null)?.Email);
  const person: PersonIn = {
    keys: [
      ...(email ? [{ kind: 'email' as const, value: email }] : []),
      ...(linkedin ? [{ kind: 'linkedin' as const, value: linkedin }] : []),
    ],
    aliases: [alias(row.Id)],
    name: text(row.Name),
    title: text(row.Title),
    ...(company && { company: text(row[company]) }),
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

const channelOf: Record<string, Channel> = {
  Webinar: 'webinar',
  Email: 'email',
  Conference: 'event',
  'Trade Show': 'event',
  'Public Relations': 'content',
  Partners: 'partner',
  'Referral Program': 'referral',
  Advertisement: 'paid_search',
  'Banner Ads': 'paid_search',
  'Direct Mail': 'other',
  Telemarketing: 'other',
};
const respondedKind: Record<string, TouchKind> = { Webinar: 'attended', Conference: 'attended', 'Trade Show': 'attended', Email: 'click' };

function memberArrivals(row: Row): Arrival[] {
  const campaign = row.Campaign as { Name?: string; Type?: string } | null;
  const type = campaign?.Type ?? '';
  const who: PersonIn = { keys: [], aliases: [row.LeadId, row.ContactId].filter((id) => typeof id === 'string').map(alias) };
  const about = {
    campaign: { name: campaign?.Name, ref: `salesforce:${row.CampaignId}`, channel: channelOf[type] ?? 'other' },
    channel: channelOf[type] ?? 'other',
  };
  const arrivals: Arrival[] = [
    { person: who, touch: { kind: 'sent', ...about }, source: 'salesforce', sourceId: `member:${row.Id}`, at: instant(row.CreatedDate) },
  ];
  if (row.HasResponded)
    // Only the day is known: noon keeps it on that day in most zones.
    arrivals.push({
      person: who,
      touch: { kind: respondedKind[type] ?? 'form', ...about, asset: text(row.Status) },
      source: 'salesforce',
      sourceId: `responded:${row.Id}`,
      at: row.FirstRespondedDate ? `${row.FirstRespondedDate}T12:00:00.000Z` : instant(row.SystemModstamp),
    });
  return arrivals;
}

/** What an open, won or lost deal is called in the mapping, unless its stage name itself is mapped. */
export const deal = { open: 'Opportunity: open', won: 'Opportunity: won', lost: 'Opportunity: lost' } as const;

function opportunityStages(row: Row, mapping: Mapping): StageSeen[] {
  const o = row.Opportunity as {
    Id: string;
    StageName: string;
    IsClosed: boolean;
    IsWon: boolean;
    Amount: number | null;
    CloseDate: string;
    CreatedDate: string;
    SystemModstamp: string;
  } | null;
  if (!o || typeof row.ContactId !== 'string') return [];
  // Whole units in Salesforce, minor units here.
  const amount = o.Amount === null ? undefined : { value: Math.round(o.Amount * 100), currency: mapping.fields.currency ?? 'USD' };
  const base = { record: `salesforce:${row.ContactId}`, field: `Opportunity ${o.Id}`, ...(amount && { amount }) };
  const opened: StageSeen = { ...base, value: deal.open, at: instant(o.CreatedDate) };
  if (!o.IsClosed) return [opened];
  const how = o.IsWon ? deal.won : deal.lost;
  const value = mapping.stageIn[o.StageName] ? o.StageName : how;
  // A close date is a day and may lie ahead; the change itself was made by now.
  const closed = Math.min(Date.parse(`${o.CloseDate}T12:00:00Z`), Date.parse(o.SystemModstamp));
  return [opened, { ...base, value, at: new Date(Math.max(closed, Date.parse(o.CreatedDate) + 1)).toISOString() }];
}
