import { findingsOf } from '../check.ts';
import { type Account, type Choice, type Finding, type Link, permitted, type Shape, type ShapeField, type Source } from '../source.ts';
import { accountInfo, call, campaigns, forms, lists, marketingEvents, objects, occurrences, owners, pipelines, properties } from './api.ts';
import { all as each } from './campaigns.ts';
import { ids, pull, read, sample } from './pull.ts';
import { push, written } from './push.ts';
import { companyPrefix } from './segment.ts';
import { signIn } from './sign-in.ts';
import { webhook } from './webhook.ts';

const apiAddress = {
  name: 'address',
  label: 'field-gateway',
  optional: true,
  example: 'https://api.hubapi.com',
} as const;

export const hubspot: Source = {
  id: 'hubspot',
  name: 'HubSpot',
  describe: () => ({
    reads: [
      'hubspot-reads-contacts',
      'hubspot-reads-segment',
      'hubspot-reads-stages',
      'hubspot-reads-deals',
      'hubspot-reads-mails',
      'hubspot-reads-forms',
      'hubspot-reads-visits',
      'hubspot-reads-lists',
      'hubspot-reads-campaigns',
    ],
    writes: ['hubspot-writes-stage', 'hubspot-writes-reason', 'hubspot-writes-note'],
    ways: [
      {
        id: 'key',
        name: 'hubspot-key',
        help: 'hubspot-key-help',
        fields: [{ name: 'token', label: 'field-service-key', secret: true, example: 'pat-eu1-…' }, apiAddress],
      },
      {
        id: 'oauth',
        name: 'hubspot-oauth',
        help: 'hubspot-oauth-help',
        fields: [
          { name: 'clientId', label: 'field-client-id' },
          { name: 'clientSecret', label: 'field-client-secret', secret: true },
          apiAddress,
        ],
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
    name: `HubSpot ${portalId}`,
    address: `https://${uiDomain || 'app.hubspot.com'}/contacts/${portalId}`,
  };
}

async function check(link: Link): Promise<Finding[]> {
  const get = (path: string) => () => call(link, 'GET', path);
  return findingsOf([
    ['contacts', 'hubspot-right-contacts', get(objects('contacts?limit=1')), 'hubspot-without-contacts'],
    ['owners', 'hubspot-right-owners', get(`${owners}?limit=1`), 'hubspot-without-owners'],
    ['properties', 'hubspot-right-properties', get(properties('contacts/lifecyclestage')), 'hubspot-without-properties'],
    ['deals', 'hubspot-right-deals', get(objects('deals?limit=1')), 'hubspot-without-deals'],
    ['companies', 'hubspot-right-companies', get(objects('companies?limit=1')), 'hubspot-without-companies'],
    ['mails', 'hubspot-right-mails', get('/email/public/v1/events?limit=1'), 'hubspot-without-mails'],
    ['forms', 'hubspot-right-forms', get(`${forms}?limit=1`), 'hubspot-without-forms'],
    ['visits', 'hubspot-right-visits', get(`${occurrences}?eventType=e_visited_page&limit=1`), 'hubspot-without-visits'],
    ['events', 'hubspot-right-events', get(`${marketingEvents}?limit=1`), 'hubspot-without-events'],
    ['lists', 'hubspot-right-lists', get(`${lists}?listIds=1`), 'hubspot-without-lists'],
    ['campaigns', 'hubspot-right-campaigns', get(`${campaigns}?limit=1`), 'hubspot-without-campaigns'],
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
  const all = await listed<Property>(link, properties('contacts'));
  const choices = (name: string): Choice[] => all.filter((p) => p.name === name).flatMap(choicesOf);
  type Owner = { id: string; email?: string; firstName?: string; lastName?: string };
  const people = await permitted(() => Array.fromAsync(each<Owner>(link, owners, {})), []);
  return {
    stages: choices('lifecyclestage'),
    statuses: choices('hs_lead_status'),
    deals: await dealStages(link),
    members: [],
    reasons: link.mapping.fields.reason ? choices(link.mapping.fields.reason) : [],
    fields: all.map(fieldOf),
    companyFields: (await companyProperties(link)).map((p) => ({ ...fieldOf(p), value: companyPrefix + p.name })),
    owners: people.map((o) => ({ id: o.id, name: [o.firstName, o.lastName].filter(Boolean).join(' '), email: o.email ?? '' })),
  };
}

async function dealStages(link: Link): Promise<Choice[]> {
  const all = await listed<{ label: string; stages: { id: string; label: string }[] }>(link, pipelines('deals'));
  return all.flatMap((p) => p.stages.map((s) => ({ value: s.id, label: `${p.label}: ${s.label}` })));
}
const companyProperties = (link: Link): Promise<Property[]> => listed(link, properties('companies'));

/** What the key may not read is empty. */
const listed = <T>(link: Link, path: string): Promise<T[]> =>
  permitted(async () => (await call<{ results: T[] }>(link, 'GET', path)).results, []);
