import { findingsOf } from '../check.ts';
import { type Account, addressOf, type Finding, type Link, type Shape, type Source } from '../source.ts';
import { call } from './api.ts';
import { fields } from './fields.ts';
import { ids, pull, read, sample } from './pull.ts';
import { push, written } from './push.ts';
import { signIn } from './sign-in.ts';
import { webhook } from './webhook.ts';

export const mautic: Source = {
  id: 'mautic',
  name: 'Mautic',
  describe: () => ({
    reads: [
      'contacts with owner, stage and LinkedIn profile',
      'the segment, from a field of your choice',
      'pages, forms, downloads and mails of each contact',
      'changes of stage',
    ],
    writes: ['the stage', 'the reason a lead was returned, into a field of your choice', 'a note for each decision'],
    ways: [
      {
        id: 'basic',
        name: 'User name and password',
        help: 'In Mautic: Configuration, API settings, turn on the API and Basic authentication. The user needs to read and edit contacts, stages and notes.',
        fields: [
          { name: 'address', label: 'Address', example: 'https://mautic.ridgeway.example' },
          { name: 'user', label: 'User name' },
          { name: 'password', label: 'Password', secret: true },
        ],
      },
      {
        id: 'oauth',
        name: 'API credentials',
        help: 'In Mautic: Configuration, API settings, turn on the API; then Settings, API Credentials, new ones for OAuth 2 with client credentials.',
        fields: [
          { name: 'address', label: 'Address', example: 'https://mautic.ridgeway.example' },
          { name: 'clientId', label: 'Public key' },
          { name: 'clientSecret', label: 'Secret key', secret: true },
        ],
      },
      {
        id: 'sign-in',
        name: 'API credentials, signed in as yourself',
        help: 'In Mautic: Configuration, API settings, turn on the API; then Settings, API Credentials, new ones for OAuth 2 with the redirect address shown here. Baton then reads and writes as whoever signs in.',
        fields: [
          { name: 'address', label: 'Address', example: 'https://mautic.ridgeway.example' },
          { name: 'clientId', label: 'Public key' },
          { name: 'clientSecret', label: 'Secret key', secret: true },
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
    name: `${link.credentials.user ?? (link.credentials.refreshToken ? 'Signed in' : 'API credentials')} at ${host}`,
    address: href.replace(/\/$/, ''),
  };
}

async function check(link: Link): Promise<Finding[]> {
  const get = (path: string) => () => call(link, 'GET', path);
  return findingsOf([
    ['contacts', 'Contacts', get('/contacts?limit=1'), 'Nobody can be read.'],
    ['activity', 'Activity', get('/contacts/activity?limit=1'), 'Touches are missing.'],
    ['stages', 'Stages', get('/stages?limit=1'), 'Stages cannot be mapped.'],
  ]);
}

async function shape(link: Link): Promise<Shape> {
  const { stages } = await call<{
    stages: { id: number; name: string; weight: number }[] | Record<string, { id: number; name: string; weight: number }>;
  }>(link, 'GET', '/stages?limit=200');
  const owners = await call<Record<string, { id: number; firstName: string; lastName: string; email?: string }>>(
    link,
    'GET',
    '/contacts/list/owners',
  );
  const all = await fields(link);
  const choices = Object.values(stages)
    .toSorted((a, b) => a.weight - b.weight)
    .map((s) => ({ value: s.name, label: s.name }));
  return {
    stages: choices,
    statuses: [],
    deals: [],
    members: [],
    reasons: all.find(({ value }) => value === link.mapping.fields.reason)?.choices ?? [],
    fields: all,
    owners: Object.values(owners).map((o) => ({ id: String(o.id), name: `${o.firstName} ${o.lastName}`.trim(), email: o.email ?? '' })),
  };
}
