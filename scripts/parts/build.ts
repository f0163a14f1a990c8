import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { listTree } from '../checks/source.ts';
import { type Ended, node, root, tool } from './step.ts';

export type Browser = 'chrome' | 'firefox';
/** `release` is what is given to people. `practice` may also stand on 127.0.0.1, for the practice page. */
export type Mode = 'release' | 'practice';

const ingredients = /^(entrypoints|components|lib|public)\/|^(wxt\.config\.ts|package-lock\.json|tsconfig\.json)$/;

/** Folder of the built extension. */
export const built = (browser: Browser, mode: Mode): string =>
  join(root, '.output', `${browser}-mv3${mode === 'release' ? '' : `-${mode}`}`);

/** Hash over everything a build is made of. */
function fingerprint(): string {
  const hash = createHash('sha256');
  for (const path of listTree(root)) {
    if (ingredients.test(path))
      hash
        .update(`${path}\0`)
        .update(readFileSync(join(root, path)))
        .update('\0');
  }
  return hash.digest('hex');
}

const wxt = (browser: Browser, mode: Mode, cwd: string): Promise<Ended> =>
  node(tool('wxt'), ['build', '-b', browser, '--mv3', '--mode', mode === 'release' ? 'production' : mode], {
    env: { NODE_ENV: 'production' },
    cwd,
  });

/** Builds, unless the same sources were built before. Answers like `run`; `output` says what was done. */
export async function build(browser: Browser, mode: Mode, options: { anew?: boolean } = {}): Promise<Ended> {
  const stamp = `${built(browser, mode)}.built`;
  const now = fingerprint();
  if (!options.anew && existsSync(join(built(browser, mode), 'manifest.json')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now)
    return { code: 0, output: 'unchanged' };
  const ended = await wxt(browser, mode, root);
  if (ended.code === 0) {
    mkdirSync(join(root, '.output'), { recursive: true });
    writeFileSync(stamp, now);
  }
  return ended;
}

/** SHA-256 of every file in a folder, by its path there. */
export function hashes(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [relative(folder, path), createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );
}

/** The files that one folder has and the other has not, or has with other bytes: a line each, nothing when both are the same. */
export function differences(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string {
  const names = [...new Set([...one.keys(), ...other.keys()])].sort();
  return names
    .filter((name) => one.get(name) !== other.get(name))
    .map((name) => `${name}: ${one.get(name) ?? 'not there'} in the one build, ${other.get(name) ?? 'not there'} in the other`)
    .join('\n');
}

/**
 * Builds the release a second time, from a copy of the same sources in another folder, and says how it differs from the
 * first one: whoever has the sources can then check what others were given.
 */
export async function differencesWhenBuiltElsewhere(browser: Browser): Promise<string> {
  const elsewhere = mkdtempSync(join(tmpdir(), 'baton-build-'));
  try {
    for (const path of [...listTree(root).filter((one) => ingredients.test(one)), 'package.json']) {
      mkdirSync(dirname(join(elsewhere, path)), { recursive: true });
      cpSync(join(root, path), join(elsewhere, path));
    }
    symlinkSync(join(root, 'node_modules'), join(elsewhere, 'node_modules'), 'junction');
    const { code, output } = await wxt(browser, 'release', elsewhere);
    if (code !== 0) return output || `the second build ended with ${code}`;
    return differences(hashes(built(browser, 'release')), hashes(join(elsewhere, relative(root, built(browser, 'release')))));
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
}
