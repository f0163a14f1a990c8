import type { Channel, TouchKind } from '../../../lib/funnel/words.ts';
import type { Arrival, PersonIn } from '../../ingest/arrival.ts';
import { type Link, type Page, SourceError, type Write, type Wrote, writing } from '../source.ts';
import { call, changedSince, data, query, quoted } from './api.ts';
import { alias, instant, type Row, type Stream, text } from './stream.ts';

/** What people did in campaigns, by the status that they have there. */
export const members: Stream = {
  object: 'CampaignMember',
  fields: [
    ...['Id', 'CampaignId', 'Campaign.Name', 'Campaign.Type', 'Status', 'HasResponded', 'FirstRespondedDate', 'CreatedDate'],
    ...['LeadId', 'ContactId', 'SystemModstamp'],
  ],
  by: 'SystemModstamp',
  counted: true,
  optional: true,
  tells: (row, _, live) => memberTells(row, live),
};

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
/** What members did, by the status that a campaign gives them; each company has its own, in its own words. */
const kindByStatus: [RegExp, TouchKind][] = [
  [/attend|checked.?in|visited booth/i, 'attended'],
  [/regist|sign.?up|rsvp|form/i, 'form'],
  [/download/i, 'downloaded'],
  [/click/i, 'click'],
  [/repl/i, 'reply'],
];
const kindByType: Record<string, TouchKind> = { Webinar: 'attended', Conference: 'attended', 'Trade Show': 'attended', Email: 'click' };
/** Not engagement, whatever the campaign's type. */
const passive: [RegExp, TouchKind][] = [
  [/bounce|undeliver/i, 'bounced'],
  [/open/i, 'opened'],
];

/** @param live a change that was seen as it happened; on the first import only the day of the first response is known */
function memberTells(row: Row, live: boolean): Pick<Page, 'arrivals' | 'readOff'> {
  const campaign = row.Campaign as { Name?: string; Type?: string } | null;
  const type = campaign?.Type ?? '';
  const status = text(row.Status) ?? '';
  const who: PersonIn = { keys: [], aliases: [row.LeadId, row.ContactId].filter((id) => typeof id === 'string').map(alias) };
  const channel = channelOf[type] ?? 'other';
  const about = { campaign: { name: campaign?.Name, ref: `salesforce:${row.CampaignId}`, channel }, channel };
  const touch = (kind: TouchKind, sourceId: string, at: string): Arrival => ({
    person: who,
    touch: { kind, ...about },
    source: 'salesforce',
    sourceId,
    at,
  });
  const arrivals = [touch('sent', `member:${row.Id}`, instant(row.CreatedDate))];
  const kindIn = (list: readonly [RegExp, TouchKind][]): TouchKind | undefined => list.find(([re]) => re.test(status))?.[1];
  if (row.HasResponded) {
    // Only the day is known: noon keeps it on that day in most zones.
    const first = row.FirstRespondedDate ? `${row.FirstRespondedDate}T12:00:00.000Z` : undefined;
    const at = live || first === undefined ? instant(row.SystemModstamp) : first;
    arrivals.push(touch(kindIn(kindByStatus) ?? kindByType[type] ?? 'form', `responded:${row.Id}:${status}`, at));
  } else {
    const kind = kindIn(passive);
    if (kind) arrivals.push(touch(kind, `status:${row.Id}:${status}`, instant(row.SystemModstamp)));
  }
  const changed = instant(row.SystemModstamp);
  const readOff = arrivals.slice(1).map(({ sourceId }) => ({ sourceId, field: memberField(row.Id), value: status, at: changed }));
  return { arrivals, readOff };
}

/**
 * Sets the status of a lead or contact in a campaign. Salesforce remembers only the last one: what stands there is told
 * before, and stays if it is newer than the act. It is overwritten only as it was read; where somebody changed it
 * meanwhile it is read again. What changes twice within one second Salesforce cannot tell apart.
 * @returns what was written; `undefined`: there is nothing to change. Words: what could not be changed, or was left
 */
export async function setMember(link: Link, person: Person, wanted: Wanted): Promise<Wrote[] | string | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await setOnce(link, person, wanted);
    } catch (error) {
      if (!isChanged(error) || attempt === 3) throw error;
    }
  }
}
/** The record is no longer as it was read. */
export const isChanged = (error: unknown): boolean => error instanceof SourceError && error.code === changedSince;

async function setOnce(link: Link, { object, id }: Person, { campaign, at, status }: Wanted): Promise<Wrote[] | string | undefined> {
  const [row] = await query<Row>(
    link,
    `SELECT ${members.fields.join(',')} FROM CampaignMember WHERE ${object}Id = ${quoted(id)} AND CampaignId = ${quoted(campaign)} LIMIT 1`,
  );
  if (!row || row.Status === status) return undefined;
  const left = `campaign member (${status})`;
  // Each campaign has its own list of statuses.
  const [allowed] = await query(
    link,
    `SELECT Id FROM CampaignMemberStatus WHERE CampaignId = ${quoted(campaign)} AND Label = ${quoted(status)} LIMIT 1`,
  );
  if (!allowed) return left;
  const did = await link.found({ stages: [], gone: [], merged: [], ...memberTells(row, true) });
  // Of a first answer only the day may be known, which lasts longer than until the member changed.
  if (did !== undefined && did > at && instant(row.SystemModstamp) > link.theirs(at)) return left;
  const patch = () => call(link, 'PATCH', data(`/sobjects/CampaignMember/${row.Id}`), { Status: status }, instant(row.SystemModstamp));
  return writing(link, id, { [memberField(row.Id)]: status }, patch, isChanged);
}
interface Person {
  object: 'Lead' | 'Contact';
  id: string;
}
interface Wanted {
  campaign: string;
  at: Write['at'];
  status: string;
}

/** What a person's status in a campaign is called among the fields of their record that Baton sets; stages are others. */
const memberField = (member: string): string => `@member ${member}`;
