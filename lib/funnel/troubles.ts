/**
 * What goes wrong with a CRM, by code and facts, and how it is said in English. The backend sends all three; screens in
 * other languages have sentences of their own for the same codes. A CRM's own words are the fact `words`, and stay.
 */
export interface Trouble {
  code: string;
  facts: Record<string, string | number | string[]>;
}
/** The facts of one trouble, as a sentence wants them. */
export interface TroubleFacts {
  text(fact: string): string;
  list(fact: string): string[];
  /** Another sentence after the CRM's words, which then end like one. */
  words(...then: readonly (string | false | undefined)[]): string;
}

const ended = (words: string): string => (words === '' || /[.!?]$/.test(words) ? words : `${words}.`);

export function troubleFacts(facts: Trouble['facts']): TroubleFacts {
  const text = (fact: string): string => String(facts[fact] ?? '');
  return {
    text,
    list: (fact) => [facts[fact] ?? []].flat().map(String),
    words(...then) {
      const more = then.filter(Boolean);
      return more.length === 0 ? text('words') : [ended(text('words')), ...more].join(' ');
    },
  };
}

/** What else a person has to know to put it right, by Salesforce's names of errors. */
const advice: Readonly<Record<string, string | undefined>> = {
  INVALID_FIELD: 'Choose the field anew in the options, and let the connected user see it.',
  INVALID_TYPE: 'Let the connected user see it.',
  INVALID_FIELD_FOR_INSERT_UPDATE: 'Choose another field in the options, or let the connected user edit it.',
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: 'Choose the value anew in the options.',
  API_DISABLED_FOR_ORG: 'This edition of Salesforce needs API access.',
};
const needs = (t: TroubleFacts): string | false => t.list('scopes').length > 0 && `It needs: ${t.list('scopes').join(', ')}.`;

export const troubles = {
  'crm-says': (t) => `${t.text('crm')}: ${t.words(needs(t), advice[t.text('advice')])}`,
  'crm-no-permission': (t) =>
    [`${t.text('crm')}: a permission is missing. Give it to whoever Baton is connected as.`, needs(t)].filter(Boolean).join(' '),
  'crm-refused': (t) => `${t.text('crm')}: the request was refused (${t.text('status')}).`,
  'crm-no-record': (t) => `${t.text('crm')} does not know this record.`,
  'crm-deleted': (t) => `This record was deleted in ${t.text('crm')}. Restore it there and send it again, or give it up.`,
  'crm-no-person': (t) =>
    `${t.text('crm')} has no ${t.text('kind') === 'lead' ? 'lead or contact' : 'contact'} with this person’s addresses. Add one there, and Baton sends it again.`,
  'crm-no-stage': (t) => `${t.text('crm')} has no stage “${t.text('stage')}” any more. Map it anew in the options.`,
  'crm-kept': (t) => `${t.text('crm')} has something newer in ${t.list('fields').join(', ')}; it was left as it is.`,
  'crm-in-trouble': (t) => `${t.text('crm')} is in trouble itself (${t.text('status')}). Baton tries again.`,
  'crm-locked': (t) => `Somebody else is changing this record in ${t.text('crm')} just now. Baton tries again. (${t.text('words')})`,
  'crm-day-spare': (t) => `Most of ${t.text('crm')}’s requests for today are used; the rest is left to others. It goes on in an hour.`,
  'crm-day-over': (t) => `${t.text('crm')}’s daily limit of requests is used up. Baton looks every hour whether a new day began there.`,
  'crm-hours-over': (t) => `${t.text('crm')}’s requests for the last 24 hours are used up. It goes on in an hour.`,
  'crm-slow-down': (t) => `${t.text('crm')} keeps asking to slow down. It goes on in a minute.`,
  'crm-not-understood': (t) => `${t.text('crm')} answers, but not as expected. Check the address, and whether something stands in between.`,
  'crm-another': (t) => `This address answers, but not like a ${t.text('crm')}. Enter the address you open ${t.text('crm')} at.`,
  'crm-no-address': (t) => `“${t.text('address')}” is not an address. Enter one like https://crm.example.`,
  'crm-no-entry': (t) =>
    t.text('words')
      ? `${t.text('crm')} does not let Baton in: ${t.words(t.text('next') === 'keys' ? 'Check both keys under Settings, API Credentials.' : 'Connect again.')}`
      : `${t.text('crm')} does not let Baton in. Connect again.`,
  'crm-key-withdrawn': (t) => `${t.text('crm')} no longer accepts the key: it was withdrawn or replaced. Connect again with a valid one.`,
  'crm-session-ended': (t) => `${t.text('crm')} ended the session and did not start a new one. Connect again.`,
  'crm-keys-refused': (t) => `${t.text('crm')} does not accept the client ID and secret any more. Connect again.`,
  'crm-password-refused': (t) =>
    `${t.text('crm')} does not accept the user name and password. Check them, and that Basic authentication is turned on.`,
  'crm-sealed': () =>
    'These credentials were sealed with another key. Restore BATON_KEY (or the file `key` in the data folder), or enter them anew.',
  'crm-other-account': (t) =>
    `This opens ${t.text('account')}, and “${t.text('name')}” is another account. Connect it as a source of its own.`,
  'crm-removing': (t) => `What ${t.text('account')} told of is still being removed. Connect it again in a few minutes.`,
  'crm-connected': (t) => `${t.text('account')} is connected already, as “${t.text('name')}”.`,
  'crm-sign-in-lost': () => 'You did not begin this sign-in, or it was ended already, or it took too long. Begin it anew.',
  'crm-sign-in-denied': (t) =>
    `${t.text('crm')} did not let Baton in${t.text('error') ? ` (${t.text('error')})` : ''}. Begin anew, and allow it there.`,
  'map-no-stage': (t) => `“${t.text('value')}”, to be written for ${t.text('for')}, is no stage of this ${t.text('crm')}.`,
  'map-no-status': (t) => `“${t.text('value')}”, to be written for ${t.text('for')}, is no status of this ${t.text('crm')}.`,
  'map-no-member': (t) =>
    `“${t.text('value')}”, to be set in campaigns for ${t.text('for')}, is no member status of this ${t.text('crm')}.`,
  'map-no-field': (t) => `“${t.text('value')}”, meant for ${t.text('field')}, is no field of this ${t.text('crm')}.`,
  'map-no-choice': (t) => `“${t.text('value')}”, to be written for the reason ${t.text('reason')}, cannot be chosen in ${t.text('field')}.`,
  'call-unreachable': (t) => `${t.text('host')} could not be reached (${t.text('why')}).`,
  'call-timeout': (t) => `${t.text('host')} did not answer in time.`,
  'call-redirect': (t) => `${t.text('host')} sends calls elsewhere. Enter the address it stands at.`,
  'call-too-large': (t) => `${t.text('host')} answered with more than ${t.text('bytes')} bytes.`,
  'call-bad-address': (t) => `“${t.text('address')}” is not an address that can be called. Use https://host/path.`,
  'call-plain-http': (t) => `${t.text('host')} would be called without encryption. Use https, or let an admin allow this host.`,
  'call-inside': (t) => `${t.text('host')} is an address inside this network. An admin can allow the host in the settings.`,
} satisfies Record<string, (t: TroubleFacts) => string>;
export type TroubleCode = keyof typeof troubles;
export type TroubleWords = Record<TroubleCode, (t: TroubleFacts) => string>;

/** In English; `undefined` for a code that is not known here. */
export const troubleSentence = ({ code, facts }: Trouble): string | undefined =>
  Object.hasOwn(troubles, code) ? troubles[code as TroubleCode](troubleFacts(facts)) : undefined;
