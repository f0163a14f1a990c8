import { deeds } from '../deeds.ts';
import type { Refusal } from '../lead.ts';
import type { DecisionKind, KeyKind, Role, Stage, Team } from '../words.ts';
import { type Given, plain, type Say, tell } from './sentence.ts';

const who = (one: string, stage: string): string =>
  one === 'holder'
    ? stage === ('mql' satisfies Stage)
      ? 'the rep who holds the hand-off'
      : 'the rep who owns the lead'
    : ({ rep: 'a rep or a manager', marketer: 'a marketer', manager: 'a manager' }[one] ?? one);

const keys: Readonly<Record<KeyKind, string>> = {
  email: 'an e-mail address',
  linkedin: 'the name or address of a LinkedIn profile',
  'linkedin-member': 'a LinkedIn member id (ACoAA…)',
  'sales-navigator': 'a Sales Navigator id (ACwAA…)',
};

/** Why an act is not allowed, by the codes of the rules and of the backend. */
export const refusals = {
  'wrong-stage': (t: { stage: Stage; decision: DecisionKind; from: readonly Stage[] }, s: Say) =>
    `This lead is at ${s.stage(t.stage)}. You can ${deeds[t.decision]} only from ${s.either(t.from.map(s.stage))}.`,
  'wrong-role': (t: { who: readonly string[]; stage: Stage; decision: DecisionKind }, s: Say) =>
    `Only ${s.either(t.who.map((one) => who(one, t.stage)))} can ${deeds[t.decision]}. Ask one of them.`,
  'pool-only-oneself': () => 'From the team’s pool you can take it yourself. A manager or a marketer can give it to somebody else.',
  'sales-adds': () => 'Only a rep or a manager can add a lead. Marketing’s leads come with an import or a source.',
  'already-paused': () => 'The clock is paused already. Resume it first, or leave it as it is.',
  'not-paused': () => 'The clock is running. There is nothing to resume.',
  'unknown-criterion': (t: { criterion: string; stage: Stage; agreement: number; known: readonly string[] }, s: Say) =>
    `“${t.criterion}” is no criterion of ${s.stage(t.stage)} in agreement ${t.agreement}. ${t.known.length > 0 ? `Choose from: ${t.known.join(', ')}.` : 'It has none; leave them out.'}`,
  'unknown-reason': (t: { reason: string; agreement: number }) =>
    `“${t.reason}” is no reason in agreement ${t.agreement}. Choose one that is listed there.`,
  'reason-outcome': (t: { outcome: 'recycled' | 'disqualified'; reason: string; label: string }, s: Say) =>
    t.outcome === 'recycled'
      ? `“${s.reason(t.reason, t.label)}” returns a lead to marketing; it does not close it. Return it, or choose another reason.`
      : `“${s.reason(t.reason, t.label)}” closes a lead; it does not return it to marketing. Close it, or choose another reason.`,
  'attempts-missing': (t: { reason: string; label: string; needed: number; recorded: number }, s: Say) =>
    `“${s.reason(t.reason, t.label)}” needs ${t.needed} attempts, and ${t.recorded} ${t.recorded === 1 ? 'is' : 'are'} recorded. Record the others, or choose another reason.`,
  'note-missing': (t: { reason: string; label: string }, s: Say) =>
    `“${s.reason(t.reason, t.label)}” needs a note. Write in a few words why.`,
  'no-way-back': (t: { reason: string; label: string }, s: Say) =>
    `“${s.reason(t.reason, t.label)}” closes the lead, so it has no date to come back. Leave the date out.`,
  'no-such-date': (t: { date: string }) => `“${t.date}” is no date. Write it as YYYY-MM-DD.`,
  'date-past': (t: { date: string }, s: Say) => `${s.day(t.date)} is not in the future. Choose a later date.`,
  'date-too-far': (t: { date: string; years: number }, s: Say) =>
    `${s.day(t.date)} is more than ${t.years} years ahead. Choose an earlier date.`,
  'already-holder': () => 'That person has it already. Choose somebody else.',
  'reason-missing': () => 'Say in a few words why the clock rests.',
  'until-past': () => 'The pause would be over already. Choose a time in the future.',
  'until-too-far': (t: { days: number }) =>
    `A clock can rest ${t.days} days at most. Choose an earlier day, or return the lead with a date.`,
  'taker-gone': () => 'That user is not here any more. Choose a rep or a manager.',
  'taker-role': (t: { name: string; role: Role }) =>
    `${t.name} is ${t.role === 'admin' ? 'an admin' : 'a marketer'} and takes no hand-offs. Choose a rep or a manager.`,
  'agreement-never': (t: { version: number; inForce: number }) =>
    `Agreement ${t.version} was never in force. Do it again under agreement ${t.inForce}.`,
  predecessor: () => 'Not done, because the act before it did not go through.',
  forgotten: () => 'This person asked to be forgotten, and nobody may add them again.',
  'key-forgotten': () => 'Whoever had this asked to be forgotten, so it may not be tied to anybody.',
  'last-key': () => 'This is the last address or profile by which the person is known. Tie another one first.',
  'key-taken': (t: { name: string; company: string }) =>
    `This belongs to ${t.name || 'somebody'}${t.company ? ` of ${t.company}` : ''} already.`,
  'known-already': (t: { name: string }) => `${t.name || 'This person'} is known already.`,
  'unknown-verdict-reason': (t: { reason: string }) => `“${t.reason}” is no reason of the agreement. Choose one that is listed there.`,
  'no-such-touch': () => 'This lead has no such touch.',
  'touch-elsewhere': () => 'The touch belongs to another campaign.',
  'no-such-campaign': () => 'There is no such campaign.',
  'id-taken': () => 'This id belongs to another lead. Make a new one.',
  'merge-self': () => 'A person cannot be merged into themselves. Choose the other one.',
  'merge-nobody': () => 'The other person is not here any more. Look the person up again.',
  'merge-waits': (t: { stage: Stage }, s: Say) =>
    `One of the two is at ${s.stage(t.stage)} and still waits for sales. Answer that first: accept and qualify, or return it.`,
  'unmerge-late': (t: { days: number }) =>
    `A merge can be taken back for ${t.days} days. Untie the address and add the person anew instead.`,
  'merged-on': () => 'The other person has been merged on since. Take that back first.',
  'agreement-newer': (t: { newest: number; version: number }) =>
    `Agreement ${t.newest} is the newest; this is based on ${t.version}. Look at what changed, then propose again.`,
  'agreement-changed': (t: { version: number }) =>
    `Agreement ${t.version} has been changed since you saw it. Look at what changed, then propose again.`,
  'agreement-same': () => 'This is the agreement in force; there is nothing to propose.',
  'agreement-signed': (t: { version: number }) => `Agreement ${t.version} is signed by both teams already.`,
  'signs-for': (t: { team: Team }) =>
    t.team === 'marketing' ? 'Marketing signs by a marketer. Ask one of them.' : 'Sales signs by a manager. Ask one of them.',
  'signed-already': (t: { team: Team; version: number }) =>
    `${t.team === 'marketing' ? 'Marketing' : 'Sales'} has signed agreement ${t.version} already.`,
  'no-agreement': () => 'No agreement is in force yet. Let both teams sign one first.',
  'no-key': (t: { kind: KeyKind }) => `This is not ${keys[t.kind]}.`,
  'no-verdict': () => 'A verdict is strong, fair or poor. Choose one.',
  'no-insight': () => 'An insight is what the customer said. Write it down.',
  'no-address': () => 'This is not an e-mail address.',
  'user-known': () => 'A user with this address is here already. Change that one.',
  'team-not-empty': (t: { users: number }) => `${t.users} ${t.users === 1 ? 'user is' : 'users are'} in this team. Move them first.`,
  'team-in-rule': (t: { rule: string }) => `The rule “${t.rule}” hands over to this team. Change the rule first.`,
  'last-admin': () => 'This is the last admin. Make somebody else one first.',
  'no-passwords': (t: { company: string }) => `People sign in with ${t.company} here, so there is no password to choose.`,
  'user-removed': () => 'This user was removed. Bring them back first.',
  'password-short': (t: { least: number }) => `Take at least ${t.least} characters; a few words in a row are good.`,
  'password-long': (t: { most: number }) => `Take at most ${t.most} characters.`,
  'password-repeats': () => 'That repeats itself; a few different words are good.',
  'campaign-known': (t: { name: string }) => `There is a campaign named “${t.name}” already. Choose another name, or change that one.`,
  'no-campaign-named': () => 'Name the campaign whose people you want to see.',
  'not-your-role': (t: { role: Role; roles: readonly Role[] }, s: Say) =>
    `This is for ${s.either(t.roles.map((one) => `${one}s`))}; you are ${t.role === 'admin' ? 'an' : 'a'} ${t.role}.`,
  'figures-of-one': () => 'Figures of one person are for that person and for managers. Leave the owner out.',
  'span-backwards': () => 'The first day comes after the last. Give the earlier one first.',
  'span-away': (t: { first: number; last: number }) => `Give days between ${t.first} and ${t.last}.`,
  'span-long': (t: { years: number }) => `This is more than ${t.years} years. Ask for less at once.`,
  'no-digest': () => 'There is no report of this period. It is made when the period has ended.',
  'rule-newer': (t: { newest: number; version: number }) =>
    `Version ${t.newest} is the newest; this is based on ${t.version}. Look at what changed, then save again.`,
  'rule-name': () => 'The rule needs a name.',
  'rule-days': (t: { most: number }) => `A rule counts touches of 1 to ${t.most} days.`,
  'rule-least': () => 'The score needed must be a whole number, 1 or more.',
  'rule-points': () => 'Points are whole numbers from 0 to 100.',
  'rule-worthless': () => 'At least one kind of touch must be worth points.',
  'rule-campaigns': () => 'Name a campaign, or choose all that are marked as high intent.',
  'rule-campaign': () => 'One of the campaigns is not here. Choose it again.',
  'rule-segments': () => 'Name a segment, or let the rule take people of every segment.',
  'rule-segment-name': () => 'Each group needs a name.',
  'rule-segment-empty': (t: { name: string }) =>
    `The group “${t.name}” must say whom it is about: a segment, a domain, a company, a title or a channel.`,
  'rule-turns': () => 'Say who takes turns: a team, or some people.',
  'rule-takers': () => 'Only reps and managers who are here take hand-offs. Choose among them.',
  'rule-team': () => 'Hand-offs go to a team of sales. Choose one of them.',
  'same-stage': () => 'The lead is at this stage already.',
  older: () => 'The lead has moved since then. It is kept as history.',
  'handoff-open': () => 'A hand-off is open: sales answers it here, and the answer is written back.',
  backwards: () => 'An event can move a lead forwards only.',
};
export type RefusalCode = keyof typeof refusals;

/** `refusal('date-past', { date })` */
export function refusal<C extends RefusalCode>(refused: C, ...[facts = {}]: Given<(typeof refusals)[C]>): Refusal {
  return { refused, facts, sentence: tell(refusals, { code: refused, facts }, plain)! };
}
