import type { CrmKinds } from './crm-kinds.ts';

const names: Readonly<Record<string, string | undefined>> = {
  note: 'Notiz',
  task: 'Aufgabe',
  stage: 'Stufe',
  'campaign member': 'Zustand in der Kampagne',
};
export function written(name: string): string {
  const [, one = name, more = ''] = /^(campaign member)( \(.*\))$/.exec(name) ?? [];
  return (names[one] ?? one) + more;
}

const gateway = 'Adresse der API, wenn Anfragen über einen eigenen Zugang gehen';
const mauticKeys = { address: 'Adresse', clientId: 'Öffentlicher Schlüssel (Public key)', clientSecret: 'Geheimer Schlüssel (Secret key)' };

export const crmKinds: CrmKinds = {
  written,
  kinds: {
    hubspot: {
      reads: [
        'Kontaktpersonen mit allen Adressen, wem sie gehören und ihrem LinkedIn-Profil',
        'das Segment, aus einer Eigenschaft von Kontaktpersonen oder Unternehmen',
        'Lebenszyklusstufen und wann sie wechselten',
        'Deals mit Betrag und Abschlusstag',
        'Marketing-Mails: gesendet, geöffnet, geklickt',
        'ausgefüllte Formulare, und wer zu Veranstaltungen angemeldet und gekommen ist',
        'wer in einer Liste einer Kampagne steht',
        'Kampagnen, zu denen das gehört',
      ],
      writes: ['Lebenszyklusstufe und Leadstatus', 'den Grund einer Rückgabe', 'eine Notiz zu jeder Entscheidung'],
      ways: {
        key: {
          name: 'Service Key',
          help: 'In HubSpot: Settings, Integrations, Service keys. Er muss Kontaktpersonen lesen und schreiben und Zuständige lesen dürfen; Deals, Unternehmen, „content“ (Marketing-Mails), „forms“, Veranstaltungen, Listen und Kampagnen bringen, was ihre Namen sagen.',
          fields: { token: 'Service Key', address: gateway },
        },
        oauth: {
          name: 'Eigene App',
          help: 'Eine App in einem Entwicklerkonto bei HubSpot, mit den Rücksprungadressen, die hier stehen. Ihre Webhooks können Baton Änderungen dann sofort melden.',
          fields: { clientId: 'Client-ID', clientSecret: 'Client Secret', address: gateway },
        },
      },
    },
    salesforce: {
      reads: [
        'Leads und Kontaktpersonen, wem sie gehören, ihr Status und was er war',
        'das Segment, aus einem Feld von Leads, Kontaktpersonen oder Accounts',
        'Kampagnen und wer darauf geantwortet hat',
        'Mails mit Antworten, eingegangene Anrufe und stattgefundene Termine',
        'Opportunitys mit Betrag und Abschlusstag',
      ],
      writes: [
        'den Status des Leads, oder ein Feld Ihrer Wahl bei Kontaktpersonen',
        'den Grund einer Rückgabe',
        'den Zustand in der Kampagne',
        'eine erledigte Aufgabe zu jeder Entscheidung',
      ],
      ways: {
        'client-credentials': {
          name: 'External Client App',
          help: 'In Setup: External Client App Manager, eine neue App mit dem Client-Credentials-Flow und dem Scope „api“, ausgeführt als ein Benutzer, der Leads, Kontaktpersonen, Kampagnenmitglieder und Aufgaben lesen und bearbeiten darf.',
          fields: { address: 'My Domain', clientId: 'Consumer Key', clientSecret: 'Consumer Secret' },
        },
        'web-server': {
          name: 'External Client App, als Sie selbst angemeldet',
          help: 'In Setup: External Client App Manager, eine neue App mit dem Web-Server-Flow, PKCE, den Scopes „api“ und „refresh_token“ und den Rücksprungadressen, die hier stehen. Baton liest und schreibt dann als die Person, die sich anmeldet.',
          fields: { address: 'My Domain', clientId: 'Consumer Key', clientSecret: 'Consumer Secret, wo die App es verlangt' },
        },
      },
    },
    mautic: {
      reads: [
        'Kontaktpersonen, wem sie gehören, ihre Stufe und ihr LinkedIn-Profil',
        'das Segment, aus einem Feld Ihrer Wahl',
        'Seiten, Formulare, Downloads und Mails jeder Kontaktperson',
        'Wechsel der Stufe',
      ],
      writes: ['die Stufe', 'den Grund einer Rückgabe, in ein Feld Ihrer Wahl', 'eine Notiz zu jeder Entscheidung'],
      ways: {
        basic: {
          name: 'Benutzername und Passwort',
          help: 'In Mautic: Configuration, API settings, die API und Basic authentication einschalten. Der Benutzer muss Kontaktpersonen, Stufen und Notizen lesen und bearbeiten dürfen.',
          fields: { address: 'Adresse', user: 'Benutzername', password: 'Passwort' },
        },
        oauth: {
          name: 'API-Zugang',
          help: 'In Mautic: Configuration, API settings, die API einschalten; dann Settings, API Credentials, neue für OAuth 2 mit Client Credentials.',
          fields: mauticKeys,
        },
        'sign-in': {
          name: 'API-Zugang, als Sie selbst angemeldet',
          help: 'In Mautic: Configuration, API settings, die API einschalten; dann Settings, API Credentials, neue für OAuth 2 mit der Rücksprungadresse, die hier steht. Baton liest und schreibt dann als die Person, die sich anmeldet.',
          fields: mauticKeys,
        },
      },
    },
  },
  rights: {
    contacts: { what: 'Kontaktpersonen', without: 'Niemand kann gelesen werden.' },
    owners: { what: 'Zuständige', without: 'Leads kommen, ohne jemandem zu gehören.' },
    properties: { what: 'Eigenschaften', without: 'Stufen lassen sich nicht zuordnen.' },
    deals: { what: 'Deals', without: 'Beträge und gewonnene Deals fehlen.' },
    companies: { what: 'Unternehmen', without: 'Ein Segment lässt sich nur aus einer Eigenschaft von Kontaktpersonen lesen.' },
    mails: { what: 'Marketing-Mails', without: 'Gesendete, geöffnete und geklickte Mails fehlen.' },
    forms: { what: 'Formulare', without: 'Von ausgefüllten Formularen ist je Kontaktperson nur das letzte bekannt.' },
    events: { what: 'Veranstaltungen', without: 'Wer Webinare und Veranstaltungen besucht hat, fehlt.' },
    lists: { what: 'Listen', without: 'Wer in der Liste einer Kampagne steht, fehlt.' },
    campaigns: {
      what: 'Kampagnen',
      without: 'Mails, Formulare und Veranstaltungen stehen für sich statt für ihre Kampagne; deren Listen fehlen.',
    },
    leads: { what: 'Leads', without: 'Niemand kann gelesen werden.' },
    converted: { what: 'Kontaktpersonen', without: 'In umgewandelte Leads kann nicht geschrieben werden.' },
    members: { what: 'Kampagnenmitglieder', without: 'Kontakte aus Kampagnen fehlen.' },
    history: {
      what: 'Verlauf des Status',
      without: 'Frühere Stufen kommen ohne ihre Zeit. Schalten Sie den Feldverlauf für den Leadstatus ein.',
    },
    opportunities: { what: 'Opportunitys', without: 'Beträge und gewonnene Deals fehlen.' },
    tasks: { what: 'Aufgaben', without: 'Eingegangene Anrufe fehlen, und Entscheidungen lassen sich nicht notieren.' },
    meetings: { what: 'Termine', without: 'Stattgefundene Termine fehlen.' },
    replies: { what: 'Mails', without: 'Antworten fehlen; gesendete Mails sind durch ihre Aufgaben bekannt.' },
    activity: { what: 'Aktivität', without: 'Kontakte fehlen.' },
    stages: { what: 'Stufen', without: 'Stufen lassen sich nicht zuordnen.' },
  },
};
