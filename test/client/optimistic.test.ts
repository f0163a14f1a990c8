import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leadOf } from '../../lib/bridge/lead-of.ts';
import type { Me } from '../../lib/bridge/scene.ts';
import { actorOf, addedCard, decided, type Seeing, withActs } from '../../lib/client/outbox/optimistic.ts';
import type { Act, DecisionBody } from '../../lib/contract/act.ts';
import { type Card, card as cardShape } from '../../lib/contract/card.ts';
import { decide, isRefusal } from '../../lib/funnel/decide.ts';
import type { Decision } from '../../lib/funnel/lead.ts';
import { partOf, roles, stages } from '../../lib/funnel/words.ts';
import { agreement, cardOf, rep, start, uuid } from './world.ts';

const me: Me = { ...rep, role: 'rep', workspace: 'Ridgeway', backend: 'https://baton.ridgeway.example' };
const seeing: Seeing = { me, agreement, now: start, nameOf: () => undefined };
const act = (card: Card, decision: Decision, basis: DecisionBody['basis'] = card.funnelVersion, id = uuid()) => ({
  id,
  at: new Date(start).toISOString(),
  act: {
    kind: 'decision',
    lead: card.id,
    body: { ...decision, basis, actedAt: new Date(start).toISOString(), agreement: 3 } as DecisionBody,
  } satisfies Act,
});
const dana = (more: Partial<Card> = {}) => cardOf('Dana', 'dana@northwind.example', more);

const decision = fc.oneof(
  fc.record({
    kind: fc.constant('hand_over' as const),
    to: fc.constantFrom(undefined, rep.id, uuid()),
    criteria: fc.constant([]),
    why: fc.constant(['x']),
  }),
  fc.constant({ kind: 'accept' as const }),
  fc.constant({ kind: 'qualify' as const, criteria: [] }),
  fc.record({ kind: fc.constant('open_opportunity' as const), amount: fc.constantFrom(undefined, { value: 500, currency: 'EUR' }) }),
  fc.constant({ kind: 'win' as const }),
  fc.record({
    kind: fc.constantFrom('lose' as const, 'recycle' as const, 'disqualify' as const),
    reason: fc.constantFrom(...agreement.reasons.map((r) => r.code)),
    note: fc.constant('n'),
  }),
  fc.record({ kind: fc.constant('assign' as const), to: fc.constant(uuid()) }),
  fc.constant({ kind: 'pause' as const, reason: 'holiday', until: new Date(start + 9e7).toISOString() }),
  fc.constant({ kind: 'resume' as const }),
  fc.constant({ kind: 'attempt' as const, channel: 'call' as const }),
  fc.constant({ kind: 'reopen' as const }),
) as fc.Arbitrary<Decision>;

describe('the card after an act that is still on its way', () => {
  test('is the card that the rules say, for every lead, role and decision', () => {
    fc.assert(
      fc.property(fc.constantFrom(...stages), fc.constantFrom(...roles), fc.boolean(), decision, (stage, role, open, made) => {
        const card = dana({ stage, part: partOf[stage], attempts: 4, ...(open ? {} : { handoff: undefined }) });
        const actor = { ...me, role };
        const next = decided(card, made, 'new-handoff', { ...seeing, me: actor });
        const ruled = decide(leadOf(card), made, actorOf(actor), agreement, new Date(start).toISOString(), () => 'new-handoff');
        if (isRefusal(ruled)) {
          expect(next).toEqual(ruled);
          return;
        }
        const after = next as Card;
        expect(after).toMatchObject({ stage: ruled.lead.stage, part: partOf[ruled.lead.stage], funnelVersion: ruled.lead.funnelVersion });
        expect(after.owner.id).toBe(ruled.lead.owner);
        expect(after.handoff?.state).toBe(ruled.lead.handoff?.state);
        expect(after.handoff?.toId).toBe(ruled.lead.handoff?.holder);
        expect(after.passed).toContain(after.stage);
        expect(after.wakesOn).toBe(ruled.lead.wakesOn);
        // What the rules read from it again is what they wrote.
        expect(leadOf(after)).toMatchObject({
          stage: ruled.lead.stage,
          attempts: ruled.lead.attempts,
          intent: ruled.lead.intent,
          returned: ruled.lead.returned,
        });
      }),
      { numRuns: 500 },
    );
  });

  test('with two acts it is after both; with one that arrived already it is after the other', () => {
    const card = dana();
    const first = act(card, { kind: 'accept' });
    const second = act(card, { kind: 'qualify', criteria: [] }, { after: first.id });
    expect(withActs(card, [first, second], seeing)).toMatchObject({ stage: 'sql', funnelVersion: 6 });
    const arrived = withActs(card, [first], seeing);
    expect(withActs(arrived, [first, second], seeing)).toMatchObject({ stage: 'sql', funnelVersion: 6 });
    expect(withActs(arrived, [first], seeing)).toEqual(arrived);
  });

  test('an act that no longer fits changes nothing', () => {
    const card = dana({ stage: 'customer', part: 'bottom' });
    expect(withActs(card, [act(card, { kind: 'accept' })], seeing)).toEqual(card);
  });

  test('a verdict is mine and stands once, also when the backend has it', () => {
    const card = dana();
    const said = {
      id: uuid(),
      at: new Date(start).toISOString(),
      act: { kind: 'feedback', lead: card.id, body: { kind: 'verdict', verdict: 'strong', actedAt: '' } } satisfies Act,
    };
    const once = withActs(card, [said], seeing);
    expect(once.feedback).toMatchObject([{ id: said.id, verdict: 'strong', by: rep.name, byMe: true, replies: [] }]);
    expect(withActs(once, [said], seeing)).toEqual(once);
  });

  test('a reply, a tied and an untied address show at once', () => {
    const card = dana({ feedback: [{ id: uuid(), kind: 'insight', note: 'x', by: 'Ana', at: '', replies: [] }] });
    const at = new Date(start).toISOString();
    const [mine, theirs] = [uuid(), card.person.keys[0]!.id];
    const next = withActs(
      card,
      [
        { id: uuid(), at, act: { kind: 'reply', lead: card.id, feedback: card.feedback[0]!.id, body: { state: 'acting', actedAt: at } } },
        { id: mine, at, act: { kind: 'tie', lead: card.id, body: { kind: 'email', value: 'd@home.example', actedAt: at } } },
        { id: uuid(), at, act: { kind: 'untie', lead: card.id, key: theirs } },
      ],
      seeing,
    );
    expect(next.feedback[0]?.replies).toEqual([{ state: 'acting', by: rep.name, at }]);
    expect(next.person.keys).toEqual([{ id: mine, kind: 'email', value: 'd@home.example' }]);
  });

  test('a pause rests on what was left, and goes on from there', () => {
    const card = dana({
      stage: 'sal',
      owner: { team: 'sales', id: rep.id },
      clock: { state: 'on_track', allowedMinutes: 960, leftMinutes: 600, riskAt: '', dueAt: '' },
    });
    const paused = decided(card, { kind: 'pause', reason: 'holiday', until: new Date(start + 9e7).toISOString() }, 'x', seeing) as Card;
    expect(paused.clock).toMatchObject({ state: 'paused', pause: { reason: 'holiday' }, leftMinutes: 600 });
    const resumed = decided(paused, { kind: 'resume' }, 'x', seeing) as Card;
    expect(resumed.clock).toMatchObject({ state: 'on_track', leftMinutes: 600 });
    expect(resumed.clock.pause).toBeUndefined();
    expect(Date.parse(resumed.clock.dueAt!)).toBeGreaterThan(start);
    expect(Date.parse(resumed.clock.riskAt!)).toBeLessThan(Date.parse(resumed.clock.dueAt!));
  });

  test('without an agreement on this device the card waits for the backend', () => {
    const card = dana();
    expect(decided(card, { kind: 'win' }, 'x', { ...seeing, agreement: undefined })).toEqual(card);
  });

  test('an added lead has a card that the contract knows', () => {
    const lead = uuid();
    const body = {
      id: lead,
      name: 'Nia',
      keys: [{ kind: 'email' as const, value: 'nia@harbour.example' }],
      actedAt: new Date(start).toISOString(),
    };
    const made = addedCard(uuid(), { kind: 'add', lead, body }, body.actedAt, seeing);
    expect(cardShape.safeParse(made).error).toBeUndefined();
    expect(made).toMatchObject({ stage: 'sal', origin: 'sales', version: 0 });
    expect(addedCard(uuid(), { kind: 'add', lead, body }, body.actedAt, { ...seeing, me: { ...me, role: 'marketer' } })).toHaveProperty(
      'refused',
    );
  });
});
