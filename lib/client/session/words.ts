import type { Language } from '../../bridge/scene.ts';

export type { Language };

/** The sentences of connecting and signing in. */
const en = {
  notAnAddress: 'That is not an address. It looks like baton.company.example.',
  httpsRequired: 'Only https is safe here. Use https:// with this address; http works on this computer alone.',
  noAnswer: (host: string) => `No Baton backend answers at ${host}. Is the name spelled right, and are you online?`,
  notABaton: (host: string) => `Something answers at ${host}, but it is not a Baton backend.`,
  backendTooOld: (version: string) => `The backend is version ${version}, which is too old for this extension. Your admin can update it.`,
  backendTooNew: (version: string) => `The backend is version ${version}, which needs a newer extension. Update Baton in this browser.`,
  notConnected: 'Baton is not connected to a backend yet.',
  signedOut: 'You are signed out.',
  ended: 'The backend ended this sign-in. Sign in again; what waits to be sent is kept.',
  unreachable: (host: string) => `${host} can’t be reached right now.`,
  cancelled: 'The sign-in window was closed before you were signed in.',
  refused: (why: string) => `The backend refused the sign-in: ${why}`,
};

const de: typeof en = {
  notAnAddress: 'Das ist keine Adresse. Sie sieht so aus: baton.firma.example.',
  httpsRequired: 'Hier ist nur https sicher. Schreiben Sie die Adresse mit https://; http geht nur auf diesem Computer selbst.',
  noAnswer: (host) => `Unter ${host} antwortet kein Baton. Ist der Name richtig geschrieben, und sind Sie online?`,
  notABaton: (host) => `Unter ${host} antwortet etwas, aber kein Baton.`,
  backendTooOld: (version) =>
    `Dort läuft Version ${version}; die ist zu alt für diese Erweiterung. Wer Baton bei Ihnen verwaltet, kann sie erneuern.`,
  backendTooNew: (version) =>
    `Dort läuft Version ${version}; die braucht eine neuere Erweiterung. Aktualisieren Sie Baton in diesem Browser.`,
  notConnected: 'Baton ist noch mit keinem Backend verbunden.',
  signedOut: 'Sie sind abgemeldet.',
  ended: 'Das Backend hat diese Anmeldung beendet. Melden Sie sich neu an; was noch zu senden ist, bleibt erhalten.',
  unreachable: (host) => `${host} ist gerade nicht zu erreichen.`,
  cancelled: 'Das Anmeldefenster wurde geschlossen, bevor Sie angemeldet waren.',
  refused: (why) => `Das Backend hat die Anmeldung abgelehnt: ${why}`,
};

export type Words = typeof en;
export const words = (language: Language): Words => (language === 'de' ? de : en);
