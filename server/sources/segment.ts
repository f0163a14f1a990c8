import type { Choice } from './source.ts';

/** As much of a segment's name as is kept. */
const longest = 80;

/** What a field says of a person's segment, in the words that people see there; empty where it says nothing. */
export function segmentFrom(value: unknown, choices: readonly Choice[] = []): string {
  if (typeof value !== 'string') return '';
  const words = choices.find((one) => one.value === value)?.label ?? value;
  return words.trim().slice(0, longest).trim();
}
