import { type Link, type Pushed, SourceError, type Write, type WrittenStage, writing } from '../source.ts';
import { call, objects } from './api.ts';
import type { Contact } from './contact.ts';

/** HubSpot's own number for "note belongs to contact". */
const noteToContact = 202;

export async function push(link: Link, write: Write): Promise<Pushed> {
  const contact = await find(link, write);
  const changed: string[] = [];
  const kept: string[] = [];
  let wrote: WrittenStage | undefined;

  const out = write.stage && link.mapping.stageOut[write.stage];
  const wanted: Record<string, string> = {};
  if (out?.stage !== undefined) wanted.lifecyclestage = out.stage;
  if (out?.status !== undefined) wanted.hs_lead_status = out.status;
  const reasonField = link.mapping.fields.reason;
  if (reasonField && write.reason) wanted[reasonField] = link.mapping.reasonOut[write.reason] ?? write.reason;

  for (const field of Object.keys(wanted)) {
    // Somebody set it in the CRM after this act: theirs is the newer word, and it will be read.
    const newest = contact.propertiesWithHistory?.[field]?.[0];
    if (newest && Date.parse(newest.timestamp) > Date.parse(write.at) && newest.value !== wanted[field]) {
      kept.push(field);
      delete wanted[field];
    } else if (contact.properties[field] === wanted[field]) delete wanted[field];
  }
  if (Object.keys(wanted).length > 0) {
    wrote =
      wanted.lifecyclestage === undefined
        ? undefined
        : { record: `hubspot:${contact.id}`, field: 'lifecyclestage', value: wanted.lifecyclestage };
    await writing(wrote, () => set(link, contact, wanted));
    changed.push(...Object.keys(wanted));
  }
  if (!(await hasNote(link, contact.id, write))) {
    await note(link, contact.id, write);
    changed.push('note');
  }
  return { record: contact.id, changed, ...(kept.length > 0 && { kept }), ...(wrote && { wrote }) };
}

async function find(link: Link, write: Write): Promise<Contact> {
  const ask = new URLSearchParams({ properties: 'lifecyclestage,hs_lead_status', propertiesWithHistory: 'lifecyclestage,hs_lead_status' });
  const tries = [
    ...(write.record ? [`contacts/${encodeURIComponent(write.record)}?${ask}`] : []),
    ...write.emails.map((e) => `contacts/${encodeURIComponent(e)}?idProperty=email&${ask}`),
  ];
  for (const path of tries) {
    try {
      return await call<Contact>(link, 'GET', objects(path));
    } catch (error) {
      if (!(error instanceof SourceError && error.trouble === 'not-found')) throw error;
    }
  }
  throw new SourceError('not-found', 'HubSpot has no contact with this person’s addresses.');
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

async function hasNote(link: Link, contact: string, write: Write): Promise<boolean> {
  const of = await call<{ results: { id: string }[] }>(link, 'GET', objects(`contacts/${contact}/associations/notes?limit=100`));
  if (of.results.length === 0) return false;
  const notes = await call<{ results: { properties: Record<string, string | null> }[] }>(link, 'POST', objects('notes/batch/read'), {
    inputs: of.results.map((n) => ({ id: n.id })),
    properties: ['hs_note_body'],
  });
  return notes.results.some((n) => n.properties.hs_note_body?.includes(footOf(write)));
}

const note = (link: Link, contact: string, write: Write): Promise<unknown> =>
  call(link, 'POST', objects('notes'), {
    properties: { hs_timestamp: write.at, hs_note_body: `${plain(write.note)}<br>${footOf(write)}` },
    associations: [{ to: { id: contact }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: noteToContact }] }],
  });

/** Notes are HTML in HubSpot. */
const plain = (text: string): string =>
  text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]!).replaceAll('\n', '<br>');
