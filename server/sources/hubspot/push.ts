import { says } from '../../../lib/funnel/sentences/index.ts';
import { type Link, type Mapping, type Pushed, SourceError, type Write, type Wrote, writesOf, writing } from '../source.ts';
import { isOwn } from '../stage-rule.ts';
import { call, objects } from './api.ts';
import type { Contact } from './contact.ts';
import { bySecondaryEmail } from './search.ts';

/** HubSpot's own number for "note belongs to contact". */
const noteToContact = 202;
/** Fields whose newest word counts, whoever wrote it. */
const contested = ['lifecyclestage', 'hs_lead_status'];

export async function push(link: Link, write: Write): Promise<Pushed> {
  const contact = await find(link, write);
  const changed: string[] = [];
  const kept: string[] = [];
  const wrote: Wrote[] = [];
  const already: NonNullable<Pushed['already']> = [];

  const out = write.stage && link.mapping.stageOut[write.stage];
  const wanted: Record<string, string> = {};
  if (out?.stage !== undefined) wanted.lifecyclestage = out.stage;
  if (out?.status !== undefined) wanted.hs_lead_status = out.status;
  const reasonField = link.mapping.fields.reason;
  if (reasonField && write.reason) wanted[reasonField] = link.mapping.reasonOut[write.reason] ?? write.reason;

  let stands: Pushed['stands'];
  for (const field of Object.keys(wanted)) {
    const newer = newerIn(link, contact, field, wanted[field]!, write);
    if (newer) {
      kept.push(field);
      if (field === 'lifecyclestage') stands = { record: contact.id, field, ...newer };
      delete wanted[field];
    } else if (contact.properties[field] === wanted[field]) {
      if (contested.includes(field)) already.push({ record: contact.id, field, value: wanted[field]! });
      delete wanted[field];
    }
  }
  if (Object.keys(wanted).length > 0) {
    const fields = Object.fromEntries(Object.entries(wanted).filter(([name]) => contested.includes(name)));
    wrote.push(...(await writing(link, contact.id, fields, () => set(link, contact, wanted))));
    changed.push(...Object.keys(wanted));
  }
  if (!(await hasNote(link, contact.id, write))) {
    await note(link, contact.id, write);
    changed.push('note');
  }
  return { record: contact.id, changed, ...(kept.length > 0 && { kept }), ...(stands && { stands }), wrote, already };
}

/** What somebody set in HubSpot after this act, if so: theirs is the newer word, and it counts. */
function newerIn(link: Link, contact: Contact, field: string, wanted: string, write: Write): { value: string; at: string } | undefined {
  // An empty value is nobody's word: a stage passes through it on its way back.
  const newest = contact.propertiesWithHistory?.[field]?.find((past) => past.value !== '');
  if (!newest || newest.value === wanted) return undefined;
  const at = new Date(newest.timestamp).toISOString();
  const own = write.own?.filter((one) => one.field === field);
  return at <= link.theirs(write.at) || isOwn(own, newest.value, at) ? undefined : { value: newest.value, at };
}

async function find(link: Link, write: Write): Promise<Contact> {
  const query = new URLSearchParams({ properties: contested.join(','), propertiesWithHistory: contested.join(',') });
  const get = async (path: string): Promise<Contact | undefined> => {
    try {
      return await call<Contact>(link, 'GET', objects(`contacts/${path}${query}`));
    } catch (error) {
      if (error instanceof SourceError && error.trouble === 'not-found') return undefined;
      throw error;
    }
  };
  const byId = write.record && (await get(`${encodeURIComponent(write.record)}?`));
  if (byId) return byId;
  for (const email of write.emails) {
    const found = await get(`${encodeURIComponent(email)}?idProperty=email&`);
    if (found) return found;
  }
  // Further addresses of a contact are found by searching alone.
  for (const email of write.emails) {
    const id = await bySecondaryEmail(link, email);
    const found = id && (await get(`${encodeURIComponent(id)}?`));
    if (found) return found;
  }
  throw new SourceError('not-found', says('crm-no-person', { crm: 'HubSpot', kind: 'contact' }));
}

/**
 * HubSpot leaves the lifecycle stage where it is when it would go backwards, without saying so. It goes there from
 * empty, and emptying it must be a call of its own.
 */
async function set(link: Link, contact: Contact, wanted: Record<string, string>): Promise<void> {
  const answer = await update(link, contact.id, wanted);
  const stage = wanted.lifecyclestage;
  if (stage === undefined || answer.properties.lifecyclestage === stage) return;
  await update(link, contact.id, { lifecyclestage: '' });
  await update(link, contact.id, { lifecyclestage: stage });
}

const update = (link: Link, id: string, properties: Record<string, string>): Promise<Contact> =>
  call(link, 'PATCH', objects(`contacts/${id}`), { properties });

/** The operation's id stands at the foot of the note, so that a write whose answer was lost is not written twice. */
const footOf = (write: Write): string => `Baton ${write.id}`;
const notesAtOnce = 100;

async function hasNote(link: Link, contact: string, write: Write): Promise<boolean> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const query = new URLSearchParams({ limit: String(notesAtOnce), ...(after && { after }) });
    const of: { results: { id: string }[]; paging?: { next?: { after: string } } } = await call(
      link,
      'GET',
      objects(`contacts/${contact}/associations/notes?${query}`),
    );
    if (of.results.length > 0) {
      const notes = await call<{ results: { properties: Record<string, string | null> }[] }>(link, 'POST', objects('notes/batch/read'), {
        inputs: of.results.map((n) => ({ id: n.id })),
        properties: ['hs_note_body'],
      });
      if (notes.results.some((n) => n.properties.hs_note_body?.includes(footOf(write)))) return true;
    }
    after = of.paging?.next?.after;
  }
  return false;
}

const note = (link: Link, contact: string, write: Write): Promise<unknown> =>
  call(link, 'POST', objects('notes'), {
    properties: { hs_timestamp: write.at, hs_note_body: `${plain(write.note)}<br>${footOf(write)}` },
    associations: [{ to: { id: contact }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: noteToContact }] }],
  });

/** Notes are HTML in HubSpot. */
const plain = (text: string): string =>
  text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]!).replaceAll('\n', '<br>');

export function written(mapping: Mapping): string[] {
  const { stage, status, reason } = writesOf(mapping);
  return [...(stage ? ['lifecyclestage'] : []), ...(status ? ['hs_lead_status'] : []), ...reason, 'note'];
}
