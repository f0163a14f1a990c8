import type { DecisionKind } from './words.ts';

/** What each decision does, in English, as the end of a sentence: “You can …”. */
export const deeds: Readonly<Record<DecisionKind, string>> = {
  hand_over: 'hand over a lead',
  accept: 'accept a hand-off',
  qualify: 'qualify a lead',
  open_opportunity: 'open an opportunity',
  win: 'mark a lead as won',
  lose: 'mark a lead as lost',
  recycle: 'return a lead',
  disqualify: 'close a lead',
  assign: 'assign a hand-off',
  pause: 'pause the clock',
  resume: 'resume the clock',
  attempt: 'record an attempt',
  reopen: 'reopen a lead',
};
