import type { Agreement } from './agreement.ts';
import { shippedReasons } from './reasons.ts';

/**
 * A complete agreement to start from, in the given IANA zone: what two teams could sign on their first day and change
 * on their second. Version 1; not signed by anybody.
 */
export function defaultAgreement(zone: string): Agreement {
  return {
    version: 1,
    stages: {
      subscriber: { sentence: 'Reads what we publish; we hardly know who it is.', criteria: [] },
      lead: { sentence: 'We know who it is and how they came.', criteria: [] },
      mql: {
        sentence: 'Somebody who could buy, and shows it.',
        criteria: [
          { id: 'icp', text: 'Company of the size and country we sell to' },
          { id: 'intent', text: 'Pricing, demo or “call me”, within 14 days' },
          { id: 'role', text: 'Can decide or recommend' },
          { id: 'reply', text: 'Answered a person' },
        ],
      },
      sal: { sentence: 'Sales has taken it and tries to speak.', criteria: [] },
      sql: {
        sentence: 'Spoken with; there is a need, and somebody who decides.',
        criteria: [
          { id: 'need', text: 'Said the problem in their own words' },
          { id: 'decide', text: 'Names who decides and when' },
        ],
      },
      opportunity: { sentence: 'A deal with an amount and a date, in the pipeline.', criteria: [] },
      customer: { sentence: 'Signed.', criteria: [] },
      recycled: { sentence: 'Not now. Marketing keeps in touch until its date.', criteria: [] },
      disqualified: { sentence: 'Will not buy. Closed, and left in peace.', criteria: [] },
    },
    terms: [
      {
        term: 'MQL',
        means: 'A lead that marketing hands over because it meets the criteria.',
        synonyms: { marketing: ['marketing qualified lead', 'qualified lead', 'hand-raiser'], sales: ['hot lead', 'inbound'] },
      },
      {
        term: 'SAL',
        means: 'A hand-off that a rep has accepted and is working on.',
        synonyms: { marketing: ['accepted lead'], sales: ['working', 'in touch'] },
      },
      {
        term: 'SQL',
        means: 'A lead that a rep has spoken with and found worth pursuing.',
        synonyms: { marketing: ['sales qualified lead'], sales: ['qualified', 'real one'] },
      },
      {
        term: 'Hand-off',
        means: 'The moment marketing passes a lead to sales. Sales owes an answer from then on.',
        synonyms: { marketing: ['pass', 'delivery'], sales: ['assignment', 'new lead'] },
      },
      {
        term: 'Recycled',
        means: 'Given back to marketing, to return on a date or when the person shows strong interest.',
        synonyms: { marketing: ['nurture', 'back to nurture'], sales: ['not now', 'parked'] },
      },
      {
        term: 'Disqualified',
        means: 'Closed for good: no campaign is sent, no rep is asked.',
        synonyms: { marketing: ['suppressed'], sales: ['dead', 'junk'] },
      },
      {
        term: 'Touch',
        means: 'One thing the person did or was sent. Opening a mail is not interest.',
        synonyms: { marketing: ['engagement', 'response'], sales: ['activity'] },
      },
      {
        term: 'High intent',
        means: 'Asked for a demo, for prices or for a call. Answered faster.',
        synonyms: { marketing: ['fast track'], sales: ['call now'] },
      },
    ],
    reasons: shippedReasons.map((reason) => ({ ...reason })),
    allowed: { mql: { standard: 8, high: 4 }, sal: { standard: 18, high: 18 } },
    calendar: {
      zone,
      hours: Object.fromEntries([1, 2, 3, 4, 5].map((weekday) => [String(weekday), [['08:30', '17:30']]])),
      holidays: [],
      weekStart: 1,
      fiscalYearStart: 1,
    },
    escalation: { graceHours: 2, poolHours: 2 },
    commitments: [
      {
        id: 'mqls',
        team: 'marketing',
        text: 'MQLs that meet 3 of 4 criteria, per month',
        measure: 'mqls_meeting_criteria',
        target: 40,
        unit: 'count',
      },
      {
        id: 'feedback-answered',
        team: 'marketing',
        text: 'Feedback answered within 2 working days',
        measure: 'feedback_answered',
        target: 0.9,
        unit: 'share',
        hours: 18,
      },
      {
        id: 'answered-in-time',
        team: 'sales',
        text: 'Hand-offs answered in time',
        measure: 'answered_in_time',
        target: 0.9,
        unit: 'share',
      },
      {
        id: 'verdicts',
        team: 'sales',
        text: 'Verdict within 14 days of accepting',
        measure: 'verdict_given',
        target: 0.7,
        unit: 'share',
        hours: 90,
      },
    ],
    attemptsBeforeUnresponsive: 3,
    lookBackMonths: 24,
  };
}
