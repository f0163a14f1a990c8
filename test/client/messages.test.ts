import { describe, expect, test } from 'vitest';
import type { FromContent, FromPages } from '../../lib/bridge/protocol.ts';
import { validatorOf } from '../../lib/client/messages/index.ts';
import { mailFrom, uuid } from './world.ts';

type All = FromContent & FromPages;
const lead = uuid();
/** Messages as screens send them, with as little in them as the protocol allows, and with all of it. */
const good: { [K in keyof All]: All[K]['in'][] } = {
  begin: [undefined],
  sighting: [mailFrom('dana@northwind.example'), { site: 'page', view: 'none', people: [], matched: {}, unknown: 'none' }],
  host: [{ event: 'focus' }],
  scene: [{}, { tab: 3 }],
  fold: [{ open: true }],
  grown: [{ height: 431.5 }],
  move: [{ side: 'left', top: 96 }],
  focusPerson: [{ index: 0 }, { tab: 3, index: 12 }],
  decide: [
    { lead, decision: { kind: 'accept' } },
    { lead, decision: { kind: 'recycle', reason: 'no_budget', wakesOn: '2027-02-20', note: 'Q1' } },
    { lead, decision: { kind: 'hand_over', criteria: [], why: [] } },
  ],
  feedback: [
    { lead, kind: 'verdict', verdict: 'poor', reasons: ['not_icp'] },
    { lead, kind: 'insight', note: 'x', campaign: uuid(), touch: uuid() },
  ],
  reply: [{ lead, feedback: uuid(), state: 'seen' }],
  add: [{ name: 'Nia', keys: [{ kind: 'email', value: 'nia@harbour.example' }] }],
  tie: [{ lead, kind: 'linkedin', value: 'nia-new' }],
  untie: [{ lead, key: uuid() }],
  undo: [{ id: uuid() }],
  retry: [{ id: uuid() }],
  discard: [{ id: uuid() }],
  sendToCrm: [{ lead, write: uuid() }],
  outbox: [undefined],
  queue: [undefined],
  check: [{ value: '' }, { value: 'dana@northwind.example' }],
  find: [{ text: 'da' }],
  lead: [{ id: lead }],
  touches: [{ lead }, { lead, before: 'cursor', campaign: uuid() }],
  history: [{ lead }],
  users: [undefined],
  status: [undefined],
  probe: [{ backend: 'baton.firm.example' }],
  connect: [{ backend: 'http://127.0.0.1:8787' }],
  signOut: [undefined],
  sync: [undefined],
  forget: [undefined],
  settings: [
    {},
    {
      theme: 'dark',
      sites: { gmail: { on: true, opensByItself: false, top: -1 } },
      origins: [{ origin: 'https://x.example', site: 'roundcube' }],
    },
  ],
  lookHere: [{ tab: 1 }],
  addHost: [{ origin: 'https://mail.ridgeway.example', site: 'roundcube' }],
  diagnosis: [undefined],
  api: [
    { route: 'campaigns' },
    { route: 'spend', query: { from: '2026-01' }, params: {}, accept: 'text/csv' },
    { route: 'addWriteKey', body: { name: 'Site' } },
  ],
};

describe('a message as the screens send it', () => {
  const cases = Object.entries(good).flatMap(([kind, payloads]) => payloads.map((payload) => [kind, payload] as const));
  test.each(cases)('%s %j is taken as it is', async (kind, payload) => {
    // As it arrives: what is undefined does not cross.
    const arrived = payload === undefined ? undefined : JSON.parse(JSON.stringify(payload));
    const parsed = (await validatorOf(kind as keyof All)).safeParse(arrived) as { data?: unknown; error?: unknown };
    expect(parsed.error).toBeUndefined();
    expect(parsed.data).toEqual(arrived);
  });
  test.each(Object.keys(good).filter((kind) => good[kind as keyof All][0] === undefined))(
    '%s may come with null for nothing',
    async (kind) => {
      expect((await validatorOf(kind as keyof All)).safeParse(null).success).toBe(true);
    },
  );
});
