import type { Arrival, PersonIn } from '../../ingest/arrival.ts';
import type { Mapping, StageSeen } from '../source.ts';

/** One contact as the objects API answers it. History is newest first, as HubSpot has it. */
export interface Contact {
  id: string;
  properties: Record<string, string | null>;
  propertiesWithHistory?: Record<string, { value: string; timestamp: string; sourceType?: string; sourceId?: string }[]>;
  updatedAt: string;
  archived?: boolean;
}

export const contactProperties = (mapping: Mapping): string[] => [
  ...new Set([
    'email',
    'hs_additional_emails',
    'firstname',
    'lastname',
    'jobtitle',
    'company',
    'hubspot_owner_id',
    'lifecyclestage',
    'hs_lead_status',
    'lastmodifieddate',
    ...linkedinFields(mapping),
  ]),
];
export const contactHistory = ['lifecyclestage', 'recent_conversion_event_name'];

const linkedinFields = (mapping: Mapping): string[] => [mapping.fields.linkedin, 'hs_linkedin_url'].filter((f) => f !== undefined);

/** Who the contact is and the forms it filled in, each named so that it counts once. */
export function arrivalsOf(contact: Contact, mapping: Mapping, owners: ReadonlyMap<string, string>): Arrival[] {
  const person = personOf(contact, mapping, owners);
  const record = contact.id;
  const arrivals: Arrival[] = [{ person, source: 'hubspot', sourceId: `contact:${record}:${contact.updatedAt}`, at: contact.updatedAt }];
  const who: PersonIn = { keys: person.keys, aliases: person.aliases };
  for (const past of (contact.propertiesWithHistory?.recent_conversion_event_name ?? []).toReversed()) {
    if (past.value === '') continue;
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

/** Every lifecycle stage the contact went through, oldest first. */
export const stagesOf = (contact: Contact): StageSeen[] =>
  (contact.propertiesWithHistory?.lifecyclestage ?? [])
    .toReversed()
    .filter((past) => past.value !== '')
    .map((past) => ({
      record: `hubspot:${contact.id}`,
      field: 'lifecyclestage',
      value: past.value,
      at: new Date(past.timestamp).toISOString(),
    }));

function personOf(contact: Contact, mapping: Mapping, owners: ReadonlyMap<string, string>): PersonIn {
  const p = contact.properties;
  const keys: PersonIn['keys'] = [];
  for (const email of [p.email, ...(p.hs_additional_emails ?? '').split(';')]) if (email) keys.push({ kind: 'email', value: email });
  for (const field of linkedinFields(mapping)) {
    const value = p[field];
    if (value) keys.push({ kind: 'linkedin', value });
  }
  const owner = owners.get(p.hubspot_owner_id ?? '');
  return {
    keys,
    aliases: [{ kind: 'record', value: `hubspot:${contact.id}` }],
    name: [p.firstname, p.lastname].filter(Boolean).join(' ') || undefined,
    title: p.jobtitle || undefined,
    company: p.company || undefined,
    ...(owner && { owner }),
  };
}
