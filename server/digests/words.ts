import type { Language } from '../../lib/funnel/language.ts';
import type { Grain, Period } from '../../lib/funnel/periods.ts';
import { localeOf } from '../../lib/funnel/sentences/say.ts';

/** What the mail of a digest says, in the words of the page that shows the same. */
const en = {
  week: (n: number, year: number) => `week ${n}, ${year}`,
  quarter: (n: number, year: number) => `Q${n} ${year}`,
  subject: (period: string) => `Baton: the report on ${period}`,
  about: (period: string, from: string, to: string) => `${period}, ${from} to ${to}. These numbers no longer change.`,
  toSales: 'MARKETING TO SALES',
  toMarketing: 'SALES TO MARKETING',
  promises: 'WHAT BOTH TEAMS PROMISED',
  team: { marketing: 'Marketing', sales: 'Sales' },
  handedOver: (n: string, one: boolean) => `${n} ${one ? 'hand-off' : 'hand-offs'} opened.`,
  entered: (stage: string, n: string) => `${stage}: ${n} entered`,
  spent: (amount: string, planned: string | undefined) => `Spent ${amount}${planned === undefined ? '' : ` of ${planned} planned`}.`,
  nothingSpent: 'No spend recorded.',
  broughtMost: 'Brought most SQLs (position-based):',
  feedback: (given: string, answered: string) => `Feedback: ${given} given, ${answered} answered.`,
  coming: (n: string, one: boolean) => `Coming: ${n} ${one ? 'lead wakes' : 'leads wake'}.`,
  starts: (name: string, on: string) => `${name} starts ${on}`,
  inTime: (share: string) => `Answered in time: ${share}.`,
  noneDue: 'No hand-off fell due.',
  median: (time: string) => `Half of them within ${time} of business time.`,
  became: (accepted: string, qualified: string, returned: string, unanswered: string) =>
    `${accepted} accepted, ${qualified} qualified, ${returned} returned, ${unanswered} unanswered.`,
  back: (n: string, one: boolean) => `${n} ${one ? 'lead' : 'leads'} came back`,
  noReason: 'no reason',
  verdicts: (strong: string, fair: string, poor: string) => `Verdicts: ${strong} strong, ${fair} fair, ${poor} poor.`,
  share: (n: string, of: string) => `${n} of ${of}`,
  interval: (share: string, low: string, high: string) => `${share} (${low} to ${high})`,
  notCounted: 'not counted yet',
  kept: 'kept',
  notKept: 'not kept',
  more: 'Every number and its history, comments of both teams, and who has read it: in Baton’s report, under Digests.',
};

const de: typeof en = {
  week: (n, year) => `Woche ${n}, ${year}`,
  quarter: (n, year) => `${n}. Quartal ${year}`,
  subject: (period) => `Baton: der Bericht zu ${period}`,
  about: (period, from, to) => `${period}, ${from} bis ${to}. Diese Zahlen ändern sich nicht mehr.`,
  toSales: 'MARKETING AN VERTRIEB',
  toMarketing: 'VERTRIEB AN MARKETING',
  promises: 'WAS BEIDE TEAMS VERSPROCHEN HABEN',
  team: { marketing: 'Marketing', sales: 'Vertrieb' },
  handedOver: (n, one) => `${n} ${one ? 'Übergabe' : 'Übergaben'} eröffnet.`,
  entered: (stage, n) => `${stage}: ${n} erreicht`,
  spent: (amount, planned) => `Ausgegeben: ${amount}${planned === undefined ? '' : ` von ${planned} geplant`}.`,
  nothingSpent: 'Keine Ausgaben erfasst.',
  broughtMost: 'Brachten die meisten SQLs (positionsbasiert):',
  feedback: (given, answered) => `Rückmeldungen: ${given} gegeben, ${answered} beantwortet.`,
  coming: (n, one) => `Kommt: ${n} ${one ? 'Lead wacht' : 'Leads wachen'} auf.`,
  starts: (name, on) => `${name} beginnt am ${on}`,
  inTime: (share) => `Rechtzeitig beantwortet: ${share}.`,
  noneDue: 'Keine Übergabe wurde fällig.',
  median: (time) => `Die Hälfte davon binnen ${time} Geschäftszeit.`,
  became: (accepted, qualified, returned, unanswered) =>
    `${accepted} angenommen, ${qualified} qualifiziert, ${returned} zurückgegeben, ${unanswered} unbeantwortet.`,
  back: (n, one) => `${n} ${one ? 'Lead kam' : 'Leads kamen'} zurück`,
  noReason: 'ohne Grund',
  verdicts: (strong, fair, poor) => `Urteile: ${strong} stark, ${fair} mittel, ${poor} schwach.`,
  share: (n, of) => `${n} von ${of}`,
  interval: (share, low, high) => `${share} (${low} bis ${high})`,
  notCounted: 'noch nicht gezählt',
  kept: 'gehalten',
  notKept: 'nicht gehalten',
  more: 'Jede Zahl und wie es dazu kam, Kommentare beider Teams, und wer es gelesen hat: im Bericht von Baton, unter Rückblicke.',
};

export const wordsIn: Readonly<Record<Language, typeof en>> = { en, de };

/** `2026-W47` → week 47, 2026 */
export function periodIn(language: Language, { name, grain, from }: Pick<Period, 'name' | 'from'> & { grain: Grain }): string {
  const year = Number(name.slice(0, 4));
  if (grain === 'week') return wordsIn[language].week(Number(name.slice(6)), year);
  if (grain === 'quarter') return wordsIn[language].quarter(Number(name.slice(6)), year);
  return new Intl.DateTimeFormat(localeOf[language], { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(Date.parse(from));
}
