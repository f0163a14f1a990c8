import type { TouchKind } from '../../../lib/funnel/words.ts';
import type { Arrival } from '../../ingest/arrival.ts';
import { type Link, SourceError } from '../source.ts';
import { query, quoted, spare } from './api.ts';
import type { Row, Stream } from './stream.ts';
import { alias, instant, text, valueAt } from './stream.ts';

/**
 * What stands among a person's activities. A mail or a call that came from them and a meeting that took place are
 * active; mails to them, and that they opened one, are passive. What else sales has to do or did is no touch.
 */
export const activities = (now: string): Stream[] => {
  // A meeting does not change by taking place; one that is entered afterwards does not lie ahead of what was read.
  const meetings = { object: 'Event', fields: meetingFields, where: `EndDateTime <= ${now}`, tells: meeting };
  // A mail that was a draft changes by being sent; its recipients do not.
  const messages = { object: 'EmailMessageRelation', fields: messageFields, tells: (row: Row) => ({ arrivals: message(row) }) };
  const all: Stream[] = [
    {
      object: 'Task',
      fields: ['Id', 'WhoId', 'Subject', 'TaskSubtype', 'CallType', 'ActivityDate', 'CompletedDateTime', 'CreatedDate', 'SystemModstamp'],
      by: 'SystemModstamp',
      where: "IsClosed = true AND (TaskSubtype IN ('Email','ListEmail') OR CallType = 'Inbound')",
      keeps: withoutMessages,
      tells: (row) => ({ arrivals: task(row) }),
    },
    { ...meetings, name: 'Events', by: 'SystemModstamp' },
    { ...meetings, name: 'Meetings', by: 'EndDateTime', later: true },
    { ...messages, name: 'Recipients', by: 'SystemModstamp' },
    { ...messages, name: 'Mails', by: 'EmailMessage.SystemModstamp', later: true },
    {
      object: 'EmailStatus',
      fields: ['Id', 'TaskId', 'WhoId', 'FirstOpenDate', 'Task.Subject', 'LastModifiedDate'],
      by: 'LastModifiedDate',
      tells: (row) => ({ arrivals: opened(row) }),
    },
  ];
  return all.map((stream) => ({ ...stream, optional: true, everyMs }));
};
const everyMs = 15 * 60_000;
const messageFields = [
  ...['Id', 'RelationId', 'RelationType', 'SystemModstamp'],
  ...['Incoming', 'Status', 'Subject', 'MessageDate', 'SystemModstamp'].map((field) => `EmailMessage.${field}`),
];
const meetingFields = ['Id', 'WhoId', 'Subject', 'EndDateTime', 'SystemModstamp'];

/** Beside a mail with its recipients stands a task about it; the mail tells more. */
async function withoutMessages(link: Link, rows: readonly Row[]): Promise<readonly Row[]> {
  const mails = rows.filter((row) => text(row.TaskSubtype)?.endsWith('Email')).map((row) => row.Id);
  const told = new Set<unknown>();
  for (let i = 0; i < mails.length; i += askedAtOnce) {
    spare(link);
    const ids = mails.slice(i, i + askedAtOnce).map(quoted);
    try {
      const found = await query<Row>(link, `SELECT Id,ActivityId FROM EmailMessage WHERE ActivityId IN (${ids.join(',')})`);
      for (const { ActivityId } of found) told.add(ActivityId);
    } catch (error) {
      if (!isMissing(error)) throw error;
      break;
    }
  }
  return rows.filter((row) => !told.has(row.Id));
}
/** As many ids as an address has room for. */
const askedAtOnce = 200;

/** Salesforce has no such object here, or the connected user may not see it. */
export const isMissing = (error: unknown): boolean =>
  error instanceof SourceError &&
  (error.trouble === 'forbidden' || ['INVALID_TYPE', 'INVALID_FIELD', 'NOT_FOUND'].includes(error.code ?? ''));

const mail = { channel: 'email' } as const;

function touch(row: Row, who: unknown, about: { kind: TouchKind; channel?: 'email' | 'event' }, at: string, subject: unknown): Arrival[] {
  // Users of Salesforce take part as well; only leads and contacts are people here.
  if (typeof who !== 'string' || !/^00[Q3]/.test(who)) return [];
  const asset = text(subject);
  return [
    {
      person: { keys: [], aliases: [alias(who)] },
      touch: { ...about, ...(asset && { asset }) },
      source: 'salesforce',
      sourceId: `activity:${row.Id}`,
      at,
    },
  ];
}

function task(row: Row): Arrival[] {
  // Only the day is known: noon keeps it on that day in most zones.
  const day = text(row.ActivityDate);
  const at = instant(text(row.CompletedDateTime) ?? (day ? `${day}T12:00:00.000Z` : row.CreatedDate));
  const inbound = row.CallType === 'Inbound';
  return touch(row, row.WhoId, inbound ? { kind: 'reply' } : { kind: 'sent', ...mail }, at, row.Subject);
}

const meeting = (row: Row) => ({
  arrivals: touch(row, row.WhoId, { kind: 'attended', channel: 'event' }, instant(row.EndDateTime), row.Subject),
});

/** Salesforce's numbers for a mail that is not out yet. */
const draft = '5';
function message(row: Row): Arrival[] {
  const { Incoming, Status, Subject, MessageDate } = (row.EmailMessage ?? {}) as Row;
  const from = row.RelationType === 'FromAddress';
  if (!text(MessageDate) || Status === draft || Boolean(Incoming) !== from) return [];
  return touch(row, row.RelationId, { kind: from ? 'reply' : 'sent', ...mail }, instant(MessageDate), Subject);
}

const opened = (row: Row): Arrival[] =>
  text(row.FirstOpenDate)
    ? touch(row, row.WhoId, { kind: 'opened', ...mail }, instant(row.FirstOpenDate), valueAt(row, 'Task.Subject'))
    : [];
