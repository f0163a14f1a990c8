import { type Choice, type Finding, type Link, type Shape, type Source, SourceError } from '../source.ts';
import { accountInfo, call, objects, owners, properties } from './api.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';
import { webhook } from './webhook.ts';

export const hubspot: Source = {
  id: 'hubspot',
  name: 'HubSpot',
  describe: () => ({
    reads: [
      'contacts with every address, owner and LinkedIn profile',
      'lifecycle stages and when they changed',
      'marketing mails sent, opened, clicked',
      'filled-in forms',
    ],
    writes: ['lifecycle stage and lead status', 'the reason a lead was returned', 'a note for each decision'],
    ways: [
      {
        id: 'key',
        name: 'Service key',
        help: 'In HubSpot: Settings, Integrations, Service keys. It needs to read and write contacts and read owners; “content” adds marketing mails.',
        fields: [{ name: 'token', label: 'Service key', secret: true, example: 'pat-eu1-…' }],
      },
    ],
  }),
  check,
  account: async (link) => String((await call<{ portalId: number }>(link, 'GET', accountInfo)).portalId),
  shape,
  pull,
  push,
  recordUrl: (address, record) => (address ? `${address}/record/0-1/${record}` : undefined),
  webhook,
};

async function check(link: Link): Promise<Finding[]> {
  const rights: [what: string, path: string, without: string][] = [
    ['Contacts', objects('contacts?limit=1'), 'Nobody can be read.'],
    ['Owners', `${owners}?limit=1`, 'Leads come without their owner.'],
    ['Properties', properties('contacts/lifecyclestage'), 'Stages cannot be mapped.'],
    ['Marketing mails', '/email/public/v1/events?limit=1', 'Mails sent, opened and clicked are missing.'],
  ];
  const findings: Finding[] = [];
  for (const [what, path, without] of rights) {
    try {
      await call(link, 'GET', path);
      findings.push({ what, ok: true, sentence: 'can be read' });
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      findings.push({ what, ok: false, sentence: error.trouble === 'forbidden' ? `${error.message} ${without}` : error.message });
      if (error.trouble === 'signed-out' || error.trouble === 'away') break;
    }
  }
  return findings;
}

interface Property {
  name: string;
  label: string;
  type: string;
  options?: { value: string; label: string; hidden?: boolean; displayOrder?: number }[];
}

async function shape(link: Link): Promise<Shape> {
  const all = await call<{ results: Property[] }>(link, 'GET', properties('contacts'));
  const choices = (name: string): Choice[] =>
    (all.results.find((p) => p.name === name)?.options ?? [])
      .filter((o) => !o.hidden)
      .toSorted((a, b) => (a.displayOrder ?? 0) - (b.displayOrder ?? 0))
      .map(({ value, label }) => ({ value, label }));
  const people = await call<{ results: { id: string; email?: string; firstName?: string; lastName?: string }[] }>(
    link,
    'GET',
    `${owners}?limit=100`,
  );
  return {
    stages: choices('lifecyclestage'),
    statuses: choices('hs_lead_status'),
    reasons: link.mapping.fields.reason ? choices(link.mapping.fields.reason) : [],
    fields: all.results.map(({ name, label, type }) => ({ value: name, label, type })),
    owners: people.results.map((o) => ({ id: o.id, name: [o.firstName, o.lastName].filter(Boolean).join(' '), email: o.email ?? '' })),
  };
}
