import type { Channel, TouchKind } from '../../../lib/funnel/words.ts';
import type { Arrival, PersonIn } from '../../ingest/arrival.ts';
import type { Link, Mapping, Pulled } from '../source.ts';
import { query } from './api.ts';

/** How far each kind of record has been read: everything up to this change, and of that instant up to this id. */
type Position = { at: string; id: string };
type Cursor = Record<string, Position>;
const start: Position = { at: '1970-01-01T00:00:00.000Z', id: '' };
const pageSize = 2000;
/** A transaction that began earlier may commit later with an older time: each run looks back this far. */
const overlap = 5 * 60_000;

interface Stream {
  object: string;
  fields: string[];
  /** What orders the stream. */
  by: 'SystemModstamp' | 'CreatedDate';
  where?: string;
  arrivals(row: Row, mapping: Mapping): Arrival[];
}
type Row = Record<string, unknown> & { Id: string };

/** In this order: people before what they did. Each is followed by time of change and id, so it can stop anywhere. */
export const streams = (mapping: Mapping): Stream[] => [
  {
    object: 'Lead',
    fields: [
      'Id',
      'Name',
      'Title',
      'Company',
      'Email',
      'Status',
      'Owner.Email',
      'IsConverted',
      'ConvertedContactId',
      'SystemModstamp',
      ...custom(mapping, 'linkedin'),
    ],
    by: 'SystemModstamp',
    arrivals: (row, m) => [personArrival(row, m, 'Company'), ...stageArrival(row, m, text(row.Status))],
  },
  {
    object: 'Contact',
    fields: [
      'Id',
      'Name',
      'Title',
      'Email',
      'Owner.Email',
      'SystemModstamp',
      ...custom(mapping, 'linkedin'),
      ...custom(mapping, 'contactStage'),
    ],
    by: 'SystemModstamp',
    arrivals: (row, m) => [personArrival(row, m), ...(m.fields.contactStage ? stageArrival(row, m, text(row[m.fields.contactStage])) : [])],
  },
  {
    object: 'LeadHistory',
    fields: ['Id', 'LeadId', 'Field', 'NewValue', 'CreatedDate'],
    by: 'CreatedDate',
    where: "Field = 'Status'",
    arrivals: (row, m) => {
      const to = m.stageIn[text(row.NewValue) ?? ''];
      return to
        ? [
            {
              person: { keys: [], aliases: [alias(row.LeadId)] },
              stage: { to },
              source: 'salesforce',
              sourceId: `history:${row.Id}`,
              at: instant(row.CreatedDate),
            },
          ]
        : [];
    },
  },
  {
    object: 'CampaignMember',
    fields: [
      'Id',
      'CampaignId',
      'Campaign.Name',
      'Campaign.Type',
      'Status',
      'HasResponded',
      'FirstRespondedDate',
      'CreatedDate',
      'LeadId',
      'ContactId',
      'SystemModstamp',
    ],
    by: 'SystemModstamp',
    arrivals: memberArrivals,
  },
  {
    object: 'OpportunityContactRole',
    fields: [
      'Id',
      'ContactId',
      'Opportunity.Id',
      'Opportunity.StageName',
      'Opportunity.IsClosed',
      'Opportunity.IsWon',
      'Opportunity.Amount',
      'Opportunity.CloseDate',
      'Opportunity.CreatedDate',
      'Opportunity.SystemModstamp',
      'SystemModstamp',
    ],
    by: 'SystemModstamp',
    arrivals: opportunityArrivals,
  },
];

export async function* pull(link: Link, saved: string | undefined): AsyncGenerator<Pulled, void> {
  const cursor: Cursor = saved === undefined ? {} : (JSON.parse(saved) as Cursor);
  for (const stream of streams(link.mapping)) {
    let from = cursor[stream.object] ?? start;
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
      if (last) from = { at: instant(last[stream.by]), id: last.Id };
      const more = rows.length === pageSize;
      // At the end of a stream the id is dropped: the next run looks back in time, not just after this id.
      cursor[stream.object] = more ? from : { at: from.at, id: '' };
      if (last) yield { arrivals: rows.flatMap((row) => stream.arrivals(row, link.mapping)), gone: [], cursor: JSON.stringify(cursor) };
      if (!more) break;
    }
  }
}

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

/** The present status; where field history is tracked, the times of the earlier ones come with it. */
function stageArrival(row: Row, mapping: Mapping, status: string | undefined): Arrival[] {
  const to = mapping.stageIn[status ?? ''];
  const at = instant(row.SystemModstamp);
  return to
    ? [{ person: { keys: [], aliases: [alias(row.Id)] }, stage: { to }, source: 'salesforce', sourceId: `status:${row.Id}:${at}`, at }]
    : [];
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

function opportunityArrivals(row: Row, mapping: Mapping): Arrival[] {
  const o = row.Opportunity as {
    Id: string;
    StageName: string;
    IsClosed: boolean;
    IsWon: boolean;
    Amount: number | null;
    CloseDate: string;
    CreatedDate: string;
  } | null;
  if (!o || typeof row.ContactId !== 'string') return [];
  const person: PersonIn = { keys: [], aliases: [alias(row.ContactId)] };
  // Whole units in Salesforce, minor units here.
  const amount = o.Amount === null ? undefined : { value: Math.round(o.Amount * 100), currency: mapping.fields.currency ?? 'USD' };
  const arrivals: Arrival[] = [
    {
      person,
      stage: { to: 'opportunity', ...(amount && { amount }) },
      source: 'salesforce',
      sourceId: `opportunity:${o.Id}`,
      at: instant(o.CreatedDate),
    },
  ];
  const end = o.IsWon ? 'customer' : o.IsClosed ? (mapping.stageIn[o.StageName] ?? 'recycled') : undefined;
  if (end)
    arrivals.push({
      person,
      stage: { to: end, ...(amount && { amount }) },
      source: 'salesforce',
      sourceId: `closed:${o.Id}:${o.StageName}`,
      at: `${o.CloseDate}T12:00:00.000Z`,
    });
  return arrivals;
}
