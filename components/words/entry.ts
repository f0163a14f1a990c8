import { counter } from './plural.ts';

const count = counter('en');
const zahl = counter('de');

/** What an entry of the agreement says about a stage, a reason or a word. */
export const entryEn = {
  hint: 'What the agreement says',
  whole: 'The whole agreement',
  silent: 'The agreement does not say what this means.',
  goneReason: 'The agreement in force no longer has this reason. It stands in what was decided before.',
  retired: 'Can no longer be chosen; it keeps its meaning in what was decided before.',
  callsIt: (team: string) => `${team} also says:`,
  closes: 'Closes the lead for good.',
  atOnce: 'Goes back to marketing, and stands in its queue at once.',
  onTouch: 'Goes back to marketing, until the person shows strong interest.',
  afterDays: (days: number) => `Goes back to marketing, and wakes after ${count(days, 'day', 'days')}.`,
  needsNote: 'A note must say why.',
  needsAttempts: (n: number) => `Can be chosen after ${count(n, 'attempt', 'attempts')}.`,
  whoActs: (what: string) => `Marketing can act by ${what}.`,
  actor: {
    nurture: 'nurturing the person',
    scoring: 'changing what counts as interest',
    targeting: 'changing whom campaigns reach',
    product: 'telling product what was missing',
    suppression: 'leaving the person out of campaigns',
    enrichment: 'correcting the contact data',
    operations: 'putting the records in order',
    review: 'reading the note and deciding',
  },
};
export const entryDe: typeof entryEn = {
  hint: 'Was die Vereinbarung dazu sagt',
  whole: 'Die ganze Vereinbarung',
  silent: 'Die Vereinbarung sagt nicht, was das bedeutet.',
  goneReason: 'Die geltende Vereinbarung hat diesen Grund nicht mehr. Er steht in dem, was vorher entschieden wurde.',
  retired: 'Nicht mehr wählbar; behält seine Bedeutung in dem, was vorher entschieden wurde.',
  callsIt: (team) => `${team} sagt auch:`,
  closes: 'Schließt den Lead endgültig.',
  atOnce: 'Geht zurück ans Marketing und steht dort sofort in der Liste.',
  onTouch: 'Geht zurück ans Marketing, bis die Person starkes Interesse zeigt.',
  afterDays: (days) => `Geht zurück ans Marketing und wird nach ${zahl(days, 'Tag', 'Tagen')} geweckt.`,
  needsNote: 'Eine Notiz muss sagen, warum.',
  needsAttempts: (n) => `Wählbar nach ${zahl(n, 'Versuch', 'Versuchen')}.`,
  whoActs: (what) => `Das Marketing kann ${what}.`,
  actor: {
    nurture: 'die Person weiter begleiten',
    scoring: 'ändern, was als Interesse zählt',
    targeting: 'ändern, wen Kampagnen erreichen',
    product: 'dem Produkt sagen, was fehlte',
    suppression: 'die Person aus Kampagnen nehmen',
    enrichment: 'die Kontaktdaten berichtigen',
    operations: 'die Datensätze in Ordnung bringen',
    review: 'die Notiz lesen und entscheiden',
  },
};
