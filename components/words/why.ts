import { readWhy } from '../../lib/funnel/why.ts';
import type { Words } from './words.tsx';

/** A reason why now, in the language of the screen where Baton found it; as it stands where somebody wrote it. */
export function whyWords(line: string, w: Words): string {
  const read = readWhy(line);
  if (!read) return line;
  const words = w.touch[read.kind](read.of);
  return read.times > 1 ? w.timesOver(words, read.times) : words;
}
