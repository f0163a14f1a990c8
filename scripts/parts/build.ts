import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** Builds, unless the same sources were built before. Answers like `run`; `output` says what was done. */
export async function build(browser: Browser, mode: Mode, options: { anew?: boolean } = {}): Promise<Ended> {
  const stamp = `${built(browser, mode)}.built`;
  const now = fingerprint();
  if (!options.anew && existsSync(join(built(browser, mode), 'manifest.json')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now)
    return { code: 0, output: 'unchanged' };
  const ended = await node(tool('wxt'), ['build', '-b', browser, '--mv3', '--mode', mode === 'release' ? 'production' : mode], {
    env: { NODE_ENV: 'production' },
  });
  if (ended.code === 0) {
    mkdirSync(join(root, '.output'), { recursive: true });
    writeFileSync(stamp, now);
  }
  return ended;
}
