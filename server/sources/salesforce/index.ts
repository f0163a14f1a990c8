import { says } from '../../../lib/funnel/sentences/index.ts';
import type { Said } from '../../../lib/funnel/sentences/sentence.ts';
import { findingsOf } from '../check.ts';
import { type Account, addressOf, type Finding, type Link, type Shape, type ShapeField, type Source, SourceError } from '../source.ts';
import { call, data, query, quoted } from './api.ts';
import { accountPrefix, permitted, pull, read, sample } from './pull.ts';
import { push, written } from './push.ts';
import { signIn } from './sign-in.ts';

export const salesforce: Source = {
  id: 'salesforce',
  name: 'Salesforce',
  describe: () => ({
    reads: [
      'salesforce-reads-people',
      'salesforce-reads-segment',
      'salesforce-reads-campaigns',
      'salesforce-reads-activities',
      'salesforce-reads-opportunities',
    ],
    writes: ['salesforce-writes-status', 'salesforce-writes-reason', 'salesforce-writes-member', 'salesforce-writes-task'],
    ways: [
      {
        id: 'client-credentials',
        name: 'salesforce-client-credentials',
        help: 'salesforce-client-credentials-help',
        fields: [
          { name: 'address', label: 'field-my-domain', example: 'https://ridgeway.my.salesforce.com' },
          { name: 'clientId', label: 'field-consumer-key' },
          { name: 'clientSecret', label: 'field-consumer-secret', secret: true },
        ],
      },
      {
        id: 'web-server',
        name: 'salesforce-web-server',
        help: 'salesforce-web-server-help',
        fields: [
          { name: 'address', label: 'field-my-domain', example: 'https://ridgeway.my.salesforce.com' },
          { name: 'clientId', label: 'field-consumer-key' },
          { name: 'clientSecret', label: 'field-consumer-secret-optional', secret: true, optional: true },
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
  push,
  written,
  signIn,
  recordUrl: (address, record) => `${address}/lightning/r/${record.startsWith('003') ? 'Contact' : 'Lead'}/${record}/view`,
};

async function account(link: Link): Promise<Account> {
  const { host, origin } = addressOf(link);
  const [company] = await query<{ Id: string; Name: string }>(link, 'SELECT Id,Name FROM Organization LIMIT 1');
  const me = /\/id\/\w+\/(\w+)$/.exec(link.credentials.identity ?? '')?.[1];
  const [user] = me ? await query<{ Username: string }>(link, `SELECT Username FROM User WHERE Id = ${quoted(me)} LIMIT 1`) : [];
  return { id: company?.Id ?? host, name: [user?.Username, company?.Name ?? host].filter(Boolean).join(', '), address: origin };
}

async function check(link: Link): Promise<Finding[]> {
  const ask = (object: string) => () => query(link, `SELECT Id FROM ${object} LIMIT 1`);
  return findingsOf([
    ['leads', 'salesforce-right-leads', ask('Lead'), 'salesforce-without-leads'],
    ['converted', 'salesforce-right-converted', ask('Contact'), 'salesforce-without-converted'],
    ['members', 'salesforce-right-members', ask('CampaignMember'), 'salesforce-without-members'],
    ['history', 'salesforce-right-history', ask('LeadHistory'), 'salesforce-without-history', () => reachOf(link)],
    ['opportunities', 'salesforce-right-opportunities', ask('OpportunityContactRole'), 'salesforce-without-opportunities'],
    ['tasks', 'salesforce-right-tasks', ask('Task'), 'salesforce-without-tasks'],
    ['meetings', 'salesforce-right-meetings', ask('Event'), 'salesforce-without-meetings'],
    ['replies', 'salesforce-right-replies', ask('EmailMessageRelation'), 'salesforce-without-replies'],
  ]);
}

/** Field history begins when it is turned on, and Salesforce deletes what is old: of leads from before it the first stage is a guess. */
async function reachOf(link: Link): Promise<Said | undefined> {
  const [oldest] = await query<{ CreatedDate: string }>(
    link,
    "SELECT Id,CreatedDate FROM LeadHistory WHERE Field = 'Status' ORDER BY CreatedDate LIMIT 1",
  );
  if (!oldest) return says('crm-history-none', { crm: 'Salesforce' });
  const since = new Date(oldest.CreatedDate).toISOString();
  const before = `SELECT COUNT() FROM Lead WHERE CreatedDate < ${since}`;
  const { totalSize: leads } = await call<{ totalSize: number }>(link, 'GET', data(`/query?q=${encodeURIComponent(before)}`));
  return leads === 0 ? undefined : says('crm-history-since', { crm: 'Salesforce', day: since.slice(0, 10), leads });
}

interface Described {
  name: string;
  label: string;
  type: string;
  picklistValues?: { value: string; label: string | null; active: boolean }[];
}

async function shape(link: Link): Promise<Shape> {
  const statuses = await query<{ MasterLabel: string; ApiName: string }>(
    link,
    'SELECT MasterLabel,ApiName,IsConverted,SortOrder FROM LeadStatus ORDER BY SortOrder',
  );
  /** Nothing of what the connected user may not see. */
  const rows = async <T>(soql: string): Promise<T[]> => (await permitted(() => query<T>(link, soql))) ?? [];
  const users = await rows<{ Id: string; Name: string; Email: string }>('SELECT Id,Name,Email FROM User WHERE IsActive = true');
  const members = await rows<{ Label: string }>('SELECT Label,SortOrder FROM CampaignMemberStatus ORDER BY SortOrder');
  const deals = await rows<{ MasterLabel: string; ApiName: string }>(
    'SELECT MasterLabel,ApiName,SortOrder FROM OpportunityStage ORDER BY SortOrder',
  );
  return {
    stages: statuses.map((s) => ({ value: s.ApiName, label: s.MasterLabel })),
    statuses: statuses.map((s) => ({ value: s.ApiName, label: s.MasterLabel })),
    deals: deals.map((s) => ({ value: s.ApiName, label: s.MasterLabel })),
    members: [...new Set(members.map((m) => m.Label))].map((label) => ({ value: label, label })),
    reasons: [],
    fields: await fieldsOf(link, 'Lead'),
    contactFields: await fieldsOf(link, 'Contact'),
    companyFields: (await fieldsOf(link, 'Account')).map((field) => ({ ...field, value: accountPrefix + field.value })),
    owners: users.map((u) => ({ id: u.Id, name: u.Name, email: u.Email })),
  };
}

/** Nothing of what the connected user may not see. */
async function fieldsOf(link: Link, object: string): Promise<ShapeField[]> {
  try {
    const { fields } = await call<{ fields: Described[] }>(link, 'GET', data(`/sobjects/${object}/describe`));
    return fields.map(({ name, label, type, picklistValues = [] }) => ({
      value: name,
      label,
      type,
      ...(picklistValues.length > 0 && {
        choices: picklistValues.filter((one) => one.active).map((one) => ({ value: one.value, label: one.label ?? one.value })),
      }),
    }));
  } catch (error) {
    if (object !== 'Lead' && error instanceof SourceError && (error.trouble === 'forbidden' || error.trouble === 'not-found')) return [];
    throw error;
  }
}
