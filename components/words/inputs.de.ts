import type { inputs as english, InputKind, Thing } from '../../lib/funnel/sentences/inputs.ts';
import type { Translated } from '../../lib/funnel/sentences/sentence.ts';

const place = ({ at }: { at: string }): string => (at === '' ? 'Die Eingabe' : `„${at}“`);
const kinds: Readonly<Record<InputKind, string>> = {
  text: 'ein Text sein',
  number: 'eine Zahl sein',
  whole: 'eine ganze Zahl sein',
  'yes-no': 'ja oder nein sein',
  list: 'eine Liste sein',
  object: 'ein Objekt sein',
  nothing: 'leer sein',
};
const things: Readonly<Record<Thing, string>> = {
  lead: 'Diesen Lead gibt es nicht mehr.',
  user: 'Diese Person gibt es hier nicht mehr.',
  team: 'Dieses Team gibt es nicht mehr.',
  campaign: 'Diese Kampagne gibt es nicht mehr.',
  feedback: 'Diese Rückmeldung gibt es nicht mehr.',
  rule: 'Diese Regel gibt es nicht mehr.',
  webhook: 'Diese Meldung gibt es nicht mehr.',
  message: 'Davon wurde an diese Adresse nichts gemeldet.',
  source: 'Diese Quelle gibt es nicht mehr.',
  write: 'Abgelehnt ist davon nichts mehr. Vielleicht hat sich schon jemand darum gekümmert.',
  key: 'Diesen Schlüssel gibt es nicht mehr.',
  merge: 'Niemand mit dieser Kennung wurde mit einer anderen Person zusammengeführt.',
};

export const inputs: Translated<typeof english> = {
  'input-missing': (t) => `${place(t)} fehlt.`,
  'input-unknown': (t) => `Ein Feld ${place(t)} gibt es hier nicht. Lassen Sie es weg.`,
  'input-kind': (t) => `${place(t)} muss ${kinds[t.kind]}.`,
  'input-choice': (t) => `${place(t)} muss eines davon sein: ${t.allowed.join(', ')}.`,
  'input-long': (t) => `${place(t)} darf höchstens ${t.most} Zeichen haben.`,
  'input-short': (t) => (t.least === 1 ? `${place(t)} ist leer. Füllen Sie es aus.` : `${place(t)} braucht mindestens ${t.least} Zeichen.`),
  'input-many': (t) => `${place(t)} darf höchstens ${t.most} Einträge haben.`,
  'input-few': (t) => `${place(t)} braucht mindestens ${t.least} ${t.least === 1 ? 'Eintrag' : 'Einträge'}.`,
  'input-over': (t) => `${place(t)} darf höchstens ${t.most} sein.`,
  'input-under': (t) => `${place(t)} muss mindestens ${t.least} sein.`,
  'input-id': (t) => `${place(t)} ist keine Kennung. Kennungen sind UUIDs.`,
  'input-time': (t) => `${place(t)} ist keine Zeitangabe. Schreiben Sie sie wie 2026-11-22T09:00:00Z.`,
  'input-day': (t) => `${place(t)} ist kein Datum. Schreiben Sie es wie 2026-11-22.`,
  'input-address': (t) => `${place(t)} ist keine Webadresse. Sie beginnt mit https:// oder http://.`,
  'input-form': (t) => `${place(t)} muss geschrieben sein wie ${t.like}.`,
  'input-wrong': (t) => `${place(t)} ist nicht, wie es sein muss.`,
  'input-character': (t) => `${place(t)} hat ein Zeichen, das sich nicht speichern lässt: NUL, oder ein halbes. Lassen Sie es weg.`,
  'input-cursor': (t) => `${place(t)} ist keine Stelle einer Liste von hier. Fangen Sie von vorn an.`,
  'body-large': (t) => `Auf einmal lassen sich höchstens ${t.most} KB senden.`,
  'key-used': () => 'Das kam schon einmal anders an. Laden Sie die Seite neu, und tun Sie es noch einmal.',
  'answer-erased': () => 'Das ist schon geschehen. Was darauf geantwortet wurde, ist gelöscht, weil die Person gelöscht wurde.',
  'too-much': () => 'Das war zu viel auf einmal. Warten Sie ein wenig, und machen Sie dann weiter.',
  'store-away': () => 'Der Speicher des Backends ist gerade nicht zu erreichen. Verloren ist nichts; versuchen Sie es gleich noch einmal.',
  'went-wrong': () => 'Im Backend ist etwas schiefgegangen; es hat sich das gemerkt.',
  'no-such-call': () => 'Diesen Aufruf kennt das Backend nicht.',
  'redirect-unknown': (t) => `An die Adresse „${t.address}“ schickt dieses Backend niemanden zurück.`,
  'lead-moved': (t, s) =>
    `Jemand hat diesen Lead inzwischen bewegt: Er steht jetzt auf ${s.stage(t.stage)}${t.by ? `, durch ${t.by}` : ''}.`,
  'person-erased': () => 'Diese Person wurde gelöscht.',
  'no-such': (t) => things[t.what],
  'no-such-agreement': (t) => `Eine Vereinbarung ${t.version} gibt es nicht.`,
};
