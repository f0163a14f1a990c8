import { findingsOf } from '../check.ts';
import { type Account, type Choice, type Finding, type Link, type Shape, type ShapeField, type Source, SourceError } from '../source.ts';
import { accountInfo, call, campaigns, forms, lists, marketingEvents, objects, owners, pipelines, properties } from './api.ts';
import { ids, pull, read, sample } from './pull.ts';
import { push, written } from './push.ts';
import { companyPrefix } from './segment.ts';
import { signIn } from './sign-in.ts';
import { webhook } from './webhook.ts';

const apiAddress = {
  name: 'address',
  label: 'API address, if calls go through a gateway of yours',
  optional: true,
  example: 'https://api.hubapi.com',
} as const;

export const hubspot: Source = {
  id: 'hubspot',
  name: 'HubSpot',
  describe: () => ({
    reads: [
      'contacts with every address, owner and LinkedIn profile',
      'the segment, from a property of contacts or companies',
      'lifecycle stages and when they changed',
      'deals with amount and close date',
      'marketing mails sent, opened, clicked',
      'filled-in forms, and who registered for and attended events',
      'who is in a list of a campaign',
      'campaigns that these belong to',
    ],
    writes: ['lifecycle stage and lead status', 'the reason a lead was returned', 'a note for each decision'],
    ways: [
      {
        id: 'key',
        name: 'Service key',
        help: 'In HubSpot: Settings, Integrations, Service keys. It needs to read and write contacts and read owners; reading deals, companies, “content” (marketing mails), “forms”, marketing events, lists and campaigns add what their names say.',
        fields: [{ name: 'token', label: 'Service key', secret: true, example: 'pat-eu1-…' }, apiAddress],
      },
      {
        id: 'oauth',
        name: 'App of your own',
        help: 'An app in a HubSpot developer account, with the redirect addresses shown here. Its webhooks can then tell Baton of changes at once.',
        fields: [{ name: 'clientId', label: 'Client ID' }, { name: 'clientSecret', label: 'Client secret', secret: true }, apiAddress],
        signIn: true,
      },
    ],
  }),
  check,
  account,
  shape,
  sample,
  pull,
  read,
  ids,
  push,
  written,
  recordUrl: (address, record) => (address ? `${address}/record/0-1/${record}` : undefined),
  signIn,
  webhook,
};

async function account(link: Link): Promise<Account> {
  const { portalId, uiDomain } = await call<{ portalId: number; uiDomain?: string }>(link, 'GET', accountInfo);
  return {
    id: String(portalId),
    name: `HubSpot account ${portalId}`,
    address: `https://${uiDomain || 'app.hubspot.com'}/contacts/${portalId}`,
  };
}

async function check(link: Link): Promise<Finding[]> {
  const get = (path: string) => () => call(link, 'GET', path);
  return findingsOf([
    ['contacts', 'Contacts', get(objects('contacts?limit=1')), 'Nobody can be read.'],
    ['owners', 'Owners', get(`${owners}?limit=1`), 'Leads come without their owner.'],
    ['properties', 'Properties', get(properties('contacts/lifecyclestage')), 'Stages cannot be mapped.'],
    ['deals', 'Deals', get(objects('deals?limit=1')), 'Amounts and won deals are missing.'],
    ['companies', 'Companies', get(objects('companies?limit=1')), 'A segment can only be read from a property of contacts.'],
    ['mails', 'Marketing mails', get('/email/public/v1/events?limit=1'), 'Mails sent, opened and clicked are missing.'],
    ['forms', 'Forms', get(`${forms}?limit=1`), 'Of filled-in forms only the latest of each contact is known.'],
    ['events', 'Events', get(`${marketingEvents}?limit=1`), 'Who attended webinars and events is missing.'],
    ['lists', 'Lists', get(`${lists}?listIds=1`), 'Who is in a campaign’s list is missing.'],
    [
      'campaigns',
      'Campaigns',
      get(`${campaigns}?limit=1`),
      'Mails, forms and events stand for themselves, not for their campaign; its lists are missing.',
    ],
  ]);
}

interface Property {
  name: string;
  label: string;
  type: string;
  options?: { value: string; label: string; hidden?: boolean; displayOrder?: number }[];
}

const choicesOf = ({ options = [] }: Property): Choice[] =>
  options
    .filter((o) => !o.hidden)
    .toSorted((a, b) => (a.displayOrder ?? 0) - (b.displayOrder ?? 0))
    .map(({ value, label }) => ({ value, label }));
const fieldOf = (p: Property): ShapeField => ({
  value: p.name,
  label: p.label,
  type: p.type,
  ...(p.options?.length && { choices: choicesOf(p) }),
});

async function shape(link: Link): Promise<Shape> {
  const all = await call<{ results: Property[] }>(link, 'GET', properties('contacts'));
  const choices = (name: string): Choice[] => all.results.filter((p) => p.name === name).flatMap(choicesOf);
  const people = await call<{ results: { id: string; email?: string; firstName?: string; lastName?: string }[] }>(
    link,
    'GET',
    `${owners}?limit=500`,
  );
  return {
    stages: choices('lifecyclestage'),
    statuses: choices('hs_lead_status'),
    deals: await dealStages(link),
    members: [],
    reasons: link.mapping.fields.reason ? choices(link.mapping.fields.reason) : [],
    fields: all.results.map(fieldOf),
    companyFields: (await companyProperties(link)).map((p) => ({ ...fieldOf(p), value: companyPrefix + p.name })),
    owners: people.results.map((o) => ({ id: o.id, name: [o.firstName, o.lastName].filter(Boolean).join(' '), email: o.email ?? '' })),
  };
}

async function dealStages(link: Link): Promise<Choice[]> {
  const all = await listed<{ label: string; stages: { id: string; label: string }[] }>(link, pipelines('deals'));
  return all.flatMap((p) => p.stages.map((s) => ({ value: s.id, label: `${p.label}: ${s.label}` })));
}
const companyProperties = (link: Link): Promise<Property[]> => listed(link, properties('companies'));

/** What the key may not read is empty. */
async function listed<T>(link: Link, path: string): Promise<T[]> {
  try {
    return (await call<{ results: T[] }>(link, 'GET', path)).results;
  } catch (error) {
    if (error instanceof SourceError && error.trouble === 'forbidden') return [];
    throw error;
  }
}
