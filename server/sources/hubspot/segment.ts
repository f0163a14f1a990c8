import { segmentFrom } from '../segment.ts';
import { type Choice, type Link, type Mapping, SourceError } from '../source.ts';
import { call, objects, properties } from './api.ts';
import { associated } from './associations.ts';
import type { Contact } from './contact.ts';

/** A segment is a property of the contact, or of the company that the contact belongs to first. */
export const companyPrefix = 'company.';
const companyOf = 'associatedcompanyid';
/** With history HubSpot answers no more at once. */
const companiesAtOnce = 50;

/** The company's property that holds the segment, if one does. */
export const companyProperty = ({ fields: { segment } }: Mapping): string | undefined =>
  segment?.startsWith(companyPrefix) ? segment.slice(companyPrefix.length) : undefined;
export const segmentProperties = (mapping: Mapping): string[] =>
  companyProperty(mapping) !== undefined ? [companyOf] : mapping.fields.segment ? [mapping.fields.segment] : [];

/** What is said of a contact's segment; `since` where its company says so, epoch ms. */
export type SegmentOf = (contact: Contact) => { segment?: string; since?: number };
export const noSegment: SegmentOf = () => ({});

interface Company {
  id: string;
  properties: Record<string, string | null>;
  propertiesWithHistory?: Record<string, { value: string; timestamp: string }[]>;
}
interface Said {
  segment: string;
  since: number;
}

/** What one run knows of segments. */
export class Segments {
  readonly #link: Link;
  #choices: Choice[] | undefined;
  readonly #companies = new Map<string, Said>();
  constructor(link: Link) {
    this.#link = link;
  }

  /** Of these contacts. @throws SourceError */
  async of(contacts: readonly Contact[]): Promise<SegmentOf> {
    const { mapping } = this.#link;
    const field = mapping.fields.segment;
    if (!field) return noSegment;
    const choices = await this.#words();
    if (companyProperty(mapping) === undefined) return ({ properties: p }) => ({ segment: segmentFrom(p[field], choices) });
    const wanted = new Set(contacts.flatMap((c) => c.properties[companyOf] ?? []));
    await this.companies([...wanted].filter((id) => id !== '' && !this.#companies.has(id)));
    return ({ properties: p }) => (p[companyOf] ? (this.#companies.get(p[companyOf]) ?? {}) : { segment: '' });
  }

  /** Asks for companies, and says since when each has its segment; epoch ms. @throws SourceError */
  async companies(ids: readonly string[]): Promise<Map<string, Said>> {
    const property = companyProperty(this.#link.mapping)!;
    const found = new Map<string, Said>();
    for (let i = 0; i < ids.length; i += companiesAtOnce) {
      const part = ids.slice(i, i + companiesAtOnce);
      const answer = await permitted(() =>
        call<{ results: Company[] }>(this.#link, 'POST', objects('companies/batch/read'), {
          inputs: part.map((id) => ({ id })),
          properties: [property],
          propertiesWithHistory: [property],
        }),
      );
      const choices = await this.#words();
      for (const { id, properties: p, propertiesWithHistory } of answer?.results ?? []) {
        const since = Date.parse(propertiesWithHistory?.[property]?.[0]?.timestamp ?? '') || 0;
        found.set(id, { segment: segmentFrom(p[property], choices), since });
      }
    }
    for (const [id, said] of found) this.#companies.set(id, said);
    return found;
  }

  /** HubSpot keeps short names of what people choose; they read others. */
  async #words(): Promise<Choice[]> {
    if (this.#choices) return this.#choices;
    const property = companyProperty(this.#link.mapping);
    const path = properties(property === undefined ? `contacts/${this.#link.mapping.fields.segment}` : `companies/${property}`);
    const answer = await permitted(() => call<{ options?: Choice[] }>(this.#link, 'GET', path));
    this.#choices = answer?.options ?? [];
    return this.#choices;
  }
}

/** Contacts of companies, each once. @throws SourceError */
export async function contactsOf(link: Link, companies: readonly string[]): Promise<string[]> {
  const found = await associated(link, 'companies', 'contacts', companies);
  return [...new Set([...found.values()].flat())];
}

/** What the key may not read, or what is no longer there, says nothing of anybody's segment. */
async function permitted<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof SourceError && (error.trouble === 'forbidden' || error.trouble === 'not-found')) return undefined;
    throw error;
  }
}
