import type { Stage } from '../words.ts';
import { andThen, type Say } from './sentence.ts';

/** What else a person has to know to put it right, by Salesforce's names of errors. */
const advice: Readonly<Record<string, string | undefined>> = {
  INVALID_FIELD: 'Choose the field anew in the options, and let the connected user see it.',
  INVALID_TYPE: 'Let the connected user see it.',
  INVALID_FIELD_FOR_INSERT_UPDATE: 'Choose another field in the options, or let the connected user edit it.',
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: 'Choose the value anew in the options.',
  API_DISABLED_FOR_ORG: 'This edition of Salesforce needs API access.',
};
const needs = (scopes: readonly string[]): string => (scopes.length > 0 ? `It needs: ${scopes.join(', ')}.` : '');

/** What goes wrong with a CRM, and with calls to other systems. Their own words are the fact `words`, and stay. */
export const troubles = {
  'crm-says': (t: { crm: string; words: string; scopes: readonly string[]; advice: string }) =>
    `${t.crm}: ${andThen(t.words, needs(t.scopes), advice[t.advice] ?? '')}`,
  'crm-no-permission': (t: { crm: string; scopes: readonly string[] }) =>
    andThen(`${t.crm}: a permission is missing. Give it to whoever Baton is connected as.`, needs(t.scopes)),
  'crm-refused': (t: { crm: string; status: string | number }) => `${t.crm}: the request was refused (${t.status}).`,
  'crm-no-record': (t: { crm: string }) => `${t.crm} does not know this record.`,
  'crm-deleted': (t: { crm: string }) => `This record was deleted in ${t.crm}. Restore it there and send it again, or give it up.`,
  'crm-no-person': (t: { crm: string; kind: 'lead' | 'contact' }) =>
    `${t.crm} has no ${t.kind === 'lead' ? 'lead or contact' : 'contact'} with this person’s addresses. Add one there, and Baton sends it again.`,
  'crm-no-stage': (t: { crm: string; stage: string }) => `${t.crm} has no stage “${t.stage}” any more. Map it anew in the options.`,
  'crm-kept': (t: { crm: string; fields: readonly string[] }) =>
    `${t.crm} has something newer in ${t.fields.join(', ')}; it was left as it is.`,
  'crm-paused': (t: { crm: string }) =>
    `${t.crm} is paused in Baton. It is written there once an admin lets it go on, in the options under sources.`,
  'crm-in-trouble': (t: { crm: string; status: string | number }) => `${t.crm} is in trouble itself (${t.status}). Baton tries again.`,
  'crm-locked': (t: { crm: string; words: string }) =>
    `Somebody else is changing this record in ${t.crm} just now. Baton tries again. (${t.words})`,
  'crm-day-spare': (t: { crm: string }) =>
    `Most of ${t.crm}’s requests for today are used; the rest is left to others. It goes on in an hour.`,
  'crm-day-over': (t: { crm: string }) =>
    `${t.crm}’s daily limit of requests is used up. Baton looks every hour whether a new day began there.`,
  'crm-hours-over': (t: { crm: string }) => `${t.crm}’s requests for the last 24 hours are used up. It goes on in an hour.`,
  'crm-history-none': (t: { crm: string }) =>
    `${t.crm} keeps no changes of status yet: a lead begins with the status it has now, as of its last change. Turn on field history for Lead Status.`,
  'crm-history-since': (t: { crm: string; day: string; leads: number }, say: Say) =>
    `It reaches back to ${say.day(t.day)}. ${t.leads === 1 ? 'One lead is' : `${t.leads} leads are`} older: what ${t.leads === 1 ? 'its' : 'their'} status was before that ${t.crm} does not tell. Reports count the oldest one it does tell from the day ${t.leads === 1 ? 'the lead was' : 'they were'} made.`,
  'crm-slow-down': (t: { crm: string }) => `${t.crm} keeps asking to slow down. It goes on in a minute.`,
  'crm-not-understood': (t: { crm: string }) =>
    `${t.crm} answers, but not as expected. Check the address, and whether something stands in between.`,
  'crm-another': (t: { crm: string }) => `This address answers, but not like a ${t.crm}. Enter the address you open ${t.crm} at.`,
  'crm-no-address': (t: { address: string }) => `“${t.address}” is not an address. Enter one like https://crm.example.`,
  'crm-no-entry': (t: { crm: string; words: string; next: 'keys' | 'connect' }) =>
    t.words
      ? `${t.crm} does not let Baton in: ${andThen(t.words, t.next === 'keys' ? 'Check both keys under Settings, API Credentials.' : 'Connect again.')}`
      : `${t.crm} does not let Baton in. Connect again.`,
  'crm-key-withdrawn': (t: { crm: string }) =>
    `${t.crm} no longer accepts the key: it was withdrawn or replaced. Connect again with a valid one.`,
  'crm-session-ended': (t: { crm: string }) => `${t.crm} ended the session and did not start a new one. Connect again.`,
  'crm-keys-refused': (t: { crm: string }) => `${t.crm} does not accept the client ID and secret any more. Connect again.`,
  'crm-password-refused': (t: { crm: string }) =>
    `${t.crm} does not accept the user name and password. Check them, and that Basic authentication is turned on.`,
  'crm-sealed': () =>
    'These credentials were sealed with another key. Restore BATON_KEY (or the file `key` in the data folder), or enter them anew.',
  'crm-other-account': (t: { account: string; name: string }) =>
    `This opens ${t.account}, and “${t.name}” is another account. Connect it as a source of its own.`,
  'crm-removing': (t: { account: string }) => `What ${t.account} told of is still being removed. Connect it again in a few minutes.`,
  'crm-connected': (t: { account: string; name: string }) => `${t.account} is connected already, as “${t.name}”.`,
  'crm-sign-in-lost': () => 'You did not begin this sign-in, or it was ended already, or it took too long. Begin it anew.',
  'crm-sign-in-denied': (t: { crm: string; error: string }) =>
    `${t.crm} did not let Baton in${t.error ? ` (${t.error})` : ''}. Begin anew, and allow it there.`,
  'crm-unknown': (t: { source: string }) => `This Baton does not know the source “${t.source}”.`,
  'crm-no-way': (t: { crm: string; way: string }) => `${t.crm} cannot be connected by “${t.way}”.`,
  'crm-fields-missing': (t: { crm: string; fields: readonly string[] }) => `${t.crm} needs: ${t.fields.join(', ')}.`,
  'crm-signs-in': (t: { crm: string; way: string }) => `“${t.way}” means signing in at ${t.crm}: begin with POST /v1/sources/sign-in.`,
  'crm-no-sign-in': (t: { crm: string }) => `${t.crm} is not signed in to this way. Fill in the fields and connect.`,
  'map-no-stage': (t: { value: string; for: Stage; crm: string }, s: Say) =>
    `“${t.value}”, to be written for ${s.stage(t.for)}, is no stage of this ${t.crm}.`,
  'map-no-status': (t: { value: string; for: Stage; crm: string }, s: Say) =>
    `“${t.value}”, to be written for ${s.stage(t.for)}, is no status of this ${t.crm}.`,
  'map-no-member': (t: { value: string; for: Stage; crm: string }, s: Say) =>
    `“${t.value}”, to be set in campaigns for ${s.stage(t.for)}, is no member status of this ${t.crm}.`,
  'map-no-field': (t: { value: string; field: string; crm: string }) => `“${t.value}”, meant for ${t.field}, is no field of this ${t.crm}.`,
  'map-no-choice': (t: { value: string; reason: string; label: string; field: string }, s: Say) =>
    `“${t.value}”, to be written for the reason ${s.reason(t.reason, t.label)}, cannot be chosen in ${t.field}.`,
  'hook-took': (t: { host: string; status: number }) => `${t.host} took it and answered ${t.status}.`,
  'hook-refused': (t: { host: string; status: number; words: string }) =>
    `${t.host} answered ${t.status}${t.words ? `: “${t.words}”` : ''}.`,
  'call-unreachable': (t: { host: string; why: string }) => `${t.host} could not be reached (${t.why}).`,
  'call-timeout': (t: { host: string }) => `${t.host} did not answer in time.`,
  'call-redirect': (t: { host: string }) => `${t.host} sends calls elsewhere. Enter the address it stands at.`,
  'call-too-large': (t: { host: string; bytes: number }) => `${t.host} answered with more than ${t.bytes} bytes.`,
  'call-bad-address': (t: { address: string }) => `“${t.address}” is not an address that can be called. Use https://host/path.`,
  'call-plain-http': (t: { host: string }) => `${t.host} would be called without encryption. Use https, or let an admin allow this host.`,
  'call-inside': (t: { host: string }) => `${t.host} is an address inside this network. An admin can allow the host in the settings.`,
};
export type TroubleCode = keyof typeof troubles;
