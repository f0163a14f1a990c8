import type { rows as english } from '../../lib/funnel/sentences/rows.ts';
import type { Translated } from '../../lib/funnel/sentences/sentence.ts';

const files = { people: 'Personen', campaigns: 'Kampagnen', touches: 'Kontakten', spend: 'Ausgaben' } as const;

export const rows: Translated<typeof english> = {
  'file-empty': () => 'Die Datei ist leer; ihre erste Zeile muss die Spalten nennen.',
  'file-column-twice': (t) => `Die Spalte „${t.column}“ steht zweimal in der ersten Zeile.`,
  'file-no-columns': (t) => `Die erste Zeile muss die Spalten nennen. Eine Datei mit ${files[t.kind]} kann haben: ${t.columns.join(', ')}.`,
  'file-interrupted': (t) =>
    `Die Datenbank war weg, während die Datei gelesen wurde. Die Zeilen vor Zeile ${t.line} sind gespeichert; senden Sie dieselbe Datei noch einmal, keine zählt doppelt.`,

  'row-open-quote': () => 'Ab dieser Zeile war nichts zu lesen: Ein Anführungszeichen wird geöffnet und nie geschlossen.',
  'row-not-stored': () => 'Die Zeile ließ sich nicht speichern. Warum, steht im Protokoll des Servers von diesem Augenblick.',
  'row-values': (t) =>
    `Die Zeile hat ${t.values} Werte, die erste Zeile nennt ${t.columns}; setzen Sie einen Wert, der das Trennzeichen enthält, in Anführungszeichen.`,
  'row-not-utf8': () => 'Der Text ist nicht UTF-8; speichern Sie die Datei als „CSV UTF-8“.',
  'row-nul': () => 'Der Text enthält ein NUL-Zeichen.',
  'row-nobody': () => 'Die Zeile nennt niemanden; sie braucht „email“ oder „linkedin“.',
  'row-empty': (t) => `„${t.column}“ ist leer, und ohne das sagt die Zeile nichts.`,
  'row-long': (t) => `Der Text ist länger als ${t.most} Zeichen.`,
  'row-word': (t) => `Hier geht nur eines von: ${t.allowed.join(', ')}.`,
  'row-linkedin': () => 'Das ist kein Profil auf LinkedIn; nehmen Sie seine Adresse, https://www.linkedin.com/in/NAME, oder nur NAME.',
  'row-web-address': () => 'Das ist keine Webadresse; sie muss mit https:// oder http:// beginnen.',
  'row-owner': () => 'Das ist keine Mailadresse; wem der Lead gehört, sagt die Adresse eines Benutzers von hier.',
  'row-stage-missing': () => 'Hier steht eine Zeit, aber keine Stufe; füllen Sie „stage“ aus, oder lassen Sie „stageAt“ leer.',
  'row-time': () => 'Das ist keine Zeit. Schreiben Sie ein Datum wie 2026-11-22 oder eine Zeit wie 2026-11-22T09:00:00Z.',
  'row-time-missing': () => 'Ein Kontakt braucht die Zeit, zu der er geschah, zum Beispiel 2026-11-22T09:00:00Z.',
  'row-time-early': (t) => `Die Zeit liegt vor ${t.year}.`,
  'row-time-ahead': () => 'Die Zeit liegt in der Zukunft.',
  'row-date': () => 'Das ist kein Datum. Schreiben Sie ein Datum wie 2026-11-22 oder eine Zeit wie 2026-11-22T09:00:00Z.',
  'row-month': () => 'Schreiben Sie den Monat wie 2026-11.',
  'row-kind-missing': (t) => `Ein Kontakt braucht eine Art, eine von: ${t.allowed.join(', ')}.`,
  'row-currency': () => 'Eine Währung hat drei Buchstaben, zum Beispiel EUR.',
  'row-spend-missing': () => 'Die Zeile braucht „planned“ oder „spent“.',
  'row-amount': () => 'Das ist kein Betrag; schreiben Sie ihn wie 12000 oder 12000.50, mit der Währung davor, wenn es eine andere ist.',
  'row-amount-two-ways': () => 'Ein Zeichen vor drei Ziffern lässt sich auf zwei Arten lesen; schreiben Sie 12000 oder 12000.00.',

  'row-erased': () => 'Diese Person wurde hier auf Wunsch gelöscht und wird nicht wieder aufgenommen.',
  'row-owner-unknown': () =>
    'Niemand hier hat diese Adresse; der Lead blieb beim Team. Fügen Sie den Benutzer hinzu, und senden Sie die Zeile noch einmal.',
  'row-key-taken': (t) =>
    t.kind === 'email'
      ? 'Diese Adresse gehört zu einer anderen Person und bleibt dort. Führen Sie die beiden zusammen, wenn sie eine sind.'
      : 'Dieses Profil gehört zu einer anderen Person und bleibt dort. Führen Sie die beiden zusammen, wenn sie eine sind.',

  'event-batch-large': (t) =>
    `Eine Sendung von ${t.events} Ereignissen wurde abgelehnt: Sie ist größer als ${t.most} KB. Senden Sie weniger auf einmal.`,
  'event-not-stored': () => 'Das Ereignis ließ sich nicht speichern. Warum, steht im Protokoll des Servers von diesem Augenblick.',
  'event-no-object': () => 'Ein Ereignis muss ein JSON-Objekt sein.',
  'event-large': (t) => `Das Ereignis hat ${t.size} KB; ein Ereignis darf höchstens ${t.most} KB haben.`,
  'event-type': (t) => `„type“ muss eines sein von: ${t.allowed.join(', ')}.`,
  'event-nobody': () => 'Das Ereignis nennt niemanden: Es braucht „userId“ oder „anonymousId“.',
  'event-no-name': () => 'Ein Aufruf „track“ braucht den Namen des Ereignisses in „event“.',
  'event-no-alias': () => 'Ein Aufruf „alias“ braucht „previousId“ und „userId“.',
  'event-no-group': () => 'Ein Aufruf „group“ braucht „groupId“.',
  'event-time': () => '„timestamp“ ist keine Zeit; nehmen Sie ISO 8601, zum Beispiel 2026-11-22T09:00:00Z.',
  'event-time-early': (t) => `„timestamp“ liegt vor dem Jahr ${t.year}.`,
  'event-stage': (t) => `Die Stufe ist keine von ${t.allowed.join(', ')}, und kein üblicher Name für eine.`,
  'event-no-address': (t) => `„${t.where}.email“ ist keine Mailadresse.`,
};
