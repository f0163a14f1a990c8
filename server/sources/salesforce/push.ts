import { says } from '../../../lib/funnel/sentences/index.ts';
import { type Link, type Mapping, type Pushed, SourceError, type Write, type Wrote, writesOf, writing } from '../source.ts';
import { isOwn } from '../stage-rule.ts';
import { call, data, query, quoted } from './api.ts';
import { isChanged, setMember } from './members.ts';
import { instant } from './stream.ts';

interface Found {
  object: 'Lead' | 'Contact';
  id: string;
  status?: string;
  /** When anything of it last changed. */
  modified: string;
}

/**
 * A lead is never converted here: that makes accounts and opportunities which somebody has to want. One that was
 * converted is written through its contact, also when that happens between looking and writing. A record is set only as
 * it was read: where somebody changed it meanwhile it is read again, and theirs counts if it is the newer word. What
 * changes twice within one second Salesforce cannot tell apart.
 */
export async function push(link: Link, write: Write): Promise<Pushed> {
  let before: Found | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      const found = await find(link, write);
      const moved = before?.id === found.id && before.status !== found.status ? found : undefined;
      before = found;
      return await pushTo(link, write, found, moved);
    } catch (error) {
      if (!isOther(error) || attempt === 3) throw error;
    }
  }
}
/** It is no longer what was looked at. */
const isOther = (error: unknown): boolean =>
  isChanged(error) || (error instanceof SourceError && error.code === 'CANNOT_UPDATE_CONVERTED_LEAD');

/** @param moved where its status became another while this write was on its way, which is a newer word whatever is tracked there */
async function pushTo(link: Link, write: Write, found: Found, moved: Found | undefined): Promise<Pushed> {
  const changed: string[] = [];
  const kept: string[] = [];
  const wrote: Wrote[] = [];
  const out = write.stage && link.mapping.stageOut[write.stage];
  const field = found.object === 'Lead' ? 'Status' : link.mapping.fields.contactStage;
  const wanted: Record<string, string> = {};
  const value = out?.status ?? out?.stage;
  let stands: Pushed['stands'];
  const already = field && value !== undefined && value === found.status ? [{ record: found.id, field, value }] : [];
  if (field && value !== undefined && value !== found.status) {
    const newer = (await newerIn(link, found, field, write)) ?? (moved?.status ? { value: moved.status, at: moved.modified } : undefined);
    if (newer) {
      kept.push(field);
      stands = { record: found.id, field, ...newer };
    } else wanted[field] = value;
  }
  const reasonField = link.mapping.fields.reason;
  if (reasonField && write.reason) wanted[reasonField] = link.mapping.reasonOut[write.reason] ?? write.reason;
  if (Object.keys(wanted).length > 0) {
    const stage = field && wanted[field] !== undefined ? { [field]: wanted[field] } : {};
    const patch = () => call(link, 'PATCH', data(`/sobjects/${found.object}/${found.id}`), wanted, found.modified);
    wrote.push(...(await writing(link, found.id, stage, patch, isChanged)));
    changed.push(...Object.keys(wanted));
  }
  const member = write.stage && link.mapping.memberOut?.[write.stage];
  if (member && write.campaign) {
    const did = await setMember(link, found, { campaign: write.campaign, at: write.at, status: member });
    if (typeof did === 'string') kept.push(did);
    else if (did) {
      changed.push('campaign member');
      wrote.push(...did);
    }
  }
  if (await note(link, found, write)) changed.push('task');
  return { record: found.id, changed, ...(kept.length > 0 && { kept }), ...(stands && { stands }), wrote, already };
}

async function find(link: Link, write: Write): Promise<Found> {
  interface LeadRow {
    Id: string;
    Status: string;
    IsConverted: boolean;
    ConvertedContactId: string | null;
    SystemModstamp: string;
  }
  const fromLead = async (where: string): Promise<Found | undefined> => {
    const [lead] = await query<LeadRow>(
      link,
      `SELECT Id,Status,IsConverted,ConvertedContactId,SystemModstamp FROM Lead WHERE ${where} ORDER BY IsConverted,LastModifiedDate DESC LIMIT 1`,
    );
    if (!lead) return undefined;
    if (!lead.IsConverted) return { object: 'Lead', id: lead.Id, status: lead.Status, modified: instant(lead.SystemModstamp) };
    return lead.ConvertedContactId ? contact(`Id = ${quoted(lead.ConvertedContactId)}`) : undefined;
  };
  const stage = link.mapping.fields.contactStage;
  const contact = async (where: string): Promise<Found | undefined> => {
    const [row] = await query<Record<string, string>>(
      link,
      `SELECT Id,SystemModstamp${stage ? `,${stage}` : ''} FROM Contact WHERE ${where} ORDER BY LastModifiedDate DESC LIMIT 1`,
    );
    return (
      row && { object: 'Contact', id: row.Id!, modified: instant(row.SystemModstamp), ...(stage && row[stage] && { status: row[stage] }) }
    );
  };
  if (write.record) {
    const byId = write.record.startsWith('003')
      ? await contact(`Id = ${quoted(write.record)}`)
      : await fromLead(`Id = ${quoted(write.record)}`);
    if (byId) return byId;
  }
  const list = `Email IN (${write.emails.map(quoted).join(',')})`;
  const found = write.emails.length === 0 ? undefined : ((await fromLead(list)) ?? (await contact(list)));
  if (!found) throw new SourceError('not-found', says('crm-no-person', { crm: 'Salesforce', kind: 'lead' }));
  return found;
}

/** What somebody set there after the act, if so; theirs is the newer word. Needs field history tracking. */
async function newerIn(link: Link, found: Found, field: string, write: Write): Promise<{ value: string; at: string } | undefined> {
  const [newest] = await query<{ NewValue: string; CreatedDate: string }>(
    link,
    `SELECT Id,NewValue,CreatedDate FROM ${found.object}History WHERE ${found.object}Id = ${quoted(found.id)} AND Field = ${quoted(field)} AND CreatedDate > ${link.theirs(new Date(write.at).toISOString())} ORDER BY CreatedDate DESC LIMIT 1`,
  );
  if (!newest) return undefined;
  const own = write.own?.filter((one) => one.field === field);
  const at = new Date(newest.CreatedDate).toISOString();
  return isOwn(own, newest.NewValue, at) ? undefined : { value: newest.NewValue, at };
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

export function written(mapping: Mapping): string[] {
  const { stage, status, reason } = writesOf(mapping);
  const contact = mapping.fields.contactStage;
  const member = Object.keys(mapping.memberOut ?? {}).length > 0;
  return [...(stage || status ? ['Status', ...(contact ? [contact] : [])] : []), ...reason, ...(member ? ['campaign member'] : []), 'task'];
}
