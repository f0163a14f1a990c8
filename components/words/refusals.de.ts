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

const roles: Partial<Record<string, string>> = {
  rep: 'den Vertrieb',
  marketer: 'das Marketing',
  manager: 'die Leitung',
  admin: 'die Verwaltung',
};
const belongs: Partial<Record<string, string>> = {
  rep: 'zum Vertrieb',
  marketer: 'zum Marketing',
  manager: 'zur Leitung',
  admin: 'zur Verwaltung',
};

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
  'id-taken': () => 'Diese Kennung gehört schon einem anderen Lead. Legen Sie ihn noch einmal an.',
  'merge-self': () => 'Niemand lässt sich mit sich selbst zusammenführen. Wählen Sie die andere Person.',
  'merge-nobody': () => 'Die andere Person gibt es nicht mehr. Suchen Sie sie noch einmal.',
  'merge-waits': (t) =>
    `Eine der beiden steht auf ${t.stage('stage')} und wartet noch auf den Vertrieb. Antworten Sie zuerst: annehmen und qualifizieren, oder zurückgeben.`,
  'unmerge-late': (t) =>
    `Zusammenführen lässt sich ${t.number('days')} Tage lang zurücknehmen. Lösen Sie stattdessen die Adresse, und legen Sie die Person neu an.`,
  'merged-on': () => 'Die andere Person wurde inzwischen weiter zusammengeführt. Nehmen Sie erst das zurück.',
  'agreement-newer': (t) =>
    `Vereinbarung ${t.number('newest')} ist die neueste, diese beruht auf ${t.number('version')}. Sehen Sie nach, was sich geändert hat, und schlagen Sie es dann noch einmal vor.`,
  'agreement-changed': (t) =>
    `Vereinbarung ${t.number('version')} wurde geändert, seit Sie sie gesehen haben. Sehen Sie nach, was sich geändert hat, und schlagen Sie es dann noch einmal vor.`,
  'agreement-same': () => 'Das ist die geltende Vereinbarung; vorzuschlagen gibt es nichts.',
  'agreement-signed': (t) => `Vereinbarung ${t.number('version')} haben schon beide Teams unterschrieben.`,
  'signs-for': (t) =>
    t.text('team') === 'marketing'
      ? 'Für das Marketing unterschreibt jemand aus dem Marketing. Fragen Sie dort nach.'
      : 'Für den Vertrieb unterschreibt die Leitung. Fragen Sie dort nach.',
  'signed-already': (t) =>
    `${t.text('team') === 'marketing' ? 'Das Marketing' : 'Der Vertrieb'} hat Vereinbarung ${t.number('version')} schon unterschrieben.`,
  'no-agreement': () => 'Noch gilt keine Vereinbarung. Lassen Sie erst beide Teams eine unterschreiben.',
  'reason-reused': (t) => `„${t.text('of')}“ hieß schon einmal ein anderer Grund. Geben Sie dem neuen einen anderen Code.`,
  'reason-leftOut': (t) => `„${t.text('of')}“ darf nicht fehlen, weil Leads deshalb zurückkamen. Legen Sie den Grund stattdessen still.`,
  'no-address': () => 'Das ist keine Mailadresse.',
  'user-known': () => 'Mit dieser Adresse ist schon jemand hier. Ändern Sie diesen Eintrag.',
  'team-not-empty': (t) =>
    `In diesem Team ${t.number('users') === 1 ? 'ist noch 1 Person' : `sind noch ${t.number('users')} Personen`}. Geben Sie ihnen erst ein anderes.`,
  'last-admin': () => 'Sonst hat niemand mehr die Verwaltung. Geben Sie sie erst jemand anderem.',
  'password-short': (t) => `Nehmen Sie mindestens ${t.number('least')} Zeichen; ein paar Wörter hintereinander sind gut.`,
  'password-long': (t) => `Nehmen Sie höchstens ${t.number('most')} Zeichen.`,
  'password-repeats': () => 'Das wiederholt sich; ein paar verschiedene Wörter sind gut.',
  'campaign-known': (t) => `Eine Kampagne namens „${t.text('name')}“ gibt es schon. Wählen Sie einen anderen Namen, oder ändern Sie jene.`,
  'no-campaign-named': () => 'Nennen Sie die Kampagne, deren Leute Sie sehen wollen.',
  'not-your-role': (t) =>
    `Das ist für ${t.list('roles', (one) => roles[one] ?? one)}; Sie gehören ${belongs[t.text('role')] ?? 'nicht dazu'}.`,
  'figures-of-one': () => 'Zahlen über eine Person sieht nur sie selbst und die Leitung. Lassen Sie die Zuständigkeit weg.',
  'rule-newer': (t) =>
    `Fassung ${t.number('newest')} ist die neueste, diese beruht auf ${t.number('version')}. Sehen Sie nach, was sich geändert hat, und speichern Sie dann noch einmal.`,
  'rule-name': () => 'Die Regel braucht einen Namen.',
  'rule-days': (t) => `Eine Regel zählt Kontakte aus 1 bis ${t.number('most')} Tagen.`,
  'rule-least': () => 'Nötig ist eine ganze Zahl von Punkten, mindestens 1.',
  'rule-points': () => 'Punkte sind ganze Zahlen von 0 bis 100.',
  'rule-worthless': () => 'Mindestens eine Art von Kontakt muss Punkte wert sein.',
  'rule-campaigns': () => 'Nennen Sie eine Kampagne, oder wählen Sie alle mit hoher Absicht.',
  'rule-campaign': () => 'Eine der Kampagnen gibt es nicht mehr. Wählen Sie sie neu.',
  'rule-segment-name': () => 'Jedes Segment braucht einen Namen.',
  'rule-segment-empty': (t) =>
    `Das Segment „${t.text('name')}“ muss sagen, um wen es geht: eine Domain, eine Firma, einen Titel oder einen Kanal.`,
  'rule-turns': () => 'Sagen Sie, wer reihum dran ist: ein Team, oder einzelne.',
  'rule-takers': () => 'Übergaben nimmt nur, wer im Vertrieb und noch da ist. Wählen Sie dort.',
  'rule-team': () => 'Übergaben gehen an ein Team des Vertriebs. Wählen Sie eines davon.',
};
