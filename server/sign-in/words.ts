import { inEnglish } from '../../lib/funnel/sentences/index.ts';
import type { refusals } from '../../lib/funnel/sentences/refusals.ts';
import { plain, type Said, type Translated, tell } from '../../lib/funnel/sentences/sentence.ts';
import type { Role } from '../../lib/funnel/words.ts';

const en = {
  lang: 'en',
  signIn: 'Sign in',
  to: (host: string) => `to Baton at ${host}`,
  email: 'Email',
  password: 'Password',
  wrong: 'This address and password don’t fit together.',
  missing: 'Type your address and your password.',
  wait: (minutes: number) =>
    minutes <= 1 ? 'Too many tries. Wait a minute, then try again.' : `Too many tries. Wait ${minutes} minutes, then try again.`,
  company: (label: string) => `Continue with ${label}`,
  or: 'or',
  samples: 'Sample accounts',
  samplesHelp: 'Invented people. They work on this computer alone.',
  sampleRefused: 'Sample accounts work on the computer that the backend runs on, and nowhere else.',
  role: { rep: 'Sales rep', marketer: 'Marketer', manager: 'Manager', admin: 'Admin' } satisfies Record<Role, string>,
  over: 'This sign-in is over',
  overHelp: 'It was left too long, or was finished in another window. Close this one and start again from the extension.',
  trouble: 'Signing in did not work',
  troubleHelp: 'The request did not come the way the extension sends it. Close this window and start again from the extension.',
  away: 'Baton can’t sign you in right now. Nothing is lost. Try again in a minute.',
  companyDown: (label: string) => `${label} doesn’t answer right now. Try again in a minute.`,
  companyRefused: (label: string, why: string) => `${label} refused: ${why}`,
  companyNoEmail: (label: string) =>
    `${label} did not vouch for your email address, so Baton can’t tell who you are. Your admin can change that.`,
  companyNobody: (email: string) => `Nobody here signs in as ${email}. Your admin can add you.`,
  again: 'Try again',
  choose: 'Choose a password',
  chooseFor: (name: string, host: string) => `${name}, you sign in with it to Baton at ${host}.`,
  chooseHelp: (least: number) => `At least ${least} characters. A few words in a row are easy to remember.`,
  sameAgain: 'The same once more',
  keep: 'Keep this password',
  weak: (why: Said): string => inEnglish(why) ?? why.code,
  notTheSame: 'The two are not the same. Type both again.',
  chosen: 'Your password is kept',
  steps: [
    'Install the Baton extension, if your browser does not have it yet.',
    'Open it and connect it to this address, unless it knows it already.',
    'Sign in with your email and the password you just chose.',
  ],
  address: 'Address',
  linkOver: 'This link is over',
  linkOverHelp:
    'It was used already, is too old, or a newer one was made. If you chose your password by it, sign in from the extension; otherwise your admin can make you another.',
};

export type PageWords = typeof en;

const weakDe: Pick<Translated<typeof refusals>, 'password-short' | 'password-long' | 'password-repeats'> = {
  'password-short': ({ least }) => `Mindestens ${least} Zeichen; ein paar Wörter hintereinander sind gut.`,
  'password-long': ({ most }) => `Höchstens ${most} Zeichen.`,
  'password-repeats': () => 'Das wiederholt sich; ein paar verschiedene Wörter sind gut.',
};

const de: PageWords = {
  lang: 'de',
  signIn: 'Anmelden',
  to: (host) => `bei Baton auf ${host}`,
  email: 'E-Mail',
  password: 'Passwort',
  wrong: 'Diese Adresse und dieses Passwort passen nicht zusammen.',
  missing: 'Adresse und Passwort eingeben.',
  wait: (minutes) =>
    minutes <= 1 ? 'Zu viele Versuche. In einer Minute geht es wieder.' : `Zu viele Versuche. In ${minutes} Minuten geht es wieder.`,
  company: (label) => `Weiter mit ${label}`,
  or: 'oder',
  samples: 'Beispielkonten',
  samplesHelp: 'Erfundene Leute. Sie funktionieren nur auf diesem Computer.',
  sampleRefused: 'Beispielkonten funktionieren nur auf dem Computer, auf dem das Backend läuft.',
  role: { rep: 'Vertrieb', marketer: 'Marketing', manager: 'Leitung', admin: 'Verwaltung' },
  over: 'Diese Anmeldung ist vorbei',
  overHelp:
    'Sie lag zu lange, oder sie wurde in einem anderen Fenster beendet. Dieses Fenster schließen und in der Erweiterung neu anfangen.',
  trouble: 'Die Anmeldung hat nicht geklappt',
  troubleHelp: 'Die Anfrage kam nicht so, wie die Erweiterung sie schickt. Dieses Fenster schließen und in der Erweiterung neu anfangen.',
  away: 'Baton kann gerade niemanden anmelden. Verloren ist nichts. In einer Minute noch einmal versuchen.',
  companyDown: (label) => `${label} antwortet gerade nicht. In einer Minute noch einmal versuchen.`,
  companyRefused: (label, why) => `${label} hat abgelehnt: ${why}`,
  companyNoEmail: (label) =>
    `${label} bürgt nicht für die E-Mail-Adresse; darum weiß Baton nicht, wer sich anmeldet. Wer Baton verwaltet, kann das ändern.`,
  companyNobody: (email) => `Als ${email} meldet sich hier niemand an. Wer Baton verwaltet, kann das Konto anlegen.`,
  again: 'Noch einmal versuchen',
  choose: 'Passwort wählen',
  chooseFor: (name, host) => `${name}, damit melden Sie sich bei Baton auf ${host} an.`,
  chooseHelp: (least) => `Mindestens ${least} Zeichen. Ein paar Wörter hintereinander merkt man sich leicht.`,
  sameAgain: 'Noch einmal dasselbe',
  keep: 'Dieses Passwort behalten',
  weak: (why) => tell(weakDe, why, plain) ?? why.code,
  notTheSame: 'Die beiden sind nicht gleich. Beide noch einmal eingeben.',
  chosen: 'Ihr Passwort ist gesetzt',
  steps: [
    'Die Erweiterung Baton installieren, falls Ihr Browser sie noch nicht hat.',
    'Sie öffnen und mit dieser Adresse verbinden, falls sie die nicht schon kennt.',
    'Mit Ihrer E-Mail-Adresse und dem eben gewählten Passwort anmelden.',
  ],
  address: 'Adresse',
  linkOver: 'Dieser Link gilt nicht mehr',
  linkOverHelp:
    'Er wurde schon benutzt, ist zu alt, oder es gibt einen neueren. Haben Sie damit Ihr Passwort gewählt, melden Sie sich in der Erweiterung an; sonst macht Ihnen einen neuen, wer Baton verwaltet.',
};

/** The first language that we have: what the extension asked for, then what the browser prefers. */
export function pageWords(asked: string | undefined, accepted: string | undefined): PageWords {
  const preferred = (accepted ?? '')
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().split(';');
      const q = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean);
      return { tag, q: q === undefined ? 1 : Number(q) };
    })
    .sort((a, b) => b.q - a.q)
    .map(({ tag }) => tag);
  for (const tag of [...(asked ?? '').split(' '), ...preferred]) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'de') return de;
    if (language === 'en') return en;
  }
  return en;
}
