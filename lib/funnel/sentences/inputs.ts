import type { Stage } from '../words.ts';
import type { Say } from './sentence.ts';

/** What is wrong with a request: `at` names the place, as `/name` of the body, `?limit` of the address, `{id}` of the path, or is empty for all of the body. */
type At = { at: string };
const place = ({ at }: At): string => (at === '' ? 'The body' : `“${at}”`);

const things = {
  lead: 'There is no such lead.',
  user: 'There is no such user.',
  team: 'There is no such team.',
  campaign: 'There is no such campaign.',
  feedback: 'There is no such feedback.',
  rule: 'There is no such rule.',
  webhook: 'There is no such webhook.',
  message: 'This webhook was not told of that event.',
  source: 'There is no such source.',
  write: 'There is no refused write with this id. It may have been dealt with already.',
  key: 'There is no such key.',
  merge: 'Nobody with this id was merged into another person.',
} as const;
export type Thing = keyof typeof things;

const kinds = {
  text: 'text',
  number: 'a number',
  whole: 'a whole number',
  'yes-no': 'true or false',
  list: 'a list',
  object: 'an object',
  nothing: 'empty',
} as const;
export type InputKind = keyof typeof kinds;

export const inputs = {
  'input-missing': (t: At) => `${place(t)} is missing.`,
  'input-unknown': (t: At) => `There is no field ${place(t)} here. Leave it out.`,
  'input-kind': (t: At & { kind: InputKind }) => `${place(t)} must be ${kinds[t.kind]}.`,
  'input-choice': (t: At & { allowed: readonly string[] }) => `${place(t)} must be one of ${t.allowed.join(', ')}.`,
  'input-long': (t: At & { most: number }) => `${place(t)} may have ${t.most} characters at most.`,
  'input-short': (t: At & { least: number }) =>
    t.least === 1 ? `${place(t)} is empty. Fill it in.` : `${place(t)} needs ${t.least} characters at least.`,
  'input-many': (t: At & { most: number }) => `${place(t)} may have ${t.most} entries at most.`,
  'input-few': (t: At & { least: number }) => `${place(t)} needs ${t.least} ${t.least === 1 ? 'entry' : 'entries'} at least.`,
  'input-over': (t: At & { most: number }) => `${place(t)} may be ${t.most} at most.`,
  'input-under': (t: At & { least: number }) => `${place(t)} must be ${t.least} at least.`,
  'input-id': (t: At) => `${place(t)} is no id. Ids are UUIDs.`,
  'input-time': (t: At) => `${place(t)} is no time. Write it like 2026-11-22T09:00:00Z.`,
  'input-day': (t: At) => `${place(t)} is no date. Write it like 2026-11-22.`,
  'input-address': (t: At) => `${place(t)} is no web address. It begins with https:// or http://.`,
  'input-form': (t: At & { like: string }) => `${place(t)} must be written like ${t.like}.`,
  'input-wrong': (t: At) => `${place(t)} is not as it must be.`,
  'input-character': (t: At) => `${place(t)} has a character that no store can keep: NUL, or half of one. Leave it out.`,
  'input-cursor': (t: At) => `${place(t)} is not a cursor from here. Leave it out to begin anew.`,
  'body-large': (t: { most: number }) => `The body may have ${t.most} KB at most.`,
  'key-used': () => 'This Idempotency-Key was used for something else. Make a new one for a new act.',
  'answer-erased': () => 'This was done before; what it answered is no longer kept, because the person was erased.',
  'too-much': () => 'That was too much at once. Wait a little and go on.',
  'store-away': () => 'The store cannot be reached just now. Nothing was lost; send it again shortly.',
  'went-wrong': () => 'Something went wrong here, and it has been noted.',
  'no-such-call': () => 'There is nothing at this address.',
  'redirect-unknown': (t: { address: string }) => `“${t.address}” is not an address that this backend sends people back to.`,
  'lead-moved': (t: { stage: Stage; by: string }, s: Say) =>
    `Somebody else has moved this lead meanwhile: it is ${s.stage(t.stage)} now${t.by ? `, by ${t.by}` : ''}.`,
  'person-erased': () => 'This person was erased.',
  'no-such': (t: { what: Thing }) => things[t.what],
  'no-such-agreement': (t: { version: number }) => `There is no agreement ${t.version}.`,
};
