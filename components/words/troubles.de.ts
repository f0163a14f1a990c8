import { andThen, type Translated } from '../../lib/funnel/sentences/sentence.ts';
import type { troubles as english } from '../../lib/funnel/sentences/troubles.ts';
import { written } from './written.de.ts';

const advice: Readonly<Record<string, string | undefined>> = {
  INVALID_FIELD: 'Wählen Sie das Feld in den Einstellungen neu, und geben Sie dem verbundenen Benutzer Einblick.',
  INVALID_TYPE: 'Geben Sie dem verbundenen Benutzer Einblick.',
  INVALID_FIELD_FOR_INSERT_UPDATE:
    'Wählen Sie in den Einstellungen ein anderes Feld, oder lassen Sie es den verbundenen Benutzer bearbeiten.',
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: 'Wählen Sie den Wert in den Einstellungen neu.',
  API_DISABLED_FOR_ORG: 'Diese Ausgabe von Salesforce braucht den Zugang zur API.',
};
const needs = (scopes: readonly string[]): string => (scopes.length > 0 ? `Gebraucht wird: ${scopes.join(', ')}.` : '');
const next = (what: 'keys' | 'connect'): string =>
  what === 'keys' ? 'Prüfen Sie beide Schlüssel unter Settings, API Credentials.' : 'Verbinden Sie neu.';
const field: Readonly<Record<string, string | undefined>> = {
  linkedin: 'das LinkedIn-Profil',
  reason: 'den Grund einer Rückgabe',
  segment: 'das Segment',
  contactSegment: 'das Segment von Kontaktpersonen',
};

export const troubles: Translated<typeof english> = {
  'crm-says': (t) => `${t.crm}: ${andThen(t.words, needs(t.scopes), advice[t.advice] ?? '')}`,
  'crm-no-permission': (t) => andThen(`${t.crm}: Ein Recht fehlt. Geben Sie es dem Zugang, mit dem Baton verbunden ist.`, needs(t.scopes)),
  'crm-refused': (t) => `${t.crm}: Die Anfrage wurde abgelehnt (${t.status}).`,
  'crm-no-record': (t) => `${t.crm} kennt diesen Datensatz nicht.`,
  'crm-deleted': (t) =>
    `Dieser Datensatz wurde in ${t.crm} gelöscht. Stellen Sie ihn dort wieder her und senden Sie es noch einmal, oder geben Sie es auf.`,
  'crm-no-person': (t) =>
    t.kind === 'lead'
      ? `${t.crm} hat keinen Lead und keine Kontaktperson mit den Adressen dieser Person. Legen Sie dort eine an, dann sendet Baton es noch einmal.`
      : `${t.crm} hat keine Kontaktperson mit den Adressen dieser Person. Legen Sie dort eine an, dann sendet Baton es noch einmal.`,
  'crm-no-stage': (t) => `${t.crm} hat keine Stufe „${t.stage}“ mehr. Ordnen Sie sie in den Einstellungen neu zu.`,
  'crm-kept': (t) => `In ${t.crm} steht Neueres in ${t.fields.map(written).join(', ')}; es blieb, wie es ist.`,
  'crm-paused': (t) =>
    `${t.crm} ist in Baton angehalten. Es wird dorthin geschrieben, sobald die Verwaltung es weiterlaufen lässt, in den Einstellungen unter Quellen.`,
  'crm-in-trouble': (t) => `${t.crm} hat selbst eine Störung (${t.status}). Baton versucht es wieder.`,
  'crm-locked': (t) => `Jemand anderes ändert diesen Datensatz in ${t.crm} gerade. Baton versucht es wieder. (${t.words})`,
  'crm-day-spare': (t) =>
    `Die meisten Anfragen an ${t.crm} für heute sind verbraucht; der Rest bleibt den anderen. In einer Stunde geht es weiter.`,
  'crm-day-over': (t) =>
    `Die Anfragen an ${t.crm} für diesen Tag sind verbraucht. Baton sieht jede Stunde nach, ob dort ein neuer Tag begonnen hat.`,
  'crm-hours-over': (t) => `Die Anfragen an ${t.crm} für die letzten 24 Stunden sind verbraucht. In einer Stunde geht es weiter.`,
  'crm-history-none': (t) =>
    `${t.crm} hebt noch keine Änderungen des Status auf: Ein Lead beginnt mit dem Status, den er jetzt hat, seit seiner letzten Änderung. Schalten Sie den Feldverlauf für den Leadstatus ein.`,
  'crm-history-since': (t, say) =>
    `Er reicht zurück bis ${say.day(t.day)}. ${t.leads === 1 ? 'Ein Lead ist' : `${t.leads} Leads sind`} älter: Welchen Status ${t.leads === 1 ? 'er' : 'sie'} vorher hatte${t.leads === 1 ? '' : 'n'}, sagt ${t.crm} nicht. Berichte zählen den ältesten, den es nennt, vom Tag an, an dem ${t.leads === 1 ? 'der Lead' : 'die Leads'} angelegt wurde${t.leads === 1 ? '' : 'n'}.`,
  'crm-slow-down': (t) => `${t.crm} bittet immer wieder, langsamer zu fragen. In einer Minute geht es weiter.`,
  'crm-not-understood': (t) => `${t.crm} antwortet, aber nicht wie erwartet. Prüfen Sie die Adresse, und ob etwas dazwischen steht.`,
  'crm-another': (t) => `Diese Adresse antwortet, aber nicht wie ${t.crm}. Geben Sie die Adresse ein, unter der Sie ${t.crm} öffnen.`,
  'crm-no-address': (t) => `„${t.address}“ ist keine Adresse. Geben Sie eine wie https://crm.example ein.`,
  'crm-no-entry': (t) =>
    t.words ? `${t.crm} lässt Baton nicht ein: ${andThen(t.words, next(t.next))}` : `${t.crm} lässt Baton nicht ein. ${next(t.next)}`,
  'crm-key-withdrawn': (t) =>
    `${t.crm} nimmt den Schlüssel nicht mehr an: Er wurde zurückgezogen oder ersetzt. Verbinden Sie neu, mit einem gültigen.`,
  'crm-session-ended': (t) => `${t.crm} hat die Sitzung beendet und keine neue begonnen. Verbinden Sie neu.`,
  'crm-keys-refused': (t) => `${t.crm} nimmt Client-ID und Geheimnis nicht mehr an. Verbinden Sie neu.`,
  'crm-password-refused': (t) =>
    `${t.crm} nimmt Benutzernamen und Passwort nicht an. Prüfen Sie beide, und ob die Anmeldung mit Passwort (Basic authentication) eingeschaltet ist.`,
  'crm-sealed': () =>
    'Diese Zugangsdaten wurden mit einem anderen Schlüssel versiegelt. Stellen Sie BATON_KEY (oder die Datei „key“ im Datenordner) wieder her, oder geben Sie sie neu ein.',
  'crm-other-account': (t) => `Das öffnet ${t.account}, und „${t.name}“ ist ein anderes Konto. Verbinden Sie es als eigene Quelle.`,
  'crm-removing': (t) => `Was ${t.account} erzählt hat, wird noch entfernt. Verbinden Sie es in einigen Minuten neu.`,
  'crm-connected': (t) => `${t.account} ist schon verbunden, als „${t.name}“.`,
  'crm-sign-in-lost': () =>
    'Diese Anmeldung haben nicht Sie begonnen, oder sie ist schon beendet, oder sie hat zu lange gedauert. Beginnen Sie neu.',
  'crm-sign-in-denied': (t) =>
    `${t.crm} hat Baton nicht eingelassen${t.error ? ` (${t.error})` : ''}. Beginnen Sie neu, und erlauben Sie es dort.`,
  'crm-unknown': (t) => `Dieses Baton kennt die Quelle „${t.source}“ nicht.`,
  'crm-no-way': (t) => `${t.crm} lässt sich nicht über „${t.way}“ verbinden.`,
  'crm-fields-missing': (t) => `${t.crm} braucht noch: ${t.fields.join(', ')}.`,
  'crm-signs-in': (t) => `„${t.way}“ heißt, sich bei ${t.crm} anzumelden. Beginnen Sie mit POST /v1/sources/sign-in.`,
  'crm-no-sign-in': (t) => `Bei ${t.crm} meldet man sich so nicht an. Füllen Sie die Felder aus, und verbinden Sie.`,
  'map-no-stage': (t, s) => `„${t.value}“, zu schreiben für ${s.stage(t.for)}, ist keine Stufe in diesem ${t.crm}.`,
  'map-no-status': (t, s) => `„${t.value}“, zu schreiben für ${s.stage(t.for)}, ist kein Zustand in diesem ${t.crm}.`,
  'map-no-member': (t, s) =>
    `„${t.value}“, in Kampagnen zu setzen für ${s.stage(t.for)}, ist kein Zustand von Mitgliedern in diesem ${t.crm}.`,
  'map-no-field': (t) => `„${t.value}“, gedacht für ${field[t.field] ?? t.field}, ist kein Feld in diesem ${t.crm}.`,
  'map-no-choice': (t, s) => `„${t.value}“, zu schreiben für den Grund ${s.reason(t.reason, t.label)}, steht in ${t.field} nicht zur Wahl.`,
  'hook-took': (t) => `${t.host} hat sie angenommen und mit ${t.status} geantwortet.`,
  'hook-refused': (t) => `${t.host} hat mit ${t.status} geantwortet${t.words ? `: „${t.words}“` : ''}.`,
  'call-unreachable': (t) => `${t.host} ist nicht zu erreichen (${t.why}).`,
  'call-timeout': (t) => `${t.host} hat nicht rechtzeitig geantwortet.`,
  'call-redirect': (t) => `${t.host} schickt Anfragen woandershin. Geben Sie die Adresse ein, unter der es steht.`,
  'call-too-large': (t) => `${t.host} hat mit mehr als ${t.bytes} Bytes geantwortet.`,
  'call-bad-address': (t) => `„${t.address}“ ist keine Adresse, die sich rufen lässt. Nehmen Sie eine wie https://host/pfad.`,
  'call-plain-http': (t) => `${t.host} würde unverschlüsselt gerufen. Nehmen Sie https, oder lassen Sie den Host von der Verwaltung zu.`,
  'call-inside': (t) =>
    `${t.host} ist eine Adresse in diesem Netz. Die Verwaltung kann den Host in den Einstellungen des Servers zulassen.`,
};
