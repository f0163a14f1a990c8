import type { Stage } from '../words.ts';

/** What is wrong with a line of a file or with an event, or what was kept of it without its whole effect. */
export const rows = {
  'file-empty': () => 'The file is empty; its first line must name the columns.',
  'file-column-twice': (t: { column: string }) => `The column "${t.column}" stands twice in the first line.`,
  'file-no-columns': (t: { kind: 'people' | 'campaigns' | 'touches' | 'spend'; columns: readonly string[] }) =>
    `The first line must name the columns. A file of ${t.kind} may have: ${t.columns.join(', ')}.`,
  'file-interrupted': (t: { line: number }) =>
    `The store went away while the file was read. The rows before line ${t.line} are kept; send the same file again, and none of them counts twice.`,

  'row-open-quote': () => 'From this line on nothing could be read: a quotation mark is opened and never closed.',
  'row-not-stored': () => 'The row could not be stored. The server’s log of this moment says why.',
  'row-values': (t: { values: number; columns: number }) =>
    `The row has ${t.values} values and the first line names ${t.columns}; put quotation marks around a value that holds the separator.`,
  'row-not-utf8': () => 'The text is not UTF-8; save the file as "CSV UTF-8".',
  'row-nul': () => 'The text holds a NUL character.',
  'row-nobody': () => 'The row names nobody; it needs "email" or "linkedin".',
  'row-empty': (t: { column: string }) => `"${t.column}" is empty, and the row means nothing without it.`,
  'row-long': (t: { most: number }) => `The text is longer than ${t.most} characters.`,
  'row-word': (t: { allowed: readonly string[] }) => `The word is not one of ${t.allowed.join(', ')}.`,
  'row-linkedin': () => 'This is not a LinkedIn profile; use its address, https://www.linkedin.com/in/NAME, or NAME alone.',
  'row-web-address': () => 'This is not a web address; it must begin with https:// or http://.',
  'row-owner': () => 'This is not an e-mail address; the owner is named by the address of a user here.',
  'row-stage-missing': () => 'There is a time but no stage; fill in "stage" or leave "stageAt" empty.',
  'row-time': () => 'This is not a time. Write a date as 2026-11-22 or a time as 2026-11-22T09:00:00Z.',
  'row-time-missing': () => 'A touch needs the time at which it happened, for example 2026-11-22T09:00:00Z.',
  'row-time-early': (t: { year: number }) => `The time lies before ${t.year}.`,
  'row-time-ahead': () => 'The time lies in the future.',
  'row-date': () => 'This is not a date. Write a date as 2026-11-22 or a time as 2026-11-22T09:00:00Z.',
  'row-month': () => 'Write the month as 2026-11.',
  'row-kind-missing': (t: { allowed: readonly string[] }) => `A touch needs a kind: one of ${t.allowed.join(', ')}.`,
  'row-currency': () => 'A currency has three letters, for example EUR.',
  'row-spend-missing': () => 'The row needs "planned" or "spent".',
  'row-amount': () => 'This is not an amount; write it like 12000 or 12000.50, with the currency in front if it is another.',
  'row-amount-two-ways': () => 'A mark before three digits can be read in two ways; write 12000 or 12000.00.',

  'row-erased': () => 'This person was erased here on request, and is not taken in again.',
  'row-owner-unknown': () => 'Nobody here has this address; the lead was left to the team. Add the user and send the row again.',
  'row-key-taken': (t: { kind: 'email' | 'profile' }) =>
    `This ${t.kind === 'email' ? 'address' : 'profile'} belongs to another person; it stays there. Merge the two if they are one.`,

  'event-batch-large': (t: { events: number; most: number }) =>
    `A batch of ${t.events} events was refused: it is larger than ${t.most} KB. Send fewer at once.`,
  'event-not-stored': () => 'The event could not be stored. The server’s log of this moment says why.',
  'event-no-object': () => 'An event must be a JSON object.',
  'event-large': (t: { size: number; most: number }) => `The event is ${t.size} KB; an event may be ${t.most} KB at most.`,
  'event-type': (t: { allowed: readonly string[] }) => `"type" must be one of ${t.allowed.join(', ')}.`,
  'event-nobody': () => 'The event names nobody: it needs a "userId" or an "anonymousId".',
  'event-no-name': () => 'A track call needs the name of the event in "event".',
  'event-no-alias': () => 'An alias call needs "previousId" and "userId".',
  'event-no-group': () => 'A group call needs "groupId".',
  'event-time': () => '"timestamp" is not a time; use ISO 8601, for example 2026-11-22T09:00:00Z.',
  'event-time-early': (t: { year: number }) => `"timestamp" lies before the year ${t.year}.`,
  'event-stage': (t: { allowed: readonly Stage[] }) => `The stage is not one of ${t.allowed.join(', ')}, nor a usual name of one.`,
  'event-no-address': (t: { where: 'traits' | 'properties' }) => `"${t.where}.email" is not an e-mail address.`,
};
