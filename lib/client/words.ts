import type { Language } from '../bridge/scene.ts';
import { periodTitle } from '../funnel/periodNames.ts';

/** The sentences that the background says by itself. What the backend says is shown in its own words. */
const en = {
  notSaved: 'This could not be saved on this device. Nothing was sent.',
  noRoom: 'There is no room left on this device, so this could not be saved. Nothing was sent. Free some space and try again.',
  notSignedIn: 'Sign in first.',
  noCard: 'This lead is not on this device, and the backend cannot be reached right now.',
  noSuchAct: 'This act is not in the list any more.',
  stillSending: 'This is still being sent. It can be taken off the list once the backend has answered.',
  otherUser: 'Somebody else did this on this device. They can send it after signing in.',
  offline: 'The backend cannot be reached right now.',
  signedOut: 'You are signed out. What waits to be sent is kept.',
  ended:
    'The backend ended this sign-in: your role or password was changed, or your account was closed. Sign in again; what waits to be sent is kept.',
  paused: 'The backend asked to be left alone for a moment.',
  serverTrouble: 'The backend has trouble right now. What waits to be sent is kept.',
  notAnAddress: 'That is neither a mail address nor a LinkedIn profile.',
  keyIsOwn: 'That is your own address or your company’s.',
  fixedByPolicy: 'Your company’s policy fixes which backend is used.',
  notThatSetting: 'This can only be changed in the options.',
  noReader: 'This page cannot be read. The browser lets no extension read it, or it has just been opened: try again.',
  unknownRoute: 'The backend has no such call.',
  onlyReading: 'This call changes something, and goes through the acts.',
  leftOut: (n: number) =>
    `${n === 1 ? 'One entry' : `${n} entries`} of the backend cannot be shown by this version. Update Baton to see ${n === 1 ? 'it' : 'them'}.`,
  unreadable: 'The backend shows this in a way that this version does not know. Update Baton.',
  gone: 'This lead no longer exists.',
  refusedByServer: 'The backend refused this.',
  notifyHandoff: { title: 'A hand-off came to you', body: (name: string) => `${name} waits for your answer.` },
  notifyReply: { title: 'Your feedback was answered', body: (name: string) => `Marketing has replied about ${name}.` },
  notifyReport: { title: 'A digest is out', body: (period: string) => `${periodTitle('en', period)} can be read now.` },
};

const de: typeof en = {
  notSaved: 'Das konnte auf diesem Gerät nicht gesichert werden. Nichts wurde gesendet.',
  noRoom:
    'Auf diesem Gerät ist kein Platz mehr; das konnte nicht gesichert werden. Nichts wurde gesendet. Schaffen Sie Platz und versuchen Sie es noch einmal.',
  notSignedIn: 'Melden Sie sich zuerst an.',
  noCard: 'Dieser Lead ist nicht auf diesem Gerät, und das Backend ist gerade nicht zu erreichen.',
  noSuchAct: 'Dieser Schritt steht nicht mehr in der Liste.',
  stillSending: 'Das wird noch gesendet. Sobald das Backend geantwortet hat, kann es aus der Liste.',
  otherUser: 'Das hat auf diesem Gerät jemand anders getan. Nach der Anmeldung kann es gesendet werden.',
  offline: 'Das Backend ist gerade nicht zu erreichen.',
  signedOut: 'Sie sind abgemeldet. Was noch zu senden ist, bleibt erhalten.',
  ended:
    'Das Backend hat diese Anmeldung beendet: Ihre Rolle oder Ihr Passwort wurde geändert, oder Ihr Zugang wurde geschlossen. Melden Sie sich neu an; was noch zu senden ist, bleibt erhalten.',
  paused: 'Das Backend hat um eine kurze Pause gebeten.',
  serverTrouble: 'Das Backend hat gerade Schwierigkeiten. Was noch zu senden ist, bleibt erhalten.',
  notAnAddress: 'Das ist weder eine Mailadresse noch ein LinkedIn-Profil.',
  keyIsOwn: 'Das ist Ihre eigene Adresse oder eine Ihrer Firma.',
  fixedByPolicy: 'Welches Backend verwendet wird, legt Ihre Firma fest.',
  notThatSetting: 'Das lässt sich nur in den Einstellungen ändern.',
  noReader:
    'Diese Seite lässt sich nicht lesen. Der Browser erlaubt es keiner Erweiterung, oder sie ist gerade erst aufgegangen: Versuchen Sie es noch einmal.',
  unknownRoute: 'Diesen Aufruf kennt das Backend nicht.',
  onlyReading: 'Dieser Aufruf ändert etwas und geht über die Schritte.',
  leftOut: (n) =>
    n === 1
      ? 'Ein Eintrag des Backends lässt sich mit dieser Version nicht zeigen. Aktualisieren Sie Baton, um ihn zu sehen.'
      : `${n} Einträge des Backends lassen sich mit dieser Version nicht zeigen. Aktualisieren Sie Baton, um sie zu sehen.`,
  unreadable: 'Das Backend zeigt dies auf eine Weise, die diese Version nicht kennt. Aktualisieren Sie Baton.',
  gone: 'Diesen Lead gibt es nicht mehr.',
  refusedByServer: 'Das Backend hat das abgelehnt.',
  notifyHandoff: { title: 'Eine Übergabe ist bei Ihnen', body: (name) => `${name} wartet auf Ihre Antwort.` },
  notifyReply: { title: 'Ihre Rückmeldung wurde beantwortet', body: (name) => `Das Marketing hat zu ${name} geantwortet.` },
  notifyReport: { title: 'Ein Rückblick ist da', body: (period) => `${periodTitle('de', period)} kann jetzt gelesen werden.` },
};

export type Words = typeof en;
export const wordsIn = (language: Language): Words => (language === 'de' ? de : en);
