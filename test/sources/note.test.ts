import { expect, test } from 'vitest';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';
import type { Decision } from '../../lib/funnel/lead.ts';
import { type Decided, noteOfDecision, noteOfFeedback } from '../../server/sources/note.ts';

/** What people in the CRM read about an act. */
const agreement = defaultAgreement('Europe/Vienna');
const told = (decision: Decision, lead: Partial<Decided['lead']> = {}, to?: string) =>
  noteOfDecision({ language: 'en', decision, who: 'Rep One', agreement, lead: { stage: 'recycled', ...lead }, ...(to && { to }) });

const notes: [what: string, is: string, note: string][] = [
  ['accept', told({ kind: 'accept' }), 'Rep One accepted the lead.'],
  ['take up again', told({ kind: 'reopen' }), 'Rep One took the lead up again.'],
  ['run on', told({ kind: 'resume' }), 'Rep One let the clock run again.'],
  ['an attempt', told({ kind: 'attempt', channel: 'linkedin' }), 'Rep One tried to reach the person on LinkedIn.'],
  ['to whom', told({ kind: 'assign', to: 'x' }, {}, 'Mira Sandoval'), 'Rep One gave the lead to Mira Sandoval.'],
  [
    'handed over with what it met and why now',
    told(
      { kind: 'hand_over', to: 'x', criteria: ['icp', 'dropped'], why: ['Attended “Cut churn in Q4”', 'Pricing page, twice'] },
      {},
      'Mira Sandoval',
    ),
    'Rep One handed the lead over to Mira Sandoval.\nCriteria met: Company of the size and country we sell to; dropped.\nWhy now: Attended “Cut churn in Q4”; Pricing page, twice.',
  ],
  ['to the team', told({ kind: 'hand_over', criteria: [], why: [] }), 'Rep One handed the lead over to sales.'],
  [
    'qualified upon',
    told({ kind: 'qualify', criteria: ['need'] }),
    'Rep One qualified the lead.\nCriteria met: Said the problem in their own words.',
  ],
  [
    'an amount, in units of its currency',
    told({ kind: 'open_opportunity', amount: { value: 1_234_550, currency: 'EUR' } }),
    'Rep One opened an opportunity, EUR 12,345.50.',
  ],
  ['a currency without cents', told({ kind: 'win', amount: { value: 12_000, currency: 'JPY' } }), 'Rep One won the deal, JPY 12,000.'],
  ['no amount', told({ kind: 'win' }), 'Rep One won the deal.'],
  [
    'returned until a day, with what was noted',
    told({ kind: 'recycle', reason: 'no_budget', note: ' Asked for Q1. ' }, { wakesOn: '2027-02-20' }),
    'Rep One returned the lead to marketing: No budget, back on 20 Feb 2027.\nAsked for Q1.',
  ],
  [
    'returned until interest',
    told({ kind: 'recycle', reason: 'low_intent' }, { wakesOnStrongTouch: true }),
    'Rep One returned the lead to marketing: Only reading, back when the person shows strong interest.',
  ],
  [
    'returned at once',
    told({ kind: 'recycle', reason: 'duplicate' }),
    'Rep One returned the lead to marketing: Duplicate, for marketing to look at now.',
  ],
  [
    'lost, and closed',
    told({ kind: 'lose', reason: 'not_icp' }, { stage: 'disqualified' }),
    'Rep One lost the deal: Not our market, closed.',
  ],
  [
    'lost, and back',
    told({ kind: 'lose', reason: 'chose_competitor' }, { wakesOn: '2027-11-22' }),
    'Rep One lost the deal: Chose a competitor, back on 22 Nov 2027.',
  ],
  [
    'closed, for a reason of the team’s own that no longer is',
    told({ kind: 'disqualify', reason: 'gone' }, { stage: 'disqualified' }),
    'Rep One closed the lead: gone.',
  ],
  [
    'paused, by the clock of the agreement',
    told({ kind: 'pause', reason: 'Waits for the tender.', until: '2026-12-01T09:00:00Z' }),
    'Rep One paused the clock until 1 Dec 2026, 10:00: Waits for the tender.',
  ],
];
test.each(notes)('a decision: %s', (_, is, note) => expect(is).toBe(note));

test('a rule says which one it was', () => {
  const decision = { kind: 'hand_over' as const, criteria: [], why: ['Asked for a demo'] };
  expect(noteOfDecision({ language: 'en', decision, rule: 'Demo', agreement, lead: { stage: 'mql' } })).toBe(
    'The rule “Demo” handed the lead over to sales.\nWhy now: Asked for a demo.',
  );
});

test('feedback says why, and about which campaign', () => {
  const actedAt = '2026-11-22T09:00:00Z';
  const verdict = (verdict: 'strong' | 'poor', reasons: string[], campaign?: string) =>
    noteOfFeedback({
      language: 'en',
      feedback: { kind: 'verdict', verdict, reasons, note: ' Two mails. ', actedAt },
      who: 'Rep One',
      agreement,
      ...(campaign && { campaign }),
    });
  expect(verdict('poor', ['no_budget', 'not_icp'], 'Cut churn')).toBe(
    'Rep One found the lead poor on “Cut churn”: No budget; Not our market.\nTwo mails.',
  );
  expect(verdict('strong', ['knew_us', 'fast'])).toBe('Rep One found the lead strong: knew the product; wants it soon.\nTwo mails.');
  expect(verdict('strong', [])).toBe('Rep One found the lead strong.\nTwo mails.');
  expect(
    noteOfFeedback({
      language: 'en',
      feedback: { kind: 'insight', note: 'They use Excel.', actedAt },
      who: 'Rep One',
      agreement,
      campaign: 'Cut churn',
    }),
  ).toBe('Rep One noted what the customer said on “Cut churn”.\nThey use Excel.');
});

test('in German where the workspace speaks it: dates, money, reasons, and what Baton found; what people wrote stays', () => {
  const told = (decision: Decision, lead: Partial<Decided['lead']> = {}) =>
    noteOfDecision({ language: 'de', decision, who: 'Mira Sandoval', agreement, lead: { stage: 'recycled', ...lead } });
  const why = ['Attended “Cut churn”, 2 times', 'Fragt nach Preisen'];
  expect([
    told({ kind: 'hand_over', criteria: ['role'], why }),
    told({ kind: 'open_opportunity', amount: { value: 1_234_550, currency: 'EUR' } }),
    told({ kind: 'recycle', reason: 'no_budget', note: 'Fragt im März.' }, { wakesOn: '2027-02-20' }),
    told({ kind: 'attempt', channel: 'call' }),
    told({ kind: 'pause', reason: 'Messe', until: '2026-12-01T09:00:00Z' }),
  ]).toEqual([
    'Mira Sandoval hat den Lead an den Vertrieb übergeben.\nErfüllte Kriterien: Can decide or recommend.\nWarum jetzt: Teilnahme: „Cut churn“, 2-mal; Fragt nach Preisen.',
    'Mira Sandoval hat eine Chance eröffnet, 12.345,50 EUR.',
    'Mira Sandoval hat den Lead an das Marketing zurückgegeben: Kein Budget, zurück am 20. Feb. 2027.\nFragt im März.',
    'Mira Sandoval hat versucht, die Person am Telefon zu erreichen.',
    'Mira Sandoval hat die Uhr bis 01.12.2026, 10:00 angehalten: Messe.',
  ]);
  const feedback = { kind: 'verdict' as const, verdict: 'strong' as const, reasons: ['had_budget'], actedAt: '2026-11-22T09:00:00Z' };
  expect(noteOfFeedback({ language: 'de', feedback, who: 'Noah', agreement, campaign: 'Cut churn' })).toBe(
    'Noah fand den Lead stark zu „Cut churn“: hatte Budget.',
  );
});
