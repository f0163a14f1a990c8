/**
 * Rows for words that stand beside upright lines, so that no line crosses a word and no word covers another: a word
 * stands to the right of its line, and above the tops of the lines that begin below it.
 *
 * @param words Where each line stands and how wide its word is, in px, from left to right.
 * @returns The row of each word, 0 the lowest; its line ends there.
 */
export function stairs(words: readonly { x: number; width: number }[]): number[] {
  const rows: number[] = [];
  for (let i = words.length - 1; i >= 0; i--) {
    const { x, width } = words[i]!;
    let row = 0;
    for (let j = i + 1; j < words.length && words[j]!.x < x + width; j++) row = Math.max(row, rows[j]! + 1);
    rows[i] = row;
  }
  return rows;
}

/**
 * How far a scale has to reach, so that the word beside each line still has its room.
 *
 * @param at Where the lines stand, in the unit of the scale; `width` of their words in px.
 * @param from The scale's beginning, `to` the end it has without words, both in its unit; `px` its length.
 */
export function reachOf(at: readonly { at: number; width: number }[], from: number, to: number, px: number): number {
  return at.reduce((end, one) => Math.max(end, from + ((one.at - from) * px) / Math.max(px - one.width, px / 4)), to);
}
