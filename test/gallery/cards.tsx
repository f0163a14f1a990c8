import { Card as CardView } from '../../components/card/card.tsx';
import { WorldProvider } from '../../components/world.tsx';
import type { Scene, ScenePerson } from '../../lib/bridge/scene.ts';
import { historyItem } from '../../lib/client/history.ts';
import type { Card } from '../../lib/contract/card.ts';
import { says } from '../../lib/funnel/sentences/index.ts';
import { said } from './crms.tsx';
import {
  accepted,
  act,
  agreement,
  ana,
  atStage,
  churn,
  churnTouches,
  clock,
  dana,
  decided,
  joana,
  live,
  manager,
  marek,
  marketer,
  now,
  of,
  person,
  rep,
  ruth,
  scene,
  uuid,
} from './fixtures.ts';
import { presses, submits } from './hand.ts';
import { language } from './language.ts';
import { type State, waits } from './state.tsx';
import { fixtureWorld } from './world.ts';

/** As the background tells it. */
const happened = (at: string, name: string, kind: string, data: Record<string, unknown>) =>
  historyItem({ id: uuid(), kind, data, by: { kind: 'user', id: name, name }, at, receivedAt: at }, { language, nameOf: () => rep.name });

const mine = { team: 'sales' as const, name: rep.name, id: rep.id };
const world = fixtureWorld(
  {
    touches: () => ({ items: churnTouches }),
    users: () => ({
      items: [
        { id: rep.id, name: 'Rep One', role: 'rep', open: 4 },
        { id: ana.id, name: ana.name, role: 'rep', open: 7 },
        { id: uuid(), name: 'Konstantin Oberhuber-Lammersdorf', role: 'rep', open: 0 },
      ],
    }),
    history: () => ({
      items: [
        happened('2026-11-23T14:57:00Z', 'Ines Okafor', 'handoff', { to: 'waiting', holder: rep.id }),
        happened('2026-11-20T09:12:00Z', 'Rep One', 'attempt', { channel: 'call' }),
        happened('2026-11-19T09:12:00Z', 'Rep One', 'pause', { until: '2026-11-23T08:00:00Z', reason: 'trade fair' }),
        happened('2026-11-16T10:20:00Z', 'Website', 'stage', { to: 'lead' }),
        happened('2026-10-02T08:00:00Z', 'Robin Castellan', 'stage', { to: 'recycled', reason: 'no_budget' }),
      ],
    }),
    find: () => ({
      items: [
        { id: marek.id, name: 'Marek Svoboda', company: 'Lindqvist AB', title: 'Head of Support', stage: 'mql' },
        { id: joana.id, name: 'Marek Ferreira', company: 'Atelier Meridian', stage: 'customer' },
      ],
    }),
    lead: () => marek,
    check: () => ({ known: 'stranger' }),
    diagnosis: () => ({ text: 'baton', rows: [] }),
  },
  { now: () => now },
);

const shown =
  (made: Scene, folded = false) =>
  (language: 'en' | 'de') => (
    <WorldProvider value={world}>
      <CardView
        scene={{ ...made, settings: { ...made.settings, language } }}
        frame={{ fold: () => {}, drag: () => {} }}
        folded={folded}
        onPick={() => {}}
      />
    </WorldProvider>
  );
const state = (group: string, name: string, made: Scene, after?: State['after']): State => ({
  group: `Card: ${group}`,
  name,
  frame: 'card',
  render: shown(made),
  after,
});
const find = async (root: HTMLElement) => {
  await presses('.say-acts .btn.plain')(root);
  await submits(root);
};

const breachedAt = clock(-65);
const pausedCard: Card = {
  ...dana,
  clock: {
    ...clock(192),
    state: 'paused',
    pause: { until: '2026-11-29T23:00:00Z', reason: 'On holiday, agreed a call for Monday.', by: rep.name },
  },
};
const stranger = {
  role: 'sender' as const,
  name: 'T. Marlowe',
  keys: [{ kind: 'email' as const, value: 't.marlowe@fernhill.example' }],
  known: 'stranger' as const,
};
const several = [
  person(dana),
  person({ ...marek }, { role: 'to' }),
  person(joana, { role: 'cc' }),
  { ...stranger, role: 'cc' as const },
  { ...stranger, role: 'cc' as const, name: undefined, keys: [{ kind: 'email' as const, value: 'someone.else@fernhill.example' }] },
];
const asleep = atStage(marek, 'recycled', {
  handoff: undefined,
  clock: { state: 'none' },
  since: '2026-08-11T08:00:00Z',
  owner: { team: 'marketing' },
  returned: { times: 1, last: { reason: 'no_budget', by: 'Ana', at: '2026-08-11T08:00:00Z' } },
  feedback: [
    {
      id: uuid(),
      kind: 'verdict',
      verdict: 'fair',
      note: 'right person, wrong quarter',
      by: 'Ana',
      at: '2026-08-11T08:00:00Z',
      replies: [],
    },
    {
      id: uuid(),
      kind: 'insight',
      note: 'They bill onboarding separately and hate it',
      by: 'Ana',
      at: '2026-08-10T08:00:00Z',
      replies: [{ state: 'acting', by: 'Ines Okafor', at: '2026-08-12T08:00:00Z' }],
    },
  ],
});
const answered: Card = {
  ...accepted,
  feedback: [
    {
      id: uuid(),
      kind: 'verdict',
      verdict: 'poor',
      reasons: ['not_icp'],
      note: '11 people. “We only came for the checklist.”',
      about: { campaign: churn.id },
      by: rep.name,
      byMe: true,
      at: '2026-11-19T14:00:00Z',
      replies: [
        {
          state: 'done',
          note: 'Form now asks for company size; under 20 goes to the newsletter.',
          by: 'Ines Okafor',
          at: '2026-11-23T09:00:00Z',
        },
      ],
    },
  ],
};
const sql = atStage(dana, 'sql', {
  owner: mine,
  handoff: { ...dana.handoff!, state: 'qualified' },
  clock: { state: 'met' },
  since: '2026-11-24T09:02:00Z',
});
const named = (name: string, title: string | undefined, company: string | undefined, card: Card = dana): Card => ({
  ...card,
  id: uuid(),
  person: { ...card.person, name, title, company },
});

const byName: ScenePerson = { role: 'profile', name: 'Anneke de Wit', keys: [], known: 'name-only' };
const onLinkedin: ScenePerson = {
  role: 'profile',
  name: 'Marek Ferreira',
  work: 'Head of Customer Success at Atelier Meridian · Lisbon',
  keys: [{ kind: 'linkedin', value: 'marek-ferreira-customer-success-7b41' }],
  known: 'stranger',
};

export const cards: State[] = [
  state('waiting', 'on track', of(dana)),
  state('waiting', 'at risk', of({ ...dana, clock: clock(38) })),
  state('waiting', 'breached', of({ ...dana, clock: breachedAt })),
  state('waiting', 'paused', of(pausedCard)),
  state('waiting', 'for somebody else', of({ ...dana, handoff: { ...dana.handoff!, to: ana.name, toId: ana.id } })),
  state(
    'waiting',
    'in the pool, seen by a manager',
    of({ ...dana, handoff: { ...dana.handoff!, to: undefined, toId: undefined } }, { me: manager }),
  ),

  state(
    'acting',
    'just accepted',
    of({ ...accepted, clock: clock(1080, 1080) }, { acts: [act(decided(accepted.id, { kind: 'accept' }))] }),
  ),
  state('acting', 'accepted, working it', of(accepted)),
  state('acting', 'return opened', of(dana), presses('.acts .btn:last-child', '.chip:nth-child(1)')),
  state(
    'acting',
    'return, other needs a note',
    of(accepted),
    presses('.acts .btn:last-child', 'div:nth-child(2) > .chips .chip:last-child'),
  ),
  state('acting', 'qualify opened', of(accepted), presses('.acts .btn:first-child', '.tick input')),
  state('acting', 'a campaign opened', of(dana), presses('.camp-row')),
  state('acting', 'passive touches opened', of(dana), presses('.camp-row', '.fold[aria-expanded]')),
  state('acting', 'the stage explained', of(dana), presses('.def')),
  state('acting', 'open an opportunity', of(sql), presses('.acts .btn.main')),
  state('acting', 'opportunity', of(atStage(sql, 'opportunity', { amount: { value: 1250000, currency: 'EUR' } }))),
  state('acting', 'lost opened', of(atStage(sql, 'opportunity')), presses('.acts .btn:last-child', '.chip')),
  state('acting', 'pause opened', of(dana), presses('[data-more]', '.menu-item:nth-of-type(1)')),
  state('acting', 'assign opened', of(dana), presses('[data-more]', '.menu-item:nth-of-type(2)')),
  state('acting', 'history opened', of(dana), (root) => presses('[data-more]', '.menu-item:has([d^="M3 8a5"])')(root)),
  state('acting', 'untie opened', of(dana), presses('[data-more]', '.menu hr + .menu-item')),

  state('feedback', 'verdict given, marketing answered', of(answered)),
  state(
    'feedback',
    'verdict just given',
    of(accepted, {
      acts: [
        act({ kind: 'feedback', lead: accepted.id, body: { kind: 'verdict', verdict: 'strong', actedAt: new Date(now).toISOString() } }),
      ],
    }),
  ),
  state(
    'feedback',
    'verdict sent, why asked',
    of({
      ...accepted,
      feedback: [{ id: uuid(), kind: 'verdict', verdict: 'poor', by: rep.name, byMe: true, at: '2026-11-24T10:00:00Z', replies: [] }],
    }),
    presses('.say-why'),
  ),
  state('feedback', 'insight opened', of(accepted), presses('.good-row .btn.plain')),
  state('feedback', 'recycled and back', of({ ...marek, clock: clock(340) })),
  state('feedback', 'sales-created', of(ruth)),
  state('feedback', 'customer', of(joana)),
  state(
    'feedback',
    'disqualified',
    of(atStage(dana, 'disqualified', { handoff: undefined, clock: { state: 'none' }, owner: { team: 'marketing' } })),
  ),
  state('feedback', 'recycled, seen by a rep', of({ ...asleep, wakesOn: '2027-02-22' })),
  state(
    'feedback',
    'lead without campaigns',
    of(
      atStage(dana, 'lead', {
        campaigns: [],
        recent: [],
        handoff: undefined,
        clock: { state: 'none' },
        criteria: { met: ['icp'], of: dana.criteria.of },
      }),
    ),
  ),

  state('not a lead', 'stranger', scene({ people: [stranger], focus: 0 })),
  state('not a lead', 'add as my lead', scene({ people: [stranger], focus: 0 }), presses('.say-acts .btn')),
  state('not a lead', 'find by name', scene({ people: [stranger], focus: 0 }), find),
  state('not a lead', 'tie to whom was found', scene({ people: [stranger], focus: 0 }), async (root) => {
    await find(root);
    await presses('.pick')(root);
  }),
  state(
    'not a lead',
    'LinkedIn, who it could be',
    scene({ site: 'linkedin', view: 'profile', people: [onLinkedin], focus: 0 }),
    presses('.say-acts .btn.plain'),
  ),
  state(
    'not a lead',
    'LinkedIn, tying',
    scene({ site: 'linkedin', view: 'profile', people: [onLinkedin], focus: 0 }),
    presses('.say-acts .btn.plain', '.pick'),
  ),
  state(
    'not a lead',
    'only a name, who it could be',
    scene({ people: [byName], focus: 0, unknown: 'name-only' }),
    presses('.say-acts .btn'),
  ),
  state('not a lead', 'several people', scene({ people: several })),
  state('not a lead', 'lead, and others', scene({ people: several, focus: 0 })),
  state('not a lead', 'only a name', scene({ people: [byName], focus: 0, unknown: 'name-only' })),
  state('not a lead', 'cannot tell', scene({ people: several, unknown: 'several-threads' })),
  state('not a lead', 'cannot tell, picking', scene({ people: several, unknown: 'several-threads' }), presses('.say-acts .btn')),
  state('not a lead', 'unreadable', scene({ unknown: 'unreadable' })),
  state('not a lead', 'unreadable, pasting', scene({ unknown: 'unreadable' }), presses('.say-acts .btn')),
  state(
    'not a lead',
    'own address',
    scene({ people: [{ role: 'sender', name: 'Rep One', keys: [{ kind: 'email', value: rep.email }], known: 'own' }], focus: 0 }),
  ),
  state('not a lead', 'site off, by the user', scene({ site: 'linkedin', view: 'none', off: 'user' })),
  state('not a lead', 'site off, for everybody', scene({ view: 'none', off: 'everybody' })),
  state('not a lead', 'nobody', scene({ people: [{ ...stranger }, { ...stranger, name: 'B' }] })),
  state('not a lead', 'not checked yet', scene({ people: [{ ...stranger, known: 'unchecked' }], focus: 0 })),

  state(
    'connection',
    'offline, from the cache',
    of(
      {
        ...dana,
        clock: clock(170),
        asOf: '2026-11-24T09:14:00Z',
        feedback: [{ id: uuid(), kind: 'verdict', verdict: 'strong', by: rep.name, byMe: true, at: '2026-11-24T10:00:00Z', replies: [] }],
      },
      {
        connection: { ...live, state: 'offline' },
        acts: [
          act(decided(dana.id, { kind: 'attempt', channel: 'call' }), { status: 'queued', heldUntil: undefined }),
          act(decided(dana.id, { kind: 'attempt', channel: 'call' }), { status: 'queued', heldUntil: undefined }),
        ],
      },
    ),
  ),
  state('connection', 'as of', of(dana, { connection: { ...live, state: 'cached' } })),
  state(
    'connection',
    'signed out',
    scene({
      connection: { ...live, state: 'signed-out' },
      acts: [
        act(decided(dana.id, { kind: 'accept' }), { status: 'queued' }),
        act(decided(dana.id, { kind: 'accept' }), { status: 'queued' }),
      ],
    }),
  ),
  state('connection', 'not connected', scene({ connection: { state: 'not-connected' }, me: undefined, agreement: undefined })),
  state('connection', 'paused by the backend', of(dana, { connection: { ...live, state: 'paused' } })),
  state(
    'connection',
    'refused by the CRM',
    of({
      ...sql,
      crm: {
        state: 'refused',
        at: '2026-11-24T11:41:00Z',
        sentence: 'Field ‘Decision date’ is required for status Working.',
        link: 'https://crm.example/1',
      },
    }),
  ),
  state(
    'connection',
    'waiting for the CRM',
    of({ ...sql, crm: { state: 'waiting', at: '2026-11-24T11:41:00Z', ...said(says('crm-paused', { crm: 'HubSpot' })) } }),
  ),
  state(
    'connection',
    'something newer in the CRM',
    of({
      ...sql,
      crm: {
        state: 'updated',
        at: '2026-11-24T11:41:00Z',
        ...said(says('crm-kept', { crm: 'HubSpot', fields: ['lifecyclestage', 'hs_lead_status'] })),
        link: 'https://crm.example/1',
      },
    }),
  ),
  state(
    'connection',
    'somebody was faster',
    of(
      {
        ...accepted,
        owner: { team: 'sales', name: ana.name, id: ana.id },
        handoff: { ...accepted.handoff!, to: ana.name, toId: ana.id },
        clock: { state: 'none' },
        since: '2026-11-24T09:31:00Z',
      },
      {
        acts: [
          act(decided(accepted.id, { kind: 'accept' }), {
            status: 'refused',
            at: '2026-11-24T09:32:00Z',
            sentence: 'Ana Petrov accepted this at 10:31.',
            conflict: accepted,
            movedBy: ana.name,
          }),
        ],
      },
    ),
  ),
  state(
    'connection',
    'an act refused',
    of(accepted, {
      acts: [
        act(decided(accepted.id, { kind: 'qualify', criteria: [] }), {
          status: 'refused',
          at: '2026-11-24T09:32:00Z',
          sentence: 'This lead is at Opportunity. You can qualify a lead only from Lead, MQL or SAL.',
          refusal: { code: 'wrong-stage', facts: { stage: 'opportunity', decision: 'qualify', from: ['lead', 'mql', 'sal'] } },
        }),
      ],
    }),
  ),
  waits(
    state('connection', 'known, card on its way', scene({ people: [person(dana, { card: undefined, cardState: 'waiting' })], focus: 0 })),
    '.owes [role=status]',
  ),
  state(
    'connection',
    'known, not here yet',
    scene({ people: [person(dana, { card: undefined, cardState: 'failed' })], focus: 0, connection: { ...live, state: 'offline' } }),
  ),

  state('marketer', 'recycled, awake', of({ ...asleep, wakesOn: '2026-11-24' }, { me: marketer })),
  state('marketer', 'hand over opened', of(asleep, { me: marketer }), presses('.acts .btn.main')),
  state('marketer', 'answering feedback', of(asleep, { me: marketer }), presses('.did .btn.link')),
  state('marketer', 'waiting at sales', of({ ...dana, clock: clock(38) }, { me: marketer })),

  state(
    'names',
    'German, long words',
    of(
      named(
        'Dr.-Ing. Maximiliane von Hohenstein-Wartenberg',
        'Bereichsleiterin Unternehmenskundengeschäft',
        'Donaudampfschifffahrtsgesellschaft',
        { ...dana, clock: clock(38) },
      ),
    ),
  ),
  state('names', 'right to left', of(named('نور الهاشمي', 'مديرة العمليات', 'مختبرات الشمال', sql))),
  state('names', 'Chinese, Japanese', of(named('王小明', '运营副总裁', '株式会社さくらデータ分析研究所', dana))),
  state(
    'names',
    'one very long word',
    of(
      named(
        'Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren',
        undefined,
        undefined,
        atStage(dana, 'lead', {
          handoff: undefined,
          clock: { state: 'none' },
          criteria: { met: ['icp'], of: dana.criteria.of },
          campaigns: [{ ...churn, name: 'A campaign whose name some people would call an article', channel: 'paid_social', active: 118 }],
        }),
      ),
    ),
  ),
  state('names', 'the menu', of(dana), presses('[data-more]')),

  ...(['subscriber', 'lead', 'mql', 'sal', 'sql', 'opportunity', 'customer', 'recycled', 'disqualified'] as const).map(
    (stage): State => ({ group: 'Card: folded', name: stage, frame: 'tab', render: shown(of(atStage(dana, stage)), true) }),
  ),
  { group: 'Card: folded', name: 'risk', frame: 'tab', render: shown(of({ ...dana, clock: clock(38) }), true) },
  { group: 'Card: folded', name: 'late', frame: 'tab', render: shown(of({ ...dana, clock: breachedAt }), true) },
  { group: 'Card: folded', name: 'neutral', frame: 'tab', render: shown(scene({ people: [stranger], focus: 0 }), true) },
  { group: 'Card: folded', name: '3 known', frame: 'tab', render: shown(scene({ people: several }), true) },
];
void agreement;
