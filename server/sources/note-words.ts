import type { Language } from '../../lib/funnel/language.ts';
import type { Decision } from '../../lib/funnel/lead.ts';
import type { Verdict } from '../../lib/funnel/words.ts';

/** What notes in a CRM say, in the language of the workspace. */
const en = {
  rule: (name: string) => `The rule “${name}”`,
  handedOver: (to: string | undefined) => `handed the lead over to ${to ?? 'sales'}`,
  accepted: 'accepted the lead',
  qualified: 'qualified the lead',
  opened: (amount: string | undefined) => `opened an opportunity${amount === undefined ? '' : `, ${amount}`}`,
  won: (amount: string | undefined) => `won the deal${amount === undefined ? '' : `, ${amount}`}`,
  lost: 'lost the deal',
  returned: 'returned the lead to marketing',
  closed: 'closed the lead',
  gave: (to: string | undefined) => `gave the lead to ${to ?? 'somebody else'}`,
  paused: (until: string) => `paused the clock until ${until}`,
  resumed: 'let the clock run again',
  tried: {
    call: 'tried to reach the person by phone',
    mail: 'tried to reach the person by mail',
    linkedin: 'tried to reach the person on LinkedIn',
    other: 'tried to reach the person in another way',
  } satisfies Record<Extract<Decision, { kind: 'attempt' }>['channel'], string> as Record<string, string>,
  reopened: 'took the lead up again',
  backOn: (day: string) => `back on ${day}`,
  backUponInterest: 'back when the person shows strong interest',
  backNow: 'for marketing to look at now',
  notBack: 'closed',
  met: (criteria: string) => `Criteria met: ${criteria}.`,
  why: (lines: string) => `Why now: ${lines}.`,
  times: (line: string, n: number) => `${line}, ${n} times`,
  found: { strong: 'found the lead strong', fair: 'found the lead fair', poor: 'found the lead poor' } satisfies Record<Verdict, string>,
  heard: 'noted what the customer said',
  about: (campaign: string) => ` on “${campaign}”`,
};

const de: typeof en = {
  rule: (name) => `Die Regel „${name}“`,
  handedOver: (to) => `hat den Lead an ${to ?? 'den Vertrieb'} übergeben`,
  accepted: 'hat den Lead angenommen',
  qualified: 'hat den Lead qualifiziert',
  opened: (amount) => `hat eine Chance eröffnet${amount === undefined ? '' : `, ${amount}`}`,
  won: (amount) => `hat das Geschäft gewonnen${amount === undefined ? '' : `, ${amount}`}`,
  lost: 'hat das Geschäft verloren',
  returned: 'hat den Lead an das Marketing zurückgegeben',
  closed: 'hat den Lead geschlossen',
  gave: (to) => (to === undefined ? 'hat den Lead weitergegeben' : `hat den Lead an ${to} weitergegeben`),
  paused: (until) => `hat die Uhr bis ${until} angehalten`,
  resumed: 'hat die Uhr weiterlaufen lassen',
  tried: {
    call: 'hat versucht, die Person am Telefon zu erreichen',
    mail: 'hat versucht, die Person per Mail zu erreichen',
    linkedin: 'hat versucht, die Person auf LinkedIn zu erreichen',
    other: 'hat versucht, die Person auf anderem Weg zu erreichen',
  },
  reopened: 'hat den Lead wieder aufgenommen',
  backOn: (day) => `zurück am ${day}`,
  backUponInterest: 'zurück, wenn die Person deutliches Interesse zeigt',
  backNow: 'für das Marketing gleich anzusehen',
  notBack: 'geschlossen',
  met: (criteria) => `Erfüllte Kriterien: ${criteria}.`,
  why: (lines) => `Warum jetzt: ${lines}.`,
  times: (line, n) => `${line}, ${n}-mal`,
  found: { strong: 'fand den Lead stark', fair: 'fand den Lead mittel', poor: 'fand den Lead schwach' },
  heard: 'hat notiert, was die Kundschaft sagte',
  about: (campaign) => ` zu „${campaign}“`,
};

export const wordsIn: Readonly<Record<Language, typeof en>> = { en, de };
