import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/parts/step.ts';

const doc = readFileSync(join(root, 'docs', 'privacy.md'), 'utf8');

/** What stands `like this` in a cell. */
export const codes = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);

/** Rows of the table under a heading of `docs/privacy.md`, cell by cell. */
export function table(heading: string): string[][] {
  const part = doc.split(/^#+ /m).find((one) => one.startsWith(heading));
  if (!part) throw new Error(`docs/privacy.md has no part “${heading}”.`);
  const rows = part.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
