import { findingsOf } from '../check.ts';
import { type Account, addressOf, type Finding, type Link, permitted, type Shape, type Source } from '../source.ts';
import { call } from './api.ts';
import { each } from './each.ts';
import { fields } from './fields.ts';
import { users } from './owners.ts';
import { ids, pull, read, sample } from './pull.ts';
import { push, written } from './push.ts';
import { signIn } from './sign-in.ts';
import { webhook } from './webhook.ts';

export const mautic: Source = {
  id: 'mautic',
  name: 'Mautic',
  describe: () => ({
    reads: ['mautic-reads-contacts', 'mautic-reads-segment', 'mautic-reads-campaigns', 'mautic-reads-activity', 'mautic-reads-stages'],
    writes: ['mautic-writes-stage', 'mautic-writes-reason', 'mautic-writes-note'],
    ways: [
      {
        id: 'basic',
        name: 'mautic-basic',
        help: 'mautic-basic-help',
        fields: [
          { name: 'address', label: 'field-address', example: 'https://mautic.ridgeway.example' },
          { name: 'user', label: 'field-user' },
          { name: 'password', label: 'field-password', secret: true },
        ],
      },
      {
        id: 'oauth',
        name: 'mautic-oauth',
        help: 'mautic-oauth-help',
        fields: [
          { name: 'address', label: 'field-address', example: 'https://mautic.ridgeway.example' },
          { name: 'clientId', label: 'field-public-key' },
          { name: 'clientSecret', label: 'field-secret-key', secret: true },
        ],
      },
      {
        id: 'sign-in',
        name: 'mautic-sign-in',
        help: 'mautic-sign-in-help',
        fields: [
          { name: 'address', label: 'field-address', example: 'https://mautic.ridgeway.example' },
          { name: 'clientId', label: 'field-public-key' },
          { name: 'clientSecret', label: 'field-secret-key', secret: true },
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
  recordUrl: (address, record) => `${address}/s/contacts/view/${record}`,
  signIn,
  webhook,
};

async function account(link: Link): Promise<Account> {
  const { host, href } = addressOf(link);
  return {
    id: host,
    name: [link.credentials.user, host].filter(Boolean).join(', '),
    address: href.replace(/\/$/, ''),
  };
}

async function check(link: Link): Promise<Finding[]> {
  const get = (path: string) => () => call(link, 'GET', path);
  return findingsOf([
    ['contacts', 'mautic-right-contacts', get('/contacts?limit=1'), 'mautic-without-contacts'],
    ['activity', 'mautic-right-activity', get('/contacts/activity?limit=1'), 'mautic-without-activity'],
    ['stages', 'mautic-right-stages', get('/stages?limit=1'), 'mautic-without-stages'],
    ['campaigns', 'mautic-right-campaigns', get('/campaigns?limit=1'), 'mautic-without-campaigns'],
    ['members', 'mautic-right-members', get('/stats/campaign_leads?limit=1'), 'mautic-without-members'],
    ['owners', 'mautic-right-owners', get('/users?limit=1'), 'mautic-without-owners'],
  ]);
}

async function shape(link: Link): Promise<Shape> {
  const stages = await permitted(() => Array.fromAsync(each<{ id: number; name: string; weight: number }>(link, '/stages', 'stages')), []);
  // Mautic lists the fields only to who may edit contacts.
  const all = await permitted(() => fields(link), []);
  return {
    stages: stages.toSorted((a, b) => a.weight - b.weight).map(({ name }) => ({ value: name, label: name })),
    statuses: [],
    deals: [],
    members: [],
    reasons: all.find(({ value }) => value === link.mapping.fields.reason)?.choices ?? [],
    fields: all,
    owners: (await users(link)).map((one) => ({
      id: String(one.id),
      name: [one.firstName, one.lastName].filter(Boolean).join(' '),
      email: one.email ?? '',
    })),
  };
}
