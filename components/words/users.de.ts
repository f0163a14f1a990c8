import { counter } from './plural.ts';
import type { users as english } from './users.en.ts';

const count = counter('de');

export const users: typeof english = {
  title: 'Konten und Teams',
  text: 'Wer hier mit Baton arbeitet, in welcher Rolle und in welchem Team.',
  adminOnly: 'Konten richtet ein und ändert, wer Baton verwaltet.',
  add: 'Konto anlegen',
  name: 'Name',
  email: 'E-Mail',
  emailHint: 'noor@firma.com',
  role: 'Rolle',
  roles: { rep: 'Vertrieb', marketer: 'Marketing', manager: 'Leitung', admin: 'Verwaltung' },
  mayDo: {
    rep: 'Beantwortet Übergaben, legt Leads an, gibt Rückmeldung.',
    marketer: 'Übergibt, beantwortet Rückmeldungen, macht Regeln, unterschreibt die Vereinbarung für das Marketing.',
    manager: 'Tut, was der Vertrieb tut, teilt Leads zu, sieht die Zahlen des Teams, unterschreibt die Vereinbarung für den Vertrieb.',
    admin: 'Legt Konten an, verbindet Quellen und Meldungen, ändert Einstellungen. Bekommt keine Übergaben.',
  },
  team: 'Team',
  noTeam: 'Kein Team',
  waiting: 'Wartet',
  signsIn: 'Anmeldung',
  make: (name) => `${name} anlegen`,
  keep: 'Änderungen behalten',
  kept: 'Geändert.',
  you: 'Sie',

  comesIn: {
    passwords:
      'Wer neu ist, kommt durch einen Link herein, den Sie hier machen und weitergeben: Damit wählt man ein Passwort und meldet sich in der Erweiterung an.',
    company: (by) => `Man meldet sich mit ${by} an. Wer dort ein Konto mit der Adresse hat, kommt herein, sobald es hier angelegt ist.`,
    both: (by) =>
      `Man meldet sich mit ${by} an: Wer dort ein Konto mit der Adresse hat, kommt herein, sobald es hier angelegt ist. Alle anderen wählen ein Passwort durch einen Link, den Sie hier machen.`,
  },
  way: {
    company: (by) => `mit ${by}`,
    password: 'mit Passwort',
    link: (until) => `Link bis ${until}`,
    none: 'noch nicht',
  },
  wayText: {
    company: (name, by) => `${name} meldet sich mit ${by} an.`,
    password: (name) => `${name} meldet sich mit Passwort an. Ein Link lässt ein anderes wählen; bis dahin gilt das alte.`,
    link: (name, until) => `${name} kann bis ${until} durch einen Link ein Passwort wählen. Ein neuer beendet ihn.`,
    none: (name) => `${name} kann sich noch nicht anmelden: Machen Sie einen Link, und geben Sie ihn weiter.`,
  },
  link: {
    none: 'Link machen',
    company: 'Link für ein Passwort machen',
    password: 'Link für ein neues Passwort machen',
    link: 'Neuen Link machen',
  },
  linkOnce: (name, until) =>
    `Geben Sie ihn selbst an ${name} weiter: Wer ihn öffnet, wird ${name}. Er gilt einmal, bis ${until}, und wird nicht wieder gezeigt.`,

  losesRole: (name, n) =>
    n > 0
      ? `${name} beantwortet dann keine Übergaben mehr: ${count(n, 'wartender Lead geht', 'wartende Leads gehen')} zurück in den Pool des Teams.`
      : `${name} beantwortet dann keine Übergaben mehr. Gerade wartet keine.`,
  roleSignsOut: (name) => `Eine andere Rolle meldet ${name} ab; danach meldet man sich neu an.`,
  remove: 'Entfernen',
  removeText: (name, n) =>
    `${name} ist in Sekunden abgemeldet und behält keine Karte. ${
      n > 0 ? `${count(n, 'wartender Lead geht', 'wartende Leads gehen')} zurück in den Pool des Teams.` : 'Gerade wartet nichts.'
    } Was getan wurde, bleibt mit Namen stehen. Sie können das Konto zurückholen.`,
  removeYou: 'Das sind Sie: Sie werden selbst abgemeldet.',
  removeSure: (name) => `${name} entfernen`,
  removed: 'Entfernt',
  showRemoved: (n) => `${count(n, 'entferntes Konto', 'entfernte Konten')} zeigen`,
  hideRemoved: 'Entfernte Konten verbergen',
  bringBack: 'Zurückholen',
  bringBackOne: (name) => `${name} zurückholen`,

  teams: 'Teams',
  teamsText: 'Eine Übergabe kann in den Pool eines Teams gehen; daraus nimmt sie, wer im Vertrieb will. Berichte vergleichen Teams.',
  noTeams: 'Noch gibt es keine Teams. Alle haben einen gemeinsamen Pool.',
  side: 'Seite',
  people: 'Konten',
  addTeam: 'Team anlegen',
  rename: 'Umbenennen',
  removeTeam: 'Entfernen',
  removeTeamText: 'Was in seinem Pool wartet, liegt danach im gemeinsamen.',
  teamHasUsers: (n) =>
    `In diesem Team ${n === 1 ? 'ist noch 1 Konto' : `sind noch ${n} Konten`}. Geben Sie ${n === 1 ? 'ihm' : 'ihnen'} erst ein anderes.`,
};
