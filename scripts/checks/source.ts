import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Path from the root of the checkout (with `/`) to text. */
export type Sources = ReadonlyMap<string, string>;

/** Something a check objects to, and where. `line` counts from 1. */
export interface Objection {
  path: string;
  line: number;
  says: string;
}

export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

export const print = (objections: readonly Objection[]): string =>
  objections.map(({ path, line, says }) => `${path}:${line}  ${says}`).join('\n');

/** Paths of every file that is committed or about to be: what git tracks, and new files it does not ignore. */
export function listTree(root: string): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return listed
    .split('\0')
    .filter((path) => path !== '' && statSync(join(root, path), { throwIfNoEntry: false })?.isFile())
    .sort();
}

/** The text files of the tree. */
export function readTree(root: string): Sources {
  const sources = new Map<string, string>();
  for (const path of listTree(root)) {
    const bytes = readFileSync(join(root, path));
    if (!bytes.subarray(0, 8192).includes(0)) sources.set(path, bytes.toString('utf8'));
  }
  return sources;
}
