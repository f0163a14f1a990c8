import { says } from '../../../lib/funnel/sentences/index.ts';
import { type Link, type Mapping, type Pushed, SourceError, type Write, type Wrote, writesOf, writing } from '../source.ts';
import { isOwn } from '../stage-rule.ts';
import { call } from './api.ts';
import { each } from './each.ts';
import { newestMove, stageThen } from './moves.ts';

interface Contact {
  id: number;
  stage: { id: number; name: string } | null;
}

export async function push(link: Link, write: Write): Promise<Pushed> {
  const contact = await find(link, write);
  const changed: string[] = [];
  const kept: string[] = [];
  const wrote: Wrote[] = [];
  let stands: Pushed['stands'];
  const stage = write.stage && link.mapping.stageOut[write.stage]?.stage;
  const already = stage && contact.stage?.name === stage ? [{ record: String(contact.id), field: 'stage', value: stage }] : [];
  if (stage && contact.stage?.name !== stage) {
    const newer = await newerIn(link, contact.id, write);
    if (newer) {
      kept.push('stage');
      stands = { record: String(contact.id), field: 'stage', ...newer };
    } else {
      const id = await stageId(link, stage);
      const add = () => call(link, 'POST', `/stages/${id}/contact/${contact.id}/add`, {});
      wrote.push(...(await writing(link, String(contact.id), { stage }, add)));
      changed.push('stage');
    }
  }
  const field = link.mapping.fields.reason;
  if (field && write.reason) {
    await call(link, 'PATCH', `/contacts/${contact.id}/edit`, { [field]: link.mapping.reasonOut[write.reason] ?? write.reason });
    changed.push(field);
  }
  const foot = `Baton ${write.id}`;
  const { notes } = await call<{ notes: { text: string }[] | Record<string, { text: string }> }>(
    link,
    'GET',
    `/contacts/${contact.id}/notes?limit=100&orderBy=id&orderByDir=desc`,
  );
  if (!Object.values(notes).some((n) => n.text.includes(foot))) {
    await call(link, 'POST', '/notes/new', { lead: contact.id, text: `${write.note}\n${foot}`, type: 'general' });
    changed.push('note');
  }
  return { record: String(contact.id), changed, ...(kept.length > 0 && { kept }), ...(stands && { stands }), wrote, already };
}

async function stageId(link: Link, name: string): Promise<number> {
  for await (const stage of each<{ id: number; name: string }>(link, '/stages', 'stages')) if (stage.name === name) return stage.id;
  throw new SourceError('refused', says('crm-no-stage', { crm: 'Mautic', stage: name }));
}

async function find(link: Link, write: Write): Promise<Contact> {
  if (write.record) {
    try {
      return (await call<{ contact: Contact }>(link, 'GET', `/contacts/${encodeURIComponent(write.record)}`)).contact;
    } catch (error) {
      if (!(error instanceof SourceError && error.trouble === 'not-found')) throw error;
    }
  }
  for (const email of write.emails) {
    const query = new URLSearchParams({ 'where[0][col]': 'email', 'where[0][expr]': 'eq', 'where[0][val]': email, limit: '1' });
    const { contacts } = await call<{ contacts: Record<string, Contact> | Contact[] }>(link, 'GET', `/contacts?${query}`);
    const [contact] = Object.values(contacts);
    if (contact) return contact;
  }
  throw new SourceError('not-found', says('crm-no-person', { crm: 'Mautic', kind: 'contact' }));
}

/** What somebody set there after the act, if so; theirs is the newer word. */
async function newerIn(link: Link, contact: number, write: Write): Promise<{ value: string; at: string } | undefined> {
  const newest = await newestMove(link, contact);
  if (!newest) return undefined;
  const { value, at } = stageThen(contact, newest);
  const own = write.own?.filter(({ field }) => field === 'stage');
  return at > link.theirs(write.at) && !isOwn(own, value, at) ? { value, at } : undefined;
}

export function written(mapping: Mapping): string[] {
  const { stage, reason } = writesOf(mapping);
  return [...(stage ? ['stage'] : []), ...reason, 'note'];
}
