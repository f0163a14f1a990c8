import type { EventKind } from '../../lib/contract/routes/events.ts';

/** What an admin chooses among, and the kinds of events it stands for. */
export const groups = {
  decisions: ['decision'],
  stages: ['stage'],
  handoffs: ['handoff', 'owner', 'pool'],
  clock: ['attempt', 'pause', 'resume', 'woke'],
  opportunities: ['opportunity'],
  feedback: ['feedback'],
  replies: ['reply'],
  people: ['added', 'tie', 'untie', 'merge', 'unmerge', 'erased'],
  campaigns: ['campaign'],
  agreement: ['agreement'],
  digests: ['digest'],
} as const satisfies Record<string, readonly EventKind[]>;
export type Group = keyof typeof groups;

export const groupNames = Object.keys(groups) as Group[];

/** Those of which every kind is told. */
export const groupsIn = (kinds: readonly EventKind[]): Group[] =>
  groupNames.filter((group) => (groups[group] as readonly EventKind[]).every((kind) => kinds.includes(kind)));

/** Kinds that stand alone, as another client chose them: part of a group, and not the whole of it. */
export const looseIn = (kinds: readonly EventKind[]): EventKind[] => {
  const whole = groupsIn(kinds).flatMap((group) => groups[group] as readonly EventKind[]);
  return kinds.filter((kind) => !whole.includes(kind));
};
