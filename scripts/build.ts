import { approve } from './parts/artefact.ts';
import { type Browser, build, built } from './parts/build.ts';

/**
 * `npm run build`: the released extension for Chromium and for Firefox, as unpacked folders.
 * `npm run build -- --approve` also writes down that the manifests are as people should be asked for them.
 */
for (const browser of ['chrome', 'firefox'] satisfies Browser[]) {
  const { code, output } = await build(browser, 'release', { anew: true });
  if (code !== 0) {
    process.stderr.write(`${output}\nThe extension for ${browser} could not be built: why stands above.\n`);
    process.exit(1);
  }
  if (process.argv.includes('--approve')) approve(browser);
  process.stdout.write(`${built(browser, 'release')}\n`);
}
