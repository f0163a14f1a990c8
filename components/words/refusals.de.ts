import type { refusals as english } from '../../lib/funnel/sentences/refusals.ts';
import type { Translated } from '../../lib/funnel/sentences/sentence.ts';
import type { DecisionKind, KeyKind, Stage } from '../../lib/funnel/words.ts';

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
  pause: 'Anhalten der Frist',
  resume: 'Fortsetzen der Frist',
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

const keys: Readonly<Record<KeyKind, string>> = {
  email: 'keine Mailadresse',
  linkedin: 'weder Name noch Adresse eines Profils auf LinkedIn',
  'linkedin-member': 'keine Kennung eines Mitglieds auf LinkedIn (ACoAA…)',
  'sales-navigator': 'keine Kennung aus dem Sales Navigator (ACwAA…)',
};

export const refusals: Translated<typeof english> = {
  'wrong-stage': (t, s) =>
    `Dieser Lead steht auf ${s.stage(t.stage)}. ${act[t.decision]} geht nur von ${s.either(t.from.map(s.stage))} aus.`,
  'wrong-role': (t, s) => `${act[t.decision]} kann nur ${s.either(t.who.map((one) => who(one, t.stage)))}. Fragen Sie dort nach.`,
  'pool-only-oneself': () =>
    'Aus dem Pool des Teams können Sie ihn selbst nehmen. Jemand anderem geben ihn die Leitung oder das Marketing.',
  'sales-adds': () => 'Einen Lead hinzufügen kann nur der Vertrieb. Die Leads des Marketings kommen durch einen Import oder eine Quelle.',
  'already-paused': () => 'Die Frist ist schon angehalten. Setzen Sie sie erst fort, oder lassen Sie es dabei.',
  'not-paused': () => 'Die Frist läuft. Es gibt nichts fortzusetzen.',
  'unknown-criterion': (t, s) =>
    `„${t.criterion}“ ist kein Kriterium für ${s.stage(t.stage)} in Vereinbarung ${t.agreement}. ${t.known.length > 0 ? `Wählen Sie aus: ${t.known.join(', ')}.` : 'Dort gibt es keine; lassen Sie sie weg.'}`,
  'unknown-reason': (t) => `„${t.reason}“ ist kein Grund in Vereinbarung ${t.agreement}. Wählen Sie einen, der dort steht.`,
  'reason-outcome': (t, s) =>
    t.outcome === 'recycled'
      ? `„${s.reason(t.reason, t.label)}“ gibt einen Lead ans Marketing zurück und schließt ihn nicht. Geben Sie ihn zurück, oder wählen Sie einen anderen Grund.`
      : `„${s.reason(t.reason, t.label)}“ schließt einen Lead und gibt ihn nicht ans Marketing zurück. Schließen Sie ihn, oder wählen Sie einen anderen Grund.`,
  'attempts-missing': (t, s) =>
    `„${s.reason(t.reason, t.label)}“ braucht ${t.needed} Versuche, notiert ${t.recorded === 1 ? 'ist' : 'sind'} ${t.recorded}. Notieren Sie die übrigen, oder wählen Sie einen anderen Grund.`,
  'note-missing': (t, s) => `„${s.reason(t.reason, t.label)}“ braucht eine Notiz. Schreiben Sie in wenigen Worten, warum.`,
  'no-way-back': (t, s) => `„${s.reason(t.reason, t.label)}“ schließt den Lead; er kommt an keinem Tag zurück. Lassen Sie das Datum weg.`,
  'no-such-date': (t) => `„${t.date}“ ist kein Datum. Schreiben Sie es als JJJJ-MM-TT.`,
  'date-past': (t, s) => `Der ${s.day(t.date)} liegt nicht in der Zukunft. Wählen Sie einen späteren Tag.`,
  'date-too-far': (t, s) => `Der ${s.day(t.date)} liegt mehr als ${t.years} Jahre voraus. Wählen Sie einen früheren Tag.`,
  'already-holder': () => 'Diese Person hat ihn schon. Wählen Sie jemand anderen.',
  'reason-missing': () => 'Sagen Sie in wenigen Worten, warum die Frist ruht.',
  'until-past': () => 'Die Pause wäre schon vorbei. Wählen Sie eine Zeit in der Zukunft.',
  'until-too-far': (t) =>
    `Eine Frist kann höchstens ${t.days} Tage ruhen. Wählen Sie einen früheren Tag, oder geben Sie den Lead mit einem Datum zurück.`,
  'taker-gone': () => 'Diese Person ist nicht mehr dabei. Wählen Sie jemanden aus dem Vertrieb.',
  'taker-role': (t) =>
    `${t.name} gehört ${t.role === 'admin' ? 'zur Verwaltung' : 'zum Marketing'} und nimmt keine Übergaben. Wählen Sie jemanden aus dem Vertrieb.`,
  'agreement-never': (t) => `Vereinbarung ${t.version} hat nie gegolten. Tun Sie es noch einmal unter Vereinbarung ${t.inForce}.`,
  predecessor: () => 'Nicht ausgeführt, weil der Schritt davor nicht angenommen wurde.',
  forgotten: () => 'Diese Person wollte vergessen werden; niemand darf sie wieder hinzufügen.',
  'key-forgotten': () => 'Wer das hatte, wollte vergessen werden; es darf niemandem mehr zugeordnet werden.',
  'last-key': () => 'An dieser Adresse oder diesem Profil allein ist die Person noch zu erkennen. Ordnen Sie erst ein anderes zu.',
  'key-taken': (t) => `Das gehört schon ${t.name ? `zu ${t.name}` : 'jemandem'}${t.company ? ` (${t.company})` : ''}.`,
  'known-already': (t) => `${t.name || 'Diese Person'} ist schon bekannt.`,
  'unknown-verdict-reason': (t) => `„${t.reason}“ ist kein Grund der Vereinbarung. Wählen Sie einen, der dort steht.`,
  'no-such-touch': () => 'Diesen Kontakt gibt es bei diesem Lead nicht.',
  'touch-elsewhere': () => 'Dieser Kontakt gehört zu einer anderen Kampagne.',
  'no-such-campaign': () => 'Diese Kampagne gibt es nicht.',
  'id-taken': () => 'Diese Kennung gehört schon einem anderen Lead. Legen Sie ihn noch einmal an.',
  'merge-self': () => 'Niemand lässt sich mit sich selbst zusammenführen. Wählen Sie die andere Person.',
  'merge-nobody': () => 'Die andere Person gibt es nicht mehr. Suchen Sie sie noch einmal.',
  'merge-waits': (t, s) =>
    `Eine der beiden steht auf ${s.stage(t.stage)} und wartet noch auf den Vertrieb. Antworten Sie zuerst: annehmen und qualifizieren, oder zurückgeben.`,
  'unmerge-late': (t) =>
    `Zusammenführen lässt sich ${t.days} Tage lang zurücknehmen. Lösen Sie stattdessen die Adresse, und legen Sie die Person neu an.`,
  'merged-on': () => 'Die andere Person wurde inzwischen weiter zusammengeführt. Nehmen Sie erst das zurück.',
  'agreement-newer': (t) =>
    `Vereinbarung ${t.newest} ist die neueste, diese beruht auf ${t.version}. Sehen Sie nach, was sich geändert hat, und schlagen Sie es dann noch einmal vor.`,
  'agreement-changed': (t) =>
    `Vereinbarung ${t.version} wurde geändert, seit Sie sie gesehen haben. Sehen Sie nach, was sich geändert hat, und schlagen Sie es dann noch einmal vor.`,
  'agreement-same': () => 'Das ist die geltende Vereinbarung; vorzuschlagen gibt es nichts.',
  'agreement-signed': (t) => `Vereinbarung ${t.version} haben schon beide Teams unterschrieben.`,
  'signs-for': (t) =>
    t.team === 'marketing'
      ? 'Für das Marketing unterschreibt jemand aus dem Marketing. Fragen Sie dort nach.'
      : 'Für den Vertrieb unterschreibt die Leitung. Fragen Sie dort nach.',
  'signed-already': (t) =>
    `${t.team === 'marketing' ? 'Das Marketing' : 'Der Vertrieb'} hat Vereinbarung ${t.version} schon unterschrieben.`,
  'no-agreement': () => 'Noch gilt keine Vereinbarung. Lassen Sie erst beide Teams eine unterschreiben.',
  'no-key': (t) => `Das ist ${keys[t.kind]}.`,
  'no-verdict': () => 'Ein Urteil ist stark, mittel oder schwach. Wählen Sie eines.',
  'no-insight': () => 'Ein Einblick ist, was die Kundschaft gesagt hat. Schreiben Sie es auf.',
  'no-address': () => 'Das ist keine Mailadresse.',
  'user-known': () => 'Mit dieser Adresse ist schon jemand hier. Ändern Sie diesen Eintrag.',
  'team-not-empty': (t) =>
    `In diesem Team ${t.users === 1 ? 'ist noch 1 Person' : `sind noch ${t.users} Personen`}. Geben Sie ihnen erst ein anderes.`,
  'team-in-rule': (t) => `Die Regel „${t.rule}“ übergibt an dieses Team. Ändern Sie erst die Regel.`,
  'last-admin': () => 'Sonst hat niemand mehr die Verwaltung. Geben Sie sie erst jemand anderem.',
  'no-passwords': (t) => `Hier meldet man sich mit ${t.company} an; ein Passwort gibt es nicht zu wählen.`,
  'user-removed': () => 'Dieses Konto wurde entfernt. Holen Sie es erst zurück.',
  'password-short': (t) => `Nehmen Sie mindestens ${t.least} Zeichen; ein paar Wörter hintereinander sind gut.`,
  'password-long': (t) => `Nehmen Sie höchstens ${t.most} Zeichen.`,
  'password-repeats': () => 'Das wiederholt sich; ein paar verschiedene Wörter sind gut.',
  'campaign-known': (t) => `Eine Kampagne namens „${t.name}“ gibt es schon. Wählen Sie einen anderen Namen, oder ändern Sie jene.`,
  'no-campaign-named': () => 'Nennen Sie die Kampagne, deren Leute Sie sehen wollen.',
  'not-your-role': (t, s) =>
    `Das ist für ${s.either(t.roles.map((one) => roles[one] ?? one))}; Sie gehören ${belongs[t.role] ?? 'nicht dazu'}.`,
  'figures-of-one': () => 'Zahlen über eine Person sieht nur sie selbst und die Leitung. Lassen Sie die Zuständigkeit weg.',
  'span-backwards': () => 'Der erste Tag kommt nach dem letzten. Nennen Sie den früheren zuerst.',
  'span-away': (t) => `Nehmen Sie Tage zwischen ${t.first} und ${t.last}.`,
  'span-long': (t) => `Das sind mehr als ${t.years} Jahre. Fragen Sie nach weniger auf einmal.`,
  'no-digest': () => 'Für diesen Zeitraum gibt es keinen Bericht. Er entsteht, wenn der Zeitraum vorbei ist.',
  'rule-newer': (t) =>
    `Fassung ${t.newest} ist die neueste, diese beruht auf ${t.version}. Sehen Sie nach, was sich geändert hat, und speichern Sie dann noch einmal.`,
  'rule-name': () => 'Die Regel braucht einen Namen.',
  'rule-days': (t) => `Eine Regel zählt Kontakte aus 1 bis ${t.most} Tagen.`,
  'rule-least': () => 'Nötig ist eine ganze Zahl von Punkten, mindestens 1.',
  'rule-points': () => 'Punkte sind ganze Zahlen von 0 bis 100.',
  'rule-worthless': () => 'Mindestens eine Art von Kontakt muss Punkte wert sein.',
  'rule-campaigns': () => 'Nennen Sie eine Kampagne, oder wählen Sie alle mit hohem Interesse.',
  'rule-campaign': () => 'Eine der Kampagnen gibt es nicht mehr. Wählen Sie sie neu.',
  'rule-segments': () => 'Nennen Sie ein Segment, oder lassen Sie die Regel Personen aus jedem Segment nehmen.',
  'rule-segment-name': () => 'Jede Gruppe braucht einen Namen.',
  'rule-segment-empty': (t) =>
    `Die Gruppe „${t.name}“ muss sagen, um wen es geht: ein Segment, eine Domain, eine Firma, einen Titel oder einen Kanal.`,
  'rule-turns': () => 'Sagen Sie, wer reihum dran ist: ein Team, oder einzelne.',
  'rule-takers': () => 'Übergaben nimmt nur, wer im Vertrieb und noch da ist. Wählen Sie dort.',
  'rule-team': () => 'Übergaben gehen an ein Team des Vertriebs. Wählen Sie eines davon.',
  'same-stage': () => 'Der Lead steht schon auf dieser Stufe.',
  older: () => 'Der Lead hat sich seitdem bewegt. Es bleibt als Geschichte erhalten.',
  'handoff-open': () => 'Eine Übergabe ist offen: Der Vertrieb beantwortet sie hier, und die Antwort wird zurückgeschrieben.',
  backwards: () => 'Ein Ereignis kann einen Lead nur vorwärts bewegen.',
};
