import type { Language } from './language.ts';
import { type praises, shippedReasons } from './reasons.ts';
import { type Stage, stageNames, type TouchKind, type Verdict } from './words.ts';

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

/** What a touch says, of an asset or a campaign. */
export const touchIn: Readonly<Record<Language, Readonly<Record<TouchKind, (of?: string) => string>>>> = {
  en: {
    form: (of) => (of ? `Filled in “${of}”` : 'Filled in a form'),
    reply: (of) => (of ? `Replied to “${of}”` : 'Replied'),
    click: (of) => (of ? `Clicked “${of}”` : 'Clicked'),
    attended: (of) => (of ? `Attended “${of}”` : 'Attended'),
    downloaded: (of) => (of ? `Downloaded “${of}”` : 'Downloaded'),
    read: (of) => (of ? `Read “${of}”` : 'Read a page'),
    visited: (of) => (of ? `Visited “${of}”` : 'Visited'),
    sent: (of) => (of ? `Was sent “${of}”` : 'Was sent a mail'),
    opened: (of) => (of ? `Opened “${of}”` : 'Opened a mail'),
    bounced: (of) => (of ? `Bounced: “${of}”` : 'Bounced'),
  },
  de: {
    form: (of) => (of ? `Formular „${of}“ ausgefüllt` : 'Formular ausgefüllt'),
    reply: (of) => (of ? `Antwort auf „${of}“` : 'Geantwortet'),
    click: (of) => (of ? `Klick auf „${of}“` : 'Geklickt'),
    attended: (of) => (of ? `Teilnahme: „${of}“` : 'Teilgenommen'),
    downloaded: (of) => (of ? `„${of}“ heruntergeladen` : 'Heruntergeladen'),
    read: (of) => (of ? `„${of}“ gelesen` : 'Seite gelesen'),
    visited: (of) => (of ? `„${of}“ besucht` : 'Besucht'),
    sent: (of) => (of ? `„${of}“ zugeschickt` : 'Mail zugeschickt'),
    opened: (of) => (of ? `„${of}“ geöffnet` : 'Mail geöffnet'),
    bounced: (of) => (of ? `Unzustellbar: „${of}“` : 'Unzustellbar'),
  },
};

/** What is said for a strong verdict, in the middle of a sentence. */
export const praisesIn: Readonly<Record<Language, Readonly<Record<(typeof praises)[number], string>>>> = {
  en: {
    knew_us: 'knew the product',
    had_budget: 'had a budget',
    fast: 'wants it soon',
  },
  de: {
    knew_us: 'kannte das Angebot',
    had_budget: 'hatte Budget',
    fast: 'will es bald',
  },
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
