import type { Say } from './sentence.ts';

/** What it is about, as it was written. */
type Of = { of: string };

/** What keeps an agreement from being signed; each sentence stands beside its field. */
export const faults = {
  'agreement-sentence': (t: Of, s: Say) => `Say in a sentence what ${s.stage(t.of)} means.`,
  'agreement-criterion-twice': (t: Of) => `Two criteria have the id “${t.of}”. Give each its own.`,
  'agreement-criterion-id': (t: Of) => `“${t.of}” may have small letters, digits, - and _ only.`,
  'agreement-criterion-text': () => 'Say what has to be met, or remove the line.',
  'agreement-hours': () => 'Hours are a number over 0. Leave both empty where nothing is owed.',
  'agreement-term-name': () => 'Write the word, or remove the line.',
  'agreement-term-means': () => 'Say in a sentence what the word means.',
  'agreement-term-twice': (t: Of) => `“${t.of}” is explained twice. Leave one out.`,
  'agreement-code-twice': (t: Of) => `Another reason has the code “${t.of}”. Choose another one.`,
  'agreement-code': () => 'A code has small letters, digits and _ only.',
  'agreement-label': () => 'Say what the reason is called.',
  'agreement-closes-and-wakes': () => 'A lead that is closed cannot come back. Choose another effect.',
  'agreement-never-wakes': () => 'Say when the lead comes back.',
  'agreement-wake-days': () => 'Days are a whole number from 1 to 1825.',
  'agreement-no-return': () => 'One reason at least must return a lead to marketing.',
  'agreement-no-closing': () => 'One reason at least must close a lead.',
  'agreement-zone': (t: Of) => `“${t.of}” is no time zone. Choose one of the list, like Europe/Vienna.`,
  'agreement-opening': (t: Of) => `“${t.of}” is no opening time. Write it like 08:30–17:30.`,
  'agreement-backwards': (t: Of) => `“${t.of}” ends before it begins. Split a night at 24:00.`,
  'agreement-overlaps': (t: Of) => `“${t.of}” overlaps the hours before it.`,
  'agreement-never-open': () => 'Give at least one day of the week its hours.',
  'agreement-holiday': (t: Of) => `“${t.of}” is no date. Write it like 2026-12-25.`,
  'agreement-holiday-twice': (t: Of) => `${t.of} stands there twice. Leave one out.`,
  'agreement-escalation': () => 'Hours are a number, 0 or more.',
  'agreement-commitment-text': () => 'Say what is promised, or remove the line.',
  'agreement-measure': () => 'This is counted for the other team, or in another unit. Choose another one.',
  'agreement-share': () => 'Per cent are over 0, and 100 at most.',
  'agreement-goal': () => 'A goal is a number over 0.',
  'agreement-within': () => 'Hours are a number over 0; leave them empty where the promise names none.',
  'agreement-attempts': () => 'Attempts are a whole number, 0 or more.',
  'agreement-look-back': () => 'Months are a whole number from 1 to 120.',
  'agreement-reused': (t: Of) => `The code “${t.of}” had another meaning before. Choose another one.`,
  'agreement-left-out': (t: Of) => `“${t.of}” stands in what was decided. Retire it instead of leaving it out.`,
  'agreement-weekday': (t: Of) => `“${t.of}” is no weekday: 1 is Monday, 7 is Sunday.`,
  'agreement-week-start': () => 'The week starts on a weekday from 1 to 7.',
  'agreement-fiscal-year': () => 'The fiscal year starts in a month from 1 to 12.',
  'agreement-commitment-twice': (t: Of) => `Two commitments have the id “${t.of}”. Give each its own.`,
};
export type FaultCode = keyof typeof faults;
