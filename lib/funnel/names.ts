import type { Language } from './language.ts';
import { shippedReasons } from './reasons.ts';
import { type Stage, stageNames, type Verdict } from './words.ts';

/** What the words of the funnel are called where people read them: on screens, in mails and in notes for a CRM alike. */
export const stagesIn: Readonly<Record<Language, Readonly<Record<Stage, string>>>> = {
  en: stageNames,
  de: {
    subscriber: 'Abonnent',
    lead: 'Lead',
    mql: 'MQL',
    sal: 'SAL',
    sql: 'SQL',
    opportunity: 'Chance',
    customer: 'Kunde',
    recycled: 'Zurückgestellt',
    disqualified: 'Geschlossen',
  },
};

export const verdictsIn: Readonly<Record<Language, Readonly<Record<Verdict, string>>>> = {
  en: { strong: 'Strong', fair: 'Fair', poor: 'Poor' },
  de: { strong: 'Stark', fair: 'Mittel', poor: 'Schwach' },
};

/** The shipped reasons. */
export const reasonsIn: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: { ...Object.fromEntries(shippedReasons.map(({ code, label }) => [code, label])), other: 'Other' },
  de: {
    bad_timing: 'Falscher Zeitpunkt',
    no_budget: 'Kein Budget',
    unresponsive: 'Keine Antwort',
    no_need: 'Kein Bedarf',
    low_intent: 'Liest nur',
    not_decision_maker: 'Falsche Person',
    not_icp: 'Nicht unser Markt',
    chose_competitor: 'Nimmt die Konkurrenz',
    competitor_or_partner: 'Konkurrenz oder Partner',
    student_or_jobseeker: 'Studium oder Bewerbung',
    bad_contact_data: 'Falsche Kontaktdaten',
    duplicate: 'Doppelt',
    other: 'Anderer Grund',
  },
};

/** A reason in a language: the team's own wording, where it changed the shipped one. */
export const reasonIn = (language: Language, code: string, label: string): string =>
  shippedReasons.find((one) => one.code === code)?.label === label ? (reasonsIn[language][code] ?? label) : label;
