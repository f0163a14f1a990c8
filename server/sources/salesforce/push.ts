import { type Link, type Pushed, SourceError, type Write, type WrittenStage, writing } from '../source.ts';
import { call, data, query, quoted } from './api.ts';

interface Found {
  object: 'Lead' | 'Contact';
  id: string;
  status?: string;
}

/** A lead is never converted here: that makes accounts and opportunities which somebody has to want. */
export async function push(link: Link, write: Write): Promise<Pushed> {
  const found = await find(link, write);
  const changed: string[] = [];
  const kept: string[] = [];
  let wrote: WrittenStage | undefined;
  const out = write.stage && link.mapping.stageOut[write.stage];
  const field = found.object === 'Lead' ? 'Status' : link.mapping.fields.contactStage;
  const wanted: Record<string, string> = {};
  const value = out?.status ?? out?.stage;
  if (field && value !== undefined && value !== found.status) {
    if (await changedSince(link, found, write.at)) kept.push(field);
    else wanted[field] = value;
  }
  const reasonField = link.mapping.fields.reason;
  if (reasonField && write.reason) wanted[reasonField] = link.mapping.reasonOut[write.reason] ?? write.reason;
  if (Object.keys(wanted).length > 0) {
    if (field && wanted[field] !== undefined) wrote = { record: `salesforce:${found.id}`, field, value: wanted[field] };
    await writing(wrote, () => call(link, 'PATCH', data(`/sobjects/${found.object}/${found.id}`), wanted));
    changed.push(...Object.keys(wanted));
  }
  if (write.campaign && link.mapping.fields.memberStatus && (await member(link, found, write.campaign, link.mapping.fields.memberStatus)))
    changed.push('campaign member');
  if (await note(link, found, write)) changed.push('task');
  return { record: found.id, changed, ...(kept.length > 0 && { kept }), ...(wrote && { wrote }) };
}

async function find(link: Link, write: Write): Promise<Found> {
  interface LeadRow {
    Id: string;
    Status: string;
    IsConverted: boolean;
    ConvertedContactId: string | null;
  }
  const fromLead = async (where: string): Promise<Found | undefined> => {
    const [lead] = await query<LeadRow>(
      link,
      `SELECT Id,Status,IsConverted,ConvertedContactId FROM Lead WHERE ${where} ORDER BY IsConverted,LastModifiedDate DESC LIMIT 1`,
    );
    if (!lead) return undefined;
    if (!lead.IsConverted) return { object: 'Lead', id: lead.Id, status: lead.Status };
    return lead.ConvertedContactId ? contact(`Id = ${quoted(lead.ConvertedContactId)}`) : undefined;
  };
  const stage = link.mapping.fields.contactStage;
  const contact = async (where: string): Promise<Found | undefined> => {
    const [row] = await query<Record<string, string>>(
      link,
      `SELECT Id${stage ? `,${stage}` : ''} FROM Contact WHERE ${where} ORDER BY LastModifiedDate DESC LIMIT 1`,
    );
    return row && { object: 'Contact', id: row.Id!, ...(stage && row[stage] && { status: row[stage] }) };
  };
  if (write.record) {
    const byId = write.record.startsWith('003')
      ? await contact(`Id = ${quoted(write.record)}`)
      : await fromLead(`Id = ${quoted(write.record)}`);
    if (byId) return byId;
  }
  const list = `Email IN (${write.emails.map(quoted).join(',')})`;
  const found = write.emails.length === 0 ? undefined : ((await fromLead(list)) ?? (await contact(list)));
  if (!found) throw new SourceError('not-found', 'Salesforce has no lead or contact with this person’s addresses.');
  return found;
}

/** Whether somebody changed the status there after the act; theirs is the newer word. Needs field history tracking. */
async function changedSince(link: Link, found: Found, at: string): Promise<boolean> {
  if (found.object !== 'Lead') return false;
  const later = await query(
    link,
    `SELECT Id FROM LeadHistory WHERE LeadId = ${quoted(found.id)} AND Field = 'Status' AND CreatedDate > ${new Date(at).toISOString()} LIMIT 1`,
  );
  return later.length > 0;
}

async function member(link: Link, found: Found, campaign: string, status: string): Promise<boolean> {
  const [row] = await query<{ Id: string; Status: string }>(
    link,
    `SELECT Id,Status FROM CampaignMember WHERE ${found.object}Id = ${quoted(found.id)} AND Campaign.Name = ${quoted(campaign)} LIMIT 1`,
  );
  if (!row || row.Status === status) return false;
  await call(link, 'PATCH', data(`/sobjects/CampaignMember/${row.Id}`), { Status: status });
  return true;
}

/** The operation's id stands in the subject, the one text of a task that can be asked for. */
async function note(link: Link, found: Found, write: Write): Promise<boolean> {
  const mark = `[${write.id}]`;
  const already = await query(link, `SELECT Id FROM Task WHERE WhoId = ${quoted(found.id)} AND Subject LIKE ${quoted(`%${mark}`)} LIMIT 1`);
  if (already.length > 0) return false;
  const [first = ''] = write.note.split('\n');
  const room = 255 - mark.length - 1;
  await call(link, 'POST', data('/sobjects/Task'), {
    WhoId: found.id,
    Subject: `${first.length > room ? `${first.slice(0, room - 1)}…` : first} ${mark}`,
    Status: 'Completed',
    ActivityDate: write.at.slice(0, 10),
    Description: write.note,
  });
  return true;
}
