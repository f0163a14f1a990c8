import { Face } from '../../components/panel/page.tsx';
import { Popup, type PopupProps } from '../../components/popup/popup.tsx';
import { type World, WorldProvider } from '../../components/world.tsx';
import type { Status } from '../../lib/bridge/protocol.ts';
import type { QueueItem } from '../../lib/bridge/scene.ts';
import { wordsIn } from '../../lib/client/words.ts';
import { says } from '../../lib/funnel/sentences/index.ts';
import { act, agreement, atStage, clock, dana, decided, joana, live, marek, marketer, now, person, rep, ruth, scene } from './fixtures.ts';
import { fill, presses, stands, submits } from './hand.ts';
import { type State, waits } from './state.tsx';
import { fixtureWorld } from './world.ts';

export const status: Status = {
  me: rep,
  connection: live,
  settings: {
    language: 'auto',
    theme: 'system',
    notify: true,
    sites: {
      gmail: { on: true, opensByItself: true },
      roundcube: { on: true, opensByItself: true },
      page: { on: true, opensByItself: true },
      linkedin: { on: true, opensByItself: false, mode: 'ask' },
    },
    origins: [],
    ownDomains: ['ridgeway.example'],
  },
  outbox: { waiting: 0, refused: 0 },
  cards: 312,
  managed: {},
  offForAll: [],
  version: '0.9.0',
};
const mql = { kind: 'handoff', stage: 'mql', holder: rep.name } as const;
export const repQueue: QueueItem[] = [
  { ...mql, lead: '1', title: 'Milan Horvat', subtitle: 'Roadmap webinar', clock: clock(-65) },
  { ...mql, lead: '2', title: 'Aiko Tanabe', subtitle: 'Pricing page, twice', clock: clock(38) },
  { ...mql, lead: '3', title: 'Dana Whitfield', subtitle: 'Attended “Cut churn in Q4”', clock: clock(192) },
  { ...mql, lead: '4', title: 'Marek Svoboda', subtitle: 'Budget form: “approved for Q1”', returned: 1, clock: clock(340) },
  {
    ...mql,
    lead: '6',
    title: 'Dr.-Ing. Maximiliane von Hohenstein-Wartenberg',
    subtitle: 'Donaudampfschifffahrtsgesellschaft',
    holder: undefined,
    clock: clock(400),
  },
  { kind: 'own', lead: '5', title: 'Ruth Adeyemi', subtitle: 'Halden Freight', stage: 'sal', clock: clock(960, 1080) },
];
export const marketerQueue: QueueItem[] = [
  { kind: 'breach', lead: '1', title: 'Milan Horvat', subtitle: '', holder: 'Rep One', clock: clock(-65) },
  {
    kind: 'feedback',
    lead: '2',
    title: 'Dana Whitfield',
    subtitle: 'Too small, 11 people',
    dueAt: '2026-11-24T15:00:00Z',
    feedback: { id: 'a', by: 'Robin Castellan', verdict: 'poor', campaign: 'Cut churn in Q4' },
  },
  {
    kind: 'feedback',
    lead: '3',
    title: 'Marek Svoboda',
    subtitle: '',
    dueAt: '2026-11-26T15:00:00Z',
    feedback: { id: 'b', by: 'Robin Castellan', verdict: 'fair' },
  },
  {
    kind: 'waking',
    lead: '4',
    title: 'Marek Svoboda',
    subtitle: '',
    reason: 'no_budget',
    wakesOn: '2026-11-26',
    dueAt: '2026-11-26T07:30:00Z',
  },
  { kind: 'at_once', lead: '7', title: 'Nour Haddad', subtitle: '', reason: 'bad_contact_data' },
  { kind: 'agreement', lead: '', title: '', subtitle: '', agreement: 4, dueAt: '2026-11-30T09:00:00Z' },
  { kind: 'rejects', lead: '', title: '', subtitle: '', count: 12 },
];
const gmail = ['https://mail.google.com/*'];
const stranger = {
  role: 'author' as const,
  keys: [{ kind: 'email' as const, value: 'hello@brightwater.example' }],
  known: 'stranger' as const,
};
const onMail = scene({ people: [person(dana), person(joana, { role: 'cc' }), { ...stranger, role: 'cc' }] });
const world = fixtureWorld(
  {
    find: () => ({ items: [{ id: marek.id, name: 'Marek Svoboda', company: 'Lindqvist AB', title: 'Head of Support', stage: 'mql' }] }),
    lead: () => dana,
  },
  { now: () => now },
);

const state = (name: string, props: Partial<PopupProps>, after?: State['after'], more?: Partial<World>): State => ({
  group: 'Popup',
  name,
  frame: 380,
  render: (language) => (
    <WorldProvider value={{ ...world, ...more }}>
      <Popup
        status={status}
        outbox={[]}
        {...props}
        {...(props.scene && { scene: { ...props.scene, settings: { ...props.scene.settings, language } } })}
      />
    </WorldProvider>
  ),
  after,
});
const panelAfterClick: State = {
  group: 'Popup',
  name: 'side panel: read when the button was pressed',
  frame: 380,
  render: (language) => (
    <WorldProvider value={world}>
      <Face
        scene={{
          ...scene({ site: 'page', view: 'profile', looked: true, people: [person(dana)], focus: 0 }),
          settings: { ...onMail.settings, language },
        }}
        onPick={() => {}}
      />
    </WorldProvider>
  ),
};
const queue = { items: repQueue, asOf: '2026-11-24T11:41:00Z', agreement };
const of = (lead: string, body: object) => decided(lead, body);
const unsent = [
  act(of(dana.id, { kind: 'accept' }), { heldUntil: now + 4000 }),
  act(of(marek.id, { kind: 'recycle', reason: 'no_budget' }), { status: 'queued', name: 'Marek Svoboda', attempts: 3 }),
  act(of('aiko', { kind: 'qualify', criteria: [] }), {
    status: 'refused',
    name: 'Aiko Tanabe',
    sentence: 'CRM: “Decision date is required”',
  }),
  act(of('ove', { kind: 'accept' }), {
    status: 'refused',
    name: 'Ove Lind',
    refusal: says('wrong-stage', { stage: 'sql', decision: 'accept', from: ['mql'] }),
  }),
  act(of('ruth', { kind: 'accept' }), { status: 'refused', name: 'Ruth Obermaier', conflict: atStage(dana, 'sal'), movedBy: 'Ana Petrov' }),
  act(
    { kind: 'feedback', lead: 'milan', body: { kind: 'verdict', verdict: 'poor', actedAt: '2026-10-20T08:00:00Z' } },
    { status: 'old', name: 'Milan Horvat' },
  ),
];
const offline = { ...live, state: 'offline' as const, offlineSince: '2026-11-24T09:14:00Z' };

export const popups: State[] = [
  state('rep: what waits for me', { queue, scene: onMail }),
  state('marketer', {
    status: { ...status, me: marketer },
    queue: { items: marketerQueue, agreement },
    scene: { ...onMail, me: marketer },
  }),
  state('rep: marketing answered, a report is out', {
    queue: {
      ...queue,
      items: [
        repQueue[2]!,
        {
          kind: 'reply',
          lead: '3',
          title: 'Dana Whitfield',
          subtitle: '',
          feedback: { id: 'a', by: 'Robin Castellan' },
          reply: { state: 'declined', note: 'The fair stays as it is, it is paid for.', by: marketer.name, at: '2026-11-24T08:00:00Z' },
        },
        { kind: 'digest', lead: '', title: '', subtitle: '', period: '2026-W47' },
      ],
    },
    scene: onMail,
  }),
  state('what waits to be sent', {
    status: { ...status, connection: offline },
    queue,
    outbox: unsent,
    scene: { ...onMail, connection: offline },
  }),
  state('on a page with no reader', {
    queue: { items: [repQueue[5]!] },
    scene: scene({ site: 'page', view: 'profile', people: [person(dana, { role: 'author' }), stranger] }),
  }),
  state('empty', { queue: { items: [], agreement }, scene: scene({ people: [{ ...stranger }] }) }),
  state('on a page the browser closes to all', { queue, lookFailed: true }),
  panelAfterClick,
  state('over a webmail on a host of one’s own', {
    queue: { items: [repQueue[5]!] },
    scene: { ...onMail, site: 'roundcube', looked: true },
    addable: { origin: 'https://webmail.hohenstein-wartenberg.example', site: 'roundcube' },
  }),
  state('on a site that the browser has not allowed', { queue: { items: [repQueue[5]!] }, scene: onMail, origins: gmail }, undefined, {
    hasOrigins: async () => false,
  }),
  state('first run', { status: { ...status, me: undefined, connection: { state: 'not-connected' } } }),
  state('signed out', { status: { ...status, connection: { ...live, state: 'signed-out' } }, outbox: unsent.slice(0, 2) }),
  state('LinkedIn, first visit', { queue, scene: scene({ site: 'linkedin', view: 'profile', people: [] }) }),
  {
    ...state('entries of a newer backend', {}),
    render: (language) =>
      state('', {
        queue: { ...queue, items: repQueue.slice(0, 2) },
        scene: onMail,
        status: { ...status, connection: { ...live, leftOut: 2, sentence: wordsIn(language).leftOut(2) } },
      }).render(language),
  },
  state('site off for everybody', { queue, scene: scene({ site: 'outlook', view: 'none', people: [], off: 'everybody' }) }),
  waits(state('waiting for the queue', { scene: onMail })),
  state('a lead out of the queue', { queue, scene: onMail }, presses('button.line')),
  state(
    'a line chosen by keys, and accepted',
    { queue, scene: onMail, outbox: [act(of(repQueue[2]!.lead, { kind: 'accept' }), { heldUntil: now + 4000 })] },
    async (root) => (await stands<HTMLElement>(root, '.waits li:nth-child(3) .line')).focus(),
  ),
  state('a name found', { queue, scene: onMail }, async (root) => {
    fill(await stands<HTMLInputElement>(root, '.find input'), 'Marek');
    await submits(root, '.find');
  }),
];
void ruth;
