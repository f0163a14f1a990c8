import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { compareManifest, type Manifest } from '../checks/manifest.ts';
import { type Browser, build, built, differencesWhenBuiltElsewhere, type Mode } from './build.ts';
import { node, one, root, type Step, tool } from './step.ts';

export const approvedPath = (browser: Browser): string => join(root, 'test', 'manifest', `${browser}.json`);
const json = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8')) as Manifest;
export const builtManifest = (browser: Browser, mode: Mode): Manifest => json(join(built(browser, mode), 'manifest.json'));

/** Writes down that the built manifest is what people are asked to trust. */
export function approve(browser: Browser): void {
  const { version: _, ...manifest } = builtManifest(browser, 'release');
  writeFileSync(approvedPath(browser), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Bytes a content script may weigh, gzipped: it is loaded into every page of a site. */
export const contentScriptLimit = 12_288;

function heavyContentScripts(): string {
  const folder = join(built('chrome', 'release'), 'content-scripts');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .map((name) => ({ name, bytes: gzipSync(readFileSync(join(folder, name))).length }))
    .filter(({ bytes }) => bytes > contentScriptLimit)
    .map(({ name, bytes }) => `${name} weighs ${bytes} bytes gzipped, ${contentScriptLimit} are allowed`)
    .join('\n');
}

async function lintFirefox(): Promise<string> {
  const { output } = await node(tool('web-ext'), ['lint', '-s', built('firefox', 'release'), '-o', 'json', '--no-config-discovery']);
  const start = output.indexOf('{');
  if (start < 0) return output || 'web-ext said nothing';
  const { errors } = JSON.parse(output.slice(start)) as { errors: { code: string; message: string; file?: string }[] };
  return errors.map(({ code, message, file }) => `${file ?? ''} ${code}: ${message}`).join('\n');
}

/** Builds all that the browser tests need, and looks at what was built. */
export function artefacts(): Step[] {
  const builds: [Browser, Mode][] = [
    ['chrome', 'release'],
    ['firefox', 'release'],
    ['chrome', 'practice'],
  ];
  return [
    ...builds.map(([browser, mode]) => one(`build for ${browser}, ${mode}`, () => build(browser, mode))),
    ...builds.map(([browser, mode]) =>
      one(`manifest for ${browser}, ${mode}, is the approved one`, async () =>
        compareManifest(builtManifest(browser, mode), json(approvedPath(browser)), mode).join('\n'),
      ),
    ),
    one('a second build, elsewhere, has the same bytes', () => differencesWhenBuiltElsewhere('chrome')),
    one('content scripts are light', async () => heavyContentScripts()),
    one('web-ext lint finds no error', lintFirefox),
  ];
}
