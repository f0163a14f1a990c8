import { type Link, SourceError } from '../source.ts';
import { isMissing } from './activities.ts';
import { call, data } from './api.ts';

/** What there is in one Salesforce and not in another: asking for it where it is not is refused. */
export interface Has {
  /** Amounts are in several currencies, and opportunities say in which. */
  currencies: boolean;
  /** Contacts have the field of the LinkedIn profile that leads have. */
  contactLinkedin: boolean;
}
const everyMs = 86_400_000;
/** By connection, as last asked. */
const known = new Map<string, Has & { at: number; linkedin: string }>();

/** Asks once a day. @throws SourceError */
export async function hasOf(link: Link): Promise<Has> {
  const { linkedin = '' } = link.mapping.fields;
  const before = known.get(link.id);
  if (before && before.linkedin === linkedin && link.time() - before.at < everyMs) return before;
  const has = {
    at: link.time(),
    linkedin,
    currencies: (await fieldsOf(link, 'Opportunity')).has('CurrencyIsoCode'),
    contactLinkedin: linkedin !== '' && (await fieldsOf(link, 'Contact')).has(linkedin),
  };
  known.set(link.id, has);
  return has;
}

async function fieldsOf(link: Link, object: string): Promise<Set<string>> {
  try {
    const { fields } = await call<{ fields: { name: string }[] }>(link, 'GET', data(`/sobjects/${object}/describe`));
    return new Set(fields.map(({ name }) => name));
  } catch (error) {
    if (isMissing(error) || (error instanceof SourceError && error.trouble === 'not-found')) return new Set();
    throw error;
  }
}
