import type { Agreement } from './agreement.ts';
import { textsIn } from './defaultTexts.ts';
import type { Language } from './language.ts';
import { shippedReasons } from './reasons.ts';

/**
 * A complete agreement to start from, in the given IANA zone: what two teams could sign on their first day and change
 * on their second. Version 1; not signed by anybody. Reasons are called as they are shipped: each screen then says them in
 * its own language.
 */
export function defaultAgreement(zone: string, language: Language = 'en'): Agreement {
  const { stages, criteria, terms, promises } = textsIn[language];
  const asked = (...ids: (keyof typeof criteria)[]) => ids.map((id) => ({ id, text: criteria[id] }));
  return {
    version: 1,
    stages: {
      subscriber: { sentence: stages.subscriber, criteria: [] },
      lead: { sentence: stages.lead, criteria: [] },
      mql: { sentence: stages.mql, criteria: asked('icp', 'intent', 'role', 'reply') },
      sal: { sentence: stages.sal, criteria: [] },
      sql: { sentence: stages.sql, criteria: asked('need', 'decide') },
      opportunity: { sentence: stages.opportunity, criteria: [] },
      customer: { sentence: stages.customer, criteria: [] },
      recycled: { sentence: stages.recycled, criteria: [] },
      disqualified: { sentence: stages.disqualified, criteria: [] },
    },
    terms: terms.map(([term, means, marketing, sales]) => ({ term, means, synonyms: { marketing: [...marketing], sales: [...sales] } })),
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
        text: promises.mqls,
        measure: 'mqls_meeting_criteria',
        target: 40,
        unit: 'count',
      },
      {
        id: 'feedback-answered',
        team: 'marketing',
        text: promises.feedback,
        measure: 'feedback_answered',
        target: 0.9,
        unit: 'share',
        hours: 18,
      },
      {
        id: 'answered-in-time',
        team: 'sales',
        text: promises.inTime,
        measure: 'answered_in_time',
        target: 0.9,
        unit: 'share',
      },
      {
        id: 'verdicts',
        team: 'sales',
        text: promises.verdicts,
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
