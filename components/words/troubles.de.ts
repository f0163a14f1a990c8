import type { TroubleFacts, TroubleWords } from '../../lib/funnel/troubles.ts';
import { written } from './crm-kinds.de.ts';

const advice: Readonly<Record<string, string | undefined>> = {
  INVALID_FIELD: 'Wählen Sie das Feld in den Einstellungen neu, und geben Sie dem verbundenen Benutzer Einblick.',
  INVALID_TYPE: 'Geben Sie dem verbundenen Benutzer Einblick.',
  INVALID_FIELD_FOR_INSERT_UPDATE:
    'Wählen Sie in den Einstellungen ein anderes Feld, oder lassen Sie es den verbundenen Benutzer bearbeiten.',
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: 'Wählen Sie den Wert in den Einstellungen neu.',
  API_DISABLED_FOR_ORG: 'Diese Ausgabe von Salesforce braucht den Zugang zur API.',
};
const needs = (t: TroubleFacts): string | false => t.list('scopes').length > 0 && `Gebraucht wird: ${t.list('scopes').join(', ')}.`;
const then = (t: TroubleFacts): string =>
  t.text('next') === 'keys' ? 'Prüfen Sie beide Schlüssel unter Settings, API Credentials.' : 'Verbinden Sie neu.';
const field: Readonly<Record<string, string | undefined>> = {
  linkedin: 'das LinkedIn-Profil',
  reason: 'den Grund einer Rückgabe',
  segment: 'das Segment',
  contactSegment: 'das Segment von Kontaktpersonen',
};

export const troubles: TroubleWords = {
  'crm-says': (t) => `${t.text('crm')}: ${t.words(needs(t), advice[t.text('advice')])}`,
  'crm-no-permission': (t) =>
    [`${t.text('crm')}: Ein Recht fehlt. Geben Sie es dem Zugang, mit dem Baton verbunden ist.`, needs(t)].filter(Boolean).join(' '),
  'crm-refused': (t) => `${t.text('crm')}: Die Anfrage wurde abgelehnt (${t.text('status')}).`,
  'crm-no-record': (t) => `${t.text('crm')} kennt diesen Datensatz nicht.`,
  'crm-deleted': (t) =>
    `Dieser Datensatz wurde in ${t.text('crm')} gelöscht. Stellen Sie ihn dort wieder her und senden Sie es noch einmal, oder geben Sie es auf.`,
  'crm-no-person': (t) =>
    t.text('kind') === 'lead'
      ? `${t.text('crm')} hat keinen Lead und keine Kontaktperson mit den Adressen dieser Person. Legen Sie dort eine an, dann sendet Baton es noch einmal.`
      : `${t.text('crm')} hat keine Kontaktperson mit den Adressen dieser Person. Legen Sie dort eine an, dann sendet Baton es noch einmal.`,
  'crm-no-stage': (t) => `${t.text('crm')} hat keine Stufe „${t.text('stage')}“ mehr. Ordnen Sie sie in den Einstellungen neu zu.`,
  'crm-kept': (t) => `In ${t.text('crm')} steht Neueres in ${t.list('fields').map(written).join(', ')}; es blieb, wie es ist.`,
  'crm-in-trouble': (t) => `${t.text('crm')} hat selbst eine Störung (${t.text('status')}). Baton versucht es wieder.`,
  'crm-locked': (t) => `Jemand anderes ändert diesen Datensatz in ${t.text('crm')} gerade. Baton versucht es wieder. (${t.text('words')})`,
  'crm-day-spare': (t) =>
    `Die meisten Anfragen an ${t.text('crm')} für heute sind verbraucht; der Rest bleibt den anderen. In einer Stunde geht es weiter.`,
  'crm-day-over': (t) =>
    `Die Anfragen an ${t.text('crm')} für diesen Tag sind verbraucht. Baton sieht jede Stunde nach, ob dort ein neuer Tag begonnen hat.`,
  'crm-hours-over': (t) => `Die Anfragen an ${t.text('crm')} für die letzten 24 Stunden sind verbraucht. In einer Stunde geht es weiter.`,
  'crm-slow-down': (t) => `${t.text('crm')} bittet immer wieder, langsamer zu fragen. In einer Minute geht es weiter.`,
  'crm-not-understood': (t) =>
    `${t.text('crm')} antwortet, aber nicht wie erwartet. Prüfen Sie die Adresse, und ob etwas dazwischen steht.`,
  'crm-another': (t) =>
    `Diese Adresse antwortet, aber nicht wie ${t.text('crm')}. Geben Sie die Adresse ein, unter der Sie ${t.text('crm')} öffnen.`,
  'crm-no-address': (t) => `„${t.text('address')}“ ist keine Adresse. Geben Sie eine wie https://crm.example ein.`,
  'crm-no-entry': (t) =>
    t.text('words') ? `${t.text('crm')} lässt Baton nicht ein: ${t.words(then(t))}` : `${t.text('crm')} lässt Baton nicht ein. ${then(t)}`,
  'crm-key-withdrawn': (t) =>
    `${t.text('crm')} nimmt den Schlüssel nicht mehr an: Er wurde zurückgezogen oder ersetzt. Verbinden Sie neu, mit einem gültigen.`,
  'crm-session-ended': (t) => `${t.text('crm')} hat die Sitzung beendet und keine neue begonnen. Verbinden Sie neu.`,
  'crm-keys-refused': (t) => `${t.text('crm')} nimmt Client-ID und Geheimnis nicht mehr an. Verbinden Sie neu.`,
  'crm-password-refused': (t) =>
    `${t.text('crm')} nimmt Benutzernamen und Passwort nicht an. Prüfen Sie beide, und ob die Anmeldung mit Passwort (Basic authentication) eingeschaltet ist.`,
  'crm-sealed': () =>
    'Diese Zugangsdaten wurden mit einem anderen Schlüssel versiegelt. Stellen Sie BATON_KEY (oder die Datei „key“ im Datenordner) wieder her, oder geben Sie sie neu ein.',
  'crm-other-account': (t) =>
    `Das öffnet ${t.text('account')}, und „${t.text('name')}“ ist ein anderes Konto. Verbinden Sie es als eigene Quelle.`,
  'crm-removing': (t) => `Was ${t.text('account')} erzählt hat, wird noch entfernt. Verbinden Sie es in einigen Minuten neu.`,
  'crm-connected': (t) => `${t.text('account')} ist schon verbunden, als „${t.text('name')}“.`,
  'crm-sign-in-lost': () =>
    'Diese Anmeldung haben nicht Sie begonnen, oder sie ist schon beendet, oder sie hat zu lange gedauert. Beginnen Sie neu.',
  'crm-sign-in-denied': (t) =>
    `${t.text('crm')} hat Baton nicht eingelassen${t.text('error') ? ` (${t.text('error')})` : ''}. Beginnen Sie neu, und erlauben Sie es dort.`,
  'map-no-stage': (t) => `„${t.text('value')}“, zu schreiben für ${t.text('for')}, ist keine Stufe in diesem ${t.text('crm')}.`,
  'map-no-status': (t) => `„${t.text('value')}“, zu schreiben für ${t.text('for')}, ist kein Zustand in diesem ${t.text('crm')}.`,
  'map-no-member': (t) =>
    `„${t.text('value')}“, in Kampagnen zu setzen für ${t.text('for')}, ist kein Zustand von Mitgliedern in diesem ${t.text('crm')}.`,
  'map-no-field': (t) =>
    `„${t.text('value')}“, gedacht für ${field[t.text('field')] ?? t.text('field')}, ist kein Feld in diesem ${t.text('crm')}.`,
  'map-no-choice': (t) =>
    `„${t.text('value')}“, zu schreiben für den Grund ${t.text('reason')}, steht in ${t.text('field')} nicht zur Wahl.`,
  'call-unreachable': (t) => `${t.text('host')} ist nicht zu erreichen (${t.text('why')}).`,
  'call-timeout': (t) => `${t.text('host')} hat nicht rechtzeitig geantwortet.`,
  'call-redirect': (t) => `${t.text('host')} schickt Anfragen woandershin. Geben Sie die Adresse ein, unter der es steht.`,
  'call-too-large': (t) => `${t.text('host')} hat mit mehr als ${t.text('bytes')} Bytes geantwortet.`,
  'call-bad-address': (t) => `„${t.text('address')}“ ist keine Adresse, die sich rufen lässt. Nehmen Sie eine wie https://host/pfad.`,
  'call-plain-http': (t) =>
    `${t.text('host')} würde unverschlüsselt gerufen. Nehmen Sie https, oder lassen Sie den Host von der Verwaltung zu.`,
  'call-inside': (t) =>
    `${t.text('host')} ist eine Adresse in diesem Netz. Die Verwaltung kann den Host in den Einstellungen des Servers zulassen.`,
};
