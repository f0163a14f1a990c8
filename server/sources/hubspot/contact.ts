import type { Arrival, PersonIn } from '../../ingest/arrival.ts';
import type { Link, Mapping, Page, StageSeen } from '../source.ts';
import { call, objects } from './api.ts';
import { type SegmentOf, segmentProperties } from './segment.ts';

/** One contact as the objects API answers it. History is newest first, as HubSpot has it. */
export interface Contact {
  id: string;
  properties: Record<string, string | null>;
  propertiesWithHistory?: Record<string, { value: string; timestamp: string; sourceType?: string; sourceId?: string }[]>;
  updatedAt: string;
  archived?: boolean;
}

/** With history HubSpot answers no more contacts at once. */
export const contactsAtOnce = 50;

export const contactProperties = (mapping: Mapping): string[] => [
  ...new Set([
    'email',
    'hs_additional_emails',
    'hs_merged_object_ids',
    'firstname',
    'lastname',
    'jobtitle',
    'company',
    'hubspot_owner_id',
    'lifecyclestage',
    'recent_conversion_date',
    'lastmodifieddate',
    ...linkedinFields(mapping),
    ...segmentProperties(mapping),
  ]),
];
/** Both may say how far a person is: reps set the status, and marketing the lifecycle stage. */
export const stageProperties = ['lifecyclestage', 'hs_lead_status'] as const;
export const contactHistory = [...stageProperties, 'recent_conversion_event_name'];

export const linkedinFields = (mapping: Mapping): string[] => [mapping.fields.linkedin, 'hs_linkedin_url'].filter((f) => f !== undefined);

/** Whether a filled-in form is told by the contact, because it is not by the form: epoch ms. */
export type FormsByContact = (at: number) => boolean;

/** What else is known of contacts: owners by id, segments, and who tells of their forms. */
export interface Around {
  owners: ReadonlyMap<string, string>;
  segmentOf: SegmentOf;
  forms: FormsByContact;
}

/** What contacts tell. */
export function pageOf(contacts: readonly Contact[], mapping: Mapping, around: Around): Page {
  return {
    arrivals: contacts.flatMap((c) => arrivalsOf(c, mapping, around)),
    stages: contacts.flatMap(stagesOf),
    gone: [],
    merged: contacts.flatMap(mergedOf),
  };
}

/** Who the contact is and the forms it filled in, each named so that it counts once. */
function arrivalsOf(contact: Contact, mapping: Mapping, { owners, segmentOf, forms }: Around): Arrival[] {
  const { segment, since = 0 } = segmentOf(contact);
  const person: PersonIn = { ...personOf(contact, mapping, owners), ...(segment !== undefined && { segment }) };
  const record = contact.id;
  // All of it was true when the last part of it became so.
  const at = since > Date.parse(contact.updatedAt) ? new Date(since).toISOString() : contact.updatedAt;
  const arrivals: Arrival[] = [{ person, source: 'hubspot', sourceId: `contact:${record}:${at}`, at }];
  const who: PersonIn = { keys: person.keys, aliases: person.aliases };
  for (const past of (contact.propertiesWithHistory?.recent_conversion_event_name ?? []).toReversed()) {
    if (past.value === '' || !forms(Date.parse(past.timestamp))) continue;
    arrivals.push({
      person: who,
      touch: { kind: 'form', asset: past.value },
      source: 'hubspot',
      sourceId: `conversion:${record}:${past.timestamp}`,
      at: past.timestamp,
    });
  }
  return arrivals;
}

/** Every lifecycle stage and status the contact went through, each oldest first. */
const stagesOf = (contact: Contact): StageSeen[] =>
  stageProperties.flatMap((field) =>
    (contact.propertiesWithHistory?.[field] ?? [])
      .toReversed()
      .filter((past) => past.value !== '')
      .map((past) => ({ record: `hubspot:${contact.id}`, field, value: past.value, at: new Date(past.timestamp).toISOString() })),
  );

/** The contacts that went up in this one. */
const mergedOf = ({ id, properties }: Contact): Page['merged'] =>
  (properties.hs_merged_object_ids ?? '')
    .split(';')
    .filter((from) => from !== '' && from !== id)
    .map((from) => ({ from, into: id }));

export function keysOf({ properties: p }: Contact, mapping: Mapping): PersonIn['keys'] {
  const keys: PersonIn['keys'] = [];
  for (const email of [p.email, ...(p.hs_additional_emails ?? '').split(';')]) if (email) keys.push({ kind: 'email', value: email });
  for (const field of linkedinFields(mapping)) {
    const value = p[field];
    if (value) keys.push({ kind: 'linkedin', value });
  }
  return keys;
}

function personOf(contact: Contact, mapping: Mapping, owners: ReadonlyMap<string, string>): PersonIn {
  const p = contact.properties;
  const owner = owners.get(p.hubspot_owner_id ?? '');
  return {
    keys: keysOf(contact, mapping),
    aliases: [{ kind: 'record', value: `hubspot:${contact.id}` }],
    name: [p.firstname, p.lastname].filter(Boolean).join(' ') || undefined,
    title: p.jobtitle || undefined,
    company: p.company || undefined,
    ...(owner && { owner }),
  };
}

/** Contacts by id as they are now, with those that are no longer there: deleted, or merged into another. */
export async function contactsById(link: Link, ids: readonly string[]): Promise<{ contacts: Contact[]; gone: string[] }> {
  const contacts: Contact[] = [];
  const gone: string[] = [];
  for (let i = 0; i < ids.length; i += contactsAtOnce) {
    const part = ids.slice(i, i + contactsAtOnce);
    const answer = await call<{
      results: Contact[];
      errors?: { category?: string; context?: { ids?: string[] } }[];
    }>(link, 'POST', objects('contacts/batch/read'), {
      inputs: part.map((id) => ({ id })),
      properties: contactProperties(link.mapping),
      propertiesWithHistory: contactHistory,
    });
    contacts.push(...answer.results.filter((c) => !c.archived));
    gone.push(...answer.results.filter((c) => c.archived).map((c) => c.id));
    gone.push(...(answer.errors ?? []).flatMap((e) => (e.category === 'OBJECT_NOT_FOUND' ? (e.context?.ids ?? []) : [])));
    // HubSpot answers for a merged contact with the one it went up in, and that one says whom it took in.
    const there = new Set(answer.results.flatMap((c) => [c.id, ...(c.properties.hs_merged_object_ids ?? '').split(';')]));
    gone.push(...part.filter((id) => !there.has(id) && !gone.includes(id)));
  }
  return { contacts: [...new Map(contacts.map((c) => [c.id, c])).values()], gone };
}
