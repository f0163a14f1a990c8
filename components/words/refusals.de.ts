import type { DecisionKind, Role, Stage } from '../../lib/funnel/words.ts';
import type { Refusals } from './refusals.en.ts';

const act: Record<DecisionKind, string> = {
  hand_over: 'Übergeben',
  accept: 'Annehmen',
  qualify: 'Qualifizieren',
  open_opportunity: 'Eröffnen einer Chance',
  win: '„Gewonnen“',
  lose: '„Verloren“',
  recycle: 'Zurückgeben',
  disqualify: 'Schließen',
  assign: 'Zuweisen',
  pause: 'Anhalten der Uhr',
  resume: 'Fortsetzen der Uhr',
  attempt: 'Notieren eines Versuchs',
  reopen: 'Wiederöffnen',
};
const who = (one: string, stage: string): string =>
  one === 'holder'
    ? stage === ('mql' satisfies Stage)
      ? 'wer die Übergabe hat'
      : 'wem der Lead gehört'
    : ({ rep: 'der Vertrieb', marketer: 'das Marketing', manager: 'die Leitung' }[one] ?? one);

export const refusals: Refusals = {
  'wrong-stage': (t) => `Dieser Lead steht auf ${t.stage('stage')}. ${act[t.decision()]} geht nur von ${t.stages('from')} aus.`,
  'wrong-role': (t) => `${act[t.decision()]} kann nur ${t.list('who', (one) => who(one, t.text('stage')))}. Fragen Sie dort nach.`,
  'pool-only-oneself': () =>
    'Aus dem Vorrat des Teams können Sie ihn selbst nehmen. Jemand anderem geben ihn die Leitung oder das Marketing.',
  'sales-adds': () => 'Einen Lead hinzufügen kann nur der Vertrieb. Die Leads des Marketings kommen durch einen Import oder eine Quelle.',
  'already-paused': () => 'Die Uhr ist schon angehalten. Setzen Sie sie erst fort, oder lassen Sie es dabei.',
  'not-paused': () => 'Die Uhr läuft. Es gibt nichts fortzusetzen.',
  'unknown-criterion': (t) =>
    `„${t.text('criterion')}“ ist kein Kriterium für ${t.stage('stage')} in Vereinbarung ${t.number('agreement')}.`,
  'unknown-reason': (t) =>
    `„${t.text('reason')}“ ist kein Grund in Vereinbarung ${t.number('agreement')}. Wählen Sie einen, der dort steht.`,
  'reason-outcome': (t) =>
    t.text('outcome') === 'recycled'
      ? `„${t.reason()}“ gibt einen Lead ans Marketing zurück und schließt ihn nicht. Geben Sie ihn zurück, oder wählen Sie einen anderen Grund.`
      : `„${t.reason()}“ schließt einen Lead und gibt ihn nicht ans Marketing zurück. Schließen Sie ihn, oder wählen Sie einen anderen Grund.`,
  'attempts-missing': (t) =>
    `„${t.reason()}“ braucht ${t.number('needed')} Versuche, notiert ${t.number('recorded') === 1 ? 'ist' : 'sind'} ${t.number('recorded')}. Notieren Sie die übrigen, oder wählen Sie einen anderen Grund.`,
  'note-missing': (t) => `„${t.reason()}“ braucht eine Notiz. Schreiben Sie in wenigen Worten, warum.`,
  'no-way-back': (t) => `„${t.reason()}“ schließt den Lead; er kommt an keinem Tag zurück. Lassen Sie das Datum weg.`,
  'no-such-date': (t) => `„${t.text('date')}“ ist kein Datum. Schreiben Sie es als JJJJ-MM-TT.`,
  'date-past': (t) => `Der ${t.day('date')} liegt nicht in der Zukunft. Wählen Sie einen späteren Tag.`,
  'date-too-far': (t) => `Der ${t.day('date')} liegt mehr als ${t.number('years')} Jahre voraus. Wählen Sie einen früheren Tag.`,
  'already-holder': () => 'Diese Person hat ihn schon. Wählen Sie jemand anderen.',
  'reason-missing': () => 'Sagen Sie in wenigen Worten, warum die Uhr ruht.',
  'until-past': () => 'Die Pause wäre schon vorbei. Wählen Sie eine Zeit in der Zukunft.',
  'until-too-far': (t) =>
    `Eine Uhr kann höchstens ${t.number('days')} Tage ruhen. Wählen Sie einen früheren Tag, oder geben Sie den Lead mit einem Datum zurück.`,
  'taker-gone': () => 'Diese Person ist nicht mehr dabei. Wählen Sie jemanden aus dem Vertrieb.',
  'taker-role': (t) =>
    `${t.text('name')} gehört ${t.text('role') === ('admin' satisfies Role) ? 'zur Verwaltung' : 'zum Marketing'} und nimmt keine Übergaben. Wählen Sie jemanden aus dem Vertrieb.`,
  'agreement-never': (t) =>
    `Vereinbarung ${t.number('version')} hat nie gegolten. Gleichen Sie ab, und tun Sie es noch einmal unter Vereinbarung ${t.number('inForce')}.`,
  predecessor: () => 'Nicht gesendet, weil der Schritt davor nicht angenommen wurde.',
  forgotten: () => 'Diese Person wollte vergessen werden; niemand darf sie wieder hinzufügen.',
  'key-forgotten': () => 'Wer das hatte, wollte vergessen werden; es darf niemandem mehr zugeordnet werden.',
  'last-key': () => 'An dieser Adresse oder diesem Profil allein ist die Person noch zu erkennen. Ordnen Sie erst ein anderes zu.',
  'key-taken': (t) =>
    `Das gehört schon ${t.text('name') ? `zu ${t.text('name')}` : 'jemandem'}${t.text('company') ? ` (${t.text('company')})` : ''}.`,
  'known-already': (t) => `${t.text('name') || 'Diese Person'} ist schon bekannt.`,
  'unknown-verdict-reason': (t) => `„${t.text('reason')}“ ist kein Grund der Vereinbarung. Wählen Sie einen, der dort steht.`,
  'no-such-touch': () => 'Diesen Kontakt gibt es bei diesem Lead nicht.',
  'touch-elsewhere': () => 'Dieser Kontakt gehört zu einer anderen Kampagne.',
  'no-such-campaign': () => 'Diese Kampagne gibt es nicht.',
};
