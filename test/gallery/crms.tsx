import type { Added, Answer, DryRun, Shape, Source, Write } from '../../components/options/crm/wire.ts';
import { type CrmCode, crms } from '../../lib/funnel/sentences/crms.ts';
import { inEnglish, says } from '../../lib/funnel/sentences/index.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import { agreement, uuid } from './fixtures.ts';

export const said = (said: Said) => ({ sentence: inEnglish(said)!, said });

/** CRMs for the options: one that is well, one that imports, one in trouble, one that waits for an agreement. */
const mapping = {
  stageIn: { subscriber: 'subscriber', lead: 'lead', marketingqualifiedlead: 'mql', salesqualifiedlead: 'sql', opportunity: 'opportunity' },
  stageOut: { sql: { stage: 'salesqualifiedlead', status: 'OPEN_DEAL' }, recycled: { status: 'BAD_TIMING' } },
  reasonOut: { bad_timing: 'Bad timing' },
  fields: { linkedin: 'hs_linkedin_url', segment: 'company.kundensegment', reason: 'return_reason' },
  writeFeedback: false,
  agreed: true,
} as const satisfies Source['mapping'];
const source = (more: Partial<Source>): Source => ({
  id: uuid(),
  source: 'hubspot',
  name: 'HubSpot',
  state: 'running',
  knownAs: 'HubSpot 4711',
  way: 'key',
  importedAt: '2026-07-01T06:00:00Z',
  pulledAt: '2026-11-24T11:41:00Z',
  lag: 240,
  counts: { people: 48210, touches: 512044, stages: 61003, waiting: 0, refused: 0 },
  mapping,
  webhook: { url: 'https://baton.ridgeway.example/v1/sources/0192f0c1-0000-7000-8000-000000000001/webhook', secret: false },
  ...more,
});
export const well = source({ counts: { people: 48210, touches: 512044, stages: 61003, waiting: 1, refused: 2 } });
const importing = source({
  source: 'salesforce',
  name: 'Salesforce',
  knownAs: 'integration@ridgeway.example, Ridgeway Maschinenbau Holding GmbH & Co. KG',
  way: 'client-credentials',
  importedAt: undefined,
  pulledAt: undefined,
  lag: undefined,
  progress: { done: 31200, of: 50000 },
  counts: { people: 31200, touches: 200114, stages: 8100, waiting: 0, refused: 0 },
});
const troubled = source({
  source: 'mautic',
  name: 'Mautic in Vienna',
  knownAs: 'baton, mautic.ridgeway.example',
  way: 'basic',
  pulledAt: '2026-11-23T07:10:00Z',
  lag: 100_000,
  trouble: {
    trouble: 'signed-out',
    ...said(says('crm-password-refused', { crm: 'Mautic' })),
    at: '2026-11-23T07:15:00Z',
  },
});
export const fresh = source({
  importedAt: undefined,
  pulledAt: undefined,
  lag: undefined,
  counts: { people: 0, touches: 0, stages: 0, waiting: 0, refused: 0 },
  mapping: { stageIn: {}, stageOut: {}, reasonOut: {}, fields: {}, writeFeedback: false, agreed: false },
});
const all = (crm: 'hubspot' | 'salesforce' | 'mautic', part: 'reads' | 'writes') =>
  (Object.keys(crms) as CrmCode[]).filter((code) => code.startsWith(`${crm}-${part}-`)).map((code) => says(code));
const english = (some: readonly Said[]) => some.map((one) => inEnglish(one)!);
const kindOf = (id: 'hubspot' | 'salesforce' | 'mautic', name: string, ways: Answer['kinds'][number]['ways']) => {
  const said = { reads: all(id, 'reads'), writes: all(id, 'writes') };
  return { id, name, reads: english(said.reads), writes: english(said.writes), said, ways };
};
const field = (name: string, code: CrmCode, more: object = {}) => ({ name, label: inEnglish(says(code))!, said: says(code), ...more });
const way = (id: string, name: CrmCode, help: CrmCode, fields: ReturnType<typeof field>[], more: object = {}) => {
  const said = { name: says(name), help: says(help) };
  return { id, name: inEnglish(said.name)!, help: inEnglish(said.help)!, said, fields, ...more };
};
const address = field('address', 'field-gateway', { optional: true });
const kinds: Answer['kinds'] = [
  kindOf('hubspot', 'HubSpot', [
    way('key', 'hubspot-key', 'hubspot-key-help', [field('token', 'field-service-key', { secret: true, example: 'pat-eu1-…' }), address]),
    way(
      'oauth',
      'hubspot-oauth',
      'hubspot-oauth-help',
      [field('clientId', 'field-client-id'), field('clientSecret', 'field-client-secret', { secret: true }), address],
      { signIn: true },
    ),
  ]),
  kindOf('salesforce', 'Salesforce', []),
  kindOf('mautic', 'Mautic', []),
];
const missing = says('crm-says', {
  crm: 'HubSpot',
  words: 'This app hasn’t been granted all required scopes to make this call.',
  scopes: ['content'],
  advice: '',
});
const can = (right: string, named: CrmCode): Added['findings'][number] => {
  const said = says('right-readable');
  return { right, what: inEnglish(says(named))!, ok: true, sentence: inEnglish(said)!, said, named: says(named) };
};
const reaches = says('crm-history-since', { crm: 'Salesforce', day: '2024-11-28', leads: 1204 });
const findings: Added['findings'] = [
  { ...can('history', 'salesforce-right-history'), said: reaches, sentence: inEnglish(reaches)! },
  can('contacts', 'hubspot-right-contacts'),
  can('owners', 'hubspot-right-owners'),
  {
    ...can('mails', 'hubspot-right-mails'),
    ok: false,
    said: missing,
    missing: says('hubspot-without-mails'),
    sentence: english([missing, says('hubspot-without-mails')]).join(' '),
  },
];
const choices = (...labels: string[]) => labels.map((label) => ({ value: label.toLowerCase().replaceAll(' ', ''), label }));
const shape: Shape = {
  stages: choices('Subscriber', 'Lead', 'Marketing Qualified Lead', 'Sales Qualified Lead', 'Opportunity', 'Customer', 'Evangelist'),
  statuses: [
    { value: 'NEW', label: 'New' },
    { value: 'OPEN_DEAL', label: 'Open deal' },
    { value: 'BAD_TIMING', label: 'Bad timing' },
  ],
  deals: [{ value: '17', label: 'Sales pipeline: Donaudampfschifffahrtsgesellschaftsangebotsphase' }],
  members: [],
  reasons: [],
  fields: [
    { value: 'hs_linkedin_url', label: 'LinkedIn URL', type: 'string' },
    { value: 'return_reason', label: 'Return reason', type: 'enumeration' },
  ],
  companyFields: [
    { value: 'company.industry', label: 'Industry', type: 'enumeration' },
    { value: 'company.kundensegment', label: 'Kundensegment laut Vertriebsgebietsaufteilung', type: 'string' },
  ],
  owners: [
    { id: '1', name: 'Ines Okafor', email: 'ines@ridgeway.example', known: true },
    { id: '2', name: 'Alexandrine von Hohenfels-Krautheim', email: 'alexandrine@ridgeway.example', known: false },
  ],
  proposal: { ...mapping, agreed: false },
};
const dry: DryRun = {
  looked: 100,
  of: 48210,
  stages: [
    { value: 'lead', label: 'Lead', people: 61, stage: 'lead' },
    { value: 'salesqualifiedlead', label: 'Sales Qualified Lead', people: 12, stage: 'sql' },
    { value: 'evangelist', label: 'Evangelist', people: 4 },
  ],
  statuses: [
    { value: 'NEW', label: 'Neu, noch nicht bearbeitet', people: 48 },
    { value: 'BAD_TIMING', label: 'Bad timing', people: 9, stage: 'recycled' },
  ],
  moves: [
    { to: 'lead', people: 58 },
    { from: 'lead', to: 'sql', people: 2 },
  ],
  stageless: 23,
  owners: [{ email: 'alexandrine@ridgeway.example', people: 31 }],
  segments: [
    { segment: 'Maschinen- und Anlagenbau, international tätige Konzerne', people: 40 },
    { segment: 'Mid-market', people: 33 },
    { people: 27 },
  ],
  problems: ['“Bad timing”, to be written for recycled, is no status of this HubSpot.'],
  said: [{ code: 'map-no-status', facts: { value: 'Bad timing', for: 'recycled', crm: 'HubSpot' } }],
};
const write = (more: Partial<Write>): Write => ({
  id: uuid(),
  lead: uuid(),
  name: 'Dana Whitfield',
  state: 'refused',
  what: 'decision',
  note: 'Returned by Rep One: bad timing. “asked for Q1” Back on 20 Feb 2027.',
  at: '2026-11-24T09:02:00Z',
  attempts: 1,
  ...said(
    says('crm-says', {
      crm: 'HubSpot',
      words: 'Property values were not valid: “close_reason” is required when lead status is “Bad timing”.',
      scopes: [],
      advice: '',
    }),
  ),
  changed: [],
  kept: [],
  ...more,
});
const writes = [
  write({}),
  write({
    name: 'Alexandrine von Hohenfels-Krautheim',
    note: 'Qualified by Rep One.',
    ...said(says('crm-no-person', { crm: 'HubSpot', kind: 'contact' })),
    changed: ['lifecyclestage', 'note'],
  }),
];

export const crmRoutes: Record<string, unknown> = {
  sources: { items: [well, importing, troubled], kinds, redirects: ['https://kfjdgbpofjfdoneoiglpfjlmidjnhhgo.chromiumapp.org/'] },
  sourceWrites: { items: writes },
  checkSource: { findings },
  shapeOfSource: shape,
  dryRunSource: dry,
  addSource: { source: fresh, findings },
  getAgreement: { agreement, versions: [] },
};
export const noCrm = { sources: { items: [], kinds, redirects: [] } };
export const freshCrm = { sources: { items: [fresh], kinds, redirects: [] } };
