import { deeds } from '../../lib/funnel/deeds.ts';
import type { DecisionKind, Role, Stage } from '../../lib/funnel/words.ts';

/** What a refusal depends on, in the words of this language. `own` is for what people wrote, `day` a date. */
export interface Told {
  text(fact: string): string;
  number(fact: string): number;
  stage(fact: string): string;
  stages(fact: string): string;
  /** A reason of the agreement. */
  reason(): string;
  list(fact: string, say?: (one: string) => string): string;
  day(fact: string): string;
  decision(): DecisionKind;
}

const who = (one: string, stage: string): string =>
  one === 'holder'
    ? stage === ('mql' satisfies Stage)
      ? 'the rep who holds the hand-off'
      : 'the rep who owns the lead'
    : ({ rep: 'a rep or a manager', marketer: 'a marketer', manager: 'a manager' }[one] ?? one);

/** Why an act is not allowed, by the codes of `decide` and of the backend. */
export const refusals = {
  'wrong-stage': (t: Told) => `This lead is at ${t.stage('stage')}. You can ${deeds[t.decision()]} only from ${t.stages('from')}.`,
  'wrong-role': (t: Told) => `Only ${t.list('who', (one) => who(one, t.text('stage')))} can ${deeds[t.decision()]}. Ask one of them.`,
  'pool-only-oneself': (_: Told) => 'From the team’s pool you can take it yourself. A manager or a marketer can give it to somebody else.',
  'sales-adds': (_: Told) => 'Only a rep or a manager can add a lead. Marketing’s leads come with an import or a source.',
  'already-paused': (_: Told) => 'The clock is paused already. Resume it first, or leave it as it is.',
  'not-paused': (_: Told) => 'The clock is running. There is nothing to resume.',
  'unknown-criterion': (t: Told) =>
    `“${t.text('criterion')}” is no criterion of ${t.stage('stage')} in agreement ${t.number('agreement')}.`,
  'unknown-reason': (t: Told) =>
    `“${t.text('reason')}” is no reason in agreement ${t.number('agreement')}. Choose one that is listed there.`,
  'reason-outcome': (t: Told) =>
    t.text('outcome') === 'recycled'
      ? `“${t.reason()}” returns a lead to marketing; it does not close it. Return it, or choose another reason.`
      : `“${t.reason()}” closes a lead; it does not return it to marketing. Close it, or choose another reason.`,
  'attempts-missing': (t: Told) =>
    `“${t.reason()}” needs ${t.number('needed')} attempts, and ${t.number('recorded')} ${t.number('recorded') === 1 ? 'is' : 'are'} recorded. Record the others, or choose another reason.`,
  'note-missing': (t: Told) => `“${t.reason()}” needs a note. Write in a few words why.`,
  'no-way-back': (t: Told) => `“${t.reason()}” closes the lead, so it has no date to come back. Leave the date out.`,
  'no-such-date': (t: Told) => `“${t.text('date')}” is no date. Write it as YYYY-MM-DD.`,
  'date-past': (t: Told) => `${t.day('date')} is not in the future. Choose a later date.`,
  'date-too-far': (t: Told) => `${t.day('date')} is more than ${t.number('years')} years ahead. Choose an earlier date.`,
  'already-holder': (_: Told) => 'That person has it already. Choose somebody else.',
  'reason-missing': (_: Told) => 'Say in a few words why the clock rests.',
  'until-past': (_: Told) => 'The pause would be over already. Choose a time in the future.',
  'until-too-far': (t: Told) => `A clock can rest ${t.number('days')} days at most. Choose an earlier day, or return the lead with a date.`,
  'taker-gone': (_: Told) => 'That user is not here any more. Choose a rep or a manager.',
  'taker-role': (t: Told) =>
    `${t.text('name')} is ${t.text('role') === ('admin' satisfies Role) ? 'an admin' : 'a marketer'} and takes no hand-offs. Choose a rep or a manager.`,
  'agreement-never': (t: Told) =>
    `Agreement ${t.number('version')} was never in force. Sync, and do it again under agreement ${t.number('inForce')}.`,
  predecessor: (_: Told) => 'Not sent, because the act before it did not go through.',
  forgotten: (_: Told) => 'This person asked to be forgotten, and nobody may add them again.',
  'key-forgotten': (_: Told) => 'Whoever had this asked to be forgotten, so it may not be tied to anybody.',
  'last-key': (_: Told) => 'This is the last address or profile by which the person is known. Tie another one first.',
  'key-taken': (t: Told) =>
    `This belongs to ${t.text('name') || 'somebody'}${t.text('company') ? ` of ${t.text('company')}` : ''} already.`,
  'known-already': (t: Told) => `${t.text('name') || 'This person'} is known already.`,
  'unknown-verdict-reason': (t: Told) => `“${t.text('reason')}” is no reason of the agreement. Choose one that is listed there.`,
  'no-such-touch': (_: Told) => 'This lead has no such touch.',
  'touch-elsewhere': (_: Told) => 'The touch belongs to another campaign.',
  'no-such-campaign': (_: Told) => 'There is no such campaign.',
  'id-taken': (_: Told) => 'This id belongs to another lead. Make a new one.',
  'merge-self': (_: Told) => 'A person cannot be merged into themselves. Choose the other one.',
  'merge-nobody': (_: Told) => 'The other person is not here any more. Look the person up again.',
  'merge-waits': (t: Told) =>
    `One of the two is at ${t.stage('stage')} and still waits for sales. Answer that first: accept and qualify, or return it.`,
  'unmerge-late': (t: Told) => `A merge can be taken back for ${t.number('days')} days. Untie the address and add the person anew instead.`,
  'merged-on': (_: Told) => 'The other person has been merged on since. Take that back first.',
  'agreement-newer': (t: Told) =>
    `Agreement ${t.number('newest')} is the newest; this is based on ${t.number('version')}. Look at what changed, then propose again.`,
  'agreement-changed': (t: Told) =>
    `Agreement ${t.number('version')} has been changed since you saw it. Look at what changed, then propose again.`,
  'agreement-same': (_: Told) => 'This is the agreement in force; there is nothing to propose.',
  'agreement-signed': (t: Told) => `Agreement ${t.number('version')} is signed by both teams already.`,
  'signs-for': (t: Told): string =>
    t.text('team') === 'marketing' ? 'Marketing signs by a marketer. Ask one of them.' : 'Sales signs by a manager. Ask one of them.',
  'signed-already': (t: Told) =>
    `${t.text('team') === 'marketing' ? 'Marketing' : 'Sales'} has signed agreement ${t.number('version')} already.`,
  'no-agreement': (_: Told) => 'No agreement is in force yet. Let both teams sign one first.',
  'reason-reused': (t: Told) => `“${t.text('of')}” meant another reason before. Give the new one another code.`,
  'reason-leftOut': (t: Told) => `“${t.text('of')}” cannot be left out, since leads came back for it. Retire it instead.`,
  'no-address': (_: Told) => 'This is not an e-mail address.',
  'user-known': (_: Told) => 'A user with this address is here already. Change that one.',
  'team-not-empty': (t: Told) => `${t.number('users')} ${t.number('users') === 1 ? 'user is' : 'users are'} in this team. Move them first.`,
  'last-admin': (_: Told) => 'This is the last admin. Make somebody else one first.',
  'password-short': (t: Told) => `Take at least ${t.number('least')} characters; a few words in a row are good.`,
  'password-long': (t: Told) => `Take at most ${t.number('most')} characters.`,
  'password-repeats': (_: Told) => 'That repeats itself; a few different words are good.',
  'campaign-known': (t: Told) => `There is a campaign named “${t.text('name')}” already. Choose another name, or change that one.`,
  'no-campaign-named': (_: Told) => 'Name the campaign whose people you want to see.',
  'not-your-role': (t: Told) =>
    `This is for ${t.list('roles', (one) => `${one}s`)}; you are ${t.text('role') === 'admin' ? 'an' : 'a'} ${t.text('role')}.`,
  'figures-of-one': (_: Told) => 'Figures of one person are for that person and for managers. Leave the owner out.',
  'rule-newer': (t: Told) =>
    `Version ${t.number('newest')} is the newest; this is based on ${t.number('version')}. Look at what changed, then save again.`,
  'rule-name': (_: Told) => 'The rule needs a name.',
  'rule-days': (t: Told) => `A rule counts touches of 1 to ${t.number('most')} days.`,
  'rule-least': (_: Told) => 'The score needed must be a whole number, 1 or more.',
  'rule-points': (_: Told) => 'Points are whole numbers from 0 to 100.',
  'rule-worthless': (_: Told) => 'At least one kind of touch must be worth points.',
  'rule-campaigns': (_: Told) => 'Name a campaign, or choose all that are marked as high intent.',
  'rule-campaign': (_: Told) => 'One of the campaigns is not here. Choose it again.',
  'rule-segment-name': (_: Told) => 'Each segment needs a name.',
  'rule-segment-empty': (t: Told) =>
    `The segment “${t.text('name')}” must say whom it is about: a domain, a company, a title or a channel.`,
  'rule-turns': (_: Told) => 'Say who takes turns: a team, or some people.',
  'rule-takers': (_: Told) => 'Only reps and managers who are here take hand-offs. Choose among them.',
  'rule-team': (_: Told) => 'Hand-offs go to a team of sales. Choose one of them.',
};
export type Refusals = typeof refusals;
