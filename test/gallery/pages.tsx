import { Options } from '../../components/options/page.tsx';
import { draftOf } from '../../components/options/propose/draft.ts';
import { Welcome } from '../../components/welcome/page.tsx';
import type { World } from '../../components/world.tsx';
import { WorldProvider } from '../../components/world.tsx';
import { BridgeError } from '../../lib/bridge/ask.ts';
import type { Status } from '../../lib/bridge/protocol.ts';
import { diagnose } from '../../lib/client/diagnosis.ts';
import { words as connecting } from '../../lib/client/session/words.ts';
import type { WireDelivery, WireWebhook } from '../../lib/contract/routes/webhooks.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { compare } from '../../lib/funnel/checkAgreement.ts';
import { isMeasure, measures } from '../../lib/funnel/measures.ts';
import { inEnglish, says } from '../../lib/funnel/sentences/index.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import { stages } from '../../lib/funnel/words.ts';
import { crmRoutes, freshCrm, noCrm } from './crms.tsx';
import { admin, agreement, live, marketer, now, rep } from './fixtures.ts';
import { choose, fill, presses, stands, submits } from './hand.ts';
import { language } from './language.ts';
import { repQueue, status } from './popups.tsx';
import { campaigns, preview, rules, teams } from './rules.ts';
import type { State } from './state.tsx';
import { asRead, atFirst, ofBoth, ofUsers, Refused } from './users.ts';
import { type Answers, fixtureWorld } from './world.ts';

const sites = [
  { id: 'gmail', origins: ['https://mail.google.com/*'] },
  { id: 'linkedin', origins: ['https://www.linkedin.com/*'] },
  { id: 'roundcube', origins: [] },
  { id: 'page', origins: [] },
] as const;
const signatures = [
  { team: 'marketing' as const, by: 'Ines Okafor', at: '2026-06-26T08:00:00Z' },
  { team: 'sales' as const, by: 'Paul Brenner', at: '2026-06-29T08:00:00Z' },
];
const draft: Agreement = {
  ...agreement,
  version: 4,
  allowed: { ...agreement.allowed, mql: { standard: 6, high: 3 } },
  reasons: [
    ...agreement.reasons.map((reason) => (reason.code === 'no_need' ? { ...reason, retired: true as const } : reason)),
    { code: 'budget_frozen', group: 'timing', label: 'Budget frozen', outcome: 'recycled', wake: { days: 60 }, actor: 'nurture' },
  ],
  calendar: { ...agreement.calendar, zone: 'Europe/Lisbon', hours: { ...agreement.calendar.hours, 5: [['08:30', '13:00']] } },
  commitments: [
    ...agreement.commitments,
    {
      id: 'says-why',
      team: 'sales',
      text: 'Every return says why',
      measure: 'returned_with_reason',
      target: 0.95,
      unit: 'share',
    },
  ],
};
const id = (n: number) => `0192f0c1-0000-7000-8000-${String(n).padStart(12, '0')}`;
const hook = (n: number, more: Partial<WireWebhook>): WireWebhook => ({
  id: id(n),
  name: 'Data warehouse',
  url: 'https://hooks.ridgeway.example/baton',
  kinds: [],
  person: false,
  state: 'on',
  createdAt: '2026-07-01T06:00:00Z',
  takenAt: '2026-11-24T11:44:00Z',
  counts: { waiting: 0, failed: 0 },
  ...more,
});
const told = (said: Said) => ({ sentence: inEnglish(said)!, said });
const line = (at: number, column: string, said: Said) => ({ line: at, column, why: inEnglish(said)!, said });
const rejected = (id: string, at: string, source: string, said: Said) => ({ id, at, source, reason: inEnglish(said)!, said });
const webhooks: WireWebhook[] = [
  hook(1, { oldSecretUntil: '2026-11-25T11:00:00Z' }),
  hook(2, {
    name: 'Die Verteilstelle der Vertriebssteuerung für Mitteleuropa',
    url: 'https://a-very-long-host-name-of-some-cloud-function.region-7.provider.example/v1/hooks/0192f0c1aaaa?key=1',
    kinds: ['decision', 'stage', 'feedback', 'reply'],
    trouble: {
      since: '2026-11-24T08:02:00Z',
      ...told(
        says('hook-refused', {
          host: 'a-very-long-host-name-of-some-cloud-function.region-7.provider.example',
          status: 503,
          words: 'upstream connect error',
        }),
      ),
    },
    counts: { waiting: 1204, failed: 3 },
  }),
  hook(3, {
    name: 'Chat',
    state: 'off',
    kinds: ['digest'],
    takenAt: undefined,
    trouble: {
      since: '2026-11-18T08:02:00Z',
      ...told(says('call-unreachable', { host: 'chat.ridgeway.example', why: 'ENOTFOUND' })),
    },
    counts: { waiting: 12, failed: 0 },
  }),
];
const deliveries: WireDelivery[] = [
  { event: id(13), kind: 'decision', lead: id(31), name: 'Dana Whitfield', at: '2026-11-24T11:44:00Z', state: 'waiting', tries: 0 },
  {
    event: id(12),
    kind: 'feedback',
    lead: id(32),
    name: 'Alexandrine von Hohenfels-Krautheim',
    at: '2026-11-24T11:40:00Z',
    state: 'waiting',
    tries: 3,
    nextTryAt: '2026-11-24T12:10:00Z',
    status: 503,
    ...told(
      says('hook-refused', {
        host: 'hooks.ridgeway.example',
        status: 503,
        words: 'upstream connect error or disconnect/reset before headers',
      }),
    ),
  },
  { event: id(11), kind: 'digest', at: '2026-11-23T00:10:00Z', state: 'taken', tries: 1, takenAt: '2026-11-23T00:10:02Z', status: 204 },
  {
    event: id(10),
    kind: 'stage',
    lead: id(33),
    name: 'Ove Lind',
    at: '2026-11-20T09:10:00Z',
    state: 'failed',
    tries: 11,
    status: 422,
    ...told(says('hook-refused', { host: 'hooks.ridgeway.example', status: 422, words: 'unknown lead' })),
  },
];
const quarters = ['2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3'];
const record = {
  version: 3,
  quarters: quarters.map((name) => ({ name, from: '2025-10-01', to: '2025-12-31' })),
  items: [
    {
      id: 'mqls',
      quarters: [96, 108, 121, 117].map((n) => ({ n, of: 3, value: n / 3, low: n / 3 - 7, high: n / 3 + 8 })),
      record: { value: 36.8, low: 33.5, high: 40.5 },
    },
    {
      id: 'feedback-answered',
      quarters: [0, 0, 4, 5].map((n) => ({ n, of: n * 2 })),
    },
    {
      id: 'answered-in-time',
      quarters: [70, 81, 88, 90].map((n) => ({ n, of: 120, value: n / 120, low: n / 120 - 0.08, high: n / 120 + 0.07 })),
      record: { value: 0.685, low: 0.642, high: 0.725 },
      against: 'above' as const,
    },
    {
      id: 'verdicts',
      quarters: [50, 60, 70, 80].map((n) => ({ n, of: 90, value: n / 90, low: n / 90 - 0.1, high: n / 90 + 0.08 })),
      record: { value: 0.722, low: 0.674, high: 0.766 },
    },
  ],
};
/** Of a promise that is being written: by what it would count. */
const recordOf = (measure: string) => ({
  ...record,
  items: record.items.filter(
    ({ id }) =>
      id ===
      (isMeasure(measure) && measures[measure].unit === 'count'
        ? 'mqls'
        : measure === 'feedback_answered'
          ? 'feedback-answered'
          : 'verdicts'),
  ),
});
const routes: Record<string, unknown> = {
  getRecord: record,
  ...crmRoutes,
  getAgreement: {
    agreement,
    draft: {
      agreement: draft,
      signatures: [{ team: 'sales', by: 'Paul Brenner', at: '2026-11-20T08:00:00Z' }],
      differences: compare(agreement, draft),
    },
    versions: [
      { version: 4, signatures: [{ team: 'sales', by: 'Paul Brenner', at: '2026-11-20T08:00:00Z' }] },
      { version: 3, inForceAt: '2026-07-01T06:00:00Z', signatures },
    ],
  },
  rules: { items: rules },
  teams: { items: teams },
  segments: {
    items: [
      { segment: 'Mid-market', people: 1204 },
      { segment: 'Öffentliche Verwaltung und kommunale Versorgungsunternehmen', people: 96 },
      { segment: 'Enterprise', people: 41 },
    ],
  },
  campaigns: { items: campaigns },
  previewRule: preview,
  writeKeys: {
    items: [
      { id: 'a', name: 'Website', endsWith: '9f2c', createdAt: '2026-07-01T06:00:00Z', lastUsedAt: '2026-11-24T11:44:00Z' },
      { id: 'b', name: 'Webinar tool', endsWith: '11ab', createdAt: '2026-07-01T06:00:00Z' },
    ],
  },
  readKeys: {
    items: [{ id: 'd', name: 'Data warehouse', endsWith: '4f0a', createdAt: '2026-07-01T06:00:00Z', lastUsedAt: '2026-11-24T11:00:00Z' }],
  },
  addWriteKey: { key: 'bk_8Zt0example0key0that0is0shown0once', id: 'c' },
  importRows: {
    id: 'x',
    kind: 'people',
    rows: 552,
    kept: 540,
    refused: [
      line(3, 'email', says('no-address')),
      line(17, 'stageAt', says('row-time')),
      line(41, 'stage', says('row-word', { allowed: stages })),
    ],
    unlisted: 9,
    notes: [line(5, 'owner', says('row-owner-unknown'))],
    unknownColumns: ['favourite colour'],
  },
  webhooks: { items: webhooks },
  addWebhook: { webhook: webhooks[0], secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw0example0k=' },
  rotateWebhook: { webhook: webhooks[0], secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw0example0k=' },
  testWebhook: { ok: true, status: 204, ...told(says('hook-took', { host: 'hooks.ridgeway.example', status: 204 })) },
  webhookDeliveries: { items: deliveries, next: deliveries.at(-1)!.event },
  ingestRejects: {
    items: [
      rejected('1', '2026-11-24T10:44:00Z', 'Website', says('event-nobody')),
      rejected('2', '2026-11-23T10:44:00Z', 'Webinar tool', says('event-large', { size: 41, most: 32 })),
    ],
  },
};
const answers: Answers = {
  api: ({ route, query }) => ({
    status: 200,
    body:
      route === 'getAgreement' && query?.version === '4'
        ? { agreement: draft, versions: [] }
        : route === 'getRecord' && query?.measure
          ? recordOf(query.measure)
          : routes[route],
    type: 'application/json',
  }),
  probe: async () => ({ ok: true, name: 'Ridgeway', version: '1', api: 1 }),
  users: () => ({
    items: [
      { id: 'u1', name: 'Rep One', role: 'rep', open: 5 },
      { id: 'u2', name: 'Aleksandra Wiśniewska-Brzęczyszczykiewicz', role: 'rep', open: 2 },
      { id: 'u3', name: 'Paul Brenner', role: 'manager' },
    ],
  }),
  queue: () => ({ items: repQueue.slice(0, 5) }),
  outbox: () => [],
  settings: (patch) => ({ ...status.settings, ...patch }),
  diagnosis: () =>
    diagnose({
      version: '0.9.0',
      connection: live,
      settings: status.settings,
      rows: [],
      cards: 312,
      refusedSets: [],
      now,
      scenes: [
        {
          site: 'gmail',
          view: 'message',
          people: [
            { role: 'sender', keys: [{ kind: 'email', value: 'dana@northwind.example' }] },
            { role: 'self', keys: [{ kind: 'email', value: 'rep@ridgeway.example' }] },
          ],
          matched: { sender: 'thread' },
          unknown: 'conflict',
        },
      ],
      language,
    }),
};
const worldOf = (more: Answers = {}, world: Partial<World> = {}) => fixtureWorld({ ...answers, ...more }, { now: () => now, ...world });
const base: Status = { ...status, me: marketer, workspaceLanguage: 'en' };
const oneOff = {
  offForAll: ['linkedin' as const],
  settings: {
    ...status.settings,
    sites: { ...status.settings.sites, linkedin: { on: false, opensByItself: false, mode: 'panel' as const } },
  },
};

const welcome = (
  name: string,
  given: Partial<Status>,
  more: { answers?: Answers; world?: Partial<World>; first?: 1 | 2 | 3 } = {},
  after?: State['after'],
): State => ({
  group: 'Welcome',
  name,
  frame: 520,
  render: () => (
    <WorldProvider value={worldOf(more.answers, more.world)}>
      <Welcome status={{ ...status, ...given }} sites={sites} first={more.first} />
    </WorldProvider>
  ),
  after,
});
/** Types the backend's address; what is found there is told after a moment of rest. */
const typed = (text: string) => async (root: HTMLElement) => {
  fill(await stands<HTMLInputElement>(root, '.step input'), text);
  await stands(root, '.found, .wrong');
};
const asked = async (root: HTMLElement) => {
  await typed('baton.ridgeway.example')(root);
  await submits(root);
};
const fresh = { me: undefined, connection: { state: 'not-connected' as const } };

/** A section as an admin sees it, unless said otherwise; `more` answers other than the usual. */
const sectionState =
  (at: 'webhooks' | 'sources' | 'users', group: string) =>
  (name: string, more: Record<string, unknown> = {}, after?: State['after'], me: Status['me'] = admin, frame = 1040): State => ({
    group: `Options, ${group}`,
    name,
    frame,
    render: () => (
      <WorldProvider
        value={worldOf({
          api: ({ route }) => {
            const body = { ...routes, ...more }[route];
            return body instanceof Refused
              ? { status: body.status, body: body.body, type: 'application/problem+json' }
              : { status: 200, body, type: 'application/json' };
          },
        })}
      >
        <Options status={{ ...base, me }} sites={sites} at={at} />
      </WorldProvider>
    ),
    after,
  });
const proposing = (name: string, frame: number, then: (root: HTMLElement) => Promise<void>): State => ({
  group: 'Options',
  name,
  frame,
  render: () => (
    <WorldProvider value={worldOf()}>
      <Options status={base} sites={sites} at="agreement" />
    </WorldProvider>
  ),
  after: async (root) => {
    await presses('.section-head .btn')(root);
    await then(root);
  },
});
const nothingAgreed = (name: string, me: Status['me'], after?: State['after']): State => ({
  group: 'Options',
  name,
  frame: 1040,
  render: () => (
    <WorldProvider
      value={worldOf({
        api: ({ route }) => ({
          status: route === 'getRecord' ? 404 : 200,
          body: route === 'getAgreement' ? { versions: [] } : route === 'getRecord' ? {} : routes[route],
          type: 'application/json',
        }),
      })}
    >
      <Options status={{ ...base, me }} sites={sites} at="agreement" />
    </WorldProvider>
  ),
  ...(after && { after }),
});
const begun = (name: string, frame: number, after?: State['after'], set: World['drafts']['set'] = async () => {}): State => ({
  group: 'Options',
  name,
  frame,
  render: () => (
    <WorldProvider
      value={worldOf({}, { drafts: { get: async () => ({ draft: draftOf(draft), newest: 3, at: '2026-11-24T10:12:00Z' }), set } })}
    >
      <Options status={base} sites={sites} at="agreement" />
    </WorldProvider>
  ),
  ...(after && { after }),
});
const newWebhook = async (root: HTMLElement) => {
  await presses('.section-head .btn')(root);
  fill(await stands<HTMLInputElement>(root, '.form-of input.field'), 'Data warehouse');
  fill(await stands<HTMLInputElement>(root, '.form-of input.field', 1), 'https://hooks.ridgeway.example/baton');
};
const webhookState = sectionState('webhooks', 'webhooks');
const crmState = sectionState('sources', 'CRM');
const userState = sectionState('users', 'users');
const narrow = 560;
const addsNoor = async (root: HTMLElement) => {
  await presses('.section-head .btn')(root);
  fill(await stands<HTMLInputElement>(root, '.form-of input.field'), 'noor.de.vries@ridgeway.example');
  fill(await stands<HTMLInputElement>(root, '.form-of input.field', 1), 'Maximiliane-Theresia von Hohenstaufen-Lichtenfels');
};
/** The button of the row of `nth` user, and what stands in it. */
const ofUser = (nth: number) => `.table:first-of-type tr:nth-child(${nth}) .btn`;
const acts = '.opened .removes > .btn';
const sure = '.opened .asking > p + .btn';

export const pages: State[] = [
  welcome('connect', fresh, {}, typed('baton.ridgeway.example')),
  welcome(
    'connect, wrong address',
    fresh,
    {
      answers: {
        probe: () => ({
          ok: false,
          sentence: connecting(language).noAnswer('baton.ridgway.example'),
        }),
      },
    },
    typed('baton.ridgway.example'),
  ),
  welcome('finish in the window', fresh, { answers: { connect: () => new Promise(() => {}) } }, asked),
  welcome(
    'the window was closed',
    fresh,
    {
      answers: { connect: () => Promise.reject(new BridgeError('cancelled', connecting(language).cancelled)) },
    },
    asked,
  ),
  welcome('no sample', fresh, { answers: { probe: () => ({ ok: false, sentence: 'x' }) } }, presses('.btn.link')),
  welcome('set by the company', { ...fresh, managed: { backend: true }, setBackend: 'https://baton.ridgeway.example' }),
  welcome('sites', {}, { first: 2, world: { hasOrigins: async () => false } }),
  welcome('done', {}, { first: 3 }),
  welcome(
    'done, sample',
    { sample: true, settings: { ...status.settings, sites: { gmail: { on: false, opensByItself: true } } } },
    { first: 3 },
  ),
  ...(['connection', 'sites', 'agreement', 'rules', 'sources', 'privacy', 'diagnosis'] as const).map(
    (section): State => ({
      group: 'Options',
      name: section,
      frame: 1040,
      render: () => (
        <WorldProvider value={worldOf()}>
          <Options
            status={{
              ...base,
              me: section === 'sources' || section === 'connection' ? admin : base.me!,
              outbox: { waiting: 2, refused: 1 },
              settings: { ...status.settings, origins: [{ origin: 'https://webmail.ridgeway.example', site: 'roundcube' }] },
            }}
            sites={sites}
            at={section}
          />
        </WorldProvider>
      ),
      after:
        section === 'agreement'
          ? presses('.signature.draft .btn')
          : section === 'sites'
            ? presses('.add-host .btn')
            : section === 'rules'
              ? presses('.rule-acts .btn')
              : undefined,
    }),
  ),
  {
    group: 'Options',
    name: 'a file imported',
    frame: 1040,
    render: () => (
      <WorldProvider value={worldOf()}>
        <Options status={{ ...base, me: admin }} sites={sites} at="sources" />
      </WorldProvider>
    ),
    after: async (root) => {
      const drop = await stands(root, '.drop');
      const files = new DataTransfer();
      files.items.add(new File(['email,name\n'], 'people from the trade fair.csv', { type: 'text/csv' }));
      drop.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: files }));
      await presses('.import-state .btn.main')(root);
    },
  },
  crmState('no CRM', noCrm),
  crmState('no CRM, a marketer', noCrm, undefined, base.me),
  crmState('choosing a CRM', noCrm, presses('.crms-head .btn')),
  crmState('signing in at a CRM', crmRoutes, presses('.crms-head .btn', '.form-of > div:nth-of-type(2) [role=radio]:nth-child(2)')),
  crmState('what its words mean', freshCrm, presses('tbody .btn')),
  crmState('what would change', freshCrm, presses('tbody .btn', '.mapping .btn.main')),
  crmState('a CRM that refuses', crmRoutes, presses('tbody tr:nth-child(1) .btn')),
  crmState('a first import', crmRoutes, presses('tbody tr:nth-child(2) .btn')),
  crmState('a CRM in trouble', crmRoutes, presses('tbody tr:nth-child(3) .btn', '.acts-of .btn:last-child')),
  webhookState('webhooks, none', { webhooks: { items: [] } }),
  webhookState('webhooks, not an admin', {}, undefined, base.me),
  webhookState('webhooks, one added', {}, async (root) => {
    await newWebhook(root);
    await presses('.form-of .chip')(root);
  }),
  webhookState('webhooks, the secret once', {}, async (root) => {
    await newWebhook(root);
    await submits(root, '.form-of');
  }),
  webhookState('webhooks, one failing', {}, presses('tr:nth-child(2) .btn')),
  webhookState('webhooks, one changed', {}, presses('tr:nth-child(2) .btn', '.acts-of .btn:nth-child(3)')),
  webhookState('webhooks, one turned off', {}, presses('tr:nth-child(3) .btn', '.acts-of .btn:nth-child(4)')),
  userState('users and teams', ofUsers),
  userState('users, seen by a rep', asRead, undefined, rep),
  userState('users, the first admin', atFirst),
  userState('users, a company and passwords', ofBoth, presses(ofUser(2))),
  userState('users, adding one who is here', ofUsers, async (root) => {
    await addsNoor(root);
    await submits(root, '.form-of');
    await stands(root, '.form-of .wrong');
  }),
  userState('users, one who cannot sign in yet', ofUsers, presses(ofUser(5))),
  userState('users, the link once', ofUsers, async (root) => {
    await presses(ofUser(4), '.comes .btn')(root);
    await stands(root, '.once');
  }),
  userState('users, the last admin removed', ofUsers, async (root) => {
    await presses(ofUser(1), acts, sure)(root);
    await stands(root, '.removes .wrong');
  }),
  userState('users, another role', ofUsers, async (root) => {
    await presses(ofUser(2))(root);
    const role = await stands<HTMLSelectElement>(root, '.opened select');
    choose(role, 'marketer');
    await stands(root, '.opened .care');
  }),
  userState('users, those removed', ofUsers, presses('.removed > .btn')),
  userState('users, a team of a rule removed', ofUsers, async (root) => {
    await presses('.section-gap tr:nth-child(3) .btn', acts, sure)(root);
    await stands(root, '.removes .wrong');
  }),
  userState('users, narrow', ofUsers, presses(ofUser(4), acts), admin, narrow),
  userState('users, adding one, narrow', ofUsers, addsNoor, admin, narrow),
  {
    group: 'Options',
    name: 'sites: one is off for everybody, seen by an admin',
    frame: 1040,
    render: () => (
      <WorldProvider value={worldOf()}>
        <Options status={{ ...base, me: admin, ...oneOff }} sites={sites} at="sites" />
      </WorldProvider>
    ),
  },
  {
    group: 'Options',
    name: 'sites: one is off for everybody, seen by a rep',
    frame: 1040,
    render: () => (
      <WorldProvider value={worldOf()}>
        <Options status={{ ...base, ...oneOff }} sites={sites} at="sites" />
      </WorldProvider>
    ),
  },
  proposing('proposing a change', 1040, async (root) => {
    await stands(root, '.propose-section');
    for (const part of root.querySelectorAll<HTMLDetailsElement>('.propose-section')) part.open = true;
  }),
  nothingAgreed('nothing agreed yet', admin),
  nothingAgreed('nothing agreed yet, seen by a rep', rep),
  nothingAgreed('the first agreement', admin, async (root) => {
    await presses('.void .btn')(root);
    await stands(root, '.propose-section');
    for (const part of root.querySelectorAll<HTMLDetailsElement>('.propose-section')) part.open = true;
  }),
  begun('a change that was begun', 1040),
  begun(
    'a change gone on with, moved on meanwhile',
    760,
    async (root) => {
      await presses('.begun .btn')(root);
      fill(await stands<HTMLInputElement>(root, '.propose input.field'), 'What we publish, they read');
      await presses('.propose-acts .btn:last-child')(root);
    },
    () => Promise.reject(new Error('The disk is full.')),
  ),
  proposing('proposing a change, much to mend', 760, async (root) => {
    await stands(root, '.propose-add');
    for (const add of root.querySelectorAll<HTMLElement>('.propose-add')) add.click();
    await presses('.propose-acts .main')(root);
  }),
  {
    group: 'Options',
    name: 'a rule, and whom it would have taken',
    frame: 1040,
    render: () => (
      <WorldProvider value={worldOf()}>
        <Options status={base} sites={sites} at="rules" />
      </WorldProvider>
    ),
    after: presses('.rule-acts .btn:last-child', '.propose-acts .btn:not(.main)'),
  },
  {
    group: 'Options',
    name: 'a new rule of campaigns',
    frame: 1040,
    render: () => (
      <WorldProvider
        value={worldOf({
          api: ({ route }) => ({ status: 200, body: route === 'rules' ? { items: [] } : routes[route], type: 'application/json' }),
        })}
      >
        <Options status={base} sites={sites} at="rules" />
      </WorldProvider>
    ),
    after: async (root) => {
      await presses('.void .btn')(root);
      (await stands(root, '.rule-form .seg > button', 1)).click();
      (await stands(root, '.rule-form .seg > button', 3)).click();
      (await stands(root, '.rule-form .seg > button', 5)).click();
      (await stands(root, '.add-segment')).click();
    },
  },
  {
    group: 'Options',
    name: 'rules, none yet, read by a rep',
    frame: 1040,
    render: () => (
      <WorldProvider
        value={worldOf({
          api: ({ route }) => ({
            status: 200,
            body: route === 'rules' || route === 'campaigns' ? { items: [] } : routes[route],
            type: 'application/json',
          }),
        })}
      >
        <Options status={status} sites={sites} at="rules" />
      </WorldProvider>
    ),
  },
  {
    group: 'Options',
    name: 'not connected',
    frame: 1040,
    render: () => (
      <WorldProvider value={worldOf()}>
        <Options status={{ ...base, ...fresh }} sites={sites} at="connection" />
      </WorldProvider>
    ),
  },
];
void live;
